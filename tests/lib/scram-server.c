/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scram-server.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

/* The value of "@name=…" among comma-separated attributes, or NULL. */
static char *
attribute (const char *message, char name)
{
  g_auto (GStrv) parts = g_strsplit (message, ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] == name && parts[i][1] == '=')
      return g_strdup (parts[i] + 2);
  return NULL;
}

static guint
hmac (const EVP_MD *digest, const guint8 *key, gsize key_length, const char *text, gsize length, guint8 *result)
{
  guint result_length;

  HMAC (digest, key, key_length, (const guint8 *) text, length, result, &result_length);
  return result_length;
}

/* "n,,", "y,," or "p=tls-exporter,,": up to and including the second comma. */
static gsize
header_length (const char *client_first)
{
  const char *comma = strchr (client_first, ',');

  comma = comma != NULL ? strchr (comma + 1, ',') : NULL;
  return comma != NULL ? (gsize) (comma + 1 - client_first) : 0;
}

char *
scram_server_first (ScramServer *self, const char *client_first)
{
  gsize length = header_length (client_first);
  g_autofree char *user = attribute (client_first + length, 'n');
  g_autofree char *nonce = attribute (client_first + length, 'r');

  scram_server_clear (self);
  if (length == 0 || user == NULL || nonce == NULL)
    return g_strdup ("e=other-error");
  if (strcmp (user, self->user) != 0)
    return g_strdup ("e=unknown-user");
  if ((client_first[0] == 'p') != (self->binding != NULL))
    return g_strdup ("e=channel-binding-not-supported");
  self->client_bare = g_strdup (client_first);
  self->first = g_strdup_printf ("r=%s%s,s=%s,i=%u", nonce, self->nonce, self->salt, self->iterations);
  return g_strdup (self->first);
}

static gboolean
binding_matches (ScramServer *self, const char *client_final)
{
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  g_autofree char *sent = attribute (client_final, 'c');

  g_byte_array_append (expected, (const guint8 *) self->client_bare, header_length (self->client_bare));
  if (self->binding != NULL)
    g_byte_array_append (expected, g_bytes_get_data (self->binding, NULL), g_bytes_get_size (self->binding));
  g_autofree char *text = g_base64_encode (expected->data, expected->len);
  return g_strcmp0 (text, sent) == 0;
}

char *
scram_server_final (ScramServer *self, const char *client_final)
{
  const EVP_MD *digest = EVP_get_digestbyname (self->digest);
  guint8 salted[EVP_MAX_MD_SIZE], client_key[EVP_MAX_MD_SIZE], stored[EVP_MAX_MD_SIZE], signature[EVP_MAX_MD_SIZE],
      server_key[EVP_MAX_MD_SIZE], proof[EVP_MAX_MD_SIZE];
  gsize salt_length;
  g_autofree guint8 *salt = g_base64_decode (self->salt, &salt_length);
  guint n = EVP_MD_get_size (digest);
  g_autofree char *nonce = attribute (client_final, 'r');
  g_autofree char *our_nonce = attribute (self->first, 'r');
  g_autofree char *sent_proof = attribute (client_final, 'p');
  const char *proof_part = strstr (client_final, ",p=");

  if (!binding_matches (self, client_final))
    return g_strdup ("e=channel-bindings-dont-match");
  if (g_strcmp0 (nonce, our_nonce) != 0 || proof_part == NULL)
    return g_strdup ("e=other-error");

  g_autofree char *without_proof = g_strndup (client_final, proof_part - client_final);
  g_autofree char *message = g_strjoin (",", self->client_bare + header_length (self->client_bare), self->first,
                                        without_proof, NULL);
  PKCS5_PBKDF2_HMAC (self->password, -1, salt, salt_length, self->iterations, digest, n, salted);
  hmac (digest, salted, n, "Client Key", 10, client_key);
  EVP_Digest (client_key, n, stored, NULL, digest, NULL);
  hmac (digest, stored, n, message, strlen (message), signature);
  for (guint i = 0; i < n; i++)
    proof[i] = client_key[i] ^ signature[i];
  g_autofree char *right_proof = g_base64_encode (proof, n);
  if (strcmp (right_proof, sent_proof) != 0)
    return g_strdup ("e=invalid-proof");

  hmac (digest, salted, n, "Server Key", 10, server_key);
  hmac (digest, server_key, n, message, strlen (message), signature);
  g_autofree char *text = g_base64_encode (signature, n);
  return g_strconcat ("v=", text, NULL);
}

void
scram_server_clear (ScramServer *self)
{
  g_clear_pointer (&self->client_bare, g_free);
  g_clear_pointer (&self->first, g_free);
}
