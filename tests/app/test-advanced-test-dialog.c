/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window of the Advanced Test: problems at their fields, the list of recipients before anything is sent, and that
 * nothing is without a yes. */
#include "app-test.h"

#include "app/advanced-test-dialog.h"

typedef struct
{
  GtkWindow *parent;
  GtkWindow *window; /* NULL once it has gone */
  MoptTestMail *sent;
} Fixture;

static void
on_send (MoptAdvancedTestDialog *dialog, Fixture *f)
{
  f->sent = mopt_advanced_test_dialog_dup_mail (dialog);
  f->window = NULL;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const MoptTestMail mail = { (char *) "alice@example.com", NULL, NULL, (char *) "A test", (char *) "Text", FALSE };

  f->parent = GTK_WINDOW (gtk_window_new ());
  gtk_window_present (f->parent);
  f->window = mopt_advanced_test_dialog_new (f->parent, "Home", "help@example.com", &mail);
  g_signal_connect (f->window, "send", G_CALLBACK (on_send), f);
  gtk_window_present (f->window);
  app_test_run (50);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->window != NULL)
    gtk_window_destroy (f->window);
  gtk_window_destroy (f->parent);
  mopt_test_mail_free (f->sent);
}

static void
type (Fixture *f, const char *entry, const char *text)
{
  gtk_editable_set_text (app_test_child (f->window, entry), text);
}

static void
send_it (Fixture *f)
{
  g_signal_emit_by_name (app_test_child (f->window, "send"), "clicked");
}

/* The question above the window, or NULL. */
static GtkWindow *
find_question (Fixture *f)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (all, i);

      if (gtk_window_get_transient_for (window) == f->window)
        return window;
    }
  return NULL;
}

static gboolean
is_asked (gpointer data)
{
  return find_question (data) != NULL;
}

static gboolean
is_sent (gpointer data)
{
  return ((Fixture *) data)->sent != NULL;
}

static void
assert_problem (Fixture *f, const char *editor)
{
  send_it (f);
  g_assert_false (is_asked (f));
  GtkWidget *focus = gtk_window_get_focus (f->window);
  GtkWidget *wanted = app_test_child (f->window, editor);
  g_assert_true (focus == wanted || gtk_widget_is_ancestor (focus, wanted));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (wanted), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
}

static void
test_problems (Fixture *f, gconstpointer data)
{
  type (f, "to", "");
  assert_problem (f, "to");
  type (f, "to", "alice@example.com");
  g_assert_false (gtk_test_accessible_has_state (app_test_child (f->window, "to"), GTK_ACCESSIBLE_STATE_INVALID));
  type (f, "bcc", "bob@example.com, nobody");
  assert_problem (f, "bcc");
  type (f, "bcc", "*@example.com");
  assert_problem (f, "bcc");
  type (f, "bcc", "");
  type (f, "subject", "A\x01test");
  assert_problem (f, "subject");
  type (f, "subject", "A test");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (app_test_child (f->window, "message")), "A\x01test", -1);
  assert_problem (f, "message");
  g_assert_null (f->sent);
}

static void
test_list (Fixture *f, gconstpointer data)
{
  type (f, "cc", "Bob <bob@example.org>; alice@example.com");
  gtk_check_button_set_active (app_test_child (f->window, "html"), TRUE);

  /* No is no */
  send_it (f);
  app_test_wait (is_asked, f);
  GtkWindow *question = find_question (f);
  g_assert_cmpstr (gtk_label_get_label (app_test_child (question, "body")), ==,
                   "To: \u2068alice@example.com\u2069\nCC: \u2068bob@example.org\u2069");
  gtk_window_close (question);
  app_test_run (50);
  g_assert_null (f->sent);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->window)));

  send_it (f);
  app_test_wait (is_asked, f);
  g_signal_emit_by_name (gtk_window_get_default_widget (find_question (f)), "clicked");
  app_test_wait (is_sent, f);
  g_assert_cmpstr (f->sent->to, ==, "alice@example.com");
  g_assert_cmpstr (f->sent->cc, ==, "Bob <bob@example.org>; alice@example.com");
  g_assert_cmpstr (f->sent->subject, ==, "A test");
  g_assert_cmpstr (f->sent->text, ==, "Text");
  g_assert_true (f->sent->html);
}

int
main (int argc, char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add ("/advanced-test-dialog/problems", Fixture, NULL, set_up, test_problems, tear_down);
  g_test_add ("/advanced-test-dialog/list", Fixture, NULL, set_up, test_list, tear_down);

  return g_test_run ();
}
