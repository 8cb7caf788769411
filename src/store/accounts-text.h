/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "store/keyfile.h"

G_BEGIN_DECLS

/* What the text of accounts.conf says; the one reader of its format. */

#define MOPT_ACCOUNTS_FORMAT 1
#define MOPT_ACCOUNTS_GENERAL "Mail Options" /* the group of the general part */

typedef struct
{
  GPtrArray *accounts; /* of MoptAccount, in the order of the file, an id once */
  char *own_name;      /* never NULL, as the two below */
  char *own_address;
  char *default_id;
  gboolean read_only; /* the file is of a newer Format */
  char **warnings;    /* translated sentences with line numbers about what belongs to no account */
} MoptAccountsText;

/* @path is for the sentences. Never fails: what is wrong is said in its place. */
MoptAccountsText *mopt_accounts_text_new (MoptKeyfile *file, const char *path);
void mopt_accounts_text_free (MoptAccountsText *self);
/* Borrowed, or NULL. */
MoptAccount *mopt_accounts_text_get (MoptAccountsText *self, const char *id);

/* Puts the objects of @old in place of those with the same id, which they take over. Fills @mended (a set) with
 * those whose problem changed: no property tells of that. */
void mopt_accounts_text_keep (MoptAccountsText *self, MoptAccountsText *old, GHashTable *mended);

/* The name of an account's group. Caller frees. */
char *mopt_accounts_group_name (const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptAccountsText, mopt_accounts_text_free)

G_END_DECLS
