/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"

G_BEGIN_DECLS

/* Names of what was tested, to tell later whether it is still the same: SHA-256 of effective values, no secret goes
 * in. Callers free. */

/* Of all that Test Account depends on. */
char *mopt_fingerprint_account (const MoptSettings *settings);
/* Of the outgoing server and login alone. */
char *mopt_fingerprint_outgoing (const MoptSettings *settings);

G_END_DECLS
