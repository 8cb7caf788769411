/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/client.h"

G_BEGIN_DECLS

/* Runs the attempts of a mode side by side, each in a thread of its own with the head start of auto.h before the
 * next one; a single one runs right here. The first that is secured wins (the better one where both stand), the
 * others are stopped and gone when this returns. A certificate that does not check out, and any sign of an attack,
 * ends it at once. All callbacks come in the caller's thread.
 *
 * The client that won, connected and secured; or NULL + the error of the attempt that came farthest, with its
 * @stage. @tried gets all of them, @history what the others said. Blocks. */
MoptClient *mopt_race_run (const MoptSessionOptions *options, GPtrArray *tried, GString *history, MoptStage *stage,
                           GCancellable *cancellable, GError **error);

G_END_DECLS
