/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/dialogue.h"

#include <string.h>

#include "base/error.h"
#include "mail/transcript.h"

#define STARS "***"       /* whatever the length of what they stand for: that is nobody's business either */
#define SECRET_WORD_MIN 3 /* bytes, as many as STARS; shorter ones would black out half of an innocent reply */

struct _MoptDialogue
{
  MoptConnection *connection;
  MoptTranscript *transcript;
  gboolean begun; /* something was said on this connection */
  gboolean in_clear; /* the transcript says so */

  char *buffer; /* BUFFER_SIZE bytes that came, of which [start, end) are unread */
  gsize start;
  gsize end;
  gsize reply_bytes; /* read since begin_reply */

  gboolean in_turns; /* see mopt_dialogue_take_turns */

  gboolean private; /* lines are counted, not shown */
  guint private_lines;

  GPtrArray *secrets; /* of MoptPassword, for the dialogue's life: what the transcript must not show */

  /* From a secret to our next ordinary line: what we sent and what of it was shown. */
  MoptPassword *secret;
  char *mask;
};

#define BUFFER_SIZE (16 * 1024)

MoptDialogue *
mopt_dialogue_new (MoptConnection *connection)
{
  MoptDialogue *self = g_new0 (MoptDialogue, 1);

  self->connection = connection;
  self->transcript = mopt_transcript_new (MOPT_DIALOGUE_TRANSCRIPT_MAX);
  self->buffer = g_malloc (BUFFER_SIZE);
  self->secrets = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_password_unref);
  mopt_dialogue_note (self, "connected to %s", mopt_connection_get_peer (connection));
  return self;
}

static void
forget_secret (MoptDialogue *self)
{
  g_clear_pointer (&self->secret, mopt_password_unref);
  g_clear_pointer (&self->mask, g_free);
}

void
mopt_dialogue_free (MoptDialogue *self)
{
  forget_secret (self);
  g_ptr_array_unref (self->secrets);
  mopt_connection_free (self->connection);
  mopt_transcript_free (self->transcript);
  mopt_wipe (self->buffer, BUFFER_SIZE);
  g_free (self->buffer);
  g_free (self);
}

MoptConnection *
mopt_dialogue_get_connection (MoptDialogue *self)
{
  return self->connection;
}

void
mopt_dialogue_set_deadline (MoptDialogue *self, gint64 deadline)
{
  mopt_connection_set_deadline (self->connection, deadline);
}

/* ---- transcript ---- */

void
mopt_dialogue_note (MoptDialogue *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  mopt_transcript_add (self->transcript, "--", text, strlen (text));
}

char *
mopt_dialogue_get_transcript (MoptDialogue *self)
{
  return mopt_transcript_get_text (self->transcript);
}

void
mopt_dialogue_set_private (MoptDialogue *self, gboolean on)
{
  if (self->private && self->private_lines > 0)
    {
      g_autofree char *note = g_strdup_printf ("(%u lines)", self->private_lines);

      mopt_transcript_add (self->transcript, "S:", note, strlen (note));
    }
  self->private = on;
  self->private_lines = 0;
}

void
mopt_dialogue_guard (MoptDialogue *self, const char *secret)
{
  if (strlen (secret) >= SECRET_WORD_MIN)
    g_ptr_array_add (self->secrets, mopt_password_new (secret));
}

/* Puts STARS for each occurrence of @word in @text; the length that is left. */
static gsize
black_out (char *text, gsize length, const char *word, gsize word_length)
{
  char *found = text;

  while ((found = memmem (found, text + length - found, word, word_length)) != NULL)
    {
      char *rest = found + word_length;

      found = (char *) memcpy (found, STARS, strlen (STARS)) + strlen (STARS);
      memmove (found, rest, text + length + 1 - rest);
      length -= rest - found;
    }
  return length;
}

gsize
mopt_dialogue_mask (MoptDialogue *self, char *text, gsize length)
{
  for (guint i = 0; i < self->secrets->len; i++)
    {
      MoptPassword *secret = g_ptr_array_index (self->secrets, i);

      length = black_out (text, length, mopt_password_peek (secret), mopt_password_length (secret));
    }
  if (self->secret == NULL)
    return length;

  /* each word of the secret line that its mask does not show */
  const char *word = mopt_password_peek (self->secret);
  while (*word != '\0')
    {
      gsize word_length = strcspn (word, " ");

      if (word_length >= SECRET_WORD_MIN && memmem (self->mask, strlen (self->mask), word, word_length) == NULL)
        length = black_out (text, length, word, word_length);
      word += word_length + strspn (word + word_length, " ");
    }
  return length;
}

/* A line of the server. While a login is under way, its challenges are kept back: with a SCRAM server's salt and
 * signature the password can be guessed off-line. Some servers repeat a command they don't understand. */
static void
show_line (MoptDialogue *self, const char *line, gsize length)
{
  if (!self->in_clear && !mopt_connection_is_tls (self->connection))
    {
      self->in_clear = TRUE;
      mopt_dialogue_note (self, "not encrypted: anybody on the way can have written what the server says here");
    }
  if (self->private)
    self->private_lines++;
  else if (self->secret != NULL && g_str_has_prefix (line, "+ "))
    mopt_transcript_add (self->transcript, "S:", "+ ***", 5);
  else if (self->secret != NULL && g_str_has_prefix (line, "334 "))
    mopt_transcript_add (self->transcript, "S:", "334 ***", 7);
  else
    {
      g_autofree char *copy = g_memdup2 (line, length + 1);

      length = mopt_dialogue_mask (self, copy, length);
      mopt_transcript_add (self->transcript, "S:", copy, length);
    }
}

/* ---- in ---- */

void
mopt_dialogue_begin_reply (MoptDialogue *self)
{
  self->reply_bytes = 0;
}

/* Makes sure that there is something to read. */
static gboolean
fill (MoptDialogue *self, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (self->start < self->end)
    return TRUE;

  gssize n = mopt_connection_read (self->connection, self->buffer, BUFFER_SIZE, &cause);
  self->begun = TRUE;
  self->start = 0;
  self->end = MAX (n, 0);
  if (n > 0)
    return TRUE;
  if (n == 0)
    g_set_error (&cause, MOPT_ERROR, MOPT_ERROR_HUNG_UP, "%s: the server hung up",
                 mopt_connection_get_peer (self->connection));
  mopt_dialogue_note (self, "%s", cause->message);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
fail (MoptDialogue *self, GError **error, MoptError code, const char *what, gsize limit)
{
  g_set_error (error, MOPT_ERROR, code, "%s: %s over %" G_GSIZE_FORMAT " bytes",
               mopt_connection_get_peer (self->connection), what, limit);
  mopt_dialogue_note (self, "%s over %" G_GSIZE_FORMAT " bytes", what, limit);
  return FALSE;
}

/* Moves up to and including the next LF, as far as it is here, to @line. */
static gboolean
take (MoptDialogue *self, GString *line, gboolean *complete)
{
  const char *from = self->buffer + self->start;
  const char *lf = memchr (from, '\n', self->end - self->start);
  gsize length = lf != NULL ? (gsize) (lf + 1 - from) : self->end - self->start;

  g_string_append_len (line, from, length);
  self->start += length;
  self->reply_bytes += length;
  *complete = lf != NULL;
  return self->reply_bytes <= MOPT_DIALOGUE_REPLY_MAX;
}

char *
mopt_dialogue_read_line (MoptDialogue *self, gsize *length, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean complete = FALSE;

  while (!complete && line->len <= MOPT_DIALOGUE_LINE_MAX + 1)
    {
      if (!fill (self, error))
        return NULL;
      if (!take (self, line, &complete))
        {
          fail (self, error, MOPT_ERROR_REPLY_TOO_LONG, "a reply", MOPT_DIALOGUE_REPLY_MAX);
          return NULL;
        }
    }
  if (complete)
    g_string_truncate (line, line->len - (line->len > 1 && line->str[line->len - 2] == '\r' ? 2 : 1));
  show_line (self, line->str, line->len);
  if (!complete || line->len > MOPT_DIALOGUE_LINE_MAX)
    {
      fail (self, error, MOPT_ERROR_LINE_TOO_LONG, "a line", MOPT_DIALOGUE_LINE_MAX);
      return NULL;
    }
  if (length != NULL)
    *length = line->len;
  return g_string_free (g_steal_pointer (&line), FALSE);
}

GBytes *
mopt_dialogue_read_bytes (MoptDialogue *self, gsize length, GError **error)
{
  /* @length is the server's claim: judged before anything is allocated */
  if (self->reply_bytes > MOPT_DIALOGUE_REPLY_MAX || length > MOPT_DIALOGUE_REPLY_MAX - self->reply_bytes)
    {
      fail (self, error, MOPT_ERROR_REPLY_TOO_LONG, "a reply", MOPT_DIALOGUE_REPLY_MAX);
      return NULL;
    }

  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  while (bytes->len < length)
    {
      if (!fill (self, error))
        return NULL;

      gsize part = MIN (length - bytes->len, self->end - self->start);
      g_byte_array_append (bytes, (const guint8 *) self->buffer + self->start, part);
      self->start += part;
    }
  self->reply_bytes += length;
  g_autofree char *note = g_strdup_printf ("(%" G_GSIZE_FORMAT " bytes)", length);
  mopt_transcript_add (self->transcript, "S:", note, strlen (note));
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* ---- out ---- */

static gboolean
has_control_bytes (const char *line)
{
  for (const char *p = line; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      return TRUE;
  return FALSE;
}

void
mopt_dialogue_take_turns (MoptDialogue *self)
{
  self->in_turns = TRUE;
}

/* What lies here unread would be taken for the answer to what we are about to say. */
static gboolean
check_turn (MoptDialogue *self, GError **error)
{
  if (!self->in_turns || self->start == self->end)
    return TRUE;

  const char *from = self->buffer + self->start;
  const char *lf = memchr (from, '\n', self->end - self->start);
  g_autofree char *words = g_strndup (from, lf != NULL ? (gsize) (lf - from) : self->end - self->start);
  g_strchomp (words);
  show_line (self, words, strlen (words));
  mopt_dialogue_mask (self, words, strlen (words));
  mopt_set_error_with_words (error, MOPT_ERROR_PROTOCOL, words, "%s: a reply before the command",
                             mopt_connection_get_peer (self->connection));
  return FALSE;
}

static gboolean
check_line (const char *line, const char *shown, GError **error)
{
  if (!has_control_bytes (line))
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_CONTROL_BYTES, "control bytes in \"%.20s…\" were not sent", shown);
  return FALSE;
}

/* One write per line: two would be two packets. */
static gboolean
send_line (MoptDialogue *self, const char *line, const char *shown, GError **error)
{
  if (!check_line (line, shown, error) || !check_turn (self, error))
    return FALSE;

  mopt_autowipe char *bytes = g_strconcat (line, "\r\n", NULL);
  self->begun = TRUE;
  mopt_transcript_add (self->transcript, "C:", shown, strlen (shown));
  return mopt_connection_write (self->connection, bytes, strlen (bytes), error);
}

gboolean
mopt_dialogue_send (MoptDialogue *self, GError **error, const char *format, ...)
{
  va_list args;

  forget_secret (self);
  va_start (args, format);
  g_autofree char *line = g_strdup_vprintf (format, args);
  va_end (args);
  return send_line (self, line, line, error);
}

gboolean
mopt_dialogue_send_lines (MoptDialogue *self, const char *const *lines, guint n, GError **error)
{
  g_autoptr (GString) bytes = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (!check_line (lines[i], lines[i], error))
        return FALSE;
      g_string_append_printf (bytes, "%s\r\n", lines[i]);
    }
  forget_secret (self);
  if (!check_turn (self, error))
    return FALSE;
  self->begun = TRUE;
  for (guint i = 0; i < n; i++)
    mopt_transcript_add (self->transcript, "C:", lines[i], strlen (lines[i]));
  return mopt_connection_write (self->connection, bytes->str, bytes->len, error);
}

gboolean
mopt_dialogue_send_secret (MoptDialogue *self, const char *line, const char *mask, GError **error)
{
  gsize shown = strlen (mask);

  g_return_val_if_fail (g_str_has_suffix (mask, STARS), FALSE);

  shown -= strlen (STARS);
  forget_secret (self);
  self->secret = mopt_password_new (line);
  self->mask = g_strdup (mask);
  if (strncmp (line, mask, shown) == 0)
    mopt_dialogue_guard (self, line + shown);
  return send_line (self, line, mask, error);
}

gboolean
mopt_dialogue_send_raw (MoptDialogue *self, const void *bytes, gsize length, const char *note, GError **error)
{
  forget_secret (self);
  if (!check_turn (self, error))
    return FALSE;
  self->begun = TRUE;
  if (note != NULL)
    mopt_transcript_add (self->transcript, "C:", note, strlen (note));
  return mopt_connection_write (self->connection, bytes, length, error);
}

/* ---- TLS ---- */

gboolean
mopt_dialogue_start_tls (MoptDialogue *self, const char *host, gboolean verify, GError **error)
{
  g_autoptr (GError) cause = NULL;

  /* After STARTTLS it is our turn: what is here already was not sent by the holder of the certificate, and must
   * not be taken for an answer under TLS (CVE-2011-0411 and its family). */
  if (self->start < self->end || (self->begun && mopt_connection_has_pending (self->connection)))
    g_set_error (&cause, MOPT_ERROR, MOPT_ERROR_TLS_INJECTION, "%s: bytes before the TLS handshake",
                 mopt_connection_get_peer (self->connection));
  else
    mopt_connection_start_tls (self->connection, host, verify, &cause);
  self->begun = TRUE;

  const MoptTlsInfo *info = mopt_connection_get_tls_info (self->connection);
  if (info != NULL)
    mopt_dialogue_note (self, "encrypted from here: %s %s, %s, SHA-256 %s", info->protocol, info->cipher,
                        info->subject, info->sha256);
  if (cause == NULL)
    return TRUE;
  mopt_dialogue_note (self, "%s", cause->message);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}
