/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/body-parts.h"

#include <string.h>

#include "base/error.h"
#include "mail/gmime.h"

#define DEPTH_MAX 16    /* multiparts within multiparts */
#define BOUNDARY_MAX 70 /* bytes of a boundary (RFC 2046 §5.1.1) */

typedef struct
{
  MoptSpool *spool;
  MoptBodyParts *found;
  guint depth;
} Search;

static gboolean search_entity (Search *self, MoptHeader *header, guint64 start, guint64 end, GError **error);

static GMimeContentType *
get_type (MoptHeader *header)
{
  g_autofree char *value = mopt_header_get (header, "Content-Type", 0);
  GMimeContentType *type = value != NULL ? g_mime_content_type_parse (NULL, value) : NULL;

  return type != NULL ? type : g_mime_content_type_new ("text", "plain");
}

/* A file that only happens to be text. Before there was Content-Disposition the type said its name (RFC 1341). */
static gboolean
is_attached (MoptHeader *header, GMimeContentType *type)
{
  g_autofree char *value = mopt_header_get (header, "Content-Disposition", 0);
  g_autoptr (GMimeContentDisposition) disposition
      = value != NULL ? g_mime_content_disposition_parse (NULL, value) : NULL;

  if (disposition == NULL)
    return g_mime_content_type_get_parameter (type, "name") != NULL;
  return (g_ascii_strcasecmp (g_mime_content_disposition_get_disposition (disposition), "inline") != 0
          || g_mime_content_disposition_get_parameter (disposition, "filename") != NULL);
}

/* FALSE: one that we cannot read. */
static gboolean
get_encoding (MoptHeader *header, MoptEncoding *encoding)
{
  static const char *const names[] = { "7bit", "8bit", "binary", "quoted-printable", "base64" };
  static const MoptEncoding encodings[]
      = { MOPT_ENCODING_NONE, MOPT_ENCODING_NONE, MOPT_ENCODING_NONE, MOPT_ENCODING_QUOTED_PRINTABLE,
          MOPT_ENCODING_BASE64 };
  g_autofree char *value = mopt_header_get (header, "Content-Transfer-Encoding", 0);

  *encoding = MOPT_ENCODING_NONE;
  if (value == NULL || *value == '\0')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize length = strlen (names[i]);

      if (g_ascii_strncasecmp (value, names[i], length) == 0 && strchr (" \t;(", value[length]) != NULL)
        {
          *encoding = encodings[i];
          return TRUE;
        }
    }
  return FALSE;
}

static void
take_text (Search *self, MoptHeader *header, GMimeContentType *type, guint64 start, guint64 end)
{
  const char *charset = g_mime_content_type_get_parameter (type, "charset");
  MoptBodyPart part = { .start = start, .end = end, .is_html = g_mime_content_type_is_type (type, "text", "html") };

  if (is_attached (header, type))
    return;
  for (guint i = 0; i < self->found->n_parts; i++)
    if (self->found->parts[i].is_html == part.is_html)
      return;
  gboolean hides_ascii = mopt_charset_hides_ascii (charset), is_readable = get_encoding (header, &part.encoding);
  self->found->is_closed = self->found->is_closed || hides_ascii || !is_readable;
  if (!is_readable || (hides_ascii && strlen (charset) >= sizeof part.charset))
    return;
  if (hides_ascii)
    g_strlcpy (part.charset, charset, sizeof part.charset);
  part.is_shifting = charset != NULL && g_ascii_strncasecmp (charset, "iso-2022", 8) == 0;
  self->found->parts[self->found->n_parts++] = part;
}

typedef enum
{
  LINE_ORDINARY,
  LINE_BOUNDARY,
  LINE_LAST_BOUNDARY,
} LineKind;

static LineKind
judge_line (const MoptSpoolLine *line, const char *boundary, gsize length)
{
  const char *rest = line->head + 2 + length;

  if (line->head_length < 2 + length || strncmp (line->head, "--", 2) != 0
      || memcmp (line->head + 2, boundary, length) != 0)
    return LINE_ORDINARY;
  gboolean is_last = g_str_has_prefix (rest, "--");
  if (rest[strspn (rest, " \t-")] != '\0')
    return LINE_ORDINARY;
  return is_last ? LINE_LAST_BOUNDARY : *rest == '-' ? LINE_ORDINARY : LINE_BOUNDARY;
}

static gboolean
search_part (Search *self, guint64 start, guint64 end, GError **error)
{
  guint64 body;
  g_autoptr (GError) reason = NULL;
  g_autoptr (MoptHeader) header = mopt_header_read (self->spool, start, end, MOPT_HEADER_LENIENT, &body, &reason);

  /* where that line is missing, what one puts in could be read as a field */
  if (header != NULL && !mopt_header_is_closed (header))
    return TRUE;
  if (header != NULL)
    return search_entity (self, header, body, end, error);
  if (g_error_matches (reason, MOPT_ERROR, MOPT_ERROR_TOO_LARGE))
    return TRUE; /* no words in there */
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
search_multipart (Search *self, const char *boundary, gboolean all, guint64 start, guint64 end, GError **error)
{
  g_auto (MoptSpoolReader) reader = { 0 };
  MoptSpoolLine line;
  guint64 part = G_MAXUINT64, last_end = start; /* where the part began; where the line before ended */
  LineKind kind = LINE_ORDINARY;
  gsize length = strlen (boundary);

  mopt_spool_reader_init (&reader, self->spool, start, end);
  while (kind != LINE_LAST_BOUNDARY && mopt_spool_reader_line (&reader, &line))
    {
      kind = judge_line (&line, boundary, length);
      if (kind != LINE_ORDINARY && part != G_MAXUINT64)
        {
          if (!search_part (self, part, MAX (part, last_end), error))
            return FALSE;
          if (self->found->is_sealed || (!all && (self->found->n_parts > 0 || self->found->is_closed)))
            return TRUE;
        }
      if (kind != LINE_ORDINARY)
        part = kind == LINE_BOUNDARY ? line.next : G_MAXUINT64;
      last_end = line.end;
    }
  if (reader.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reader.error));
      return FALSE;
    }
  /* one that is never closed ends with what it is in */
  return part == G_MAXUINT64 || search_part (self, part, end, error);
}

/* S/MIME in one piece (RFC 8551) or the parts of PGP/MIME (RFC 3156). */
static gboolean
is_sealed_type (GMimeContentType *type)
{
  return g_mime_content_type_is_type (type, "multipart", "encrypted")
         || g_mime_content_type_is_type (type, "application", "pkcs7-mime")
         || g_mime_content_type_is_type (type, "application", "x-pkcs7-mime")
         || g_mime_content_type_is_type (type, "application", "pgp-encrypted");
}

static gboolean
search_entity (Search *self, MoptHeader *header, guint64 start, guint64 end, GError **error)
{
  g_autoptr (GMimeContentType) type = get_type (header);
  const char *boundary = g_mime_content_type_get_parameter (type, "boundary");
  gboolean is_signed = g_mime_content_type_is_type (type, "multipart", "signed");
  gboolean ok = TRUE;

  /* what each reader takes in another way is left as it is */
  if (is_sealed_type (type) || mopt_header_count (header, "Content-Type") > 1
      || mopt_header_count (header, "Content-Transfer-Encoding") > 1)
    self->found->is_sealed = TRUE;
  else if (g_mime_content_type_is_type (type, "multipart", "digest"))
    ; /* its parts are other people's messages, also where they do not say so (RFC 2046 §5.1.5) */
  else if (g_mime_content_type_is_type (type, "text", "plain") || g_mime_content_type_is_type (type, "text", "html"))
    take_text (self, header, type, start, end);
  else if (g_mime_content_type_is_type (type, "multipart", "*") && boundary != NULL && *boundary != '\0'
           && strlen (boundary) <= BOUNDARY_MAX * 2 && self->depth < DEPTH_MAX)
    {
      self->depth++;
      ok = search_multipart (self, boundary, g_mime_content_type_is_type (type, "multipart", "alternative"), start, end,
                             error);
      self->depth--;
    }
  self->found->is_sealed = self->found->is_sealed || is_signed;
  return ok;
}

gboolean
mopt_body_parts_find (MoptSpool *spool, MoptHeader *header, guint64 body, MoptBodyParts *found, GError **error)
{
  Search search = { spool, found, 0 };

  mopt_gmime_ensure ();
  *found = (MoptBodyParts){ 0 };
  return search_entity (&search, header, body, mopt_spool_get_size (spool), error);
}
