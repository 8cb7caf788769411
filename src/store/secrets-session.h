/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/secrets.h"

G_BEGIN_DECLS

/* Passwords that live in this process only, because there is no Secret Service. Main thread. */

/* Replaces. */
void mopt_secrets_session_put (const MoptSecretKey *key, MoptPassword *password);
/* Borrowed, or NULL. @time (out, optional): when it was put there, seconds since the epoch. */
MoptPassword *mopt_secrets_session_get (const MoptSecretKey *key, guint64 *time);
/* As mopt_secrets_forget_async. */
void mopt_secrets_session_forget (const char *account_id, MoptSection section, const MoptSecretKey *keep);
/* Adds copies of all keys to @keys (element-type MoptSecretKey). */
void mopt_secrets_session_list (GPtrArray *keys);
/* Those of the account @old_id are those of @new_id from now on. */
void mopt_secrets_session_rekey (const char *old_id, const char *new_id);
void mopt_secrets_session_remove (const MoptSecretKey *key);

G_END_DECLS
