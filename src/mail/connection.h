/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/certificate.h"
#include "model/settings.h"

G_BEGIN_DECLS

/* A byte stream to a mail server: TCP by GIO, TLS by OpenSSL over a BIO on it. Blocking, in a worker thread of its
 * own (never GLib's pool); every wait ends at the deadline or with the cancellable, whichever is first. */
typedef struct _MoptConnection MoptConnection;

/* Called when the name has been resolved, before the first connection attempt. @first: text of one address. */
typedef void (*MoptFoundFunc) (const char *first, gpointer user_data);

/* Resolves @host (A-label or IP address without brackets) and connects by happy eyeballs, without proxies.
 * @addresses (nullable): what mopt_addresses_find() found of @host already; then @found is not called.
 * @deadline: monotonic µs. Errors: MOPT_ERROR_HOST_…, _RESOLVER_FAILED, _CONNECTION_REFUSED, _UNREACHABLE,
 * _CONNECT_TIMED_OUT, _CONNECT_FAILED, or G_IO_ERROR_CANCELLED. */
MoptConnection *mopt_connection_open (const char *host, GPtrArray *addresses, guint16 port, gint64 deadline,
                                      MoptFoundFunc found, gpointer user_data, GCancellable *cancellable,
                                      GError **error);
void mopt_connection_free (MoptConnection *self);

/* For all calls that follow: monotonic µs. Whatever fails below leaves the connection dead: every later call
 * repeats that first error. */
void mopt_connection_set_deadline (MoptConnection *self, gint64 deadline);
/* From now on only the deadline ends a wait: what has begun is to be seen to its end. */
void mopt_connection_forget_cancel (MoptConnection *self);
/* Time that was not the server's: the deadline moves by @us. */
void mopt_connection_postpone (MoptConnection *self, gint64 us);

/* Up to @size bytes; 0 = the other side closed; -1 + error (TIMED_OUT, HUNG_UP, cancelled, …). */
gssize mopt_connection_read (MoptConnection *self, void *buffer, gsize size, GError **error);
gboolean mopt_connection_write (MoptConnection *self, const void *bytes, gsize length, GError **error);
/* Whether bytes lie ready that nobody has read yet; never waits. Before TLS only. */
gboolean mopt_connection_has_pending (MoptConnection *self);

/* Whether the server has said anything at all, in clear or not. */
gboolean mopt_connection_was_heard (MoptConnection *self);

/* Before the handshake: the certificates that the person trusts by hand for @server (MoptServer.known) count on this
 * connection's port. Borrowed until the handshake is over; nullable. */
void mopt_connection_set_trust (MoptConnection *self, const MoptServer *server);
/* The TLS handshake, as client; SNI and name check for @host as typed (A-label; IP addresses get no SNI).
 * With @verify, a certificate that does not check out and is not trusted by hand ends it before any byte of ours is
 * sent: MOPT_ERROR_CERTIFICATE; info is there all the same. Errors: MOPT_ERROR_TLS_HANDSHAKE, _TLS_TOO_OLD,
 * _TLS_NOT_SPOKEN, _HUNG_UP, _TIMED_OUT. The caller has drained his own read buffer. */
gboolean mopt_connection_start_tls (MoptConnection *self, const char *host, gboolean verify, GError **error);
gboolean mopt_connection_is_tls (MoptConnection *self);
/* Whether TLS is up *and* the certificate checked out or is trusted by hand. */
gboolean mopt_connection_is_verified (MoptConnection *self);
/* NULL before a handshake. Borrowed. */
const MoptTlsInfo *mopt_connection_get_tls_info (MoptConnection *self);

/* Channel binding data (RFC 9266 tls-exporter on TLS 1.3; RFC 5929 tls-unique on TLS 1.2 with extended master
 * secret), or NULL where there is none. @type: "tls-exporter" or "tls-unique". Transfer full. */
GBytes *mopt_connection_get_channel_binding (MoptConnection *self, const char **type);
/* The address we are connected to, such as "127.0.0.1:993". Borrowed. */
const char *mopt_connection_get_peer (MoptConnection *self);
/* Our own address on this connection, without port and brackets. Borrowed. */
const char *mopt_connection_get_local_ip (MoptConnection *self);
/* Whether both ends are on this machine. */
gboolean mopt_connection_is_loopback (MoptConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptConnection, mopt_connection_free)

G_END_DECLS
