/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/field-row.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* The pages of the account dialog: a notebook whose rows are bound to the account, and what is wrong at which row.
 * A problem shows at its row when the row is left or when somebody asks for all of them (OK), never while it is
 * typed; it goes as soon as it is mended. The tab of a page with a problem is marked. */
#define MOPT_TYPE_ACCOUNT_PAGES (mopt_account_pages_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccountPages, mopt_account_pages, MOPT, ACCOUNT_PAGES, GtkWidget)

/* Builds the pages and binds them to @draft. @accounts: among which the name must be unique. Once. */
void mopt_account_pages_bind (MoptAccountPages *self, MoptAccounts *accounts, MoptAccount *draft);
/* The row of @property ("incoming-host", "incoming-password", "name"); of two the one on the page that is seen;
 * NULL: there is none. */
MoptFieldRow *mopt_account_pages_find (MoptAccountPages *self, const char *property);
/* Turns to the page of that row and gives it the focus. */
gboolean mopt_account_pages_go_to (MoptAccountPages *self, const char *property);
/* Shows every problem at its row and goes to the first. FALSE: there is none. */
gboolean mopt_account_pages_show_problems (MoptAccountPages *self);
/* Further problems to look for, as mopt_validate_account gives them: what Test Account misses. NULL: none. */
typedef GPtrArray *(*MoptListProblems) (gpointer data);
void mopt_account_pages_set_more_problems (MoptAccountPages *self, MoptListProblems func, gpointer data);
/* Brings the problems that are shown up to date: something but the account has changed. */
void mopt_account_pages_update (MoptAccountPages *self);

G_END_DECLS
