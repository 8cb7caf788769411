/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/conversation-id.h"

#define OPENING "{CMI:"
#define PREFIX_MIN 2
#define PREFIX_MAX 8
#define DIGITS_MAX 20 /* of a guint64 */

gboolean
mopt_conversation_id_prefix_is_valid (const char *prefix)
{
  gsize length = strlen (prefix);

  if (length < PREFIX_MIN || length > PREFIX_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (prefix[i]))
      return FALSE;
  return g_ascii_isalpha (prefix[length - 1]);
}

char *
mopt_conversation_id_draw_prefix (void)
{
  static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ"; /* without vowels no word comes out, so no bad one */
  char prefix[5] = "";

  for (guint i = 0; i < 4; i++)
    prefix[i] = letters[g_random_int_range (0, strlen (letters))];
  return g_strdup (prefix);
}

guint64
mopt_conversation_id_draw_start (void)
{
  return G_GUINT64_CONSTANT (100000000000) + (guint64) (g_random_double () * 9e11);
}

char *
mopt_conversation_id_format (const char *prefix, guint64 number)
{
  g_autofree char *upper = g_ascii_strup (prefix, -1);
  return g_strdup_printf (OPENING " %s%" G_GUINT64_FORMAT "}", upper, number);
}

/* One ID in a text: the whole of it, and prefix with number inside. */
typedef struct
{
  const char *start;
  gsize length;
  const char *token;
  gsize token_length;
} MoptIdPlace;

/* The first ID of anybody at or after @text. Blanks around the token may have changed on the way. */
static gboolean
next_id (const char *text, MoptIdPlace *place)
{
  static const char blanks[] = " \t\r\n";

  for (const char *p = strchr (text, '{'); p != NULL; p = strchr (p + 1, '{'))
    {
      if (g_ascii_strncasecmp (p, OPENING, strlen (OPENING)) != 0)
        continue;
      const char *token = p + strlen (OPENING);
      token += strspn (token, blanks);
      gsize length = 0;
      while (g_ascii_isalnum (token[length]))
        length++;
      const char *end = token + length + strspn (token + length, blanks);
      if (*end != '}')
        continue;
      *place = (MoptIdPlace){ p, end + 1 - p, token, length };
      return TRUE;
    }
  return FALSE;
}

/* A prefix ends in a letter, so the digits at the end are the number. */
static gboolean
has_prefix (const MoptIdPlace *place, const char *prefix)
{
  gsize digits = 0;

  while (digits < place->token_length && g_ascii_isdigit (place->token[place->token_length - 1 - digits]))
    digits++;
  gsize rest = place->token_length - digits;
  return digits >= 1 && digits <= DIGITS_MAX && rest == strlen (prefix)
         && g_ascii_strncasecmp (place->token, prefix, rest) == 0;
}

char *
mopt_conversation_id_find (const char *text, const char *const *prefixes)
{
  MoptIdPlace place;

  for (; next_id (text, &place); text = place.start + place.length)
    for (guint i = 0; prefixes[i] != NULL; i++)
      if (has_prefix (&place, prefixes[i]))
        return g_strndup (place.start, place.length);
  return NULL;
}

static gboolean
contains (const char *text, const char *id)
{
  MoptIdPlace place, wanted;

  if (!next_id (id, &wanted))
    return strstr (text, id) != NULL;
  for (; next_id (text, &place); text = place.start + place.length)
    if (place.token_length == wanted.token_length
        && g_ascii_strncasecmp (place.token, wanted.token, wanted.token_length) == 0)
      return TRUE;
  return FALSE;
}

char *
mopt_conversation_id_add_to_subject (const char *subject, const char *id)
{
  if (contains (subject, id))
    return g_strdup (subject);
  return g_strconcat (subject, *subject == '\0' || g_str_has_suffix (subject, " ") ? "" : " ", id, NULL);
}

/* A line of the body: from start to (not including) its line end. */
typedef struct
{
  const char *start;
  gsize length;
} MoptLine;

static GArray *
split_lines (const char *body)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (MoptLine));

  while (*body != '\0')
    {
      gsize length = strcspn (body, "\n");
      MoptLine line = { body, length > 0 && body[length] == '\n' && body[length - 1] == '\r' ? length - 1 : length };

      g_array_append_val (lines, line);
      body += length + (body[length] == '\n');
    }
  return lines;
}

static gboolean
is_blank (MoptLine line)
{
  return strspn (line.start, " \t") >= line.length;
}

static gboolean
ends_with (MoptLine line, const char *end)
{
  while (line.length > 0 && strchr (" \t", line.start[line.length - 1]) != NULL)
    line.length--;
  return line.length >= strlen (end) && strncmp (line.start + line.length - strlen (end), end, strlen (end)) == 0;
}

/* The number of the line before which the ID goes; as many as there are lines: at the end. */
static guint
find_place (GArray *lines)
{
#define LINE(i) g_array_index (lines, MoptLine, i)
  /* 1. Before the signature (RFC 3676 4.3); what follows the first one is no longer the writer's. */
  for (guint i = 0; i < lines->len; i++)
    if (LINE (i).length == 3 && strncmp (LINE (i).start, "-- ", 3) == 0)
      return i;

  /* 2. Before the quoted lines at the end, blank ones between them included ... */
  guint place = lines->len;
  for (guint i = lines->len; i > 0 && (is_blank (LINE (i - 1)) || *LINE (i - 1).start == '>'); i--)
    if (*LINE (i - 1).start == '>')
      place = i - 1;
  if (place == lines->len)
    return place;

  /* ... and the line that says who wrote them, which may have been wrapped after a date or an address. */
  guint above = place;
  while (above > 0 && is_blank (LINE (above - 1)))
    above--;
  if (above == 0 || !(ends_with (LINE (above - 1), ":") || ends_with (LINE (above - 1), "：")))
    return place;
  place = above - 1;
  if (place > 0 && (ends_with (LINE (place - 1), ">") || ends_with (LINE (place - 1), ",")))
    place--;
  return place;
#undef LINE
}

char *
mopt_conversation_id_add_to_body (const char *body, const char *id)
{
  if (contains (body, id))
    return g_strdup (body);

  g_autoptr (GArray) lines = split_lines (body);
  guint place = find_place (lines);
  const char *rest = place < lines->len ? g_array_index (lines, MoptLine, place).start : body + strlen (body);
  const char *newline = strchr (body, '\n');
  const char *eol = newline != NULL && newline > body && newline[-1] == '\r' ? "\r\n" : "\n";
  GString *text = g_string_new_len (body, rest - body);

  /* a paragraph of its own: a blank line before and after, unless nothing stands there */
  if (text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append (text, eol);
  if (place > 0 && !is_blank (g_array_index (lines, MoptLine, place - 1)))
    g_string_append (text, eol);
  g_string_append (text, id);
  g_string_append (text, eol);
  if (*rest != '\0')
    g_string_append (text, eol);
  g_string_append (text, rest);
  return g_string_free (text, FALSE);
}
