/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A large message comes by here twice, to be measured and to be sent: whole blocks are looked through by memchr and by
 * words, not byte by byte. */
#include "mail/wire-text.h"

#include <string.h>

#define SLICE 4096 /* bytes that room is made for at once */

void
mopt_wire_text_init (MoptWireText *self, gboolean stuff_dots)
{
  *self = (MoptWireText){ .stuff_dots = stuff_dots };
}

/* What does not depend on lines. */
static void
look (MoptWireText *self, const char *data, gsize length)
{
  guint64 bits = 0, word;
  gsize i = 0;

  for (; i + sizeof word <= length; i += sizeof word)
    {
      memcpy (&word, data + i, sizeof word);
      bits |= word;
    }
  for (; i < length; i++)
    bits |= (guint8) data[i];
  self->is_8bit = self->is_8bit || (bits & G_GUINT64_CONSTANT (0x8080808080808080)) != 0;
  self->has_nul = self->has_nul || memchr (data, '\0', length) != NULL;
}

/* A piece of a line, not empty. Both: @to is NULL, or where it goes; returns what follows there. */
static guint8 *
add_text (MoptWireText *self, const char *data, gsize length, guint8 *to)
{
  if (to != NULL)
    {
      if (self->line == 0 && *data == '.' && self->stuff_dots)
        *to++ = '.';
      memcpy (to, data, length);
      to += length;
    }
  self->line += length;
  self->size += length;
  self->longest = MAX (self->longest, self->line);
  return to;
}

static guint8 *
end_line (MoptWireText *self, guint8 *to)
{
  if (to != NULL)
    {
      *to++ = '\r';
      *to++ = '\n';
    }
  self->size += 2;
  self->line = 0;
  return to;
}

/* The first @byte at or after @p, else @end. */
static const char *
find (const char *p, const char *end, char byte)
{
  const char *hit = memchr (p, byte, end - p);

  return hit != NULL ? hit : end;
}

static void
add_slice (MoptWireText *self, const char *data, const char *end, GByteArray *out)
{
  guint before = out != NULL ? out->len : 0;
  guint8 *to = NULL;
  const char *lf = NULL;

  if (out != NULL)
    {
      g_byte_array_set_size (out, before + 2 * (end - data)); /* were it nothing but dots and line ends */
      to = out->data + before;
    }
  for (const char *p = data; p < end;)
    {
      if (lf == NULL || lf < p) /* kept over lone CRs: nothing is looked through twice */
        lf = find (p, end, '\n');
      const char *stop = find (p, lf, '\r');

      if (stop > p)
        {
          to = add_text (self, p, stop - p, to);
          self->after_cr = FALSE;
        }
      if (stop == end)
        break;
      if (*stop == '\r' || !self->after_cr)
        to = end_line (self, to);
      self->after_cr = *stop == '\r';
      p = stop + 1;
    }
  if (out != NULL)
    g_byte_array_set_size (out, to - out->data);
}

void
mopt_wire_text_add (MoptWireText *self, const char *data, gsize length, GByteArray *out)
{
  if (length > 0)
    look (self, data, length);
  for (gsize i = 0; i < length; i += SLICE)
    add_slice (self, data + i, data + MIN (i + SLICE, length), out);
}

void
mopt_wire_text_end (MoptWireText *self, GByteArray *out)
{
  if (self->line > 0)
    {
      end_line (self, NULL);
      if (out != NULL)
        g_byte_array_append (out, (const guint8 *) "\r\n", 2);
    }
  if (self->stuff_dots && out != NULL)
    g_byte_array_append (out, (const guint8 *) ".\r\n", 3);
}
