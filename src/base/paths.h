/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* CONFIG: $XDG_CONFIG_HOME/mail-options/accounts.conf. Caller frees. */
char *mopt_paths_accounts (void);
/* STATE: a file of $XDG_STATE_HOME/mail-options/; the folder is not made. Caller frees. */
char *mopt_paths_state (const char *name);
/* The published file: $MAIL_OPTIONS_PUBLISHED, else SYSCONFDIR/mail-options/published.conf. Caller frees. */
char *mopt_paths_published (void);

G_END_DECLS
