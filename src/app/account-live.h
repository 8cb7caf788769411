/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"

G_BEGIN_DECLS

/* The working copy of an open dialog, which follows its account in the list: what others change there (the publisher,
 * another program) reaches it at once, but for what the person has changed himself. Three copies are at work: the
 * draft, what is on the screen; the start, what it was when there was nothing to save yet; the base, what the file has
 * as far as we know, which MoptAccounts compares with the file before it writes.
 * Signals: "told" (const char *): a sentence or more about what others have changed, translated;
 * "gone" (): is_gone has changed. */
#define MOPT_TYPE_ACCOUNT_LIVE (mopt_account_live_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccountLive, mopt_account_live, MOPT, ACCOUNT_LIVE, GObject)

/* @account: what to edit, also one that is not in @accounts yet; NULL: a new one of @kind. */
MoptAccountLive *mopt_account_live_new (MoptAccounts *accounts, MoptAccount *account, MoptKind kind);

/* Borrowed; the same object all the time. */
MoptAccount *mopt_account_live_get_draft (MoptAccountLive *self);
/* Borrowed; NULL: the file has nothing of it. */
MoptAccount *mopt_account_live_get_base (MoptAccountLive *self);
/* Whether there is something to save. */
gboolean mopt_account_live_is_changed (MoptAccountLive *self);
/* Whether the account has left the list: withdrawn, deleted, or of another kind now. */
gboolean mopt_account_live_is_gone (MoptAccountLive *self);
/* Whether it has gone because it is of another kind now. */
gboolean mopt_account_live_has_other_kind (MoptAccountLive *self);
/* What the person and another program have both changed, in different ways, since the last save: labels of fields,
 * "Name, User Name"; NULL: nothing. The draft has the person's. Borrowed. */
const char *mopt_account_live_get_clash (MoptAccountLive *self);

/* Of a new account that is to be published: gives it the id that its name makes. Before it is written. FALSE +
 * MOPT_ERROR_NOT_WRITTEN or _SECURITY_UNREADABLE: it has it, but what was learned of its servers until now does not
 * come along. */
gboolean mopt_account_live_make_id (MoptAccountLive *self, GError **error);

/* The draft as it is to be written: a copy, tidied. Transfer full. */
MoptAccount *mopt_account_live_dup_tidy (MoptAccountLive *self);
/* @written is what the file has now; NULL: nothing. */
void mopt_account_live_set_base (MoptAccountLive *self, MoptAccount *written);
/* Gives up what was changed here: the draft is what the list has. FALSE: that is no account, or one of
 * another kind. */
gboolean mopt_account_live_load (MoptAccountLive *self);
/* The draft becomes a personal account as it stands, with a new id, and follows nothing until it is written. */
void mopt_account_live_make_own (MoptAccountLive *self);

G_END_DECLS
