/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text is the truth. Lines and groups are an index over it, made anew after each change: our files are small,
 * and an index that is never mended is never wrong. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "store/keyfile-private.h"

static void
group_clear (gpointer data)
{
  MoptKeyfileSpan *group = data;

  g_free (group->public.name);
}

static void
key_free (gpointer data)
{
  MoptKeyfileKey *key = data;

  g_free (key->name);
  g_free (key);
}

/* --- The scan ------------------------------------------------------------------------------------------------ */

/* A header is "[", a name, "]" and nothing but blanks. Whatever it is, it gives a name to show. */
static const char *
scan_header (const char *text, gsize length, char **name)
{
  const char *close = memchr (text, ']', length);
  gsize name_length = (close != NULL ? (gsize) (close - text) : length) - 1;

  *name = g_utf8_make_valid (text + 1, name_length);
  if (close == NULL)
    return _ ("The “]” behind the group's name is missing.");
  if (strspn (close + 1, " \t") < (gsize) (text + length - close - 1))
    return _ ("Something stands behind the “]” of the group's name.");
  if (name_length == 0)
    return _ ("The group has no name.");
  if (!g_utf8_validate (text + 1, name_length, NULL))
    return _ ("The group's name is not UTF-8 text.");
  for (const char *p = text + 1; p < close; p++)
    if (*p == '[' || g_ascii_iscntrl (*p))
      return _ ("The group's name has a character that is not allowed there.");
  return NULL;
}

/* The key of that name, for good. */
static MoptKeyfileKey *
get_key (MoptKeyfile *self, const char *name, gsize length)
{
  MoptKeyfileKey *key;

  g_string_truncate (self->scratch, 0);
  g_string_append_len (self->scratch, name, length);
  key = g_hash_table_lookup (self->keys, self->scratch->str);
  if (key != NULL)
    return key;
  key = g_new0 (MoptKeyfileKey, 1);
  key->name = g_strdup (self->scratch->str);
  key->group = G_MAXUINT;
  g_hash_table_insert (self->keys, key->name, key);
  return key;
}

/* An entry is a key, "=" and a value, blanks around the "=" aside. Fills @line; a problem leaves it LINE_BAD. */
static const char *
scan_entry (MoptKeyfile *self, MoptKeyfileLine *line, gsize at)
{
  const char *text = self->text->str;
  gsize end = line->start + line->length;
  const char *equals = memchr (text + at, '=', end - at);

  if (equals == NULL || equals == text + at)
    return _ ("This line is neither a comment nor a group nor of the form “key=value”.");
  if (!self->is_utf8 && !g_utf8_validate_len (text + at, end - at, NULL)) /* nor has it a NUL */
    return _ ("This line is not UTF-8 text.");

  line->value = equals + 1 - text;
  while (equals > text + at && g_ascii_isspace (equals[-1]))
    equals--;
  while (line->value < end && g_ascii_isspace (text[line->value]))
    line->value++;
  line->type = LINE_ENTRY;

  MoptKeyfileKey *key = get_key (self, text + at, equals - (text + at));
  gboolean was_set = key->group == self->groups->len;
  line->key = key->name;
  key->group = self->groups->len;
  return was_set && key->group > 0 ? _ ("This key was set before in the same group.") : NULL;
}

static void
note_problem (MoptKeyfile *self, MoptKeyfileSpan *group, const char *problem, guint line)
{
  const char **where = group != NULL ? &group->public.problem : &self->head_problem;

  if (problem == NULL || *where != NULL)
    return;
  *where = problem;
  *(group != NULL ? &group->public.problem_line : &self->head_line) = line;
}

/* Takes in the line that starts at @start. */
static void
scan_line (MoptKeyfile *self, gsize start)
{
  const char *text = self->text->str;
  const char *newline = memchr (text + start, '\n', self->text->len - start);
  gsize end = newline != NULL ? (gsize) (newline - text) : self->text->len;
  MoptKeyfileLine line = { .type = LINE_BAD, .start = start, .next = newline != NULL ? end + 1 : end };
  MoptKeyfileSpan *group = self->groups->len > 0 ? GROUP (self, self->groups->len - 1) : NULL;
  guint number = self->lines->len + 1;
  gsize at = start;

  if (end > start && text[end - 1] == '\r')
    end--;
  line.length = end - start;
  while (at < end && g_ascii_isspace (text[at]))
    at++;

  if (at == end)
    line.type = LINE_BLANK;
  else if (text[at] == '#')
    line.type = LINE_COMMENT;
  else if (text[at] == '[')
    {
      MoptKeyfileSpan new_group = { .public = { .line = number }, .first = number - 1 };
      const char *problem = scan_header (text + at, end - at, &new_group.public.name);
      int same = mopt_keyfile_find (self, new_group.public.name);

      line.type = LINE_HEADER;
      g_array_append_val (self->groups, new_group);
      group = GROUP (self, self->groups->len - 1);
      note_problem (self, group, problem, number);
      if (same >= 0)
        {
          note_problem (self, group, _ ("Another group has the same name."), number);
          note_problem (self, GROUP (self, same), _ ("Another group has the same name."), number);
        }
      else
        g_hash_table_insert (self->by_name, new_group.public.name, GUINT_TO_POINTER (self->groups->len));
    }
  else
    {
      note_problem (self, group, scan_entry (self, &line, at), number);
      if (line.type == LINE_ENTRY && group == NULL)
        note_problem (self, NULL, _ ("This line stands before the first group."), number);
    }
  g_array_append_val (self->lines, line);
  if (self->groups->len > 0)
    GROUP (self, self->groups->len - 1)->end = self->lines->len;
}

/* What is plain ASCII, nearly all of nearly every text, is passed over eight bytes at a time. */
static gboolean
is_utf8 (const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      guint64 bytes;

      if (end - text >= (gssize) sizeof bytes)
        {
          memcpy (&bytes, text, sizeof bytes);
          /* no byte has the high bit, and none is zero: it would borrow that bit from itself */
          if (((bytes | (bytes - G_GUINT64_CONSTANT (0x0101010101010101))) & G_GUINT64_CONSTANT (0x8080808080808080))
              == 0)
            {
              text += sizeof bytes;
              continue;
            }
        }
      gunichar c = g_utf8_get_char_validated (text, end - text);
      if (c == 0 || c >= (gunichar) -2)
        return FALSE;
      text = g_utf8_next_char (text);
    }
  return TRUE;
}

void
mopt_keyfile_scan (MoptKeyfile *self)
{
  GHashTableIter keys;
  gpointer key;

  g_hash_table_remove_all (self->by_name); /* before the names go */
  g_hash_table_iter_init (&keys, self->keys);
  while (g_hash_table_iter_next (&keys, NULL, &key))
    ((MoptKeyfileKey *) key)->group = G_MAXUINT;
  g_array_set_size (self->lines, 0);
  g_array_set_size (self->groups, 0);
  self->is_utf8 = is_utf8 (self->text->str, self->text->len);
  self->bom = g_str_has_prefix (self->text->str, "\xef\xbb\xbf") ? 3 : 0;
  self->head_problem = NULL;
  self->head_line = 0;
  for (gsize at = self->bom; at < self->text->len; at = LINE (self, self->lines->len - 1)->next)
    scan_line (self, at);
}

MoptKeyfile *
mopt_keyfile_new (const char *text, gsize length)
{
  MoptKeyfile *self = g_new0 (MoptKeyfile, 1);

  self->text = g_string_new_len (text, length);
  self->lines = g_array_new (FALSE, FALSE, sizeof (MoptKeyfileLine));
  self->groups = g_array_new (FALSE, FALSE, sizeof (MoptKeyfileSpan));
  g_array_set_clear_func (self->groups, group_clear);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, key_free);
  self->scratch = g_string_new (NULL);
  mopt_keyfile_scan (self);
  return self;
}

void
mopt_keyfile_free (MoptKeyfile *self)
{
  g_hash_table_unref (self->by_name);
  g_string_free (self->text, TRUE);
  g_hash_table_unref (self->keys);
  g_string_free (self->scratch, TRUE);
  g_array_unref (self->lines);
  g_array_unref (self->groups);
  g_free (self);
}

const char *
mopt_keyfile_get_text (MoptKeyfile *self, gsize *length)
{
  if (length != NULL)
    *length = self->text->len;
  return self->text->str;
}

char *
mopt_keyfile_dup_text (MoptKeyfile *self, gsize *length)
{
  *length = self->text->len;
  return g_memdup2 (self->text->str, self->text->len + 1);
}

guint
mopt_keyfile_get_n_groups (MoptKeyfile *self)
{
  return self->groups->len;
}

const MoptKeyfileGroup *
mopt_keyfile_get_group (MoptKeyfile *self, guint group)
{
  g_return_val_if_fail (group < self->groups->len, NULL);

  return &GROUP (self, group)->public;
}

int
mopt_keyfile_find (MoptKeyfile *self, const char *name)
{
  return (int) GPOINTER_TO_UINT (g_hash_table_lookup (self->by_name, name)) - 1;
}

gboolean
mopt_keyfile_is_utf8 (MoptKeyfile *self)
{
  return self->is_utf8;
}

const char *
mopt_keyfile_get_head_problem (MoptKeyfile *self, guint *line)
{
  if (line != NULL)
    *line = self->head_line;
  return self->head_problem;
}
