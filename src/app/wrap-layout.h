/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lays out the visible children like words: each as wide as it likes, in as many lines as it takes. For rows of
 * buttons. Properties: "at-end" (boolean): lines end where the row ends; "spacing" (int, pixels, default 6).
 * In a .ui: <property name="layout-manager"><object class="MoptWrapLayout"/></property>. */
#define MOPT_TYPE_WRAP_LAYOUT (mopt_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (MoptWrapLayout, mopt_wrap_layout, MOPT, WRAP_LAYOUT, GtkLayoutManager)

G_END_DECLS
