/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The tab of a page: its label with mnemonic, and a mark while something on the page is wrong, seen and said. */
#define MOPT_TYPE_PAGE_TAB (mopt_page_tab_get_type ())
G_DECLARE_FINAL_TYPE (MoptPageTab, mopt_page_tab, MOPT, PAGE_TAB, GtkBox)

/* Appends @page with a tab to @notebook. */
void mopt_page_tab_append (GtkNotebook *notebook, GtkWidget *page, const char *label);
void mopt_page_tab_set_problem (MoptPageTab *self, gboolean has_problem);

G_END_DECLS
