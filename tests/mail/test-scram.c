/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SCRAM against a server that is honest, wrong or hostile. */
#include <string.h>

#include "certificates.h"
#include "mail/scram.h"
#include "scram-server.h"
#include "wire.h"

#define PROMPT_MS 100 /* what a cancel may take; the machine may be busy, so the tests allow it thrice */

static const struct
{
  const char *digest, *password, *salt;
  guint iterations;
  const char *expected; /* RFC 6070 §2, RFC 7914 §11 (of 64 bytes the first 32) */
} salted_passwords[] = {
  { "SHA1", "password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6" },
  { "SHA1", "password", "salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957" },
  { "SHA1", "password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1" },
  { "SHA256", "passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc" },
  { "SHA256", "Password", "NaCl", 80000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56" },
};

static void
test_salted_password (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (salted_passwords); i++)
    {
      g_autoptr (MoptPassword) password = mopt_password_new (salted_passwords[i].password);
      g_autoptr (GString) hex = g_string_new (NULL);
      guint8 salted[64] = { 0 };

      g_assert_true (mopt_scram_salt (salted_passwords[i].digest, password,
                                      (const guint8 *) salted_passwords[i].salt, strlen (salted_passwords[i].salt),
                                      salted_passwords[i].iterations, salted, NULL, NULL));
      for (guint k = 0; k < strlen (salted_passwords[i].expected) / 2; k++)
        g_string_append_printf (hex, "%02x", salted[k]);
      g_assert_cmpstr (hex->str, ==, salted_passwords[i].expected);
    }
}

/* The server of our tests, held to the RFCs: then it may judge our client. */
static void
test_scram_server (void)
{
  static const struct
  {
    ScramServer server;
    const char *client_first, *client_final, *verdict;
  } examples[] = {
    /* RFC 5802 §5 */
    { { "SHA1", "user", "pencil", "QSXCR+Q6sek8bf92", 4096, "3rfcNHYJY1ZVvWVs7j" },
      "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
      "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
      "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
    /* RFC 7677 §3 */
    { { "SHA256", "user", "pencil", "W22ZaJ0SNY7soEsUEjb6gQ==", 4096, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0" },
      "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      ScramServer server = examples[i].server;
      g_autofree char *first = scram_server_first (&server, examples[i].client_first);
      g_autofree char *final = scram_server_final (&server, examples[i].client_final);

      g_assert_cmpstr (final, ==, examples[i].verdict);
      scram_server_clear (&server);
    }
}

/* ---- SCRAM ---- */

typedef struct
{
  WireKind wire;
  const char *mechanism;
  const char *user;
  const char *user_sent; /* as SCRAM escapes it */
  const char *password;
  const char *password_prepared;
  gboolean tamper; /* with the binding */
  gboolean wrong;  /* the server knows another password */
  gboolean in_success; /* the server's last word comes with its success */
} Exchange;

static const Exchange exchanges[] = {
  { PLAIN_WIRE, "SCRAM-SHA-1", "jo", "jo", "secret", "secret" },
  { PLAIN_WIRE, "SCRAM-SHA-256", "jo", "jo", "secret", "secret" },
  { CHECKED_TLS, "SCRAM-SHA-256", "jo", "jo", "secret", "secret" },
  { CHECKED_TLS, "SCRAM-SHA-256", "jo", "jo", "secret", "secret", .in_success = TRUE },
  { CHECKED_TLS, "SCRAM-SHA-256-PLUS", "jo", "jo", "secret", "secret" },
  { CHECKED_TLS, "SCRAM-SHA-1-PLUS", "jo", "jo", "secret", "secret" },
  { CHECKED_TLS_1_2, "SCRAM-SHA-256-PLUS", "jo", "jo", "secret", "secret" },
  { CHECKED_TLS_1_2, "SCRAM-SHA-1-PLUS", "jo", "jo", "secret", "secret" },
  { CHECKED_TLS, "SCRAM-SHA-256-PLUS", "jo", "jo", "secret", "secret", .tamper = TRUE },
  { CHECKED_TLS_1_2, "SCRAM-SHA-1-PLUS", "jo", "jo", "secret", "secret", .tamper = TRUE },
  { PLAIN_WIRE, "SCRAM-SHA-256", "jo", "jo", "secret", "Secret", .wrong = TRUE },
  { PLAIN_WIRE, "SCRAM-SHA-256", "a=b,c@example.test", "a=3Db=2Cc@example.test", " ,=\"\\ ", " ,=\"\\ " },
  { PLAIN_WIRE, "SCRAM-SHA-256", "jo", "jo", "\xef\xac\x81sh\xc2\xa0", "fish " },
  { PLAIN_WIRE, "SCRAM-SHA-256", "j\xc3\xb6", "j\xc3\xb6", "p\xc3\xa4ss", "p\xc3\xa4ss" },
};

static void
scram_server_for (const Exchange *exchange, Wire *wire, ScramServer *server)
{
  const char *type;

  *server = (ScramServer) { g_str_has_prefix (exchange->mechanism, "SCRAM-SHA-256") ? "SHA256" : "SHA1",
                            exchange->user_sent, exchange->password_prepared, "c2FsdHNhbHQ=", 4096, "theirs" };
  if (!g_str_has_suffix (exchange->mechanism, "-PLUS"))
    return;
  server->binding = mopt_connection_get_channel_binding (wire->connection, &type);
  g_assert_nonnull (server->binding);
  if (exchange->tamper)
    {
      gsize length;
      guint8 *bytes = g_bytes_unref_to_data (server->binding, &length);

      bytes[0] ^= 1;
      server->binding = g_bytes_new_take (bytes, length);
    }
}

static void
check_exchange (const Exchange *exchange)
{
  g_autoptr (MoptPassword) password = mopt_password_new (exchange->password);
  g_autoptr (GError) error = NULL;
  ScramServer server;
  Wire wire;

  g_test_message ("%s, wire %d, password %s", exchange->mechanism, exchange->wire, exchange->password);
  wire_open (&wire, exchange->wire);
  scram_server_for (exchange, &wire, &server);
  MoptSaslOptions options = { exchange->user, password, wire.connection };
  g_autoptr (MoptSasl) sasl = mopt_sasl_new (exchange->mechanism, &options, &error);
  g_assert_no_error (error);
  g_assert_true (mopt_sasl_has_initial (sasl));

  g_autofree char *client_first = answer (sasl, NULL);
  g_assert_cmpint (client_first[0], ==, server.binding != NULL ? 'p' : 'n');
  g_assert_null (strstr (client_first, exchange->password));
  g_autofree char *server_first = scram_server_first (&server, client_first);
  g_autofree char *client_final = answer (sasl, server_first);
  g_autofree char *server_final = scram_server_final (&server, client_final);
  /* not before the server has proven itself */
  g_assert_false (mopt_sasl_finish (sasl, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_SERVER_SIGNATURE);
  g_clear_error (&error);

  if (exchange->tamper || exchange->wrong)
    {
      g_assert_cmpstr (server_final, ==, exchange->tamper ? "e=channel-bindings-dont-match" : "e=invalid-proof");
      assert_no_answer (sasl, server_final, MOPT_ERROR_AUTH_REFUSED);
    }
  else if (exchange->in_success)
    {
      g_autofree char *data = encode (server_final);
      g_assert_true (mopt_sasl_finish (sasl, data, NULL, &error));
    }
  else
    {
      g_autofree char *nothing = answer (sasl, server_final);
      g_assert_cmpstr (nothing, ==, "");
      g_assert_true (mopt_sasl_finish (sasl, NULL, NULL, &error));
      assert_no_answer (sasl, "more?", MOPT_ERROR_PROTOCOL);
    }
  scram_server_clear (&server);
  g_clear_pointer (&server.binding, g_bytes_unref);
  wire_close (&wire);
}

static void
test_scram (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    check_exchange (&exchanges[i]);
}

/* ---- a hostile server ---- */

static const struct
{
  const char *first; /* %s is the client's nonce */
  MoptError code;
} lies[] = {
  { "r=%sx,s=c2FsdA==,i=4095", MOPT_ERROR_AUTH_ITERATIONS },
  { "r=%sx,s=c2FsdA==,i=1", MOPT_ERROR_AUTH_ITERATIONS },
  { "r=%sx,s=c2FsdA==,i=1000001", MOPT_ERROR_AUTH_ITERATIONS },
  { "r=%sx,s=c2FsdA==,i=99999999999", MOPT_ERROR_AUTH_ITERATIONS },
  { "r=%sx,s=c2FsdA==,i=18446744073709555712", MOPT_ERROR_PROTOCOL },
  { "r=%sx,s=c2FsdA==,i=0", MOPT_ERROR_PROTOCOL },
  { "r=%sx,s=c2FsdA==,i=-1", MOPT_ERROR_PROTOCOL },
  { "r=%sx,s=c2FsdA==,i=", MOPT_ERROR_PROTOCOL },
  { "r=%sx,s=,i=4096", MOPT_ERROR_PROTOCOL },
  { "r=other,s=c2FsdA==,i=4096", MOPT_ERROR_PROTOCOL },
  { "m=ext,r=%sx,s=c2FsdA==,i=4096", MOPT_ERROR_PROTOCOL },
  { "v=c2lnbmF0dXJl", MOPT_ERROR_PROTOCOL },
  { "", MOPT_ERROR_PROTOCOL },
  { "e=unknown-user", MOPT_ERROR_AUTH_REFUSED },
};

static void
test_lies (void)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  Wire wire;

  wire_open (&wire, PLAIN_WIRE);
  MoptSaslOptions options = { "jo", password, wire.connection };
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (MoptSasl) sasl = mopt_sasl_new ("SCRAM-SHA-256", &options, NULL);
      g_autofree char *client_first = answer (sasl, NULL);
      g_auto (GStrv) parts = g_strsplit (lies[i].first, "%s", 2);
      g_autofree char *lie = g_strjoinv (strstr (client_first, "r=") + 2, parts);
      gint64 start = g_get_monotonic_time ();

      g_test_message ("%s", lies[i].first);
      assert_no_answer (sasl, lie, lies[i].code);
      g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, 500);
      g_assert_false (mopt_sasl_finish (sasl, NULL, NULL, NULL));
    }
  wire_close (&wire);
}

/* One who does not know the password, but says "success". */
static void
test_server_signature (void)
{
  static const char *const finals[] = {
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "v=", "nonsense", "",
  };
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  Wire wire;

  wire_open (&wire, PLAIN_WIRE);
  MoptSaslOptions options = { "jo", password, wire.connection };
  for (guint i = 0; i < 2 * G_N_ELEMENTS (finals); i++)
    {
      ScramServer server = { "SHA256", "jo", "secret", "c2FsdHNhbHQ=", 4096, "theirs" };
      g_autoptr (GError) error = NULL;
      g_autoptr (MoptSasl) sasl = mopt_sasl_new ("SCRAM-SHA-256", &options, NULL);
      g_autofree char *client_first = answer (sasl, NULL);
      g_autofree char *server_first = scram_server_first (&server, client_first);
      g_autofree char *client_final = answer (sasl, server_first);
      g_autofree char *final = encode (finals[i / 2]);

      if (i % 2 == 0)
        g_assert_null (mopt_sasl_step (sasl, final, NULL, &error));
      else
        g_assert_false (mopt_sasl_finish (sasl, final, NULL, &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_SERVER_SIGNATURE);
      /* and it stays unproven */
      g_assert_false (mopt_sasl_finish (sasl, NULL, NULL, NULL));
      scram_server_clear (&server);
    }
  wire_close (&wire);
}

typedef struct
{
  GCancellable *cancellable;
  gint64 when; /* monotonic µs, once it is cancelled */
} Canceller;

static gpointer
cancel_soon (gpointer data)
{
  Canceller *canceller = data;

  g_usleep (30 * 1000);
  canceller->when = g_get_monotonic_time ();
  g_cancellable_cancel (canceller->cancellable);
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Wire wire;

  wire_open (&wire, PLAIN_WIRE);
  MoptSaslOptions options = { "jo", password, wire.connection };
  g_autoptr (MoptSasl) sasl = mopt_sasl_new ("SCRAM-SHA-256", &options, NULL);
  ScramServer server = { "SHA256", "jo", "secret", "c2FsdHNhbHQ=", MOPT_SCRAM_ITERATIONS_MAX, "theirs" };
  g_autofree char *client_first = answer (sasl, NULL);
  g_autofree char *server_first = scram_server_first (&server, client_first);
  g_autofree char *challenge = encode (server_first);
  Canceller canceller = { cancellable };
  GThread *thread = g_thread_new ("cancel", cancel_soon, &canceller);

  g_assert_null (mopt_sasl_step (sasl, challenge, cancellable, &error));
  gint64 took = g_get_monotonic_time () - canceller.when;
  g_thread_join (thread);
  g_test_message ("cancel felt after %.1f ms", took / 1e3);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (took / 1000, <, 3 * PROMPT_MS);
  scram_server_clear (&server);
  wire_close (&wire);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_test_add_func ("/scram/salted-password", test_salted_password);
  g_test_add_func ("/scram/server", test_scram_server);
  g_test_add_func ("/scram/exchange", test_scram);
  g_test_add_func ("/scram/lies", test_lies);
  g_test_add_func ("/scram/server-signature", test_server_signature);
  g_test_add_func ("/scram/cancel", test_cancel);
  return g_test_run ();
}
