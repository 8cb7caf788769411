/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/spool.h"

G_BEGIN_DECLS

/* The header section of a message or of a part of one (RFC 5322 §2.2), field by field as it was written, with CRLF line
 * ends. What looks like a field here is one for the server, too: CR, LF and CRLF all end a line. */
typedef struct _MoptHeader MoptHeader;

/* How a section that breaks the rules is taken. */
typedef enum
{
  /* Of a part, or of a message that is only read: whatever it holds is let pass. */
  MOPT_HEADER_LENIENT,
  /* Of a message to be sent: control bytes but tabs are refused; a line of more than 998 bytes is folded at a blank, or
   * refused where there is none. */
  MOPT_HEADER_STRICT,
} MoptHeaderMode;

/* The section from @start on; an mbox "From " line before it is left out. It ends with a blank line, or before the
 * first line that is no field: programs write mail without any header, too. @body (out): where what follows begins.
 * MOPT_ERROR_INVALID (a whole translated sentence), MOPT_ERROR_TOO_LARGE (more than 1 MiB), or what the spool said. */
MoptHeader *mopt_header_read (MoptSpool *spool, guint64 start, guint64 end, MoptHeaderMode mode, guint64 *body,
                              GError **error);
void mopt_header_free (MoptHeader *self);

/* Whether it ended with a blank line, as it should. */
gboolean mopt_header_is_closed (MoptHeader *self);
/* How many fields @name has, without regard to case. */
guint mopt_header_count (MoptHeader *self, const char *name);
/* The unfolded value of the @index-th field @name, without the blanks around it, as it was written (RFC 2047); NULL if
 * there are not that many. Caller frees. */
char *mopt_header_get (MoptHeader *self, const char *name, guint index);
/* The values of all fields @name, NULL-terminated: a header of 1 MiB may have 200,000 of them, so that they are not to
 * be asked for one by one. Transfer full. */
char **mopt_header_get_all (MoptHeader *self, const char *name);
/* The @index-th one, decoded to UTF-8 text. */
char *mopt_header_get_text (MoptHeader *self, const char *name, guint index);
/* The first field @name as it stands there, folded, name, CRLFs and all; borrowed, NULL if there is none. */
const char *mopt_header_get_raw (MoptHeader *self, const char *name);
/* Puts @raw (one whole field, with CRLFs) in the place of the first field @name, else at the end. */
void mopt_header_set_raw (MoptHeader *self, const char *name, const char *raw);
/* The same for a value that is written in ASCII already; control bytes become blanks, and it is folded at blanks. All
 * other fields @name go: what they say is no longer so. */
void mopt_header_set (MoptHeader *self, const char *name, const char *value);
/* Takes every field @name out. */
void mopt_header_remove (MoptHeader *self, const char *name);
/* Whether a field has bytes beyond ASCII, which need SMTPUTF8 (RFC 6532). */
gboolean mopt_header_is_8bit (MoptHeader *self);
/* All fields and the blank line after them. */
GBytes *mopt_header_to_bytes (MoptHeader *self);

/* The text of a value: each encoded word decoded by itself, blanks between two of them gone (RFC 2047 §6.2). Caller
 * frees. */
char *mopt_header_decode (const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptHeader, mopt_header_free)

G_END_DECLS
