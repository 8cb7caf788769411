/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/smtp-submit.h"
#include "mail/tried.h"

G_BEGIN_DECLS

/* A logged-in session with one mail server, whatever its protocol: finds, connects, secures, asks what is offered
 * and logs in, by the best attempt of the security mode that works. The test, the folder list and sending use it.
 * Blocking, in a thread of its own. */

typedef struct _MoptSession MoptSession;

/* NULL + error. @failed_stage (out, optional): where it failed; @transcript (out, optional, transfer full): what
 * was said, also on failure. Auto tries its attempts side by side, see mail/race.h, and reports the one that came
 * farthest; a certificate that does not check out, or any sign of an attack, ends it at once. Without encryption it
 * logs in only as mopt_server_check_unencrypted() allows, whose errors come where a server was heard that offers a
 * login and no TLS at all. With options->explore the session is for its offers; nobody has logged in. */
MoptSession *mopt_session_open (const MoptSessionOptions *options, MoptStage *failed_stage, char **transcript,
                                GCancellable *cancellable, GError **error);
/* Says good-bye where the dialogue allows it (at most 500 ms) and frees. */
void mopt_session_close (MoptSession *self);

const MoptAttempt *mopt_session_get_attempt (MoptSession *self);
/* NULL without TLS. */
const MoptTlsInfo *mopt_session_get_tls_info (MoptSession *self);
/* "SCRAM-SHA-256", "APOP", "USER"; NULL where nobody logged in. */
const char *mopt_session_get_mechanism (MoptSession *self);
/* What the server offered, as it said it: capability words. Borrowed. */
const char *const *mopt_session_get_offers (MoptSession *self);
char *mopt_session_get_transcript (MoptSession *self);
void mopt_session_set_limit (MoptSession *self, guint limit_ms);

/* Incoming: opens the mailbox without changing anything (EXAMINE; POP: STAT) and says how many messages it has.
 * MOPT_ERROR_MAILBOX_MISSING, _MAILBOX_REFUSED, _MAILBOX_IN_USE. */
gboolean mopt_session_open_mailbox (MoptSession *self, const char *mailbox, guint64 *n_messages, GError **error);

/* Incoming: looks once for the message with @message_id among those that came since open_mailbox (IMAP: on this
 * session; POP: this session's view, so open a new session per poll and carry "seen" over). Its text (IMAP: at most
 * 256 KiB of it), or NULL without error if it is not there yet. Nothing is deleted or marked read (BODY.PEEK; TOP). */
GBytes *mopt_session_find_message (MoptSession *self, const char *message_id, GError **error);

/* IMAP, after open_mailbox: the message was sent before that, so find_message looks among the last ones of then,
 * too. */
void mopt_session_look_back (MoptSession *self);

/* Incoming: how many messages @mailbox has, and the newest of them: its size in bytes, and its beginning (IMAP: 256
 * KiB; POP: 2,000 lines); *@message NULL: the mailbox is empty. Nothing is marked read. Errors as open_mailbox, and
 * MOPT_ERROR_COMMAND_REFUSED where the server shows a message only by marking it. */
gboolean mopt_session_read_newest (MoptSession *self, const char *mailbox, guint64 *n_messages, guint64 *size,
                                   GBytes **message, GError **error);

/* POP: the unique ids that were there at open_mailbox, and those that find_message has looked at since; NULL for
 * IMAP. Borrowed; a set of strings, to be given to a new session *instead of* open_mailbox there. One thread at a
 * time. */
GHashTable *mopt_session_get_seen (MoptSession *self);
void mopt_session_set_seen (MoptSession *self, GHashTable *seen);

/* IMAP: the selectable mailboxes, UTF-8 names, INBOX first, then by name; at most 20,000. Transfer full. */
char **mopt_session_list_mailboxes (MoptSession *self, GError **error);

/* SMTP: MAIL FROM and all RCPT TO, as mopt_smtp_envelope. After a failure with at_once it has hung up. */
gboolean mopt_session_envelope (MoptSession *self, const MoptEnvelope *envelope, char ***refused, GError **error);
/* SMTP: RSET, so that another envelope can be tried on this session. FALSE: it is of no use any more. */
gboolean mopt_session_reset (MoptSession *self, GError **error);
/* SMTP: the message of the envelope that was accepted, as mopt_smtp_message; ok only after the server took it.
 * @reply (out, optional): the server's words. */
gboolean mopt_session_send_message (MoptSession *self, const MoptEnvelope *envelope, MoptPieces *message, char **reply,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSession, mopt_session_close)

G_END_DECLS
