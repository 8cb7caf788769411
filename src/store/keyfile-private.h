/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/keyfile.h"

G_BEGIN_DECLS

/* What the scan (keyfile.c) finds and the edits (keyfile-edit.c) go by. */

typedef enum
{
  LINE_BLANK,
  LINE_COMMENT,
  LINE_HEADER,
  LINE_ENTRY,
  LINE_BAD,
} MoptKeyfileLineType;

/* A file has many lines, so these are small: no text is longer than MOPT_FILE_MAX. */
typedef struct
{
  guint32 start;   /* offset of its first byte in the text */
  guint32 length;  /* without the line's end */
  guint32 next;    /* offset of the next line */
  guint32 value;   /* entries: offset of the value, which reaches to the line's end */
  const char *key; /* entries: borrowed from `keys` */
  MoptKeyfileLineType type;
} MoptKeyfileLine;

/* A key of the text. There are few, however many lines have them. */
typedef struct
{
  char *name;
  guint group; /* the last one that has it, counted from 1; 0: what stands before the first one */
} MoptKeyfileKey;

typedef struct
{
  MoptKeyfileGroup public;
  guint first, end; /* lines: its header, and the first one of the next group */
} MoptKeyfileSpan;

struct _MoptKeyfile
{
  GString *text;
  GArray *lines;       /* of MoptKeyfileLine */
  GArray *groups;      /* of MoptKeyfileSpan */
  GHashTable *by_name; /* group name, borrowed from its span -> number of the first one + 1 */
  GHashTable *keys;    /* name -> MoptKeyfileKey, which owns it; grows only, so that lines can point to it */
  GString *scratch;    /* of the scan: a key with a NUL behind it */
  gboolean is_utf8;
  gsize bom;           /* bytes of a byte order mark, which some editors put at the start: 0 or 3 */
  const char *head_problem;
  guint head_line;
};

#define LINE(self, i) (&g_array_index ((self)->lines, MoptKeyfileLine, i))
#define GROUP(self, i) (&g_array_index ((self)->groups, MoptKeyfileSpan, i))

/* Makes lines and groups anew from the text. */
void mopt_keyfile_scan (MoptKeyfile *self);
/* The first line that sets @key in @group, or NULL. */
const MoptKeyfileLine *mopt_keyfile_find_key (MoptKeyfile *self, guint group, const char *key);

G_END_DECLS
