/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/check-all.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The window "Check All": a line for each account, which says how its connections are as soon as that is known; no
 * message is sent. It begins at once; closing it stops what still runs. What it finds out is kept (check/last-test).
 * Signal "open-account" (MoptAccount): a line was activated; the window has closed. */
#define MOPT_TYPE_CHECK_ALL_DIALOG (mopt_check_all_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptCheckAllDialog, mopt_check_all_dialog, MOPT, CHECK_ALL_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. @accounts: of MoptAccount, as they are when it begins. */
GtkWindow *mopt_check_all_dialog_new (GtkWindow *parent, GListModel *accounts);

G_END_DECLS
