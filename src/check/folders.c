/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/folders.h"
#include "check/road.h"
#include "check/worker.h"

/* The window shows the message as it is, so the words for people go in here. */
static void
return_error (GTask *task, GError *error, MoptStage stage)
{
  if (error->domain != MOPT_ERROR)
    {
      g_task_return_error (task, error);
      return;
    }

  g_autoptr (MoptFailure) failure = mopt_road_failure (g_task_get_task_data (task), error, stage);
  g_task_return_error (task, mopt_error_new_with_words (error->code, failure->server_words, "%s %s", failure->sentence,
                                                        failure->advice));
  g_error_free (error);
}

static void
fetch_in_thread (gpointer data)
{
  GTask *task = data;
  g_autoptr (GError) error = NULL;
  MoptStage stage;
  g_autoptr (MoptSession) session = mopt_road_open (g_task_get_task_data (task), &stage, &error);

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
  /* saying good-bye may take a while; nobody has to wait for it */
}

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (mopt_road_find_password_finish (g_task_get_task_data (task), result, &error))
    mopt_worker_run_task ("mopt-folders", task, fetch_in_thread);
  else
    return_error (task, g_steal_pointer (&error), MOPT_STAGE_LOGIN);
}

void
mopt_folders_fetch_async (const MoptSettings *settings, MoptPassword *password, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  MoptRoad *road = mopt_road_new (settings, MOPT_SIDE_INCOMING, password, MOPT_FOLDERS_LIMIT_MS, cancellable);
  g_autoptr (GTask) task = g_task_new (NULL, road->cancellable, callback, user_data);

  g_task_set_source_tag (task, mopt_folders_fetch_async);
  g_task_set_task_data (task, road, (GDestroyNotify) mopt_road_unref);
  if (*settings->incoming.host == '\0' || *settings->incoming.user == '\0')
    g_task_return_new_error (task, MOPT_ERROR, MOPT_ERROR_MISSING, "%s",
                             _ ("Enter the incoming mail server and the user name first."));
  else
    mopt_road_find_password_async (road, FALSE, on_password, g_steal_pointer (&task));
}

char **
mopt_folders_fetch_finish (GAsyncResult *result, char **note, GError **error)
{
  MoptRoad *road = g_task_get_task_data (G_TASK (result));
  char **names = g_task_propagate_pointer (G_TASK (result), error);

  if (note != NULL)
    *note = names != NULL ? g_strdup (road->note) : NULL;
  return names;
}
