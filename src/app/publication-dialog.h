/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* The window "Publication": what holds for all accounts of a draft. OK writes it. */
#define MOPT_TYPE_PUBLICATION_DIALOG (mopt_publication_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptPublicationDialog, mopt_publication_dialog, MOPT, PUBLICATION_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. @accounts: a draft. */
GtkWindow *mopt_publication_dialog_new (GtkWindow *parent, MoptAccounts *accounts);
/* Gives the focus to the row of @key ("Organization", "send"). FALSE: there is none. */
gboolean mopt_publication_dialog_go_to (MoptPublicationDialog *self, const char *key);

G_END_DECLS
