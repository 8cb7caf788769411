/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/imap.h"

G_BEGIN_DECLS

/* Looking into IMAP mailboxes after the login; nothing is ever changed there. */

#define MOPT_MAILBOXES_MAX 20000
#define MOPT_MESSAGE_BYTES_MAX 262144 /* of a message that is looked for */

/* EXAMINE. @n_messages (out). MOPT_ERROR_MAILBOX_MISSING, _MAILBOX_REFUSED, _MAILBOX_IN_USE. */
gboolean mopt_imap_examine (MoptImap *self, const char *mailbox, guint64 *n_messages, GError **error);

/* One look at the messages with UID *@next or higher in the open mailbox, moved on to those not seen yet: the
 * beginning of the one with @message_id, or NULL with *@message where there is none. */
gboolean mopt_imap_find (MoptImap *self, const char *message_id, guint64 *next, GBytes **message, GError **error);

/* The first UID that a new message can have. */
gboolean mopt_imap_next_uid (MoptImap *self, guint64 *next, GError **error);

/* The last message of the open mailbox: its size in bytes, and at most MOPT_MESSAGE_BYTES_MAX of it; *@message NULL:
 * the mailbox is empty. It stays unread. */
gboolean mopt_imap_newest (MoptImap *self, guint64 *size, GBytes **message, GError **error);

/* LIST "" "*": UTF-8 names of the mailboxes that can be opened, INBOX first, then by name, at most
 * MOPT_MAILBOXES_MAX. Transfer full. */
char **mopt_imap_list (MoptImap *self, GError **error);

G_END_DECLS
