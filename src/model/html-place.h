/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/body-place.h"

G_BEGIN_DECLS

/* The same as body-place for an HTML body: before the signature as mail programs mark it ("moz-signature",
 * "gmail_signature", or a line "-- "), else before the quoted block at the end with who wrote it (a blockquote that no
 * words follow, or what Outlook and web mailers mark), else before </body>, else at the end. It looks at tags only as
 * far as that takes, and gives the text without them for whoever looks for an ID. */

#define MOPT_HTML_TAG 256 /* bytes of a tag that are looked at */

/* Everything is private but what _end fills. */
typedef struct
{
  enum { MOPT_HTML_TEXT, MOPT_HTML_IN_TAG, MOPT_HTML_COMMENT, MOPT_HTML_RAW } state;
  char tag[MOPT_HTML_TAG]; /* from behind the "<" on, NUL-terminated */
  gsize tag_length;
  char quote;        /* around the attribute value that we are in */
  MoptTextPos open;  /* of the "<" */
  char raw_end[12];  /* "/style": the tag that ends what is not HTML */
  char entity[10];   /* from behind the "&" on */
  gsize entity_length;
  gboolean in_entity;
  guint quote_depth; /* blockquotes that we are in */

  MoptTextPos line;  /* where the line of text now begins */
  gboolean has_text; /* in that line */
  gboolean line_is_set;
  gboolean line_is_next; /* at the byte that comes next */
  gboolean line_is_tag; /* it begins with an opening tag, nothing was closed since */
  gboolean ends_in_colon, was_colon_line; /* the text so far; the line before, with nothing since */
  MoptTextPos last_line; /* where that one began */
  char head[4];      /* the first bytes of the line's text, to know "-- " */
  gsize head_length;

  gboolean has_cite; /* "moz-cite-prefix" goes before its blockquote */
  MoptTextPos cite;
  gboolean has_quotes, quotes_for_good, has_signature, has_close;
  MoptTextPos quotes, signature, close;

  /* results */
  MoptTextPos place;
  gboolean at_end;
} MoptHtmlPlace;

void mopt_html_place_init (MoptHtmlPlace *self);
/* Returns the character of text that @c stands for or completes, or 0: none. */
char mopt_html_place_push (MoptHtmlPlace *self, char c, MoptTextPos pos);
/* @end: the place behind the last byte. */
void mopt_html_place_end (MoptHtmlPlace *self, MoptTextPos end);

G_END_DECLS
