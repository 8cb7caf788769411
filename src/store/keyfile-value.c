/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind a "=": GKeyFile's value syntax (escapes, lists with ";", booleans), decoded in one place. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "store/keyfile-private.h"

const MoptKeyfileLine *
mopt_keyfile_find_key (MoptKeyfile *self, guint group, const char *key)
{
  g_return_val_if_fail (group < self->groups->len, NULL);

  const MoptKeyfileKey *known = g_hash_table_lookup (self->keys, key);

  for (guint i = GROUP (self, group)->first; known != NULL && i < GROUP (self, group)->end; i++)
    if (LINE (self, i)->type == LINE_ENTRY && LINE (self, i)->key == known->name)
      return LINE (self, i);
  return NULL;
}

guint
mopt_keyfile_get_line (MoptKeyfile *self, guint group, const char *key)
{
  const MoptKeyfileLine *line = mopt_keyfile_find_key (self, group, key);

  return line != NULL ? line - LINE (self, 0) + 1 : 0;
}

const char *
mopt_keyfile_next_key (MoptKeyfile *self, guint group, guint *line)
{
  g_return_val_if_fail (group < self->groups->len, NULL);

  for (guint i = MAX (*line, GROUP (self, group)->first); i < GROUP (self, group)->end; i++)
    if (LINE (self, i)->type == LINE_ENTRY)
      {
        *line = i + 1;
        return LINE (self, i)->key;
      }
  return NULL;
}

/* The entry in line number @line, or NULL. */
static const MoptKeyfileLine *
entry_at (MoptKeyfile *self, guint line)
{
  return line > 0 && LINE (self, line - 1)->type == LINE_ENTRY ? LINE (self, line - 1) : NULL;
}

static char *
raw_of (MoptKeyfile *self, const MoptKeyfileLine *line)
{
  return g_strndup (self->text->str + line->value, line->start + line->length - line->value);
}

char *
mopt_keyfile_raw_at (MoptKeyfile *self, guint line)
{
  const MoptKeyfileLine *entry = entry_at (self, line);

  return entry != NULL ? raw_of (self, entry) : NULL;
}

/* The character that "\" and @c stand for, 0: none. */
static char
unescape (char c, gboolean in_list)
{
  switch (c)
    {
    case 's':
      return ' ';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case '\\':
      return '\\';
    default:
      return in_list && c == ';' ? ';' : 0;
    }
}

/* The one decoder. In a list each ";" ends an item, and so does the end of the value if something is left; there each
 * item ends with @end, which no text holds unescaped ("\0", or "\n" where that may be mixed up with an escaped one).
 * @length (out, optional): of all that. NULL with @error. */
static char *
decode (MoptKeyfile *self, const MoptKeyfileLine *line, gboolean in_list, char end, gsize *length, GError **error)
{
  const char *raw = self->text->str + line->value;
  const char *stop = self->text->str + line->start + line->length;
  g_autofree char *text = g_malloc (stop - raw + 2);
  char *to = text;
  const char *item = text; /* the one that has not ended */

  for (; raw < stop; raw++)
    {
      char c = *raw;

      if (in_list && c == ';')
        {
          c = end;
          item = to + 1;
        }
      else if (c == '\\')
        {
          c = raw + 1 < stop ? unescape (*++raw, in_list) : 0;
          if (c == 0)
            {
              g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                           _ ("The value of “%s” has an unknown escape; a backslash itself is written “\\\\”."),
                           line->key);
              return NULL;
            }
        }
      *to++ = c;
    }
  if (in_list && to > item)
    *to++ = end;
  *to = '\0';
  if (length != NULL)
    *length = to - text;
  return g_steal_pointer (&text);
}

char *
mopt_keyfile_string_at (MoptKeyfile *self, guint line, GError **error)
{
  const MoptKeyfileLine *entry = entry_at (self, line);

  return entry != NULL ? decode (self, entry, FALSE, 0, NULL, error) : NULL;
}

char **
mopt_keyfile_list_at (MoptKeyfile *self, guint line, GError **error)
{
  const MoptKeyfileLine *entry = entry_at (self, line);
  gsize length = 0;
  g_autofree char *text = entry != NULL ? decode (self, entry, TRUE, '\0', &length, error) : NULL;

  if (text == NULL)
    return NULL;
  g_autoptr (GStrvBuilder) items = g_strv_builder_new ();
  for (const char *item = text; item < text + length; item += strlen (item) + 1)
    g_strv_builder_add (items, item);
  return g_strv_builder_end (items);
}

char *
mopt_keyfile_lines_at (MoptKeyfile *self, guint line, GError **error)
{
  const MoptKeyfileLine *entry = entry_at (self, line);
  gsize length = 0;
  char *text = entry != NULL ? decode (self, entry, TRUE, '\n', &length, error) : NULL;

  if (length > 0)
    text[length - 1] = '\0';
  return text;
}

gboolean
mopt_keyfile_boolean_at (MoptKeyfile *self, guint line, gboolean fallback, GError **error)
{
  const MoptKeyfileLine *entry = entry_at (self, line);

  if (entry == NULL)
    return fallback;
  g_autofree char *text = raw_of (self, entry);
  g_strchomp (text);
  if (g_str_equal (text, "true") || g_str_equal (text, "1"))
    return TRUE;
  if (g_str_equal (text, "false") || g_str_equal (text, "0"))
    return FALSE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID, _ ("The value of “%s” must be “true” or “false”."), entry->key);
  return fallback;
}

char *
mopt_keyfile_get_raw (MoptKeyfile *self, guint group, const char *key)
{
  return mopt_keyfile_raw_at (self, mopt_keyfile_get_line (self, group, key));
}

char *
mopt_keyfile_get_string (MoptKeyfile *self, guint group, const char *key, GError **error)
{
  return mopt_keyfile_string_at (self, mopt_keyfile_get_line (self, group, key), error);
}

char **
mopt_keyfile_get_list (MoptKeyfile *self, guint group, const char *key, GError **error)
{
  return mopt_keyfile_list_at (self, mopt_keyfile_get_line (self, group, key), error);
}

gboolean
mopt_keyfile_get_boolean (MoptKeyfile *self, guint group, const char *key, gboolean fallback, GError **error)
{
  return mopt_keyfile_boolean_at (self, mopt_keyfile_get_line (self, group, key), fallback, error);
}
