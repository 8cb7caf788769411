/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* The accounts that were withdrawn and deleted, and can be taken back for some time yet; closes when there are none
 * left. Signal "taken-back" (MoptAccount *): that one is in the list again. */
#define MOPT_TYPE_WITHDRAWN_DIALOG (mopt_withdrawn_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptWithdrawnDialog, mopt_withdrawn_dialog, MOPT, WITHDRAWN_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. To be opened only while mopt_withdrawn_list has any. */
GtkWindow *mopt_withdrawn_dialog_new (GtkWindow *parent, MoptAccounts *accounts);

G_END_DECLS
