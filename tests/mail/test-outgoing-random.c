/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A million messages and addresses made to break out of where they belong: CR, LF, NUL, other control bytes, bare dots,
 * long lines. None of it may reach a command or make a header line that was none. */
#include <string.h>

#include "mail/envelope.h"
#include "mail/message.h"
#include "model/address.h"
#include "outgoing.h"

#ifdef __SANITIZE_ADDRESS__ /* each costs many times as much */
#define MESSAGES 60000
#define VALUES 50000
#define ADDRESSES 50000
#else
#define MESSAGES 400000
#define VALUES 300000
#define ADDRESSES 300000
#endif

static const char *const pieces[] = {
  "\r", "\n", "\r\n", "\n\n", "\r\r", "\n\r", "\r\n\r\n", "\r\n.\r\n", "\n.\n", "\r.\r", ".", "..", " ", "\t", ":",
  "Bcc: a@b", "bcc :c@d", "\nBcc: e@f", "\rBcc: g@h", "\r\nBCC\t: i@j\r\n k@l", "From: ceo@x", "Resent-Bcc: m@n",
  "Subject: s", "\nSubject: t", "To: a@b, c", "DATA\r\n", "RCPT TO:<x@y>", "\nX-Y: z", "x", "=?utf-8?q?=0D=0ABcc:_a?=",
  "\033", "\177", "\001", "\v", "\f", "ü", "\xff", "\xc2\x85", "\xe2\x80\xa8", "<", ">", "\"", "(", ")", "\\", ",", ";",
  "@", "a@b", "<a@b>", "{CMI: ABCD1}", "{", "}", "-- ", "> ", "From x", "wrote:", "[", "]",
};

/* Sometimes with a NUL, seldom with something long. */
static void
fill (GString *text, GRand *dice, guint most)
{
  g_string_truncate (text, 0);
  for (guint n = g_rand_int_range (dice, 0, most); n > 0; n--)
    {
      guint which = g_rand_int_range (dice, 0, G_N_ELEMENTS (pieces) + 1);

      if (which < G_N_ELEMENTS (pieces))
        g_string_append (text, pieces[which]);
      else if (g_rand_int_range (dice, 0, 8) == 0)
        g_string_append_len (text, "\0", 1);
      else if (g_rand_int_range (dice, 0, 200) == 0)
        g_string_append_printf (text, "%*s", g_rand_int_range (dice, 0, 2500), "long");
    }
}

static gboolean
is_name (const char *line, gsize length, const char *name)
{
  gsize n = strlen (name);

  if (length <= n || g_ascii_strncasecmp (line, name, n) != 0)
    return FALSE;
  while (n < length && (line[n] == ' ' || line[n] == '\t'))
    n++;
  return n < length && line[n] == ':';
}

/* What a server reads as the header: each line a field or more of one, nothing hidden in it. Returns how many fields
 * named From there are. */
static guint
check_header_lines (const char *wire, const char *end)
{
  guint from = 0;

  for (const char *line = wire; line < end;)
    {
      const char *stop = strstr (line, "\r\n");
      gsize length = stop - line;
      gboolean goes_on = line > wire && (*line == ' ' || *line == '\t');
      const char *colon = memchr (line, ':', length);

      g_assert_cmpuint (length, >, 0);
      g_assert_cmpuint (length, <=, 998);
      g_assert_true (goes_on || (colon != NULL && colon > line && *line > ' '));
      for (gsize i = 0; i < length; i++)
        g_assert_true (((guint8) line[i] >= 0x20 || line[i] == '\t') && line[i] != 0x7f);
      g_assert_false (is_name (line, length, "Bcc"));
      g_assert_false (is_name (line, length, "Resent-Bcc"));
      from += is_name (line, length, "From");
      line = stop + 2;
    }
  return from;
}

static gboolean
append (const char *data, gsize length, gpointer bytes, GError **error)
{
  g_byte_array_append (bytes, (const guint8 *) data, length);
  return TRUE;
}

/* Returns whether it can be sent at all. */
static gboolean
check_message (const GString *text, gboolean to_body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (bytes);
  g_autoptr (MoptOutgoing) outgoing = mopt_outgoing_new (spool, MOPT_HEADER_STRICT, NULL);
  g_autofree char *found = NULL;
  MoptWireText survey;

  if (outgoing == NULL)
    return FALSE;
  MoptHeader *header = mopt_outgoing_get_header (outgoing);
  mopt_envelope_hide (header);
  g_assert_true (mopt_outgoing_find_id (outgoing, ours, &found, NULL, NULL));
  if (found == NULL && !to_body)
    mopt_outgoing_add_to_subject (outgoing, ID);
  else if (found == NULL && mopt_outgoing_get_body_state (outgoing) == MOPT_BODY_OPEN)
    g_assert_true (mopt_outgoing_add_to_body (outgoing, ID, NULL));

  g_autoptr (MoptPieces) all = mopt_outgoing_get_pieces (outgoing);
  g_autoptr (GByteArray) raw = g_byte_array_new ();
  if (!mopt_outgoing_survey (all, &survey, NULL))
    return FALSE;
  g_assert_true (mopt_pieces_foreach (all, append, raw, NULL));
  g_autoptr (GBytes) stuffed = mopt_message_to_wire ((const char *) raw->data, raw->len, TRUE);
  gsize length;
  const char *data = g_bytes_get_data (stuffed, &length);
  g_autofree char *wire = g_strndup (data, length);

  g_assert_cmpuint (strlen (wire), ==, length); /* no NUL */
  g_assert_true (g_str_has_suffix (wire, "\r\n.\r\n"));
  g_assert_true (strstr (wire, "\r\n.\r\n") == wire + length - 5); /* one end of message: the last one */
  for (const char *p = wire; *p != '\0'; p++)
    {
      g_assert_true (*p != '\r' || p[1] == '\n');
      g_assert_true (*p != '\n' || (p > wire && p[-1] == '\r'));
    }
  const char *end = g_str_has_prefix (wire, "\r\n") ? wire : strstr (wire, "\r\n\r\n") + 2;
  g_assert_cmpuint (check_header_lines (wire, end), ==, mopt_header_count (header, "From"));
  if (found == NULL && !to_body)
    {
      const char *id = strstr (wire, ID);
      g_assert_true (id != NULL && id < end);
    }
  return TRUE;
}

static void
test_messages (void)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (7);
  g_autoptr (GString) text = g_string_new (NULL);
  guint sent = 0;

  for (guint i = 0; i < MESSAGES; i++)
    {
      fill (text, dice, 14);
      sent += check_message (text, i % 2 == 0);
    }
  g_assert_cmpuint (sent, >, MESSAGES / 4);
}

/* Values of ours: whatever is in them, the header has one field more and no line that is not it. */
static void
test_values (void)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (8);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("To: a@b\r\n\r\n", 11);
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (bytes);
  guint64 body;
  guint named = 0;

  for (guint i = 0; i < VALUES; i++)
    {
      g_autoptr (MoptHeader) header = mopt_header_read (spool, 0, 11, MOPT_HEADER_STRICT, &body, NULL);

      fill (text, dice, 8);
      if (i % 2 == 0)
        mopt_header_set (header, "X-Value", text->str);
      else
        {
          g_autofree char *address = g_strconcat (text->str, " <alice@example.com>", NULL);

          g_autoptr (MoptAddress) sound
              = g_utf8_validate (address, -1, NULL) ? mopt_address_parse (address, NULL) : NULL;

          if (sound == NULL)
            continue;
          named++;
          mopt_envelope_set_address (header, "From", address);
        }
      g_autoptr (GBytes) out = mopt_header_to_bytes (header);
      g_autofree char *wire = g_strndup (g_bytes_get_data (out, NULL), g_bytes_get_size (out));
      const char *line = strstr (wire, "\r\n") + 2;

      for (gboolean first = TRUE; !g_str_equal (line, "\r\n"); first = FALSE)
        {
          g_assert_true (first ? g_str_has_prefix (line, i % 2 == 0 ? "X-Value:" : "From:") : *line == ' ');
          for (; *line != '\r'; line++)
            g_assert_false (g_ascii_iscntrl (*line));
          g_assert_true (line[1] == '\n');
          line += 2;
        }
    }
  g_assert_cmpuint (named, >, VALUES / 20);
}

/* What ends up in RCPT TO:<…>. */
static void
test_addresses (void)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (9);
  g_autoptr (GString) text = g_string_new (NULL);
  guint read = 0;

  for (guint i = 0; i < ADDRESSES; i++)
    {
      g_autoptr (GString) all = g_string_new ("To: ");
      guint64 body;

      fill (text, dice, 7);
      g_string_append_len (all, text->str, text->len);
      g_string_append (all, "\n\n");
      g_autoptr (GBytes) bytes = g_bytes_new (all->str, all->len);
      g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (bytes);
      g_autoptr (MoptHeader) header = mopt_header_read (spool, 0, all->len, MOPT_HEADER_STRICT, &body, NULL);
      g_auto (GStrv) found = header != NULL ? mopt_envelope_recipients (header, NULL) : NULL;
      g_auto (GStrv) args = g_new0 (char *, 2);
      args[0] = g_strdup (text->str);
      for (guint way = 0; way < 2; way++)
        {
          char **from = way == 0 ? found : args;
          g_auto (GStrv) list
              = from != NULL ? mopt_envelope_complete ((const char *const *) from, "me@example.com", NULL) : NULL;

          for (guint j = 0; list != NULL && list[j] != NULL; j++)
            {
              g_assert_nonnull (strchr (list[j], '@'));
              g_assert_true (g_utf8_validate (list[j], -1, NULL));
              for (const char *p = list[j]; *p != '\0'; p++)
                g_assert_true ((guint8) *p >= 0x20 && *p != 0x7f);
              if (list[j][0] != '"') /* in quotes they are only letters */
                g_assert_null (strpbrk (list[j], "<> ,;()"));
              read++;
            }
        }
    }
  g_assert_cmpuint (read, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outgoing-random/messages", test_messages);
  g_test_add_func ("/outgoing-random/values", test_values);
  g_test_add_func ("/outgoing-random/addresses", test_addresses);
  return g_test_run ();
}
