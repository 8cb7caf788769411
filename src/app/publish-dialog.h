/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The window behind *Publish…*: what changes, what the checks say, the reason, where to, and the key to sign with. It
 * writes where that is allowed, else it shows the command for who may. Signals: "published" (sentence): it is done, the
 * window goes; "check" (): the person wants to see what hinders. */
#define MOPT_TYPE_PUBLISH_DIALOG (mopt_publish_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptPublishDialog, mopt_publish_dialog, MOPT, PUBLISH_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. @draft: the path of a draft. */
GtkWindow *mopt_publish_dialog_new (GtkWindow *parent, const char *draft);

G_END_DECLS
