/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The test of an account against scripted servers: which stages pass, fail and are skipped, what is said about it,
 * what is sent and what must not be, and that a cancel is felt at once wherever the server stays silent. */
#include <glib/gstdio.h>
#include <string.h>

#include "certificates.h"
#include "check/fingerprint.h"
#include "check/test-run.h"
#include "check/worker.h"
#include "scripted-server.h"

#define PASSWORD "s3cret-Pässword"
#define USER "alice@example.test"
#define CANCEL_MS 300 /* 100 are promised; a busy machine gets thrice that */

static char *no_addresses[] = { NULL };

static MoptSettings
make_settings (ScriptedServer *incoming, ScriptedServer *outgoing)
{
  return (MoptSettings) {
    .account_id = (char *) "work",
    .account_name = (char *) "Work & “Play”",
    .incoming = { MOPT_PROTOCOL_POP3, (char *) "127.0.0.1", MOPT_SECURITY_BASIC,
                  incoming != NULL ? scripted_server_get_port (incoming) : 1, TRUE, (char *) USER },
    .outgoing = { MOPT_PROTOCOL_SMTP, (char *) "127.0.0.1", MOPT_SECURITY_BASIC,
                  outgoing != NULL ? scripted_server_get_port (outgoing) : 1, TRUE, (char *) USER },
    .same_login = TRUE,
    .from_user_address = TRUE,
    .from_legal = no_addresses,
    .from_default = (char *) "",
  };
}

typedef struct
{
  GMainLoop *loop;
  guint n_finished;
} Watch;

static void
on_finished (MoptTestRun *run, gpointer user_data)
{
  Watch *watch = user_data;

  watch->n_finished++;
  g_assert_cmpint (mopt_test_run_get_result (run), !=, MOPT_RESULT_NONE);
  if (watch->loop != NULL)
    g_main_loop_quit (watch->loop);
}

static MoptTestRun *
new_run (const MoptSettings *settings, MoptSide sides, const MoptTestOptions *extra)
{
  MoptTestOptions options = extra != NULL ? *extra : (MoptTestOptions) { .own_address = USER };
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);

  options.settings = (MoptSettings *) settings;
  options.sides = sides;
  if (!options.no_keyring)
    options.incoming_password = password;
  return mopt_test_run_new (&options);
}

static void
run_to_end (MoptTestRun *run)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watch watch = { loop, 0 };

  g_signal_connect (run, "finished", G_CALLBACK (on_finished), &watch);
  mopt_test_run_start (run);
  g_main_loop_run (loop);
  g_assert_cmpuint (watch.n_finished, ==, 1);
  g_signal_handlers_disconnect_by_data (run, &watch);
}

/* "find passed, connect passed, …" of one side. */
static char *
describe (MoptTestRun *run, MoptTestSide side)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);
      MoptTestState state = mopt_test_stage_get_state (stage);

      g_assert_cmpstr (mopt_test_stage_get_title (stage), !=, "");
      g_assert_null (strpbrk (mopt_test_stage_get_title (stage), "{}"));
      g_assert_nonnull (mopt_test_stage_get_detail (stage));
      g_assert_true ((state == MOPT_TEST_FAILED) <= (mopt_test_stage_get_failure (stage) != NULL));
      if (mopt_test_stage_get_side (stage) == side)
        g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "",
                                mopt_stage_name (mopt_test_stage_get_stage (stage)), mopt_test_state_name (state));
    }
  return g_string_free (text, FALSE);
}

#define assert_side(run, side, expected) \
  G_STMT_START \
  { \
    g_autofree char *described_ = describe (run, side); \
    g_assert_cmpstr (described_, ==, expected); \
  } \
  G_STMT_END

/* Neither in what is shown nor in what is copied, in no form that could be read back. */
static void
assert_no_secret (MoptTestRun *run)
{
  g_autofree char *report = mopt_test_run_report (run);
  g_autofree char *base64 = g_base64_encode ((const guchar *) PASSWORD, strlen (PASSWORD));
  g_autofree char *plain = g_base64_encode ((const guchar *) "\0" USER "\0" PASSWORD,
                                            strlen (USER) + strlen (PASSWORD) + 2);

  g_assert_nonnull (strstr (report, mopt_test_run_get_transcript (run)));
  g_assert_null (strstr (report, "s3cret"));
  g_assert_null (strstr (report, base64));
  g_assert_null (strstr (report, plain));
}

#define SMTP_LOGIN \
  "S: 220 here ESMTP\n" \
  "C: EHLO *\n" \
  "S: 250-here\n" \
  "S: 250-SIZE 1000000\n" \
  "S: 250 AUTH PLAIN\n" \
  "C: AUTH PLAIN *\n"
#define SMTP_ENVELOPE \
  SMTP_LOGIN \
  "S: 235 2.7.0 welcome\n" \
  "C: MAIL FROM:<alice@example.test>*\n" \
  "S: 250 2.1.0 fine\n" \
  "C: RCPT TO:<alice@example.test>*\n"
#define SMTP_ALL \
  SMTP_ENVELOPE \
  "S: 250 2.1.5 fine\n" \
  "C: DATA\n" \
  "S: 354 go on\n" \
  "BODY\n" \
  "S: 250 2.0.0 queued as 42\n" \
  "C: QUIT\n" \
  "S: 221 bye\n"
#define POP_LOGIN \
  "S: +OK here\n" \
  "C: CAPA\n" \
  "S: +OK\n" \
  "S: USER\n" \
  "S: UIDL\n" \
  "S: TOP\n" \
  "S: .\n" \
  "C: USER alice@example.test\n" \
  "S: +OK\n" \
  "C: PASS *\n"

static void
test_sends (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (SMTP_ALL);
  MoptSettings settings = make_settings (NULL, server);
  const MoptTestOptions options = {
    .flags = MOPT_TEST_SEND_MESSAGE,
    .own_name = "Alice \"A.\" Example",
    .own_address = USER,
  };

  settings.conversation_id_add = TRUE;
  settings.conversation_prefix = (char *) "PUBLSHD"; /* the publisher's */
  settings.conversation_counter = (char *) "/nonexistent/counter";
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_OUTGOING, &options);
  run_to_end (run);
  assert_side (run, MOPT_TEST_SIDE_OUTGOING,
               "find passed, connect passed, secure skipped, offers passed, login passed, sender passed, "
               "accepted passed");
  assert_side (run, MOPT_TEST_SIDE_INCOMING, "");
  assert_side (run, MOPT_TEST_SIDE_ARRIVAL, "");
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_PASSED);
  g_assert_null (mopt_test_run_get_failed (run));
  g_assert_nonnull (strstr (mopt_test_run_get_summary (run), USER));
  assert_no_secret (run);

  scripted_server_assert_finished (server);
  const char *received = scripted_server_get_received (server)->str;
  g_assert_nonnull (strstr (received, "Auto-Submitted: auto-generated"));
  g_assert_nonnull (strstr (received, "\"Alice \\\"A.\\\" Example\" <alice@example.test>"));
  g_assert_nonnull (strstr (received, "To: alice@example.test"));
  g_assert_nonnull (strstr (received, "{CMI: PUBLSHD"));
  g_autofree char *report = mopt_test_run_report (run); /* what could not be done as the publisher wants it */
  g_assert_nonnull (strstr (report, "“/nonexistent/counter” is out of reach"));
  g_assert_nonnull (strstr (received, g_get_host_name ()));
  g_assert_null (strstr (received, PASSWORD));
}

static void
test_check_sends_nothing (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (SMTP_LOGIN "S: 235 ok\nC: QUIT\nS: 221 bye\n");
  MoptSettings settings = make_settings (NULL, server);
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_OUTGOING, NULL);

  run_to_end (run);
  assert_side (run, MOPT_TEST_SIDE_OUTGOING,
               "find passed, connect passed, secure skipped, offers passed, login passed");
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_PASSED);
  scripted_server_assert_finished (server);
}

/* What goes wrong after which words, and what the run makes of it. */
static const struct
{
  const char *name;
  const char *script;
  const char *own_address;
  const char *stages;
  const char *code;
  const char *property;
  const char *words; /* in the server's words; NULL: there are none */
} failures[] = {
  { "refused", SMTP_LOGIN "S: 535 5.7.8 wrong, wrong\n", USER,
    "find passed, connect passed, secure skipped, offers passed, login failed, sender skipped, accepted skipped",
    "login-refused", "incoming-password", "wrong, wrong" },
  { "sender", SMTP_LOGIN "S: 235 ok\nC: MAIL FROM:*\nS: 553 5.7.1 not you\n", USER,
    "find passed, connect passed, secure skipped, offers passed, login passed, sender failed, accepted skipped",
    "sender-refused", "from-default", "not you" },
  { "recipient", SMTP_ENVELOPE "S: 550 5.1.1 nobody here\n", USER,
    "find passed, connect passed, secure skipped, offers passed, login passed, sender passed, accepted failed",
    "recipient-unknown", NULL, "nobody here" },
  { "message", SMTP_ENVELOPE "S: 250 ok\nC: DATA\nS: 354 go\nBODY\nS: 554 5.6.0 spam\n", USER,
    "find passed, connect passed, secure skipped, offers passed, login passed, sender passed, accepted failed",
    "message-suspect", NULL, "spam" },
  { "hung-up", "S: 220 here\nC: EHLO *\nCLOSE\n", USER,
    "find passed, connect passed, secure skipped, offers failed, login skipped, sender skipped, accepted skipped",
    "hung-up", "outgoing-port", NULL },
  { "own-address-unknown", SMTP_LOGIN "S: 235 ok\n", "",
    "find passed, connect passed, secure skipped, offers passed, login passed, sender failed, accepted skipped",
    "own-address-unknown", NULL, NULL },
};

static void
test_failure (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (ScriptedServer) server = scripted_server_new (failures[i].script);
  MoptSettings settings = make_settings (NULL, server);
  const MoptTestOptions options = { .flags = MOPT_TEST_SEND_MESSAGE, .own_address = failures[i].own_address };
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_OUTGOING, &options);

  run_to_end (run);
  assert_side (run, MOPT_TEST_SIDE_OUTGOING, failures[i].stages);
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_FAILED);

  const MoptFailure *failure = mopt_test_stage_get_failure (mopt_test_run_get_failed (run));
  g_assert_cmpstr (failure->code, ==, failures[i].code);
  g_assert_cmpstr (failure->property, ==, failures[i].property);
  if (failures[i].words != NULL)
    g_assert_nonnull (strstr (failure->server_words, failures[i].words));
  else
    g_assert_null (failure->server_words);
  g_assert_cmpstr (mopt_test_run_get_summary (run), ==, failure->sentence);
  g_assert_cmpstr (mopt_test_run_get_advice (run), ==, failure->advice);
  assert_no_secret (run);
}

/* Without a password all is tried but the login. */
static void
test_no_password (void)
{
  g_autoptr (ScriptedServer) server
      = scripted_server_new ("S: 220 here\nC: EHLO *\nS: 250-here\nS: 250 AUTH PLAIN\n");
  MoptSettings settings = make_settings (NULL, server);
  const MoptTestOptions options = { .own_address = USER, .no_keyring = TRUE };
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_OUTGOING, &options);

  run_to_end (run);
  assert_side (run, MOPT_TEST_SIDE_OUTGOING,
               "find passed, connect passed, secure skipped, offers passed, login failed");
  g_assert_cmpstr (mopt_test_stage_get_failure (mopt_test_run_get_failed (run))->code, ==, "keyring-not-stored");
  g_free (scripted_server_finish (server));
  g_assert_null (strstr (scripted_server_get_received (server)->str, "AUTH"));
}

/* The incoming server refuses the login at once; the outgoing one, slower, must not see it again:
 * MOPT_ERROR_AUTH_NOT_TRIED, which is no failure of that side. */
static void
test_refused_once (void)
{
  g_autoptr (ScriptedServer) incoming = scripted_server_new (POP_LOGIN "S: -ERR [AUTH] no\n");
  g_autoptr (ScriptedServer) outgoing
      = scripted_server_new ("DELAY 700\nS: 220 here\nC: EHLO *\nS: 250-here\nS: 250 AUTH PLAIN\n");
  MoptSettings settings = make_settings (incoming, outgoing);
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_BOTH, NULL);

  run_to_end (run);
  assert_side (run, MOPT_TEST_SIDE_INCOMING,
               "find passed, connect passed, secure skipped, offers passed, login failed, mailbox skipped");
  assert_side (run, MOPT_TEST_SIDE_OUTGOING,
               "find passed, connect passed, secure skipped, offers passed, login skipped");
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_FAILED);
  g_free (scripted_server_finish (outgoing));
  g_assert_null (strstr (scripted_server_get_received (outgoing)->str, "AUTH"));
}

static void
test_not_seen (void)
{
  const char *no_ids = "C: UIDL\nS: +OK\nS: .\n";
  g_autofree char *script = g_strconcat (POP_LOGIN, "S: +OK\nC: STAT\nS: +OK 0 0\n", no_ids,
                                         "C: QUIT\nS: +OK\nACCEPT\n", POP_LOGIN, "S: +OK\n", no_ids, NULL);
  g_autoptr (ScriptedServer) incoming = scripted_server_new (script);
  g_autoptr (ScriptedServer) outgoing = scripted_server_new (SMTP_ALL);
  MoptSettings settings = make_settings (incoming, outgoing);
  const MoptTestOptions options
      = { .flags = MOPT_TEST_SEND_MESSAGE, .own_address = USER, .arrival_ms = 900, .limit_ms = 5000 };
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_BOTH, &options);

  settings.conversation_id_add = TRUE;
  g_autoptr (MoptTestRun) with_id = new_run (&settings, MOPT_SIDE_BOTH, &options);
  assert_side (with_id, MOPT_TEST_SIDE_ARRIVAL, "arrived waiting, conversation-id waiting");

  run_to_end (run);
  assert_side (run, MOPT_TEST_SIDE_ARRIVAL, "arrived skipped");
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_PASSED);
  g_assert_null (mopt_test_run_get_failed (run));
  g_assert_nonnull (strstr (mopt_test_run_get_summary (run), "Sent to " USER));
  g_assert_nonnull (strstr (mopt_test_run_get_advice (run), "Junk"));
  scripted_server_assert_finished (incoming); /* a second session looked for it */
}

/* A server that takes its time at each step, but never too long, must not stretch the waiting. */
static void
test_slow_look (void)
{
  const char *slow = "DELAY 500\nS: +OK here\nC: CAPA\nDELAY 500\nS: +OK\nS: USER\nS: UIDL\nS: TOP\nS: .\n"
                     "C: USER alice@example.test\nDELAY 500\nS: +OK\nC: PASS *\nDELAY 500\nS: +OK\n";
  g_autofree char *script = g_strconcat (POP_LOGIN, "S: +OK\nC: STAT\nS: +OK 0 0\nC: UIDL\nS: +OK\nS: .\n",
                                         "C: QUIT\nS: +OK\nACCEPT\n", slow, NULL);
  g_autoptr (ScriptedServer) incoming = scripted_server_new (script);
  g_autoptr (ScriptedServer) outgoing = scripted_server_new (SMTP_ALL);
  MoptSettings settings = make_settings (incoming, outgoing);
  const MoptTestOptions options
      = { .flags = MOPT_TEST_SEND_MESSAGE, .own_address = USER, .arrival_ms = 900, .limit_ms = 800 };
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_BOTH, &options);
  gint64 start = g_get_monotonic_time ();

  run_to_end (run);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 1800 * 1000);
  assert_side (run, MOPT_TEST_SIDE_ARRIVAL, "arrived skipped");
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_PASSED);
  g_free (scripted_server_finish (incoming)); /* cut off in the middle */
}

/* A quick outgoing server and a slow incoming one, which has not said yet what is old mail. */
static void
check_baseline (MoptProtocol protocol, const char *script, gboolean waits)
{
  g_autoptr (ScriptedServer) incoming = scripted_server_new (script);
  g_autoptr (ScriptedServer) outgoing = scripted_server_new (SMTP_ALL);
  MoptSettings settings = make_settings (incoming, outgoing);
  const MoptTestOptions options = { .flags = MOPT_TEST_SEND_MESSAGE, .own_address = USER, .arrival_ms = 400 };

  settings.incoming.protocol = protocol;
  settings.mailbox = protocol == MOPT_PROTOCOL_IMAP ? (char *) "INBOX" : NULL;
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_BOTH, &options);
  run_to_end (run);
  g_autoptr (MoptTestStage) accepted = g_list_model_get_item (G_LIST_MODEL (run), 12);
  g_assert_cmpint (mopt_test_stage_get_stage (accepted), ==, MOPT_STAGE_ACCEPTED);
  g_assert_cmpint (mopt_test_stage_get_ms (accepted) >= 300, ==, waits);
  g_assert_cmpint (mopt_test_stage_get_state (accepted), ==, MOPT_TEST_PASSED);
  if (!waits)
    scripted_server_assert_finished (incoming);
}

static void
test_baseline (void)
{
  check_baseline (MOPT_PROTOCOL_POP3, POP_LOGIN "S: +OK\nC: STAT\nDELAY 500\nS: +OK 0 0\nC: UIDL\nS: +OK\nS: .\n"
                  "C: QUIT\nS: +OK\n", TRUE);
  check_baseline (MOPT_PROTOCOL_IMAP, "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\n"
                  "C: a1 AUTHENTICATE PLAIN *\nS: a1 OK [CAPABILITY IMAP4rev1] in\nC: a2 EXAMINE *\nDELAY 500\nS: * 3 EXISTS\nS: * OK [UIDNEXT 70] x\nS: a2 OK\nC: a3 NOOP\nS: a3 OK\n"
                  "C: a4 UID FETCH 20:\\* *\nS: a4 OK\nC: a5 NOOP\nS: a5 OK\nC: a6 UID FETCH 20:\\* *\nS: a6 OK\n"
                  "C: a7 LOGOUT\nCLOSE", FALSE);
}

static void
test_tls (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("TLS\n" SMTP_LOGIN "S: 235 ok\n");
  MoptSettings settings = make_settings (NULL, server);

  settings.outgoing.security = MOPT_SECURITY_SSL;
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_OUTGOING, NULL);
  run_to_end (run);
  assert_side (run, MOPT_TEST_SIDE_OUTGOING,
               "find passed, connect passed, secure passed, offers passed, login passed");

  g_autoptr (MoptTestStage) secure = g_list_model_get_item (G_LIST_MODEL (run), 2);
  g_assert_true (g_str_has_prefix (mopt_test_stage_get_title (secure), "Secure: TLS 1.3, "));
  g_assert_nonnull (strstr (mopt_test_stage_get_title (secure), "day"));
  g_autoptr (MoptTestStage) connect = g_list_model_get_item (G_LIST_MODEL (run), 1);
  g_autofree char *title = g_strdup_printf ("Connected, port %u", settings.outgoing.custom_port);
  g_assert_cmpstr (mopt_test_stage_get_title (connect), ==, title);
}

static void
test_certificate (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("TLS expired\nHOLD\n");
  MoptSettings settings = make_settings (NULL, server);

  settings.outgoing.security = MOPT_SECURITY_SSL;
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_OUTGOING, NULL);
  run_to_end (run);
  assert_side (run, MOPT_TEST_SIDE_OUTGOING,
               "find passed, connect passed, secure failed, offers skipped, login skipped");

  const MoptFailure *failure = mopt_test_stage_get_failure (mopt_test_run_get_failed (run));
  g_assert_cmpstr (failure->code, ==, "certificate-expired");
  g_assert_true (g_regex_match_simple ("expired on 20[0-9]{2}-[0-9]{2}-[0-9]{2}", failure->sentence, 0, 0));
  g_free (scripted_server_finish (server));
  g_assert_cmpuint (scripted_server_get_received (server)->len, ==, 0);
}

/* Where a server can stay silent. */
static const struct
{
  const char *name;
  const char *script;
  MoptSecurity security;
} silences[] = {
  { "greeting", "HOLD\n", MOPT_SECURITY_BASIC },
  { "handshake", "HOLD\n", MOPT_SECURITY_SSL },
  { "offers", "S: 220 here\nC: EHLO *\nHOLD\n", MOPT_SECURITY_BASIC },
  { "login", SMTP_LOGIN "HOLD\n", MOPT_SECURITY_BASIC },
  { "sender", SMTP_LOGIN "S: 235 ok\nC: MAIL FROM:*\nHOLD\n", MOPT_SECURITY_BASIC },
  { "recipient", SMTP_ENVELOPE "HOLD\n", MOPT_SECURITY_BASIC },
  { "message", SMTP_ENVELOPE "S: 250 ok\nC: DATA\nS: 354 go\nBODY\nHOLD\n", MOPT_SECURITY_BASIC },
};

typedef struct
{
  MoptTestRun *run;
  ScriptedServer *server;
  gint64 time; /* of the cancellation, µs */
} Cancelling;

static gboolean
on_look (gpointer data)
{
  Cancelling *cancelling = data;

  if (!scripted_server_holds (cancelling->server))
    return G_SOURCE_CONTINUE;
  cancelling->time = g_get_monotonic_time ();
  mopt_test_run_cancel (cancelling->run);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (ScriptedServer) server = scripted_server_new (silences[i].script);
  MoptSettings settings = make_settings (NULL, server);
  const MoptTestOptions options = { .flags = MOPT_TEST_SEND_MESSAGE, .own_address = USER };

  settings.outgoing.security = silences[i].security;
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_OUTGOING, &options);
  Cancelling cancelling = { .run = run, .server = server };
  g_timeout_add (10, on_look, &cancelling);
  run_to_end (run);
  g_assert_cmpint ((g_get_monotonic_time () - cancelling.time) / 1000, <, CANCEL_MS);
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_CANCELLED);
  g_assert_cmpstr (mopt_test_run_get_summary (run), !=, "");

  g_autofree char *stages = describe (run, MOPT_TEST_SIDE_OUTGOING);
  g_assert_nonnull (strstr (stages, "accepted skipped"));
  g_assert_null (strstr (stages, "running"));
  g_assert_null (strstr (stages, "waiting"));
  g_assert_null (strstr (stages, "failed"));

  /* The worker lets go of the server by itself, also after the run is gone. */
  g_clear_object (&run);
  g_autofree char *problem = scripted_server_finish (server);
  g_assert_cmpstr (problem, ==, NULL);
}

/* A silent server costs one stage its limit, no more. */
static void
test_limit (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("S: 220 here\nC: EHLO *\nHOLD\n");
  MoptSettings settings = make_settings (NULL, server);
  const MoptTestOptions options = { .own_address = USER, .limit_ms = 300 };
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_OUTGOING, &options);
  gint64 start = g_get_monotonic_time ();

  run_to_end (run);
  g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, 300 + 2 * CANCEL_MS);
  assert_side (run, MOPT_TEST_SIDE_OUTGOING,
               "find passed, connect passed, secure skipped, offers failed, login skipped");
  g_assert_cmpstr (mopt_test_stage_get_failure (mopt_test_run_get_failed (run))->code, ==, "timed-out");
}

/* Whoever drops a run has also ended it. */
static void
test_dropped (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (SMTP_LOGIN "HOLD\n");
  MoptSettings settings = make_settings (NULL, server);
  MoptTestRun *run = new_run (&settings, MOPT_SIDE_OUTGOING, NULL);
  gint64 end = g_get_monotonic_time () + 200 * 1000;

  mopt_test_run_start (run);
  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (run);
  scripted_server_assert_finished (server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Told once, and not from inside the call. */
static void
test_cancel_before_start (void)
{
  MoptSettings settings = make_settings (NULL, NULL);
  g_autoptr (MoptTestRun) run = new_run (&settings, MOPT_SIDE_BOTH, NULL);
  Watch watch = { NULL, 0 };

  g_signal_connect (run, "finished", G_CALLBACK (on_finished), &watch);
  mopt_test_run_cancel (run);
  mopt_test_run_cancel (run);
  g_assert_cmpuint (watch.n_finished, ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (watch.n_finished, ==, 1);
}

static void
test_fingerprint (void)
{
  MoptSettings settings = make_settings (NULL, NULL);
  g_autofree char *base = mopt_fingerprint_account (&settings);
  g_autofree char *again = mopt_fingerprint_account (&settings);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  char *list[] = { (char *) "a@example.test", NULL };
  MoptSettings others[12];

  g_assert_cmpstr (base, ==, again);
  g_hash_table_add (seen, g_strdup (base));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    others[i] = settings;
  others[0].incoming.host = (char *) "127.0.0.2";
  others[1].outgoing.host = (char *) "127.0.0.2";
  others[2].incoming.custom_port++;
  others[3].outgoing.user = (char *) "bob";
  others[4].incoming.user = (char *) "bob";
  others[5].outgoing.security = MOPT_SECURITY_TLS;
  others[6].mailbox = (char *) "INBOX";
  others[7].conversation_id_add = TRUE;
  others[8].from_legal = list;
  others[9].from_use = list;
  others[10].outgoing.authenticate = FALSE;
  others[11].from_default = list[0];
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_true (g_hash_table_add (seen, mopt_fingerprint_account (&others[i])));
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_test_add_func ("/test-run/sends", test_sends);
  g_test_add_func ("/test-run/check-sends-nothing", test_check_sends_nothing);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *path = g_strconcat ("/test-run/failure/", failures[i].name, NULL);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_failure);
    }
  g_test_add_func ("/test-run/no-password", test_no_password);
  g_test_add_func ("/test-run/refused-once", test_refused_once);
  g_test_add_func ("/test-run/not-seen", test_not_seen);
  g_test_add_func ("/test-run/slow-look", test_slow_look);
  g_test_add_func ("/test-run/baseline", test_baseline);
  g_test_add_func ("/test-run/limit", test_limit);
  g_test_add_func ("/test-run/dropped", test_dropped);
  g_test_add_func ("/test-run/tls", test_tls);
  g_test_add_func ("/test-run/certificate", test_certificate);
  for (guint i = 0; i < G_N_ELEMENTS (silences); i++)
    {
      g_autofree char *path = g_strconcat ("/test-run/cancel/", silences[i].name, NULL);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_cancel);
    }
  g_test_add_func ("/test-run/cancel/before-start", test_cancel_before_start);
  g_test_add_func ("/test-run/fingerprint", test_fingerprint);

  int status = g_test_run ();
  g_assert_true (mopt_worker_settle (5000)); /* none is stuck with a server */
  const char *const remove[] = { "rm", "-rf", state, NULL };
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return status;
}
