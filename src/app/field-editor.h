/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

G_BEGIN_DECLS

/* The editors of single fields, bound to the account both ways. All floating. */

/* The editor that the table asks for: an entry, a drop-down, a check button. @property: a field or "name"; @label:
 * with mnemonic, for the editors that carry their own words, and for names that a screen reader says.
 * @value (nullable): a radio button for this value, in one group with @group (nullable). */
GtkWidget *mopt_field_editor_new (MoptAccount *account, const char *property, const char *label, const char *value,
                                  GtkCheckButton *group);
/* Whether the editor carries its own words and needs no label beside it. */
gboolean mopt_field_editor_is_check (GtkWidget *editor);

/* An entry bound to @property. */
GtkWidget *mopt_entry_new_bound (MoptAccount *account, const char *property);
/* A check button bound to the boolean @property, with a label that wraps. */
GtkWidget *mopt_check_button_new_bound (MoptAccount *account, const char *property, const char *label);

/* What a locked row shows instead of its editor: selectable, in the tab order, named by @label. */
GtkWidget *mopt_text_new (const char *label);

/* @label without the underscores of its mnemonic. Caller frees. */
char *mopt_label_strip (const char *label);
G_END_DECLS
