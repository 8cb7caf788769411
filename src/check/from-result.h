/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/from-check.h"

G_BEGIN_DECLS

/* What the check itself does to its results; readers use from-check.h. */
MoptFromResult *mopt_from_result_new (const char *address);
/* @failure: taken, nullable. */
void mopt_from_result_change (MoptFromResult *self, MoptFromState state, guint ms, MoptFailure *failure);

G_END_DECLS
