/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* The main window, "E-mail Options": who the person is, the accounts, and what can be done with them. */
#define MOPT_TYPE_ACCOUNTS_WINDOW (mopt_accounts_window_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccountsWindow, mopt_accounts_window, MOPT, ACCOUNTS_WINDOW, GtkApplicationWindow)

GtkWindow *mopt_accounts_window_new (GtkApplication *application);
/* The same window over the draft of a published file, with a bar for publishing it. @draft: its path; where there is no
 * such file it begins with what is published. */
GtkWindow *mopt_accounts_window_new_draft (GtkApplication *application, const char *draft);
/* The path of the draft, or NULL: the window of every day. */
const char *mopt_accounts_window_get_draft (MoptAccountsWindow *self);
/* Opens the dialog of a new account of @kind. */
void mopt_accounts_window_add (MoptAccountsWindow *self, MoptKind kind);
/* Selects the account and opens its dialog, as soon as the accounts are read; nothing if there is no such id. */
void mopt_accounts_window_edit (MoptAccountsWindow *self, const char *id);

G_END_DECLS
