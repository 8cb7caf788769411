/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/notice-bar.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* What is wrong with accounts.conf, said where it is seen, and the way to it: it is a text that people may mend. */

/* Says in @bar what there is to say of the file as a whole, with a button to open it; hides @bar if there is nothing.
 * @error: why the file was not read, nullable. */
void mopt_file_notice (MoptNoticeBar *bar, MoptAccounts *accounts, const GError *error);
/* Explains why @account, which has a problem, cannot be edited. */
void mopt_file_explain (GtkWindow *parent, MoptAccounts *accounts, MoptAccount *account);
/* Opens the file in the person's editor. */
void mopt_file_open (GtkWindow *parent, MoptAccounts *accounts);

G_END_DECLS
