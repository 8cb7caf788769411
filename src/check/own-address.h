/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"

G_BEGIN_DECLS

/* Your e-mail address: from the file, else what the system knows (two seconds at most). finish: "" if there is none,
 * also after a cancel. Caller frees. Main thread. */
void mopt_own_address_find_async (MoptAccounts *accounts, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
char *mopt_own_address_find_finish (GAsyncResult *result);

G_END_DECLS
