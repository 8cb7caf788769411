/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The addresses of a host, looked up once for attempts on several ports. */

/* IPv6 and IPv4 in turn, as RFC 8305 wants them tried; a family whose answer is 250 ms behind the other's is left
 * out. (element-type GInetAddress), at least one; NULL + MOPT_ERROR_HOST_…, _RESOLVER_FAILED or
 * G_IO_ERROR_CANCELLED. @host: as in mopt_connection_open(); @deadline: monotonic µs. Blocks; to be called in a
 * thread whose default context nobody else runs. */
GPtrArray *mopt_addresses_find (const char *host, gint64 deadline, GCancellable *cancellable, GError **error);

/* What GSocketClient connects to: @port at @addresses, which is kept and must not change. Transfer full. */
GSocketConnectable *mopt_addresses_at_port (GPtrArray *addresses, guint16 port);

G_END_DECLS
