/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A message as it goes over the wire, block by block: each CR, LF or CRLF is a CRLF, so is the end; for SMTP's DATA
 * each leading dot is doubled, and "." CRLF ends it (RFC 5321 §2.3.8, §4.5.2). A lone CR or LF must not smuggle an end
 * of message past one server to another. */
typedef struct
{
  gboolean stuff_dots;
  gboolean after_cr;
  gsize line; /* bytes of the line now, without the doubled dot */

  /* what was seen so far */
  guint64 size;    /* bytes on the wire, without what stuff_dots adds: what SIZE= means (RFC 1870 §6) */
  gsize longest;   /* bytes of the longest line, without its end */
  gboolean is_8bit;
  gboolean has_nul;
} MoptWireText;

void mopt_wire_text_init (MoptWireText *self, gboolean stuff_dots);
/* Appends what @data is on the wire to @out (nullable: only looks). */
void mopt_wire_text_add (MoptWireText *self, const char *data, gsize length, GByteArray *out);
/* The end of the last line, and of the message. */
void mopt_wire_text_end (MoptWireText *self, GByteArray *out);

G_END_DECLS
