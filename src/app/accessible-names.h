/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Mends what GTK 4.8 says of buttons and expanders with mnemonics in @root and below: "_Edit Edit" becomes "Edit", a
 * check button loses its underscore, an expander gets its label. Call it once the labels stand. */
void mopt_mend_accessible_names (GtkWidget *root);

G_END_DECLS
