/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/pieces.h"
#include "mail/smtp.h"

G_BEGIN_DECLS

/* Submitting a message after the login (RFC 5321, 6409; PIPELINING 2920, SIZE 1870, 8BITMIME 6152, SMTPUTF8 6531,
 * CHUNKING 3030). */

/* Who a message is from and to, and what the server must know of it beforehand. */
typedef struct
{
  const char *sender;            /* addr-spec or name-addr; "": none (RFC 5321 §4.5.5) */
  const char *const *recipients; /* so each */
  guint64 size;                  /* bytes on the wire, as MoptWireText counts them; 0: no message will follow */
  gboolean is_8bit;
  gboolean at_once; /* the message follows without delay, and nothing after it: DATA may go out with the envelope,
                       and QUIT with the message */
  gboolean to_the_end; /* whoever cancels after the end of the message waits for what becomes of it */
} MoptEnvelope;

/* MAIL FROM and all RCPT TO, in one go where PIPELINING is offered. All recipients are asked for; the error is the
 * first final refusal, else the first one. @refused (out, optional, transfer full): those that were not accepted, NULL
 * where it failed before or for another reason. MOPT_ERROR_INVALID; of mopt_smtp_cause, each or a kind of it:
 * _SENDER_REFUSED, _RECIPIENT_REFUSED, _MESSAGE_TOO_LARGE, _SMTPUTF8_MISSING, _AUTH_REQUIRED, _TLS_REQUIRED,
 * _TEMPORARY. After an error with at_once the connection is of no more use. */
gboolean mopt_smtp_envelope (MoptSmtp *self, const MoptEnvelope *envelope, char ***refused, GError **error);

/* RSET: takes back an envelope, whether it was accepted or not (RFC 5321 §4.1.1.5). MOPT_ERROR_COMMAND_REFUSED. */
gboolean mopt_smtp_reset (MoptSmtp *self, GError **error);

/* The message (any line ends), block by block, by BDAT where CHUNKING is offered, else by DATA; @envelope is the one
 * that was accepted. @limit_ms: for each block, and for the answer. @words (out, optional): the server's reply.
 * Whatever stops it half-way leaves the connection dead without an end of the message: the server must throw the
 * beginning away (RFC 5321 §4.1.1.4). MOPT_ERROR_MESSAGE_REFUSED, _MESSAGE_TOO_LARGE, _TEMPORARY; its kind
 * _MAYBE_DELIVERED where the connection is lost after the end, or the answer makes no sense; _CHANGED: the message is
 * not of the size that was told. */
gboolean mopt_smtp_message (MoptSmtp *self, const MoptEnvelope *envelope, MoptPieces *message, guint limit_ms,
                            char **words, GError **error);

G_END_DECLS
