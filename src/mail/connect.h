/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/connection.h"

G_BEGIN_DECLS

/* The first half of mopt_connection_open: finds @host unless @addresses (nullable) say where it is, and connects by
 * happy eyeballs (RFC 8305). Parameters and errors as there. Blocks; to be called in a thread whose default context
 * nobody else runs. */
GSocketConnection *mopt_connect (const char *host, GPtrArray *addresses, guint16 port, gint64 deadline,
                                 MoptFoundFunc found, gpointer user_data, GCancellable *cancellable, GError **error);

/* "127.0.0.1:993", "[::1]:993". Caller frees. */
char *mopt_connect_address_text (GSocketAddress *address);
/* "127.0.0.1", "::1". Caller frees. */
char *mopt_connect_ip_text (GSocketAddress *address);

/* ---- to wait for one of GIO's asynchronous calls ---- */

/* A main context of the thread's own, between begin and end. Whoever is told that it is over sets done. */
typedef struct
{
  GMainContext *context;
  GCancellable *stop; /* for the call: cancelled by the caller's cancellable and by the deadline */
  GSource *timer;
  GSource *cancel;           /* nullable, and then of */
  GPollFD cancel_fd;         /* which belongs to */
  GCancellable *cancellable; /* the caller's; NULL: none */
  gboolean done;
  gboolean late; /* the deadline has passed */
} MoptWait;

/* @deadline: monotonic µs. @cancellable: nullable. */
void mopt_wait_begin (MoptWait *self, gint64 deadline, GCancellable *cancellable);
void mopt_wait_until_done (MoptWait *self);
/* What is left to do in the context is done before it goes. */
void mopt_wait_end (MoptWait *self);
/* @cause (nullable): how looking for @host ended. */
void mopt_wait_set_find_error (const MoptWait *self, const GError *cause, const char *host, GCancellable *cancellable,
                               GError **error);

G_END_DECLS
