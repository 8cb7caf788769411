/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why Auto chooses what it chooses, against scripted servers: every attempt to its end, no login, the words about it,
 * and what can be pinned. A custom port serves both attempts, one after the other. */
#include <string.h>

#include "certificates.h"
#include "check/probe.h"
#include "check/worker.h"
#include "scripted-server.h"

#define IMAP MOPT_PROTOCOL_IMAP
#define POP MOPT_PROTOCOL_POP3
#define SMTP MOPT_PROTOCOL_SMTP

#define IMAPS "TLS valid\nS: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=SCRAM-SHA-256] hi\n"
#define IMAP_STARTTLS \
  "S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi\nC: a1 STARTTLS\nS: a1 OK go\nTLS valid\n" \
  "C: a2 CAPABILITY\nS: * CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-1\nS: a2 OK done\n"
#define SMTPS "TLS valid\nS: 220 hi\nC: EHLO *\nS: 250-m\nS: 250-SIZE 52428800\nS: 250 AUTH PLAIN LOGIN\n"
#define NO_TLS_THERE "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\n"

static const struct
{
  const char *name;
  MoptProtocol protocol;
  const char *script;
  const char *rows; /* "implicit chosen, starttls works" */
  const char *before, *mechanisms; /* of the last row */
  const char *sentence;            /* in the last row's */
  const char *conclusion;          /* a part of it */
  int pin;                         /* MoptSecurity; -1: none */
  guint64 size;                    /* of the first row */
} cases[] = {
  { "imap, both", IMAP, IMAPS "CLOSE\nACCEPT\n" IMAP_STARTTLS, "implicit chosen, starttls works", "PLAIN", "SCRAM-SHA-1",
    "from the first byte is better", "Security SSL with Custom Port", MOPT_SECURITY_SSL },
  { "imap, starttls alone", IMAP, "S: * OK hi\nACCEPT\n" IMAP_STARTTLS, "implicit failed tls-not-spoken, starttls chosen",
    "PLAIN", "SCRAM-SHA-1", "the best that works", "Security TLS with Custom Port", MOPT_SECURITY_TLS },
  { "imap, implicit alone", IMAP, IMAPS "CLOSE\nACCEPT\n" NO_TLS_THERE, "implicit chosen, starttls failed tls-not-offered",
    "PLAIN", "", "offers no encryption", "Security SSL", MOPT_SECURITY_SSL },
  { "smtp, size", SMTP, SMTPS "CLOSE\nACCEPT\nS: 554 go away\n", "implicit chosen, starttls failed greeting-refused", "", "",
    "turned this computer away", "Security SSL", MOPT_SECURITY_SSL, 52428800 },
  { "pop, stls alone has no mode", POP,
    "S: +OK hi\nACCEPT\nS: +OK\nC: CAPA\nS: +OK\nS: STLS\nS: USER\nS: .\nC: STLS\nS: +OK\nTLS valid\nC: CAPA\nS: +OK\n"
    "S: SASL PLAIN\nS: USER\nS: .\n",
    "implicit failed tls-not-spoken, starttls chosen", "USER", "PLAIN, USER", "the best that works", "leave Security at Auto", -1 },
  { "nothing but clear text", IMAP, "S: * OK hi\nACCEPT\n" NO_TLS_THERE "ACCEPT\n" NO_TLS_THERE,
    "implicit failed tls-not-spoken, starttls failed tls-not-offered, none chosen", "", "PLAIN", "no better one",
    "others could read along", -1 },
  { "bad certificate", IMAP, "TLS expired\nACCEPT\n" IMAP_STARTTLS, "implicit failed certificate-expired, starttls works", "PLAIN",
    "SCRAM-SHA-1", "ends the search", "expired", -1 },
  { "silent where the other one is chosen", IMAP, IMAPS "CLOSE\nACCEPT\nHOLD\n", "implicit chosen, starttls abandoned", "", "",
    "not waited for", "Security SSL", MOPT_SECURITY_SSL },
  { "no mail server", IMAP, "S: SSH-2.0-x\nCLOSE\nACCEPT\nS: SSH-2.0-x\n",
    "implicit failed ssh-server, starttls failed ssh-server", "", "", "127.0.0.1", "127.0.0.1", -1 },
};

static char *
describe (const MoptProbe *probe)
{
  static const char *const kinds[] = { "none", "implicit", "starttls" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < probe->rows->len; i++)
    {
      const MoptProbeRow *row = g_ptr_array_index (probe->rows, i);

      g_test_message ("%s: %s", row->title, row->sentence);
      g_assert_cmpstr (row->sentence, !=, "");
      g_assert_null (strpbrk (row->sentence, "{}"));
      g_assert_true ((row->state == MOPT_PROBE_FAILED) == (row->code != NULL));
      g_string_append_printf (text, "%s%s %s%s%s", i > 0 ? ", " : "", kinds[row->tried->attempt.tls],
                              mopt_probe_state_name (row->state), row->code != NULL ? " " : "",
                              row->code != NULL ? row->code : "");
    }
  return g_string_free (text, FALSE);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static MoptProbe *
run (MoptProtocol protocol, guint16 port, GCancellable *cancellable, GError **error)
{
  g_autoptr (MoptSettings) settings = mopt_probe_settings (protocol, " 127.0.0.1 ", port, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  mopt_probe_async (settings, protocol == SMTP ? MOPT_SIDE_OUTGOING : MOPT_SIDE_INCOMING, 5000, cancellable, on_done,
                    &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return mopt_probe_finish (result, error);
}

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (ScriptedServer) server = scripted_server_new (cases[i].script);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (MoptProbe) probe = run (cases[i].protocol, scripted_server_get_port (server), NULL, &error);
  MoptSecurity security;
  guint16 port;

  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 4 * G_USEC_PER_SEC); /* of the 5 s that each may take */
  g_autofree char *described = describe (probe);
  const MoptProbeRow *first = g_ptr_array_index (probe->rows, 0);
  const MoptProbeRow *last = g_ptr_array_index (probe->rows, probe->rows->len - 1);
  g_test_message ("%s", probe->conclusion);
  g_assert_cmpstr (described, ==, cases[i].rows);
  g_assert_cmpstr (last->before, ==, cases[i].before);
  g_assert_cmpstr (last->mechanisms, ==, cases[i].mechanisms);
  g_assert_nonnull (strstr (last->sentence, cases[i].sentence));
  g_assert_nonnull (strstr (probe->conclusion, cases[i].conclusion));
  g_assert_null (strpbrk (probe->conclusion, "{}"));
  g_assert_cmpuint (first->size, ==, cases[i].size);
  g_assert_true ((probe->chosen < 0) == (probe->failure != NULL));
  g_assert_true ((*first->certificate != '\0') == (strstr (cases[i].script, "TLS") == cases[i].script));
  g_assert_true (mopt_probe_pin (probe, &security, &port) == (cases[i].pin >= 0));
  if (cases[i].pin >= 0)
    {
      g_assert_cmpint (security, ==, cases[i].pin);
      g_assert_cmpuint (port, ==, scripted_server_get_port (server));
    }
  g_assert_true (mopt_worker_settle (2000));
  g_free (scripted_server_finish (server));
  const char *said = scripted_server_get_received (server)->str;
  g_assert_null (strstr (said, "AUTH"));
  g_assert_null (strstr (said, "LOGIN"));
  g_assert_null (strstr (said, "USER"));
}

static void
test_nobody (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptProbe) probe = run (IMAP, 1, NULL, &error);
  g_autofree char *described = describe (probe);

  g_assert_no_error (error);
  g_assert_cmpstr (described, ==, "implicit failed connection-refused, starttls failed connection-refused");
  g_assert_cmpstr (probe->failure->code, ==, "connection-refused");

  g_assert_null (mopt_probe_settings (IMAP, "no host", 0, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
}

/* Where the port is the mode's own no Custom Port is needed. */
static void
test_pin (void)
{
  static const struct
  {
    MoptProtocol protocol;
    MoptAttempt attempt;
    gboolean ok;
    MoptSecurity security;
    guint16 port;
  } pins[] = {
    { IMAP, { 993, MOPT_TLS_IMPLICIT, TRUE }, TRUE, MOPT_SECURITY_SSL, 0 },
    { IMAP, { 143, MOPT_TLS_STARTTLS, TRUE }, TRUE, MOPT_SECURITY_TLS, 0 },
    { POP, { 995, MOPT_TLS_IMPLICIT, TRUE }, TRUE, MOPT_SECURITY_SSL, 0 },
    { POP, { 110, MOPT_TLS_STARTTLS, TRUE }, FALSE },
    { SMTP, { 465, MOPT_TLS_IMPLICIT, TRUE }, TRUE, MOPT_SECURITY_SSL, 0 },
    { SMTP, { 587, MOPT_TLS_STARTTLS, TRUE }, TRUE, MOPT_SECURITY_TLS, 587 },
    { SMTP, { 25, MOPT_TLS_STARTTLS, TRUE }, TRUE, MOPT_SECURITY_TLS, 0 },
    { SMTP, { 587, MOPT_TLS_NONE, FALSE }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      MoptTried tried = { .attempt = pins[i].attempt };
      MoptProbeRow row = { .tried = &tried, .state = MOPT_PROBE_CHOSEN };
      g_autoptr (GPtrArray) rows = g_ptr_array_new ();
      MoptProbe probe = { .protocol = pins[i].protocol, .rows = rows };
      MoptSecurity security = 0;
      guint16 port = 0;

      g_ptr_array_add (rows, &row);
      g_assert_true (mopt_probe_pin (&probe, &security, &port) == pins[i].ok);
      g_assert_cmpint (security, ==, pins[i].security);
      g_assert_cmpuint (port, ==, pins[i].port);
    }
}

static gboolean
on_timeout (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("HOLD");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 began = g_get_monotonic_time ();

  g_timeout_add (100, on_timeout, cancellable);
  g_assert_null (run (IMAP, scripted_server_get_port (server), cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 1000 * 1000);
  g_assert_true (mopt_worker_settle (2000));
  g_free (scripted_server_finish (server));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/probe/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/probe/nobody", test_nobody);
  g_test_add_func ("/probe/pin", test_pin);
  g_test_add_func ("/probe/cancel", test_cancel);
  return g_test_run ();
}
