/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A key file as a text made by people: it is scanned once into groups, keys and line numbers, and edited line by
 * line, so that comments, order, unknown parts and broken lines stay as they are, byte for byte. What stands behind
 * a "=" (escapes, lists, booleans) has GKeyFile's syntax.
 *
 * Unlike GKeyFile it loads everything: a malformed line or a duplicate is a problem of its group alone. A line that
 * starts with "[" always starts a group, so that what follows a damaged header does not fall to the group before. */
typedef struct _MoptKeyfile MoptKeyfile;

/* Groups are numbered from 0 in the order of the file; duplicates are groups of their own. The numbers hold until a
 * group is added, removed or inserted. */
typedef struct
{
  char *name;          /* valid UTF-8 */
  guint line;          /* of its header, from 1 */
  const char *problem; /* the first one of its syntax: a translated sentence without the line's text; NULL = sound */
  guint problem_line;
} MoptKeyfileGroup;

/* Copies @text, which may hold anything. */
MoptKeyfile *mopt_keyfile_new (const char *text, gsize length);
void mopt_keyfile_free (MoptKeyfile *self);
/* The whole text as it is now; NUL-terminated, borrowed until the next change. */
const char *mopt_keyfile_get_text (MoptKeyfile *self, gsize *length);

/* The same, transfer full; @length counts any NUL bytes of comments, which are in the copy, too. */
char *mopt_keyfile_dup_text (MoptKeyfile *self, gsize *length);

guint mopt_keyfile_get_n_groups (MoptKeyfile *self);
const MoptKeyfileGroup *mopt_keyfile_get_group (MoptKeyfile *self, guint group);
/* The first group called @name, or -1. */
int mopt_keyfile_find (MoptKeyfile *self, const char *name);
/* Whether the group can be edited: one with a duplicate or malformed line has no one meaning that an edit could keep.
 * -1, no group, can. MOPT_ERROR_BROKEN with a whole translated sentence. */
gboolean mopt_keyfile_check_group (MoptKeyfile *self, int group, GError **error);
/* Whether all of it is UTF-8 text, without NUL. */
gboolean mopt_keyfile_is_utf8 (MoptKeyfile *self);
/* What is wrong with the lines before the first group, or NULL. */
const char *mopt_keyfile_get_head_problem (MoptKeyfile *self, guint *line);

/* The line of @key (the first one), 0: it is not there. */
guint mopt_keyfile_get_line (MoptKeyfile *self, guint group, const char *key);
/* Walks over the entries of @group: the first key below line @line, which becomes its line; start with 0. NULL: no
 * more. Borrowed from @self. */
const char *mopt_keyfile_next_key (MoptKeyfile *self, guint group, guint *line);
/* The text behind "=" as it stands there; NULL: not there. Caller frees. */
char *mopt_keyfile_get_raw (MoptKeyfile *self, guint group, const char *key);
/* Decoded values. NULL without error: not there. MOPT_ERROR_INVALID: a translated sentence. Transfer full. */
char *mopt_keyfile_get_string (MoptKeyfile *self, guint group, const char *key, GError **error);
char **mopt_keyfile_get_list (MoptKeyfile *self, guint group, const char *key, GError **error);
/* @fallback where it is not there, or, with @error, where it is no boolean. */
gboolean mopt_keyfile_get_boolean (MoptKeyfile *self, guint group, const char *key, gboolean fallback, GError **error);

/* The same for the entry in line @line; 0: not there. */
char *mopt_keyfile_raw_at (MoptKeyfile *self, guint line);
char *mopt_keyfile_string_at (MoptKeyfile *self, guint line, GError **error);
char **mopt_keyfile_list_at (MoptKeyfile *self, guint line, GError **error);
/* The list as one text with an entry a line. */
char *mopt_keyfile_lines_at (MoptKeyfile *self, guint line, GError **error);
gboolean mopt_keyfile_boolean_at (MoptKeyfile *self, guint line, gboolean fallback, GError **error);

/* Replaces the value in its line, or adds a line behind the group's last one; @text NULL removes the line. */
void mopt_keyfile_set_string (MoptKeyfile *self, guint group, const char *key, const char *text);
void mopt_keyfile_set_list (MoptKeyfile *self, guint group, const char *key, const char *const *items);

/* Adds an empty group at the end, a blank line before it; returns its number. */
guint mopt_keyfile_append (MoptKeyfile *self, const char *name);
/* The same before all other groups and their comments, a blank line behind it; returns its number, 0. */
guint mopt_keyfile_prepend (MoptKeyfile *self, const char *name);
/* Another name for a sound group; the rest of its header's line stays. */
void mopt_keyfile_rename (MoptKeyfile *self, guint group, const char *name);
/* Takes a group out: the comment lines directly above its header, the header, all lines to its last one, the
 * comment lines that follow that one directly, and the blank lines behind. Comments that stand alone or belong to
 * the next group stay. Returns the removed text (transfer full). */
GBytes *mopt_keyfile_remove (MoptKeyfile *self, guint group);
/* Whether somebody's comments would go with it. */
gboolean mopt_keyfile_has_comment (MoptKeyfile *self, guint group);
/* Puts such a text in front of @group and its comments, or at the end where @group is -1. */
void mopt_keyfile_insert (MoptKeyfile *self, int group, GBytes *text);

/* Each change looks at the whole text again. Who changes thousands of groups takes them out one by one, as texts of
 * one group, number 0, changes those, and puts all back in one step. */
MoptKeyfile *mopt_keyfile_get_part (MoptKeyfile *self, guint group);
/* @parts: for each group of @self its changed part, NULL where it stays as it is. */
void mopt_keyfile_put_parts (MoptKeyfile *self, MoptKeyfile *const *parts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptKeyfile, mopt_keyfile_free)

G_END_DECLS
