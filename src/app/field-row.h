/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

G_BEGIN_DECLS

/* One row of a page: a label, the editor of one field, and below it a hint and what is wrong with the value. A row
 * in a .ui names its field and is bound to the account by that name; what editor it gets says the table:
 *
 *   <object class="MoptFieldRow">
 *     <property name="field">incoming-host</property>
 *     <property name="label" translatable="yes">Incoming Mail _Server</property>
 *   </object>
 *
 * Properties: "field"; "also": further fields that the row edits, separated by spaces; "label": with mnemonic, the
 * words of the table; "value": the row is a radio button that stands for this value of its field; "needs": conditions
 * for the row to be sensitive, "other-field=value", separated by spaces (section-box reads them); "indented": belongs
 * to the radio button above. Signals: "left" (): the focus has left the row; "typed" (const char *): the
 * text of its entry changed, be it that the account keeps another value in effect.
 * Rows with an editor of their own derive from it and override bind() and describe(). */
#define MOPT_TYPE_FIELD_ROW (mopt_field_row_get_type ())
G_DECLARE_DERIVABLE_TYPE (MoptFieldRow, mopt_field_row, MOPT, FIELD_ROW, GtkWidget)

struct _MoptFieldRowClass
{
  GtkWidgetClass parent_class;

  /* Makes the editor, hands it over with mopt_field_row_set_editor, and binds it. Called once. */
  void (*bind) (MoptFieldRow *self, MoptAccount *account);
  /* What a locked row shows instead of its editor: translated, transfer full. */
  char *(*describe) (MoptFieldRow *self);
  /* Overridden where a part of the row stays the person's own. */
  void (*set_locked) (MoptFieldRow *self, gboolean locked);
};

/* Binds the row to @account, which must not go before it. Once. */
void mopt_field_row_bind (MoptFieldRow *self, MoptAccount *account);
MoptAccount *mopt_field_row_get_account (MoptFieldRow *self);

const char *mopt_field_row_get_field (MoptFieldRow *self);
const char *mopt_field_row_get_value (MoptFieldRow *self); /* nullable */
const char *mopt_field_row_get_label (MoptFieldRow *self);
/* The words of the label, without mnemonic. Caller frees. */
char *mopt_field_row_dup_label (MoptFieldRow *self);
/* Whether @property is the row's field or one of "also". */
gboolean mopt_field_row_shows (MoptFieldRow *self, const char *property);
const char *mopt_field_row_get_needs (MoptFieldRow *self); /* nullable */

/* Shows the text of describe() instead of the editor: selectable, in the tab order, with the same label. */
void mopt_field_row_set_locked (MoptFieldRow *self, gboolean locked);
/* NULL: nothing is wrong. */
void mopt_field_row_set_problem (MoptFieldRow *self, const char *problem);
const char *mopt_field_row_get_problem (MoptFieldRow *self);
/* Helper text below the editor; NULL or "": none. @warns: with a mark. */
void mopt_field_row_set_hint (MoptFieldRow *self, const char *hint, gboolean warns);
/* What a screen reader says of the editor while there is neither hint nor problem; NULL: nothing. */
void mopt_field_row_set_description (MoptFieldRow *self, const char *description);
/* Whether one of the row's values changed since it was bound. */
gboolean mopt_field_row_is_touched (MoptFieldRow *self);
/* The label joins @labels, the editor @editors: so all rows of a window share their columns. */
void mopt_field_row_align (MoptFieldRow *self, GtkSizeGroup *labels, GtkSizeGroup *editors);

/* For those that derive. @editor: what stands beside the label; @target: the widget in it that takes the focus,
 * the mnemonic and the problem as its description. */
void mopt_field_row_set_editor (MoptFieldRow *self, GtkWidget *editor, GtkWidget *target);
/* Replaces the label by @start (port-row: a check button). */
void mopt_field_row_set_start (MoptFieldRow *self, GtkWidget *start);
/* Puts @child below the editor, before hint and problem. */
void mopt_field_row_add_below (MoptFieldRow *self, GtkWidget *child);
/* A button at the end of the hint's line. */
void mopt_field_row_add_action (MoptFieldRow *self, GtkWidget *button);
G_END_DECLS
