/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The server's side of SCRAM (RFC 5802), written from the RFC with OpenSSL's PBKDF2 and HMAC: shares nothing with
 * the code under test. */
typedef struct
{
  const char *digest;   /* "SHA1" or "SHA256" */
  const char *user;     /* as it stands in the message */
  const char *password; /* prepared */
  const char *salt;     /* base64 */
  guint iterations;
  const char *nonce;     /* our part of it */
  GBytes *binding;       /* NULL: a "p=" start is refused */
  char *client_bare;     /* from here on: set by the calls */
  char *first;
} ScramServer;

/* Our answer to the client's first message, or "e=…". Caller frees. */
char *scram_server_first (ScramServer *self, const char *client_first);
/* Our answer to its last one: "v=…" or "e=…". Caller frees. */
char *scram_server_final (ScramServer *self, const char *client_final);
void scram_server_clear (ScramServer *self);
