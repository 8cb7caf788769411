/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The user's own Conversation ID prefix and running number, kept in STATE/conversation.conf. Blocking (lock,
 * fsync): not for the main loop. */

/* The next number, never given out before: one atomic step for all processes of the user, synced before use.
 * @prefix (out, transfer full): drawn once per user. A lost state draws a new range. */
gboolean mopt_counter_next (char **prefix, guint64 *number, GError **error);
/* The prefix and the number that would come next, for the preview; takes nothing. Draws the prefix if need be. */
gboolean mopt_counter_peek (char **prefix, guint64 *number, GError **error);

G_END_DECLS
