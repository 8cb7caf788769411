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

typedef struct
{
  MoptKeyfileLineType type;
  gsize start;  /* offset of its first byte in the text */
  gsize length; /* without the line's end */
  gsize next;   /* offset of the next line */
  /* entries: where key and value stand, from the start of the text; the value reaches to the line's end */
  gsize key, key_length, value;
} MoptKeyfileLine;

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
  GString *key;        /* what next_key () gives */
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
