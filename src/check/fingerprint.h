/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"

G_BEGIN_DECLS

/* Names of what was tested, to tell later whether it is still the same: SHA-256 of effective values, no secret goes
 * in. Callers free. */

/* Of all that Test Account depends on. */
char *mopt_fingerprint_account (const MoptSettings *settings);
/* On which pages of the dialog two of these differ: bits, 1 for Incoming Server, 2 for Outgoing Server, 4 for Options.
 * 0: on none, or one of them is of an earlier version and cannot say. */
guint mopt_fingerprint_difference (const char *fingerprint, const char *other);
/* Of the outgoing server and login alone. */
char *mopt_fingerprint_outgoing (const MoptSettings *settings);

G_END_DECLS
