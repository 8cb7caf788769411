/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

G_BEGIN_DECLS

/* A section of the account on a page: its head, and its rows, which are its children in the .ui.
 * Property "section": its name in the table. This is the one place that says whether a row is locked, sensitive,
 * or not there at all. */
#define MOPT_TYPE_SECTION_BOX (mopt_section_box_get_type ())
G_DECLARE_FINAL_TYPE (MoptSectionBox, mopt_section_box, MOPT, SECTION_BOX, GtkBox)

/* Binds the rows to @account. Once. */
void mopt_section_box_bind (MoptSectionBox *self, MoptAccount *account);

G_END_DECLS
