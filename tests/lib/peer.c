/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain blocking sockets and OpenSSL's own socket BIO: nothing of the code under test is used here. */
#include "peer.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certificates.h"

void
peer_init (Peer *self)
{
  *self = (Peer) { .fd = -1, .received = g_string_new (NULL), .clear = g_string_new (NULL) };
}

void
peer_clear (Peer *self)
{
  peer_hang_up (self);
  g_string_free (self->received, TRUE);
  g_string_free (self->clear, TRUE);
  g_free (self->sni);
}

gboolean
peer_wait_readable (Peer *self, int fd, int ms)
{
  struct pollfd fds[] = { { fd, POLLIN, 0 }, { self->stop_fd, POLLIN, 0 } };

  if (poll (fds, 2, ms) <= 0)
    return FALSE;
  /* what a client said before it went is still to be heard */
  return fds[0].revents != 0 || poll (fds, 1, 100) > 0;
}

gboolean
peer_fill (Peer *self)
{
  int n;

  if (self->start < self->end)
    return TRUE;
  if (self->fd < 0)
    return FALSE;
  if ((self->ssl == NULL || SSL_pending (self->ssl) == 0) && !peer_wait_readable (self, self->fd, PEER_PATIENCE_MS))
    return FALSE;
  n = self->ssl != NULL ? SSL_read (self->ssl, self->buffer, sizeof self->buffer)
                        : recv (self->fd, self->buffer, sizeof self->buffer, 0);
  if (n <= 0)
    return FALSE;
  g_string_append_len (self->received, self->buffer, n);
  if (self->ssl == NULL)
    g_string_append_len (self->clear, self->buffer, n);
  self->start = 0;
  self->end = n;
  return TRUE;
}

char *
peer_read_line (Peer *self)
{
  g_autoptr (GString) line = g_string_new (NULL);

  while (peer_fill (self))
    {
      char c = self->buffer[self->start++];

      if (c == '\n')
        {
          if (g_str_has_suffix (line->str, "\r"))
            g_string_truncate (line, line->len - 1);
          return g_string_free (g_steal_pointer (&line), FALSE);
        }
      g_string_append_c (line, c);
    }
  return NULL;
}

gboolean
peer_send (Peer *self, const char *bytes, gsize length)
{
  while (length > 0)
    {
      int n = self->ssl != NULL ? SSL_write (self->ssl, bytes, MIN (length, 16384))
                                : send (self->fd, bytes, length, MSG_NOSIGNAL);
      if (n <= 0)
        return FALSE;
      bytes += n;
      length -= n;
    }
  return TRUE;
}

void
peer_hang_up (Peer *self)
{
  if (self->ssl != NULL)
    SSL_free (self->ssl);
  self->ssl = NULL;
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->start = self->end = 0;
}


const char *
peer_start_tls (Peer *self, const char *certificate, int max_version)
{
  SSL_CTX *context = test_certificate_context (certificate, max_version);

  self->ssl = SSL_new (context);
  SSL_CTX_free (context);
  SSL_set_fd (self->ssl, self->fd);
  if (SSL_accept (self->ssl) != 1)
    {
      const char *reason = ERR_reason_error_string (ERR_peek_error ());

      ERR_clear_error ();
      return reason != NULL ? reason : "the client went";
    }
  g_free (self->sni);
  self->sni = g_strdup (SSL_get_servername (self->ssl, TLSEXT_NAMETYPE_host_name));
  return NULL;
}

GBytes *
peer_channel_binding (Peer *self)
{
  guint8 data[64];

  if (self->ssl == NULL)
    return NULL;
  if (SSL_version (self->ssl) >= TLS1_3_VERSION)
    {
      SSL_export_keying_material (self->ssl, data, 32, "EXPORTER-Channel-Binding", 24, NULL, 0, 0);
      return g_bytes_new (data, 32);
    }
  return g_bytes_new (data, SSL_get_peer_finished (self->ssl, data, sizeof data));
}
