/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One reply of an SMTP server (RFC 5321 §4.2), of one line or many. */
typedef struct
{
  guint code;        /* 200 to 599; 0 = nothing read yet */
  char enhanced[12]; /* "5.7.8" (RFC 2034, 3463), "" = none */
  GPtrArray *lines;  /* (element-type utf8) what follows the code, with the enhanced code */
} MoptSmtpReply;

void mopt_smtp_reply_init (MoptSmtpReply *reply);
void mopt_smtp_reply_clear (MoptSmtpReply *reply);

/* Adds one line without its CRLF. @last (out): whether the reply is complete. FALSE: no line of an SMTP reply, or
 * not of this one (another code). */
gboolean mopt_smtp_reply_add (MoptSmtpReply *reply, const char *line, gboolean *last);

/* The first line's text; "" if there is none. Borrowed. */
const char *mopt_smtp_reply_get_text (const MoptSmtpReply *reply);
/* The whole reply as the server's words: "535 5.7.8 No", further lines without code below. Caller frees. */
char *mopt_smtp_reply_get_words (const MoptSmtpReply *reply);
/* "try again later": 4yz, or an enhanced code 4.x.y. */
gboolean mopt_smtp_reply_is_temporary (const MoptSmtpReply *reply);
/* Whether the enhanced code ends in @detail, such as "1.8" in 5.1.8 and 4.1.8. */
gboolean mopt_smtp_reply_has_detail (const MoptSmtpReply *reply, const char *detail);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptSmtpReply, mopt_smtp_reply_clear)

G_END_DECLS
