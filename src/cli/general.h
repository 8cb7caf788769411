/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"

G_BEGIN_DECLS

/* What belongs to the user and to no account: "name" and "address" (--general). Each returns the exit code. */

/* Prints both with their names, or only the values of @names. */
int mopt_general_show (MoptAccounts *accounts, const char *const *names);
/* @words: name=… and address=…; all or nothing. */
int mopt_general_set (MoptAccounts *accounts, const char *const *words);
int mopt_general_unset (MoptAccounts *accounts, const char *const *names);

G_END_DECLS
