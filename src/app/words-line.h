/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A sentence about something above it, in small quiet letters, and what can be done about it: at its end, or below
 * where there is no room. The line is as high with a button as without, so that nothing jumps. All floating. */

/* The sentence: a label that wraps. */
GtkLabel *mopt_words_new (void);
/* The line of both. Buttons in @actions have the CSS class "in-line". */
GtkWidget *mopt_words_line_new (GtkLabel *words, GtkWidget *actions);

G_END_DECLS
