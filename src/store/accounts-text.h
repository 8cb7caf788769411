/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "store/overlay.h"

G_BEGIN_DECLS

/* What the text of accounts.conf says; the one reader of its format. */

#define MOPT_ACCOUNTS_FORMAT 1
#define MOPT_ACCOUNTS_GENERAL "Mail Options" /* the group of the general part */

typedef struct
{
  GPtrArray *accounts; /* personal ones: of MoptAccount, in the order of the file, an id once */
  GPtrArray *overlays; /* what was made of published ones: of MoptOverlay, likewise */
  GHashTable *by_id;   /* id -> MoptAccount, borrowed */
  GHashTable *overlays_by_id;
  char *own_name; /* never NULL, as the two below */
  char *own_address;
  char *default_id;
  char *message_format; /* "plain", "html", or "" where the publication's counts */
  gboolean read_only;   /* the file is of a newer Format */
  char **warnings;      /* translated sentences with line numbers about what belongs to no account */
} MoptAccountsText;

/* @path is for the sentences. Never fails: what is wrong is said in its place. */
MoptAccountsText *mopt_accounts_text_new (MoptKeyfile *file, const char *path);
void mopt_accounts_text_free (MoptAccountsText *self);
/* Borrowed, or NULL. */
MoptAccount *mopt_accounts_text_get (MoptAccountsText *self, const char *id);
const MoptOverlay *mopt_accounts_text_get_overlay (MoptAccountsText *self, const char *id);

/* Whether the group is what the user made of a published account (Published=true), and no account by itself. */
gboolean mopt_accounts_text_is_overlay (MoptKeyfile *file, guint group);
/* The name of an account's group. Caller frees. */
char *mopt_accounts_group_name (const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptAccountsText, mopt_accounts_text_free)

G_END_DECLS
