/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of a key file's text: lines are replaced, added or taken out, all others stay byte for byte. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "store/keyfile-private.h"

gboolean
mopt_keyfile_check_group (MoptKeyfile *self, int group, GError **error)
{
  const MoptKeyfileGroup *info = group >= 0 ? mopt_keyfile_get_group (self, group) : NULL;

  if (info == NULL || info->problem == NULL)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_BROKEN,
               /* Translators: a group of a file, line number, a whole sentence */
               _ ("“%s” cannot be changed before its text is repaired. Line %u: %s"), info->name, info->problem_line,
               info->problem);
  return FALSE;
}

/* Replaces @length bytes at @at. */
static void
splice (MoptKeyfile *self, gsize at, gsize length, const char *text, gsize text_length)
{
  g_string_erase (self->text, at, length);
  g_string_insert_len (self->text, at, text, text_length);
  mopt_keyfile_scan (self);
}

/* The line end that the text uses. */
static const char *
line_end (MoptKeyfile *self)
{
  const MoptKeyfileLine *line = self->lines->len > 0 ? LINE (self, 0) : NULL;

  return line != NULL && line->next - line->start - line->length == 2 ? "\r\n" : "\n";
}

/* Puts whole lines behind line @index (-1: at the start); a last line without an end gets one first. */
static void
insert_behind (MoptKeyfile *self, int index, const char *lines, gsize length)
{
  gsize at = index < 0 ? self->bom : LINE (self, index)->next;
  const char *end = line_end (self);

  if (at > self->bom && self->text->str[at - 1] != '\n')
    {
      g_string_insert (self->text, at, end);
      at += strlen (end);
    }
  splice (self, at, 0, lines, length);
}

/* The last line of a group that is more than blank or a comment: at least its header. */
static guint
last_line (MoptKeyfile *self, const MoptKeyfileSpan *group)
{
  guint last = group->first;

  for (guint i = group->first; i < group->end; i++)
    if (LINE (self, i)->type == LINE_ENTRY || LINE (self, i)->type == LINE_BAD)
      last = i;
  return last;
}

static void
set_raw (MoptKeyfile *self, guint group, const char *key, const char *raw)
{
  const MoptKeyfileLine *line = mopt_keyfile_find_key (self, group, key);

  if (line != NULL && raw != NULL)
    splice (self, line->value, line->start + line->length - line->value, raw, strlen (raw));
  else if (line != NULL)
    splice (self, line->start, line->next - line->start, "", 0);
  else if (raw != NULL)
    {
      g_autofree char *added = g_strconcat (key, "=", raw, line_end (self), NULL);

      insert_behind (self, last_line (self, GROUP (self, group)), added, strlen (added));
    }
}

void
mopt_keyfile_set_string (MoptKeyfile *self, guint group, const char *key, const char *text)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *raw = NULL;

  if (text != NULL)
    {
      g_key_file_set_string (file, "group", "value", text);
      raw = g_key_file_get_value (file, "group", "value", NULL);
    }
  set_raw (self, group, key, raw);
}

void
mopt_keyfile_set_list (MoptKeyfile *self, guint group, const char *key, const char *const *items)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *raw = NULL;

  if (items != NULL)
    {
      g_key_file_set_string_list (file, "group", "value", items, g_strv_length ((char **) items));
      raw = g_key_file_get_value (file, "group", "value", NULL);
    }
  set_raw (self, group, key, raw);
}

/* The first of the comment lines directly above the header of @group. */
static guint
first_comment (MoptKeyfile *self, const MoptKeyfileSpan *group)
{
  guint first = group->first;

  while (first > 0 && LINE (self, first - 1)->type == LINE_COMMENT)
    first--;
  return first;
}

guint
mopt_keyfile_append (MoptKeyfile *self, const char *name)
{
  int last = (int) self->lines->len - 1;
  gboolean blank = last < 0 || LINE (self, last)->type == LINE_BLANK;
  g_autofree char *added = g_strconcat (blank ? "" : line_end (self), "[", name, "]", line_end (self), NULL);

  insert_behind (self, last, added, strlen (added));
  return self->groups->len - 1;
}

guint
mopt_keyfile_prepend (MoptKeyfile *self, const char *name)
{
  if (self->groups->len == 0)
    return mopt_keyfile_append (self, name);

  g_autofree char *added = g_strconcat ("[", name, "]", line_end (self), line_end (self), NULL);
  insert_behind (self, (int) first_comment (self, GROUP (self, 0)) - 1, added, strlen (added));
  return 0;
}

void
mopt_keyfile_rename (MoptKeyfile *self, guint number, const char *name)
{
  g_return_if_fail (number < self->groups->len && GROUP (self, number)->public.problem == NULL);

  const MoptKeyfileSpan *group = GROUP (self, number);
  const char *open = strchr (self->text->str + LINE (self, group->first)->start, '[');

  splice (self, open + 1 - self->text->str, strlen (group->public.name), name, strlen (name));
}

/* The lines that go with a group: @first up to, without it, the one returned. */
static guint
find_whole (MoptKeyfile *self, guint number, guint *first)
{
  const MoptKeyfileSpan *group = GROUP (self, number);
  guint end = last_line (self, group) + 1;
  guint stop = number + 1 < self->groups->len ? first_comment (self, group + 1) : self->lines->len;

  *first = first_comment (self, group);
  while (end < stop && LINE (self, end)->type == LINE_COMMENT)
    end++;
  while (end < stop && LINE (self, end)->type == LINE_BLANK)
    end++;
  return end;
}

gboolean
mopt_keyfile_has_comment (MoptKeyfile *self, guint group)
{
  g_return_val_if_fail (group < self->groups->len, FALSE);

  guint first;
  guint end = find_whole (self, group, &first);

  while (first < end && LINE (self, first)->type != LINE_COMMENT)
    first++;
  return first < end;
}

GBytes *
mopt_keyfile_remove (MoptKeyfile *self, guint group)
{
  g_return_val_if_fail (group < self->groups->len, NULL);

  guint first;
  guint end = find_whole (self, group, &first);
  gsize from = LINE (self, first)->start;
  gsize length = LINE (self, end - 1)->next - from;
  GBytes *removed = g_bytes_new (self->text->str + from, length);

  splice (self, from, length, "", 0);
  return removed;
}

void
mopt_keyfile_insert (MoptKeyfile *self, int group, GBytes *text)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  int last = (int) self->lines->len - 1;
  g_autoptr (GString) lines = g_string_new (NULL);

  if (group < 0 && last >= 0 && LINE (self, last)->type != LINE_BLANK)
    g_string_append (lines, line_end (self));
  g_string_append_len (lines, bytes, length);
  if (lines->len == 0 || lines->str[lines->len - 1] != '\n')
    g_string_append (lines, line_end (self));
  insert_behind (self, group < 0 ? last : (int) first_comment (self, GROUP (self, group)) - 1, lines->str, lines->len);
}

/* From the header to the last line, comments of the next group included. */
static gsize
part_of (MoptKeyfile *self, guint group, gsize *length)
{
  const MoptKeyfileSpan *span = GROUP (self, group);
  gsize start = LINE (self, span->first)->start;

  *length = LINE (self, span->end - 1)->next - start;
  return start;
}

MoptKeyfile *
mopt_keyfile_get_part (MoptKeyfile *self, guint group)
{
  g_return_val_if_fail (group < self->groups->len, NULL);

  gsize length;
  gsize start = part_of (self, group, &length);

  return mopt_keyfile_new (self->text->str + start, length);
}

void
mopt_keyfile_put_parts (MoptKeyfile *self, MoptKeyfile *const *parts)
{
  GString *text = g_string_sized_new (self->text->len);
  gsize done = 0; /* so far the old text is in the new one */

  for (guint i = 0; i < self->groups->len; i++)
    if (parts[i] != NULL)
      {
        gsize length;
        gsize start = part_of (self, i, &length);

        g_string_append_len (text, self->text->str + done, start - done);
        g_string_append_len (text, parts[i]->text->str, parts[i]->text->len);
        done = start + length;
      }
  g_string_append_len (text, self->text->str + done, self->text->len - done);
  g_string_free (self->text, TRUE);
  self->text = text;
  mopt_keyfile_scan (self);
}
