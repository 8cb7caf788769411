/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/template.h"
#include "check/test-summary.h"

static MoptTestState
find_state (GListModel *stages, MoptTestSide side, MoptStage wanted, gboolean *is_there)
{
  *is_there = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (stages); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (stages, i);

      if (mopt_test_stage_get_side (stage) == side && mopt_test_stage_get_stage (stage) == wanted)
        {
          *is_there = TRUE;
          return mopt_test_stage_get_state (stage);
        }
    }
  return MOPT_TEST_SKIPPED;
}

/* The first failure, or what a stage that was skipped has to say (a message that was not seen). */
static const MoptFailure *
find_failure (GListModel *stages, MoptTestState state)
{
  for (guint i = 0; i < g_list_model_get_n_items (stages); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (stages, i);

      if (mopt_test_stage_get_state (stage) == state && mopt_test_stage_get_failure (stage) != NULL)
        return mopt_test_stage_get_failure (stage);
    }
  return NULL;
}

void
mopt_test_summarise (GListModel *stages, MoptTestResult result, const MoptSettings *settings, const char *to,
                     char **summary, char **advice)
{
  gboolean sends, arrives, incoming, outgoing;
  MoptTestState sent = find_state (stages, MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_ACCEPTED, &sends);
  MoptTestState arrived = find_state (stages, MOPT_TEST_SIDE_ARRIVAL, MOPT_STAGE_ARRIVED, &arrives);
  const MoptFailure *failure
      = find_failure (stages, result == MOPT_RESULT_FAILED ? MOPT_TEST_FAILED : MOPT_TEST_SKIPPED);
  const char *said, *hint;

  find_state (stages, MOPT_TEST_SIDE_INCOMING, MOPT_STAGE_FIND, &incoming);
  find_state (stages, MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_FIND, &outgoing);
  if (result != MOPT_RESULT_CANCELLED && failure != NULL)
    {
      *summary = g_strdup (failure->sentence);
      *advice = g_strdup (failure->advice);
      return;
    }
  if (result == MOPT_RESULT_CANCELLED)
    {
      said = _ ("The test was stopped.");
      hint = sends && sent == MOPT_TEST_PASSED ? _ ("The message had been sent already.") : "";
    }
  else if (arrives && arrived == MOPT_TEST_PASSED)
    {
      said = _ ("The test message to {to} was sent and has arrived.");
      hint = _ ("This does not prove that messages reach other people, or that their replies reach you.");
    }
  else if (sends)
    {
      said = _ ("{host} took the test message for {to}.");
      hint = _ ("This does not prove that it arrives.");
    }
  else
    {
      said = incoming && outgoing ? _ ("Both servers are ready.") : _ ("{host} is ready.");
      hint = _ ("No message was sent.");
    }

  const MoptPlace places[] = {
    { "to", to },
    { "host", outgoing ? settings->outgoing.host : settings->incoming.host },
    { NULL },
  };
  *summary = mopt_template_fill (said, places);
  *advice = g_strdup (hint);
}
