/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* The window in which one account is edited: a working copy, pages of rows bound to it by name, Test Account,
 * Cancel and OK. Nothing reaches the list or the keyring before OK. */
#define MOPT_TYPE_ACCOUNT_DIALOG (mopt_account_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccountDialog, mopt_account_dialog, MOPT, ACCOUNT_DIALOG, GtkWindow)

/* A window modal to @parent (nullable), not shown yet. @account: what to edit (never changed; @kind is then
 * ignored), also one that is not in @accounts yet, such as a copy: OK adds it. NULL: a new personal account of
 * @kind. Signal "saved" (MoptAccount): OK has written it and it is in the list. */
GtkWindow *mopt_account_dialog_new (GtkWindow *parent, MoptAccounts *accounts, MoptAccount *account, MoptKind kind);

/* The account is a copy of @source: OK copies its stored passwords, for the servers and users that stayed. */
void mopt_account_dialog_set_source (MoptAccountDialog *self, MoptAccount *source);

/* Turns to the page that has the row of @property ("incoming-host", "incoming-password", "name") and gives it the
 * focus. FALSE: there is no such row. */
gboolean mopt_account_dialog_go_to (MoptAccountDialog *self, const char *property);

G_END_DECLS
