/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"

G_BEGIN_DECLS

/* One change of accounts.conf, or just a load, with all that it needs: the blocking part of what MoptAccounts does,
 * for any thread. */

/* What a delete took out, for its undo; counted. */
typedef struct _MoptUndo MoptUndo;
MoptUndo *mopt_undo_ref (MoptUndo *self);
void mopt_undo_unref (MoptUndo *self);

typedef struct
{
  char *path;
  gboolean load;     /* no change, only `text` */
  MoptChange change; /* all it points to is ours alone */
  MoptChange known;  /* GENERAL: own_name, own_address, default_id as the list has them; NULL = don't compare */
  MoptUndo *undo;    /* RESTORE: in, what to put back, NULL if there is none. DELETE: out */
  GBytes *text;      /* out: what the file holds now; NULL where that is not known */
  GError *error;     /* out: NULL = done */
} MoptSave;

/* Copies @path and what @change (NULL: a load) points to; the caller fills in `known` and `undo`. */
MoptSave *mopt_save_new (const char *path, const MoptChange *change);
void mopt_save_free (MoptSave *self);

/* Reads, compares, edits, writes, as one step. Errors: MOPT_ERROR_CHANGED: `text` holds what is there now. Further
 * MOPT_ERROR_NEWER_FORMAT, _BROKEN (the group cannot be edited safely), _EXISTS, _NOT_FOUND (nothing to restore)
 * and those of mopt_file_update. */
void mopt_save_run (MoptSave *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSave, mopt_save_free)

G_END_DECLS
