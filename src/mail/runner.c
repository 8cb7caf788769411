/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/runner.h"

#include "base/error.h"

void
mopt_runner_event_free (MoptRunnerEvent *event)
{
  g_free (event->evidence);
  g_clear_pointer (&event->tls, mopt_tls_info_free);
  g_free (event);
}

void
mopt_runner_init (MoptRunner *self, GMutex *mutex, GCond *changed, MoptTried *tried)
{
  *self = (MoptRunner){ .mutex = mutex, .changed = changed, .tried = tried };
  g_queue_init (&self->events);
}

void
mopt_runner_clear (MoptRunner *self)
{
  g_clear_pointer (&self->client, mopt_client_free);
  g_clear_error (&self->error);
  g_queue_clear_full (&self->events, (GDestroyNotify) mopt_runner_event_free);
}

/* ---- what it tells ---- */

static void
push_event (MoptRunner *self, MoptStage stage, const char *evidence, const MoptTlsInfo *tls)
{
  MoptRunnerEvent *event = g_new0 (MoptRunnerEvent, 1);

  event->stage = stage;
  event->evidence = g_strdup (evidence);
  event->tls = tls != NULL ? mopt_tls_info_copy (tls) : NULL;
  g_mutex_lock (self->mutex);
  g_queue_push_tail (&self->events, event);
  g_cond_signal (self->changed);
  g_mutex_unlock (self->mutex);
}

static void
on_stage (MoptStage stage, const char *evidence, gpointer user_data)
{
  push_event (user_data, stage, evidence, NULL);
}

static void
on_tls (const MoptTlsInfo *info, gpointer user_data)
{
  push_event (user_data, MOPT_STAGE_SECURE, NULL, info);
}

/* ---- its run ---- */

void
mopt_runner_begin (MoptRunner *self, const MoptSessionOptions *options, GPtrArray *addresses, gint64 connect_by,
                   GCancellable *cancellable)
{
  self->client = mopt_client_new (options, self->tried, cancellable);
  self->client->addresses = addresses;
  self->connect_by = connect_by;
  self->begun = g_get_monotonic_time ();
  self->tried->abandoned = FALSE;
}

static gboolean
run (MoptRunner *self, GError **error)
{
  gboolean ok = mopt_client_connect (self->client, self->connect_by, error);

  self->tried->ms = (guint) ((g_get_monotonic_time () - self->begun) / 1000);
  ok = ok && (!self->client->options->explore || mopt_client_ask (self->client, error));
  self->heard = self->client->dialogue != NULL
                && mopt_connection_was_heard (mopt_dialogue_get_connection (self->client->dialogue));
  /* at once: some servers take one client at a time */
  if (!ok)
    mopt_client_hang_up (self->client);
  return ok;
}

void
mopt_runner_run (MoptRunner *self)
{
  run (self, &self->error);
  self->ended = TRUE;
}

static void
call_it_silent (MoptRunner *self, GError **error)
{
  MoptError code = self->heard                 ? MOPT_ERROR_TIMED_OUT
                   : self->tried->peer != NULL ? MOPT_ERROR_NO_GREETING
                                               : MOPT_ERROR_CONNECT_TIMED_OUT;

  if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (self->client->caller))
    return;
  g_clear_error (error);
  g_set_error (error, MOPT_ERROR, code, "port %u: still silent long after another one had answered",
               self->tried->attempt.port);
}

static gpointer
run_in_thread (gpointer data)
{
  MoptRunner *self = data;
  GError *error = NULL;

  run (self, &error);
  g_mutex_lock (self->mutex);
  if (self->given_up)
    call_it_silent (self, &error);
  self->error = error;
  self->ended = TRUE;
  g_cond_signal (self->changed);
  g_mutex_unlock (self->mutex);
  return NULL;
}

void
mopt_runner_start (MoptRunner *self)
{
  self->client->stage = on_stage;
  self->client->tls = on_tls;
  self->client->user_data = self;
  self->thread = g_thread_new ("mopt-attempt", run_in_thread, self);
}

void
mopt_runner_give_up (MoptRunner *self)
{
  self->given_up = TRUE;
  if (!self->ended)
    mopt_client_stop (self->client);
}
