/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What stands below the editor of a row: widgets of the row's own, a hint, and what is wrong. Takes no room until
 * there is something to show; a problem comes with a short transition. */
#define MOPT_TYPE_ROW_NOTES (mopt_row_notes_get_type ())
G_DECLARE_FINAL_TYPE (MoptRowNotes, mopt_row_notes, MOPT, ROW_NOTES, GtkBox)

GtkWidget *mopt_row_notes_new (void);
/* Above the hint. */
void mopt_row_notes_add (MoptRowNotes *self, GtkWidget *child);
/* NULL or "": none. @warns: with a mark. */
void mopt_row_notes_set_hint (MoptRowNotes *self, const char *hint, gboolean warns);
/* At the end of the hint, whose line is then always there; CSS class "in-line". */
void mopt_row_notes_add_action (MoptRowNotes *self, GtkWidget *button);
/* NULL: nothing is wrong. */
void mopt_row_notes_set_problem (MoptRowNotes *self, const char *problem);
const char *mopt_row_notes_get_problem (MoptRowNotes *self);
/* What a screen reader is to say with the editor: the problem, else the hint, else NULL. */
const char *mopt_row_notes_get_words (MoptRowNotes *self);

G_END_DECLS
