/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "store/keyfile.h"

G_BEGIN_DECLS

/* How the administrator's changes get into the text of a published file, or of the draft of one: only lines that
 * differ are written; comments, order and what we do not know stay byte for byte. Pure: nothing but the text is
 * touched. What the text says is read by store/published-text. */

/* A new published account as its administrator sees it: publishing, the default padlocks shut, Conversation IDs
 * added. */
MoptAccount *mopt_published_edit_new_account (const char *id, const char *kind_name);
/* The id of a new account called @name, made of its letters ("Help desk" is "help-desk"): valid, and that of none
 * of @accounts (GListModel of MoptAccount). Caller frees. */
char *mopt_published_edit_new_id (const char *name, GListModel *accounts);

/* Brings the group of @account in line with it, or adds it at the end. @old: what the text says of it now, NULL for a
 * new one. Where Conversation IDs are added and there is no prefix for them yet, one is drawn.
 * MOPT_ERROR_BROKEN: a malformed or duplicate line must be repaired in the text first. */
gboolean mopt_published_edit_put (MoptKeyfile *file, MoptAccount *old, MoptAccount *account, GError **error);
/* Takes the account out of the text, its comments with it; FALSE: it is not there. */
gboolean mopt_published_edit_remove (MoptKeyfile *file, const char *id);
/* The same as put for the general part; @old: what the text says now. A prefix that is replaced becomes one of the
 * earlier ones, so that messages on their way keep their conversation. */
gboolean mopt_published_edit_publication (MoptKeyfile *file, const MoptPublication *old, const MoptPublication *now,
                                          GError **error);

G_END_DECLS
