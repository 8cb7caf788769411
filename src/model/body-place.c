/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/body-place.h"

#include <string.h>

#define WIDE_COLON 0xefbc9a /* "：" in UTF-8, as Japanese and Chinese programs write it */

void
mopt_body_place_init (MoptBodyPlace *self)
{
  *self = (MoptBodyPlace){ .line = { .is_blank = TRUE } };
}

static gboolean
begins_with (const MoptBodyPlace *self, const char *text)
{
  return self->length >= strlen (text) && memcmp (self->head, text, strlen (text)) == 0;
}

/* Before the quoted lines, and the line that says who wrote them, which may have been wrapped. */
static MoptBodyLine
place_of_quotes (const MoptBodyPlace *self)
{
  if (!self->has_written || !self->written.ends_in_colon)
    return self->line;
  return self->has_before_written && self->before_written.ends_in_wrapping ? self->before_written : self->written;
}

static void
end_line (MoptBodyPlace *self)
{
  MoptBodyLine *line = &self->line;

  line->is_quote = self->length > 0 && self->head[0] == '>';
  line->ends_in_colon = (self->tail & 0xff) == ':' || (self->tail & 0xffffff) == WIDE_COLON;
  line->ends_in_wrapping = (self->tail & 0xff) == '>' || (self->tail & 0xff) == ',';
  line->after_text = self->has_before && !self->before.is_blank;

  if (!self->has_signature && self->length == 3 && begins_with (self, "-- "))
    {
      self->has_signature = TRUE;
      self->signature = *line;
    }
  if (begins_with (self, "-----BEGIN PGP MESSAGE-----") || begins_with (self, "-----BEGIN PGP SIGNED MESSAGE-----"))
    self->is_pgp = TRUE;
  if (line->is_quote && !self->has_quotes)
    {
      self->quotes = place_of_quotes (self);
      self->has_quotes = TRUE;
    }
  else if (!line->is_quote && !line->is_blank)
    {
      self->has_quotes = FALSE; /* they are not at the end */
      self->has_before_written = self->has_before;
      self->before_written = self->before;
      self->written = *line;
      self->has_written = TRUE;
    }
  self->before = *line;
  self->has_before = TRUE;
  self->line = (MoptBodyLine){ .is_blank = TRUE };
  self->length = 0;
  self->tail = 0;
  self->in_line = FALSE;
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t';
}

static void
begin_line (MoptBodyPlace *self, MoptTextPos pos)
{
  if (self->after_cr && self->eol == NULL)
    self->eol = "\n"; /* a lone CR, which is none that one would write */
  self->after_cr = FALSE;
  if (self->in_line)
    return;
  self->in_line = TRUE;
  self->line.pos = pos;
}

void
mopt_body_place_push (MoptBodyPlace *self, char c, MoptTextPos pos)
{
  if (c == '\n' && self->after_cr)
    {
      if (self->eol == NULL)
        self->eol = "\r\n";
      self->after_cr = FALSE;
      return;
    }
  if (c != '\n' && c != '\r')
    {
      mopt_body_place_push_run (self, &c, 1, pos);
      return;
    }
  begin_line (self, pos);
  self->after_cr = c == '\r';
  if (c == '\n' && self->eol == NULL)
    self->eol = "\n";
  end_line (self);
}

void
mopt_body_place_push_run (MoptBodyPlace *self, const char *data, gsize length, MoptTextPos pos)
{
  gsize from = length;

  begin_line (self, pos);
  if (self->length < MOPT_BODY_HEAD)
    memcpy (self->head + self->length, data, MIN (length, MOPT_BODY_HEAD - self->length));
  self->length += length;
  for (guint found = 0; from > 0 && found < 3; from--)
    found += !is_space (data[from - 1]);
  for (; from < length; from++)
    if (!is_space (data[from]))
      {
        self->line.is_blank = FALSE;
        self->tail = self->tail << 8 | (guint8) data[from];
      }
}

void
mopt_body_place_end (MoptBodyPlace *self, MoptTextPos end)
{
  self->ends_in_line = self->in_line;
  if (self->in_line)
    end_line (self);
  self->at_end = !self->has_signature && !self->has_quotes;
  if (self->has_signature)
    self->place = self->signature;
  else if (self->has_quotes)
    self->place = self->quotes;
  else
    self->place = (MoptBodyLine){ .pos = end, .after_text = self->has_before && !self->before.is_blank };
}

char *
mopt_body_place_fill (const MoptBodyPlace *self, const char *paragraph, const char *eol, gboolean keep_open)
{
  GString *text = g_string_new (NULL);
  gboolean is_open = self->at_end && self->ends_in_line;

  if (is_open)
    g_string_append (text, eol);
  if (self->place.after_text)
    g_string_append (text, eol);
  g_string_append (text, paragraph);
  if (!is_open || !keep_open)
    g_string_append (text, eol);
  if (!self->at_end)
    g_string_append (text, eol);
  return g_string_free (text, FALSE);
}
