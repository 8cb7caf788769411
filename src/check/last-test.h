/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-run.h"
#include "store/known.h"

G_BEGIN_DECLS

/* What is kept of a run that has ended, for the list of accounts (store/known). Its result: "passed" or
 * "failed", and of a Check Connection, in which no message is sent, so that it is no test, "checked" or
 * "not-connected". NULL: nothing is kept, it was cancelled or had one side only. Caller frees. */
MoptLastTest *mopt_last_test_from_run (MoptTestRun *run);

/* Whether @now says more than @before (nullable): all does, but a connection that works does not take the place of a
 * Test Account that has passed with the same values. */
gboolean mopt_last_test_counts (const MoptLastTest *now, const MoptLastTest *before);

/* Keeps what @run found out about its account, if it counts. NULL, or a translated sentence to be told beside the
 * result: it could not be remembered; not where the run has said so of something already. Caller frees. */
char *mopt_last_test_keep (MoptTestRun *run);
/* The sentence. Caller frees. */
char *mopt_last_test_lost_text (const GError *error);

G_END_DECLS
