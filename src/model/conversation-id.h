/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Conversation IDs, "{CMI: ABCD1234}": prefix and number (PRODUCT §6). */

/* 2 to 8 ASCII letters or digits, the last one a letter. */
gboolean mopt_conversation_id_prefix_is_valid (const char *prefix);
/* A random valid prefix of four letters. Caller frees. */
char *mopt_conversation_id_draw_prefix (void);
/* Twelve random digits, the first not 0: the start of a user's own range. */
guint64 mopt_conversation_id_draw_start (void);
/* "{CMI: ABCD1234}". Caller frees. */
char *mopt_conversation_id_format (const char *prefix, guint64 number);
/* The first ID in @text whose prefix is one of @prefixes (NULL-terminated), as it stands there; NULL: none.
 * Prefixes are compared without regard to case. Caller frees. */
char *mopt_conversation_id_find (const char *text, const char *const *prefixes);
/* @found as it is written: "{CMI: ABCD7}" for "{cmi:\n abcd7 }". Caller frees. */
char *mopt_conversation_id_tidy (const char *found);
/* The subject with @id at the end, one space before; unchanged where it is there already. Caller frees. */
char *mopt_conversation_id_add_to_subject (const char *subject, const char *id);
/* A plain text body (LF or CRLF lines) with @id in its own paragraph: before the "-- " signature, else before the
 * trailing quoted block with its attribution line, else at the end; unchanged where it is there already. Caller
 * frees. */
char *mopt_conversation_id_add_to_body (const char *body, const char *id);
/* The same for an HTML page, with the rules of html-place. Caller frees. */
char *mopt_conversation_id_add_to_html (const char *html, const char *id);

/* The first of our IDs in a text of any length that is told byte by byte. */
typedef struct
{
  const char *const *prefixes; /* borrowed */
  char text[128];              /* from the last "{" on */
  gsize length;
  char *found; /* NULL: none yet */
} MoptConversationFinder;

void mopt_conversation_finder_init (MoptConversationFinder *self, const char *const *prefixes);
/* TRUE once one was found. */
gboolean mopt_conversation_finder_push (MoptConversationFinder *self, char c);
void mopt_conversation_finder_clear (MoptConversationFinder *self);

G_END_DECLS
