/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Building and reading messages by GMime (RFC 5322, 2045-2047). */
typedef struct
{
  const char *from;       /* addr-spec or name-addr */
  const char *to;         /* the same, or many with commas between; NULL or "": no To field */
  const char *subject;    /* UTF-8 */
  const char *body;       /* UTF-8 text, LF lines */
  const char *message_id; /* without angle brackets; mopt_message_new_id makes one */
  const char *cc;         /* as @to */
  const char *html;       /* NULL, or the same as an HTML page: then both go, as multipart/alternative */
  gboolean by_hand;       /* somebody typed it: no Auto-Submitted */
} MoptMessageParts;

/* The message, CRLF line ends, with Date, MIME headers and "Auto-Submitted: auto-generated" (RFC 3834) unless
 * by_hand. */
GBytes *mopt_message_build (const MoptMessageParts *parts, GError **error);
/* An id "uuid@domain-of-@address", without angle brackets. Caller frees. */
char *mopt_message_new_id (const char *address);
/* @text (@length bytes, any line ends) as it goes over the wire: each CR, LF or CRLF is a CRLF, so is the end.
 * @stuff_dots: as SMTP's DATA wants it, each leading dot doubled, "." CRLF at the end (RFC 5321 §4.5.2). */
GBytes *mopt_message_to_wire (const char *text, gsize length, gboolean stuff_dots);

/* The Message-ID in @headers (@length bytes of a header section), without angle brackets; NULL if there is none.
 * Caller frees. */
char *mopt_message_get_id (const char *headers, gsize length);
/* Whether that is the id of @message, or of a header section alone. */
gboolean mopt_message_has_id (GBytes *message, const char *id);
/* Decoded subject / text of the first text part of a received message; NULL if there is none. Callers free. */
char *mopt_message_get_subject (GBytes *message);
char *mopt_message_get_text (GBytes *message);

G_END_DECLS
