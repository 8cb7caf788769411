/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

G_BEGIN_DECLS

/* The user's accounts: a GListModel of MoptAccount over accounts.conf, in the file's order, and the general part
 * of it ("[Mail Options]") as properties: "own-name", "own-address" (Your e-mail address), "default-id" (strings,
 * never NULL, changed by mopt_accounts_apply). "read-only" (boolean): the file is of a newer Format. "warnings"
 * (strv). All of them tell when they change.
 * Groups with Published=true (what the user made of a published account) are kept in the text, not listed.
 * Every change is written to the file first and reaches the list only when it is safely there.
 * Main thread only; the blocking calls are for mopt, the _async ones for the window. */
#define MOPT_TYPE_ACCOUNTS (mopt_accounts_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccounts, mopt_accounts, MOPT, ACCOUNTS, GObject)

/* @path: the file, or NULL for the usual one. Nothing is read yet. */
MoptAccounts *mopt_accounts_new (const char *path);
const char *mopt_accounts_get_path (MoptAccounts *self);

/* Reads the file. Broken accounts are in the list with their problem; FALSE + error only where the file cannot be
 * read at all. A file that is not there is an empty list. Accounts that are there already keep their object. */
gboolean mopt_accounts_load (MoptAccounts *self, GError **error);
void mopt_accounts_load_async (MoptAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mopt_accounts_load_finish (MoptAccounts *self, GAsyncResult *result, GError **error);
/* Whether load has ended once. */
gboolean mopt_accounts_is_loaded (MoptAccounts *self);
/* Whether the file is of a newer Format: shown and used, never written. */
gboolean mopt_accounts_is_read_only (MoptAccounts *self);
/* Watches the folder: others' changes reach the list by themselves (~200 ms after the last one). */
void mopt_accounts_watch (MoptAccounts *self);
/* Problems of the file itself that belong to no account (malformed lines of the general part, …): translated
 * sentences with line numbers; empty = none. Borrowed. */
const char *const *mopt_accounts_get_warnings (MoptAccounts *self);

/* By id, borrowed, or NULL. */
MoptAccount *mopt_accounts_get (MoptAccounts *self, const char *id);
/* What `mopt` takes: id first, then name without regard to case; NULL = the default account. "" names none: it is
 * what a script's variable holds that was never set, and "delete" must not take that for the default.
 * Borrowed; NULL + MOPT_ERROR_NOT_FOUND or MOPT_ERROR_AMBIGUOUS with the ids. */
MoptAccount *mopt_accounts_find (MoptAccounts *self, const char *id_or_name, GError **error);
/* The default account: default-id if there is such a usable account, else the first usable one. Borrowed, nullable. */
MoptAccount *mopt_accounts_get_default (MoptAccounts *self);
const char *mopt_accounts_get_default_id (MoptAccounts *self);
const char *mopt_accounts_get_own_name (MoptAccounts *self);
const char *mopt_accounts_get_own_address (MoptAccounts *self);

/* One change of the file. Each is written only if nobody else changed *the same part* meanwhile: then
 * MOPT_ERROR_CHANGED, nothing is written and the list has been loaded anew. Others' changes of other parts are
 * kept, whoever comes last. On success the list shows it. Further MOPT_ERROR_BROKEN (a malformed or duplicate line of
 * that group must be repaired in the text first), _NEWER_FORMAT, _NOT_WRITTEN, _EXISTS, _NOT_FOUND. */
typedef struct
{
  enum
  {
    MOPT_CHANGE_PUT,     /* adds or replaces the account */
    MOPT_CHANGE_DELETE,  /* removes the account's group */
    MOPT_CHANGE_RESTORE, /* undo of the delete of that id: the very text back at its place */
    MOPT_CHANGE_GENERAL, /* the keys below that are not NULL */
  } what;
  MoptAccount *account;    /* PUT, DELETE, RESTORE */
  MoptAccount *base;       /* PUT: what the editor started from, NULL for a new one or to replace whatever is there */
  const char *own_name;    /* GENERAL */
  const char *own_address; /* GENERAL */
  const char *default_id;  /* GENERAL, or together with PUT */
} MoptChange;

gboolean mopt_accounts_apply (MoptAccounts *self, const MoptChange *change, GError **error);
/* Copies what @change points to. Changes are written one after the other, in this order. */
void mopt_accounts_apply_async (MoptAccounts *self, const MoptChange *change, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean mopt_accounts_apply_finish (MoptAccounts *self, GAsyncResult *result, GError **error);

G_END_DECLS
