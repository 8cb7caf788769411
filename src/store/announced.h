/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts-save.h"

G_BEGIN_DECLS

/* What the person was told of the publication last is a copy of its text in STATE, a file for each origin: so a change
 * is said once, also one that came while nobody looked. */

/* After @save has found out what is in force: follows up what is withdrawn (where it acts), compares with what was said
 * last (where it announces), and fills in `announced`, `reason` and `announced_id`. */
void mopt_announced_update (MoptSave *save);

G_END_DECLS
