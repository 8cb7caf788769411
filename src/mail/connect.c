/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GLib knows happy eyeballs only in its asynchronous connect: one dead address costs 250 ms there and 3 s in the
 * blocking one. So the thread gets a main context of its own and runs it until the connection is there. Deadline
 * and cancellable are two more sources of that context. */
#include "mail/connect.h"

#include <netdb.h>
#include <string.h>

#include "base/error.h"

typedef struct
{
  GCancellable *stop; /* ends the attempt: cancelled by the user's cancellable and by the deadline */
  gboolean done;
  gboolean late;  /* the deadline has passed */
  gboolean found; /* a name has become addresses */
  MoptFoundFunc callback;
  gpointer user_data;
  GSocketConnection *connection;
  GError *error;
} Attempt;

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
  attempt->done = TRUE;
}

static gboolean
on_deadline (gpointer user_data)
{
  Attempt *attempt = user_data;

  attempt->late = TRUE;
  g_cancellable_cancel (attempt->stop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Attempt *attempt = user_data;

  g_cancellable_cancel (attempt->stop);
  return G_SOURCE_REMOVE;
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

static MoptError
connect_cause (const GError *error)
{
  if (error->domain == G_RESOLVER_ERROR)
    return resolver_cause (error);
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
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return;
  if (attempt->late && !attempt->found)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_RESOLVER_FAILED, "find %s: no answer within the time limit", host);
  else if (attempt->late)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_CONNECT_TIMED_OUT,
                 "connect to %s port %u: no answer within the time limit", host, port);
  else
    g_set_error (error, MOPT_ERROR, connect_cause (attempt->error), "connect to %s port %u: %s", host, port,
                 attempt->error->message);
}

static void
attach (GSource *source, GSourceFunc callback, Attempt *attempt, GMainContext *context)
{
  g_source_set_callback (source, callback, attempt, NULL);
  g_source_attach (source, context);
}

GSocketConnection *
mopt_connect (const char *host, guint16 port, gint64 deadline, MoptFoundFunc found, gpointer user_data,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  /* not the convenience call for "host:port": that would read a port out of a host */
  g_autoptr (GSocketConnectable) address = g_network_address_new (host, port);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  gint64 left_ms = MAX ((deadline - g_get_monotonic_time ()) / 1000, 0);
  g_autoptr (GSource) timer = g_timeout_source_new (MIN (left_ms, G_MAXINT));
  g_autoptr (GSource) cancel = cancellable != NULL ? g_cancellable_source_new (cancellable) : NULL;
  Attempt attempt = { .stop = stop, .callback = found, .user_data = user_data };

  g_main_context_push_thread_default (context);
  attach (timer, on_deadline, &attempt, context);
  if (cancel != NULL)
    attach (cancel, G_SOURCE_FUNC (on_cancelled), &attempt, context);

  /* libproxy would send mail to the desktop's HTTP proxies */
  g_socket_client_set_enable_proxy (client, FALSE);
  g_signal_connect (client, "event", G_CALLBACK (on_event), &attempt);
  g_socket_client_connect_async (client, address, stop, on_connected, &attempt);
  while (!attempt.done)
    g_main_context_iteration (context, TRUE);

  /* the attempts that lost the race end in this context, too */
  g_source_destroy (timer);
  if (cancel != NULL)
    g_source_destroy (cancel);
  g_signal_handlers_disconnect_by_data (client, &attempt);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);

  if (attempt.connection == NULL)
    set_error (error, &attempt, host, port, cancellable);
  g_clear_error (&attempt.error);
  return attempt.connection;
}
