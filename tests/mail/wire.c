/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire.h"

#include <string.h>

void
wire_open (Wire *wire, WireKind kind)
{
  static const char *const scripts[] = { "HOLD", "TLS valid\nHOLD", "TLS valid 1.2\nHOLD", "TLS self-signed\nHOLD" };

  wire->server = scripted_server_new (scripts[kind]);
  wire->connection = mopt_connection_open ("127.0.0.1", NULL, scripted_server_get_port (wire->server),
                                           g_get_monotonic_time () + 5 * G_USEC_PER_SEC, NULL, NULL, NULL, NULL);
  g_assert_nonnull (wire->connection);
  if (kind != PLAIN_WIRE)
    g_assert_true (mopt_connection_start_tls (wire->connection, "localhost", kind != UNCHECKED_TLS, NULL));
}

void
wire_close (Wire *wire)
{
  mopt_connection_free (wire->connection);
  scripted_server_free (wire->server);
}

char *
encode (const char *text)
{
  return g_base64_encode ((const guchar *) text, strlen (text));
}

char *
decode (const char *base64)
{
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (base64, &length);

  return g_strndup ((const char *) bytes, length);
}

char *
answer (MoptSasl *sasl, const char *challenge)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base64 = challenge != NULL ? encode (challenge) : NULL;
  g_autofree char *reply = mopt_sasl_step (sasl, base64, NULL, &error);

  g_assert_no_error (error);
  return decode (reply);
}

void
assert_no_answer (MoptSasl *sasl, const char *challenge, MoptError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base64 = challenge != NULL ? encode (challenge) : NULL;

  g_assert_null (mopt_sasl_step (sasl, base64, NULL, &error));
  g_assert_error (error, MOPT_ERROR, (gint) code);
}
