/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/imap-parse.h"

#include <string.h>

#include "base/harmful.h"
#include "base/password.h"
#include "mail/utf7.h"

#define DEPTH_MAX 32 /* of parentheses */

typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static gboolean
take (Cursor *cursor, char c)
{
  if (cursor->at == cursor->end || *cursor->at != c)
    return FALSE;
  cursor->at++;
  return TRUE;
}

static gboolean
take_word (Cursor *cursor, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (cursor->end - cursor->at) < length || g_ascii_strncasecmp (cursor->at, word, length) != 0)
    return FALSE;
  cursor->at += length;
  return TRUE;
}

static gboolean
take_number (Cursor *cursor, guint64 *number)
{
  const char *start = cursor->at;
  guint64 value = 0;

  for (; cursor->at < cursor->end && g_ascii_isdigit (*cursor->at); cursor->at++)
    {
      if (value > (G_MAXUINT64 - 9) / 10)
        return FALSE;
      value = value * 10 + (*cursor->at - '0');
    }
  *number = value;
  return cursor->at > start;
}

/* "{n}" CRLF and n bytes */
static gboolean
take_literal (Cursor *cursor, GString *out)
{
  guint64 length;

  if (!take (cursor, '{') || !take_number (cursor, &length) || !take (cursor, '}') || !take_word (cursor, "\r\n")
      || length > (guint64) (cursor->end - cursor->at))
    return FALSE;
  g_string_append_len (out, cursor->at, length);
  cursor->at += length;
  return TRUE;
}

static gboolean
take_quoted (Cursor *cursor, GString *out)
{
  if (!take (cursor, '"'))
    return FALSE;
  while (cursor->at < cursor->end)
    {
      char c = *cursor->at++;

      if (c == '"')
        return TRUE;
      if (c == '\\')
        {
          if (cursor->at == cursor->end)
            return FALSE;
          c = *cursor->at++;
        }
      g_string_append_c (out, c);
    }
  return FALSE;
}

/* An atom, or a FETCH key with what it holds in brackets: BODY[HEADER.FIELDS (MESSAGE-ID)]<0> */
static gboolean
take_atom (Cursor *cursor, GString *out)
{
  gsize before = out->len;
  gboolean bracket = FALSE;

  for (; cursor->at < cursor->end; cursor->at++)
    {
      char c = *cursor->at;

      if (c == '\r' || c == '\n' || (!bracket && strchr (" ()\"{", c) != NULL))
        break;
      bracket = (bracket || c == '[') && c != ']';
      g_string_append_c (out, c);
    }
  return out->len > before;
}

/* An astring or nstring; @is_nil (out, optional) for the atom NIL. */
static gboolean
take_string (Cursor *cursor, GString *out, gboolean *is_nil)
{
  if (is_nil != NULL)
    *is_nil = FALSE;
  if (cursor->at == cursor->end)
    return FALSE;
  if (*cursor->at == '{')
    return take_literal (cursor, out);
  if (*cursor->at == '"')
    return take_quoted (cursor, out);
  if (!take_atom (cursor, out))
    return FALSE;
  if (is_nil != NULL)
    *is_nil = g_ascii_strcasecmp (out->str, "NIL") == 0;
  return TRUE;
}

/* A value of any kind, with all that is nested in it. */
static gboolean
skip_value (Cursor *cursor, guint depth)
{
  if (depth > DEPTH_MAX)
    return FALSE;
  if (!take (cursor, '('))
    {
      g_autoptr (GString) ignored = g_string_new (NULL);

      return take_string (cursor, ignored, NULL);
    }
  while (!take (cursor, ')'))
    if (!take (cursor, ' ') && !skip_value (cursor, depth + 1))
      return FALSE;
  return TRUE;
}

gboolean
mopt_imap_parse_status (const char *line, MoptImapStatus *status)
{
  static const char *const names[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize length = strlen (names[i]);
      const char *text = line + length;
      const char *close;

      if (g_ascii_strncasecmp (line, names[i], length) != 0 || (*text != ' ' && *text != '\0'))
        continue;
      while (*text == ' ')
        text++;
      *status = (MoptImapStatus){ .condition = i };
      if (*text == '[' && (close = strchr (text, ']')) != NULL)
        {
          g_autofree char *inside = g_strndup (text + 1, close - text - 1);
          char *space = strchr (inside, ' ');

          if (space != NULL)
            *space = '\0';
          status->code = g_strdup (inside);
          status->argument = g_strdup (space != NULL ? space + 1 : "");
          text = close + 1;
          while (*text == ' ')
            text++;
        }
      else
        {
          status->code = g_strdup ("");
          status->argument = g_strdup ("");
        }
      status->text = g_strdup (text);
      return TRUE;
    }
  return FALSE;
}

void
mopt_imap_status_clear (MoptImapStatus *status)
{
  g_clear_pointer (&status->code, g_free);
  g_clear_pointer (&status->argument, g_free);
  g_clear_pointer (&status->text, g_free);
}

gboolean
mopt_imap_ends_in_literal (const char *line, gsize length, gsize *literal)
{
  gsize i = length;
  guint64 value = 0;

  if (length < 3 || line[length - 1] != '}')
    return FALSE;
  for (i = length - 1; i > 0 && g_ascii_isdigit (line[i - 1]); i--)
    ;
  if (i == 0 || line[i - 1] != '{' || i == length - 1)
    return FALSE;
  for (; i < length - 1; i++)
    value = MIN (value * 10 + (line[i] - '0'), G_MAXUINT32);
  *literal = value;
  return TRUE;
}

gboolean
mopt_imap_may_hold_literal (const char *line)
{
  g_auto (MoptImapStatus) status = { 0 };

  return g_str_has_prefix (line, "* ") && !mopt_imap_parse_status (line + 2, &status);
}

gboolean
mopt_imap_parse_number (const char *response, const char *keyword, guint64 *number)
{
  Cursor cursor = { response, response + strlen (response) };
  guint64 read;

  if (!take_word (&cursor, "* ") || !take_number (&cursor, &read) || !take (&cursor, ' ')
      || !take_word (&cursor, keyword) || (cursor.at != cursor.end && *cursor.at != ' '))
    return FALSE;
  *number = read;
  return TRUE;
}

/* What to show for a name as the server wrote it: modified UTF-7, or UTF-8 where a server sends that (RFC 6855,
 * and some that never asked). NULL: neither, or nothing that could be typed. */
static char *
decode_name (const char *wire, gsize length)
{
  g_autofree char *name = strlen (wire) == length ? mopt_utf7_decode (wire) : NULL;

  if (name == NULL && g_utf8_validate (wire, length, NULL))
    name = g_strdup (wire);
  for (const char *p = name; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    if (mopt_is_harmful (g_utf8_get_char (p)))
      return NULL;
  if (name == NULL || *name == '\0')
    return NULL;
  if (g_ascii_strcasecmp (name, "INBOX") == 0)
    return g_strdup ("INBOX");
  return g_steal_pointer (&name);
}

gboolean
mopt_imap_parse_list (const char *response, gsize length, char **name)
{
  Cursor cursor = { response, response + length };
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean selectable = TRUE;

  *name = NULL;
  if (!take_word (&cursor, "* LIST ("))
    return FALSE;
  while (!take (&cursor, ')'))
    {
      g_string_truncate (text, 0);
      if (take (&cursor, ' '))
        continue;
      if (!take_atom (&cursor, text))
        return FALSE;
      if (g_ascii_strcasecmp (text->str, "\\Noselect") == 0 || g_ascii_strcasecmp (text->str, "\\NonExistent") == 0)
        selectable = FALSE;
    }
  g_string_truncate (text, 0);
  if (!take (&cursor, ' ') || !skip_value (&cursor, 0) || !take (&cursor, ' ') || !take_string (&cursor, text, NULL))
    return FALSE;
  if (selectable)
    *name = decode_name (text->str, text->len);
  return TRUE;
}

gboolean
mopt_imap_parse_fetch (const char *response, gsize length, guint64 *uid, guint64 *size, GBytes **body)
{
  Cursor cursor = { response, response + length };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) found = NULL;
  guint64 sequence, bytes = 0;

  *uid = 0;
  *body = NULL;
  if (size != NULL)
    *size = 0;
  if (!take_word (&cursor, "* ") || !take_number (&cursor, &sequence) || !take_word (&cursor, " FETCH ("))
    return FALSE;
  while (!take (&cursor, ')'))
    {
      if (take (&cursor, ' '))
        continue;
      g_string_truncate (text, 0);
      if (!take_atom (&cursor, text) || !take (&cursor, ' '))
        return FALSE;
      if (g_ascii_strcasecmp (text->str, "UID") == 0)
        {
          if (!take_number (&cursor, uid))
            return FALSE;
        }
      else if (g_ascii_strcasecmp (text->str, "RFC822.SIZE") == 0)
        {
          if (!take_number (&cursor, &bytes))
            return FALSE;
        }
      else if (g_ascii_strncasecmp (text->str, "BODY[", 5) == 0)
        {
          g_autoptr (GString) value = g_string_new (NULL);
          gboolean is_nil;

          if (!take_string (&cursor, value, &is_nil))
            return FALSE;
          g_clear_pointer (&found, g_bytes_unref);
          if (!is_nil)
            found = g_bytes_new (value->str, value->len);
        }
      else if (!skip_value (&cursor, 0))
        return FALSE;
    }
  *body = g_steal_pointer (&found);
  if (size != NULL)
    *size = bytes;
  return TRUE;
}

char *
mopt_imap_quote (const char *text, gboolean allow_8bit)
{
  /* sized so that it never grows: growing would leave a copy of a secret behind */
  GString *out = g_string_sized_new (2 * strlen (text) + 3);

  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if ((guchar) *p < 0x20 || *p == 0x7f || ((guchar) *p > 0x7f && !allow_8bit))
        {
          mopt_wipe_free (g_string_free (out, FALSE));
          return NULL;
        }
      if (*p == '"' || *p == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
  return g_string_free (out, FALSE);
}
