/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "check/learned.h"
#include "check/test-leg.h"

/* Waiting for our own message: an IMAP server is asked again and again on the session that is open; a POP server
 * shows new mail only to a new session, and many of them turn away who logs in too often. */
#define IMAP_FIRST_MS 200
#define IMAP_MS 700
#define POP_FIRST_MS 500
#define POP_MS 5000
#define EARLY_US 20000 /* a wait counts in milliseconds and may end that much before its deadline */

/* One look into a POP maildrop: a session of its own. @deadline: monotonic µs. */
static GBytes *
look_with_new_session (MoptTestLeg *self, gint64 deadline, GError **error)
{
  MoptServer server = self->settings->incoming;
  const MoptSessionOptions options = {
    .server = &server,
    .password = self->password,
    .limit_ms = self->limit_ms,
    .tls = mopt_test_leg_take_tls,
    .user_data = self,
    .deadline = deadline,
  };

  /* In the way that Auto found: once is enough to wait for a silent port. Not by Basic, which would be a consent that
     nobody gave: a name can stand for this machine now and for another one then. */
  if (server.security == MOPT_SECURITY_AUTO)
    {
      if (self->attempt.tls != MOPT_TLS_NONE)
        server.security = self->attempt.tls == MOPT_TLS_IMPLICIT ? MOPT_SECURITY_SSL : MOPT_SECURITY_TLS;
      server.custom_port = self->attempt.port;
    }
  g_clear_pointer (&self->transcript, g_free);
  g_clear_pointer (&self->tls, mopt_tls_info_free); /* what it says before is in clear */
  g_autoptr (MoptSession) session = mopt_learned_open (self->settings, MOPT_SIDE_INCOMING, &options, NULL,
                                                       &self->transcript, self->cancellable, error);
  if (session == NULL)
    return NULL;

  mopt_session_set_seen (session, self->seen);
  GBytes *message = mopt_session_find_message (session, self->message->message_id, error);
  g_free (self->transcript);
  self->transcript = mopt_session_get_transcript (session);
  return message;
}

/* A maildrop may still be locked by our last session or somebody's; that goes by. */
static gboolean
is_passing (const GError *error)
{
  return mopt_error_is (error, MOPT_ERROR_MAILBOX_IN_USE) || mopt_error_is (error, MOPT_ERROR_AUTH_TEMPORARY)
         || mopt_error_is (error, MOPT_ERROR_TEMPORARY);
}

static gboolean
is_slow (const GError *error)
{
  return mopt_error_is (error, MOPT_ERROR_TIMED_OUT)
         || mopt_error_is (error, MOPT_ERROR_CONNECT_TIMED_OUT)
         || mopt_error_is (error, MOPT_ERROR_RESOLVER_FAILED);
}

/* NULL without error: not seen in time. */
static GBytes *
wait_for_message (MoptTestLeg *self, GError **error)
{
  gboolean pop = self->seen != NULL;
  gint64 deadline = self->began[MOPT_STAGE_ARRIVED] + self->arrival_ms * (gint64) 1000;
  gint64 pause = pop ? POP_FIRST_MS : IMAP_FIRST_MS;

  for (;;)
    {
      g_autoptr (GError) problem = NULL;
      gint64 left = (deadline - g_get_monotonic_time ()) / 1000;

      if (left <= 0)
        return NULL;
      if (!mopt_test_leg_wait (self, NULL, (gint) MIN (pause, left)))
        {
          g_cancellable_set_error_if_cancelled (self->cancellable, error);
          return NULL;
        }
      GBytes *message = pop ? look_with_new_session (self, deadline, &problem)
                            : mopt_session_find_message (self->session, self->message->message_id, &problem);
      if (message != NULL)
        return message;
      /* a look that our own deadline cut short says nothing of the server */
      if (pop && is_slow (problem) && g_get_monotonic_time () >= deadline - EARLY_US)
        return NULL;
      if (problem != NULL && !(pop && is_passing (problem)))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
      pause = pop ? POP_MS : IMAP_MS;
    }
}

/* An account may well read another address than the person's own: then that is where to look. */
static MoptFailure *
make_not_seen (MoptTestLeg *self)
{
  const MoptServer *server = &self->settings->incoming;
  const char *recipient = self->message->recipient;
  gboolean reads_it = g_ascii_strcasecmp (server->user, recipient) == 0;
  g_autofree char *reader = strchr (server->user, '@') != NULL
                                ? g_strdup (server->user)
                                /* Translators: a user name on a server, "alice on imap.example.com" */
                                : g_strdup_printf (_ ("%s on %s"), server->user, server->host);
  g_autofree char *sentence = reads_it ? g_strdup_printf (_ ("Sent to %s, but it has not arrived yet."), recipient)
                                       : g_strdup_printf (_ ("Sent to %s; this account reads %s."), recipient, reader);
  g_autoptr (GError) error = g_error_new_literal (MOPT_ERROR, MOPT_ERROR_NOT_SEEN, sentence);
  MoptFailure *failure = mopt_failure_new (error, self->settings, MOPT_SIDE_INCOMING, MOPT_STAGE_ARRIVED);

  if (reads_it)
    {
      g_free (failure->advice);
      failure->advice = g_strdup (_ ("Look in Junk, or again in a few minutes."));
    }
  return failure;
}

static void
check_conversation_id (MoptTestLeg *self)
{
  mopt_test_leg_begin (self, MOPT_STAGE_CONVERSATION_ID);
  if (mopt_test_message_kept_id (self->message, self->arrived))
    {
      mopt_test_leg_pass (self, MOPT_STAGE_CONVERSATION_ID, self->message->conversation_id,
                          self->message->conversation_id);
      return;
    }

  g_autoptr (GError) error = g_error_new (MOPT_ERROR, MOPT_ERROR_CONVERSATION_ID_LOST, "%s is not in the message",
                                          self->message->conversation_id);
  self->ok = FALSE;
  mopt_test_leg_fail (self, MOPT_STAGE_CONVERSATION_ID, error);
}

static void
run_arrival (MoptTestLeg *self)
{
  g_autoptr (GError) error = NULL;

  mopt_test_leg_begin (self, MOPT_STAGE_ARRIVED);
  self->arrived = wait_for_message (self, &error);
  if (self->session != NULL)
    self->transcript = mopt_session_get_transcript (self->session);
  self->ok = error == NULL;
  if (error != NULL)
    {
      mopt_test_leg_fail (self, MOPT_STAGE_ARRIVED, error);
      return;
    }
  if (self->arrived == NULL)
    {
      /* Translators: %u is how many seconds the test message was waited for */
      g_autofree char *title = g_strdup_printf (_ ("Message not seen within %u s"), self->arrival_ms / 1000);
      mopt_test_leg_skip (self, MOPT_STAGE_ARRIVED, title, make_not_seen (self));
      return;
    }

  double seconds = (double) (g_get_monotonic_time () - self->began[MOPT_STAGE_ARRIVED]) / G_USEC_PER_SEC;
  /* Translators: a number of seconds, "1.4 s" */
  g_autofree char *fact = g_strdup_printf (_ ("%.1f s"), seconds);
  g_autofree char *detail = g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", g_bytes_get_size (self->arrived));
  mopt_test_leg_pass (self, MOPT_STAGE_ARRIVED, fact, detail);
  if (self->message->conversation_id != NULL)
    check_conversation_id (self);
}

MoptSession *
mopt_test_leg_run_arrival (MoptTestLeg *self)
{
  run_arrival (self);
  return g_steal_pointer (&self->session);
}
