/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/pop.h"

G_BEGIN_DECLS

/* Looking into a POP maildrop after the login; nothing is deleted. */

/* STAT. @n_messages (out). MOPT_ERROR_MAILBOX_REFUSED, _MAILBOX_IN_USE. */
gboolean mopt_pop_stat (MoptPop *self, guint64 *n_messages, GError **error);

/* The unique ids of all messages, as a set of strings; numbers where the server knows no UIDL. Transfer full. */
GHashTable *mopt_pop_get_ids (MoptPop *self, GError **error);

/* Looks at the messages that are not in @seen and adds them to it: the beginning of the one with @message_id, or
 * NULL with *@message where there is none. A session sees only what came before it began. */
gboolean mopt_pop_find (MoptPop *self, const char *message_id, GHashTable *seen, GBytes **message, GError **error);

/* The last of @n_messages (of mopt_pop_stat): its size in bytes, and its header section with the first lines of the
 * body; *@message NULL: there is none. Only by TOP: RETR marks a message as read on some servers. */
gboolean mopt_pop_newest (MoptPop *self, guint64 n_messages, guint64 *size, GBytes **message, GError **error);

G_END_DECLS
