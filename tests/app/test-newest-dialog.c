/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window of the newest message against servers that fail: nobody listens, or nothing is said. What it shows of a
 * real message is in tests/e2e. */
#include "app-test.h"

#include "app/newest-dialog.h"
#include "base/paths.h"
#include "scripted-server.h"

typedef struct
{
  GSocketListener *listener; /* silent, or NULL: nobody listens */
  GtkWindow *parent;
  GtkWindow *window;
  char *field;
} Fixture;

static void
on_go_to_field (MoptNewestDialog *dialog, const char *property, Fixture *f)
{
  f->field = g_strdup (property);
  f->window = NULL;
}

static void
set_up (Fixture *f, gconstpointer silent)
{
  f->listener = g_socket_listener_new ();
  guint16 number = g_socket_listener_add_any_inet_port (f->listener, NULL, NULL);
  g_autofree char *port = g_strdup_printf ("%u", number);
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  if (silent == NULL)
    {
      g_socket_listener_close (f->listener);
      g_clear_object (&f->listener);
    }
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "127.0.0.1");
  mopt_account_set (account, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_INCOMING_PORT, port);
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");

  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  f->parent = GTK_WINDOW (gtk_window_new ());
  f->window = mopt_newest_dialog_new (f->parent, "Home", settings, password);
  g_signal_connect (f->window, "go-to-field", G_CALLBACK (on_go_to_field), f);
  gtk_window_present (f->window);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->window != NULL)
    gtk_window_destroy (f->window);
  gtk_window_destroy (f->parent);
  g_clear_object (&f->listener);
  g_free (f->field);
}

static const char *
page_of (Fixture *f)
{
  return gtk_stack_get_visible_child_name (app_test_child (f->window, "stack"));
}

static gboolean
has_result (gpointer data)
{
  return g_str_equal (page_of (data), "result");
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  g_assert_cmpstr (page_of (f), ==, "asking");
  g_assert_false (gtk_widget_get_sensitive (app_test_child (f->window, "again")));
  g_assert_cmpstr (gtk_button_get_label (app_test_child (f->window, "close")), ==, "_Cancel");
  app_test_wait (has_result, f);

  /* one sentence, which a screen reader says, and something can be done */
  const char *sentence = gtk_label_get_label (app_test_child (f->window, "sentence"));
  g_assert_nonnull (strstr (sentence, "127.0.0.1"));
  g_assert_true (gtk_window_get_focus (f->window) == app_test_child (f->window, "result"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (app_test_child (f->window, "result")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, sentence);
  g_assert_cmpstr (gtk_button_get_label (app_test_child (f->window, "close")), ==, "_Close");

  /* once more */
  g_signal_emit_by_name (app_test_child (f->window, "again"), "clicked");
  g_assert_cmpstr (page_of (f), ==, "asking");
  app_test_wait (has_result, f);
  g_signal_emit_by_name (app_test_child (f->window, "go_to"), "clicked");
  g_assert_true (g_str_has_prefix (f->field, "incoming-"));
}

static gboolean
has_message (gpointer data)
{
  return g_str_equal (page_of (data), "message");
}

/* A folder that cannot be written: it is said below the message, and spoils nothing. */
static void
test_not_remembered (Fixture *f, gconstpointer data)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (
      "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\nC: * AUTHENTICATE PLAIN *\n"
      "S: a1 OK [CAPABILITY IMAP4rev1] in\nC: a2 EXAMINE *\nS: * 1 EXISTS\nS: a2 OK\nC: a3 FETCH *\n"
      "RAW * 1 FETCH (RFC822.SIZE 18 BODY[]<0> {18}\\r\\nSubject: x\\r\\n\\r\\nhi\\r\\n)\\r\\na3 OK\\r\\n\nHOLD");
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");
  g_autofree char *port = g_strdup_printf ("%u", scripted_server_get_port (server));
  g_autofree char *lock = mopt_paths_state ("security.conf.lock");
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");

  g_assert_cmpint (g_mkdir_with_parents (lock, 0700), ==, 0); /* where nobody can write, root neither */
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "127.0.0.1");
  mopt_account_set (account, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_INCOMING_PORT, port);
  mopt_account_set (account, MOPT_FIELD_INCOMING_SECURITY, "basic");
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  gtk_window_destroy (f->window);
  f->window = mopt_newest_dialog_new (f->parent, "Home", settings, password);
  gtk_window_present (f->window);
  app_test_wait (has_message, f);
  g_assert_nonnull (strstr (gtk_label_get_label (app_test_child (f->window, "note")),
                            "What was learned about the security of 127.0.0.1 could not be remembered. "));
}

static void
on_gone (gpointer gone, GObject *where)
{
  *(gboolean *) gone = TRUE;
}

static gboolean
is_true (gpointer gone)
{
  return *(gboolean *) gone;
}

/* Whoever closes the window waits for nothing, and nothing is left of it. */
static void
test_close (Fixture *f, gconstpointer data)
{
  gboolean gone = FALSE;

  app_test_run (100); /* drawn */
  app_test_watch_begin ();
  app_test_run (500);
  g_assert_cmpstr (page_of (f), ==, "asking");
  g_object_weak_ref (G_OBJECT (f->window), on_gone, &gone);
  gtk_window_close (f->window);
  f->window = NULL;
  app_test_wait (is_true, &gone);
  app_test_watch_end ();
}

int
main (int argc, char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add ("/newest-dialog/failure", Fixture, NULL, set_up, test_failure, tear_down);
  g_test_add ("/newest-dialog/not-remembered", Fixture, NULL, set_up, test_not_remembered, tear_down);
  g_test_add ("/newest-dialog/close", Fixture, "silent", set_up, test_close, tear_down);

  return g_test_run ();
}
