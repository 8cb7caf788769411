/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a user will see of a draft: the accounts that are there for him, section by section, with the words that he
 * will read, and what he may do. */
#define MOPT_TYPE_PREVIEW_DIALOG (mopt_preview_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptPreviewDialog, mopt_preview_dialog, MOPT, PREVIEW_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. @draft: the path of a draft. */
GtkWindow *mopt_preview_dialog_new (GtkWindow *parent, const char *draft);

G_END_DECLS
