/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS: certificates judged by all their faults, before a byte goes out; handshakes that fail, each for its reason. */
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "certificates.h"
#include "mail/connection.h"
#include "scripted-server.h"

#define LIMIT_MS 300

static MoptConnection *
open_to (ScriptedServer *server, guint limit_ms)
{
  return mopt_connection_open ("127.0.0.1", NULL, scripted_server_get_port (server),
                               g_get_monotonic_time () + limit_ms * 1000, NULL, NULL, NULL, NULL);
}

typedef struct
{
  const char *certificate; /* and the TLS version */
  const char *host;
  const char *reasons; /* "" = it checks out */
} Verdict;

static char *
join (GPtrArray *reasons)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  g_ptr_array_extend (words, reasons, NULL, NULL);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" ", (char **) words->pdata);
}

static void
check_verdict (const Verdict *verdict, gboolean verify)
{
  g_autofree char *script = g_strdup_printf ("TLS %s\nHOLD", verdict->certificate);
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (GError) error = NULL;
  MoptConnection *connection = open_to (server, 5000);
  gboolean good = verdict->reasons[0] == '\0';

  g_assert_nonnull (connection);
  gboolean started = mopt_connection_start_tls (connection, verdict->host, verify, &error);
  const MoptTlsInfo *info = mopt_connection_get_tls_info (connection);
  g_test_message ("%s for %s: %s", verdict->certificate, verdict->host, error != NULL ? error->message : "ok");
  g_assert_nonnull (info);
  g_autofree char *reasons = join (info->reasons);
  g_assert_cmpstr (reasons, ==, verdict->reasons);
  g_assert_cmpint (started, ==, good || !verify);
  g_assert_cmpint (mopt_connection_is_tls (connection), ==, started);
  g_assert_cmpint (mopt_connection_is_verified (connection), ==, good);
  if (started)
    g_assert_true (mopt_connection_write (connection, "hello\r\n", 7, NULL));
  else
    {
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CERTIFICATE);
      /* and never again a byte, least of all in clear */
      g_assert_false (mopt_connection_write (connection, "hello\r\n", 7, NULL));
    }
  mopt_connection_free (connection);

  g_autofree char *problem = scripted_server_finish (server);
  g_assert_cmpstr (scripted_server_get_received (server)->str, ==, started ? "hello\r\n" : "");
  g_assert_null (strstr (scripted_server_get_clear (server)->str, "hello"));
}

static const Verdict verdicts[] = {
  { "valid", "localhost", "" },
  { "valid 1.2", "localhost", "" },
  { "valid", "LOCALHOST", "" },
  { "valid", "localhost.", "" },
  { "valid", "127.0.0.1", "" },
  { "valid", "::1", "" },
  { "valid", "[::1]", "" },
  { "valid", "::1%lo", "" },
  { "valid", "mail.example.test", "" },
  { "valid", "example.test", "wrong-host" },
  { "valid", "a.mail.example.test", "wrong-host" },
  { "expired", "localhost", "expired" },
  { "not-yet", "localhost", "not-yet-valid" },
  { "wrong-host", "localhost", "wrong-host" },
  { "wrong-ip", "127.0.0.1", "wrong-host" },
  { "cn-only", "localhost", "wrong-host" },
  { "partial-wildcard", "local.example.test", "wrong-host" },
  { "unknown-ca", "localhost", "unknown-issuer" },
  { "self-signed", "localhost", "self-signed" },
  { "weak-key", "localhost", "weak-key" },
  { "weak-signature", "localhost", "weak-signature" },
  { "client-only", "localhost", "bad-purpose" },
  { "revoked", "localhost", "revoked" },
  { "revoked 1.2", "localhost", "revoked" },
  { "stapled-good", "localhost", "" },
  { "stapled-forged", "localhost", "" },
  { "stapled-old", "localhost", "" },
  { "stapled-other", "localhost", "" },
  { "stapled-junk", "localhost", "" },
  { "everything", "localhost", "self-signed wrong-host expired" },
};

static void
test_certificates (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    {
      check_verdict (&verdicts[i], TRUE);
      check_verdict (&verdicts[i], FALSE);
    }
}

static void
test_info (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("TLS valid\nHOLD");
  g_autoptr (MoptConnection) connection = open_to (server, 5000);

  g_assert_true (mopt_connection_start_tls (connection, "localhost", TRUE, NULL));
  const MoptTlsInfo *info = mopt_connection_get_tls_info (connection);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_assert_cmpstr (info->protocol, ==, "TLSv1.3");
  g_assert_true (g_str_has_prefix (info->cipher, "TLS_"));
  g_assert_cmpstr (info->subject, ==, "CN=localhost");
  g_assert_cmpstr (info->issuer, ==, "CN=Mail Options test CA");
  g_assert_cmpstr (info->names, ==, "localhost, *.example.test, 127.0.0.1, ::1");
  g_assert_cmpuint (strlen (info->sha256), ==, 32 * 3 - 1);
  g_assert_cmpint (ABS (info->not_before - (now - 24 * 3600)), <, 60);
  g_assert_cmpint (ABS (info->not_after - (now + 30 * 24 * 3600)), <, 60);
  g_clear_pointer (&connection, mopt_connection_free);
  scripted_server_assert_finished (server);
  g_assert_cmpstr (scripted_server_get_sni (server), ==, "localhost");
}

static void
test_no_sni_for_addresses (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("TLS valid\nHOLD");
  g_autoptr (MoptConnection) connection = open_to (server, 5000);

  g_assert_true (mopt_connection_start_tls (connection, "127.0.0.1", TRUE, NULL));
  g_clear_pointer (&connection, mopt_connection_free);
  scripted_server_assert_finished (server);
  g_assert_null (scripted_server_get_sni (server));
}

/* ---- whom we trust: read once per process, so each case is a process of its own ---- */

static void
test_trust_child (void)
{
  const char *file = g_getenv ("TEST_FILE");
  const char *directory = g_getenv ("TEST_DIRECTORY");
  g_autoptr (GError) error = NULL;

  if (file != NULL)
    g_setenv ("SSL_CERT_FILE", file, TRUE);
  if (directory != NULL)
    g_setenv ("SSL_CERT_DIR", directory, TRUE);
  if (directory != NULL || g_getenv ("TEST_SYSTEM") != NULL)
    g_unsetenv ("SSL_CERT_FILE");

  g_autoptr (ScriptedServer) server = scripted_server_new ("TLS valid\nHOLD");
  g_autoptr (MoptConnection) connection = open_to (server, 5000);
  mopt_connection_start_tls (connection, "localhost", g_getenv ("TEST_UNCHECKED") == NULL, &error);
  g_print ("verdict: %s\n", error != NULL ? error->message : "fine");
}

static void
check_trust (const char *variable, const char *value, const char *verdict)
{
  g_setenv (variable, value, TRUE);
  g_test_trap_subprocess ("/tls/trust/subprocess/child", 0, 0);
  g_unsetenv (variable);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout (verdict);
}

static void
test_trust (void)
{
  g_autofree char *directory = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  check_trust ("TEST_NOTHING", "", "*verdict: fine\n*");
  check_trust ("TEST_FILE", "/nonexistent", "*verdict: *unknown-issuer; no certificates in \"/nonexistent\"*");
  /* only what is named counts: the CA is not in there */
  check_trust ("TEST_DIRECTORY", directory, "*verdict: certificate of localhost: unknown-issuer\n*");
  /* the system does not know our CA either, whether it has roots or not */
  check_trust ("TEST_SYSTEM", "1", "*verdict: certificate of localhost: unknown-issuer*");
  g_assert_cmpint (rmdir (directory), ==, 0);
}

/* Nobody's roots are needed where nothing is checked. */
static void
test_trust_unchecked (void)
{
  g_setenv ("TEST_UNCHECKED", "1", TRUE);
  check_trust ("TEST_FILE", "/nonexistent", "*verdict: fine\n*");
  g_unsetenv ("TEST_UNCHECKED");
}

/* ---- handshakes ---- */

static void
check_handshake_fails (const char *script, guint limit_ms, MoptError code)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptConnection) connection = open_to (server, limit_ms);
  gint64 start = g_get_monotonic_time ();

  g_assert_false (mopt_connection_start_tls (connection, "localhost", TRUE, &error));
  g_test_message ("%s: %s", script, error->message);
  g_assert_error (error, MOPT_ERROR, (gint) code);
  g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, limit_ms + 500);
  g_assert_false (mopt_connection_is_tls (connection));
  /* dead for good, and with the first cause */
  g_clear_error (&error);
  g_assert_false (mopt_connection_write (connection, "secret", 6, &error));
  g_assert_error (error, MOPT_ERROR, (gint) code);
  g_clear_pointer (&connection, mopt_connection_free);
  g_autofree char *problem = scripted_server_finish (server);
  g_assert_null (strstr (scripted_server_get_received (server)->str, "secret"));
}

static void
test_handshake (void)
{
  check_handshake_fails ("S: 220 plain text\nHOLD", 5000, MOPT_ERROR_TLS_NOT_SPOKEN);
  check_handshake_fails ("CLOSE", 5000, MOPT_ERROR_HUNG_UP);
  check_handshake_fails ("BYTES 50\nCLOSE", 5000, MOPT_ERROR_HUNG_UP);
  check_handshake_fails ("BYTES 50\nRAW \\026\\003\\003\\000\\172\\002\nCLOSE", 5000, MOPT_ERROR_HUNG_UP);
  check_handshake_fails ("HOLD", LIMIT_MS, MOPT_ERROR_TIMED_OUT);
  check_handshake_fails ("DRIP 20 \\026\\003\\003\\040\\000", LIMIT_MS, MOPT_ERROR_TIMED_OUT);
  check_handshake_fails ("TLS valid 1.1", 5000, MOPT_ERROR_TLS_TOO_OLD);
  check_handshake_fails ("BYTES 50\nRAW \\025\\003\\003\\000\\002\\002\\050\nHOLD", 5000, MOPT_ERROR_TLS_NO_CIPHER);
  check_handshake_fails ("BYTES 50\nRAW \\025\\003\\001\\000\\002\\002\\106\nHOLD", 5000, MOPT_ERROR_TLS_TOO_OLD);
}

static void
test_channel_binding (void)
{
  static const struct
  {
    const char *script;
    const char *type;
    gsize length;
  } cases[] = { { "TLS valid\nHOLD", "tls-exporter", 32 }, { "TLS valid 1.2\nHOLD", "tls-unique", 12 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (cases[i].script);
      g_autoptr (MoptConnection) connection = open_to (server, 5000);
      const char *type = NULL;

      g_assert_null (mopt_connection_get_channel_binding (connection, &type));
      g_assert_true (mopt_connection_start_tls (connection, "localhost", TRUE, NULL));
      g_autoptr (GBytes) binding = mopt_connection_get_channel_binding (connection, &type);
      g_assert_cmpstr (type, ==, cases[i].type);
      g_assert_cmpuint (g_bytes_get_size (binding), ==, cases[i].length);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_test_add_func ("/tls/certificates", test_certificates);
  g_test_add_func ("/tls/info", test_info);
  g_test_add_func ("/tls/no-sni-for-addresses", test_no_sni_for_addresses);
  g_test_add_func ("/tls/trust/subprocess/child", test_trust_child);
  g_test_add_func ("/tls/trust", test_trust);
  g_test_add_func ("/tls/trust-unchecked", test_trust_unchecked);
  g_test_add_func ("/tls/handshake", test_handshake);
  g_test_add_func ("/tls/channel-binding", test_channel_binding);
  return g_test_run ();
}
