/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"

G_BEGIN_DECLS

/* Which From addresses an account may use (PRODUCT §7). @own_address: Your e-mail address, "" or NULL if not
 * known. */

/* The concrete addresses: the user's own first (if allowed), then the legal ones that are not patterns, then what
 * from-use adds under patterns; narrowed by from-use. Transfer full; may be empty. */
char **mopt_from_policy_list (const MoptSettings *settings, const char *own_address);
/* The address to send from: from-default if allowed, else the own one if allowed, else the first legal one.
 * NULL: none. Caller frees. */
char *mopt_from_policy_default (const MoptSettings *settings, const char *own_address);
/* MOPT_ERROR_FROM_NOT_ALLOWED with the list of those that are. */
gboolean mopt_from_policy_check (const MoptSettings *settings, const char *own_address, const char *from,
                                 GError **error);

G_END_DECLS
