/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/published-lint.h"

G_BEGIN_DECLS

/* What the checks share: published-lint.c has those of the file and its general part, published-lint-account.c those
 * of an account. */
typedef struct
{
  MoptKeyfile *file;
  const char *path;
  MoptLintFlags flags;
  MoptPublishedText *said;
  GPtrArray *findings;
  GHashTable *known_words; /* of audiences -> 1 known to NSS, 2 not: asked once */
  GHashTable *names;       /* folded names of accounts -> id */
} MoptLint;

/* @id: of the account, nullable. @line 0: none. */
void mopt_lint_add (MoptLint *self, MoptLintSeverity severity, const char *id, guint line, const char *code,
                    const char *format, ...) G_GNUC_PRINTF (6, 7);
/* An unknown key of a group: a warning with the one of @known that is near, an error where it seems to hold a
 * password. */
void mopt_lint_unknown_key (MoptLint *self, const char *id, guint line, const char *key, const char *const *known);
/* Warns of words that NSS does not know. */
void mopt_lint_audience (MoptLint *self, const char *id, guint line, const char *const *words);
void mopt_lint_account (MoptLint *self, guint group, MoptAccount *account);

G_END_DECLS
