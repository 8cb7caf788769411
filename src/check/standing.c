/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check/standing.h"
#include "check/test-run.h"
#include "model/settings.h"
#include "model/validate.h"

static const char *const names[] = { "broken", "invalid", "incomplete", "untested", "stale", "failed", "passed" };

const char *
mopt_standing_name (MoptStanding standing)
{
  return names[standing];
}

static MoptStanding
stand (char **reason, MoptStanding standing, const char *why)
{
  if (reason != NULL)
    *reason = why != NULL && *why != '\0' ? g_strdup (why) : NULL;
  return standing;
}

MoptStanding
mopt_standing (MoptAccount *account, const MoptLastTest *last, char **reason)
{
  const char *problem = mopt_account_get_problem (account, NULL);
  g_autoptr (GError) error = NULL;

  if (problem != NULL)
    return stand (reason, MOPT_STANDING_BROKEN, problem);

  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return stand (reason, MOPT_STANDING_INVALID, error->message);

  g_autoptr (GPtrArray) missing = mopt_validate_complete (account, MOPT_SIDE_BOTH);
  if (missing->len > 0)
    {
      const MoptProblem *first = g_ptr_array_index (missing, 0);

      return stand (reason, MOPT_STANDING_INCOMPLETE, first->error->message);
    }
  if (last == NULL)
    return stand (reason, MOPT_STANDING_UNTESTED, NULL);

  g_autofree char *fingerprint = mopt_test_fingerprint (settings);
  if (g_strcmp0 (fingerprint, last->fingerprint) != 0)
    return stand (reason, MOPT_STANDING_STALE, NULL);
  if (g_strcmp0 (last->result, "passed") == 0)
    return stand (reason, MOPT_STANDING_PASSED, NULL);
  return stand (reason, MOPT_STANDING_FAILED, last->summary);
}
