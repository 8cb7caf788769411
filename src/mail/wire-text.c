/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/wire-text.h"

#include <string.h>

void
mopt_wire_text_init (MoptWireText *self, gboolean stuff_dots)
{
  *self = (MoptWireText){ .stuff_dots = stuff_dots };
}

static void
append (GByteArray *out, const char *data, gsize length)
{
  if (out != NULL)
    g_byte_array_append (out, (const guint8 *) data, length);
}

/* A piece of a line. */
static void
add_text (MoptWireText *self, const char *data, gsize length, GByteArray *out)
{
  guint8 bits = 0;

  if (length == 0)
    return;
  for (gsize i = 0; i < length; i++)
    bits |= (guint8) data[i];
  self->is_8bit = self->is_8bit || bits >= 0x80;
  self->has_nul = self->has_nul || memchr (data, '\0', length) != NULL;
  if (self->line == 0 && *data == '.' && self->stuff_dots)
    append (out, ".", 1);
  append (out, data, length);
  self->line += length;
  self->size += length;
  self->longest = MAX (self->longest, self->line);
}

static void
end_line (MoptWireText *self, GByteArray *out)
{
  append (out, "\r\n", 2);
  self->size += 2;
  self->line = 0;
}

/* The first CR or LF at or after @p, else @end. */
static const char *
find_end (const char *p, const char *end)
{
  while (p < end && *p != '\r' && *p != '\n')
    p++;
  return p;
}

void
mopt_wire_text_add (MoptWireText *self, const char *data, gsize length, GByteArray *out)
{
  const char *end = data + length;

  for (const char *p = data; p < end;)
    {
      const char *stop = find_end (p, end);

      if (stop > p)
        {
          add_text (self, p, stop - p, out);
          self->after_cr = FALSE;
        }
      if (stop == end)
        break;
      if (*stop == '\r' || !self->after_cr)
        end_line (self, out);
      self->after_cr = *stop == '\r';
      p = stop + 1;
    }
}

void
mopt_wire_text_end (MoptWireText *self, GByteArray *out)
{
  if (self->line > 0)
    end_line (self, out);
  if (self->stuff_dots)
    append (out, ".\r\n", 3);
}
