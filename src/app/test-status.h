/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"
#include "store/known.h"

G_BEGIN_DECLS

/* What stands beside Test Account: what is missing, or how the last test went; it knows of that test, and whether it
 * still counts for what is on the screen. */
#define MOPT_TYPE_TEST_STATUS (mopt_test_status_get_type ())
G_DECLARE_FINAL_TYPE (MoptTestStatus, mopt_test_status, MOPT, TEST_STATUS, GtkWidget)

/* Once. Passwords that another program has stored since the test are looked for, without unlocking the keyring. */
void mopt_test_status_bind (MoptTestStatus *self, MoptAccount *account);
/* Shows @missing, a sentence, or "" (something is half typed: its row says so in time); NULL: how the test went. */
void mopt_test_status_show (MoptTestStatus *self, const char *missing);
/* A password was typed or is to be forgotten: what was tested with another one says nothing of it. */
void mopt_test_status_outdate (MoptTestStatus *self);
/* @last (transfer full, nullable) has just ended. FALSE: it says less than what is known. */
gboolean mopt_test_status_take (MoptTestStatus *self, MoptLastTest *last);
/* Writes it down, for the list of accounts: once what was tested is what is saved, passwords included. NULL, or a
 * translated sentence to be told: it could not be. Caller frees. */
char *mopt_test_status_keep (MoptTestStatus *self);

G_END_DECLS
