/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/harmful.h"

#include <string.h>

#define WORDS_MAX 1000 /* bytes kept of what a server said */

gboolean
mopt_is_harmful (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069);
}

char *
mopt_clean_words (const char *said, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (said, MIN (length < 0 ? strlen (said) : (gsize) length, WORDS_MAX));
  GString *text = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (text, mopt_is_harmful (c) && c != '\n' ? ' ' : c);
    }
  g_strstrip (text->str);
  return g_string_free (text, FALSE);
}

char *
mopt_isolate_words (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\xe2\x81\xa9\n\xe2\x81\xa8", lines); /* U+2069, U+2068 */

  return g_strdup_printf ("\xe2\x81\xa8%s\xe2\x81\xa9", joined);
}
