/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts-text.h"
#include "store/published-text.h"

G_BEGIN_DECLS

/* What accounts.conf and the publication in force come to for one person. Nothing of it is ever written back: it is
 * made anew at each read. */
typedef struct
{
  GPtrArray
      *accounts; /* of MoptAccount, an id once: the published ones in their file's order, then the personal ones */
  GHashTable *doubles; /* set of the ids of personal accounts that are called like a published one */
  char *own_name;      /* never NULL, as the two below */
  char *own_address;
  char *default_id;             /* the user's choice */
  gboolean html;                /* MessageFormat, the user's, else the publisher's */
  gboolean read_only;           /* accounts.conf is of a newer Format */
  char **warnings;              /* translated sentences, never NULL */
  MoptPublication *publication; /* NULL: nothing is in force */
  MoptRights rights;
} MoptMerged;

/* @personal: its accounts are taken over, nobody else may use them any more. @published: NULL where nothing is in
 * force. Padlocks are honoured, hidden accounts are left out. */
MoptMerged *mopt_merge (MoptAccountsText *personal, MoptPublishedText *published, const MoptIdentity *who);
/* All that @published says, to be edited: each account publishing; own name, address and what else is the person's
 * from @personal. */
MoptMerged *mopt_merge_draft (MoptAccountsText *personal, MoptPublishedText *published);
void mopt_merged_free (MoptMerged *self);

/* The objects of @old take the places of those with the same id, and their values; what is left of @self is the
 * caller's to free (transfer full), best in a thread. Fills @mended (a set) with those whose row must be made anew: no
 * property tells of a problem or of a name that is there twice. Main thread. */
GPtrArray *mopt_merged_keep (MoptMerged *self, MoptMerged *old, GHashTable *mended);

/* By what id a personal account goes that has the one of a published account: always the same one for the same
 * id, so that it is stable until it is written. Caller frees. */
char *mopt_merge_other_id (const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptMerged, mopt_merged_free)

G_END_DECLS
