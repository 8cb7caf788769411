/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* CONFIG: $XDG_CONFIG_HOME/mail-options/accounts.conf. Caller frees. */
char *mopt_paths_accounts (void);
/* STATE: a file of $XDG_STATE_HOME/mail-options/; the folder is not made. Caller frees. */
char *mopt_paths_state (const char *name);
/* A file of SYSCONFDIR/mail-options/, or of the folder of $MAIL_OPTIONS_SOURCE, which stands for a source.conf
 * elsewhere, for try-outs. Caller frees. */
char *mopt_paths_system (const char *name);
/* What $MAIL_OPTIONS_PUBLISHED, that is --published, names as the published file, made absolute; NULL: nothing.
 * Caller frees. */
char *mopt_paths_tryout (void);
/* source.conf: where the publication comes from. Caller frees. */
char *mopt_paths_source (void);
/* Whether $MAIL_OPTIONS_SOURCE names another one. */
gboolean mopt_paths_source_is_tryout (void);

G_END_DECLS
