/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets accounts through whose name, servers, users or kind contain all words of a text; without a text all of them. */
#define MOPT_TYPE_ACCOUNT_FILTER (mopt_account_filter_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccountFilter, mopt_account_filter, MOPT, ACCOUNT_FILTER, GtkFilter)

/* Transfer full. */
GtkFilter *mopt_account_filter_new (void);
/* Whether the case of letters differs does not matter. "" or blanks: all. */
void mopt_account_filter_set_text (MoptAccountFilter *self, const char *text);

G_END_DECLS
