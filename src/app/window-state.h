/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The size of a window, remembered in STATE/window.conf under @group ("accounts", "dialog"). Losing it costs
 * nothing: errors are not told. */
void mopt_window_state_restore (GtkWindow *window, const char *group);
void mopt_window_state_save (GtkWindow *window, const char *group);

G_END_DECLS
