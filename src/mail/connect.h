/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/connection.h"

G_BEGIN_DECLS

/* The first half of mopt_connection_open: finds @host and connects by happy eyeballs (RFC 8305). Parameters and
 * errors as there. Blocks; to be called in a thread whose default context nobody else runs. */
GSocketConnection *mopt_connect (const char *host, guint16 port, gint64 deadline, MoptFoundFunc found,
                                 gpointer user_data, GCancellable *cancellable, GError **error);

/* "127.0.0.1:993", "[::1]:993". Caller frees. */
char *mopt_connect_address_text (GSocketAddress *address);
/* "127.0.0.1", "::1". Caller frees. */
char *mopt_connect_ip_text (GSocketAddress *address);

G_END_DECLS
