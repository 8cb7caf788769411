/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "mail/header.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "mail/gmime.h"

#define SECTION_MAX (1024 * 1024) /* bytes of a header section */
#define LINE_MAX_BYTES 998        /* of a line without its CRLF (RFC 5322 §2.1.1) */
#define LINE_COLUMNS 78           /* of a line that we fold */

typedef struct
{
  char *name;
  GString *raw; /* the whole field with CRLFs */
} Field;

struct _MoptHeader
{
  GPtrArray *fields;
  gboolean is_closed;
};

static void
field_free (gpointer data)
{
  Field *field = data;

  g_free (field->name);
  g_string_free (field->raw, TRUE);
  g_free (field);
}

static Field *
add_field (MoptHeader *self, char *name)
{
  Field *field = g_new0 (Field, 1);

  field->name = name;
  field->raw = g_string_new (NULL);
  g_ptr_array_add (self->fields, field);
  return field;
}

void
mopt_header_free (MoptHeader *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->fields);
  g_free (self);
}

/* How long the name of the field is that @line begins with; 0: it is no field. Blanks before the colon are an old
 * custom (RFC 5322 §4.5). @past (out): behind the colon. */
static gsize
name_length (const char *line, gsize length, gsize *past)
{
  gsize n = 0, colon;

  while (n < length && line[n] > ' ' && line[n] < 0x7f && line[n] != ':')
    n++;
  for (colon = n; colon < length && (line[colon] == ' ' || line[colon] == '\t'); colon++)
    ;
  if (colon == length || line[colon] != ':')
    return 0;
  *past = colon + 1;
  return n;
}

static gboolean
check_bytes (const char *line, gsize length, GError **error)
{
  for (gsize i = 0; i < length; i++)
    if (((guint8) line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f)
      {
        g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                     _ ("The header of the message has a control character (%u) in it."), (guint8) line[i]);
        return FALSE;
      }
  return TRUE;
}

/* Appends a line, folded where it is longer than servers take. The blank at the fold stays, so that the value does. */
static gboolean
append_line (GString *raw, const char *line, gsize length, GError **error)
{
  while (length > LINE_MAX_BYTES)
    {
      gsize cut = LINE_MAX_BYTES;

      while (cut > 1 && line[cut] != ' ' && line[cut] != '\t')
        cut--;
      /* a line of blanks alone would be none to some readers */
      if (cut <= 1 || strspn (line, " \t") >= cut)
        {
          g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                       _ ("A line in the header of the message is too long: %u bytes is the most."), LINE_MAX_BYTES);
          return FALSE;
        }
      g_string_append_len (raw, line, cut);
      g_string_append (raw, "\r\n");
      line += cut;
      length -= cut;
    }
  g_string_append_len (raw, line, length);
  g_string_append (raw, "\r\n");
  return TRUE;
}

/* Where the line at @p ends; *@next: where the following one begins. */
static const char *
line_end (const char *p, const char *end, const char **next)
{
  while (p < end && *p != '\r' && *p != '\n')
    p++;
  *next = p == end ? p : p + (p[0] == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1);
  return p;
}

/* Adds the fields of @text; returns where the body begins, or NULL + error. */
static const char *
parse (MoptHeader *self, const char *text, gsize length, MoptHeaderMode mode, GError **error)
{
  const char *end = text + length, *next;
  const char *p = text;

  if (g_str_has_prefix (text, "From "))
    line_end (text, end, &p);
  for (Field *field = NULL; p < end; p = next)
    {
      const char *stop = line_end (p, end, &next);
      gboolean goes_on = field != NULL && (*p == ' ' || *p == '\t') && stop > p;
      gsize past, n = goes_on ? 0 : name_length (p, stop - p, &past);

      if (stop == p)
        {
          self->is_closed = TRUE;
          return next;
        }
      if (!goes_on && n == 0)
        return p;
      if (mode == MOPT_HEADER_STRICT && !check_bytes (p, stop - p, error))
        return NULL;
      if (!goes_on)
        field = add_field (self, g_strndup (p, n));
      if (mode == MOPT_HEADER_LENIENT)
        {
          g_autofree char *line = g_strndup (p, stop - p); /* up to a NUL, if there is one */
          g_string_append_printf (field->raw, "%s\r\n", line);
        }
      else if (!append_line (field->raw, p, stop - p, error))
        return NULL;
    }
  return end;
}

MoptHeader *
mopt_header_read (MoptSpool *spool, guint64 start, guint64 end, MoptHeaderMode mode, guint64 *body, GError **error)
{
  gsize length = MIN (end - start, SECTION_MAX);
  g_autofree char *text = g_malloc (length + 1);
  g_autoptr (MoptHeader) self = g_new0 (MoptHeader, 1);

  self->fields = g_ptr_array_new_with_free_func (field_free);
  if (!mopt_spool_read (spool, start, text, length, error))
    return NULL;
  text[length] = '\0';
  const char *rest = parse (self, text, length, mode, error);
  if (rest == NULL)
    return NULL;
  if (rest == text + length && length < end - start)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_TOO_LARGE, _ ("The header of the message is larger than 1 MiB."));
      return NULL;
    }
  *body = start + (rest - text);
  return g_steal_pointer (&self);
}

gboolean
mopt_header_is_closed (MoptHeader *self)
{
  return self->is_closed;
}

static gboolean
is_named (gconstpointer field, const char *name)
{
  return g_ascii_strcasecmp (((const Field *) field)->name, name) == 0;
}

static Field *
find (MoptHeader *self, const char *name, guint index)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (is_named (self->fields->pdata[i], name) && index-- == 0)
      return self->fields->pdata[i];
  return NULL;
}

guint
mopt_header_count (MoptHeader *self, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < self->fields->len; i++)
    n += is_named (self->fields->pdata[i], name);
  return n;
}

static char *
get_value (const Field *field)
{
  GString *value = g_string_new (NULL);

  for (const char *p = strchr (field->raw->str, ':') + 1; *p != '\0'; p++)
    if (*p != '\r' && *p != '\n')
      g_string_append_c (value, *p);
  return g_strstrip (g_string_free (value, FALSE));
}

char *
mopt_header_get (MoptHeader *self, const char *name, guint index)
{
  const Field *field = find (self, name, index);

  return field != NULL ? get_value (field) : NULL;
}

char **
mopt_header_get_all (MoptHeader *self, const char *name)
{
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < self->fields->len; i++)
    if (is_named (self->fields->pdata[i], name))
      g_ptr_array_add (values, get_value (self->fields->pdata[i]));
  g_ptr_array_add (values, NULL);
  return (char **) g_ptr_array_free (values, FALSE);
}

char *
mopt_header_get_text (MoptHeader *self, const char *name, guint index)
{
  g_autofree char *value = mopt_header_get (self, name, index);

  return value != NULL ? mopt_header_decode (value) : NULL;
}

const char *
mopt_header_get_raw (MoptHeader *self, const char *name)
{
  const Field *field = find (self, name, 0);

  return field != NULL ? field->raw->str : NULL;
}

void
mopt_header_set_raw (MoptHeader *self, const char *name, const char *raw)
{
  Field *field = find (self, name, 0);

  if (field == NULL)
    field = add_field (self, g_strdup (name));
  g_string_assign (field->raw, raw);
}

void
mopt_header_set (MoptHeader *self, const char *name, const char *value)
{
  g_autofree char *clean = g_strdup (value);
  g_autoptr (GString) raw = g_string_new (name);
  gsize column = strlen (name) + 1;

  for (char *p = clean; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  g_strstrip (clean);
  g_string_append_c (raw, ':');
  for (const char *p = clean; *p != '\0';)
    {
      gsize blanks = strspn (p, " ");
      gsize word = strcspn (p + blanks, " ");
      gboolean fold = p > clean && column + blanks + word > LINE_COLUMNS;

      if (p == clean)
        g_string_append_c (raw, ' ');
      if (fold)
        g_string_append (raw, "\r\n");
      g_string_append_len (raw, p, blanks + word);
      column = (fold ? 0 : column) + blanks + word + (p == clean);
      p += blanks + word;
    }
  g_string_append (raw, "\r\n");
  const Field *first = find (self, name, 0);
  for (guint i = self->fields->len; i > 0; i--)
    if (self->fields->pdata[i - 1] != first && is_named (self->fields->pdata[i - 1], name))
      g_ptr_array_remove_index (self->fields, i - 1);
  mopt_header_set_raw (self, name, raw->str);
}

void
mopt_header_remove (MoptHeader *self, const char *name)
{
  for (guint i = self->fields->len; i > 0; i--)
    if (is_named (self->fields->pdata[i - 1], name))
      g_ptr_array_remove_index (self->fields, i - 1);
}

gboolean
mopt_header_is_8bit (MoptHeader *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (!g_str_is_ascii (((const Field *) self->fields->pdata[i])->raw->str))
      return TRUE;
  return FALSE;
}

GBytes *
mopt_header_to_bytes (MoptHeader *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->fields->len; i++)
    g_string_append (text, ((const Field *) self->fields->pdata[i])->raw->str);
  g_string_append (text, "\r\n");
  return g_string_free_to_bytes (text);
}

/* The length of the encoded word at @p, "=?charset?q?text?="; 0: there is none. */
static gsize
encoded_word (const char *p)
{
  if (p[0] != '=' || p[1] != '?')
    return 0;
  const char *stop = p + 2;
  for (guint marks = 0; *stop > ' ' && *stop < 0x7f; stop++)
    if (*stop == '?' && ++marks == 3)
      return stop[1] == '=' ? stop + 2 - p : 0;
  return 0;
}

char *
mopt_header_decode (const char *value)
{
  GString *text = g_string_new (NULL);
  gboolean after_word = FALSE;

  mopt_gmime_ensure ();
  for (const char *p = value; *p != '\0';)
    {
      gsize blanks = strspn (p, " \t");
      gsize word = encoded_word (p + blanks);

      if (word == 0 || !after_word)
        g_string_append_len (text, p, blanks);
      p += blanks;
      if (word > 0)
        {
          g_autofree char *encoded = g_strndup (p, word);
          g_autofree char *decoded = g_mime_utils_header_decode_text (NULL, encoded);

          g_string_append (text, decoded);
        }
      else /* up to where a word could begin */
        {
          word = *p != '\0' ? 1 + strcspn (p + 1, " \t=") : 0;
          g_string_append_len (text, p, word);
        }
      after_word = encoded_word (p) > 0;
      p += word;
    }
  g_autofree char *raw = g_string_free (text, FALSE);
  return g_utf8_make_valid (raw, -1);
}
