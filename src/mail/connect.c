/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GLib knows happy eyeballs only in its asynchronous connect: one dead address costs 250 ms there and 3 s in the
 * blocking one. So the thread gets a main context of its own and runs it until the connection is there. Deadline
 * and cancellable are two more sources of that context. */
#include "mail/connect.h"

#include <glib-unix.h>
#include <netdb.h>
#include <string.h>

#include "base/error.h"
#include "mail/addresses.h"

typedef struct
{
  MoptWait wait;
  gboolean found; /* a name has become addresses */
  MoptFoundFunc callback;
  gpointer user_data;
  GSocketConnection *connection;
  GError *error;
} Attempt;

/* ---- waiting ---- */

static gboolean
on_deadline (gpointer user_data)
{
  MoptWait *self = user_data;

  self->late = TRUE;
  g_cancellable_cancel (self->stop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (int fd, GIOCondition condition, gpointer user_data)
{
  MoptWait *self = user_data;

  g_cancellable_cancel (self->stop);
  return G_SOURCE_REMOVE;
}

void
mopt_wait_begin (MoptWait *self, gint64 deadline, GCancellable *cancellable)
{
  gint64 left_ms = MAX ((deadline - g_get_monotonic_time ()) / 1000, 0);

  *self = (MoptWait) {
    .context = g_main_context_new (),
    .stop = g_cancellable_new (),
    .timer = g_timeout_source_new (MIN (left_ms, G_MAXINT)),
  };
  g_main_context_push_thread_default (self->context);
  g_source_set_callback (self->timer, on_deadline, self, NULL);
  g_source_attach (self->timer, self->context);
  /* not GLib's own source for it: that leaks now and then if it goes while another thread cancels */
  if (g_cancellable_make_pollfd (cancellable, &self->cancel_fd))
    {
      self->cancellable = g_object_ref (cancellable);
      self->cancel = g_unix_fd_source_new (self->cancel_fd.fd, G_IO_IN);
      g_source_set_callback (self->cancel, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancel, self->context);
    }
}

void
mopt_wait_until_done (MoptWait *self)
{
  while (!self->done)
    g_main_context_iteration (self->context, TRUE);
}

void
mopt_wait_end (MoptWait *self)
{
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  if (self->cancel != NULL)
    g_source_destroy (self->cancel);
  g_clear_pointer (&self->cancel, g_source_unref);
  if (self->cancellable != NULL)
    g_cancellable_release_fd (self->cancellable);
  g_clear_object (&self->cancellable);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->stop);
}

/* ---- connecting ---- */

char *
mopt_connect_ip_text (GSocketAddress *address)
{
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("?");
  return g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

char *
mopt_connect_address_text (GSocketAddress *address)
{
  g_autofree char *ip = mopt_connect_ip_text (address);
  guint16 port = 0;

  if (G_IS_INET_SOCKET_ADDRESS (address))
    port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  return strchr (ip, ':') != NULL ? g_strdup_printf ("[%s]:%u", ip, port) : g_strdup_printf ("%s:%u", ip, port);
}

static void
on_event (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *stream,
          gpointer user_data)
{
  Attempt *attempt = user_data;

  if (event != G_SOCKET_CLIENT_CONNECTING || attempt->found)
    return;
  attempt->found = TRUE;
  if (attempt->callback == NULL)
    return;

  /* while it connects, this is the address it connects to */
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (stream), NULL);
  g_autofree char *ip = mopt_connect_ip_text (address);

  attempt->callback (ip, attempt->user_data);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Attempt *attempt = user_data;

  attempt->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &attempt->error);
  attempt->wait.done = TRUE;
}

static MoptError
resolver_cause (const GError *error)
{
  if (error->code != G_RESOLVER_ERROR_NOT_FOUND)
    return MOPT_ERROR_RESOLVER_FAILED;
  /* GLib has one code for "no such name" and "a name without addresses"; what the C library said tells them apart */
  return strstr (error->message, gai_strerror (EAI_NODATA)) != NULL ? MOPT_ERROR_HOST_NO_ADDRESS
                                                                    : MOPT_ERROR_HOST_NOT_FOUND;
}

void
mopt_wait_set_find_error (const MoptWait *self, const GError *cause, const char *host, GCancellable *cancellable,
                          GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return;
  if (self->late || cause == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_RESOLVER_FAILED, "find %s: no answer within the time limit", host);
  else
    g_set_error (error, MOPT_ERROR, resolver_cause (cause), "find %s: %s", host, cause->message);
}

static MoptError
connect_cause (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return MOPT_ERROR_CONNECTION_REFUSED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return MOPT_ERROR_UNREACHABLE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return MOPT_ERROR_CONNECT_TIMED_OUT;
  return MOPT_ERROR_CONNECT_FAILED;
}

static void
set_error (GError **error, const Attempt *attempt, const char *host, guint16 port, GCancellable *cancellable)
{
  if (!attempt->found || attempt->error->domain == G_RESOLVER_ERROR)
    mopt_wait_set_find_error (&attempt->wait, attempt->error, host, cancellable, error);
  else if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return;
  else if (attempt->wait.late)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_CONNECT_TIMED_OUT,
                 "connect to %s port %u: no answer within the time limit", host, port);
  else
    g_set_error (error, MOPT_ERROR, connect_cause (attempt->error), "connect to %s port %u: %s", host, port,
                 attempt->error->message);
}

GSocketConnection *
mopt_connect (const char *host, GPtrArray *addresses, guint16 port, gint64 deadline, MoptFoundFunc found,
              gpointer user_data, GCancellable *cancellable, GError **error)
{
  /* not the convenience call for "host:port": that would read a port out of a host */
  g_autoptr (GSocketConnectable) address
      = addresses != NULL ? mopt_addresses_at_port (addresses, port) : g_network_address_new (host, port);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  Attempt attempt = { .found = addresses != NULL, .callback = found, .user_data = user_data };

  mopt_wait_begin (&attempt.wait, deadline, cancellable);
  /* libproxy would send mail to the desktop's HTTP proxies */
  g_socket_client_set_enable_proxy (client, FALSE);
  g_signal_connect (client, "event", G_CALLBACK (on_event), &attempt);
  g_socket_client_connect_async (client, address, attempt.wait.stop, on_connected, &attempt);
  mopt_wait_until_done (&attempt.wait);
  /* the addresses that lost end in this context, too */
  g_signal_handlers_disconnect_by_data (client, &attempt);
  mopt_wait_end (&attempt.wait);

  if (attempt.connection == NULL)
    set_error (error, &attempt, host, port, cancellable);
  g_clear_error (&attempt.error);
  return attempt.connection;
}
