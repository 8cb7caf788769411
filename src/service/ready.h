/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"

G_BEGIN_DECLS

/* What each call begins with: the files as they are now, and Your e-mail address. finish: that address, "" if it is not
 * known; NULL + error: the accounts cannot be read. Caller frees. */
void mopt_ready_async (MoptAccounts *accounts, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data);
char *mopt_ready_finish (GAsyncResult *result, GError **error);

G_END_DECLS
