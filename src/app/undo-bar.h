/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* Deletes accounts, of published ones what the person changed, and says so with an Undo for a while, which brings all
 * back that were deleted meanwhile. An account's group leaves the file at once; its passwords (of a published one those
 * for other servers and users) and what was learned of it are forgotten when the undo is gone: after a time without the
 * focus in the bar, by the cross, when one of the other sort is deleted, or by mopt_undo_bar_finish.
 * Signals: "deleted" (): it is out of the list; "restored" (MoptAccount *) by Undo; "failed" (GError *). */
#define MOPT_TYPE_UNDO_BAR (mopt_undo_bar_get_type ())
G_DECLARE_FINAL_TYPE (MoptUndoBar, mopt_undo_bar, MOPT, UNDO_BAR, GtkWidget)

void mopt_undo_bar_delete (MoptUndoBar *self, MoptAccounts *accounts, MoptAccount *account);
/* What the Undo button does; nothing where there is nothing to undo. */
void mopt_undo_bar_undo (MoptUndoBar *self);
/* The undo is gone now: when the window closes. Keeps the application running until all is forgotten. */
void mopt_undo_bar_finish (MoptUndoBar *self);

G_END_DECLS
