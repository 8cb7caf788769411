/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

G_BEGIN_DECLS

/* What an open dialog says of changes that others made to its account. No widgets. */

/* The account @base is now @now, and the working copy @before has become @draft by that (both tidied): what the
 * publisher changed, locked and unlocked, with his reason, or that another program changed it. NULL: nothing that a
 * person would see. Translated, caller frees. */
char *mopt_live_words_change (MoptAccount *before, MoptAccount *base, MoptAccount *draft, MoptAccount *now);
/* The labels of what both @draft and @now changed of the user's own against @base, in different ways: "Name, User
 * Name". NULL: nothing. Caller frees. */
char *mopt_live_words_clash (MoptAccount *draft, MoptAccount *base, MoptAccount *now);

G_END_DECLS
