/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a Conversation ID gets into a text part without another byte of it changing, by transfer encoding:
 *  - none: it is put in where it goes;
 *  - quoted-printable: the same, a soft line break before it (and behind it) where that is in the middle of a line;
 *  - base64: three bytes are four letters, so the group it falls into is encoded anew, on lines of their own. That the
 *    groups behind it can stay, what is put in has a length that can be divided by three. */
#include "mail/body-scan.h"

#include <string.h>

#define BASE64_COLUMNS 76 /* letters of a line (RFC 2045 §6.8) */

/* The byte before or at @pos in the part; 0: there is none. FALSE + error. */
static gboolean
peek (const MoptBodyScan *scan, MoptSpool *spool, guint64 pos, gboolean before, char *c, GError **error)
{
  *c = 0;
  if (before ? pos <= scan->part.start : pos >= scan->part.end)
    return TRUE;
  return mopt_spool_read (spool, before ? pos - 1 : pos, c, 1, error);
}

static gboolean
is_eol (char c)
{
  return c == '\r' || c == '\n' || c == 0;
}

/* What is to be read there, with line ends @eol. */
static char *
make_text (const MoptBodyScan *scan, const char *id, const char *eol)
{
  if (!scan->part.is_html)
    return mopt_body_place_fill (&scan->plain, id, eol, TRUE);
  return g_strdup_printf ("<p>%s</p>", id);
}

/* Line breaks around HTML, where blanks mean nothing; not where there is one. */
static gboolean
splice_plain (const MoptBodyScan *scan, MoptSpool *spool, const char *id, const char *eol, MoptSplice *splice,
              GError **error)
{
  g_autofree char *text = make_text (scan, id, eol);
  char before, after;

  splice->start = splice->end = scan->place.raw;
  if (!peek (scan, spool, splice->start, TRUE, &before, error)
      || !peek (scan, spool, splice->start, FALSE, &after, error))
    return FALSE;
  if (scan->part.is_html)
    splice->text = g_strconcat (is_eol (before) ? "" : eol, text, is_eol (after) ? "" : eol, NULL);
  else
    splice->text = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
splice_quoted_printable (const MoptBodyScan *scan, MoptSpool *spool, const char *id, const char *eol,
                         MoptSplice *splice, GError **error)
{
  g_autofree char *text = make_text (scan, id, eol);
  g_autofree char *soft = g_strconcat ("=", eol, NULL);
  const char *head = "", *tail = "";
  char before, after;

  splice->start = splice->end = scan->place.raw;
  if (!peek (scan, spool, splice->start, TRUE, &before, error)
      || !peek (scan, spool, splice->start, FALSE, &after, error))
    return FALSE;
  if (scan->ends_softly && splice->start == scan->part.end)
    head = eol; /* the end of that soft line break */
  else if (!is_eol (before) && !is_eol (*text))
    head = soft;
  if (scan->part.is_html && !is_eol (after))
    tail = soft;
  splice->text = g_strconcat (head, text, tail, NULL);
  return TRUE;
}

/* The bytes of the group of letters at @pos; *@behind: where it ends. */
static gboolean
read_group (const MoptBodyScan *scan, MoptSpool *spool, guint64 pos, guint8 *bytes, gsize *n_bytes, guint64 *behind,
            GError **error)
{
  char letters[5] = "";
  guint n = 0;
  int state = 0;
  guint save = 0;

  for (; n < 4 && pos < scan->raw_end; pos++)
    {
      char c;

      if (!mopt_spool_read (spool, pos, &c, 1, error))
        return FALSE;
      if (g_ascii_isalnum (c) || c == '+' || c == '/')
        letters[n++] = c;
      else if (c == '=')
        break;
    }
  *behind = n == 4 ? pos : scan->raw_end;
  while (n < 4)
    letters[n++] = '=';
  *n_bytes = g_base64_decode_step (letters, 4, bytes, &state, &save);
  return TRUE;
}

/* @data in letters, on lines of their own. */
static char *
encode_lines (const char *data, gsize length, const char *eol, gboolean eol_before, gboolean eol_behind)
{
  g_autofree char *letters = g_base64_encode ((const guchar *) data, length);
  GString *text = g_string_new (eol_before ? eol : "");

  for (const char *p = letters; *p != '\0';)
    {
      gsize n = MIN (strlen (p), BASE64_COLUMNS);

      g_string_append_len (text, p, n);
      p += n;
      if (*p != '\0' || eol_behind)
        g_string_append (text, eol);
    }
  return g_string_free (text, FALSE);
}

/* Blanks that change nothing, until the length can be divided by three. */
static void
pad (GString *text, gboolean is_html, const char *eol)
{
  while (text->len % 3 != 0)
    g_string_append (text, is_html ? " " : eol);
}

static gboolean
splice_base64 (const MoptBodyScan *scan, MoptSpool *spool, const char *id, const char *raw_eol, MoptSplice *splice,
               GError **error)
{
  const char *eol = scan->plain.eol != NULL ? scan->plain.eol : "\r\n";
  g_autofree char *made = make_text (scan, id, eol);
  g_autoptr (GString) text = g_string_new (made);
  guint8 group[4];
  gsize n_group = 0, offset = scan->place.text % 3;
  gboolean is_end = scan->place.raw >= scan->part.end;
  char before, after;

  splice->start = splice->end = is_end ? scan->raw_end : scan->place.raw;
  if (is_end && offset > 0) /* into the last group, which is not full */
    splice->start = scan->last_group;
  if ((!is_end || offset > 0)
      && !read_group (scan, spool, splice->start, group, &n_group, &splice->end, error))
    return FALSE;
  if (n_group == 3)
    pad (text, scan->part.is_html, eol);
  g_string_insert_len (text, 0, (const char *) group, MIN (offset, n_group));
  if (n_group > offset)
    g_string_append_len (text, (const char *) group + offset, n_group - offset);
  if (!peek (scan, spool, splice->start, TRUE, &before, error)
      || !peek (scan, spool, splice->end, FALSE, &after, error))
    return FALSE;
  splice->text = encode_lines (text->str, text->len, raw_eol, !is_eol (before), !is_eol (after));
  return TRUE;
}

gboolean
mopt_body_scan_splice (const MoptBodyScan *scan, MoptSpool *spool, const char *id, MoptSplice *splice, GError **error)
{
  const char *eol = scan->raw_eol != NULL ? scan->raw_eol : "\r\n";

  switch (scan->part.encoding)
    {
    case MOPT_ENCODING_QUOTED_PRINTABLE:
      return splice_quoted_printable (scan, spool, id, eol, splice, error);
    case MOPT_ENCODING_BASE64:
      return splice_base64 (scan, spool, id, eol, splice, error);
    case MOPT_ENCODING_NONE:
      break;
    }
  return splice_plain (scan, spool, id, eol, splice, error);
}
