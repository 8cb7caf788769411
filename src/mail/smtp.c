/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/smtp.h"

#include <string.h>

#include "base/error.h"
#include "mail/message.h"
#include "mail/offers.h"
#include "mail/smtp-reply.h"
#include "model/address.h"
#include "model/host.h"

struct _MoptSmtp
{
  MoptDialogue *dialogue;
  char **offers; /* EHLO's keywords; NULL: not asked, or forgotten after TLS */
};

static gpointer
mopt_smtp_new (MoptDialogue *dialogue)
{
  MoptSmtp *self = g_new0 (MoptSmtp, 1);

  self->dialogue = dialogue;
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

static const char *
offers (MoptSmtp *self, const char *keyword)
{
  return mopt_offers_find ((const char *const *) self->offers, keyword);
}

/* ---- replies ---- */

static gboolean
read_reply (MoptSmtp *self, MoptSmtpReply *reply, GError **error)
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

/* The server said no to @command: an error with its words. Always FALSE. */
static gboolean
refuse (MoptSmtp *self, const MoptSmtpReply *reply, MoptError code, const char *command, GError **error)
{
  g_autofree char *words = mopt_smtp_reply_get_words (reply);

  mopt_dialogue_mask (self->dialogue, words, strlen (words));
  mopt_set_error_with_words (error, code, words, "%s: %u %s", command, reply->code, reply->enhanced);
  return FALSE;
}

static gboolean
is_tls (MoptSmtp *self)
{
  return mopt_connection_is_tls (mopt_dialogue_get_connection (self->dialogue));
}

/* ---- greeting, EHLO, STARTTLS ---- */

static gboolean
mopt_smtp_greet (gpointer data, gboolean starts_tls, GError **error)
{
  MoptSmtp *self = data;
  g_auto (MoptSmtpReply) reply = { 0 };
  g_autoptr (GError) cause = NULL;

  if (!read_reply (self, &reply, &cause))
    {
      if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_PROTOCOL))
        cause->code = MOPT_ERROR_NOT_MAIL_SERVER;
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (reply.code != 220)
    return refuse (self, &reply, MOPT_ERROR_GREETING_REFUSED, "greeting", error);
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
  if (!mopt_dialogue_send (self->dialogue, error, "EHLO [%s%s]", family, ip) || !read_reply (self, &reply, error))
    return FALSE;
  if (reply.code == 500 || reply.code == 502 || reply.code == 504)
    {
      mopt_smtp_reply_clear (&reply);
      if (!mopt_dialogue_send (self->dialogue, error, "HELO [%s%s]", family, ip)
          || !read_reply (self, &reply, error))
        return FALSE;
      g_ptr_array_set_size (reply.lines, MIN (reply.lines->len, 1));
    }
  if (reply.code != 250)
    return refuse (self, &reply, MOPT_ERROR_COMMAND_REFUSED, "EHLO", error);

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
  if (!mopt_dialogue_send (self->dialogue, error, "STARTTLS") || !read_reply (self, &reply, error))
    return FALSE;
  if (reply.code != 220)
    return refuse (self, &reply, MOPT_ERROR_TLS_REFUSED, "STARTTLS", error);
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

static MoptError
auth_cause (const MoptSmtpReply *reply)
{
  if (mopt_smtp_reply_is_temporary (reply))
    return MOPT_ERROR_AUTH_TEMPORARY;
  switch (reply->code)
    {
    case 504:
      return MOPT_ERROR_AUTH_NO_MECHANISM;
    case 538:
      return MOPT_ERROR_TLS_REQUIRED;
    case 500:
    case 502:
    case 503:
      return MOPT_ERROR_AUTH_NOT_OFFERED;
    default:
      return reply->code >= 500 ? MOPT_ERROR_AUTH_REFUSED : MOPT_ERROR_PROTOCOL;
    }
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
      mopt_autowipe char *line = g_strdup_printf ("%s %s", command, *answer != '\0' ? answer : "=");
      g_autofree char *mask = g_strdup_printf ("%s ***", command);

      if (!mopt_dialogue_send_secret (self->dialogue, line, mask, error))
        return FALSE;
    }
  for (guint i = 0; i < MOPT_CHALLENGES_MAX; i++)
    {
      g_auto (MoptSmtpReply) reply = { 0 };

      if (!read_reply (self, &reply, error))
        return FALSE;
      if (reply.code == 235)
        return mopt_sasl_finish (sasl, NULL, cancellable, error);
      if (reply.code != 334)
        return refuse (self, &reply, auth_cause (&reply), command, error);

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

  if (!is_tls (self) && offers (self, "STARTTLS") != NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_TLS_REQUIRED, "AUTH is offered only after STARTTLS");
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_NOT_OFFERED, "AUTH is not among what the server offers");
  return NULL;
}

/* ---- MAIL, RCPT, DATA ---- */

/* The mailbox of a path: the domain as A-labels, so that only a local part can need SMTPUTF8. */
static char *
wire_address (const char *text, gboolean *needs_utf8, GError **error)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (text, error);

  if (address == NULL)
    return NULL;
  if (!g_str_is_ascii (address->domain))
    {
      char *ascii = mopt_host_to_ascii (address->domain, error);

      if (ascii == NULL)
        return NULL;
      g_free (address->domain);
      address->domain = ascii;
    }
  if (!g_str_is_ascii (address->local))
    *needs_utf8 = TRUE;
  return mopt_address_to_spec (address);
}

static gboolean
check_size (MoptSmtp *self, gsize size, GError **error)
{
  const char *limit = offers (self, "SIZE");
  guint64 most = limit != NULL ? g_ascii_strtoull (limit, NULL, 10) : 0;

  if (most == 0 || size <= most)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_MESSAGE_TOO_LARGE,
               "SIZE: %" G_GSIZE_FORMAT " bytes, at most %" G_GUINT64_FORMAT, size, most);
  return FALSE;
}

/* Why MAIL or RCPT was refused, from @otherwise what the command itself stands for. */
static MoptError
envelope_cause (MoptSmtp *self, const MoptSmtpReply *reply, MoptError otherwise)
{
  const char *text = mopt_smtp_reply_get_text (reply);

  if (mopt_smtp_reply_is_temporary (reply))
    return MOPT_ERROR_TEMPORARY;
  if (reply->code == 530)
    return !is_tls (self) && offers (self, "STARTTLS") != NULL ? MOPT_ERROR_TLS_REQUIRED : MOPT_ERROR_AUTH_REQUIRED;
  if (reply->code == 552 || mopt_smtp_reply_has_detail (reply, "3.4"))
    return MOPT_ERROR_MESSAGE_TOO_LARGE;
  /* servers like to judge the sender only when they know the recipient, too (RFC 3463 §3.2; Postfix's words) */
  if (mopt_smtp_reply_has_detail (reply, "1.7") || mopt_smtp_reply_has_detail (reply, "1.8")
      || strcasestr (text, "sender address rejected") != NULL)
    return MOPT_ERROR_SENDER_REFUSED;
  return otherwise;
}

/* One reply of the envelope; the first refusal counts. FALSE: there are no more replies to come. */
static gboolean
read_envelope_reply (MoptSmtp *self, MoptError otherwise, const char *command, GError **first)
{
  g_auto (MoptSmtpReply) reply = { 0 };
  g_autoptr (GError) lost = NULL;

  if (!read_reply (self, &reply, &lost))
    {
      if (*first == NULL)
        *first = g_steal_pointer (&lost);
      return FALSE;
    }
  if (reply.code / 100 != 2 && *first == NULL)
    refuse (self, &reply, envelope_cause (self, &reply, otherwise), command, first);
  return TRUE;
}

gboolean
mopt_smtp_envelope (MoptSmtp *self, const char *sender, const char *const *recipients, gsize size,
                    gboolean has_8bit, GError **error)
{
  gboolean pipelining = offers (self, "PIPELINING") != NULL;
  gboolean needs_utf8 = FALSE;
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *from = wire_address (sender, &needs_utf8, error);
  g_autoptr (GError) first = NULL;

  if (from == NULL || !check_size (self, size, error))
    return FALSE;
  g_ptr_array_add (commands, NULL); /* MAIL: what it says depends on the recipients, too */
  for (guint i = 0; recipients[i] != NULL; i++)
    {
      g_autofree char *to = wire_address (recipients[i], &needs_utf8, error);

      if (to == NULL)
        return FALSE;
      g_ptr_array_add (commands, g_strdup_printf ("RCPT TO:<%s>", to));
    }
  if (needs_utf8 && offers (self, "SMTPUTF8") == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_SMTPUTF8_MISSING, "SMTPUTF8 is not among what the server offers");
      return FALSE;
    }
  g_autofree char *with_size
      = offers (self, "SIZE") != NULL ? g_strdup_printf (" SIZE=%" G_GSIZE_FORMAT, size) : g_strdup ("");
  commands->pdata[0]
      = g_strdup_printf ("MAIL FROM:<%s>%s%s%s", from, with_size,
                         has_8bit && offers (self, "8BITMIME") != NULL ? " BODY=8BITMIME" : "",
                         needs_utf8 ? " SMTPUTF8" : "");

  /* With PIPELINING all commands go out first, and each has its reply, whatever became of the others. */
  for (guint i = 0; pipelining && i < commands->len; i++)
    if (!mopt_dialogue_send (self->dialogue, error, "%s", (const char *) commands->pdata[i]))
      return FALSE;
  for (guint i = 0; i < commands->len; i++)
    {
      if (!pipelining && !mopt_dialogue_send (self->dialogue, error, "%s", (const char *) commands->pdata[i]))
        return FALSE;
      if (!read_envelope_reply (self, i == 0 ? MOPT_ERROR_SENDER_REFUSED : MOPT_ERROR_RECIPIENT_REFUSED,
                                i == 0 ? "MAIL FROM" : "RCPT TO", &first)
          || (first != NULL && !pipelining))
        break;
    }
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

static MoptError
data_cause (MoptSmtp *self, const MoptSmtpReply *reply)
{
  return envelope_cause (self, reply, reply->code / 100 == 5 ? MOPT_ERROR_MESSAGE_REFUSED : MOPT_ERROR_PROTOCOL);
}

gboolean
mopt_smtp_data (MoptSmtp *self, GBytes *message, char **words, GError **error)
{
  g_auto (MoptSmtpReply) go_ahead = { 0 };
  g_auto (MoptSmtpReply) reply = { 0 };
  g_autoptr (GError) lost = NULL;
  gsize length;
  const char *text = g_bytes_get_data (message, &length);
  g_autoptr (GBytes) wire = mopt_message_to_wire (text, length, TRUE);
  g_autofree char *note = g_strdup_printf ("(the message, %" G_GSIZE_FORMAT " bytes)", g_bytes_get_size (wire));

  if (!mopt_dialogue_send (self->dialogue, error, "DATA") || !read_reply (self, &go_ahead, error))
    return FALSE;
  if (go_ahead.code != 354)
    return refuse (self, &go_ahead, data_cause (self, &go_ahead), "DATA", error);

  /* A cancel or an error in the middle of it leaves the connection dead without the final dot: the server must
   * throw the beginning away (RFC 5321 §4.1.1.4). */
  if (!mopt_dialogue_send_raw (self->dialogue, g_bytes_get_data (wire, NULL), g_bytes_get_size (wire), note, error))
    return FALSE;
  if (!read_reply (self, &reply, &lost))
    {
      if (lost->domain != MOPT_ERROR || lost->code == MOPT_ERROR_PROTOCOL)
        g_propagate_error (error, g_steal_pointer (&lost));
      else
        g_set_error (error, MOPT_ERROR, MOPT_ERROR_TEMPORARY,
                     "the connection was lost after the end of the message, which may have been delivered: %s",
                     lost->message);
      return FALSE;
    }
  if (reply.code / 100 != 2)
    return refuse (self, &reply, data_cause (self, &reply), "end of DATA", error);
  if (words != NULL)
    *words = mopt_smtp_reply_get_words (&reply);
  return TRUE;
}

static gboolean
mopt_smtp_quit (gpointer data, GError **error)
{
  MoptSmtp *self = data;
  g_auto (MoptSmtpReply) reply = { 0 };

  return mopt_dialogue_send (self->dialogue, error, "QUIT") && read_reply (self, &reply, error);
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
