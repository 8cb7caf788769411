/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model/body-place.h"
#include "model/conversation-id.h"
#include "model/html-place.h"

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

char *
mopt_conversation_id_tidy (const char *found)
{
  MoptIdPlace place;

  g_return_val_if_fail (next_id (found, &place), NULL);
  g_autofree char *token = g_ascii_strup (place.token, place.token_length);
  return g_strconcat (OPENING " ", token, "}", NULL);
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

char *
mopt_conversation_id_add_to_body (const char *body, const char *id)
{
  gsize length = strlen (body);
  MoptBodyPlace place;

  if (contains (body, id))
    return g_strdup (body);
  mopt_body_place_init (&place);
  for (gsize i = 0; i < length; i++)
    mopt_body_place_push (&place, body[i], (MoptTextPos){ i, i });
  mopt_body_place_end (&place, (MoptTextPos){ length, length });

  g_autoptr (GString) text = g_string_new_len (body, length);
  g_autofree char *paragraph = mopt_body_place_fill (&place, id, place.eol != NULL ? place.eol : "\n", FALSE);
  g_string_insert (text, place.place.pos.text, paragraph);
  return g_strdup (text->str);
}

char *
mopt_conversation_id_add_to_html (const char *html, const char *id)
{
  gsize length = strlen (html);
  MoptHtmlPlace place;

  if (contains (html, id))
    return g_strdup (html);
  mopt_html_place_init (&place);
  for (gsize i = 0; i < length; i++)
    mopt_html_place_push (&place, html[i], (MoptTextPos){ i, i });
  mopt_html_place_end (&place, (MoptTextPos){ length, length });
  return g_strdup_printf ("%.*s<p>%s</p>\n%s", (int) place.place.text, html, id, html + place.place.text);
}

void
mopt_conversation_finder_init (MoptConversationFinder *self, const char *const *prefixes)
{
  *self = (MoptConversationFinder){ .prefixes = prefixes };
}

gboolean
mopt_conversation_finder_push (MoptConversationFinder *self, char c)
{
  if (self->found != NULL)
    return TRUE;
  if (c == '{')
    self->length = 0;
  else if (self->length == 0)
    return FALSE;
  self->text[self->length++] = c;
  if (c == '}' || self->length == sizeof self->text - 1 || c == '\0')
    {
      self->text[self->length] = '\0';
      self->length = 0;
      if (c == '}')
        self->found = mopt_conversation_id_find (self->text, self->prefixes);
    }
  return self->found != NULL;
}

void
mopt_conversation_finder_clear (MoptConversationFinder *self)
{
  g_clear_pointer (&self->found, g_free);
}
