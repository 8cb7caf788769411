/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/smtp.h"

G_BEGIN_DECLS

/* Submitting a message after the login (RFC 5321, 6409; PIPELINING 2920, SIZE 1870, 8BITMIME 6152, SMTPUTF8
 * 6531). */

/* MAIL FROM and all RCPT TO, in one go where PIPELINING is offered. @size in bytes, 0: no message will follow.
 * Addresses: addr-spec or name-addr. MOPT_ERROR_INVALID; of mopt_smtp_cause, each or a kind of it: _SENDER_REFUSED,
 * _RECIPIENT_REFUSED, _MESSAGE_TOO_LARGE, _SMTPUTF8_MISSING, _AUTH_REQUIRED, _TLS_REQUIRED, _TEMPORARY. */
gboolean mopt_smtp_envelope (MoptSmtp *self, const char *sender, const char *const *recipients, gsize size,
                             gboolean has_8bit, GError **error);

/* RSET: takes back an envelope, whether it was accepted or not (RFC 5321 §4.1.1.5). MOPT_ERROR_COMMAND_REFUSED. */
gboolean mopt_smtp_reset (MoptSmtp *self, GError **error);

/* DATA and @message (any line ends). @words (out, optional): the server's reply. MOPT_ERROR_MESSAGE_REFUSED,
 * _MESSAGE_TOO_LARGE, _TEMPORARY; its kind _MAYBE_DELIVERED where the connection is lost after the end. */
gboolean mopt_smtp_data (MoptSmtp *self, GBytes *message, char **words, GError **error);

G_END_DECLS
