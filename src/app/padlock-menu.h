/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

G_BEGIN_DECLS

/* The padlock of a section while it is published: a button that says in words whether users can change the section,
 * with a menu to decide it. */
#define MOPT_TYPE_PADLOCK_MENU (mopt_padlock_menu_get_type ())
G_DECLARE_FINAL_TYPE (MoptPadlockMenu, mopt_padlock_menu, MOPT, PADLOCK_MENU, GtkWidget)

/* Bound to @account, which it follows. Floating. */
GtkWidget *mopt_padlock_menu_new (MoptAccount *account, MoptSection section);
/* What the choice means for users: a label to be placed below the section's heading. It belongs to the menu; take it
 * once. Floating. */
GtkWidget *mopt_padlock_menu_take_words (MoptPadlockMenu *self);

G_END_DECLS
