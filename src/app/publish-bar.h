/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

/* The bar above the accounts of a draft: where it is published to, and *Publication…*, *Check*, *Preview as…*,
 * *Publish…*, whose windows it opens. Signals: "go-to" (account id, key): the person wants to mend something in that
 * account; "published" (sentence). */
#define MOPT_TYPE_PUBLISH_BAR (mopt_publish_bar_get_type ())
G_DECLARE_FINAL_TYPE (MoptPublishBar, mopt_publish_bar, MOPT, PUBLISH_BAR, GtkBox)

/* @accounts: a draft. Once. */
void mopt_publish_bar_set_accounts (MoptPublishBar *self, MoptAccounts *accounts);

G_END_DECLS
