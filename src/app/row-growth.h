/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How many items of a long list its view shows. GtkListView makes two hundred rows at once, and when the list becomes
 * another one it takes as many away: each of that takes longer than a frame. So the view has only as many rows as are
 * seen, until it has been drawn, and while the list is to change; the others come and go some in each frame. */
typedef struct _MoptRowGrowth MoptRowGrowth;

/* @items: transfer full. @view: where the rows are; it shall outlive this. */
MoptRowGrowth *mopt_row_growth_new (GtkWidget *view, GListModel *items);
void mopt_row_growth_free (MoptRowGrowth *self);
/* What the view shows. Borrowed. */
GListModel *mopt_row_growth_get_shown (MoptRowGrowth *self);

/* The others may come now. */
void mopt_row_growth_start (MoptRowGrowth *self);
/* All at once, for one that is not shown is wanted now; what waits for few rows comes first. FALSE: all are shown. */
gboolean mopt_row_growth_finish (MoptRowGrowth *self);
/* Calls @few with @user_data once there are only few rows, at once if there are; some time after the last call
 * they grow again. Where it is called again before that, @few is called once. */
void mopt_row_growth_shrink (MoptRowGrowth *self, void (*few) (gpointer user_data), gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptRowGrowth, mopt_row_growth_free)

G_END_DECLS
