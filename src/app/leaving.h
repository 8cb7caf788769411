/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How a window goes, whichever way: Escape, its buttons, the title bar, its parent, the end of the program. GTK 4 says
 * so by "unmap" alone: "hide" does not come, and "destroy" only once nobody holds the window any more, which may be
 * when a server has answered or a question was. */

/* For each window when it is made. When it goes, those above it go first; @left (nullable, with @self) ends at once
 * what the window has begun; the focus is given back to the window below, because a window manager may give it to the
 * main one instead, and what is typed then is lost; and @self lets go of the window below, which may be freed first. */
typedef void (*MoptLeft) (gpointer self);
void mopt_leaving_init (GtkWindow *self, MoptLeft left);

/* Whether it has gone that way: for who has waited for something and finds it closed. */
gboolean mopt_leaving_is_gone (gpointer self);

/* Closes all windows above @self, each as a person would: they may have something to ask. FALSE: some stay. */
gboolean mopt_leaving_close_above (GtkWindow *self);

G_END_DECLS
