/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts-save.h"

G_BEGIN_DECLS

/* The rooms of store/accounts: the list (accounts.c), the queue of what is to be done (accounts-jobs.c), watching the
 * files (accounts-watch.c), looking things up (accounts-find.c). What a job does is in accounts-save.c. */
struct _MoptAccounts
{
  GObject parent_instance;

  MoptAccountsPlace place;
  GBytes *text;          /* what the list shows; NULL: never loaded */
  MoptInForce *in_force; /* likewise */
  MoptMerged *said;      /* what they say; its accounts are the list's items. Never NULL */
  GHashTable *by_id;     /* id -> MoptAccount, borrowed from there */
  GHashTable *undos;     /* id -> MoptUndo */
  char *stamp;           /* by which a change of the files is seen; nullable */

  GQueue jobs;    /* of GTask with a MoptSave, those that have not begun */
  GTask *running; /* the one that has, borrowed: its thread holds it */
  gboolean ended;  /* a job has, be it with an error */
  gboolean watched; /* for a person: what changes is announced and followed up */

  GPtrArray *monitors; /* of GFileMonitor */
  char *watched_path;  /* of the publication */
  guint watch_timer, look_timer, retry_timer;
};

/* Brings the list in line with what a job has found. */
void mopt_accounts_adopt (MoptAccounts *self, MoptSave *save);
/* A load or a look that nobody waits for. */
void mopt_accounts_refresh (MoptAccounts *self, MoptJob job);
/* After a job: what is watched may be another file, and it may be worth to look again soon. */
void mopt_accounts_rewatch (MoptAccounts *self);
void mopt_accounts_unwatch (MoptAccounts *self);
/* Says instead of the file's own problems why a load failed that nobody asked for. */
void mopt_accounts_warn (MoptAccounts *self, const char *message);

G_END_DECLS
