/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "mail/connection.h"

G_BEGIN_DECLS

/* Lines in, lines out over a connection, with limits and a transcript that never holds a secret (those go through
 * send_secret, which writes a mask there). */
typedef struct _MoptDialogue MoptDialogue;

#define MOPT_DIALOGUE_LINE_MAX (64 * 1024)        /* bytes of a line, without CRLF */
#define MOPT_DIALOGUE_REPLY_MAX (4 * 1024 * 1024) /* bytes of one reply, all lines and literals */
#define MOPT_DIALOGUE_TRANSCRIPT_MAX (64 * 1024)  /* bytes kept; the middle is left out */

/* Takes @connection. */
MoptDialogue *mopt_dialogue_new (MoptConnection *connection);
void mopt_dialogue_free (MoptDialogue *self);
MoptConnection *mopt_dialogue_get_connection (MoptDialogue *self);
/* Sends the deadline on to the connection. Monotonic µs. */
void mopt_dialogue_set_deadline (MoptDialogue *self, gint64 deadline);

/* Starts counting the next reply's bytes against MOPT_DIALOGUE_REPLY_MAX; called before each command. */
void mopt_dialogue_begin_reply (MoptDialogue *self);
/* One line without its CRLF (a bare LF ends one, too), may hold any byte but NUL; NUL and controls other than TAB
 * are kept as they are. MOPT_ERROR_LINE_TOO_LONG, _REPLY_TOO_LONG, _HUNG_UP (closed while a line is awaited),
 * _TIMED_OUT. Caller frees; @length (out, optional). */
char *mopt_dialogue_read_line (MoptDialogue *self, gsize *length, GError **error);
/* Exactly @length bytes (an IMAP literal), against the same limit. */
GBytes *mopt_dialogue_read_bytes (MoptDialogue *self, gsize length, GError **error);

/* For protocols where the server speaks only when spoken to: from now on nothing is sent over a reply that has come
 * already (RFC 5321 §4.3.1, RFC 1939 §3); MOPT_ERROR_PROTOCOL with it in the words. */
void mopt_dialogue_take_turns (MoptDialogue *self);

/* One line, CRLF is added. Control bytes (< 0x20, 0x7f) in it: MOPT_ERROR_CONTROL_BYTES, nothing is sent. */
gboolean mopt_dialogue_send (MoptDialogue *self, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* @n such lines at once, for servers with PIPELINING: one packet, one turn of the server. */
gboolean mopt_dialogue_send_lines (MoptDialogue *self, const char *const *lines, guint n, GError **error);
/* One line, but the transcript shows @mask: @line up to the secret, and "***", such as "AUTH PLAIN ***". What the
 * stars stand for is guarded from then on. */
gboolean mopt_dialogue_send_secret (MoptDialogue *self, const char *line, const char *mask, GError **error);
/* Raw bytes (a message); the transcript shows @note, such as "(message, 1,024 bytes)" (nullable: more of the same). */
gboolean mopt_dialogue_send_raw (MoptDialogue *self, const void *bytes, gsize length, const char *note, GError **error);

/* TLS on the connection. Anything the server sent before the handshake and we did not read yet is an injection:
 * MOPT_ERROR_TLS_INJECTION. */
gboolean mopt_dialogue_start_tls (MoptDialogue *self, const char *host, gboolean verify, GError **error);

/* While it is on, lines of the server are other people's mail: read as ever, but the transcript only counts them. */
void mopt_dialogue_set_private (MoptDialogue *self, gboolean on);

/* From now on the transcript shows "***" wherever the server says @secret: it knows the password after a login and
 * may put it into any reply. Text under three bytes is not looked for. */
void mopt_dialogue_guard (MoptDialogue *self, const char *secret);
/* The same in @text (@length bytes that a server said, and a NUL), for errors and evidence; and whatever it repeats
 * of the last secret line before our next ordinary one. The length that is left. */
gsize mopt_dialogue_mask (MoptDialogue *self, char *text, gsize length);

/* A remark of ours in the transcript, such as "TLS 1.3". */
void mopt_dialogue_note (MoptDialogue *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* "S: …" / "C: …" / "-- …" lines, valid UTF-8, control characters replaced. Caller frees. */
char *mopt_dialogue_get_transcript (MoptDialogue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptDialogue, mopt_dialogue_free)

G_END_DECLS
