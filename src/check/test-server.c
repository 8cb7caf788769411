/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/when.h"
#include "check/learned.h"
#include "check/test-leg.h"

/* The roads to the two servers: in, and then into the mailbox or as far as a message taken. */
#define SECONDS_PER_DAY (24 * 60 * 60)

/* "993" of "127.0.0.1:993": the title names the port alone. */
static const char *
last_number (const char *evidence)
{
  const char *end = evidence + strlen (evidence);

  while (end > evidence && g_ascii_isdigit (end[-1]))
    end--;
  return *end != '\0' ? end : evidence;
}

/* "TLS 1.3, 81 days" */
static char *
tls_fact (const MoptTlsInfo *tls)
{
  g_autofree char *protocol = g_str_has_prefix (tls->protocol, "TLSv") ? g_strconcat ("TLS ", tls->protocol + 4, NULL)
                                                                       : g_strdup (tls->protocol);

  if (tls->trusted)
    /* Translators: the person trusts the server's certificate by hand; %s is "TLS 1.3" */
    return g_strdup_printf (_ ("%s, trusted by hand"), protocol);
  if (tls->reasons != NULL && tls->reasons->len > 0)
    /* Translators: the server's certificate was not checked because the person chose so; %s is "TLS 1.3" */
    return g_strdup_printf (_ ("%s, identity not checked"), protocol);

  gint64 days = (tls->not_after - g_get_real_time () / G_USEC_PER_SEC) / SECONDS_PER_DAY;
  /* Translators: how long the certificate is still valid; %s is "TLS 1.3" */
  return g_strdup_printf (ngettext ("%s, %d day", "%s, %d days", (gulong) days), protocol, (gint) days);
}

static char *
tls_detail (const MoptTlsInfo *tls)
{
  g_autofree char *day = mopt_when_day (tls->not_after);
  g_autofree char *reasons = mopt_tls_info_reasons_text (tls);

  return g_strdup_printf ("%s %s, certificate of %s until %s%s%s", tls->protocol, tls->cipher, tls->subject, day,
                          *reasons == '\0' ? "" : tls->trusted ? ", trusted by hand: " : ", not checked: ", reasons);
}

static void
pass_secure (MoptTestLeg *self, const char *evidence)
{
  if (self->tls == NULL)
    {
      gboolean basic = mopt_test_leg_get_server (self)->security == MOPT_SECURITY_BASIC;

      mopt_test_leg_skip (self, MOPT_STAGE_SECURE, basic ? _ ("Not encrypted (Basic)") : _ ("Not encrypted"), NULL);
      return;
    }

  g_autofree char *fact = tls_fact (self->tls);
  g_autofree char *detail = tls_detail (self->tls);
  mopt_test_leg_pass (self, MOPT_STAGE_SECURE, fact, detail);
}

static void
on_stage (MoptStage stage, const char *evidence, gpointer user_data)
{
  MoptTestLeg *self = user_data;

  if (stage == MOPT_STAGE_LOGIN && self->password == NULL)
    return;
  if (evidence == NULL)
    mopt_test_leg_begin (self, stage);
  else if (stage == MOPT_STAGE_SECURE)
    pass_secure (self, evidence);
  else
    mopt_test_leg_pass (self, stage, stage == MOPT_STAGE_CONNECT ? last_number (evidence) : evidence, evidence);
}

static MoptSession *
open_session (MoptTestLeg *self)
{
  const MoptServer *server = mopt_test_leg_get_server (self);
  g_autoptr (GError) error = NULL;
  MoptStage failed = MOPT_STAGE_FIND;
  const MoptSessionOptions options = {
    .password = self->password,
    .limit_ms = self->limit_ms,
    .stage = on_stage,
    .tls = mopt_test_leg_take_tls,
    .user_data = self,
    .tries = self->tries,
    .tried = self->tried,
    .note = &self->note,
  };
  g_autoptr (MoptSession) session = mopt_learned_open (self->settings, mopt_test_leg_get_side (self), &options, &failed,
                                                       &self->transcript, self->cancellable, &error);

  if (session == NULL)
    {
      mopt_test_leg_fail (self, failed, error);
      return NULL;
    }
  self->attempt = *mopt_session_get_attempt (session);
  if (self->password_error != NULL)
    {
      mopt_test_leg_fail (self, MOPT_STAGE_LOGIN, self->password_error);
      return NULL;
    }
  if (!server->authenticate)
    mopt_test_leg_skip (self, MOPT_STAGE_LOGIN, _ ("No login needed"), NULL);
  return g_steal_pointer (&session);
}

static gboolean
open_mailbox (MoptTestLeg *self, MoptSession *session)
{
  g_autoptr (GError) error = NULL;
  guint64 n;

  mopt_test_leg_begin (self, MOPT_STAGE_MAILBOX);
  if (!mopt_session_open_mailbox (session, self->settings->mailbox, &n, &error))
    {
      mopt_test_leg_fail (self, MOPT_STAGE_MAILBOX, error);
      return FALSE;
    }
  if (mopt_session_get_seen (session) != NULL)
    self->seen = g_hash_table_ref (mopt_session_get_seen (session));

  g_autofree char *number = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);
  /* Translators: how many messages lie in a mailbox, "1,204 messages" */
  g_autofree char *count = g_strdup_printf (ngettext ("%s message", "%s messages", (gulong) n), number);
  g_autofree char *fact
      = self->settings->mailbox != NULL ? g_strdup_printf ("%s, %s", self->settings->mailbox, count) : g_strdup (count);
  g_autofree char *detail = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
  mopt_test_leg_pass (self, MOPT_STAGE_MAILBOX, fact, detail);
  return TRUE;
}

static gboolean
send_message (MoptTestLeg *self, MoptSession *session)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reply = NULL;

  mopt_test_leg_begin (self, MOPT_STAGE_SENDER);
  g_autoptr (MoptTestMessage) message = mopt_test_message_new (self->settings, self->own_name, self->own_address,
                                                               self->to, self->html, self->mail, &error);
  if (message == NULL)
    {
      mopt_test_leg_fail (self, MOPT_STAGE_SENDER, error);
      return FALSE;
    }

  const MoptEnvelope envelope = {
    .sender = message->sender,
    .recipients = (const char *const *) message->recipients,
    .size = message->size,
    .is_8bit = message->is_8bit,
  };
  g_auto (GStrv) refused = NULL;
  gboolean ok = mopt_session_envelope (session, &envelope, &refused, &error);
  if (refused != NULL)
    self->refused = g_strjoinv (", ", refused);
  gboolean sender_ok = ok || mopt_error_is (error, MOPT_ERROR_RECIPIENT_REFUSED);
  if (sender_ok)
    {
      mopt_test_leg_pass (self, MOPT_STAGE_SENDER, message->sender, message->sender);
      mopt_test_leg_begin (self, MOPT_STAGE_ACCEPTED);
    }
  if (ok && self->baseline != NULL && self->settings->incoming.protocol == MOPT_PROTOCOL_POP3
      && !mopt_test_leg_wait (self, self->baseline, -1))
    return FALSE;
  self->sent_early = self->baseline != NULL && !g_cancellable_is_cancelled (self->baseline);
  if (!ok || !mopt_session_send_message (session, &envelope, message->pieces, &reply, &error))
    {
      mopt_test_leg_fail (self, sender_ok ? MOPT_STAGE_ACCEPTED : MOPT_STAGE_SENDER, error);
      return FALSE;
    }
  g_autofree char *detail = message->warning != NULL ? g_strdup_printf ("%s; %s", reply, message->warning) : NULL;
  mopt_test_leg_pass (self, MOPT_STAGE_ACCEPTED, message->recipient, detail != NULL ? detail : reply);
  self->message = g_steal_pointer (&message);
  return TRUE;
}

MoptSession *
mopt_test_leg_run_server (MoptTestLeg *self)
{
  g_autoptr (MoptSession) session = open_session (self);

  if (session == NULL)
    return NULL;
  if (self->side == MOPT_TEST_SIDE_INCOMING)
    self->ok = open_mailbox (self, session);
  else
    self->ok = !self->send || send_message (self, session);
  g_free (self->transcript);
  self->transcript = mopt_session_get_transcript (session);
  if (self->ok && self->keep_session)
    self->session = g_steal_pointer (&session);
  return g_steal_pointer (&session);
}
