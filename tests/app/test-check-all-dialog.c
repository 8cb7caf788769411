/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window of Check All over accounts whose servers do not answer, or say nothing; working ones are in tests/e2e. */
#include "app-test.h"

#include "app/check-all-dialog.h"
#include "store/known.h"

typedef struct
{
  GSocketListener *listener; /* silent */
  GListStore *accounts;
  GtkWindow *parent;
  GtkWindow *window;
  MoptAccount *opened;
} Fixture;

static void
add_account (Fixture *f, const char *id, guint16 number)
{
  g_autoptr (MoptAccount) account = mopt_account_new (id, "imap");
  g_autofree char *port = g_strdup_printf ("%u", number);

  mopt_account_set_name (account, id);
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, number != 0 ? "127.0.0.1" : "");
  mopt_account_set (account, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_INCOMING_PORT, number != 0 ? port : "1");
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_HOST, "127.0.0.1");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_PORT, number != 0 ? port : "1");
  g_list_store_append (f->accounts, account);
}

static void
on_open (MoptCheckAllDialog *dialog, MoptAccount *account, Fixture *f)
{
  f->opened = account;
  f->window = NULL;
}

static void
set_up (Fixture *f, gconstpointer silent)
{
  guint16 port;

  f->accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);
  f->listener = g_socket_listener_new ();
  port = g_socket_listener_add_any_inet_port (f->listener, NULL, NULL);
  if (silent == NULL)
    g_socket_listener_close (f->listener);
  add_account (f, "Home", port);
  add_account (f, "Half done", 0);
  f->parent = GTK_WINDOW (gtk_window_new ());
  f->window = mopt_check_all_dialog_new (f->parent, G_LIST_MODEL (f->accounts));
  g_signal_connect (f->window, "open-account", G_CALLBACK (on_open), f);
  gtk_window_present (f->window);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->window != NULL)
    gtk_window_destroy (f->window);
  gtk_window_destroy (f->parent);
  g_clear_object (&f->listener);
  g_clear_object (&f->accounts);
}

static const char *
summary_of (Fixture *f)
{
  return gtk_label_get_label (app_test_child (f->window, "summary"));
}

static gboolean
has_ended (gpointer data)
{
  return gtk_widget_get_sensitive (app_test_child (((Fixture *) data)->window, "again"));
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  GtkListView *list = app_test_child (f->window, "list");

  g_assert_nonnull (strstr (summary_of (f), "No message is sent"));
  app_test_wait (has_ended, f);
  g_assert_cmpstr (summary_of (f), ==, "1 of 2 accounts cannot be reached or log in.");
  g_assert_cmpstr (gtk_button_get_label (app_test_child (f->window, "close")), ==, "_Close");
  g_assert_true (gtk_window_get_focus (f->window) == app_test_child (f->window, "result"));

  /* what it found out is kept, of what it could not look at nothing */
  g_autoptr (MoptLastTest) kept = mopt_known_get_last_test ("Home");
  g_assert_nonnull (kept);
  g_assert_cmpstr (kept->result, ==, "not-connected");
  g_assert_null (mopt_known_get_last_test ("Half done"));

  g_signal_emit_by_name (list, "activate", 1);
  g_assert_cmpstr (mopt_account_get_name (f->opened), ==, "Half done");
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  app_test_run (100); /* drawn */
  app_test_watch_begin ();
  app_test_run (500);
  g_assert_false (has_ended (f));
  g_signal_emit_by_name (app_test_child (f->window, "close"), "clicked");
  app_test_wait (has_ended, f);
  app_test_watch_end ();
  g_assert_cmpstr (summary_of (f), ==, "The check was stopped.");
  g_assert_null (mopt_known_get_last_test ("Home"));

  /* and again, closed in the middle of it */
  g_signal_emit_by_name (app_test_child (f->window, "again"), "clicked");
  g_assert_false (has_ended (f));
}

int
main (int argc, char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add ("/check-all-dialog/failure", Fixture, NULL, set_up, test_failure, tear_down);
  g_test_add ("/check-all-dialog/cancel", Fixture, "silent", set_up, test_cancel, tear_down);

  return g_test_run ();
}
