/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"
#include "model/validate.h"

G_BEGIN_DECLS

/* Security Details, behind "Why?": which ways to a server there are, which one Auto takes and why, and what is
 * remembered of it. It asks the server as soon as it opens, without password or login; closing it cancels that. */
#define MOPT_TYPE_SECURITY_DIALOG (mopt_security_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptSecurityDialog, mopt_security_dialog, MOPT, SECURITY_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. @account: what is on the screen, with a host for @side; Use This Mode changes it,
 * where it may be edited. */
GtkWindow *mopt_security_dialog_new (GtkWindow *parent, MoptAccount *account, MoptSide side);

G_END_DECLS
