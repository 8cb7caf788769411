/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the ground up: bytes on the socket (each wait ends at the deadline or with the cancellable), OpenSSL's BIO
 * on these, TLS on the BIO, and the two calls that choose between plain and TLS. */
#include "mail/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/error.h"
#include "mail/connect.h"
#include "mail/tls-cause.h"

struct _MoptConnection
{
  GSocketConnection *stream; /* owns the socket */
  GSocket *socket;           /* borrowed; non-blocking */
  GCancellable *cancellable; /* nullable */
  gint64 deadline;           /* monotonic µs */
  char *peer;
  char *local_ip;
  gboolean loopback;
  guint16 port;
  const MoptServer *trust; /* borrowed; NULL: nothing is trusted by hand */

  SSL *ssl;          /* from the start of the handshake on: never again a plain byte */
  gboolean secured;  /* the handshake is over, and the verdict was in favour */
  MoptTlsInfo *info; /* NULL before the handshake is over */

  GError *error;      /* the first one, for good. OpenSSL cannot carry it through a BIO */
  gboolean eof;       /* the other side has closed */
  gboolean was_heard; /* a byte came, ever */
  gboolean heard;     /* something came since the handshake began, and */
  guint8 first_byte;  /* this was the first of it */
};

/* ---- the socket ---- */

static gboolean
fail_with (MoptConnection *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
  return FALSE;
}

static gboolean
fail_with_socket (MoptConnection *self, GError *cause)
{
  MoptError code = MOPT_ERROR_HUNG_UP;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return fail_with (self, cause);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    code = MOPT_ERROR_TIMED_OUT;
  fail_with (self, g_error_new (MOPT_ERROR, code, "%s: %s", self->peer, cause->message));
  g_error_free (cause);
  return FALSE;
}

static gboolean
fail_with_time (MoptConnection *self)
{
  return fail_with (self,
                    g_error_new (MOPT_ERROR, MOPT_ERROR_TIMED_OUT, "%s: no answer within the time limit", self->peer));
}

/* Whether there is time left and nobody has cancelled. */
static gboolean
check_time (MoptConnection *self)
{
  GError *cause = NULL;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, &cause))
    return fail_with (self, cause);
  return g_get_monotonic_time () < self->deadline || fail_with_time (self);
}

static gboolean
wait_for (MoptConnection *self, GIOCondition condition)
{
  g_autoptr (GError) cause = NULL;

  if (!check_time (self))
    return FALSE;

  /* What has come is acknowledged before we wait: many a server holds back what follows until then, and the kernel
   * would take 40 ms, after a handshake above all. It forgets that it was told so. */
  if ((condition & G_IO_IN) != 0)
    g_socket_set_option (self->socket, IPPROTO_TCP, TCP_QUICKACK, 1, NULL);

  gint64 left = MAX (self->deadline - g_get_monotonic_time (), 1);
  if (g_socket_condition_timed_wait (self->socket, condition, left, self->cancellable, &cause))
    return TRUE;
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return fail_with_time (self);
  return fail_with_socket (self, g_steal_pointer (&cause));
}

/* Up to @size bytes; 0 at the end; -1 with self->error. */
static gssize
receive (MoptConnection *self, char *buffer, gsize size)
{
  for (;;)
    {
      g_autoptr (GError) cause = NULL;

      /* before each read, also where bytes lie ready: who drips or floods must not get past the deadline */
      if (!check_time (self))
        return -1;
      gssize n = g_socket_receive (self->socket, buffer, size, NULL, &cause);
      if (n >= 0)
        {
          self->eof |= n == 0;
          self->was_heard |= n > 0;
          return n;
        }
      if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          fail_with_socket (self, g_steal_pointer (&cause));
          return -1;
        }
      if (!wait_for (self, G_IO_IN))
        return -1;
    }
}

static gboolean
transmit (MoptConnection *self, const char *bytes, gsize length)
{
  while (length > 0)
    {
      g_autoptr (GError) cause = NULL;
      gssize n = g_socket_send (self->socket, bytes, length, NULL, &cause); /* never raises SIGPIPE */

      if (n >= 0)
        {
          bytes += n;
          length -= n;
        }
      else if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return fail_with_socket (self, g_steal_pointer (&cause));
      else if (!wait_for (self, G_IO_OUT))
        return FALSE;
    }
  return TRUE;
}

/* ---- OpenSSL's BIO: blocks like a file, so there is nothing to retry ---- */

static int
on_bio_read (BIO *bio, char *buffer, int size)
{
  MoptConnection *self = BIO_get_data (bio);
  gssize n = receive (self, buffer, size);

  if (n > 0 && !self->heard)
    {
      self->heard = TRUE;
      self->first_byte = (guint8) buffer[0];
    }
  return (int) n;
}

static int
on_bio_write (BIO *bio, const char *bytes, int length)
{
  return transmit (BIO_get_data (bio), bytes, length) ? length : -1;
}

static long
on_bio_ctrl (BIO *bio, int command, long number, void *pointer)
{
  MoptConnection *self = BIO_get_data (bio);

  switch (command)
    {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return self->eof;
    default:
      return 0;
    }
}

static BIO *
new_bio (MoptConnection *self)
{
  static gsize method; /* a BIO_METHOD, for the life of the process */

  if (g_once_init_enter (&method))
    {
      BIO_METHOD *made = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "mail connection");

      BIO_meth_set_read (made, on_bio_read);
      BIO_meth_set_write (made, on_bio_write);
      BIO_meth_set_ctrl (made, on_bio_ctrl);
      g_once_init_leave (&method, (gsize) made);
    }

  BIO *bio = BIO_new ((BIO_METHOD *) method);
  BIO_set_data (bio, self);
  BIO_set_init (bio, 1);
  return bio;
}

/* ---- TLS ---- */

/* After a failed call of OpenSSL: what the BIO met comes first, it is the cause. */
static gboolean
fail_with_tls (MoptConnection *self, const char *what)
{
  gulong code = ERR_peek_error ();
  const char *reason = ERR_reason_error_string (code);

  if (self->error == NULL && self->eof)
    fail_with (self, g_error_new (MOPT_ERROR, MOPT_ERROR_HUNG_UP, "%s: the server hung up (%s)", self->peer, what));
  if (self->error == NULL)
    {
      MoptError cause = self->secured ? MOPT_ERROR_PROTOCOL
                                      : mopt_tls_cause (ERR_GET_REASON (code), self->heard ? self->first_byte : -1);

      fail_with (self, g_error_new (MOPT_ERROR, cause, "%s: %s: %s", self->peer, what,
                                    reason != NULL ? reason : "unknown failure"));
    }
  ERR_clear_error ();
  return FALSE;
}

static gboolean
handshake (MoptConnection *self, const char *host, gboolean verify)
{
  g_autoptr (GPtrArray) reasons = g_ptr_array_new_with_free_func (g_free);

  ERR_clear_error ();
  self->ssl = SSL_new (mopt_certificate_context ());
  BIO *bio = new_bio (self);
  SSL_set_bio (self->ssl, bio, bio);
  if (!mopt_certificate_expect (self->ssl, host, reasons))
    return fail_with_tls (self, "name of the server");
  if (SSL_connect (self->ssl) <= 0)
    return fail_with_tls (self, "TLS handshake");

  self->info = mopt_certificate_describe (self->ssl, reasons);
  self->info->port = self->port;
  SSL_set_app_data (self->ssl, NULL);
  self->info->trusted = self->trust != NULL && mopt_server_trusts (self->trust, self->info);
  if (verify && !mopt_tls_info_is_good (self->info))
    {
      g_autofree char *list = mopt_tls_info_reasons_text (self->info);
      const char *problem = mopt_certificate_get_problem ();

      return fail_with (self, g_error_new (MOPT_ERROR, MOPT_ERROR_CERTIFICATE, "certificate of %s: %s%s%s", host, list,
                                           problem != NULL ? "; " : "", problem != NULL ? problem : ""));
    }
  self->secured = TRUE;
  return TRUE;
}

/* Every call that may fail ends here: the caller gets a copy, we keep the first error. */
static gboolean
report (MoptConnection *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (self->error);
  return FALSE;
}

void
mopt_connection_set_trust (MoptConnection *self, const MoptServer *server)
{
  self->trust = server;
}

gboolean
mopt_connection_start_tls (MoptConnection *self, const char *host, gboolean verify, GError **error)
{
  g_return_val_if_fail (self->ssl == NULL, FALSE);

  if (self->error == NULL)
    handshake (self, host, verify);
  return report (self, error);
}

/* ---- bytes, plain or by TLS ---- */

gssize
mopt_connection_read (MoptConnection *self, void *buffer, gsize size, GError **error)
{
  gssize n = -1;

  if (!report (self, error))
    return -1;
  if (self->ssl == NULL)
    n = receive (self, buffer, size);
  else
    {
      gsize got = 0;

      ERR_clear_error ();
      if (SSL_read_ex (self->ssl, buffer, size, &got) == 1)
        n = got;
      else if (self->error == NULL && (self->eof || SSL_get_shutdown (self->ssl) & SSL_RECEIVED_SHUTDOWN))
        /* with or without a close_notify: mail protocols say themselves where a reply ends */
        n = 0;
      else
        fail_with_tls (self, "TLS");
      ERR_clear_error ();
    }
  if (n < 0)
    report (self, error);
  return n;
}

gboolean
mopt_connection_write (MoptConnection *self, const void *bytes, gsize length, GError **error)
{
  if (!report (self, error))
    return FALSE;
  if (length == 0)
    return TRUE;
  if (!check_time (self))
    return report (self, error);
  if (self->ssl == NULL)
    transmit (self, bytes, length);
  else
    {
      gsize written;

      ERR_clear_error ();
      if (SSL_write_ex (self->ssl, bytes, length, &written) != 1)
        fail_with_tls (self, "TLS");
    }
  return report (self, error);
}

gboolean
mopt_connection_was_heard (MoptConnection *self)
{
  return self->was_heard;
}

gboolean
mopt_connection_has_pending (MoptConnection *self)
{
  return self->ssl == NULL && g_socket_get_available_bytes (self->socket) > 0;
}

/* ---- open and free ---- */

static gboolean
ends_on_this_machine (GSocketAddress *remote, GSocketAddress *local)
{
  if (!G_IS_INET_SOCKET_ADDRESS (remote) || !G_IS_INET_SOCKET_ADDRESS (local))
    return FALSE;

  GInetAddress *there = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  GInetAddress *here = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local));
  return g_inet_address_get_is_loopback (there) || g_inet_address_equal (there, here);
}

MoptConnection *
mopt_connection_open (const char *host, GPtrArray *addresses, guint16 port, gint64 deadline, MoptFoundFunc found,
                      gpointer user_data, GCancellable *cancellable, GError **error)
{
  GSocketConnection *stream = mopt_connect (host, addresses, port, deadline, found, user_data, cancellable, error);

  if (stream == NULL)
    return NULL;

  MoptConnection *self = g_new0 (MoptConnection, 1);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (stream, NULL);
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (stream, NULL);

  self->stream = stream;
  self->socket = g_socket_connection_get_socket (stream);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->deadline = deadline;
  self->port = port;
  /* reset already: no address any more, and the first read will say so */
  self->peer = remote != NULL ? mopt_connect_address_text (remote) : g_strdup (host);
  self->local_ip = mopt_connect_ip_text (local);
  self->loopback = ends_on_this_machine (remote, local);
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_option (self->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  return self;
}

void
mopt_connection_free (MoptConnection *self)
{
  if (self->ssl != NULL)
    {
      /* A close_notify if it goes out at once; after a failure OpenSSL forbids it. */
      self->deadline = 0;
      ERR_clear_error ();
      if (self->secured && self->error == NULL && !self->eof)
        SSL_shutdown (self->ssl);
      SSL_free (self->ssl);
      ERR_clear_error ();
    }
  g_clear_pointer (&self->info, mopt_tls_info_free);
  g_clear_error (&self->error);
  g_object_unref (self->stream);
  g_clear_object (&self->cancellable);
  g_free (self->peer);
  g_free (self->local_ip);
  g_free (self);
}

void
mopt_connection_set_deadline (MoptConnection *self, gint64 deadline)
{
  self->deadline = deadline;
}

void
mopt_connection_forget_cancel (MoptConnection *self)
{
  g_clear_object (&self->cancellable);
}

void
mopt_connection_postpone (MoptConnection *self, gint64 us)
{
  self->deadline += us;
}

/* ---- what it is ---- */

gboolean
mopt_connection_is_tls (MoptConnection *self)
{
  return self->secured;
}

gboolean
mopt_connection_is_verified (MoptConnection *self)
{
  return self->secured && mopt_tls_info_is_good (self->info);
}

const MoptTlsInfo *
mopt_connection_get_tls_info (MoptConnection *self)
{
  return self->info;
}

GBytes *
mopt_connection_get_channel_binding (MoptConnection *self, const char **type)
{
  guint8 data[EVP_MAX_MD_SIZE];
  gsize length = 0;

  if (!self->secured)
    return NULL;
  if (SSL_version (self->ssl) >= TLS1_3_VERSION)
    {
      static const char label[] = "EXPORTER-Channel-Binding";

      *type = "tls-exporter";
      length = 32;
      if (SSL_export_keying_material (self->ssl, data, length, label, sizeof label - 1, (const guint8 *) "", 0, 1) != 1)
        return NULL;
    }
  else
    {
      /* without the extended master secret two connections can share it (RFC 7627 §1) */
      if (SSL_get_extms_support (self->ssl) != 1 || SSL_session_reused (self->ssl))
        return NULL;
      *type = "tls-unique";
      length = SSL_get_finished (self->ssl, data, sizeof data);
    }
  return length > 0 ? g_bytes_new (data, length) : NULL;
}

const char *
mopt_connection_get_peer (MoptConnection *self)
{
  return self->peer;
}

const char *
mopt_connection_get_local_ip (MoptConnection *self)
{
  return self->local_ip;
}

gboolean
mopt_connection_is_loopback (MoptConnection *self)
{
  return self->loopback;
}
