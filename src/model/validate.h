/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

G_BEGIN_DECLS

/* Validation reads, never writes. */

/* Whether @text is a well-formed value of @field for accounts of @kind. An empty text is well-formed where the
 * field is a text, list or address (that it is *needed* is the business of mopt_validate_complete).
 * MOPT_ERROR_INVALID with a whole translated sentence. */
gboolean mopt_validate_field (MoptField field, MoptKind kind, const char *text, GError **error);

/* The same for the effective text of @account. A port counts while Custom Port is on; Basic is refused where the
 * publisher wants encryption (MinimumSecurity). */
gboolean mopt_validate_effective (MoptAccount *account, MoptField field, GError **error);

#define MOPT_NAME_MAX 200 /* characters of an account's name */

/* Whether @name serves as a name: not blank, no control characters, at most 200 characters, not that of another
 * of @accounts (GListModel of MoptAccount, nullable) without regard to case; the account with @id (nullable) is
 * left out, and keeps the name it has there. MOPT_ERROR_MISSING, _INVALID or _EXISTS. */
gboolean mopt_validate_name (const char *name, GListModel *accounts, const char *id, GError **error);

/* One thing that is wrong: the field (or MOPT_FIELD_NONE with "name" in property) and a sentence. */
typedef struct
{
  const char *property; /* "incoming-host" or "name"; static */
  GError *error;
} MoptProblem;
void mopt_problem_free (MoptProblem *problem);

/* All that hinders OK: the name, malformed values of effective fields, a Custom Port without number
 * (MOPT_ERROR_MISSING), no From address at all (MOPT_ERROR_MISSING at from-user-address). In the order of the pages.
 * (element-type MoptProblem), free with unref; empty = fine. */
GPtrArray *mopt_validate_account (MoptAccount *account, GListModel *accounts);

/* Which part of an account a run needs. */
typedef enum
{
  MOPT_SIDE_INCOMING = 1 << 0,
  MOPT_SIDE_OUTGOING = 1 << 1,
  MOPT_SIDE_BOTH = MOPT_SIDE_INCOMING | MOPT_SIDE_OUTGOING,
} MoptSide;

/* What is still missing before @sides can be tested (passwords are the caller's business):
 * MOPT_ERROR_MISSING, sentences such as "Enter the incoming mail server." Same shape as above. */
GPtrArray *mopt_validate_complete (MoptAccount *account, MoptSide sides);

G_END_DECLS
