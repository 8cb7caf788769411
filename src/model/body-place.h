/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where in a plain text body, of any length and told byte by byte, a paragraph of one's own goes: before the "-- "
 * signature (RFC 3676 §4.3), else before the quoted block at the end with the line that says who wrote it, else at
 * the end. */

/* A byte's place: its number in the text, and where it stands in what the text was decoded from. */
typedef struct
{
  guint64 text;
  guint64 raw;
} MoptTextPos;

/* A line of the text, as much as the rule goes by. */
typedef struct
{
  MoptTextPos pos;
  gboolean after_text; /* the line before it is not blank */
  gboolean is_blank;
  gboolean is_quote;
  gboolean ends_in_colon;    /* "Bob wrote:" */
  gboolean ends_in_wrapping; /* "On Monday, Bob <bob@example.com>", which goes on in the next line */
} MoptBodyLine;

#define MOPT_BODY_HEAD 40 /* bytes of a line that are looked at */

/* Everything is private but what _end fills. */
typedef struct
{
  MoptBodyLine line, before, written, before_written; /* now; the one before; the last with words of one's own; … */
  char head[MOPT_BODY_HEAD];
  guint64 length; /* of the line now */
  guint32 tail;   /* its last three bytes that are not blank */
  gboolean has_before, has_written, has_before_written;
  gboolean after_cr;
  gboolean in_line; /* a byte of it has come */
  gboolean has_signature, has_quotes;
  MoptBodyLine signature, quotes;

  /* results */
  MoptBodyLine place;     /* the line before which it goes; at the end: the text's length, and what is before it */
  gboolean at_end;
  gboolean ends_in_line;  /* the last line has no line end */
  gboolean is_pgp;        /* an inline PGP message, signed or encrypted: nothing may be put in */
  const char *eol;        /* the first line end, "\n" or "\r\n"; NULL: there is none */
} MoptBodyPlace;

void mopt_body_place_init (MoptBodyPlace *self);
void mopt_body_place_push (MoptBodyPlace *self, char c, MoptTextPos pos);
/* The same for @length bytes, at least one, without CR and LF; @pos is of the first, and raw grows with each. */
void mopt_body_place_push_run (MoptBodyPlace *self, const char *data, gsize length, MoptTextPos pos);
/* @end: the place behind the last byte. */
void mopt_body_place_end (MoptBodyPlace *self, MoptTextPos end);

/* What goes in there: @paragraph with line ends @eol and blank lines as needed. @keep_open: where the text's last line
 * has no line end, what is put behind it has none either. Caller frees. */
char *mopt_body_place_fill (const MoptBodyPlace *self, const char *paragraph, const char *eol, gboolean keep_open);

G_END_DECLS
