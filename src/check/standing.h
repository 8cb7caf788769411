/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "store/known.h"

G_BEGIN_DECLS

/* How an account stands: whether it can be used, and what its last test says of the values that are in effect. */
typedef enum
{
  MOPT_STANDING_BROKEN,     /* its text in the file must be repaired */
  MOPT_STANDING_INVALID,    /* a value in effect is malformed */
  MOPT_STANDING_INCOMPLETE, /* something needed is missing */
  MOPT_STANDING_UNTESTED,
  MOPT_STANDING_STALE, /* tested with other values */
  MOPT_STANDING_FAILED,
  MOPT_STANDING_PASSED,
} MoptStanding;

/* "broken", … "passed": stable English words for --json. */
const char *mopt_standing_name (MoptStanding standing);

/* @last: of mopt_known_get_last_test, nullable. @reason (out, transfer full, nullable): a translated sentence that
 * says why, where the standing is BROKEN, INVALID, INCOMPLETE or FAILED; else NULL. */
MoptStanding mopt_standing (MoptAccount *account, const MoptLastTest *last, char **reason);

G_END_DECLS
