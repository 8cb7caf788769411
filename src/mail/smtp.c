/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/smtp.h"

#include <string.h>

#include "mail/offers.h"
#include "mail/smtp-cause.h"
#include "mail/words.h"

struct _MoptSmtp
{
  MoptDialogue *dialogue;
  char **offers; /* EHLO's keywords; NULL: not asked, or forgotten after TLS */
  gboolean says_ftp; /* the greeting, which for FTP looks the same */
  gboolean has_quit; /* QUIT was said, and not answered yet */
};

static gpointer
mopt_smtp_new (MoptDialogue *dialogue)
{
  MoptSmtp *self = g_new0 (MoptSmtp, 1);

  self->dialogue = dialogue;
  mopt_dialogue_take_turns (dialogue);
  return self;
}

static void
mopt_smtp_free (gpointer data)
{
  MoptSmtp *self = data;

  g_strfreev (self->offers);
  g_free (self);
}

static const char *const *
mopt_smtp_get_offers (gpointer data)
{
  static const char *const none[] = { NULL };
  MoptSmtp *self = data;

  return self->offers != NULL ? (const char *const *) self->offers : none;
}

MoptDialogue *
mopt_smtp_get_dialogue (MoptSmtp *self)
{
  return self->dialogue;
}

static const char *
offers (MoptSmtp *self, const char *keyword)
{
  return mopt_offers_find ((const char *const *) self->offers, keyword);
}

/* ---- replies ---- */

gboolean
mopt_smtp_read_reply (MoptSmtp *self, MoptSmtpReply *reply, GError **error)
{
  gboolean last = FALSE;

  mopt_smtp_reply_init (reply);
  mopt_dialogue_begin_reply (self->dialogue);
  while (!last)
    {
      g_autofree char *line = mopt_dialogue_read_line (self->dialogue, NULL, error);

      if (line == NULL)
        return FALSE;
      if (!mopt_smtp_reply_add (reply, line, &last))
        {
          mopt_dialogue_mask (self->dialogue, line, strlen (line));
          mopt_set_error_with_words (error, MOPT_ERROR_PROTOCOL, line, "not a reply of an SMTP server");
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
mopt_smtp_refuse (MoptSmtp *self, const MoptSmtpReply *reply, MoptSmtpStep step, const char *command, GError **error)
{
  return mopt_smtp_fail (self, reply, mopt_smtp_cause (step, reply, mopt_smtp_lacks_tls (self)), command, error);
}

gboolean
mopt_smtp_fail (MoptSmtp *self, const MoptSmtpReply *reply, MoptError code, const char *command, GError **error)
{
  g_autofree char *words = mopt_smtp_reply_get_words (reply);

  mopt_dialogue_mask (self->dialogue, words, strlen (words));
  mopt_set_error_with_words (error, code, words, "%s: %u %s", command, reply->code, reply->enhanced);
  return FALSE;
}

gboolean
mopt_smtp_lacks_tls (MoptSmtp *self)
{
  return !mopt_connection_is_tls (mopt_dialogue_get_connection (self->dialogue)) && offers (self, "STARTTLS") != NULL;
}

/* ---- greeting, EHLO, STARTTLS ---- */

static gboolean
mopt_smtp_greet (gpointer data, gboolean starts_tls, GError **error)
{
  MoptSmtp *self = data;
  g_auto (MoptSmtpReply) reply = { 0 };
  g_autoptr (GError) cause = NULL;

  if (!mopt_smtp_read_reply (self, &reply, &cause))
    {
      if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_PROTOCOL))
        cause->code = mopt_words_other_server (mopt_error_get_server_words (cause));
      mopt_words_no_greeting (cause, mopt_dialogue_get_connection (self->dialogue));
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (reply.code != 220)
    return mopt_smtp_refuse (self, &reply, MOPT_SMTP_GREETING, "greeting", error);
  g_autofree char *words = mopt_smtp_reply_get_words (&reply);
  self->says_ftp = mopt_words_other_server (words) == MOPT_ERROR_FTP_SERVER;
  return TRUE;
}

/* EHLO with an address literal: the name of a desktop is rarely one that the server could look up, and nobody's
 * business. HELO where EHLO is not known. */
static gboolean
mopt_smtp_ask (gpointer data, GError **error)
{
  MoptSmtp *self = data;
  g_auto (MoptSmtpReply) reply = { 0 };
  g_autoptr (GStrvBuilder) keywords = g_strv_builder_new ();
  const char *ip = mopt_connection_get_local_ip (mopt_dialogue_get_connection (self->dialogue));
  const char *family = strchr (ip, ':') != NULL ? "IPv6:" : "";

  if (self->offers != NULL)
    return TRUE;
  if (!mopt_dialogue_send (self->dialogue, error, "EHLO [%s%s]", family, ip)
      || !mopt_smtp_read_reply (self, &reply, error))
    return FALSE;
  if (reply.code == 500 || reply.code == 502 || reply.code == 504)
    {
      mopt_smtp_reply_clear (&reply);
      if (!mopt_dialogue_send (self->dialogue, error, "HELO [%s%s]", family, ip)
          || !mopt_smtp_read_reply (self, &reply, error))
        return FALSE;
      g_ptr_array_set_size (reply.lines, MIN (reply.lines->len, 1));
    }
  if (reply.code != 250 && self->says_ftp)
    return mopt_smtp_fail (self, &reply, MOPT_ERROR_FTP_SERVER, "EHLO", error);
  if (reply.code != 250)
    return mopt_smtp_refuse (self, &reply, MOPT_SMTP_EHLO, "EHLO", error);

  /* the first line is the server's name */
  for (guint i = 1; i < reply.lines->len; i++)
    g_strv_builder_add (keywords, reply.lines->pdata[i]);
  self->offers = g_strv_builder_end (keywords);
  return TRUE;
}

static gboolean
mopt_smtp_start_tls (gpointer data, const char *host, gboolean verify, GError **error)
{
  MoptSmtp *self = data;
  g_auto (MoptSmtpReply) reply = { 0 };

  if (!mopt_smtp_ask (self, error))
    return FALSE;
  if (offers (self, "STARTTLS") == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_TLS_NOT_OFFERED, "STARTTLS is not among what the server offers");
      return FALSE;
    }
  if (!mopt_dialogue_send (self->dialogue, error, "STARTTLS") || !mopt_smtp_read_reply (self, &reply, error))
    return FALSE;
  if (reply.code != 220)
    return mopt_smtp_fail (self, &reply, MOPT_ERROR_TLS_REFUSED, "STARTTLS", error);
  g_clear_pointer (&self->offers, g_strfreev);
  return mopt_dialogue_start_tls (self->dialogue, host, verify, error);
}

/* ---- AUTH ---- */

static char **
mopt_smtp_get_mechanisms (gpointer data)
{
  MoptSmtp *self = data;

  return mopt_offers_words ((const char *const *) self->offers, "AUTH");
}

static gboolean
mopt_smtp_authenticate (gpointer data, MoptSasl *sasl, GCancellable *cancellable, GError **error)
{
  MoptSmtp *self = data;
  g_autofree char *command = g_strdup_printf ("AUTH %s", mopt_sasl_get_mechanism (sasl));

  if (!mopt_sasl_has_initial (sasl))
    {
      if (!mopt_dialogue_send (self->dialogue, error, "%s", command))
        return FALSE;
    }
  else
    {
      mopt_autowipe char *answer = mopt_sasl_step (sasl, NULL, cancellable, error);
      if (answer == NULL)
        return FALSE;
      mopt_autowipe char *line = g_strconcat (command, " ", *answer != '\0' ? answer : "=", NULL);
      g_autofree char *mask = g_strdup_printf ("%s ***", command);

      if (!mopt_dialogue_send_secret (self->dialogue, line, mask, error))
        return FALSE;
    }
  for (guint i = 0; i < MOPT_CHALLENGES_MAX; i++)
    {
      g_auto (MoptSmtpReply) reply = { 0 };

      if (!mopt_smtp_read_reply (self, &reply, error))
        return FALSE;
      if (reply.code == 235)
        return mopt_sasl_finish (sasl, NULL, cancellable, error);
      if (reply.code != 334)
        return mopt_smtp_refuse (self, &reply, MOPT_SMTP_AUTH, command, error);

      mopt_autowipe char *answer = mopt_sasl_step (sasl, mopt_smtp_reply_get_text (&reply), cancellable, error);
      if (answer == NULL || !mopt_dialogue_send_secret (self->dialogue, answer, "***", error))
        return FALSE;
    }
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "%s: no end of challenges", command);
  return FALSE;
}

static const char *
mopt_smtp_get_own_login (gpointer data, gboolean clear_text, GError **error)
{
  MoptSmtp *self = data;

  if (mopt_smtp_lacks_tls (self))
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_TLS_REQUIRED, "AUTH is offered only after STARTTLS");
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_NOT_OFFERED, "AUTH is not among what the server offers");
  return NULL;
}

static gboolean
mopt_smtp_quit (gpointer data, GError **error)
{
  MoptSmtp *self = data;
  g_auto (MoptSmtpReply) reply = { 0 };

  return (self->has_quit || mopt_dialogue_send (self->dialogue, error, "QUIT"))
         && mopt_smtp_read_reply (self, &reply, error);
}

void
mopt_smtp_note_quit (MoptSmtp *self)
{
  self->has_quit = TRUE;
  mopt_dialogue_note (self->dialogue, "QUIT went with it");
}

const MoptProtocolTable mopt_smtp_protocol = {
  .new = mopt_smtp_new,
  .free = mopt_smtp_free,
  .greet = mopt_smtp_greet,
  .ask = mopt_smtp_ask,
  .start_tls = mopt_smtp_start_tls,
  .get_offers = mopt_smtp_get_offers,
  .get_mechanisms = mopt_smtp_get_mechanisms,
  .authenticate = mopt_smtp_authenticate,
  .get_own_login = mopt_smtp_get_own_login,
  .quit = mopt_smtp_quit,
};
