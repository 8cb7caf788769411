/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "base/harmful.h"
#include "model/text.h"

#define QUOTED_MAX 60 /* characters of a value that a sentence repeats */

gboolean
mopt_text_refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (MOPT_ERROR, MOPT_ERROR_INVALID, format, args));
  va_end (args);
  return FALSE;
}

gboolean
mopt_text_check (const char *text, GError **error)
{
  /* nearly all texts are plain, and 100,000 of them are checked at a start */
  while (*text >= 0x20 && *text < 0x7f)
    text++;
  if (*text == '\0')
    return TRUE;
  if (!g_utf8_validate (text, -1, NULL))
    return mopt_text_refuse (error, _ ("This text is not valid UTF-8. Delete it and type it again."));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (mopt_is_harmful (g_utf8_get_char (p)))
      return mopt_text_refuse (
          error, _ ("This text holds an invisible control character (U+%04X). Delete it and type it again."),
          g_utf8_get_char (p));
  return TRUE;
}

char *
mopt_text_strip (const char *text)
{
  const char *end = text + strlen (text);

  while (text < end && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  while (end > text && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  return g_strndup (text, end - text);
}

/* The first byte that is not plain ASCII, or the end: most texts are, which saves the tables of Unicode. */
static const char *
skip_ascii (const char *text)
{
  while (*text > 0)
    text++;
  return text;
}

char *
mopt_text_fold (const char *text)
{
  if (*skip_ascii (text) == '\0')
    return g_ascii_strdown (text, -1);

  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);

  return g_utf8_casefold (normal, -1);
}

char *
mopt_text_shorten (const char *text)
{
  if (g_utf8_strlen (text, -1) <= QUOTED_MAX)
    return g_strdup (text);
  g_autofree char *start = g_utf8_substring (text, 0, QUOTED_MAX - 1);
  return g_strconcat (start, "…", NULL);
}
