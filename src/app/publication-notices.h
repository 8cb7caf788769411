/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* What the main window says of the publication as a whole: that it is a try-out, why it is not in force and whom to
 * ask, and, until it is dismissed, what has changed in it, with an Undo where that took something away. Takes no room
 * while there is nothing to say. Signal "show-account" (MoptAccount *): the person wants to see the account that the
 * news is about. */
#define MOPT_TYPE_PUBLICATION_NOTICES (mopt_publication_notices_get_type ())
G_DECLARE_FINAL_TYPE (MoptPublicationNotices, mopt_publication_notices, MOPT, PUBLICATION_NOTICES, GtkBox)

/* Follows @accounts. Once. */
void mopt_publication_notices_bind (MoptPublicationNotices *self, MoptAccounts *accounts);

G_END_DECLS
