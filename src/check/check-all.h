/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-run.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* Check All: Check Connection of many accounts, a few at a time; no message is sent, and each result is kept as the
 * account's last test (check/last-test). A GListModel of
 * MoptCheckedAccount, all of them there from the start, in the order of the list. Accounts that cannot be checked
 * (broken, incomplete) are in it and say so. A keyring that is locked asks once: passwords are looked up one after the
 * other, and once its prompt was closed it is not shown again in this run. Main thread. */
#define MOPT_TYPE_CHECKED_ACCOUNT (mopt_checked_account_get_type ())
G_DECLARE_FINAL_TYPE (MoptCheckedAccount, mopt_checked_account, MOPT, CHECKED_ACCOUNT, GObject)

#define MOPT_TYPE_CHECK_ALL (mopt_check_all_get_type ())
G_DECLARE_FINAL_TYPE (MoptCheckAll, mopt_check_all, MOPT, CHECK_ALL, MoptRun)

/* One account; "state" notifies (all the rest changes only together with it). Strings are borrowed. */
MoptAccount *mopt_checked_account_get_account (MoptCheckedAccount *self);
/* PASSED, FAILED, or SKIPPED: not checked, because of its values or a cancel. */
MoptTestState mopt_checked_account_get_state (MoptCheckedAccount *self);
/* One line, translated: "Waiting", "Checking…", "Both servers are ready.", or what is wrong. */
const char *mopt_checked_account_get_line (MoptCheckedAccount *self);
/* What to do; "" if there is nothing. */
const char *mopt_checked_account_get_advice (MoptCheckedAccount *self);
/* Stable word of what is wrong; "" if nothing is. */
const char *mopt_checked_account_get_code (MoptCheckedAccount *self);
/* From its start to its end; 0 if it was not begun. */
guint mopt_checked_account_get_ms (MoptCheckedAccount *self);
/* The run, for its stages and report; NULL before it began, and where it never does. */
MoptTestRun *mopt_checked_account_get_run (MoptCheckedAccount *self);

/* @accounts: a list of MoptAccount, as it is now. @limit_ms: per stage, 0 = MOPT_TEST_LIMIT_MS. */
MoptCheckAll *mopt_check_all_new (GListModel *accounts, guint limit_ms);
void mopt_check_all_start (MoptCheckAll *self);
/* Felt at once: what has not ended is skipped, "finished" comes from the main loop's next turn. */
void mopt_check_all_cancel (MoptCheckAll *self);
/* PASSED: every account that could be checked did, and there was one. */
MoptTestResult mopt_check_all_get_result (MoptCheckAll *self);
/* "2 of 5 accounts have a problem.", and what could not be remembered; translated; "" before the end. Borrowed. */
const char *mopt_check_all_get_summary (MoptCheckAll *self);

G_END_DECLS
