/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/smtp-submit.h"

#include <string.h>

#include "mail/offers.h"
#include "mail/wire-text.h"
#include "model/address.h"
#include "model/host.h"

static const char *
offers (MoptSmtp *self, const char *keyword)
{
  return mopt_offers_find (mopt_smtp_protocol.get_offers (self), keyword);
}

/* ---- MAIL FROM, RCPT TO, DATA ---- */

/* With PIPELINING so many go out at once. RFC 2920 3.1: of more the replies, which nobody reads meanwhile, could fill
 * the connection, and either side would wait for the other. */
#define COMMANDS_AT_ONCE 100

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
check_size (MoptSmtp *self, guint64 size, GError **error)
{
  const char *limit = offers (self, "SIZE");
  guint64 most = limit != NULL ? g_ascii_strtoull (limit, NULL, 10) : 0;

  if (most == 0 || size <= most)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_MESSAGE_TOO_LARGE,
               "SIZE: %" G_GUINT64_FORMAT " bytes, at most %" G_GUINT64_FORMAT, size, most);
  return FALSE;
}

/* 250 to 259. The rest of 2xx are answers to other questions, such as 221: a server that is leaving has not taken
 * anything. */
static gboolean
is_done (const MoptSmtpReply *reply)
{
  return reply->code / 10 == 25;
}

/* Whether DATA goes out together with the envelope: saves a round trip. BDAT needs no go-ahead. */
static gboolean
sends_data_ahead (MoptSmtp *self, const MoptEnvelope *envelope)
{
  return envelope->at_once && offers (self, "PIPELINING") != NULL && offers (self, "CHUNKING") == NULL;
}

/* "MAIL FROM:…", "RCPT TO:…" for each recipient, and "DATA". */
static GPtrArray *
make_commands (MoptSmtp *self, const MoptEnvelope *envelope, GError **error)
{
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (g_free);
  gboolean needs_utf8 = FALSE;
  g_autofree char *from
      = *envelope->sender == '\0' ? g_strdup ("") : wire_address (envelope->sender, &needs_utf8, error);

  if (from == NULL || !check_size (self, envelope->size, error))
    return NULL;
  g_ptr_array_add (commands, NULL); /* MAIL: what it says depends on the recipients, too */
  for (guint i = 0; envelope->recipients[i] != NULL; i++)
    {
      g_autofree char *to = wire_address (envelope->recipients[i], &needs_utf8, error);

      if (to == NULL)
        return NULL;
      g_ptr_array_add (commands, g_strdup_printf ("RCPT TO:<%s>", to));
    }
  if (needs_utf8 && offers (self, "SMTPUTF8") == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_SMTPUTF8_MISSING, "SMTPUTF8 is not among what the server offers");
      return NULL;
    }
  g_autofree char *with_size = envelope->size > 0 && offers (self, "SIZE") != NULL
                                   ? g_strdup_printf (" SIZE=%" G_GUINT64_FORMAT, envelope->size)
                                   : g_strdup ("");
  commands->pdata[0]
      = g_strdup_printf ("MAIL FROM:<%s>%s%s%s", from, with_size,
                         envelope->is_8bit && offers (self, "8BITMIME") != NULL ? " BODY=8BITMIME" : "",
                         needs_utf8 ? " SMTPUTF8" : "");
  if (sends_data_ahead (self, envelope))
    g_ptr_array_add (commands, g_strdup ("DATA"));
  return g_steal_pointer (&commands);
}

/* The refusal that counts: the first one that is final, else the first one. Takes @error. */
static void
keep_worse (GError **worst, GError *error)
{
  if (*worst != NULL && (!mopt_error_is (*worst, MOPT_ERROR_TEMPORARY) || mopt_error_is (error, MOPT_ERROR_TEMPORARY)))
    g_error_free (error);
  else
    {
      g_clear_error (worst);
      *worst = error;
    }
}

/* What becomes of an envelope, reply by reply. */
typedef struct
{
  GError *sender; /* MAIL FROM was refused, or the connection is lost */
  GError *recipient;
  GStrvBuilder *refused;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_error (&outcome->sender);
  g_clear_error (&outcome->recipient);
  g_strv_builder_unref (outcome->refused);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

/* The reply to the command @i. FALSE: there are no more replies to come. */
static gboolean
read_envelope_reply (MoptSmtp *self, const MoptEnvelope *envelope, guint i, Outcome *outcome)
{
  g_auto (MoptSmtpReply) reply = { 0 };
  gboolean is_mail = i == 0, is_data = !is_mail && envelope->recipients[i - 1] == NULL;
  g_autoptr (GError) error = NULL;

  if (!mopt_smtp_read_reply (self, &reply, &error))
    {
      /* "421 going down", and then it does */
      if (outcome->sender == NULL && outcome->recipient == NULL)
        outcome->sender = g_steal_pointer (&error);
      return FALSE;
    }
  if (is_data ? reply.code == 354 : is_done (&reply))
    return TRUE;
  if (is_data)
    mopt_smtp_refuse (self, &reply, MOPT_SMTP_DATA, "DATA", &error);
  else
    mopt_smtp_refuse (self, &reply, is_mail ? MOPT_SMTP_MAIL : MOPT_SMTP_RCPT, is_mail ? "MAIL FROM" : "RCPT TO",
                      &error);
  /* after a refusal the rest is refused for its sake ("503 need RCPT first") */
  if (is_mail || (is_data && outcome->recipient == NULL && outcome->sender == NULL))
    outcome->sender = g_steal_pointer (&error);
  else if (!is_data && outcome->sender == NULL)
    {
      g_strv_builder_add (outcome->refused, envelope->recipients[i - 1]);
      keep_worse (&outcome->recipient, g_steal_pointer (&error));
    }
  return TRUE;
}

gboolean
mopt_smtp_envelope (MoptSmtp *self, const MoptEnvelope *envelope, char ***refused, GError **error)
{
  guint at_once = offers (self, "PIPELINING") != NULL ? COMMANDS_AT_ONCE : 1, n_sent = 0;
  g_autoptr (GPtrArray) commands = make_commands (self, envelope, error);
  g_auto (Outcome) outcome = { .refused = g_strv_builder_new () };

  if (refused != NULL)
    *refused = NULL;
  if (commands == NULL)
    return FALSE;
  /* What went out has its reply each, whatever became of the others. */
  for (guint i = 0; i < commands->len; i++)
    {
      const char *const *next = (const char *const *) commands->pdata + i;
      guint n = i == n_sent ? MIN (at_once, commands->len - i) : 0;
      g_autoptr (GError) lost = NULL;

      n_sent += n;
      if (n > 0 && !mopt_dialogue_send_lines (mopt_smtp_get_dialogue (self), next, n, &lost))
        {
          if (outcome.recipient == NULL) /* it said why before it hung up */
            outcome.sender = g_steal_pointer (&lost);
          break;
        }
      if (!read_envelope_reply (self, envelope, i, &outcome) || (outcome.sender != NULL && i + 1 == n_sent))
        break;
    }
  if (outcome.sender != NULL)
    g_propagate_error (error, g_steal_pointer (&outcome.sender));
  else if (outcome.recipient != NULL)
    {
      if (refused != NULL)
        *refused = g_strv_builder_end (outcome.refused);
      g_propagate_error (error, g_steal_pointer (&outcome.recipient));
    }
  else
    return TRUE;
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

/* ---- the message ---- */

#define BLOCK_MAX (64 * 1024) /* bytes that are written at once */

typedef struct
{
  MoptDialogue *dialogue;
  guint limit_ms;
  guint64 size; /* that was told */
  MoptWireText wire;
  GByteArray *block; /* not written yet */
  char *note;        /* for the transcript, with the first block */
} Transfer;

static gboolean
write_block (Transfer *self, GError **error)
{
  mopt_dialogue_set_deadline (self->dialogue, g_get_monotonic_time () + self->limit_ms * G_TIME_SPAN_MILLISECOND);

  gboolean ok = mopt_dialogue_send_raw (self->dialogue, self->block->data, self->block->len, self->note, error);
  g_clear_pointer (&self->note, g_free);
  g_byte_array_set_size (self->block, 0);
  return ok;
}

/* A file that somebody writes to while it is read would end too late or too early. */
static gboolean
check_length (Transfer *self, gboolean ended, GError **error)
{
  if (ended ? self->wire.size == self->size : self->wire.size <= self->size)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED, "the message changed while it was being sent");
  return FALSE;
}

static gboolean
add_block (const char *data, gsize length, gpointer user_data, GError **error)
{
  Transfer *self = user_data;

  mopt_wire_text_add (&self->wire, data, length, self->block);
  return check_length (self, FALSE, error) && (self->block->len < BLOCK_MAX || write_block (self, error));
}

static gboolean
transfer (MoptSmtp *self, const MoptEnvelope *envelope, MoptPieces *message, guint limit_ms, gboolean by_bdat,
          GError **error)
{
  g_autoptr (GByteArray) block = g_byte_array_sized_new (BLOCK_MAX + 4096);
  Transfer to = { mopt_smtp_get_dialogue (self), limit_ms, envelope->size, .block = block };
  /* saves a round trip (RFC 2920 §3.1) */
  gboolean is_last = envelope->at_once && offers (self, "PIPELINING") != NULL;

  to.note = g_strdup_printf ("%s(the message, %" G_GUINT64_FORMAT " bytes)", by_bdat ? "BDAT " : "", envelope->size);
  mopt_wire_text_init (&to.wire, !by_bdat);
  if (by_bdat)
    {
      g_autofree char *command = g_strdup_printf ("BDAT %" G_GUINT64_FORMAT " LAST\r\n", envelope->size);

      g_byte_array_append (block, (const guint8 *) command, strlen (command));
    }

  gboolean ok = mopt_pieces_foreach (message, add_block, &to, error);
  if (ok)
    {
      mopt_wire_text_end (&to.wire, block);
      ok = check_length (&to, TRUE, error);
    }
  if (ok && is_last)
    g_byte_array_append (block, (const guint8 *) "QUIT\r\n", strlen ("QUIT\r\n"));
  ok = ok && write_block (&to, error);
  if (ok && is_last)
    mopt_smtp_note_quit (self);
  g_free (to.note);
  return ok;
}

gboolean
mopt_smtp_message (MoptSmtp *self, const MoptEnvelope *envelope, MoptPieces *message, guint limit_ms, char **words,
                   GError **error)
{
  MoptDialogue *dialogue = mopt_smtp_get_dialogue (self);
  gboolean by_bdat = offers (self, "CHUNKING") != NULL;
  g_auto (MoptSmtpReply) go_ahead = { 0 };
  g_auto (MoptSmtpReply) reply = { 0 };
  g_autoptr (GError) lost = NULL;

  if (!by_bdat && !sends_data_ahead (self, envelope))
    {
      if (!mopt_dialogue_send (dialogue, error, "DATA") || !mopt_smtp_read_reply (self, &go_ahead, error))
        return FALSE;
      if (go_ahead.code != 354)
        return mopt_smtp_refuse (self, &go_ahead, MOPT_SMTP_DATA, "DATA", error);
    }
  if (!transfer (self, envelope, message, limit_ms, by_bdat, error))
    return FALSE;

  if (envelope->to_the_end)
    mopt_connection_forget_cancel (mopt_dialogue_get_connection (dialogue));
  mopt_dialogue_set_deadline (dialogue, g_get_monotonic_time () + limit_ms * G_TIME_SPAN_MILLISECOND);
  if (mopt_smtp_read_reply (self, &reply, &lost) && !is_done (&reply))
    {
      mopt_smtp_refuse (self, &reply, MOPT_SMTP_DATA, by_bdat ? "end of BDAT" : "end of DATA", &lost);
      if (lost->code != MOPT_ERROR_PROTOCOL)
        {
          g_propagate_error (error, g_steal_pointer (&lost));
          return FALSE;
        }
    }
  /* no answer, or one that is neither yes nor no: nobody knows */
  if (lost != NULL)
    {
      if (lost->domain == MOPT_ERROR)
        lost->code = MOPT_ERROR_MAYBE_DELIVERED;
      g_propagate_error (error, g_steal_pointer (&lost));
      return FALSE;
    }
  if (words != NULL)
    {
      *words = mopt_smtp_reply_get_words (&reply);
      mopt_dialogue_mask (dialogue, *words, strlen (*words));
    }
  return TRUE;
}
