/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* A row of the list of accounts: name, kind, default mark and status. */
#define MOPT_TYPE_ACCOUNT_ROW (mopt_account_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccountRow, mopt_account_row, MOPT, ACCOUNT_ROW, GtkBox)

GtkWidget *mopt_account_row_new (MoptAccounts *accounts);
/* Shows @account and follows its changes; NULL lets go. */
void mopt_account_row_set_account (MoptAccountRow *self, MoptAccount *account);
/* The keys of all stored passwords (mopt_secrets_list_finish); NULL: not known. Counts from the next refresh on. */
void mopt_account_row_set_stored (MoptAccountRow *self, GHashTable *stored);
/* Borrowed, nullable. */
MoptAccount *mopt_account_row_get_account (MoptAccountRow *self);
/* Time has passed, a test has ended, or something of all accounts has changed: says anew how the account is. */
void mopt_account_row_refresh (MoptAccountRow *self);

G_END_DECLS
