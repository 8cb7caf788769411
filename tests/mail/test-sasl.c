/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SASL: the choice, the RFCs' own examples, and SCRAM against a server that is honest, wrong or hostile. */
#include <string.h>

#include "base/error.h"
#include "certificates.h"
#include "mail/sasl.h"
#include "mail/scram.h"
#include "scram-server.h"
#include "scripted-server.h"

#define PROMPT_MS 100

/* ---- a connection to hang an exchange on ---- */

typedef struct
{
  ScriptedServer *server;
  MoptConnection *connection;
} Wire;

typedef enum
{
  PLAIN_WIRE,
  CHECKED_TLS,
  CHECKED_TLS_1_2,
  UNCHECKED_TLS,
} WireKind;

static void
wire_open (Wire *wire, WireKind kind)
{
  static const char *const scripts[] = { "HOLD", "TLS valid\nHOLD", "TLS valid 1.2\nHOLD", "TLS self-signed\nHOLD" };

  wire->server = scripted_server_new (scripts[kind]);
  wire->connection = mopt_connection_open ("127.0.0.1", scripted_server_get_port (wire->server),
                                           g_get_monotonic_time () + 5 * G_USEC_PER_SEC, NULL, NULL, NULL, NULL);
  g_assert_nonnull (wire->connection);
  if (kind != PLAIN_WIRE)
    g_assert_true (mopt_connection_start_tls (wire->connection, "localhost", kind != UNCHECKED_TLS, NULL));
}

static void
wire_close (Wire *wire)
{
  mopt_connection_free (wire->connection);
  scripted_server_free (wire->server);
}

static char *
encode (const char *text)
{
  return g_base64_encode ((const guchar *) text, strlen (text));
}

static char *
decode (const char *base64)
{
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (base64, &length);

  return g_strndup ((const char *) bytes, length);
}

/* ---- choice ---- */

static const struct
{
  WireKind wire;
  const char *offered;
  const char *expected; /* NULL: the error */
  int error;
  const char *password;
  gboolean allow_clear_text;
  gboolean without_binding;
} choices[] = {
  { CHECKED_TLS, "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-256-PLUS" },
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256 SCRAM-SHA-1-PLUS", "SCRAM-SHA-1-PLUS" },
  { CHECKED_TLS_1_2, "PLAIN SCRAM-SHA-256-PLUS SCRAM-SHA-256", "SCRAM-SHA-256-PLUS" },
  { CHECKED_TLS, "SCRAM-SHA-1 SCRAM-SHA-256-PLUS SCRAM-SHA-256", "SCRAM-SHA-256", .without_binding = TRUE },
  { PLAIN_WIRE, "SCRAM-SHA-256-PLUS SCRAM-SHA-1", "SCRAM-SHA-1" },
  { CHECKED_TLS, "plain scram-sha-1", "SCRAM-SHA-1" },
  { CHECKED_TLS, "CRAM-MD5 login plain", "PLAIN" },
  { CHECKED_TLS, "CRAM-MD5 LOGIN", "LOGIN" },
  { UNCHECKED_TLS, "CRAM-MD5 LOGIN", "LOGIN" },
  { PLAIN_WIRE, "PLAIN LOGIN CRAM-MD5", "CRAM-MD5" },
  { PLAIN_WIRE, "PLAIN LOGIN CRAM-MD5", "CRAM-MD5", .allow_clear_text = TRUE },
  { PLAIN_WIRE, "PLAIN LOGIN", NULL, MOPT_ERROR_AUTH_CLEAR_TEXT },
  { PLAIN_WIRE, "PLAIN LOGIN", "PLAIN", .allow_clear_text = TRUE },
  { PLAIN_WIRE, "GSSAPI LOGIN", "LOGIN", .allow_clear_text = TRUE },
  { CHECKED_TLS, "GSSAPI DIGEST-MD5 XOAUTH2 SCRAM-SHA-512", NULL, MOPT_ERROR_AUTH_NO_MECHANISM },
  { CHECKED_TLS, "", NULL, MOPT_ERROR_AUTH_NO_MECHANISM },
  { PLAIN_WIRE, "SCRAM-SHA-256-PLUS", NULL, MOPT_ERROR_AUTH_NO_MECHANISM },
  /* SASLprep leaves these alone … */
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "SCRAM-SHA-256", .password = "p\xc3\xa4ss w\xc3\xb6rd" },
  /* … changes these (a ligature, a no-break space, a character newer than the profile) … */
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "PLAIN", .password = "\xef\xac\x81sh" },
  { CHECKED_TLS, "LOGIN SCRAM-SHA-256", "LOGIN", .password = "a\xc2\xa0" "b" },
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "PLAIN", .password = "\xf0\x9f\x99\x82\xf0\x9f\xa5\xb2" },
  { CHECKED_TLS, "CRAM-MD5 SCRAM-SHA-256", "SCRAM-SHA-256", .password = "\xef\xac\x81sh" },
  { UNCHECKED_TLS, "PLAIN SCRAM-SHA-256", "SCRAM-SHA-256", .password = "\xef\xac\x81sh" },
  { PLAIN_WIRE, "PLAIN SCRAM-SHA-256", "SCRAM-SHA-256", .password = "\xef\xac\x81sh", .allow_clear_text = TRUE },
  /* … and refuses these (private use; not UTF-8; nothing left) */
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "PLAIN", .password = "a\xee\x80\x80" },
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "PLAIN", .password = "p\xe4ss" },
  { PLAIN_WIRE, "CRAM-MD5 SCRAM-SHA-256", "CRAM-MD5", .password = "p\xe4ss" },
  { CHECKED_TLS, "SCRAM-SHA-256", NULL, MOPT_ERROR_AUTH_PASSWORD_TEXT, .password = "p\xe4ss" },
  { CHECKED_TLS, "SCRAM-SHA-256", NULL, MOPT_ERROR_AUTH_PASSWORD_TEXT, .password = "\xc2\xad" },
};

static void
test_choose (void)
{
  Wire wires[4];

  for (guint i = 0; i < G_N_ELEMENTS (wires); i++)
    wire_open (&wires[i], i);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_auto (GStrv) offered = g_strsplit (choices[i].offered, " ", -1);
      g_autoptr (MoptPassword) password
          = mopt_password_new (choices[i].password != NULL ? choices[i].password : "secret");
      MoptSaslOptions options = { "jo", password, wires[choices[i].wire].connection, choices[i].allow_clear_text,
                                  choices[i].without_binding };
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %s", i, choices[i].offered);
      const char *name = mopt_sasl_choose ((const char *const *) offered, &options, &error);
      g_assert_cmpstr (name, ==, choices[i].expected);
      if (name == NULL)
        {
          g_assert_error (error, MOPT_ERROR, choices[i].error);
          continue;
        }
      g_assert_no_error (error);
      g_autoptr (MoptSasl) sasl = mopt_sasl_new (name, &options, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (mopt_sasl_get_mechanism (sasl), ==, name);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wires); i++)
    wire_close (&wires[i]);
}

static void
test_clear_text (void)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  g_autoptr (GError) error = NULL;
  Wire wire;

  wire_open (&wire, PLAIN_WIRE);
  MoptSaslOptions options = { "jo", password, wire.connection };
  g_assert_null (mopt_sasl_new ("PLAIN", &options, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_CLEAR_TEXT);
  g_clear_error (&error);
  g_assert_null (mopt_sasl_new ("LOGIN", &options, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_CLEAR_TEXT);
  g_assert_true (mopt_sasl_is_clear_text ("plain"));
  g_assert_true (mopt_sasl_is_clear_text ("LOGIN"));
  g_assert_false (mopt_sasl_is_clear_text ("CRAM-MD5"));
  g_assert_false (mopt_sasl_is_clear_text ("SCRAM-SHA-1"));
  wire_close (&wire);
}

/* ---- the RFCs' examples ---- */

/* What the mechanism answers to @challenge (text, NULL = initial), as text. */
static char *
answer (MoptSasl *sasl, const char *challenge)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base64 = challenge != NULL ? encode (challenge) : NULL;
  g_autofree char *reply = mopt_sasl_step (sasl, base64, NULL, &error);

  g_assert_no_error (error);
  return decode (reply);
}

static void
assert_no_answer (MoptSasl *sasl, const char *challenge, MoptError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base64 = challenge != NULL ? encode (challenge) : NULL;

  g_assert_null (mopt_sasl_step (sasl, base64, NULL, &error));
  g_assert_error (error, MOPT_ERROR, (gint) code);
}

static void
test_plain_login_cram (void)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("tanstaaftanstaaf");
  Wire wire;

  wire_open (&wire, CHECKED_TLS);
  MoptSaslOptions options = { "tim", password, wire.connection };

  /* RFC 4616 §4 */
  g_autoptr (MoptSasl) plain = mopt_sasl_new ("PLAIN", &options, NULL);
  g_assert_true (mopt_sasl_has_initial (plain));
  g_autofree char *message = mopt_sasl_step (plain, NULL, NULL, NULL);
  g_assert_cmpstr (message, ==, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
  assert_no_answer (plain, "again?", MOPT_ERROR_PROTOCOL);
  g_assert_true (mopt_sasl_finish (plain, NULL, NULL, NULL));

  g_autoptr (MoptSasl) login = mopt_sasl_new ("login", &options, NULL);
  g_assert_false (mopt_sasl_has_initial (login));
  g_autofree char *user = answer (login, "Username:");
  g_assert_cmpstr (user, ==, "tim");
  g_autofree char *secret = answer (login, "Password:");
  g_assert_cmpstr (secret, ==, "tanstaaftanstaaf");
  assert_no_answer (login, "Token:", MOPT_ERROR_PROTOCOL);
  g_assert_true (mopt_sasl_finish (login, NULL, NULL, NULL));

  /* RFC 2195 §2 */
  g_autoptr (MoptSasl) cram = mopt_sasl_new ("CRAM-MD5", &options, NULL);
  g_assert_false (mopt_sasl_has_initial (cram));
  g_autofree char *digest = answer (cram, "<1896.697170952@postoffice.reston.mci.net>");
  g_assert_cmpstr (digest, ==, "tim b913a602c7eda7a495b4e6e7334d3890");
  assert_no_answer (cram, "<more>", MOPT_ERROR_PROTOCOL);
  g_autoptr (MoptSasl) empty = mopt_sasl_new ("CRAM-MD5", &options, NULL);
  assert_no_answer (empty, "", MOPT_ERROR_PROTOCOL);
  wire_close (&wire);
}

static void
test_apop (void)
{
  /* RFC 1939 §7 */
  g_autoptr (MoptPassword) password = mopt_password_new ("tanstaaf");
  g_autofree char *digest = mopt_sasl_apop ("<1896.697170952@dbc.mtview.ca.us>", password);

  g_assert_cmpstr (digest, ==, "c4c9334bac560ecc979e58001b3e22fb");
}

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
  static const char *const finals[] = { "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "v=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                                        "nonsense", "" };
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

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (30 * 1000);
  g_cancellable_cancel (data);
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
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  gint64 start = g_get_monotonic_time ();

  g_assert_null (mopt_sasl_step (sasl, challenge, cancellable, &error));
  gint64 took = g_get_monotonic_time () - start;
  g_thread_join (thread);
  g_test_message ("cancelled after %.1f ms", took / 1e3);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (took / 1000, <, 30 + PROMPT_MS);
  scram_server_clear (&server);
  wire_close (&wire);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_test_add_func ("/sasl/choose", test_choose);
  g_test_add_func ("/sasl/clear-text", test_clear_text);
  g_test_add_func ("/sasl/plain-login-cram", test_plain_login_cram);
  g_test_add_func ("/sasl/apop", test_apop);
  g_test_add_func ("/sasl/salted-password", test_salted_password);
  g_test_add_func ("/sasl/scram-server", test_scram_server);
  g_test_add_func ("/sasl/scram", test_scram);
  g_test_add_func ("/sasl/lies", test_lies);
  g_test_add_func ("/sasl/server-signature", test_server_signature);
  g_test_add_func ("/sasl/cancel", test_cancel);
  return g_test_run ();
}
