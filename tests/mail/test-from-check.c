/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Check From Addresses against scripted servers: what is asked, that nothing is sent, what each answer makes of an
 * address and of those after it, and what is kept. */
#include <glib/gstdio.h>
#include <string.h>

#include "check/from-check.h"
#include "check/worker.h"
#include "scripted-server.h"

#define USER "alice@example.test"
#define PASSWORD "s3cret-Pässword"
#define CANCEL_MS 300 /* 100 are promised; a busy machine gets thrice that */

#define LOGIN(extra) \
  "S: 220 here ESMTP\nC: EHLO *\nS: 250-here\n" extra "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 2.7.0 welcome\n"
#define ASK(address) "C: MAIL FROM:<" address ">\nS: 250 2.1.0 fine\nC: RCPT TO:<alice@example.test>\n"
#define RESET_OK "C: RSET\nS: 250 2.0.0 forgotten\n"
#define YES(address) ASK (address) "S: 250 2.1.5 fine\n" RESET_OK
#define BYE "C: QUIT\nS: 221 bye\n"

static MoptSettings
make_settings (ScriptedServer *server, char **legal, char **use)
{
  static char *none[] = { NULL };

  return (MoptSettings) {
    .account_id = (char *) "work",
    .account_name = (char *) "Work",
    .incoming = { MOPT_PROTOCOL_POP3, (char *) "127.0.0.1", MOPT_SECURITY_BASIC, 1, TRUE, (char *) USER },
    .outgoing = { MOPT_PROTOCOL_SMTP, (char *) "127.0.0.1", MOPT_SECURITY_BASIC,
                  server != NULL ? scripted_server_get_port (server) : 1, TRUE, (char *) USER },
    .same_login = TRUE,
    .from_user_address = TRUE,
    .from_legal = legal != NULL ? legal : none,
    .from_use = use,
    .from_default = (char *) "",
  };
}

static MoptFromCheck *
new_check (const MoptSettings *settings, const MoptFromCheckOptions *extra)
{
  MoptFromCheckOptions options = extra != NULL ? *extra : (MoptFromCheckOptions) { .own_address = USER };
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);

  options.settings = settings;
  if (!options.no_keyring)
    options.password = password;
  return mopt_from_check_new (&options);
}

static void
run_to_end (MoptFromCheck *check)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_signal_connect_swapped (check, "finished", G_CALLBACK (g_main_loop_quit), loop);
  mopt_from_check_start (check);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (check, loop);
  g_assert_null (strstr (mopt_from_check_get_transcript (check), "s3cret"));
  g_assert_null (strpbrk (mopt_from_check_get_summary (check), "{}"));
}

/* "alice@example.test accepted, bob@example.test refused sender-refused" */
static char *
describe (MoptFromCheck *check)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (check)); i++)
    {
      g_autoptr (MoptFromResult) result = g_list_model_get_item (G_LIST_MODEL (check), i);
      const MoptFailure *failure = mopt_from_result_get_failure (result);

      g_assert_true ((mopt_from_result_get_state (result) == MOPT_FROM_STATE_REFUSED) <= (failure != NULL));
      g_assert_cmpstr (mopt_from_result_get_title (result), !=, "");
      g_string_append_printf (text, "%s%s %s%s%s", text->len > 0 ? ", " : "", mopt_from_result_get_address (result),
                              mopt_from_state_name (mopt_from_result_get_state (result)), failure != NULL ? " " : "",
                              failure != NULL ? failure->code : "");
    }
  return g_string_free (text, FALSE);
}

#define TWO "bob@example.test"
#define THREE "Support <support@example.test>"

static const struct
{
  const char *name;
  const char *script;
  const char *results;
  MoptTestResult result;
  const char *summary; /* a part of it */
  const char *words;   /* of the first that was not accepted; NULL: none */
} cases[] = {
  { "all", LOGIN ("S: 250-SIZE 1000\n") YES (USER) YES (TWO) YES ("support@example.test") BYE,
    USER " accepted, " TWO " accepted, " THREE " accepted", MOPT_RESULT_PASSED, "all 3 addresses", NULL },
  { "pipelining",
    LOGIN ("S: 250-PIPELINING\n") "C: MAIL FROM:<" USER ">\nC: RCPT TO:<" USER ">\nS: 250 1\nS: 250 2\n" RESET_OK
    "C: MAIL FROM:<" TWO ">\nC: RCPT TO:<" USER ">\nS: 550 5.7.1 not yours\nS: 503 5.5.1 MAIL first\n" RESET_OK
    "C: MAIL FROM:<support@example.test>\nC: RCPT TO:<" USER ">\nS: 250 1\nS: 250 2\n" RESET_OK BYE,
    USER " accepted, " TWO " refused sender-refused, " THREE " accepted", MOPT_RESULT_FAILED, TWO, "not yours" },
  { "refused at MAIL, and at RCPT",
    LOGIN ("") "C: MAIL FROM:<" USER ">\nS: 553 5.7.1 no\n" RESET_OK YES (TWO) ASK ("support@example.test")
    "S: 553 5.7.1 <support@example.test>: Sender address rejected: not owned by user alice\n" RESET_OK BYE,
    USER " refused sender-refused, " TWO " accepted, " THREE " refused sender-not-own", MOPT_RESULT_FAILED,
    "2 of 3", "553 5.7.1 no" },
  { "later is no refusal", LOGIN ("") ASK (USER) "S: 450 4.7.1 greylisted\n" RESET_OK YES (TWO) YES ("support@example.test") BYE,
    USER " not-checked greylisted, " TWO " accepted, " THREE " accepted", MOPT_RESULT_FAILED, "127.0.0.1",
    "greylisted" },
  { "hung up in the middle", LOGIN ("") YES (USER) "C: MAIL *\nCLOSE",
    USER " accepted, " TWO " not-checked hung-up, " THREE " not-checked hung-up", MOPT_RESULT_FAILED, "hung up", NULL },
  { "refused and hung up", LOGIN ("") "C: MAIL *\nS: 550 5.7.1 get lost\nCLOSE",
    USER " refused sender-refused, " TWO " not-checked hung-up, " THREE " not-checked hung-up", MOPT_RESULT_FAILED,
    USER, "get lost" },
  { "too many errors", LOGIN ("") YES (USER) "C: MAIL *\nS: 421 4.7.0 too many errors\nCLOSE",
    USER " accepted, " TWO " not-checked shutting-down, " THREE " not-checked shutting-down",
    MOPT_RESULT_FAILED, "127.0.0.1", "too many errors" },
  { "RSET refused", LOGIN ("") ASK (USER) "S: 250 fine\nC: RSET\nS: 502 5.5.1 what?\n" BYE,
    USER " accepted, " TWO " not-checked command-refused, " THREE " not-checked command-refused", MOPT_RESULT_FAILED,
    "127.0.0.1", "what?" },
  { "wrong password", "S: 220 here\nC: EHLO *\nS: 250-here\nS: 250 AUTH PLAIN\nC: AUTH *\nS: 535 5.7.8 wrong\n",
    USER " not-checked login-refused, " TWO " not-checked login-refused, " THREE " not-checked login-refused",
    MOPT_RESULT_FAILED, "refused the user name or password", "wrong" },
};

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (ScriptedServer) server = scripted_server_new (cases[i].script);
  char *legal[] = { (char *) TWO, (char *) THREE, (char *) "*@pattern.example.test", NULL };
  MoptSettings settings = make_settings (server, legal, NULL);
  g_autoptr (MoptFromCheck) check = new_check (&settings, NULL);
  g_autoptr (MoptFromResult) first_bad = NULL;

  run_to_end (check);
  g_autofree char *described = describe (check);
  g_assert_cmpstr (described, ==, cases[i].results);
  g_assert_cmpint (mopt_from_check_get_result (check), ==, cases[i].result);
  if (strstr (mopt_from_check_get_summary (check), cases[i].summary) == NULL)
    g_error ("“%s” is not in: %s", cases[i].summary, mopt_from_check_get_summary (check));
  for (guint k = 0; first_bad == NULL && k < g_list_model_get_n_items (G_LIST_MODEL (check)); k++)
    {
      g_autoptr (MoptFromResult) result = g_list_model_get_item (G_LIST_MODEL (check), k);

      if (mopt_from_result_get_state (result) != MOPT_FROM_STATE_ACCEPTED)
        first_bad = g_steal_pointer (&result);
    }
  if (cases[i].words != NULL)
    g_assert_nonnull (strstr (mopt_from_result_get_failure (first_bad)->server_words, cases[i].words));

  g_assert_true (mopt_worker_settle (2000));
  scripted_server_assert_finished (server);
  g_assert_null (strstr (scripted_server_get_received (server)->str, "DATA"));
  g_assert_null (strstr (scripted_server_get_received (server)->str, "BDAT"));
  g_assert_null (strstr (scripted_server_get_received (server)->str, "pattern"));
}

/* Patterns count through from-use; letters beyond ASCII as in any envelope; another recipient. */
static void
test_addresses (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (
      LOGIN ("") "C: MAIL FROM:<info@xn--bcher-kva.example>\nS: 250 ok\nC: RCPT TO:<bob@example.test>\nS: 250 ok\n" RESET_OK
      RESET_OK "C: MAIL FROM:<pick@pattern.example.test>\nS: 250 ok\nC: RCPT TO:<bob@example.test>\nS: 250 ok\n" RESET_OK BYE);
  char *legal[] = { (char *) "*@pattern.example.test", (char *) "info@bücher.example", (char *) "jörg@example.test", NULL };
  char *use[] = { (char *) "pick@pattern.example.test", (char *) "info@bücher.example", (char *) "jörg@example.test",
                  (char *) "other@example.test", NULL };
  MoptSettings settings = make_settings (server, legal, use);
  const MoptFromCheckOptions options = { .own_address = USER, .to = "Bob <bob@example.test>" };
  g_autoptr (MoptFromCheck) check = new_check (&settings, &options);

  run_to_end (check);
  g_autofree char *described = describe (check);
  g_assert_cmpstr (described, ==, "info@bücher.example accepted, jörg@example.test refused smtputf8-missing, "
                                  "pick@pattern.example.test accepted");
  g_assert_true (mopt_worker_settle (2000));
  scripted_server_assert_finished (server);
}

/* Nothing is begun where there is nothing to ask, or nobody to name. */
static void
test_nothing (void)
{
  MoptSettings settings = make_settings (NULL, NULL, NULL);
  const MoptFromCheckOptions nobody = { .own_address = "" };
  char *legal[] = { (char *) TWO, NULL };

  g_autoptr (MoptFromCheck) empty = new_check (&settings, &nobody);
  run_to_end (empty);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (empty)), ==, 0);
  g_assert_cmpint (mopt_from_check_get_result (empty), ==, MOPT_RESULT_FAILED);
  g_assert_cmpstr (mopt_from_check_get_summary (empty), !=, "");

  settings.from_legal = legal;
  g_autoptr (MoptFromCheck) unknown = new_check (&settings, &nobody);
  run_to_end (unknown);
  g_autofree char *described = describe (unknown);
  g_assert_cmpstr (described, ==, TWO " not-checked own-address-unknown");

  const MoptFromCheckOptions no_password = { .own_address = USER, .no_keyring = TRUE };
  g_autoptr (MoptFromCheck) refused = new_check (&settings, &no_password);
  run_to_end (refused);
  g_autofree char *why = describe (refused);
  g_assert_cmpstr (why, ==, USER " not-checked keyring-not-stored, " TWO " not-checked keyring-not-stored");
}

static void
on_running (MoptFromResult *result, GParamSpec *pspec, gint64 *cancelled)
{
  if (mopt_from_result_get_state (result) == MOPT_FROM_STATE_RUNNING)
    *cancelled = g_get_monotonic_time ();
}

static void
test_cancel (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (LOGIN ("") YES (USER) "C: MAIL *\nHOLD");
  char *legal[] = { (char *) TWO, (char *) THREE, NULL };
  MoptSettings settings = make_settings (server, legal, NULL);
  g_autoptr (MoptFromCheck) check = new_check (&settings, NULL);
  g_autoptr (MoptFromResult) second = g_list_model_get_item (G_LIST_MODEL (check), 1);
  gint64 at = 0;
  guint n_finished = 0;

  g_signal_connect (second, "notify::state", G_CALLBACK (on_running), &at);
  g_signal_connect_swapped (check, "finished", G_CALLBACK (g_atomic_int_inc), &n_finished);
  mopt_from_check_start (check);
  while (at == 0)
    g_main_context_iteration (NULL, TRUE);
  gint64 began = g_get_monotonic_time ();
  mopt_from_check_cancel (check);
  g_assert_cmpuint (n_finished, ==, 0);
  while (n_finished == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - began, <, CANCEL_MS * 1000);
  g_autofree char *described = describe (check);
  g_assert_cmpstr (described, ==, USER " accepted, " TWO " not-checked, " THREE " not-checked");
  g_assert_cmpint (mopt_from_check_get_result (check), ==, MOPT_RESULT_CANCELLED);

  g_assert_true (mopt_worker_settle (2000));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_finished, ==, 1);
  g_autofree char *still = describe (check);
  g_assert_cmpstr (still, ==, described);
  g_free (scripted_server_finish (server));
}

static void
test_remember (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (
      LOGIN ("") YES (USER) "C: MAIL *\nS: 553 5.7.1 no; \"never\"\\, ähm\n" RESET_OK YES ("support@example.test") BYE);
  char *legal[] = { (char *) TWO, (char *) THREE, NULL };
  MoptSettings settings = make_settings (server, legal, NULL);
  g_autoptr (MoptFromCheck) check = new_check (&settings, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (mopt_from_check_recall (&settings));
  run_to_end (check);
  g_assert_null (mopt_from_check_remember (check));

  g_autoptr (MoptLastFromCheck) last = mopt_from_check_recall (&settings);
  g_assert_nonnull (last);
  g_assert_cmpuint (last->notes->len, ==, 3);
  g_assert_cmpint (last->time, >, 1700000000);
  const MoptFromNote *note = mopt_last_from_check_find (last, "Bob <BOB@example.test>");
  g_assert_cmpstr (note->state, ==, "refused");
  g_assert_cmpstr (note->code, ==, "sender-refused");
  g_assert_cmpstr (note->words, ==, "553 5.7.1 no; \"never\"\\, ähm");
  g_assert_cmpstr (note->sentence, !=, "");
  g_assert_cmpstr (mopt_last_from_check_find (last, THREE)->state, ==, "accepted");
  g_assert_null (mopt_last_from_check_find (last, "nobody@example.test"));
  g_assert_null (mopt_last_from_check_find (last, "no address"));

  /* another name of the account, other addresses: still good; another login or server: not */
  settings.account_name = (char *) "Renamed";
  settings.from_legal = legal + 1;
  g_autoptr (MoptLastFromCheck) same = mopt_from_check_recall (&settings);
  g_assert_nonnull (same);
  settings.outgoing.user = (char *) "bob";
  g_assert_null (mopt_from_check_recall (&settings));
  settings.outgoing.user = (char *) USER;
  settings.outgoing.host = (char *) "localhost";
  g_assert_null (mopt_from_check_recall (&settings));
  settings.outgoing.host = (char *) "127.0.0.1";

  g_assert_true (mopt_known_forget ("work", &error));
  g_assert_null (mopt_from_check_recall (&settings));
  g_assert_true (mopt_worker_settle (2000));
  scripted_server_assert_finished (server);
}

/* Left alone in the middle of it. */
static void
test_dropped (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (LOGIN ("") "C: MAIL *\nHOLD");
  MoptSettings settings = make_settings (server, NULL, NULL);
  MoptFromCheck *check = new_check (&settings, NULL);
  g_autoptr (MoptFromResult) first = g_list_model_get_item (G_LIST_MODEL (check), 0);
  gint64 at = 0;

  g_signal_connect (first, "notify::state", G_CALLBACK (on_running), &at);
  mopt_from_check_start (check);
  while (at == 0)
    g_main_context_iteration (NULL, TRUE);
  g_object_add_weak_pointer (G_OBJECT (check), (gpointer *) &check);
  g_object_unref (check);
  g_assert_null (check);
  g_assert_true (mopt_worker_settle (2000));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (scripted_server_finish (server));
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/from-check/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/from-check/addresses", test_addresses);
  g_test_add_func ("/from-check/nothing", test_nothing);
  g_test_add_func ("/from-check/cancel", test_cancel);
  g_test_add_func ("/from-check/remember", test_remember);
  g_test_add_func ("/from-check/dropped", test_dropped);
  int code = g_test_run ();

  const char *const remove[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return code;
}
