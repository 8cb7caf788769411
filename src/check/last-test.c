/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/last-test.h"

#include "check/fingerprint.h"

MoptLastTest *
mopt_last_test_from_run (MoptTestRun *run)
{
  MoptTestResult result = mopt_test_run_get_result (run);
  MoptTestStage *failed = mopt_test_run_get_failed (run);
  const MoptFailure *failure = failed != NULL ? mopt_test_stage_get_failure (failed) : NULL;
  gboolean receives = FALSE, connects_out = FALSE, sends = FALSE;

  /* all its stages are there from the start: they say what kind of run it is */
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);

      receives |= mopt_test_stage_get_side (stage) == MOPT_TEST_SIDE_INCOMING;
      connects_out |= mopt_test_stage_get_side (stage) == MOPT_TEST_SIDE_OUTGOING;
      sends |= mopt_test_stage_get_stage (stage) == MOPT_STAGE_ACCEPTED;
    }
  if (!receives || !connects_out || (result != MOPT_RESULT_PASSED && result != MOPT_RESULT_FAILED))
    return NULL;

  MoptLastTest *last = g_new0 (MoptLastTest, 1);
  last->time = last->passwords = g_get_real_time () / G_USEC_PER_SEC;
  last->result = g_strdup (sends                           ? mopt_test_result_name (result)
                           : result == MOPT_RESULT_PASSED ? "checked"
                                                          : "not-connected");
  last->code = g_strdup (failure != NULL ? failure->code : "");
  last->summary = g_strdup (mopt_test_run_get_summary (run));
  last->fingerprint = mopt_fingerprint_account (mopt_test_run_get_settings (run));
  return last;
}

gboolean
mopt_last_test_counts (const MoptLastTest *now, const MoptLastTest *before)
{
  return before == NULL || g_strcmp0 (now->result, "checked") != 0 || g_strcmp0 (before->result, "passed") != 0
         || g_strcmp0 (now->fingerprint, before->fingerprint) != 0;
}

char *
mopt_last_test_lost_text (const GError *error)
{
  return g_strdup_printf (_ ("The result could not be remembered. %s"), error->message);
}

char *
mopt_last_test_keep (MoptTestRun *run)
{
  const char *id = mopt_test_run_get_settings (run)->account_id;
  g_autoptr (MoptLastTest) now = mopt_last_test_from_run (run);
  g_autoptr (MoptLastTest) before = mopt_known_get_last_test (id);

  g_autoptr (GError) error = NULL;

  if (now == NULL || !mopt_last_test_counts (now, before) || mopt_known_set_last_test (id, now, &error)
      || mopt_test_run_get_note (run) != NULL)
    return NULL;
  return mopt_last_test_lost_text (error);
}
