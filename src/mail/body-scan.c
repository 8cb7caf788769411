/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/body-scan.h"

#include <string.h>

#include "model/conversation-id.h"
#include "model/html-place.h"

typedef struct
{
  MoptBodyScan *scan;
  MoptSpoolReader *reader;
  MoptConversationFinder finder;
  MoptHtmlPlace html;
  MoptCharsetReader charset; /* where the part has one */
  guint64 n;                 /* bytes of text so far */
  guint64 raw;               /* the place of the byte that is taken just now */

  /* ISO-2022: what an escape sequence has said so far */
  guint escape;
  gboolean is_shifted;
} Look;

/* A byte inside of ISO-2022's other sets looks like ASCII and is none. */
static char
unshift (Look *self, char c)
{
  gboolean is_other = self->is_shifted || self->escape > 0;

  if (c == '\n' || c == '\r')
    {
      /* no line may end like that (RFC 1468) */
      self->scan->is_sealed = self->scan->is_sealed || is_other;
      return c;
    }
  if (c == '\033')
    self->escape = 1;
  else if (self->escape == 1)
    {
      self->is_shifted = c == '$';
      self->escape = c == '$' || c == '(' ? 2 : 0;
    }
  else if (self->escape == 2)
    self->escape = self->is_shifted && c == '(' ? 2 : 0;
  else if (!self->is_shifted)
    return c;
  return '\x80';
}

static void
take_letter (char c, gpointer user_data)
{
  Look *self = user_data;
  MoptTextPos pos = { self->n++, self->raw };

  if (self->scan->part.is_shifting)
    c = unshift (self, c);
  if (self->scan->part.is_html)
    c = mopt_html_place_push (&self->html, c, pos);
  else
    mopt_body_place_push (&self->scan->plain, c, pos);
  if (c != 0)
    mopt_conversation_finder_push (&self->finder, c);
}

/* The next byte of the text, which stands at @raw. */
static inline void
take (Look *self, char c, guint64 raw)
{
  self->raw = raw;
  if (self->scan->part.charset[0] != '\0')
    mopt_charset_reader_push (&self->charset, c, take_letter, self);
  else
    take_letter (c, self);
}

/* The same for bytes of one line, @raw being the place of the first: a large text has many of them. */
static void
take_run (Look *self, const char *data, gsize length, guint64 raw)
{
  const char *end = data + length;

  mopt_body_place_push_run (&self->scan->plain, data, length, (MoptTextPos){ self->n, raw });
  self->n += length;
  for (const char *p = data; p < end; p++)
    {
      if (self->finder.length == 0)
        p = memchr (p, '{', end - p);
      if (p == NULL)
        break;
      mopt_conversation_finder_push (&self->finder, *p);
    }
}

static void
read_plain (Look *self)
{
  MoptSpoolReader *reader = self->reader;
  guint64 raw = self->scan->part.start;

  while (mopt_spool_reader_fill (reader))
    for (gsize i = 0; i < reader->n;)
      {
        const char *data = reader->block + i;
        const char *lf = memchr (data, '\n', reader->n - i);
        gsize length = lf != NULL ? (gsize) (lf - data) : reader->n - i;
        const char *cr = memchr (data, '\r', length);

        if (cr != NULL)
          length = cr - data;
        if (self->scan->part.is_html || self->scan->part.is_shifting || self->scan->part.charset[0] != '\0'
            || length == 0)
          {
            length = 1;
            take (self, *data, raw);
          }
        else
          take_run (self, data, length, raw);
        raw += length;
        i += length;
      }
}

/* RFC 2045 §6.7. What is not encoded as it should be stands for itself. */
static void
read_quoted_printable (Look *self)
{
  guint64 raw = self->scan->part.start, equals = raw;
  char held[3]; /* "=", and what came after it */
  guint n = 0;

  for (int c; (c = mopt_spool_reader_next (self->reader)) >= 0; raw++)
    {
      if (n == 0 && c != '=')
        {
          take (self, c, raw);
          continue;
        }
      if (n == 0)
        equals = raw;
      held[n++] = c;
      if (n == 1)
        continue;
      if (n == 2 && (g_ascii_isxdigit (c) || c == '\r' || c == ' ' || c == '\t'))
        continue;
      if (n == 3 && (c == ' ' || c == '\t') && !g_ascii_isxdigit (held[1]))
        {
          n = 2; /* blanks before the end of a soft line break */
          continue;
        }
      if (n == 3 && c == '\r' && (held[1] == ' ' || held[1] == '\t'))
        {
          held[1] = c;
          n = 2;
          continue;
        }
      if (n == 3 && g_ascii_isxdigit (held[1]) && g_ascii_isxdigit (c))
        take (self, g_ascii_xdigit_value (held[1]) << 4 | g_ascii_xdigit_value (c), equals);
      else if (c != '\n') /* neither a byte nor a soft line break */
        {
          for (guint i = 0; i + 1 < n; i++)
            if (held[i] != '\r' || n == 2)
              take (self, held[i], equals + i);
          n = c == '=';
          equals = raw;
          if (c != '=')
            take (self, c, raw);
          continue;
        }
      n = 0;
    }
  self->scan->ends_softly = n == 1 || (n == 2 && !g_ascii_isxdigit (held[1]));
  for (guint i = 0; !self->scan->ends_softly && i < n; i++)
    take (self, held[i], equals + i);
}

/* RFC 4648; what is none of its letters is passed over (RFC 2045 §6.8). */
static void
read_base64 (Look *self)
{
  guint64 raw = self->scan->part.start, first = raw;
  guint bits = 0, n = 0;
  gboolean is_over = FALSE;

  for (int c; (c = mopt_spool_reader_next (self->reader)) >= 0; raw++)
    {
      int value = g_ascii_isupper (c)   ? c - 'A'
                  : g_ascii_islower (c) ? c - 'a' + 26
                  : g_ascii_isdigit (c) ? c - '0' + 52
                  : c == '+'            ? 62
                  : c == '/'            ? 63
                                        : -1;

      if (value < 0 && c != '=')
        continue;
      self->scan->raw_end = raw + 1;
      if (c == '=')
        {
          is_over = TRUE; /* readers differ about what comes after that */
          continue;
        }
      if (is_over)
        {
          self->scan->is_sealed = TRUE;
          continue;
        }
      if (n == 0)
        first = raw;
      bits = bits << 6 | value;
      if (++n < 4)
        continue;
      take (self, bits >> 16, first);
      take (self, bits >> 8, first);
      take (self, bits, first);
      n = bits = 0;
    }
  if (n == 1 || (n == 0 && is_over))
    self->scan->is_sealed = TRUE; /* cut off, or filled up where it is full */
  self->scan->last_group = first;
  if (n >= 2)
    take (self, bits >> (n == 2 ? 4 : 10), first);
  if (n == 3)
    take (self, bits >> 2, first);
}

/* The first line end of the part as it stands there. */
static gboolean
find_raw_eol (MoptBodyScan *scan, MoptSpool *spool, GError **error)
{
  g_auto (MoptSpoolReader) reader = { 0 };
  MoptSpoolLine line;

  mopt_spool_reader_init (&reader, spool, scan->part.start, scan->part.end);
  if (mopt_spool_reader_line (&reader, &line) && line.next > line.end)
    scan->raw_eol = line.next - line.end == 2 ? "\r\n" : "\n";
  if (reader.error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reader.error));
  return FALSE;
}

gboolean
mopt_body_scan (MoptSpool *spool, const MoptBodyPart *part, const char *const *prefixes, MoptBodyScan *scan,
                GError **error)
{
  g_auto (MoptSpoolReader) reader = { 0 };
  Look look = { .scan = scan, .reader = &reader };

  *scan = (MoptBodyScan){ .part = *part, .raw_end = part->start };
  if (!find_raw_eol (scan, spool, error))
    return FALSE;
  mopt_spool_reader_init (&reader, spool, part->start, part->end);
  mopt_conversation_finder_init (&look.finder, prefixes);
  mopt_body_place_init (&scan->plain);
  mopt_html_place_init (&look.html);
  if (part->charset[0] != '\0')
    mopt_charset_reader_init (&look.charset, part->charset);
  if (part->encoding == MOPT_ENCODING_BASE64)
    read_base64 (&look);
  else if (part->encoding == MOPT_ENCODING_QUOTED_PRINTABLE)
    read_quoted_printable (&look);
  else
    read_plain (&look);
  if (part->charset[0] != '\0')
    {
      mopt_charset_reader_end (&look.charset, take_letter, &look);
      mopt_charset_reader_clear (&look.charset);
    }
  scan->found = g_steal_pointer (&look.finder.found);
  if (reader.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reader.error));
      return FALSE;
    }

  MoptTextPos end = { look.n, part->end };
  scan->is_sealed = scan->is_sealed || look.is_shifted || look.escape > 0;
  if (part->is_html)
    {
      mopt_html_place_end (&look.html, end);
      scan->place = look.html.place;
      scan->at_end = look.html.at_end;
    }
  else
    {
      mopt_body_place_end (&scan->plain, end);
      scan->place = scan->plain.place.pos;
      scan->at_end = scan->plain.at_end;
      scan->is_sealed = scan->is_sealed || scan->plain.is_pgp;
    }
  return TRUE;
}

void
mopt_body_scan_clear (MoptBodyScan *scan)
{
  g_clear_pointer (&scan->found, g_free);
}
