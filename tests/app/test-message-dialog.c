/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is answered by which key, and by closing. */
#include "app-test.h"

#include "app/message-dialog.h"

#define NOT_ANSWERED 99

static guint answered;

static const MoptAnswer save[] = { { "_Cancel" }, { "_Save", MOPT_ANSWER_SUGGESTED }, { NULL } };
static const MoptAnswer destroy[] = { { "_Keep" }, { "_Discard", MOPT_ANSWER_DESTRUCTIVE }, { NULL } };

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  answered = mopt_ask_finish (result);
}

static gboolean
is_answered (gpointer data)
{
  return answered != NOT_ANSWERED;
}

static GtkWindow *
ask (const MoptAnswer *answers)
{
  answered = NOT_ANSWERED;
  mopt_ask_async (NULL, "Save the changes?", "They are lost otherwise.", answers, on_answer, NULL);
  GtkWindow *window = g_list_model_get_item (gtk_window_get_toplevels (), 0);
  g_object_unref (window); /* GTK keeps it until it is closed */
  return window;
}

static void
test_default (void)
{
  GtkWindow *window = ask (save);

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (window), GTK_ACCESSIBLE_PROPERTY_LABEL, "Save the changes?");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (gtk_window_get_default_widget (window))), ==, "_Save");
  g_signal_emit_by_name (gtk_window_get_default_widget (window), "clicked");
  app_test_wait (is_answered, NULL);
  g_assert_cmpuint (answered, ==, 1);
}

/* A long text scrolls; a short one has all its lines. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new ("one");

  mopt_tell (NULL, "What has changed", "One sentence that is longer than a line, and has to go on in the next one.\n"
                                        "And another one that is of that kind, or longer still than the one before.");
  GtkWindow *window = g_list_model_get_item (gtk_window_get_toplevels (), 0);
  app_test_run (200);
  g_assert_cmpint (gtk_widget_get_height (app_test_child (window, "scroller")), ==,
                   gtk_widget_get_height (app_test_child (window, "body")));
  gtk_window_destroy (window);
  g_object_unref (window);

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (text, "\nand line %u", i);
  mopt_tell (NULL, "What has changed", text->str);
  window = g_list_model_get_item (gtk_window_get_toplevels (), 0);
  app_test_run (200);
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (window)), <, 600);
  g_assert_cmpint (gtk_widget_get_height (app_test_child (window, "body")), >, 2000);
  gtk_window_destroy (window);
  g_object_unref (window);
}

static void
test_destructive (void)
{
  GtkWindow *window = ask (destroy);

  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (gtk_window_get_default_widget (window))), ==, "_Keep");
  gtk_window_close (window);
  app_test_wait (is_answered, NULL);
  g_assert_cmpuint (answered, ==, 0);
}

static void
test_destroyed (void)
{
  gtk_window_destroy (ask (save));
  app_test_wait (is_answered, NULL);
  g_assert_cmpuint (answered, ==, 0);
}

static void
on_answer_destroy (GObject *source, GAsyncResult *result, gpointer parent)
{
  answered = mopt_ask_finish (result);
  gtk_window_destroy (parent);
}

/* Discard closes the window that asked; GTK holds the question longer, until its click is over. */
static void
test_outlives_parent (void)
{
  GtkWindow *parent = GTK_WINDOW (gtk_window_new ());

  answered = NOT_ANSWERED;
  gtk_window_present (parent);
  mopt_ask_async (parent, "Save the changes?", NULL, save, on_answer_destroy, parent);
  g_autoptr (GtkWindow) window = g_list_model_get_item (gtk_window_get_toplevels (), 0);
  if (window == parent)
    {
      g_object_unref (window);
      window = g_list_model_get_item (gtk_window_get_toplevels (), 1);
    }
  g_signal_emit_by_name (gtk_window_get_default_widget (window), "clicked");
  app_test_wait (is_answered, NULL);
  g_assert_cmpuint (answered, ==, 1);
  g_assert_null (gtk_window_get_transient_for (window));
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  g_test_add_func ("/message-dialog/default", test_default);
  g_test_add_func ("/message-dialog/destructive", test_destructive);
  g_test_add_func ("/message-dialog/long", test_long);
  g_test_add_func ("/message-dialog/destroyed", test_destroyed);
  g_test_add_func ("/message-dialog/outlives-parent", test_outlives_parent);
  return g_test_run ();
}
