/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/published-text.h"

G_BEGIN_DECLS

/* The checks before a file is published, and of `mopt validate`: all that makes desktops refuse the file or an account
 * of it, and what is hardly meant. Errors stop publishing, warnings are listed. */

typedef enum
{
  MOPT_LINT_ERROR,
  MOPT_LINT_WARNING,
} MoptLintSeverity;

typedef struct
{
  MoptLintSeverity severity;
  char *file;
  guint line;       /* 0: none */
  char *account;    /* id, or NULL: it is about none */
  const char *code; /* a stable English word; see mail-options.conf(5) */
  char *text;       /* whole translated sentences */
} MoptLintFinding;

typedef enum
{
  MOPT_LINT_TEXT = 0,
  MOPT_LINT_SYSTEM = 1 << 0, /* also ask NSS for users and groups, and look at the shared passwords: blocks */
} MoptLintFlags;

/* Whatever is wrong with @text, in the order of its lines; empty: nothing. (element-type MoptLintFinding), free with
 * unref. @path is named in the findings. */
GPtrArray *mopt_published_lint (GBytes *text, const char *path, MoptLintFlags flags);
/* How many of @findings are errors. */
guint mopt_published_lint_count_errors (GPtrArray *findings);
/* "error", "warning": stable English words. */
const char *mopt_lint_severity_name (MoptLintSeverity severity);

G_END_DECLS
