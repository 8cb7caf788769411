/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/body-charset.h"

#include <errno.h>
#include <string.h>

#define NO_ICONV ((GIConv) -1)

static gboolean
begins_with_one_of (const char *name, const char *const *beginnings)
{
  for (; *beginnings != NULL; beginnings++)
    if (g_ascii_strncasecmp (name, *beginnings, strlen (*beginnings)) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_utf7 (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return strstr (lower, "utf-7") != NULL || strstr (lower, "utf7") != NULL;
}

static gboolean
is_wide (const char *name)
{
  static const char *const wide[]
      = { "utf-16", "utf16", "utf-32", "utf32", "ucs", "iso-10646", "unicode", "csunicode", NULL };

  return begins_with_one_of (name, wide) && !is_utf7 (name);
}

gboolean
mopt_charset_hides_ascii (const char *name)
{
  static const char *const others[] = { "hz", "ebcdic", "cp037", "ibm037", "ibm500", NULL };

  return name != NULL && (is_wide (name) || is_utf7 (name) || begins_with_one_of (name, others));
}

void
mopt_charset_reader_init (MoptCharsetReader *self, const char *name)
{
  self->is_wide = is_wide (name);
  self->iconv = self->is_wide ? NO_ICONV : g_iconv_open ("UTF-8", is_utf7 (name) ? "UTF-7" : name);
  self->n = 0;
}

/* Decodes what is held; what cannot be is left out, what is not complete yet is held on. */
static void
decode (MoptCharsetReader *self, MoptCharsetFunc func, gpointer user_data)
{
  char *in = self->held;
  gsize result;

  do
    {
      char text[4 * sizeof self->held], *out = text;
      gsize room = sizeof text;

      result = g_iconv (self->iconv, &in, &self->n, &out, &room);
      int reason = errno;
      for (const char *p = text; p < out; p++)
        func (*p, user_data);
      if (result == (gsize) -1 && reason == EILSEQ && self->n > 0)
        {
          in++;
          self->n--;
          g_iconv (self->iconv, NULL, NULL, NULL, NULL);
        }
      else if (result == (gsize) -1 && reason == EINVAL)
        break;
    }
  while (result == (gsize) -1 && self->n > 0);
  memmove (self->held, in, self->n);
}

void
mopt_charset_reader_push (MoptCharsetReader *self, char c, MoptCharsetFunc func, gpointer user_data)
{
  if (self->is_wide ? c != '\0' : self->iconv == NO_ICONV)
    func (c, user_data);
  if (self->iconv == NO_ICONV)
    return;
  self->held[self->n++] = c;
  if (self->n < sizeof self->held)
    return;
  decode (self, func, user_data);
  if (self->n == sizeof self->held)
    self->n = 0; /* it does not come to an end */
}

void
mopt_charset_reader_end (MoptCharsetReader *self, MoptCharsetFunc func, gpointer user_data)
{
  if (self->iconv != NO_ICONV)
    decode (self, func, user_data);
}

void
mopt_charset_reader_clear (MoptCharsetReader *self)
{
  if (self->iconv != NO_ICONV && self->iconv != NULL)
    g_iconv_close (self->iconv);
  self->iconv = NO_ICONV;
}
