/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"

G_BEGIN_DECLS

/* mopt check --all: checks the connections of all accounts (check/check-all), a line for each as it ends, @json for
 * programs. @limit_ms: per stage, 0 = the usual. Ctrl+C cancels. Returns the exit code. */
int mopt_check_all_show (MoptAccounts *accounts, guint limit_ms, gboolean json);

G_END_DECLS
