/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Check All: a line for each account, a few at a time, whatever the state of each; no message; a cancel is felt at
 * once. Passwords are kept in this process, because there is no keyring. */
#include <string.h>

#include "check/check-all.h"
#include "check/worker.h"
#include "model/settings.h"
#include "scripted-server.h"
#include "secrets-wait.h"

#define CANCEL_MS 300 /* 100 are promised; a busy machine gets thrice that */
#define POP_OK "S: +OK hi\nC: CAPA\nS: +OK\nS: USER\nS: UIDL\nS: .\nC: USER alice\nS: +OK\nC: PASS secret-pass\nS: +OK\n" \
  "C: STAT\nS: +OK 3 99\nC: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 c\nS: .\nC: QUIT\nS: +OK"
#define SMTP_OK "S: 220 hi\nC: EHLO *\nS: 250-m\nS: 250 HELP\nC: QUIT\nS: 221 bye"

static MoptAccount *
new_account (const char *id, ScriptedServer *incoming, ScriptedServer *outgoing)
{
  MoptAccount *account = mopt_account_new (id, "pop");
  g_autofree char *in = g_strdup_printf ("%u", incoming != NULL ? scripted_server_get_port (incoming) : 1);
  g_autofree char *out = g_strdup_printf ("%u", outgoing != NULL ? scripted_server_get_port (outgoing) : 1);

  mopt_account_set_name (account, id);
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "127.0.0.1");
  mopt_account_set (account, MOPT_FIELD_INCOMING_SECURITY, "basic");
  mopt_account_set (account, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_INCOMING_PORT, in);
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_HOST, "127.0.0.1");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_SECURITY, "basic");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_PORT, out);
  mopt_account_set (account, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION, "false");

  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, MOPT_SECTION_INCOMING_ACCOUNT);
  secrets_store (key, "secret-pass", NULL);
  return account;
}

static void
run_to_end (MoptCheckAll *all)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_signal_connect_swapped (all, "finished", G_CALLBACK (g_main_loop_quit), loop);
  mopt_check_all_start (all);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (all, loop);
}

static char *
describe (MoptCheckAll *all)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (all)); i++)
    {
      g_autoptr (MoptCheckedAccount) row = g_list_model_get_item (G_LIST_MODEL (all), i);

      g_test_message ("%s: %s", mopt_account_get_name (mopt_checked_account_get_account (row)),
                      mopt_checked_account_get_line (row));
      g_assert_cmpstr (mopt_checked_account_get_line (row), !=, "");
      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "",
                              mopt_test_state_name (mopt_checked_account_get_state (row)),
                              mopt_checked_account_get_code (row));
    }
  return g_string_free (text, FALSE);
}

static void
test_mixed (void)
{
  g_autoptr (ScriptedServer) incoming = scripted_server_new (POP_OK);
  g_autoptr (ScriptedServer) outgoing = scripted_server_new (SMTP_OK);
  g_autoptr (GListStore) accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);
  g_autoptr (MoptAccount) good = new_account ("good", incoming, outgoing);
  g_autoptr (MoptAccount) empty = mopt_account_new ("empty", "imap");
  g_autoptr (MoptAccount) broken = mopt_account_new ("broken", "imap");
  g_autoptr (MoptAccount) refused = new_account ("refused", NULL, NULL);

  mopt_account_set_problem (broken, "Line 7 makes no sense.", 7);
  g_list_store_append (accounts, good);
  g_list_store_append (accounts, empty);
  g_list_store_append (accounts, broken);
  g_list_store_append (accounts, refused);
  g_autoptr (MoptCheckAll) all = mopt_check_all_new (G_LIST_MODEL (accounts), 5000);
  run_to_end (all);
  g_autofree char *described = describe (all);
  g_assert_cmpstr (described, ==, "passed , skipped incomplete, skipped broken, failed connection-refused");
  g_assert_cmpint (mopt_check_all_get_result (all), ==, MOPT_RESULT_FAILED);
  g_assert_nonnull (strstr (mopt_check_all_get_summary (all), "1 of 4"));
  g_autoptr (MoptCheckedAccount) first = g_list_model_get_item (G_LIST_MODEL (all), 0);
  g_autoptr (MoptCheckedAccount) third = g_list_model_get_item (G_LIST_MODEL (all), 2);
  g_assert_cmpint (mopt_test_run_get_result (mopt_checked_account_get_run (first)), ==, MOPT_RESULT_PASSED);
  g_assert_null (mopt_checked_account_get_run (third));
  g_assert_cmpstr (mopt_checked_account_get_line (third), ==, "Line 7 makes no sense.");

  g_assert_true (mopt_worker_settle (2000));
  scripted_server_assert_finished (incoming);
  scripted_server_assert_finished (outgoing); /* no MAIL FROM */
}

static void
on_running (MoptCheckedAccount *row, GParamSpec *pspec, gint *most)
{
  static gint n;

  if (mopt_checked_account_get_state (row) == MOPT_TEST_RUNNING)
    n++;
  else if (mopt_checked_account_get_run (row) != NULL)
    n--;
  *most = MAX (*most, n);
}

static void
test_many (void)
{
  g_autoptr (GListStore) accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);
  gint most = 0;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *id = g_strdup_printf ("a%u", i);
      g_autoptr (MoptAccount) account = new_account (id, NULL, NULL);

      g_list_store_append (accounts, account);
    }
  g_autoptr (MoptCheckAll) all = mopt_check_all_new (G_LIST_MODEL (accounts), 5000);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (MoptCheckedAccount) row = g_list_model_get_item (G_LIST_MODEL (all), i);

      g_signal_connect (row, "notify::state", G_CALLBACK (on_running), &most);
    }
  run_to_end (all);
  g_assert_cmpint (most, ==, 4);
  g_assert_nonnull (strstr (mopt_check_all_get_summary (all), "30 of 30"));
  g_assert_true (mopt_worker_settle (2000));
}

static void
test_none (void)
{
  g_autoptr (GListStore) accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);
  g_autoptr (MoptCheckAll) all = mopt_check_all_new (G_LIST_MODEL (accounts), 0);

  run_to_end (all);
  g_assert_cmpint (mopt_check_all_get_result (all), ==, MOPT_RESULT_FAILED);
  g_assert_cmpstr (mopt_check_all_get_summary (all), !=, "");
}

static void
test_cancel (void)
{
  g_autoptr (ScriptedServer) silent = scripted_server_new ("HOLD");
  g_autoptr (GListStore) accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);
  guint n_finished = 0;

  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);
      g_autoptr (MoptAccount) account = new_account (id, silent, silent);

      g_list_store_append (accounts, account);
    }
  g_autoptr (MoptCheckAll) all = mopt_check_all_new (G_LIST_MODEL (accounts), 0);
  g_signal_connect_swapped (all, "finished", G_CALLBACK (g_atomic_int_inc), &n_finished);
  mopt_check_all_start (all);
  for (guint i = 0; i < 20; i++)
    {
      g_usleep (10000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  gint64 began = g_get_monotonic_time ();
  mopt_check_all_cancel (all);
  while (n_finished == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - began, <, CANCEL_MS * 1000);
  g_autofree char *described = describe (all);
  g_assert_cmpstr (described, ==, "skipped , skipped , skipped , skipped , skipped , skipped ");
  g_assert_cmpint (mopt_check_all_get_result (all), ==, MOPT_RESULT_CANCELLED);
  g_assert_true (mopt_worker_settle (2000));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_finished, ==, 1);
  g_free (scripted_server_finish (silent));
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check-all/mixed", test_mixed);
  g_test_add_func ("/check-all/many", test_many);
  g_test_add_func ("/check-all/none", test_none);
  g_test_add_func ("/check-all/cancel", test_cancel);
  int code = g_test_run ();

  const char *const remove[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return code;
}
