/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"
#include "store/secrets.h"

G_BEGIN_DECLS

/* What still has to happen in the keyring because accounts changed in the files: passwords that follow their account
 * to another id, or go with it. Kept in STATE (passwords.conf, ids only): a keyring that is locked, or away, is asked
 * again next time. */

/* Notes that the passwords of @old_id belong to @new_id from now on; NULL: they shall go. What was learned of its
 * servers (store/security) follows, or goes, at once. To be called before the account itself is written: a note whose
 * new account never gets into the list is dropped after a day. Once is enough, and twice does no harm. Blocking, any
 * thread. MOPT_ERROR_NOT_WRITTEN. */
gboolean mopt_secrets_pending_add (const char *old_id, const char *new_id, GError **error);
/* For an undo: they shall not go. */
gboolean mopt_secrets_pending_remove (const char *old_id, const char *new_id, GError **error);
/* The id under which passwords of @new_id may still lie; NULL: none. Quick; caller frees. */
char *mopt_secrets_pending_get_old_id (const char *new_id);

/* Does what is noted, for the accounts in @accounts, which is loaded. Where nothing is noted this costs one look for a
 * file. finish: MOPT_ERROR_KEYRING_…: what is left stays noted, which without PROMPT is nothing to tell anybody. */
void mopt_secrets_pending_run_async (MoptAccounts *accounts, MoptSecretsFlags flags, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean mopt_secrets_pending_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
