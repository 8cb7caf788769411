/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <string.h>

#include "base/harmful.h"

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

/* 0, which is no kind of anything, for those that are not either. */
static const MoptError general[MOPT_N_ERRORS] = {
#define CAUSE(symbol, word)
#define KIND(symbol, word, of) [MOPT_ERROR_##symbol] = MOPT_ERROR_##of,
#include "base/causes.def"
#undef KIND
#undef CAUSE
};

MoptError
mopt_error_general (MoptError code)
{
  g_return_val_if_fail ((guint) code < MOPT_N_ERRORS, MOPT_ERROR_FAILED);

  return general[code] != MOPT_ERROR_FAILED ? general[code] : code;
}

gboolean
mopt_error_is (const GError *error, MoptError code)
{
  return error != NULL && error->domain == MOPT_ERROR
         && (error->code == (int) code || mopt_error_general ((MoptError) error->code) == code);
}

/* A server that fills the screen says nothing more: the lines after these become one. */
#define LINES_MAX 10

static char *
few_lines (char *said)
{
  char *p = said;

  for (guint i = 1; p != NULL && i < LINES_MAX; i++)
    {
      char *end = strchr (p, '\n');

      p = end != NULL ? end + 1 : NULL;
    }
  if (p != NULL)
    g_strdelimit (p, "\n", ' ');
  return said;
}

G_GNUC_PRINTF (3, 0)
static GError *
new_valist (MoptError code, const char *server_words, const char *format, va_list args)
{
  GError *error = g_error_new_valist (MOPT_ERROR, code, format, args);

  if (server_words != NULL)
    mopt_error_get_private (error)->server_words = few_lines (mopt_clean_words (server_words, -1));
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
