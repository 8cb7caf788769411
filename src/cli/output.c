/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/harmful.h"
#include "cli/output.h"

#define GAP 2 /* blanks between columns */

static char *
make_visible (const char *text, const char *allowed)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!mopt_is_harmful (c) || (c < 0x80 && strchr (allowed, (int) c) != NULL))
        g_string_append_unichar (out, c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c == '\t')
        g_string_append (out, "\\t");
      else
        g_string_append_printf (out, "\\u%04x", c);
    }
  return g_string_free (out, FALSE);
}

char *
mopt_output_visible (const char *text)
{
  return make_visible (text, "");
}

char *
mopt_output_visible_lines (const char *text)
{
  return make_visible (text, "\n\t");
}

guint
mopt_output_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

struct _MoptTable
{
  guint n_columns;
  GPtrArray *cells; /* of char *, row by row */
};

MoptTable *
mopt_table_new (guint n_columns)
{
  MoptTable *self = g_new0 (MoptTable, 1);

  self->n_columns = n_columns;
  self->cells = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
mopt_table_add (MoptTable *self, const char *const *cells)
{
  for (guint i = 0; i < self->n_columns; i++)
    g_ptr_array_add (self->cells, mopt_output_visible (cells[i]));
}

void
mopt_table_print (MoptTable *self, guint indent)
{
  g_autofree guint *widths = g_new0 (guint, self->n_columns);

  for (guint i = 0; i < self->cells->len; i++)
    widths[i % self->n_columns] = MAX (widths[i % self->n_columns], mopt_output_width (self->cells->pdata[i]));

  for (guint row = 0; row < self->cells->len; row += self->n_columns)
    {
      GString *line = g_string_new (NULL);

      for (guint i = 0; i < self->n_columns; i++)
        {
          const char *cell = self->cells->pdata[row + i];

          g_string_append_printf (line, "%*s%s", i == 0 ? (int) indent : GAP, "", cell);
          g_string_append_printf (line, "%*s", (int) (widths[i] - mopt_output_width (cell)), "");
        }
      while (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate (line, line->len - 1);
      g_print ("%s\n", line->str);
      g_string_free (line, TRUE);
    }
  g_ptr_array_unref (self->cells);
  g_free (self);
}

/* The generator escapes only what JSON wants escaped; a terminal obeys U+009B as well. Outside of its strings JSON is
 * ASCII, so all of these stand in one. */
static char *
escape_harmful (const char *json)
{
  GString *out = g_string_new (NULL);

  for (const char *p = json; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c >= 0x7f && mopt_is_harmful (c))
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

static gboolean has_json;

gboolean
mopt_output_has_json (void)
{
  return has_json;
}

void
mopt_output_json (JsonNode *node, gboolean compact)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();

  json_generator_set_root (generator, node);
  json_generator_set_pretty (generator, !compact);
  g_autofree char *json = json_generator_to_data (generator, NULL);
  g_autofree char *text = escape_harmful (json);
  /* JSON is UTF-8 whatever the locale says (RFC 8259 §8.1), so not by g_print. */
  has_json = TRUE;
  fputs (text, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

gboolean
mopt_output_is_terminal (void)
{
  const char *term = g_getenv ("TERM");

  return isatty (STDOUT_FILENO) && term != NULL && !g_str_equal (term, "dumb");
}

gboolean
mopt_output_wants_colour (void)
{
  const char *no_colour = g_getenv ("NO_COLOR");

  return mopt_output_is_terminal () && (no_colour == NULL || *no_colour == '\0');
}

void
mopt_output_padded (const char *text, guint width)
{
  g_print ("%s%*s  ", text, (int) (width - MIN (width, mopt_output_width (text))), "");
}

void
mopt_output_below (const char *text, guint indent)
{
  g_autofree char *visible = mopt_output_visible_lines (text);
  g_auto (GStrv) lines = g_strsplit (visible, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_print ("%*s%s\n", (int) indent, "", lines[i]);
}

void
mopt_output_text (const char *text)
{
  g_autofree char *visible = mopt_output_visible_lines (text);

  g_print ("%s", visible);
}

void
mopt_output_json_member (JsonBuilder *json, const char *member, const char *text)
{
  json_builder_set_member_name (json, member);
  if (text != NULL && *text != '\0')
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

void
mopt_output_json_number (JsonBuilder *json, const char *member, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  mopt_output_json_member (json, member, text);
}

void
mopt_output_json_boolean (JsonBuilder *json, const char *member, gboolean boolean)
{
  mopt_output_json_member (json, member, boolean ? "true" : "false");
}

void
mopt_output_json_object (JsonBuilder *json)
{
  json_builder_end_object (json);
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  mopt_output_json (root, TRUE);
}
