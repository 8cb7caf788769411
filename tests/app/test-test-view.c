/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window of a test over real runs: against a port where nobody listens, one that says nothing, and servers that are
 * slow and talk too much. */
#include "app-test.h"

#include <string.h>

#include "app/test-view.h"
#include "scripted-server.h"

#define LIMIT_MS 4000 /* of a stage, which is waited for; also enough for a busy machine */

typedef struct
{
  GSocketListener *listener; /* silent, or NULL: nobody listens */
  guint16 port, outgoing_port;
  GtkWindow *parent;
  GtkWindow *view;
  MoptTestRun *run;
  char *field;
} Fixture;

static MoptTestRun *
new_run (Fixture *f)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");
  g_autofree char *port = g_strdup_printf ("%u", f->port);
  g_autofree char *outgoing_port = g_strdup_printf ("%u", f->outgoing_port);

  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "127.0.0.1");
  mopt_account_set (account, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_INCOMING_PORT, port);
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_HOST, "127.0.0.1");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_PORT, outgoing_port);
  if (f->port != f->outgoing_port) /* scripted */
    {
      mopt_account_set (account, MOPT_FIELD_INCOMING_SECURITY, "basic");
      mopt_account_set (account, MOPT_FIELD_OUTGOING_SECURITY, "basic");
    }

  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  return mopt_test_run_new (&(MoptTestOptions){
      .settings = settings,
      .sides = MOPT_SIDE_BOTH,
      .flags = MOPT_TEST_SEND_MESSAGE,
      .incoming_password = password,
      .outgoing_password = password,
      .own_name = "Alice",
      .own_address = "alice@example.com",
      .limit_ms = f->listener != NULL ? 0 : LIMIT_MS, /* silent: it is cancelled long before */
  });
}

static void
on_go_to_field (MoptTestView *view, const char *property, Fixture *f)
{
  f->field = g_strdup (property);
  f->view = NULL;
}

static void
open_view (Fixture *f)
{
  f->parent = GTK_WINDOW (gtk_window_new ());
  f->run = new_run (f);
  f->view = mopt_test_view_new (f->parent, "Home", f->run);
  g_signal_connect (f->view, "go-to-field", G_CALLBACK (on_go_to_field), f);
  gtk_window_present (f->view);
}

static void
set_up (Fixture *f, gconstpointer silent)
{
  f->listener = g_socket_listener_new ();
  f->port = f->outgoing_port = g_socket_listener_add_any_inet_port (f->listener, NULL, NULL);
  if (silent == NULL)
    {
      g_socket_listener_close (f->listener);
      g_clear_object (&f->listener);
    }
  open_view (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->view != NULL)
    gtk_window_destroy (f->view);
  gtk_window_destroy (f->parent);
  g_clear_object (&f->run);
  g_clear_object (&f->listener);
  g_free (f->field);
}

static gboolean
shows_result (gpointer view)
{
  return gtk_widget_get_sensitive (app_test_child (view, "again"));
}

static gboolean
is_finished (gpointer run)
{
  return mopt_test_run_get_result (run) != MOPT_RESULT_NONE;
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  GtkLabel *summary = app_test_child (f->view, "summary");
  GtkButton *close = app_test_child (f->view, "close");
  GtkButton *go_to = app_test_child (f->view, "go_to");

  g_assert_cmpstr (gtk_button_get_label (close), ==, "_Cancel");
  g_assert_false (gtk_widget_get_sensitive (app_test_child (f->view, "again")));
  app_test_wait (shows_result, f->view);

  /* the sentence is there, has the focus, and something can be done */
  g_assert_cmpint (mopt_test_run_get_result (f->run), ==, MOPT_RESULT_FAILED);
  g_assert_cmpstr (gtk_label_get_label (summary), ==, mopt_test_run_get_summary (f->run));
  GtkWidget *result = app_test_child (f->view, "result");
  g_assert_true (gtk_window_get_focus (f->view) == result);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (result), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       mopt_test_run_get_summary (f->run));
  g_assert_cmpstr (gtk_button_get_label (close), ==, "_Close");
  g_assert_true (gtk_widget_get_sensitive (app_test_child (f->view, "again")));

  /* every stage has its row */
  guint rows = 0;
  const char *const lists[] = { "incoming", "outgoing", "arrival" };
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (int n = 0; gtk_list_box_get_row_at_index (app_test_child (f->view, lists[i]), n) != NULL; n++)
      rows++;
  g_assert_cmpuint (rows, ==, g_list_model_get_n_items (G_LIST_MODEL (f->run)));

  /* the field to blame: the dialog is asked to go there, and the view is gone */
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (go_to)));
  g_signal_emit_by_name (go_to, "clicked");
  g_assert_true (g_str_has_prefix (f->field, "incoming-"));
}

/* More of it than its first line. */
static gboolean
is_in_view (gpointer view)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (app_test_child (view, "scroller"));
  GtkWidget *details = app_test_child (view, "details");
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (details, gtk_widget_get_parent (details), &bounds));
  double shown = gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment);
  return gtk_widget_get_height (app_test_child (view, "transcript")) > 150
         && shown >= bounds.origin.y + bounds.size.height;
}

static void
test_details (Fixture *f, gconstpointer data)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (app_test_child (f->view, "transcript"));
  g_autofree char *text = NULL;

  app_test_wait (shows_result, f->view);
  g_assert_cmpint (gtk_text_buffer_get_char_count (buffer), ==, 0); /* not before someone looks */
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (app_test_child (f->view, "details")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Details (what was said, secrets masked)");
  gtk_expander_set_expanded (app_test_child (f->view, "details"), TRUE);
  app_test_wait (is_in_view, f->view);
  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, mopt_test_run_get_transcript (f->run));
  g_assert_null (strstr (text, "secret"));
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (mopt_test_run_get_result (f->run), ==, MOPT_RESULT_NONE);
  app_test_run (100); /* drawn */
  app_test_watch_begin ();
  app_test_run (500);
  g_signal_emit_by_name (app_test_child (f->view, "close"), "clicked");
  app_test_wait (shows_result, f->view);
  app_test_watch_end ();
  g_assert_cmpint (mopt_test_run_get_result (f->run), ==, MOPT_RESULT_CANCELLED);

  /* the window stays and can start another one */
  g_autoptr (MoptTestRun) again = new_run (f);
  mopt_test_view_set_run (MOPT_TEST_VIEW (f->view), again);
  g_assert_cmpstr (gtk_button_get_label (app_test_child (f->view, "close")), ==, "_Cancel");
  gtk_window_destroy (g_steal_pointer (&f->view));
  app_test_wait (is_finished, again); /* closing cancels */
  g_assert_cmpint (mopt_test_run_get_result (again), ==, MOPT_RESULT_CANCELLED);
}

static void
set_up_slow (Fixture *f, gconstpointer data)
{
}

/* The first letters of a font come from the disk, which takes as long as it takes. */
static void
load_font (void)
{
  GtkWidget *window = gtk_window_new (), *view = gtk_text_view_new ();

  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_widget_add_css_class (view, "transcript");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "* LIST () NIL box4999", -1);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
  app_test_run (300);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Servers that take their time, send one byte after the other and far more than was asked for: the main loop never
 * stands still. */
static void
test_slow (Fixture *f, gconstpointer data)
{
  g_autoptr (ScriptedServer) incoming = scripted_server_new ("DELAY 300\n"
                                                             "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\n"
                                                             "C: * AUTHENTICATE PLAIN *\n"
                                                             "REPEAT 5000 * %d EXISTS\n"
                                                             "DELAY 300\n"
                                                             "S: a1 OK in\n"
                                                             "LINES 1\n"
                                                             "REPEAT 5000 * LIST () NIL box%d\n"
                                                             "HOLD");
  g_autoptr (ScriptedServer) outgoing = scripted_server_new ("DELAY 200\n"
                                                             "S: 220 hi\n"
                                                             "C: EHLO *\n"
                                                             "DRIP 1 250-AUTH PLAIN\\r\\n");

  f->port = scripted_server_get_port (incoming);
  f->outgoing_port = scripted_server_get_port (outgoing);
  open_view (f);
  app_test_run (100); /* drawn */
  app_test_watch_begin ();
  app_test_wait (shows_result, f->view);
  app_test_watch_end ();
  g_assert_cmpint (mopt_test_run_get_result (f->run), ==, MOPT_RESULT_FAILED);
  g_assert_cmpuint (strlen (mopt_test_run_get_transcript (f->run)), >, 64 * 1024);
  g_assert_nonnull (strstr (mopt_test_run_get_transcript (f->run), "box4999"));

  /* nor does it where somebody looks at all of that, which can be copied to its end */
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (app_test_child (f->view, "transcript"));
  g_autofree char *text = NULL;

  load_font ();
  app_test_watch_begin ();
  gtk_expander_set_expanded (app_test_child (f->view, "details"), TRUE);
  app_test_run (800);
  app_test_watch_end ();
  g_assert_cmpint (gtk_widget_get_height (app_test_child (f->view, "transcript")), <, 400); /* what is in view */
  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, mopt_test_run_get_transcript (f->run));
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  g_test_add ("/test-view/failure", Fixture, NULL, set_up, test_failure, tear_down);
  g_test_add ("/test-view/details", Fixture, NULL, set_up, test_details, tear_down);
  g_test_add ("/test-view/cancel", Fixture, "silent", set_up, test_cancel, tear_down);
  g_test_add ("/test-view/slow", Fixture, NULL, set_up_slow, test_slow, tear_down);
  return g_test_run ();
}
