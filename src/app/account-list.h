/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* The list of accounts, or what stands in its place: a welcome where there is none, a word where a search finds
 * none or the file could not be read. Properties: "selected" (MoptAccount, read-only), "n-accounts" (uint, read-only:
 * all, not only those found). Signal "activated" (MoptAccount *): double click or Enter. */
#define MOPT_TYPE_ACCOUNT_LIST (mopt_account_list_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccountList, mopt_account_list, MOPT, ACCOUNT_LIST, GtkWidget)

/* @accounts: loaded, or tried to. Once. */
void mopt_account_list_set_accounts (MoptAccountList *self, MoptAccounts *accounts);
/* At first the list has only as many rows as a window shows; once it is drawn it may have the others. */
void mopt_account_list_show_all (MoptAccountList *self);
/* Shows only accounts whose name, servers, users or kind contain all words of @text; "" = all. */
void mopt_account_list_set_search (MoptAccountList *self, const char *text);

/* Borrowed, nullable. */
MoptAccount *mopt_account_list_get_selected (MoptAccountList *self);
/* Selects @account and scrolls to it, if it is in the list and found. */
void mopt_account_list_select (MoptAccountList *self, MoptAccount *account);
/* Says anew how the accounts are: time has passed or a test has ended. */
void mopt_account_list_refresh (MoptAccountList *self);

/* Asks the keyring, without a prompt, which passwords are stored, and says of published accounts whether one is
 * wanted. Nobody waits. */
void mopt_account_list_look_for_passwords (MoptAccountList *self);
/* What it said last: see mopt_secrets_list_finish. Borrowed; NULL: not known. */
GHashTable *mopt_account_list_get_stored (MoptAccountList *self);

G_END_DECLS
