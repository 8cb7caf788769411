/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"

G_BEGIN_DECLS

/* The answer to ListAccounts, aa{sv}, floating; see data/org.mailoptions.Service.xml. */
GVariant *mopt_account_list_new (MoptAccounts *accounts, const char *own_address);

G_END_DECLS
