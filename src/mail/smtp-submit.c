/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/smtp-submit.h"

#include <string.h>

#include "mail/message.h"
#include "mail/offers.h"
#include "model/address.h"
#include "model/host.h"

static const char *
offers (MoptSmtp *self, const char *keyword)
{
  return mopt_offers_find (mopt_smtp_protocol.get_offers (self), keyword);
}

/* ---- MAIL FROM, RCPT TO ---- */

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

/* 250 to 259. The rest of 2xx are answers to other questions, such as 221: a server that is leaving has not taken
 * anything. */
static gboolean
is_done (const MoptSmtpReply *reply)
{
  return reply->code / 10 == 25;
}

/* One reply of the envelope; the first refusal counts. FALSE: there are no more replies to come. */
static gboolean
read_envelope_reply (MoptSmtp *self, MoptSmtpStep step, const char *command, GError **first)
{
  g_auto (MoptSmtpReply) reply = { 0 };
  g_autoptr (GError) lost = NULL;

  if (!mopt_smtp_read_reply (self, &reply, &lost))
    {
      if (*first == NULL)
        *first = g_steal_pointer (&lost);
      return FALSE;
    }
  if (!is_done (&reply) && *first == NULL)
    mopt_smtp_refuse (self, &reply, step, command, first);
  return TRUE;
}

gboolean
mopt_smtp_envelope (MoptSmtp *self, const char *sender, const char *const *recipients, gsize size, gboolean has_8bit,
                    GError **error)
{
  MoptDialogue *dialogue = mopt_smtp_get_dialogue (self);
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
      = size > 0 && offers (self, "SIZE") != NULL ? g_strdup_printf (" SIZE=%" G_GSIZE_FORMAT, size) : g_strdup ("");
  commands->pdata[0] = g_strdup_printf ("MAIL FROM:<%s>%s%s%s", from, with_size,
                                        has_8bit && offers (self, "8BITMIME") != NULL ? " BODY=8BITMIME" : "",
                                        needs_utf8 ? " SMTPUTF8" : "");

  /* With PIPELINING all commands go out first, and each has its reply, whatever became of the others. */
  for (guint i = 0; pipelining && i < commands->len; i++)
    if (!mopt_dialogue_send (dialogue, error, "%s", (const char *) commands->pdata[i]))
      return FALSE;
  for (guint i = 0; i < commands->len; i++)
    {
      if (!pipelining && !mopt_dialogue_send (dialogue, error, "%s", (const char *) commands->pdata[i]))
        return FALSE;
      if (!read_envelope_reply (self, i == 0 ? MOPT_SMTP_MAIL : MOPT_SMTP_RCPT, i == 0 ? "MAIL FROM" : "RCPT TO", &first)
          || (first != NULL && !pipelining))
        break;
    }
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

gboolean
mopt_smtp_reset (MoptSmtp *self, GError **error)
{
  g_auto (MoptSmtpReply) reply = { 0 };

  if (!mopt_dialogue_send (mopt_smtp_get_dialogue (self), error, "RSET")
      || !mopt_smtp_read_reply (self, &reply, error))
    return FALSE;
  if (reply.code / 100 != 2)
    return mopt_smtp_fail (self, &reply, MOPT_ERROR_COMMAND_REFUSED, "RSET", error);
  return TRUE;
}

/* ---- DATA ---- */

gboolean
mopt_smtp_data (MoptSmtp *self, GBytes *message, char **words, GError **error)
{
  MoptDialogue *dialogue = mopt_smtp_get_dialogue (self);
  g_auto (MoptSmtpReply) go_ahead = { 0 };
  g_auto (MoptSmtpReply) reply = { 0 };
  g_autoptr (GError) lost = NULL;
  gsize length;
  const char *text = g_bytes_get_data (message, &length);
  g_autoptr (GBytes) wire = mopt_message_to_wire (text, length, TRUE);
  g_autofree char *note = g_strdup_printf ("(the message, %" G_GSIZE_FORMAT " bytes)", g_bytes_get_size (wire));

  if (!mopt_dialogue_send (dialogue, error, "DATA") || !mopt_smtp_read_reply (self, &go_ahead, error))
    return FALSE;
  if (go_ahead.code != 354)
    return mopt_smtp_refuse (self, &go_ahead, MOPT_SMTP_DATA, "DATA", error);

  /* A cancel or an error in the middle of it leaves the connection dead without the final dot: the server must
   * throw the beginning away (RFC 5321 §4.1.1.4). */
  if (!mopt_dialogue_send_raw (dialogue, g_bytes_get_data (wire, NULL), g_bytes_get_size (wire), note, error))
    return FALSE;
  if (!mopt_smtp_read_reply (self, &reply, &lost))
    {
      if (lost->domain != MOPT_ERROR || lost->code == MOPT_ERROR_PROTOCOL)
        g_propagate_error (error, g_steal_pointer (&lost));
      else
        g_set_error (error, MOPT_ERROR, MOPT_ERROR_MAYBE_DELIVERED,
                     "the connection was lost after the end of the message, which may have been delivered: %s",
                     lost->message);
      return FALSE;
    }
  if (!is_done (&reply))
    return mopt_smtp_refuse (self, &reply, MOPT_SMTP_DATA, "end of DATA", error);
  if (words != NULL)
    {
      *words = mopt_smtp_reply_get_words (&reply);
      mopt_dialogue_mask (dialogue, *words, strlen (*words));
    }
  return TRUE;
}
