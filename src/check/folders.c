/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/failure.h"
#include "check/folders.h"
#include "check/learned.h"
#include "check/login-password.h"
#include "check/worker.h"

typedef struct
{
  MoptSettings *settings;
  MoptPassword *password;
  MoptTlsInfo *tls;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  mopt_settings_free (fetch->settings);
  g_clear_pointer (&fetch->password, mopt_password_unref);
  g_clear_pointer (&fetch->tls, mopt_tls_info_free);
  g_free (fetch);
}

/* The window shows the message as it is, so the words for people go in here. */
static void
return_error (GTask *task, GError *error, MoptStage stage)
{
  Fetch *fetch = g_task_get_task_data (task);

  if (error->domain != MOPT_ERROR)
    {
      g_task_return_error (task, error);
      return;
    }

  g_autoptr (MoptFailure) failure
      = mopt_failure_new_tls (error, fetch->settings, MOPT_SIDE_INCOMING, stage, fetch->tls, NULL);
  g_task_return_error (task, mopt_error_new_with_words (error->code, failure->server_words, "%s %s", failure->sentence,
                                                        failure->advice));
  g_error_free (error);
}

static void
on_tls (const MoptTlsInfo *info, gpointer user_data)
{
  Fetch *fetch = user_data;

  g_clear_pointer (&fetch->tls, mopt_tls_info_free);
  fetch->tls = mopt_tls_info_copy (info);
}

static void
fetch_in_thread (gpointer data)
{
  GTask *task = data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  MoptStage stage = MOPT_STAGE_FIND;
  const MoptSessionOptions options = {
    .password = fetch->password,
    .limit_ms = MOPT_FOLDERS_LIMIT_MS,
    .tls = on_tls,
    .user_data = fetch,
  };
  g_autoptr (MoptSession) session = mopt_learned_open (fetch->settings, MOPT_SIDE_INCOMING, &options, &stage, NULL,
                                                       g_task_get_cancellable (task), &error);

  if (session == NULL)
    {
      return_error (task, g_steal_pointer (&error), stage);
      return;
    }

  char **names = mopt_session_list_mailboxes (session, &error);
  if (names == NULL)
    return_error (task, g_steal_pointer (&error), MOPT_STAGE_MAILBOX);
  else
    g_task_return_pointer (task, names, (GDestroyNotify) g_strfreev);
}

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;

  fetch->password = mopt_login_password_find_finish (result, NULL, &error);
  if (fetch->password == NULL)
    return_error (task, error, MOPT_STAGE_LOGIN);
  else
    mopt_worker_run_task ("mopt-folders", task, fetch_in_thread);
}

void
mopt_folders_fetch_async (const MoptSettings *settings, MoptPassword *password, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Fetch *fetch = g_new0 (Fetch, 1);

  g_task_set_source_tag (task, mopt_folders_fetch_async);
  fetch->settings = mopt_settings_copy (settings);
  g_task_set_task_data (task, fetch, (GDestroyNotify) fetch_free);
  if (password != NULL)
    {
      fetch->password = mopt_password_ref (password);
      mopt_worker_run_task ("mopt-folders", task, fetch_in_thread);
      return;
    }

  if (*settings->incoming.host == '\0' || *settings->incoming.user == '\0')
    g_task_return_new_error (task, MOPT_ERROR, MOPT_ERROR_MISSING, "%s",
                             _ ("Enter the incoming mail server and the user name first."));
  else
    mopt_login_password_find_async (settings, MOPT_SECTION_INCOMING_ACCOUNT, MOPT_SECRETS_PROMPT, cancellable,
                                    on_password, g_steal_pointer (&task));
}

char **
mopt_folders_fetch_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
