/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the checks say of a draft, a row each. Signal "go-to" (account id, key): a row was activated, the window goes;
 * the id is NULL where it is about no account, the key (of a field, a term, the general part) where it is not known. */
#define MOPT_TYPE_CHECK_DIALOG (mopt_check_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptCheckDialog, mopt_check_dialog, MOPT, CHECK_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. @draft: the path of a draft. */
GtkWindow *mopt_check_dialog_new (GtkWindow *parent, const char *draft);

G_END_DECLS
