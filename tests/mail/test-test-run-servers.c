/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The test of an account against real servers (tests/lib/mail.sh): every way in and out, the message in the mailbox,
 * and what real servers say no to. */
#include <stdlib.h>
#include <string.h>

#include "check/folders.h"
#include "check/test-run.h"
#include "check/worker.h"
#include "secret.h"
#include "secrets-wait.h"

#define DOMAIN "@example.test"
#define ARRIVAL_MS 20000

static char *no_addresses[] = { NULL };

/* The number that the environment has for a port, such as "IMAPS". */
static guint16
port (const char *name)
{
  g_autofree char *variable = g_strconcat ("MAIL_", name, NULL);
  const char *value = g_getenv (variable);

  if (value == NULL)
    g_error ("%s is not set: run me by tests/lib/with-servers.sh", variable);
  return (guint16) atoi (value);
}

typedef struct
{
  const char *name;
  MoptProtocol protocol;
  const char *host; /* of both; the address picks how the servers behave */
  MoptSecurity incoming;
  const char *incoming_port;
  MoptSecurity outgoing;
  const char *outgoing_port;
  const char *user;     /* without the domain */
  const char *password;
  gboolean in_body; /* the Conversation ID */
} Way;

static MoptSettings
make_settings (const Way *way, char **user)
{
  *user = g_strconcat (way->user, DOMAIN, NULL);
  return (MoptSettings) {
    .account_id = (char *) "work",
    .account_name = (char *) "Arbeit “Büro”",
    .incoming = { way->protocol, (char *) way->host, way->incoming, port (way->incoming_port), TRUE, *user },
    .outgoing = { MOPT_PROTOCOL_SMTP, (char *) way->host, way->outgoing, port (way->outgoing_port), TRUE, *user },
    .same_login = TRUE,
    .mailbox = way->protocol == MOPT_PROTOCOL_IMAP ? (char *) "INBOX" : NULL,
    .conversation_id_add = TRUE,
    .conversation_id_in_body = way->in_body,
    .from_user_address = TRUE,
    .from_legal = no_addresses,
    .from_default = (char *) "",
  };
}

static void
on_finished (MoptTestRun *run, gpointer loop)
{
  g_main_loop_quit (loop);
}

/* @password NULL: the keyring's. */
static MoptTestRun *
run_test (MoptSettings *settings, MoptSide sides, const char *password, guint arrival_ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MoptPassword) typed = password != NULL ? mopt_password_new (password) : NULL;
  const MoptTestOptions options = {
    .settings = settings,
    .sides = sides,
    .flags = MOPT_TEST_SEND_MESSAGE,
    .incoming_password = typed,
    .own_name = "Ålice Ünicode",
    .own_address = settings->incoming.user,
    .limit_ms = 10000,
    .arrival_ms = arrival_ms,
  };
  MoptTestRun *run = mopt_test_run_new (&options);

  g_signal_connect (run, "finished", G_CALLBACK (on_finished), loop);
  mopt_test_run_start (run);
  g_main_loop_run (loop);

  g_autofree char *report = mopt_test_run_report (run);
  g_assert_null (strstr (report, password != NULL ? password : TEST_PASSWORD ("alex")));
  g_test_message ("%s", report);
  return run;
}

#define SSL MOPT_SECURITY_SSL
#define TLS MOPT_SECURITY_TLS
#define AUTO MOPT_SECURITY_AUTO
#define BASIC MOPT_SECURITY_BASIC
#define UNCHECKED MOPT_SECURITY_SSL_NO_AUTHENTICATION
#define IMAP MOPT_PROTOCOL_IMAP
#define POP MOPT_PROTOCOL_POP3
#define ALEX "alex", TEST_PASSWORD ("alex")

static const Way ways[] = {
  { "imap-ssl", IMAP, "localhost", SSL, "IMAPS", SSL, "SMTPS", ALEX, FALSE },
  { "imap-tls", IMAP, "localhost", TLS, "IMAP", TLS, "SMTP", ALEX, TRUE },
  { "imap-auto-implicit", IMAP, "localhost", AUTO, "IMAPS", AUTO, "SMTPS", ALEX, FALSE },
  { "imap-auto-starttls", IMAP, "localhost", AUTO, "IMAP", AUTO, "SMTP", ALEX, FALSE },
  { "imap-basic", IMAP, "127.0.0.6", BASIC, "IMAP", BASIC, "SMTP", ALEX, FALSE },
  { "imap-another-user", IMAP, "127.0.0.1", SSL, "IMAPS", SSL, "SMTPS", "ann", TEST_PASSWORD ("ann"), FALSE },
  { "pop-ssl", POP, "localhost", SSL, "POP3S", SSL, "SMTPS", ALEX, FALSE },
  { "pop-auto-stls", POP, "localhost", AUTO, "POP3", AUTO, "SMTP", ALEX, TRUE },
  { "pop-basic", POP, "127.0.0.6", BASIC, "POP3", BASIC, "SMTP", ALEX, FALSE },
};

static void
test_way (gconstpointer data)
{
  const Way *way = data;
  g_autofree char *user = NULL;
  MoptSettings settings = make_settings (way, &user);
  g_autoptr (MoptTestRun) run = run_test (&settings, MOPT_SIDE_BOTH, way->password, ARRIVAL_MS);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);
      gboolean not_needed = mopt_test_stage_get_stage (stage) == MOPT_STAGE_SECURE && way->incoming == BASIC;

      if (mopt_test_stage_get_state (stage) != (not_needed ? MOPT_TEST_SKIPPED : MOPT_TEST_PASSED))
        g_error ("%s %s: %s", mopt_test_side_name (mopt_test_stage_get_side (stage)),
                 mopt_stage_name (mopt_test_stage_get_stage (stage)), mopt_test_stage_get_title (stage));
    }
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_PASSED);
  g_assert_nonnull (mopt_test_run_get_message (run));

  gsize length;
  const char *message = g_bytes_get_data (mopt_test_run_get_message (run), &length);
  g_autofree char *text = g_strndup (message, length);
  g_assert_nonnull (strstr (text, "{CMI: "));
  g_assert_true ((strstr (text, "{CMI: ") > strstr (text, "\r\n\r\n")) == way->in_body);
}

/* What the servers say no to: the stage, the code, and words of the sentence. */
static const struct
{
  Way way;
  MoptSide sides;
  MoptStage stage;
  const char *code;
  const char *words;
} refusals[] = {
  { { "expired", IMAP, "127.0.0.2", SSL, "IMAPS", SSL, "SMTPS", ALEX }, MOPT_SIDE_BOTH,
    MOPT_STAGE_SECURE, "certificate-expired", "expired on 20" },
  { { "wrong-host", IMAP, "127.0.0.3", TLS, "IMAP", TLS, "SMTP", ALEX }, MOPT_SIDE_BOTH,
    MOPT_STAGE_SECURE, "certificate-wrong-host", "not for 127.0.0.3" },
  { { "self-signed", POP, "127.0.0.4", SSL, "POP3S", SSL, "SMTPS", ALEX }, MOPT_SIDE_BOTH,
    MOPT_STAGE_SECURE, "certificate-self-signed", "nobody but itself" },
  { { "unknown-ca", IMAP, "127.0.0.7", AUTO, "IMAP", AUTO, "SMTP", ALEX }, MOPT_SIDE_BOTH,
    MOPT_STAGE_SECURE, "certificate-unknown-issuer", "authority" },
  { { "not-yet-valid", IMAP, "127.0.0.8", AUTO, "IMAPS", AUTO, "SMTPS", ALEX }, MOPT_SIDE_BOTH,
    MOPT_STAGE_SECURE, "certificate-not-yet-valid", "not valid before" },
  { { "no-tls-imap", IMAP, "127.0.0.5", TLS, "IMAP", TLS, "SMTP", ALEX }, MOPT_SIDE_INCOMING,
    MOPT_STAGE_SECURE, "tls-not-offered", "no encryption" },
  { { "no-tls-smtp", IMAP, "127.0.0.5", TLS, "IMAP", TLS, "SMTP", ALEX }, MOPT_SIDE_OUTGOING,
    MOPT_STAGE_SECURE, "tls-not-offered", "no encryption" },
  { { "password-imap", IMAP, "localhost", SSL, "IMAPS", SSL, "SMTPS", "alex", TEST_PASSWORD ("wrong") }, MOPT_SIDE_INCOMING,
    MOPT_STAGE_LOGIN, "login-refused", "refused the user name or password" },
  { { "password-pop", POP, "localhost", SSL, "POP3S", SSL, "SMTPS", "alex", TEST_PASSWORD ("wrong") }, MOPT_SIDE_INCOMING,
    MOPT_STAGE_LOGIN, "login-refused", "refused the user name or password" },
  { { "password-smtp", IMAP, "localhost", SSL, "IMAPS", SSL, "SMTPS", "alex", TEST_PASSWORD ("wrong") }, MOPT_SIDE_OUTGOING,
    MOPT_STAGE_LOGIN, "login-refused", "refused the user name or password" },
};

static void
test_refusal (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *user = NULL;
  MoptSettings settings = make_settings (&refusals[i].way, &user);
  g_autoptr (MoptTestRun) run = run_test (&settings, refusals[i].sides, refusals[i].way.password, ARRIVAL_MS);
  MoptTestStage *failed = mopt_test_run_get_failed (run);

  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_FAILED);
  g_assert_cmpstr (mopt_stage_name (mopt_test_stage_get_stage (failed)), ==, mopt_stage_name (refusals[i].stage));
  g_assert_cmpstr (mopt_test_stage_get_failure (failed)->code, ==, refusals[i].code);
  if (strstr (mopt_test_run_get_summary (run), refusals[i].words) == NULL)
    g_error ("“%s” is not in: %s", refusals[i].words, mopt_test_run_get_summary (run));
  g_assert_null (mopt_test_run_get_message (run));
}

static const Way plain_way = { "", IMAP, "localhost", SSL, "IMAPS", SSL, "SMTPS", ALEX };

static void
test_unchecked (void)
{
  const Way way = { "", IMAP, "127.0.0.4", UNCHECKED, "IMAPS", SSL, "SMTPS", ALEX };
  g_autofree char *user = NULL;
  MoptSettings settings = make_settings (&way, &user);
  g_autoptr (MoptTestRun) run = run_test (&settings, MOPT_SIDE_INCOMING, way.password, ARRIVAL_MS);
  g_autoptr (MoptTestStage) secure = g_list_model_get_item (G_LIST_MODEL (run), 2);

  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_PASSED);
  g_assert_nonnull (strstr (mopt_test_stage_get_title (secure), "not checked"));
}

static void
test_mailbox_missing (void)
{
  g_autofree char *user = NULL;
  MoptSettings settings = make_settings (&plain_way, &user);

  settings.mailbox = (char *) "Nirgends/Grün";
  g_autoptr (MoptTestRun) run = run_test (&settings, MOPT_SIDE_INCOMING, TEST_PASSWORD ("alex"), ARRIVAL_MS);
  const MoptFailure *failure = mopt_test_stage_get_failure (mopt_test_run_get_failed (run));

  g_assert_cmpstr (failure->code, ==, "mailbox-missing");
  g_assert_cmpstr (failure->property, ==, "incoming-mailbox");
  g_assert_nonnull (strstr (failure->sentence, "Nirgends/Grün"));
}

static void
test_sender_refused (void)
{
  char *legal[] = { (char *) "jo@example.test", NULL };
  g_autofree char *user = NULL;
  MoptSettings settings = make_settings (&plain_way, &user);

  settings.from_user_address = FALSE;
  settings.from_legal = legal;
  g_autoptr (MoptTestRun) run = run_test (&settings, MOPT_SIDE_BOTH, TEST_PASSWORD ("alex"), ARRIVAL_MS);
  const MoptFailure *failure = mopt_test_stage_get_failure (mopt_test_run_get_failed (run));

  /* Which of the two it calls it is the server's affair: Postfix says so only after RCPT TO. */
  g_assert_true (g_str_has_prefix (failure->code, "sender-") || g_str_equal (failure->code, "recipient-refused"));
  g_assert_nonnull (failure->server_words);
}

/* Taken by the outgoing server, and gone. */
static void
test_not_seen (void)
{
  const Way way = { "", IMAP, "localhost", SSL, "IMAPS", SSL, "SMTPS", "lost", TEST_PASSWORD ("lost") };
  g_autofree char *user = NULL;
  MoptSettings settings = make_settings (&way, &user);
  g_autoptr (MoptTestRun) run = run_test (&settings, MOPT_SIDE_BOTH, way.password, 1500);

  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_PASSED);
  g_assert_null (mopt_test_run_get_message (run));
  g_assert_nonnull (strstr (mopt_test_run_get_summary (run), "lost@example.test"));
}

/* No message was marked as seen, none deleted: Maildir says so in file names. */
static void
test_nothing_changed (void)
{
  g_autofree char *output = NULL;
  const char *const find[] = { "find", g_getenv ("MAIL_BOXES"), "-path", "*alex*", "-name", "*:2,*[ST]*", NULL };
  const char *const count[] = { "find", g_getenv ("MAIL_BOXES"), "-path", "*alex*", "-path", "*/[cn][ue][rw]/*", NULL };
  g_autofree char *all = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) find, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, NULL));
  g_assert_cmpstr (output, ==, "");
  g_assert_true (g_spawn_sync (NULL, (char **) count, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &all, NULL, NULL, NULL));
  g_assert_cmpstr (all, !=, "");
}

static void
on_folders (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static char **
fetch_folders (const MoptSettings *settings, const char *password, GError **error)
{
  g_autoptr (MoptPassword) typed = password != NULL ? mopt_password_new (password) : NULL;
  g_autoptr (GAsyncResult) result = NULL;

  mopt_folders_fetch_async (settings, typed, NULL, on_folders, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return mopt_folders_fetch_finish (result, NULL, error);
}

static void
test_folders (void)
{
  g_autofree char *user = NULL;
  g_autoptr (GError) error = NULL;
  MoptSettings settings = make_settings (&plain_way, &user);
  g_auto (GStrv) names = fetch_folders (&settings, TEST_PASSWORD ("alex"), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (names[0], ==, "INBOX");

  g_assert_null (fetch_folders (&settings, TEST_PASSWORD ("wrong"), &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_REFUSED);
  g_assert_nonnull (strstr (error->message, "localhost refused the user name or password."));
  g_clear_error (&error);

  settings.incoming.host = (char *) "127.0.0.2";
  g_assert_null (fetch_folders (&settings, TEST_PASSWORD ("alex"), &error));
  g_assert_nonnull (strstr (error->message, "expired on 20"));
}

static MoptTestState
state_of (MoptTestRun *run, MoptTestSide side, MoptStage wanted, const char **code)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);
      const MoptFailure *failure = mopt_test_stage_get_failure (stage);

      if (mopt_test_stage_get_side (stage) != side || mopt_test_stage_get_stage (stage) != wanted)
        continue;
      *code = failure != NULL ? failure->code : "";
      return mopt_test_stage_get_state (stage);
    }
  g_assert_not_reached ();
}

/* All goes as far as the login, which fails for want of a password. */
static void
assert_login_lacks (MoptTestRun *run, MoptTestSide side, const char *expected)
{
  const char *code;

  g_assert_cmpint (state_of (run, side, MOPT_STAGE_OFFERS, &code), ==, MOPT_TEST_PASSED);
  g_assert_cmpint (state_of (run, side, MOPT_STAGE_LOGIN, &code), ==, MOPT_TEST_FAILED);
  g_assert_cmpstr (code, ==, expected);
}

static void
test_keyring (void)
{
  g_autofree char *user = NULL;
  g_autoptr (GError) error = NULL;
  MoptSettings settings = make_settings (&plain_way, &user);
  g_autoptr (MoptSecretKey) incoming = mopt_secret_key_new (&settings, MOPT_SECTION_INCOMING_ACCOUNT);
  g_autoptr (MoptSecretKey) outgoing = mopt_secret_key_new (&settings, MOPT_SECTION_OUTGOING_ACCOUNT);
  const char *code;

  g_autoptr (MoptTestRun) none = run_test (&settings, MOPT_SIDE_BOTH, NULL, ARRIVAL_MS);
  assert_login_lacks (none, MOPT_TEST_SIDE_INCOMING, "keyring-not-stored");
  assert_login_lacks (none, MOPT_TEST_SIDE_OUTGOING, "keyring-not-stored");

  /* What was stored for one server does not go to another. */
  secrets_store (incoming, TEST_PASSWORD ("alex"), &error);
  g_assert_no_error (error);
  g_autoptr (MoptTestRun) half = run_test (&settings, MOPT_SIDE_BOTH, NULL, ARRIVAL_MS);
  g_assert_cmpint (state_of (half, MOPT_TEST_SIDE_INCOMING, MOPT_STAGE_MAILBOX, &code), ==, MOPT_TEST_PASSED);
  assert_login_lacks (half, MOPT_TEST_SIDE_OUTGOING, "keyring-not-stored");

  secrets_store (outgoing, TEST_PASSWORD ("alex"), &error);
  g_assert_no_error (error);
  g_autoptr (MoptTestRun) both = run_test (&settings, MOPT_SIDE_BOTH, NULL, ARRIVAL_MS);
  g_assert_cmpint (mopt_test_run_get_result (both), ==, MOPT_RESULT_PASSED);

  g_auto (GStrv) names = fetch_folders (&settings, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (names[0], ==, "INBOX");
}

static void
test_no_keyring (void)
{
  g_autofree char *user = NULL;
  MoptSettings settings = make_settings (&plain_way, &user);
  g_autoptr (MoptTestRun) run = run_test (&settings, MOPT_SIDE_BOTH, NULL, ARRIVAL_MS);

  assert_login_lacks (run, MOPT_TEST_SIDE_INCOMING, "keyring-no-service");
  assert_login_lacks (run, MOPT_TEST_SIDE_OUTGOING, "keyring-no-service");
}

static void
add_tests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strconcat ("/servers/way/", ways[i].name, NULL);
      g_test_add_data_func (path, &ways[i], test_way);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/servers/refusal/", refusals[i].way.name, NULL);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_refusal);
    }
  g_test_add_func ("/servers/unchecked", test_unchecked);
  g_test_add_func ("/servers/mailbox-missing", test_mailbox_missing);
  g_test_add_func ("/servers/sender-refused", test_sender_refused);
  g_test_add_func ("/servers/not-seen", test_not_seen);
  g_test_add_func ("/servers/folders", test_folders);
  g_test_add_func ("/servers/after/nothing-changed", test_nothing_changed); /* sub-suites run in this order, last */
}

/* Without a word all that needs no keyring; "keyring": in a session with one that is open; "no-keyring". */
int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("MAIL_CA") == NULL)
    {
      g_print ("1..0 # SKIP the servers are not there\n");
      return rmdir (state);
    }
  g_setenv ("SSL_CERT_FILE", g_getenv ("MAIL_CA"), TRUE);

  if (g_strcmp0 (argc > 1 ? argv[1] : NULL, "keyring") == 0)
    g_test_add_func ("/servers/keyring", test_keyring);
  else if (g_strcmp0 (argc > 1 ? argv[1] : NULL, "no-keyring") == 0)
    g_test_add_func ("/servers/no-keyring", test_no_keyring);
  else
    add_tests ();

  int status = g_test_run ();
  g_assert_true (mopt_worker_settle (5000)); /* none is stuck with a server */
  const char *const remove[] = { "rm", "-rf", state, NULL };
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return status;
}
