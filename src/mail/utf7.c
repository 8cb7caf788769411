/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printable ASCII stands for itself, "&" is "&-", all else is UTF-16BE in base64 with "," for "/" and without
 * padding, between "&" and "-". */
#include "mail/utf7.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static gboolean
is_direct (gunichar c)
{
  return c >= 0x20 && c <= 0x7e;
}

static void
append_base64 (GString *out, const gunichar2 *units, glong n)
{
  guint32 bits = 0;
  guint n_bits = 0;

  for (glong i = 0; i < n; i++)
    {
      bits = bits << 16 | units[i];
      for (n_bits += 16; n_bits >= 6; n_bits -= 6)
        g_string_append_c (out, alphabet[bits >> (n_bits - 6) & 0x3f]);
    }
  if (n_bits > 0)
    g_string_append_c (out, alphabet[bits << (6 - n_bits) & 0x3f]);
}

char *
mopt_utf7_encode (const char *name)
{
  GString *out = g_string_new (NULL);

  for (const char *p = name; *p != '\0';)
    {
      const char *start = p;

      while (*p != '\0' && !is_direct (g_utf8_get_char (p)))
        p = g_utf8_next_char (p);
      if (p > start)
        {
          glong n;
          g_autofree gunichar2 *units = g_utf8_to_utf16 (start, p - start, NULL, &n, NULL);

          g_string_append_c (out, '&');
          if (units != NULL)
            append_base64 (out, units, n);
          g_string_append_c (out, '-');
          continue;
        }
      g_string_append_c (out, *p);
      if (*p++ == '&')
        g_string_append_c (out, '-');
    }
  return g_string_free (out, FALSE);
}

/* From after "&" to before "-". FALSE: not base64, left-over bits that are not 0, or not UTF-16. */
static gboolean
append_decoded (GString *out, const char *from, const char *to)
{
  g_autoptr (GArray) units = g_array_new (FALSE, FALSE, sizeof (gunichar2));
  guint32 bits = 0;
  guint n_bits = 0;

  for (; from < to; from++)
    {
      const char *digit = strchr (alphabet, *from);

      if (digit == NULL)
        return FALSE;
      bits = bits << 6 | (guint32) (digit - alphabet);
      n_bits += 6;
      if (n_bits >= 16)
        {
          gunichar2 unit = bits >> (n_bits - 16) & 0xffff;

          g_array_append_val (units, unit);
          n_bits -= 16;
        }
    }
  if (n_bits >= 6 || (bits & ((1u << n_bits) - 1)) != 0)
    return FALSE;

  g_autofree char *utf8 = g_utf16_to_utf8 ((const gunichar2 *) units->data, units->len, NULL, NULL, NULL);
  if (utf8 == NULL || strlen (utf8) == 0)
    return FALSE;
  g_string_append (out, utf8);
  return TRUE;
}

char *
mopt_utf7_decode (const char *wire)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = wire; *p != '\0'; p++)
    {
      if (!is_direct ((guchar) *p))
        return NULL;
      if (*p != '&')
        {
          g_string_append_c (out, *p);
          continue;
        }

      const char *end = strchr (p, '-');

      if (end == NULL)
        return NULL;
      if (end == p + 1)
        g_string_append_c (out, '&');
      else if (!append_decoded (out, p + 1, end))
        return NULL;
      p = end;
    }
  return g_strdup (out->str);
}
