/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#define WORDS_MAX 1000 /* bytes kept of what a server said */

typedef struct
{
  char *server_words;
} MoptErrorPrivate;

static void
mopt_error_private_init (MoptErrorPrivate *priv)
{
  priv->server_words = NULL;
}

static void
mopt_error_private_copy (const MoptErrorPrivate *from, MoptErrorPrivate *to)
{
  to->server_words = g_strdup (from->server_words);
}

static void
mopt_error_private_clear (MoptErrorPrivate *priv)
{
  g_free (priv->server_words);
}

G_DEFINE_EXTENDED_ERROR (MoptError, mopt_error)

static const char *const words[] = {
#define CAUSE(symbol, word) [MOPT_ERROR_##symbol] = word,
#include "base/causes.def"
#undef CAUSE
};

const char *
mopt_error_word (MoptError code)
{
  g_return_val_if_fail ((guint) code < MOPT_N_ERRORS, words[MOPT_ERROR_FAILED]);

  return words[code];
}

/* Servers write what they like: only text that is safe to show leaves here. */
static char *
clean_words (const char *server_words)
{
  g_autofree char *cut = g_strndup (server_words, WORDS_MAX);
  g_autofree char *valid = g_utf8_make_valid (cut, -1);
  GString *text = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (text, g_unichar_iscntrl (c) && c != '\n' ? ' ' : c);
    }
  g_strstrip (text->str);
  return g_string_free (text, FALSE);
}

G_GNUC_PRINTF (3, 0) static GError *
new_valist (MoptError code, const char *server_words, const char *format, va_list args)
{
  GError *error = g_error_new_valist (MOPT_ERROR, code, format, args);

  if (server_words != NULL)
    mopt_error_get_private (error)->server_words = clean_words (server_words);
  return error;
}

GError *
mopt_error_new_with_words (MoptError code, const char *server_words, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  GError *error = new_valist (code, server_words, format, args);
  va_end (args);
  return error;
}

void
mopt_set_error_with_words (GError **error, MoptError code, const char *server_words, const char *format, ...)
{
  va_list args;

  if (error == NULL)
    return;
  va_start (args, format);
  g_propagate_error (error, new_valist (code, server_words, format, args));
  va_end (args);
}

const char *
mopt_error_get_server_words (const GError *error)
{
  if (error == NULL || error->domain != MOPT_ERROR)
    return NULL;
  return mopt_error_get_private (error)->server_words;
}
