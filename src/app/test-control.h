/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/password-row.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* Test Account with its menu, and beside it what is missing or how the last test went. It tests what is on the
 * screen. Signals: "missing" (): clicked, but mopt_test_control_list_missing has something to show at the rows;
 * "go-to-field" (const char *property): the person wants to see the field that a failed test blames; "tested" (): a
 * test has passed or failed. */
#define MOPT_TYPE_TEST_CONTROL (mopt_test_control_get_type ())
G_DECLARE_FINAL_TYPE (MoptTestControl, mopt_test_control, MOPT, TEST_CONTROL, GtkWidget)

/* @account: the working copy. Nothing goes before the control does. Once. */
void mopt_test_control_bind (MoptTestControl *self, MoptAccounts *accounts, MoptAccount *account,
                             MoptPasswordRow *incoming, MoptPasswordRow *outgoing);
/* What a test needs and is not there or malformed: (element-type MoptProblem), also for "incoming-password" and
 * "outgoing-password". Transfer full. */
GPtrArray *mopt_test_control_list_missing (MoptTestControl *self);
/* Writes down how the last test went, for the list of accounts: once what was tested is what is saved. As
 * mopt_test_status_keep. */
char *mopt_test_control_keep (MoptTestControl *self);
/* As if the button was clicked. */
void mopt_test_control_start (MoptTestControl *self);

G_END_DECLS
