/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"

G_BEGIN_DECLS

/* The Conversation IDs of an account: the publisher's prefix and shared number where there are such, else the user's
 * own. All block (lock, fsync): not for the main loop. */

/* The prefixes by which an ID is one of ours, the current one first: the publisher's with those before it, and the own
 * one, which counted until there was one of the publisher. NULL + error: the user's own could not be read.
 * Transfer full. */
char **mopt_conversation_prefixes (const MoptSettings *settings, GError **error);

/* A new ID, never given out before. @warning (out, optional): NULL, or a translated sentence where the shared number is
 * out of reach, so that one of the user's own range was taken. Caller frees both. */
char *mopt_conversation_draw (const MoptSettings *settings, char **warning, GError **error);
/* The one that would come next; takes nothing. */
char *mopt_conversation_preview (const MoptSettings *settings, char **warning, GError **error);

G_END_DECLS
