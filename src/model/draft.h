/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

G_BEGIN_DECLS

/* An account that is being edited: what the Custom boxes do to it, what of it is worth saving, and how it follows the
 * account that it was made from when others change that meanwhile. Nothing here reaches a file. */

/* Ticks Custom: the section is the user's from now on and starts whole as it is published (a field that is absent
 * would be the default). What was parked of it gives way. */
void mopt_draft_customise (MoptAccount *draft, MoptSection section);
/* The values that the user's layer has of the section are in effect again: those of a box that was just unticked, or
 * parked ones. */
void mopt_draft_use_again (MoptAccount *draft, MoptSection section);
/* Drops the user's values of the section, ticked or parked. */
void mopt_draft_forget (MoptAccount *draft, MoptSection section);
/* Whether the user's layer has any value of the section. */
gboolean mopt_draft_has_own (MoptAccount *draft, MoptSection section);
/* Whether @account, which is published, has anything of its user's: what Remove My Changes would take away. */
gboolean mopt_draft_has_overlay (MoptAccount *account);

/* Leaves in @draft what is to be saved. @start: what it was when there was nothing to save. Values of a box that is
 * not ticked any more go, and a port number without Custom Port; what is back at its default was never set; what is
 * customised but locked is called parked. */
void mopt_draft_tidy (MoptAccount *draft, MoptAccount *start);
/* Whether tidying @draft leaves something to save. */
gboolean mopt_draft_is_changed (MoptAccount *draft, MoptAccount *start);

/* @base, from which @draft was made, has become @now: what was not touched in @draft follows, the rest stays. A
 * section that others and the user both ticked, unticked or parked is the user's, whole; one that got locked while he
 * ticked it is kept parked, unless he typed nothing. One change, notified once. */
void mopt_draft_rebase (MoptAccount *draft, MoptAccount *base, MoptAccount *now);
/* Makes a personal account of it, as it stands, with the id @id: what is in effect becomes the user's own. */
void mopt_draft_make_own (MoptAccount *draft, const char *id);

G_END_DECLS
