/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Check From Addresses in the window: what is kept from the last time, what makes it stale, and runs that do not get
 * far. What a real server says is in tests/e2e. */
#include "app-test.h"

#include "app/address-check.h"
#include "app/address-item.h"
#include "base/paths.h"
#include "check/fingerprint.h"
#include "check/from-check.h"
#include "scripted-server.h"

typedef struct
{
  GSocketListener *listener; /* silent, or NULL: nobody listens */
  MoptAccount *account;
  GListStore *items;
  GtkWindow *window;
  MoptAddressCheck *check;
} Fixture;

static void
add_note (MoptLastFromCheck *last, const char *address, const char *state, const char *words)
{
  mopt_last_from_check_add (last, &(MoptFromNote){ .address = (char *) address,
                                                   .state = (char *) state,
                                                   .sentence = (char *) "A sentence.",
                                                   .words = (char *) words,
                                                   .in_clear = *words != '\0' });
}

static void
keep_results (Fixture *f)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (f->account, NULL);
  g_autoptr (MoptLastFromCheck) last = mopt_last_from_check_new ();

  last->time = g_get_real_time () / G_USEC_PER_SEC - 180;
  last->fingerprint = mopt_fingerprint_outgoing (settings);
  add_note (last, "alice@example.com", "accepted", "");
  add_note (last, "help@example.com", "refused", "550 5.7.1 Not yours");
  g_assert_true (mopt_known_set_from_check ("a", last, NULL));
}

static void
open_window (Fixture *f)
{
  f->window = GTK_WINDOW (gtk_window_new ());
  f->check = g_object_new (MOPT_TYPE_ADDRESS_CHECK, NULL);
  gtk_window_set_child (f->window, GTK_WIDGET (f->check));
  mopt_address_check_bind (f->check, f->account, G_LIST_MODEL (f->items));
  mopt_address_check_set_own_address (f->check, "alice@example.com");
  gtk_window_present (f->window);
}

static void
set_up (Fixture *f, gconstpointer silent)
{
  f->listener = g_socket_listener_new ();
  guint16 number = g_socket_listener_add_any_inet_port (f->listener, NULL, NULL);
  g_autofree char *port = g_strdup_printf ("%u", number);

  if (silent == NULL)
    {
      g_socket_listener_close (f->listener);
      g_clear_object (&f->listener);
    }
  f->account = mopt_account_new ("a", "imap");
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_HOST, "127.0.0.1");
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_CUSTOM_PORT, "true");
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_PORT, port);
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION, "false");
  mopt_account_set (f->account, MOPT_FIELD_FROM_LEGAL, "Help Desk <help@example.com>\nnew@example.com\n*@example.org");
  f->items = g_list_store_new (MOPT_TYPE_ADDRESS_ITEM);
  mopt_address_items_update (f->items, f->account, "alice@example.com");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  g_clear_object (&f->listener);
  g_clear_object (&f->items);
  g_clear_object (&f->account);
}

static void
assert_said (Fixture *f, guint position, MoptTestState state, const char *said)
{
  g_autoptr (MoptAddressItem) item = g_list_model_get_item (G_LIST_MODEL (f->items), position);

  g_assert_cmpstr (mopt_address_item_get_said (item), ==, said);
  g_assert_cmpint (mopt_address_item_get_state (item), ==, state);
}

static const char *
summary_of (Fixture *f)
{
  return gtk_label_get_label (app_test_child (f->check, "summary"));
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  keep_results (f);
  open_window (f);
  g_assert_cmpstr (summary_of (f), ==, "Checked 3 minutes ago");
  assert_said (f, 0, MOPT_TEST_PASSED, "Accepted");
  assert_said (f, 1, MOPT_TEST_FAILED, "Refused: \u2068550 5.7.1 Not yours\u2069");
  assert_said (f, 2, MOPT_TEST_WAITING, "Not checked");
  assert_said (f, 3, MOPT_TEST_WAITING, "");
  g_autoptr (MoptAddressItem) item = g_list_model_get_item (G_LIST_MODEL (f->items), 1);
  g_assert_cmpstr (mopt_address_item_get_detail (item), ==,
                   "A sentence.\nThe server said: \u2068550 5.7.1 Not yours\u2069\n"
                   "This was said without encryption: anybody on the way can have written it.");

  /* of another login nothing is known; of the same one again all is */
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_HOST, "other.example.com");
  g_assert_nonnull (strstr (summary_of (f), "has changed"));
  assert_said (f, 0, MOPT_TEST_WAITING, "");
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_HOST, "127.0.0.1");
  assert_said (f, 0, MOPT_TEST_PASSED, "Accepted");

  /* lines that come later */
  mopt_account_set (f->account, MOPT_FIELD_FROM_LEGAL, "HELP@example.com");
  mopt_address_items_update (f->items, f->account, "alice@example.com");
  assert_said (f, 1, MOPT_TEST_FAILED, "Refused: \u2068550 5.7.1 Not yours\u2069");
}

static gboolean
has_ended (gpointer data)
{
  return g_str_equal (gtk_button_get_label (app_test_child (((Fixture *) data)->check, "button")),
                      "C_heck From Addresses");
}

static void
begin (Fixture *f)
{
  open_window (f);
  gtk_widget_grab_focus (app_test_child (f->check, "button"));
  g_signal_emit_by_name (app_test_child (f->check, "button"), "clicked");
  g_assert_false (has_ended (f));
  assert_said (f, 0, MOPT_TEST_RUNNING, "Checking…");
  assert_said (f, 3, MOPT_TEST_WAITING, "");
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  begin (f);
  app_test_wait (has_ended, f);
  for (guint i = 0; i < 3; i++)
    assert_said (f, i, MOPT_TEST_SKIPPED, "Not checked");
  g_assert_nonnull (strstr (summary_of (f), "127.0.0.1"));
  g_assert_true (gtk_window_get_focus (f->window) == app_test_child (f->check, "result"));
}

/* A server without encryption, and a folder that cannot be written: both are said, and spoil nothing. */
static void
test_not_remembered (Fixture *f, gconstpointer data)
{
  g_autoptr (ScriptedServer) server
      = scripted_server_new ("S: 220 hi\nC: EHLO *\nS: 250 hi\n"
                             "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: RSET\nS: 250 ok\n"
                             "C: MAIL *\nS: 553 5.7.1 not yours\nC: RSET\nS: 250 ok\n"
                             "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: RSET\nS: 250 ok\nC: QUIT\nCLOSE");
  g_autofree char *port = g_strdup_printf ("%u", scripted_server_get_port (server));
  g_autofree char *lock = mopt_paths_state ("from-check.conf.lock");

  g_assert_cmpint (g_mkdir_with_parents (lock, 0700), ==, 0); /* where nobody can write, root neither */
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_PORT, port);
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_SECURITY, "basic");
  begin (f);
  app_test_wait (has_ended, f);
  assert_said (f, 0, MOPT_TEST_PASSED, "Accepted");
  assert_said (f, 1, MOPT_TEST_FAILED, "Refused: \u2068553 5.7.1 not yours\u2069");
  g_assert_nonnull (strstr (gtk_label_get_label (app_test_child (f->check, "advice")),
                            "\nThe result could not be remembered. "));
  g_autoptr (MoptAddressItem) item = g_list_model_get_item (G_LIST_MODEL (f->items), 1);
  g_assert_nonnull (strstr (mopt_address_item_get_detail (item), "This was said without encryption"));
  scripted_server_assert_finished (server);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  begin (f);
  app_test_run (100); /* drawn */
  app_test_watch_begin ();
  app_test_run (500);
  g_signal_emit_by_name (app_test_child (f->check, "button"), "clicked");
  app_test_wait (has_ended, f);
  app_test_watch_end ();
  g_assert_cmpstr (summary_of (f), ==, "The check was stopped.");
  g_assert_null (mopt_known_get_from_check ("a")); /* what was stopped is not kept */
}

/* What is asked of one server says nothing of another. */
static void
test_changed_meanwhile (Fixture *f, gconstpointer data)
{
  begin (f);
  app_test_run (50);
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_HOST, "other.example.com");
  app_test_wait (has_ended, f);
  assert_said (f, 0, MOPT_TEST_WAITING, "");
}

static void
test_missing (Fixture *f, gconstpointer data)
{
  open_window (f);
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_HOST, "");
  g_signal_emit_by_name (app_test_child (f->check, "button"), "clicked");
  g_assert_true (has_ended (f));
  g_assert_cmpstr (summary_of (f), ==, "The server cannot be asked yet.");
  g_assert_cmpstr (gtk_label_get_label (app_test_child (f->check, "advice")), !=, "");
}

int
main (int argc, char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add ("/address-check/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/address-check/failure", Fixture, NULL, set_up, test_failure, tear_down);
  g_test_add ("/address-check/not-remembered", Fixture, NULL, set_up, test_not_remembered, tear_down);
  g_test_add ("/address-check/cancel", Fixture, "silent", set_up, test_cancel, tear_down);
  g_test_add ("/address-check/changed-meanwhile", Fixture, "silent", set_up, test_changed_meanwhile, tear_down);
  g_test_add ("/address-check/missing", Fixture, NULL, set_up, test_missing, tear_down);

  return g_test_run ();
}
