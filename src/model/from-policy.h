/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"

G_BEGIN_DECLS

/* Which From addresses an account may use. @own_address: Your e-mail address, "" or NULL if not known.
 *
 *   An address is allowed if it is the user's own and that is ticked (and it lies in the publisher's domains), if it is
 * a legal one, if it lies under a legal pattern and from-use names it, or if arbitrary ones are allowed; and, where the
 * user has picked addresses (from-use is set), if it is among these. */

/* The concrete addresses: the user's own first (if allowed), then the legal ones that are not patterns, then what
 * from-use adds under patterns or where arbitrary ones are allowed; narrowed by from-use. Each as it was written
 * ("Name <addr>"), no address twice. Transfer full; may be empty. */
char **mopt_from_policy_list (const MoptSettings *settings, const char *own_address);
/* The address to send from: from-default if allowed, else the own one if allowed, else the first legal one.
 * NULL: none. Caller frees. */
char *mopt_from_policy_default (const MoptSettings *settings, const char *own_address);
/* MOPT_ERROR_FROM_NOT_ALLOWED with the list of those that are; MOPT_ERROR_INVALID: @from is no address. */
gboolean mopt_from_policy_check (const MoptSettings *settings, const char *own_address, const char *from,
                                 GError **error);

/* Why the user's own address does not count for a published account though it is ticked: it lies outside the
 * publisher's domains. A whole translated sentence, or NULL where it counts. Caller frees. */
char *mopt_from_policy_explain_own (MoptAccount *account, const char *own_address);

G_END_DECLS
