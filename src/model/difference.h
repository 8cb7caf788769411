/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "model/audience.h"

G_BEGIN_DECLS

/* One state of a publication. */
typedef struct
{
  const MoptPublication *publication; /* NULL: nothing was published */
  GPtrArray *accounts;                /* of MoptAccount as they are written; NULL likewise */
} MoptEdition;

/* What has changed from @old to @now, a translated sentence for each change. @who: for whom: only what concerns the
 * accounts and rights that he has or had; what is withdrawn from him is left to store/withdrawn. NULL: for the
 * publisher, all of it, in the order of the file. @account_id (out, nullable): the id of the one account that it is all
 * about, NULL for several or none; caller frees. Transfer full, never NULL. */
char **mopt_difference (const MoptEdition *old, const MoptEdition *now, const MoptIdentity *who, char **account_id);

G_END_DECLS
