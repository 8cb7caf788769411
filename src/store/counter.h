/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where the numbers of Conversation IDs come from. All block (lock, fsync): not for the main loop. */

/* The user's own prefix and running number, kept in STATE/conversation.conf. */

/* The next number, never given out before: one atomic step for all processes of the user, synced before use.
 * @prefix (out, transfer full): drawn once per user. A lost state draws a new range. */
gboolean mopt_counter_next (char **prefix, guint64 *number, GError **error);
/* The prefix and the number that would come next, for the preview; takes nothing. Draws the prefix if need be. */
gboolean mopt_counter_peek (char **prefix, guint64 *number, GError **error);
/* The prefix alone, if one was ever drawn; NULL: none, or it cannot be read. Caller frees. */
char *mopt_counter_find_prefix (void);

/* The same for the number that all users of a publication share (ConversationCounter): an existing regular file with
 * one decimal number, the one that comes next; opened without creating, truncating or following links, locked for at
 * most two seconds, synced before use. MOPT_ERROR_NOT_WRITTEN (a whole translated sentence): out of reach. */
gboolean mopt_counter_next_shared (const char *path, guint64 *number, GError **error);
/* What would come next; takes nothing and waits for nobody. */
gboolean mopt_counter_peek_shared (const char *path, guint64 *number, GError **error);

G_END_DECLS
