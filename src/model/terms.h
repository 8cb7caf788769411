/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The table of terms (terms.def) as C sees it. */

typedef enum
{
#define TERM(symbol, name, type, fallback, label) MOPT_TERM_##symbol,
#include "model/terms.def"
#undef TERM
  MOPT_N_TERMS,
  MOPT_TERM_NONE = MOPT_N_TERMS
} MoptTerm;

typedef enum
{
  MOPT_TERM_TYPE_BOOLEAN,
  MOPT_TERM_TYPE_AUDIENCE,         /* list of words, see audience.h */
  MOPT_TERM_TYPE_WITHDRAWN,        /* keep, delete, or "" */
  MOPT_TERM_TYPE_MINIMUM_SECURITY, /* none, tls */
  MOPT_TERM_TYPE_PASSWORD_FILE,    /* plain file name, see store/shared-password.h */
  MOPT_TERM_TYPE_HOSTS,            /* list of host names */
} MoptTermType;

typedef struct
{
  const char *name;
  MoptTermType type;
  const char *fallback;
  const char *label; /* msgid */
} MoptTermInfo;

const MoptTermInfo *mopt_term_info (MoptTerm term);
/* MOPT_TERM_NONE: there is no such key. */
MoptTerm mopt_term_by_name (const char *name);
gboolean mopt_term_is_list (MoptTerm term);
/* Whether @text is a well-formed value; MOPT_ERROR_INVALID with a whole translated sentence. */
gboolean mopt_term_validate (MoptTerm term, const char *text, GError **error);

G_END_DECLS
