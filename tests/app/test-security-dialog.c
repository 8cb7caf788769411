/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questions before security is given up, what takes it back, and Security Details of a server that is not there. */
#include "app-test.h"

#include "app/known-list.h"
#include "app/security-dialog.h"
#include "app/security-question.h"
#include "check/learned.h"

typedef struct
{
  MoptAccount *account;
  MoptSettings *settings;
  GtkWindow *parent;
  gboolean answered, agreed;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  /* nobody listens there any more */
  g_autofree char *port = g_strdup_printf ("%u", g_socket_listener_add_any_inet_port (listener, NULL, NULL));

  g_socket_listener_close (listener);
  f->account = mopt_account_new ("a", "imap");
  mopt_account_set (f->account, MOPT_FIELD_INCOMING_HOST, "127.0.0.1");
  mopt_account_set (f->account, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (f->account, MOPT_FIELD_INCOMING_PORT, port);
  f->settings = mopt_settings_new (f->account, NULL);
  f->parent = GTK_WINDOW (gtk_window_new ());
  gtk_window_present (f->parent);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->parent);
  mopt_settings_free (f->settings);
  g_object_unref (f->account);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  f->agreed = mopt_security_ask_finish (result);
  f->answered = TRUE;
}

static gboolean
is_answered (gpointer data)
{
  return ((Fixture *) data)->answered;
}

/* The window above @below; borrowed. */
static GtkWindow *
window_above (GtkWindow *below)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (window) == below)
        return window;
    }
  return NULL;
}

static GtkWidget *
find_button (GtkWidget *root, const char *label)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_agreed (Fixture *f)
{
  g_autoptr (MoptKnownServer) known = mopt_learned_get (f->settings, MOPT_SIDE_INCOMING, NULL);

  return known->unencrypted_agreed;
}

static void
ask_unencrypted (Fixture *f)
{
  f->answered = FALSE;
  mopt_security_ask_async (f->parent, MOPT_ASK_UNENCRYPTED, f->settings, MOPT_SIDE_INCOMING, NULL, on_answer, f);
}

/* Enter and Esc mean No. */
static void
test_default_is_no (Fixture *f, gconstpointer data)
{
  ask_unencrypted (f);
  GtkWindow *question = window_above (f->parent);
  g_assert_nonnull (strstr (gtk_window_get_title (question), "127.0.0.1"));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (gtk_window_get_default_widget (question))), ==, "_Cancel");
  g_signal_emit_by_name (gtk_window_get_default_widget (question), "clicked");
  app_test_wait (is_answered, f);
  g_assert_false (f->agreed);
  g_assert_false (has_agreed (f));

  ask_unencrypted (f);
  gtk_window_close (window_above (f->parent));
  app_test_wait (is_answered, f);
  g_assert_false (f->agreed);
}

/* Yes is kept, shown, and taken back by Revoke. */
static void
test_agree_and_revoke (Fixture *f, gconstpointer data)
{
  ask_unencrypted (f);
  g_signal_emit_by_name (find_button (GTK_WIDGET (window_above (f->parent)), "_Go On Unencrypted"), "clicked");
  app_test_wait (is_answered, f);
  g_assert_true (f->agreed);
  g_assert_true (has_agreed (f));

  MoptKnownList *list = g_object_new (MOPT_TYPE_KNOWN_LIST, NULL);
  gtk_window_set_child (f->parent, GTK_WIDGET (list));
  mopt_known_list_show (list, f->settings, MOPT_SIDE_INCOMING);
  g_signal_emit_by_name (find_button (GTK_WIDGET (list), "Revoke"), "clicked");
  g_assert_false (has_agreed (f));
  g_assert_null (find_button (GTK_WIDGET (list), "Revoke"));
}

static gboolean
has_looked (gpointer dialog)
{
  return gtk_widget_get_sensitive (app_test_child (dialog, "again"));
}

/* Nobody there: it says so at each way that was tried, and offers nothing that would not help. */
static void
test_nobody_there (Fixture *f, gconstpointer data)
{
  GtkWindow *dialog = mopt_security_dialog_new (f->parent, f->account, MOPT_SIDE_INCOMING);
  GtkListBox *tried = app_test_child (dialog, "tried");
  GtkWidget *result = app_test_child (dialog, "result");

  gtk_window_present (dialog);
  g_assert_false (has_looked (dialog));
  app_test_wait (has_looked, dialog);
  g_assert_nonnull (gtk_list_box_get_row_at_index (tried, 1));
  g_assert_true (gtk_widget_has_css_class (result, "failed"));
  g_assert_true (gtk_window_get_focus (dialog) == result);
  g_assert_false (gtk_widget_get_visible (app_test_child (dialog, "trust")));
  g_assert_false (gtk_widget_get_visible (app_test_child (dialog, "use")));
  gtk_window_destroy (dialog);
}

/* Closed while it asks: nothing of it comes back. */
static void
test_closed (Fixture *f, gconstpointer data)
{
  GtkWindow *dialog = mopt_security_dialog_new (f->parent, f->account, MOPT_SIDE_INCOMING);

  gtk_window_present (dialog);
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  gtk_window_destroy (dialog);
  app_test_run (300);
  g_assert_null (dialog);
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  g_test_add ("/security/default-is-no", Fixture, NULL, set_up, test_default_is_no, tear_down);
  g_test_add ("/security/agree-and-revoke", Fixture, NULL, set_up, test_agree_and_revoke, tear_down);
  g_test_add ("/security/nobody-there", Fixture, NULL, set_up, test_nobody_there, tear_down);
  g_test_add ("/security/closed", Fixture, NULL, set_up, test_closed, tear_down);
  return g_test_run ();
}
