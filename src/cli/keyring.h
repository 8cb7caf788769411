/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/login-password.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* store/secrets for a program that has nothing else to do meanwhile; Ctrl+C ends each call with
 * G_IO_ERROR_CANCELLED. Errors and results are those of store/secrets.h. */

/* May show the keyring's prompt. Transfer full. */
MoptPassword *mopt_keyring_lookup (const MoptSecretKey *key, GError **error);
MoptSecretState mopt_keyring_state (const MoptSecretKey *key, GError **error);
/* Which password the login of @section would use; of check/login-password.h. */
MoptLoginPassword mopt_keyring_login_state (const MoptSettings *settings, MoptSection section, MoptSecretKey **other,
                                            GError **error);
/* The keys of all stored passwords; NULL: nobody can tell. Transfer full. */
GHashTable *mopt_keyring_list (void);
gboolean mopt_keyring_store (const MoptSecretKey *key, const char *account_name, MoptPassword *password,
                             GError **error);
gboolean mopt_keyring_forget (const char *account_id, MoptSection section, const MoptSecretKey *keep, GError **error);

/* Moves and forgets passwords as the accounts want it since they changed; no prompt. */
void mopt_keyring_run_pending (MoptAccounts *accounts);

/* The two sections that have a password. */
#define MOPT_KEYRING_N_SIDES 2
extern const MoptSection mopt_keyring_sections[MOPT_KEYRING_N_SIDES];

G_END_DECLS
