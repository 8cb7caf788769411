/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lays out the first two visible children side by side where the natural widths of both fit, else one above the
 * other: a label and its field, a name and its mark. Further children stand below the second one, in its column.
 * Labels of several rows share a column by a horizontal GtkSizeGroup; give an entry a natural width with
 * max-width-chars. Property "equal" (boolean): both get the same width, and stand side by side as soon as their
 * minimum widths allow. Property "wraps" (boolean): one of them is a text that may well be wrapped: side by
 * side wherever that is not higher.
 * In a .ui: <property name="layout-manager"><object class="MoptRowLayout"/></property>. */
#define MOPT_TYPE_ROW_LAYOUT (mopt_row_layout_get_type ())
G_DECLARE_FINAL_TYPE (MoptRowLayout, mopt_row_layout, MOPT, ROW_LAYOUT, GtkLayoutManager)

G_END_DECLS
