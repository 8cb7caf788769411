/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/when.h"
#include "check/newest.h"
#include "check/road.h"
#include "check/template.h"
#include "check/worker.h"
#include "mail/message-view.h"

/* The task's data. */
typedef struct
{
  MoptRoad *road;
  MoptStage stage; /* where it failed; the task's, once it has returned */
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  mopt_road_unref (fetch->road);
  g_free (fetch);
}

void
mopt_newest_free (MoptNewest *self)
{
  if (self == NULL)
    return;
  g_free (self->sender);
  g_free (self->subject);
  g_free (self->text);
  g_free (self->status);
  g_free (self->note);
  g_free (self);
}

/* --- what is said of it --- */

static char *
describe (const MoptNewest *self, const char *mailbox)
{
  g_autofree char *count = g_strdup_printf ("%'" G_GUINT64_FORMAT, self->n_messages);
  g_autofree char *when = mopt_when_relative (self->arrived, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *size = g_format_size (self->size);
  const MoptPlace places[] = {
    { "count", count }, { "when", when }, { "size", size }, { "mailbox", mailbox }, { NULL },
  };

  if (self->n_messages == 0)
    return mopt_template_fill (mailbox != NULL ? _ ("The mailbox {mailbox} is empty.")
                                               : _ ("There is no message on the server."),
                               places);
  if (self->arrived == 0)
    /* Translators: the newest message of {count}; a size, "12 kB" */
    return mopt_template_fill (_ ("1 of {count}, {size}"), places);
  /* Translators: the newest message of {count}; "3 minutes ago"; a size, "12 kB" */
  return mopt_template_fill (_ ("1 of {count}, {when}, {size}"), places);
}

static MoptNewest *
newest_new (const MoptSettings *settings, guint64 n_messages, guint64 size, GBytes *message)
{
  MoptNewest *self = g_new0 (MoptNewest, 1);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (MoptMessageView) view = mopt_message_view_new (message != NULL ? message : nothing);

  self->n_messages = n_messages;
  self->sender = g_steal_pointer (&view->sender);
  self->subject = g_steal_pointer (&view->subject);
  self->date = view->date;
  self->arrived = view->arrived;
  self->size = message != NULL && size == 0 ? g_bytes_get_size (message) : size;
  self->text = g_steal_pointer (&view->text);
  self->is_cut = view->is_cut || (message != NULL && g_bytes_get_size (message) < self->size && *self->text != '\0');
  self->status = describe (self, settings->mailbox);
  return self;
}

/* --- the road --- */

static void
fetch_in_thread (gpointer data)
{
  GTask *task = data;
  Fetch *fetch = g_task_get_task_data (task);
  const MoptSettings *settings = fetch->road->settings;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = NULL;
  guint64 n_messages = 0, size = 0;
  g_autoptr (MoptSession) session = mopt_road_open (fetch->road, &fetch->stage, &error);

  if (session != NULL)
    fetch->stage = MOPT_STAGE_MAILBOX;
  if (session == NULL
      || !mopt_session_read_newest (session, settings->mailbox, &n_messages, &size, &message, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, newest_new (settings, n_messages, size, message), (GDestroyNotify) mopt_newest_free);
  /* saying good-bye may take a while; nobody has to wait for it */
}

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  fetch->stage = MOPT_STAGE_LOGIN;
  if (mopt_road_find_password_finish (fetch->road, result, &error))
    mopt_worker_run_task ("mopt-newest", task, fetch_in_thread);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
mopt_newest_fetch_async (const MoptSettings *settings, MoptPassword *password, gboolean no_keyring, guint limit_ms,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Fetch *fetch = g_new0 (Fetch, 1);
  g_autoptr (GTask) task = NULL;

  fetch->road = mopt_road_new (settings, MOPT_SIDE_INCOMING, password, limit_ms, cancellable);
  task = g_task_new (NULL, fetch->road->cancellable, callback, user_data);
  g_task_set_source_tag (task, mopt_newest_fetch_async);
  g_task_set_task_data (task, fetch, fetch_free);
  mopt_road_find_password_async (fetch->road, no_keyring, on_password, g_steal_pointer (&task));
}

MoptNewest *
mopt_newest_fetch_finish (GAsyncResult *result, MoptFailure **failure, GError **error)
{
  Fetch *fetch = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) cause = NULL;
  MoptNewest *newest = g_task_propagate_pointer (G_TASK (result), &cause);

  if (newest != NULL)
    newest->note = g_strdup (fetch->road->note);
  if (failure != NULL)
    *failure = cause != NULL && !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                   ? mopt_road_failure (fetch->road, cause, fetch->stage)
                   : NULL;
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return newest;
}
