/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "model/settings.h"

G_BEGIN_DECLS

/* Passwords in the Secret Service (schema org.mailoptions.Password). A password is found only by exactly what it
 * was stored for: account, section, protocol, host, port and user. The five states of a keyring are five errors
 * (MOPT_ERROR_KEYRING_…) with whole translated sentences. Nothing here blocks; a prompt that is never answered
 * leaves only its own call waiting, and a cancel ends that at once (the prompt itself stays for the person to close).
 * Main thread only. */

typedef struct
{
  char *account_id;
  MoptSection section; /* MOPT_SECTION_INCOMING_ACCOUNT or _OUTGOING_ACCOUNT */
  MoptProtocol protocol;
  char *host;   /* A-label, lower case */
  guint16 port; /* the custom port, 0 where Custom Port is off */
  char *user;
} MoptSecretKey;

/* The key of one side of an account: NULL where host or user is still empty. With "Use Same Settings" the outgoing
 * side has a key of its own (the outgoing server with the incoming user). */
MoptSecretKey *mopt_secret_key_new (const MoptSettings *settings, MoptSection section);
MoptSecretKey *mopt_secret_key_copy (const MoptSecretKey *self);
gboolean mopt_secret_key_equal (const MoptSecretKey *a, const MoptSecretKey *b);
/* For a GHashTable, with mopt_secret_key_equal. */
guint mopt_secret_key_hash (gconstpointer key);
void mopt_secret_key_free (MoptSecretKey *self);

typedef enum
{
  MOPT_SECRETS_PROMPT = 1 << 0, /* may unlock the keyring, that is, show its prompt */
} MoptSecretsFlags;

/* The password; lookups that find the keyring locked share one prompt. MOPT_ERROR_KEYRING_LOCKED without PROMPT where
 * the item is locked, _DISMISSED where the person closed the prompt, _NOT_STORED, _NO_SERVICE, _NO_BUS. */
void mopt_secrets_lookup_async (const MoptSecretKey *key, MoptSecretsFlags flags, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
MoptPassword *mopt_secrets_lookup_finish (GAsyncResult *result, GError **error);

/* Whether one is there, without unlocking, prompting or reading it. */
typedef enum
{
  MOPT_SECRET_UNKNOWN, /* no bus, no service, or it did not answer: error says which */
  MOPT_SECRET_NOT_STORED,
  MOPT_SECRET_STORED,
  MOPT_SECRET_STORED_LOCKED,
} MoptSecretState;
void mopt_secrets_state_async (const MoptSecretKey *key, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
/* @modified (out, optional): seconds since the epoch of its last change, 0 if not known. @error is set only with
 * MOPT_SECRET_UNKNOWN. */
MoptSecretState mopt_secrets_state_finish (GAsyncResult *result, guint64 *modified, GError **error);

/* Stores (replaces). @account_name is for the label that keyring managers show. Where there is no service the
 * password is kept for this process only and the call ends with MOPT_ERROR_KEYRING_NO_SERVICE or _NO_BUS: the
 * caller says so; lookup then finds it in this session. */
void mopt_secrets_store_async (const MoptSecretKey *key, const char *account_name, MoptPassword *password,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean mopt_secrets_store_finish (GAsyncResult *result, GError **error);

/* Forgets all passwords of the account; with @section not MOPT_SECTION_NONE only that side's, and except the one
 * with @keep (nullable): what OK calls after host or user changed. Nothing stored is no error;
 * MOPT_ERROR_KEYRING_LOCKED without PROMPT where some are in a keyring that is locked, _DISMISSED where it stayed so.
 */
void mopt_secrets_forget_async (const char *account_id, MoptSection section, const MoptSecretKey *keep,
                                MoptSecretsFlags flags, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean mopt_secrets_forget_finish (GAsyncResult *result, GError **error);

/* The keys of all passwords of ours, for all accounts with one question; nothing is unlocked or read. finish: they
 * are the keys of a table (g_hash_table_contains with a MoptSecretKey), transfer full; NULL + MOPT_ERROR_KEYRING_…:
 * nobody can tell. */
void mopt_secrets_list_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GHashTable *mopt_secrets_list_finish (GAsyncResult *result, GError **error);
/* When the password for @key was stored last, seconds since the epoch; 0: not known, or there is none. */
guint64 mopt_secrets_list_get_modified (GHashTable *stored, const MoptSecretKey *key);

/* Passwords that the same side of the same account has for other servers or users than @key: (element-type
 * MoptSecretKey), the latest first, transfer full; empty: none. Nothing is unlocked or read. */
void mopt_secrets_find_other_async (const MoptSecretKey *key, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
GPtrArray *mopt_secrets_find_other_finish (GAsyncResult *result, GError **error);

/* Stores what is stored for @from for @to, too, once the person agreed, or a verified signature did. The password,
 * for who needs it now; transfer full. Errors are those of lookup and store. */
void mopt_secrets_copy_async (const MoptSecretKey *from, const MoptSecretKey *to, const char *account_name,
                              MoptSecretsFlags flags, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
MoptPassword *mopt_secrets_copy_finish (GAsyncResult *result, GError **error);

/* Moves all passwords of the account @old_id to @new_id; what @new_id has already stays. First all are copied, then
 * the old ones go: after a kill half-way, or any error, it can be done again. Nothing stored is no error. */
void mopt_secrets_rekey_async (const char *old_id, const char *new_id, const char *account_name, MoptSecretsFlags flags,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean mopt_secrets_rekey_finish (GAsyncResult *result, GError **error);

/* Whether @error says that there is no keyring at all here, as in a session by ssh. */
gboolean mopt_secrets_is_absent (const GError *error);

/* Whether the password for @key lives in this process only ("this session only"). */
gboolean mopt_secrets_is_session_only (const MoptSecretKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSecretKey, mopt_secret_key_free)

G_END_DECLS
