/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/protocol.h"
#include "mail/smtp-cause.h"

G_BEGIN_DECLS

/* SMTP as a client, up to the login (RFC 5321, 6409; STARTTLS 3207, AUTH 4954). */
typedef struct _MoptSmtp MoptSmtp;

extern const MoptProtocolTable mopt_smtp_protocol;

MoptDialogue *mopt_smtp_get_dialogue (MoptSmtp *self);
/* The next reply, whole. Errors of the dialogue, and MOPT_ERROR_PROTOCOL. */
gboolean mopt_smtp_read_reply (MoptSmtp *self, MoptSmtpReply *reply, GError **error);
/* Always FALSE: the server's @reply to @command as an error; refuse finds its cause (mopt_smtp_cause). */
gboolean mopt_smtp_refuse (MoptSmtp *self, const MoptSmtpReply *reply, MoptSmtpStep step, const char *command,
                           GError **error);
gboolean mopt_smtp_fail (MoptSmtp *self, const MoptSmtpReply *reply, MoptError code, const char *command,
                         GError **error);
/* QUIT has been sent with a message: what closes the session waits for the answer alone. */
void mopt_smtp_note_quit (MoptSmtp *self);
/* Whether TLS is not up although the server offers it. */
gboolean mopt_smtp_lacks_tls (MoptSmtp *self);

G_END_DECLS
