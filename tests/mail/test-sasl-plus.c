/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SCRAM with channel binding (-PLUS) against Cyrus SASL, over a real TLS connection: two implementations that share
 * nothing agree on what the binding is. */
#include <netinet/in.h>
#include <sasl/sasl.h>
#include <sasl/saslplug.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certificates.h"
#include "mail/dialogue.h"
#include "mail/sasl.h"
#include "peer.h"

#define USER "jo"
#define PASSWORD "p\xc3\xa4ss, w\xc3\xb6rd"

/* ---- Cyrus SASL, with one user in memory ---- */

static int
on_lookup (void *context, sasl_server_params_t *parameters, unsigned flags, const char *user, unsigned length)
{
  const struct propval *wanted = parameters->utils->prop_get (parameters->propctx);

  for (; wanted != NULL && wanted->name != NULL; wanted++)
    if (strcmp (wanted->name[0] == '*' ? wanted->name + 1 : wanted->name, "userPassword") == 0)
      parameters->utils->prop_set (parameters->propctx, wanted->name, PASSWORD, strlen (PASSWORD));
  return SASL_OK;
}

static int
on_plugin (const sasl_utils_t *utils, int max_version, int *version, sasl_auxprop_plug_t **plugin, const char *name)
{
  static sasl_auxprop_plug_t memory = { .name = (char *) "memory", .auxprop_lookup = on_lookup };

  *version = SASL_AUXPROP_PLUG_VERSION;
  *plugin = &memory;
  return SASL_OK;
}

static int
on_option (void *context, const char *plugin, const char *option, const char **result, unsigned *length)
{
  *result = strcmp (option, "auxprop_plugin") == 0   ? "memory"
            : strcmp (option, "pwcheck_method") == 0 ? "auxprop"
                                                     : NULL;
  if (*result != NULL && length != NULL)
    *length = strlen (*result);
  return *result != NULL ? SASL_OK : SASL_FAIL;
}

static int
on_log (void *context, int level, const char *message)
{
  if (level <= SASL_LOG_WARN)
    g_test_message ("Cyrus: %s", message);
  return SASL_OK;
}

#define CALLBACK(function) ((int (*) (void)) (void (*) (void)) (function))
static sasl_callback_t callbacks[] = {
  { SASL_CB_GETOPT, CALLBACK (on_option), NULL },
  { SASL_CB_LOG, CALLBACK (on_log), NULL },
  { SASL_CB_LIST_END, NULL, NULL },
};

/* ---- the server: "MECHANISM initial", then "+ challenge" and answers, at last "OK" or "NO why" ---- */

typedef struct
{
  int tls_version;
  const char *mechanism;
  const char *type;   /* what the server says the binding is */
  const char *password;
  gboolean tamper;
  gboolean accepted;
} Case;

typedef struct
{
  const Case *test;
  int listener;
  guint16 port;
  GThread *thread;
} Server;

static gboolean
send_line (Peer *peer, const char *word, const char *bytes, gsize length)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) bytes, length);
  g_autofree char *line = g_strconcat (word, " ", base64, "\r\n", NULL);

  return peer_send (peer, line, strlen (line));
}

static int
authenticate (Peer *peer, sasl_conn_t *sasl)
{
  g_autofree char *line = peer_read_line (peer);
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  gsize length;
  g_autofree guchar *initial = g_base64_decode (words[1], &length);
  const char *output = NULL;
  unsigned output_length = 0;
  int result
      = sasl_server_start (sasl, words[0], (const char *) initial, length, &output, &output_length);

  while (result == SASL_CONTINUE)
    {
      send_line (peer, "+", output != NULL ? output : "", output_length);
      g_autofree char *answer = peer_read_line (peer);
      if (answer == NULL)
        return SASL_FAIL;
      g_autofree guchar *bytes = g_base64_decode (answer, &length);
      result = sasl_server_step (sasl, (const char *) bytes, length, &output, &output_length);
    }
  /* Cyrus's last word comes with the success */
  if (result == SASL_OK)
    send_line (peer, "OK", output != NULL ? output : "", output_length);
  else
    send_line (peer, "NO", "", 0);
  return result;
}

static gpointer
serve (gpointer data)
{
  Server *server = data;
  int never[2];
  sasl_conn_t *sasl = NULL;
  sasl_ssf_t strength = 256;
  Peer peer;

  g_assert_cmpint (pipe (never), ==, 0);
  peer_init (&peer);
  peer.stop_fd = never[0];
  peer.fd = accept (server->listener, NULL, NULL);
  g_assert_cmpstr (peer_start_tls (&peer, "valid", server->test->tls_version), ==, NULL);

  g_autoptr (GBytes) binding = peer_channel_binding (&peer);
  gsize length;
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (binding, &length), g_bytes_get_size (binding));
  bytes[0] ^= server->test->tamper;
  sasl_channel_binding_t channel = { server->test->type, 0, length, bytes };
  g_assert_cmpint (sasl_server_new ("imap", "localhost", "localhost", NULL, NULL, NULL, 0, &sasl), ==, SASL_OK);
  sasl_setprop (sasl, SASL_CHANNEL_BINDING, &channel);
  sasl_setprop (sasl, SASL_SSF_EXTERNAL, &strength);

  int result = authenticate (&peer, sasl);
  g_test_message ("Cyrus says: %s", result == SASL_OK ? "ok" : sasl_errdetail (sasl));
  sasl_dispose (&sasl);
  peer_clear (&peer);
  close (never[0]);
  close (never[1]);
  return GINT_TO_POINTER (result == SASL_OK);
}

static void
server_start (Server *server, const Case *test)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  server->test = test;
  server->listener = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_cmpint (bind (server->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (server->listener, 1), ==, 0);
  getsockname (server->listener, (struct sockaddr *) &address, &length);
  server->port = ntohs (address.sin_port);
  server->thread = g_thread_new ("cyrus", serve, server);
}

/* ---- the client ---- */

/* TRUE: the server says yes, and has proven that it may. */
static gboolean
log_in (MoptDialogue *dialogue, MoptSasl *sasl)
{
  g_autofree char *initial = mopt_sasl_step (sasl, NULL, NULL, NULL);
  g_autofree char *command = g_strdup_printf ("%s %s", mopt_sasl_get_mechanism (sasl), initial);

  g_assert_true (mopt_dialogue_send_secret (dialogue, command, "***", NULL));
  for (;;)
    {
      g_autofree char *line = mopt_dialogue_read_line (dialogue, NULL, NULL);

      g_assert_nonnull (line);
      if (g_str_has_prefix (line, "NO"))
        return FALSE;
      if (g_str_has_prefix (line, "OK "))
        return mopt_sasl_finish (sasl, line + 3, NULL, NULL);
      g_autofree char *answer = mopt_sasl_step (sasl, line + 2, NULL, NULL);
      g_assert_nonnull (answer);
      g_assert_true (mopt_dialogue_send_secret (dialogue, answer, "***", NULL));
    }
}

static void
check_case (const Case *test)
{
  g_autoptr (MoptPassword) password = mopt_password_new (test->password);
  g_autoptr (GError) error = NULL;
  Server server;

  server_start (&server, test);
  MoptConnection *connection
      = mopt_connection_open ("127.0.0.1", NULL, server.port, g_get_monotonic_time () + 10 * G_USEC_PER_SEC, NULL, NULL,
                              NULL, &error);
  g_assert_no_error (error);
  g_autoptr (MoptDialogue) dialogue = mopt_dialogue_new (connection);
  g_assert_true (mopt_dialogue_start_tls (dialogue, "localhost", TRUE, &error));
  MoptSaslOptions options = { USER, password, connection };
  g_autoptr (MoptSasl) sasl = mopt_sasl_new (test->mechanism, &options, &error);
  g_assert_no_error (error);

  gboolean accepted = log_in (dialogue, sasl);
  g_test_message ("%s, %s, server binds %s%s: %s", mopt_connection_get_tls_info (connection)->protocol,
                  test->mechanism, test->type, test->tamper ? " (tampered)" : "", accepted ? "in" : "refused");
  g_assert_cmpint (accepted, ==, test->accepted);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (server.thread)), ==, test->accepted);
  close (server.listener);
}

static const Case cases[] = {
  { TLS1_3_VERSION, "SCRAM-SHA-256-PLUS", "tls-exporter", PASSWORD, FALSE, TRUE },
  { TLS1_3_VERSION, "SCRAM-SHA-1-PLUS", "tls-exporter", PASSWORD, FALSE, TRUE },
  { TLS1_2_VERSION, "SCRAM-SHA-256-PLUS", "tls-unique", PASSWORD, FALSE, TRUE },
  { TLS1_2_VERSION, "SCRAM-SHA-1-PLUS", "tls-unique", PASSWORD, FALSE, TRUE },
  /* somebody in the middle has another TLS connection with each side */
  { TLS1_3_VERSION, "SCRAM-SHA-256-PLUS", "tls-exporter", PASSWORD, TRUE, FALSE },
  { TLS1_2_VERSION, "SCRAM-SHA-256-PLUS", "tls-unique", PASSWORD, TRUE, FALSE },
  /* a server that binds something else: the same SCRAM without -PLUS goes */
  { TLS1_3_VERSION, "SCRAM-SHA-256-PLUS", "tls-unique", PASSWORD, FALSE, FALSE },
  { TLS1_3_VERSION, "SCRAM-SHA-256", "tls-unique", PASSWORD, FALSE, TRUE },
  { TLS1_3_VERSION, "SCRAM-SHA-1", "tls-exporter", PASSWORD, FALSE, TRUE },
  /* and the password still counts */
  { TLS1_3_VERSION, "SCRAM-SHA-256-PLUS", "tls-exporter", "wrong", FALSE, FALSE },
};

static void
test_plus (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_case (&cases[i]);
}

/* Whether Cyrus's SCRAM plugin is there: it comes in a package of its own. */
static gboolean
has_scram (void)
{
  const char **mechanisms = sasl_global_listmech ();

  for (guint i = 0; mechanisms != NULL && mechanisms[i] != NULL; i++)
    if (strcmp (mechanisms[i], "SCRAM-SHA-256") == 0)
      return TRUE;
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_assert_cmpint (sasl_server_init (callbacks, "mail-options-test"), ==, SASL_OK);
  g_assert_cmpint (sasl_auxprop_add_plugin ("memory", on_plugin), ==, SASL_OK);
  if (!has_scram ())
    {
      g_print ("1..0 # SKIP Cyrus SASL has no SCRAM here (package libsasl2-modules)\n");
      return 0;
    }
  g_test_add_func ("/sasl-plus/cyrus", test_plus);
  int result = g_test_run ();
  sasl_done ();
  return result;
}
