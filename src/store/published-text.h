/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "store/keyfile.h"

G_BEGIN_DECLS

/* What the text of a published file says; the one reader of its format. */

#define MOPT_PUBLISHED_FORMAT 1
#define MOPT_PUBLISHED_FORMAT_KEY "Format"
#define MOPT_PUBLISHED_GENERAL "Publication"
#define MOPT_PUBLISHED_RIGHTS "Rights"

typedef struct
{
  MoptPublication *publication; /* never NULL; rights hold the words as written */
  /* of MoptAccount, in the order of the file, an id once, all of them: also the unavailable, the withdrawn and the
   * broken ones (with their problem). Each has its published layer as written (placeholders not expanded), published
   * name, padlocks, terms and publication; no user layer. Nobody changes them: others may read them. */
  GPtrArray *accounts;
  GHashTable *by_id; /* id -> MoptAccount, borrowed */
  char **warnings;   /* translated sentences with line numbers about what belongs to no account; never NULL */
  GError *refusal; /* why the file as a whole cannot be used (newer Format, invalid right, no text, no [Publication]…),
                    * a whole translated sentence with the line; NULL: it can */
} MoptPublishedText;

/* @path is for the sentences. Never fails: what is wrong is said in its place. */
MoptPublishedText *mopt_published_text_new (MoptKeyfile *file, const char *path);
/* The same, and tells of all that is wrong, not of the first thing alone: @id is the account's (NULL: it belongs to
 * none), @code a stable English word ("malformed", "invalid-value", …), @reason a translated sentence. */
typedef void (*MoptPublishedTold) (gpointer data, const char *id, guint line, const char *code, const char *reason);
MoptPublishedText *mopt_published_text_check (MoptKeyfile *file, const char *path, MoptPublishedTold told,
                                              gpointer data);
void mopt_published_text_free (MoptPublishedText *self);
/* Borrowed, or NULL. */
MoptAccount *mopt_published_text_get (MoptPublishedText *self, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublishedText, mopt_published_text_free)

G_END_DECLS
