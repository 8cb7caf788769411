/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* What OK does: first the file, then the keyring. No widgets. */
typedef struct
{
  MoptAccounts *accounts;
  MoptAccount *account;            /* as it shall be */
  MoptAccount *base;               /* what the editor started from; NULL: new, or replaces whatever is there */
  MoptAccount *source;             /* of a copy: whose stored passwords are copied; nullable */
  MoptPassword *incoming_password; /* typed just now; nullable */
  MoptPassword *outgoing_password;
  gboolean forget_incoming;
  gboolean forget_outgoing;
} MoptAccountSave;

/* Copies @save; the accounts must not change until it has ended. A cancel ends the waiting for the keyring. */
void mopt_account_save_async (const MoptAccountSave *save, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
/* @written (out): whether the account is in the file, also where the passwords then failed.
 * MOPT_ERROR_CHANGED: somebody else changed it meanwhile, nothing is written; MOPT_ERROR_KEYRING_NO_SERVICE or
 * _NO_BUS: all is done, but a typed password lasts for this session only; other MOPT_ERROR_KEYRING_…: a typed
 * password is not stored. */
gboolean mopt_account_save_finish (GAsyncResult *result, gboolean *written, GError **error);

G_END_DECLS
