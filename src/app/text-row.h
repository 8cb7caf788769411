/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A label, an entry and a line below it, for a text that is no field of an account: what a field-row is, without the
 * account. Properties: "label" (with mnemonic), "hint" (what the line says while nothing is wrong), "placeholder" (what
 * an empty entry stands for), "text" (never NULL, notifies). In a .ui it is told what it holds by "name". */
#define MOPT_TYPE_TEXT_ROW (mopt_text_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptTextRow, mopt_text_row, MOPT, TEXT_ROW, GtkWidget)

const char *mopt_text_row_get_text (MoptTextRow *self);
void mopt_text_row_set_text (MoptTextRow *self, const char *text);
void mopt_text_row_set_hint (MoptTextRow *self, const char *hint);
/* Shown instead of the hint; NULL: nothing is wrong. */
void mopt_text_row_set_problem (MoptTextRow *self, const char *problem);
gboolean mopt_text_row_has_problem (MoptTextRow *self);
/* The label joins @labels, the entry @entries. */
void mopt_text_row_align (MoptTextRow *self, GtkSizeGroup *labels, GtkSizeGroup *entries);

G_END_DECLS
