/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/ssl.h>

/* The other end of a connection, as a server sees it: plain or TLS, all that comes is kept. */
#define PEER_PATIENCE_MS 10000 /* the longest wait for a client */

typedef struct
{
  int fd;      /* -1: no client */
  int stop_fd; /* readable once the test is over: then nothing more is waited for */
  SSL *ssl;    /* NULL: plain */
  char buffer[4096];
  gsize start, end;  /* of what is unread in it */
  GString *received; /* all that came, plain or inside TLS */
  GString *clear;    /* the part that came without TLS */
  char *sni;         /* of the last handshake, or NULL */
} Peer;

void peer_init (Peer *self);
void peer_clear (Peer *self);

/* FALSE: nothing came to @fd within @ms, or the test is over and nothing is there. */
gboolean peer_wait_readable (Peer *self, int fd, int ms);
/* Makes sure that there is something in the buffer. FALSE: the client has gone, or says nothing. */
gboolean peer_fill (Peer *self);
/* A line without its end, or NULL. Caller frees. */
char *peer_read_line (Peer *self);
gboolean peer_send (Peer *self, const char *bytes, gsize length);
void peer_hang_up (Peer *self);

/* TLS as server (test_certificate_context says which). NULL, or what went wrong. */
const char *peer_start_tls (Peer *self, const char *certificate, int max_version);
/* Channel binding data of RFC 9266 (TLS 1.3) or RFC 5929 (tls-unique), as the server sees it; NULL without TLS. */
GBytes *peer_channel_binding (Peer *self);
