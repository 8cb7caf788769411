/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "base/password.h"
#include "model/settings.h"

G_BEGIN_DECLS

/* The window "Newest Message": asks the incoming server for it as soon as it is made, and shows it as text, an empty
 * mailbox, or what went wrong. Closing it stops that.
 * Signal "go-to-field" (const char *property): the person wants to see the field to blame; the window has closed. */
#define MOPT_TYPE_NEWEST_DIALOG (mopt_newest_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptNewestDialog, mopt_newest_dialog, MOPT, NEWEST_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. @settings: copied. @password: typed just now; NULL: the stored one. */
GtkWindow *mopt_newest_dialog_new (GtkWindow *parent, const char *account_name, const MoptSettings *settings,
                                   MoptPassword *password);

G_END_DECLS
