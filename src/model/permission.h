/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "model/audience.h"

G_BEGIN_DECLS

/* For whom an account is published, and what padlocks and rights forbid, said to whoever tries all the same. */

/* Whether @account is there for @who: published, not withdrawn, available to him. */
gboolean mopt_account_is_for (MoptAccount *account, const MoptIdentity *who);
/* The same without regard to Withdrawn. */
gboolean mopt_account_was_for (MoptAccount *account, const MoptIdentity *who);

/* Whether the user may customise @section of @account. MOPT_ERROR_LOCKED or MOPT_ERROR_NOT_ALLOWED: a sentence with
 * whom to ask. */
gboolean mopt_account_check_customise (MoptAccount *account, MoptSection section, GError **error);
/* Whether he may have accounts of his own. @publication: NULL, nothing is published. MOPT_ERROR_NOT_ALLOWED. */
gboolean mopt_account_check_add (const MoptPublication *publication, MoptRights rights, GError **error);
/* Whether he may make @account out of @now (nullable: out of nothing). Whatever takes back what is his is always
 * allowed, and his choice among From addresses. */
gboolean mopt_account_check_change (MoptAccount *now, MoptAccount *account, const MoptPublication *publication,
                                    MoptRights rights, GError **error);

G_END_DECLS
