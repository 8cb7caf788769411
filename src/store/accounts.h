/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "model/audience.h"
#include "store/published.h"

G_BEGIN_DECLS

/* The user's accounts: a GListModel of MoptAccount over accounts.conf and the publication in force (store/published),
 * merged at each read: the published ones in their file's order, but only those that are there for this person, then
 * the personal ones. The general part of accounts.conf ("[Mail Options]") as properties: "own-name", "own-address"
 * (Your e-mail address), "default-id" (strings, never NULL, changed by mopt_accounts_apply). "read-only" (boolean): the
 * file is of a newer Format. "warnings" (strv). "publication" (pointer), "publication-problem" (string), "rights"
 * (uint). All of them tell when they change. A change in the publication reaches the accounts as a change of theirs.
 * Signal "announced" (strv sentences, string reason, string id): what has changed in the publication, or has been done
 * because of it, since it was said last, the publisher's reason (nullable), and the one account that it is about
 * (nullable). Signal "reread" (): accounts.conf or the publication in force is another one than before, whatever of it
 * can be seen here.
 * Every change is written to the file first and reaches the list only when it is safely there.
 * Main thread only; the blocking calls are for mopt, the _async ones for the window. */
#define MOPT_TYPE_ACCOUNTS (mopt_accounts_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccounts, mopt_accounts, MOPT, ACCOUNTS, GObject)

/* @path: the file, or NULL for the usual one. Nothing is read yet. */
MoptAccounts *mopt_accounts_new (const char *path);
/* What @who sees: none of the user's own; nothing can be changed. @published: a published file, read without asking
 * for a signature, NULL: the publication in force. */
MoptAccounts *mopt_accounts_new_preview (const char *published, const MoptIdentity *who);
/* The accounts of the draft of a published file, to be edited: all of them, also those that are not there for anyone,
 * each publishing. Own name and address are still the person's, in accounts.conf. */
MoptAccounts *mopt_accounts_new_draft (const char *path);
gboolean mopt_accounts_is_draft (MoptAccounts *self);
const char *mopt_accounts_get_path (MoptAccounts *self);

/* Reads the files. Broken accounts are in the list with their problem; FALSE + error only where the file cannot be
 * read at all. A file that is not there is an empty list. Accounts that are there already keep their object. */
gboolean mopt_accounts_load (MoptAccounts *self, GError **error);
void mopt_accounts_load_async (MoptAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mopt_accounts_load_finish (MoptAccounts *self, GAsyncResult *result, GError **error);
/* The same, but reads only where a file has changed since, or none was read. */
void mopt_accounts_look_async (MoptAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mopt_accounts_look_finish (MoptAccounts *self, GAsyncResult *result, GError **error);
/* Whether load has ended once. */
gboolean mopt_accounts_is_loaded (MoptAccounts *self);
/* Whether none has, but one has begun. "items-changed" tells of its end, even where there are none. */
gboolean mopt_accounts_is_loading (MoptAccounts *self);
/* Whether the file is of a newer Format: shown and used, never written. */
gboolean mopt_accounts_is_read_only (MoptAccounts *self);
/* Waits up to @limit ms for a load that has begun and takes what it found; TRUE: the list has been loaded. For the
 * window's first frame. */
gboolean mopt_accounts_wait (MoptAccounts *self, guint limit);
/* Watches the folders of the files: others' changes reach the list by themselves (~200 ms after the last one), those
 * on a share within a minute. From now on "announced" is emitted, and what is withdrawn is followed up. */
void mopt_accounts_watch (MoptAccounts *self);
/* The same for programs that no person looks at: nothing is announced, and nothing followed up. */
void mopt_accounts_watch_quietly (MoptAccounts *self);
/* Looks whether a file has changed, when the person comes back to the window. Cheap. */
void mopt_accounts_look (MoptAccounts *self);
/* Problems of the file itself that belong to no account (malformed lines of the general part, …): translated
 * sentences with line numbers; empty = none. Borrowed. */
const char *const *mopt_accounts_get_warnings (MoptAccounts *self);

/* By id, borrowed, or NULL. */
MoptAccount *mopt_accounts_get (MoptAccounts *self, const char *id);
/* What `mopt` takes: id first, then name without regard to case; NULL = the default account. "" names none: it is
 * what a script's variable holds that was never set, and "delete" must not take that for the default.
 * Borrowed; NULL + MOPT_ERROR_NOT_FOUND or MOPT_ERROR_AMBIGUOUS with the ids. */
MoptAccount *mopt_accounts_find (MoptAccounts *self, const char *id_or_name, GError **error);
/* The default account: default-id if there is such a usable account, else the publication's, else the first usable
 * one. Borrowed, nullable. */
MoptAccount *mopt_accounts_get_default (MoptAccounts *self);
const char *mopt_accounts_get_default_id (MoptAccounts *self);
const char *mopt_accounts_get_own_name (MoptAccounts *self);
const char *mopt_accounts_get_own_address (MoptAccounts *self);
/* How messages that this program writes are to look: the user's word, else the publisher's, else plain. */
gboolean mopt_accounts_writes_html (MoptAccounts *self);
/* What lists call @account: its name, "(personal)" behind it where a published one has the same. Caller frees. */
char *mopt_accounts_get_shown_name (MoptAccounts *self, MoptAccount *account);

/* The general part of the publication in force (of a draft: of the draft); NULL: nothing is published. Borrowed. */
const MoptPublication *mopt_accounts_get_publication (MoptAccounts *self);
/* Of this person; MOPT_RIGHTS_DEFAULT where nothing is published. */
MoptRights mopt_accounts_get_rights (MoptAccounts *self);
/* Why what is published is not in force, a sentence that says also whether the last good copy is; NULL: all is well.
 * Borrowed. */
const char *mopt_accounts_get_publication_problem (MoptAccounts *self);
/* Which publication it is (store/published), or NULL before the first load and for drafts and previews of a file.
 * Borrowed. */
const MoptPublished *mopt_accounts_get_published (MoptAccounts *self);
/* The published account as it is written, placeholders and all, and the file that it stands in (@file, out, optional);
 * borrowed, NULL: there is none. */
MoptAccount *mopt_accounts_get_written (MoptAccounts *self, const char *id, const char **file);

/* One change of the file. Each is written only if nobody else changed *the same part* meanwhile: then
 * MOPT_ERROR_CHANGED, nothing is written and the list has been loaded anew. Others' changes of other parts are
 * kept, whoever comes last. On success the list shows it. Further MOPT_ERROR_BROKEN (a malformed or duplicate line of
 * that group must be repaired in the text first), _NEWER_FORMAT, _NOT_WRITTEN, _EXISTS, _NOT_FOUND, and where it is not
 * for this person to change _LOCKED or _NOT_ALLOWED, with whom to ask. What the publication changes meanwhile is no
 * such change by somebody else. */
typedef struct
{
  enum
  {
    MOPT_CHANGE_PUT,         /* adds or replaces the account */
    MOPT_CHANGE_DELETE,      /* removes the account's group; of a published account what the user made of it */
    MOPT_CHANGE_RESTORE,     /* undo of the delete of that id: the very text back at its place */
    MOPT_CHANGE_GENERAL,     /* the keys below that are not NULL */
    MOPT_CHANGE_RECOVER,     /* takes back what was deleted with the withdrawn account `id` (store/withdrawn.h) */
    MOPT_CHANGE_PUBLICATION, /* of a draft: its general part */
    MOPT_CHANGE_WITHDRAW,    /* of a draft: `account` is withdrawn, or is no more */
  } what;
  MoptAccount *account;    /* PUT, DELETE, RESTORE, WITHDRAW */
  MoptAccount *base;       /* PUT: what the editor started from, NULL for a new one or to replace whatever is there */
  const char *own_name;    /* GENERAL */
  const char *own_address; /* GENERAL */
  const char *default_id;  /* GENERAL, or together with PUT */
  const char *id;          /* RECOVER */
  const char *withdrawn;   /* WITHDRAW: "keep", "delete", or NULL: no more */
  MoptPublication *publication; /* PUBLICATION */
} MoptChange;

gboolean mopt_accounts_apply (MoptAccounts *self, const MoptChange *change, GError **error);
/* Copies what @change points to. Changes are written one after the other, in this order. */
void mopt_accounts_apply_async (MoptAccounts *self, const MoptChange *change, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean mopt_accounts_apply_finish (MoptAccounts *self, GAsyncResult *result, GError **error);

G_END_DECLS
