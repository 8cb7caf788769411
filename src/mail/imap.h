/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/imap-cause.h"
#include "mail/protocol.h"

G_BEGIN_DECLS

/* IMAP4rev1 as a client that looks and changes nothing (RFC 3501): commands and responses. */
typedef struct _MoptImap MoptImap;

extern const MoptProtocolTable mopt_imap_protocol;

/* Called for each untagged response that is no status; may hold literals, see imap-parse.h. */
typedef void (*MoptImapFunc) (const char *response, gsize length, gpointer user_data);

/* Sends @command (without tag) and reads all that comes up to its tagged status; FALSE + error where the
 * dialogue failed, not where @status is NO or BAD. @func: nullable. @many: there may be any number of responses,
 * each judged against the limits by itself (at most MOPT_IMAP_RESPONSES_MAX). */
gboolean mopt_imap_run (MoptImap *self, const char *command, MoptImapFunc func, gpointer user_data, gboolean many,
                        MoptImapStatus *status, GError **error);
#define MOPT_IMAP_RESPONSES_MAX 1000000

/* A tag for a command that the caller sends himself; then mopt_imap_read() reads on to its tagged @status or, with
 * @challenge (transfer full), to a continuation request, and @status stays empty. Caller frees. */
char *mopt_imap_new_tag (MoptImap *self);
MoptDialogue *mopt_imap_get_dialogue (MoptImap *self);
gboolean mopt_imap_read (MoptImap *self, MoptImapFunc func, gpointer user_data, gboolean many, char **challenge,
                         MoptImapStatus *status, GError **error);

/* Whether @word is among the capabilities. */
gboolean mopt_imap_offers (MoptImap *self, const char *word);

/* Always FALSE: the server's @status to @command as an error; refuse finds its cause (mopt_imap_cause). */
gboolean mopt_imap_refuse (MoptImap *self, const MoptImapStatus *status, MoptImapStep step, const char *command,
                           GError **error);
gboolean mopt_imap_fail (MoptImap *self, const MoptImapStatus *status, MoptError code, const char *command,
                         GError **error);

/* Before a mailbox is opened: what was said of another one, or before TLS, does not count. */
void mopt_imap_forget_mailbox (MoptImap *self);
/* Messages in the mailbox, as last told by the server (EXISTS); 0 where it has said nothing. */
gboolean mopt_imap_has_exists (MoptImap *self);
guint64 mopt_imap_get_exists (MoptImap *self);
/* The last "* OK [UIDNEXT n]", 0 if there was none. */
guint64 mopt_imap_get_uid_next (MoptImap *self);

G_END_DECLS
