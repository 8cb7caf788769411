/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/protocol.h"

G_BEGIN_DECLS

/* Logs in by the best way that @client (of @protocol, asked for its offers) has, one at a time. A refused -PLUS
 * login is followed once, only under checked TLS, by the same SCRAM without -PLUS: some servers offer it with a
 * binding of another kind and refuse right passwords. So at most two attempts with the password, together with all
 * that share options->tries. Nothing is used that is below options->at_least: a server, or who poses as it, that
 * offers less than before gets no password.
 * @mechanism (out): static name of what worked. MOPT_ERROR_AUTH_…, _TLS_REQUIRED, _MAILBOX_IN_USE. */
gboolean mopt_login (const MoptProtocolTable *protocol, gpointer client, const MoptSaslOptions *options,
                     GCancellable *cancellable, const char **mechanism, GError **error);

G_END_DECLS
