/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "check/test-leg.h"

#include "base/harmful.h"
#include "check/worker.h"

typedef struct
{
  MoptTestLeg *leg;
  MoptStage stage;
  gboolean ended;
  MoptTestChange change;
  char *fact;
  char *title;
  char *detail;
} Event;

static void
event_free (gpointer data)
{
  Event *event = data;

  g_clear_pointer (&event->change.failure, mopt_failure_free);
  mopt_test_leg_unref (event->leg);
  g_free (event->fact);
  g_free (event->title);
  g_free (event->detail);
  g_free (event);
}

static gboolean
deliver (gpointer data)
{
  Event *event = data;
  MoptTestLeg *leg = event->leg;

  event->change.fact = event->fact;
  event->change.title = event->title;
  event->change.detail = event->detail;
  if (leg->func != NULL)
    {
      leg->func (leg, event->stage, event->ended ? NULL : &event->change, leg->func_data);
      event->change.failure = NULL; /* taken */
    }
  return G_SOURCE_REMOVE;
}

/* Not g_main_context_invoke(): between two turns of the loop it would call right here, in the worker. */
static void
post (Event *event)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, event, event_free);
  g_source_attach (source, event->leg->context);
}

static Event *
event_new (MoptTestLeg *self, MoptStage stage, MoptTestState state)
{
  Event *event = g_new0 (Event, 1);

  event->leg = mopt_test_leg_ref (self);
  event->stage = stage;
  event->change.state = state;
  if (self->began[stage] != 0 && state != MOPT_TEST_RUNNING)
    event->change.ms = (guint) ((g_get_monotonic_time () - self->began[stage]) / 1000);
  return event;
}

void
mopt_test_leg_begin (MoptTestLeg *self, MoptStage stage)
{
  /* A stage that begins again on the next port goes on counting; what it has reached stays on view. */
  if (self->began[stage] == 0)
    self->began[stage] = g_get_monotonic_time ();
  if (!self->passed[stage])
    post (event_new (self, stage, MOPT_TEST_RUNNING));
}

void
mopt_test_leg_pass (MoptTestLeg *self, MoptStage stage, const char *fact, const char *detail)
{
  Event *event = event_new (self, stage, MOPT_TEST_PASSED);

  self->passed[stage] = TRUE;
  event->fact = g_strdup (fact);
  event->detail = detail != NULL ? mopt_clean_words (detail, -1) : NULL;
  post (event);
}

void
mopt_test_leg_skip (MoptTestLeg *self, MoptStage stage, const char *title, MoptFailure *failure)
{
  Event *event = event_new (self, stage, MOPT_TEST_SKIPPED);

  event->title = g_strdup (title);
  event->change.failure = failure;
  post (event);
}

void
mopt_test_leg_fail (MoptTestLeg *self, MoptStage stage, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, MOPT_ERROR, MOPT_ERROR_AUTH_NOT_TRIED))
    {
      mopt_test_leg_skip (self, stage, _ ("Not tried: the same login failed at the other server"), NULL);
      return;
    }

  MoptSide side = mopt_test_leg_get_side (self);
  Event *event = event_new (self, stage, MOPT_TEST_FAILED);
  MoptFailure *failure = mopt_failure_new_tls (error, self->settings, side, stage, self->tls,
                                               self->refused != NULL ? self->refused : self->to);

  if (self->shared && mopt_error_is (error, MOPT_ERROR_AUTH_REFUSED))
    {
      const MoptPublication *publication = self->settings->publication;

      g_free (failure->advice);
      failure->advice = g_strdup_printf (_ ("The password is the one that is shared with you. To have it corrected, "
                                            "ask %s."),
                                         publication != NULL ? mopt_publication_whom_to_ask (publication)
                                                             : _ ("your administrator"));
    }
  /* What the sentence says already need not be said again. */
  if (failure->server_words != NULL)
    event->detail = g_strdup (failure->server_words);
  else if (strstr (failure->sentence, error->message) == NULL)
    event->detail = mopt_clean_words (error->message, -1);
  event->change.failure = failure;
  post (event);
}

void
mopt_test_leg_take_tls (const MoptTlsInfo *info, gpointer leg)
{
  MoptTestLeg *self = leg;

  g_clear_pointer (&self->tls, mopt_tls_info_free);
  self->tls = mopt_tls_info_copy (info);
}

gboolean
mopt_test_leg_wait (MoptTestLeg *self, GCancellable *event, gint ms)
{
  GPollFD fds[2];

  g_cancellable_make_pollfd (self->cancellable, &fds[0]);
  if (event != NULL)
    g_cancellable_make_pollfd (event, &fds[1]);
  g_poll (fds, event != NULL ? 2 : 1, ms);
  g_cancellable_release_fd (self->cancellable);
  if (event != NULL)
    g_cancellable_release_fd (event);
  return !g_cancellable_is_cancelled (self->cancellable);
}

static void
run (gpointer data)
{
  g_autoptr (MoptTestLeg) self = data;
  g_autoptr (MoptSession) session = NULL;

  if (self->side == MOPT_TEST_SIDE_ARRIVAL)
    session = mopt_test_leg_run_arrival (self);
  else
    session = mopt_test_leg_run_server (self);
  if (self->baseline != NULL && self->side == MOPT_TEST_SIDE_INCOMING)
    g_cancellable_cancel (self->baseline);

  Event *end = g_new0 (Event, 1);
  end->leg = mopt_test_leg_ref (self);
  end->ended = TRUE;
  post (end);
  /* Saying good-bye may take a while; nobody has to wait for it. */
}

/* "a@example.org, b@example.org" */
static char *
name_recipients (const MoptTestMail *mail)
{
  g_autoptr (GPtrArray) list = mopt_test_mail_recipients (mail);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const MoptTestRecipient *recipient = g_ptr_array_index (list, i);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", recipient->typed);
    }
  return g_string_free (text, FALSE);
}

MoptTestLeg *
mopt_test_leg_new (MoptTestSide side, const MoptTestOptions *options)
{
  MoptTestLeg *self = g_new0 (MoptTestLeg, 1);

  g_atomic_ref_count_init (&self->refs);
  self->side = side;
  self->settings = mopt_settings_copy (options->settings);
  self->send = (options->flags & MOPT_TEST_SEND_MESSAGE) != 0;
  self->html = (options->flags & MOPT_TEST_HTML) != 0;
  self->own_name = g_strdup (options->own_name);
  self->own_address = g_strdup (options->own_address);
  self->mail = mopt_test_mail_copy (options->mail);
  self->to = options->mail != NULL ? name_recipients (options->mail)
                                   : g_strdup (options->to != NULL ? options->to : options->own_address);
  self->limit_ms = options->limit_ms != 0 ? options->limit_ms : MOPT_TEST_LIMIT_MS;
  self->arrival_ms = options->arrival_ms != 0 ? options->arrival_ms : MOPT_TEST_ARRIVAL_MS;
  self->cancellable = g_cancellable_new ();
  self->tried = mopt_tried_array_new ();
  return self;
}

MoptSide
mopt_test_leg_get_side (const MoptTestLeg *self)
{
  return self->side == MOPT_TEST_SIDE_OUTGOING ? MOPT_SIDE_OUTGOING : MOPT_SIDE_INCOMING;
}

const MoptServer *
mopt_test_leg_get_server (const MoptTestLeg *self)
{
  return self->side == MOPT_TEST_SIDE_OUTGOING ? &self->settings->outgoing : &self->settings->incoming;
}

MoptTestLeg *
mopt_test_leg_ref (MoptTestLeg *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
close_session (gpointer data)
{
  mopt_session_close (data);
}

/* Closing talks to the server: never where the last reference happens to go. */
void
mopt_test_leg_close_session (MoptTestLeg *self)
{
  if (self->session != NULL)
    mopt_worker_run ("mopt-close", close_session, g_steal_pointer (&self->session));
}

void
mopt_test_leg_unref (MoptTestLeg *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  mopt_test_leg_close_session (self);
  mopt_settings_free (self->settings);
  g_clear_pointer (&self->password, mopt_password_unref);
  g_clear_error (&self->password_error);
  g_free (self->own_name);
  g_free (self->own_address);
  g_free (self->to);
  g_free (self->refused);
  g_free (self->note);
  mopt_test_mail_free (self->mail);
  g_clear_pointer (&self->tries, mopt_tries_unref);
  g_clear_object (&self->baseline);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_free (self->transcript);
  g_ptr_array_unref (self->tried);
  mopt_test_message_free (self->message);
  g_clear_pointer (&self->arrived, g_bytes_unref);
  g_clear_pointer (&self->tls, mopt_tls_info_free);
  g_free (self);
}

void
mopt_test_leg_start (MoptTestLeg *self, MoptTestLegFunc func, gpointer user_data)
{
  self->func = func;
  self->func_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  mopt_worker_run ("mopt-test", run, mopt_test_leg_ref (self));
}

void
mopt_test_leg_abandon (MoptTestLeg *self)
{
  self->func = NULL;
  g_cancellable_cancel (self->cancellable);
}
