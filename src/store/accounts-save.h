/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"
#include "store/in-force.h"
#include "store/merge.h"

G_BEGIN_DECLS

/* One job of MoptAccounts - a load, a look or a change - with all that it needs: the blocking part, for any thread. */

/* What a list is made of; never changes. */
typedef struct
{
  char *path;       /* accounts.conf; a draft: the draft */
  gboolean draft;   /* the text of `path` is a published file, to be edited */
  gboolean preview; /* what `as` would see: no accounts.conf, nothing is written */
  MoptIdentity *as; /* preview: for whom */
  char *published;  /* preview: the published file, NULL: what is in force */
} MoptAccountsPlace;

/* What a delete took out, for its undo; counted. */
typedef struct _MoptUndo MoptUndo;
MoptUndo *mopt_undo_ref (MoptUndo *self);
void mopt_undo_unref (MoptUndo *self);

typedef enum
{
  MOPT_JOB_LOAD,
  MOPT_JOB_LOOK, /* a load if something has changed, by the looks of the files */
  MOPT_JOB_CHANGE,
} MoptJob;

typedef struct
{
  const MoptAccountsPlace *place; /* borrowed */
  MoptJob job;
  MoptChange change; /* all it points to is ours alone */

  /* in: what the list shows */
  MoptChange known;    /* GENERAL: own_name, own_address, default_id as the list has them; NULL = don't compare */
  GBytes *shown;       /* the text of `path`; NULL: nothing yet */
  MoptInForce *before; /* NULL: nothing yet */
  char *stamp;         /* of `shown` and `before`; nullable. out: the new one */
  gboolean acts;       /* may follow up what was withdrawn, be it by writing */
  gboolean announces;  /* and say what has changed since it was said last */
  MoptUndo *undo;      /* RESTORE: what to put back, NULL if there is none. out, DELETE */

  /* out */
  GBytes *text;          /* what `path` holds now; NULL where that is not known */
  MoptInForce *in_force; /* NULL where nothing was read */
  MoptMerged *merged;    /* what the list is to show; NULL where it shows that already, or nothing is known */
  gboolean edited;       /* there was something to write */
  char **announced;      /* sentences; NULL: nothing */
  char *reason;          /* the publisher's; NULL: none, or nothing announced */
  char *announced_id;    /* of the one account that it is about; NULL: several, or none */
  GError *error;         /* NULL = done */
} MoptSave;

/* Copies what @change (NULL: none) points to; the caller fills in what the list shows. */
MoptSave *mopt_save_new (const MoptAccountsPlace *place, MoptJob job, const MoptChange *change);
void mopt_save_free (MoptSave *self);

/* Reads, compares, edits, writes, as one step, and merges. Errors: MOPT_ERROR_CHANGED: `text` holds what is there now.
 * Further MOPT_ERROR_NEWER_FORMAT, _BROKEN (the group cannot be edited safely), _EXISTS, _NOT_FOUND (nothing to
 * restore), _LOCKED, _NOT_ALLOWED and those of mopt_file_update. */
void mopt_save_run (MoptSave *self);

/* The step in the middle, under the file's lock: makes the change in @file, whose text says @current. *@whole (out):
 * the whole text instead, borrowed. */
gboolean mopt_save_edit (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current, GBytes **whole, GError **error);
/* The same for a draft; its parts are shared: takes the account's groups out, with an undo in @self (@overlay: of what
 * was made of a published one, and a personal one with that id stays; else the other way round); puts them back; says
 * that @account was changed by another program (FALSE). */
void mopt_save_take_out (MoptSave *self, MoptKeyfile *file, const char *id, gboolean overlay);
gboolean mopt_save_put_back (MoptSave *self, MoptKeyfile *file, GBytes **whole, GError **error);
gboolean mopt_save_fail_changed (MoptAccount *account, GError **error);
gboolean mopt_save_edit_draft (MoptSave *self, MoptKeyfile *file, GBytes **whole, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSave, mopt_save_free)

G_END_DECLS
