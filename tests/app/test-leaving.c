/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows that go while they ask a server that says nothing: whichever way they go, and whoever holds them, nothing goes
 * on. And what they leave behind: the windows above them, the one below. */
#include "app-test.h"

#include "app/address-check.h"
#include "app/address-item.h"
#include "app/check-all-dialog.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/newest-dialog.h"
#include "app/security-dialog.h"
#include "app/test-view.h"
#include "check/worker.h"

#define AT_ONCE_MS 2000 /* a busy machine; waiting for the server would take a step's 30 s */
#define SETTLE_MS 20000
#define QUIET_MS 80 /* so long nothing more may come */

typedef struct
{
  GSocketListener *listener;
  GCancellable *cancellable;
  guint n_came, n_open; /* connections */
  MoptAccount *account;
  GtkWindow *below, *window; /* both held */
} Fixture;

/* --- the server ------------------------------------------------------------------------------------------------- */

static void
on_end (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bytes != NULL && g_bytes_get_size (bytes) > 0) /* a greeting of TLS, which stays without an answer */
    g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), 4096, G_PRIORITY_HIGH, f->cancellable, on_end, f);
  else
    f->n_open--;
}

static void
on_connection (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GSocketConnection) connection = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL,
                                                                              NULL);
  Fixture *f = user_data;

  if (connection == NULL) /* the test is over */
    return;
  f->n_came++;
  f->n_open++;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_object_set_data_full (G_OBJECT (input), "connection", g_object_ref (connection), NULL);
  g_input_stream_read_bytes_async (input, 4096, G_PRIORITY_HIGH, f->cancellable, on_end, f);
  g_socket_listener_accept_async (f->listener, f->cancellable, on_connection, f);
}

/* --- the windows that ask it ------------------------------------------------------------------------------------ */

static GtkWindow *
open_test (Fixture *f)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (f->account, NULL);
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  g_autoptr (MoptTestRun) run = mopt_test_run_new (&(MoptTestOptions){
      .settings = settings,
      .sides = MOPT_SIDE_BOTH,
      .flags = MOPT_TEST_SEND_MESSAGE,
      .incoming_password = password,
      .outgoing_password = password,
      .own_name = "Alice",
      .own_address = "alice@example.com",
  });

  return mopt_test_view_new (f->below, "Home", run);
}

static GtkWindow *
open_why (Fixture *f)
{
  return mopt_security_dialog_new (f->below, f->account, MOPT_SIDE_INCOMING);
}

static GtkWindow *
open_newest (Fixture *f)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (f->account, NULL);
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");

  return mopt_newest_dialog_new (f->below, "Home", settings, password);
}

static GtkWindow *
open_check_all (Fixture *f)
{
  g_autoptr (GListStore) accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);

  g_list_store_append (accounts, f->account);
  return mopt_check_all_dialog_new (f->below, G_LIST_MODEL (accounts));
}

/* A page of the account dialog. */
static GtkWindow *
open_addresses (Fixture *f)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  MoptAddressCheck *check = g_object_new (MOPT_TYPE_ADDRESS_CHECK, NULL);
  g_autoptr (GListStore) items = g_list_store_new (MOPT_TYPE_ADDRESS_ITEM);

  mopt_leaving_init (window, NULL);
  gtk_window_set_transient_for (window, f->below);
  gtk_window_set_child (window, GTK_WIDGET (check));
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION, "false");
  mopt_address_items_update (items, f->account, "alice@example.com");
  mopt_address_check_bind (check, f->account, G_LIST_MODEL (items));
  mopt_address_check_set_own_address (check, "alice@example.com");
  g_signal_emit_by_name (app_test_child (check, "button"), "clicked");
  return window;
}

typedef GtkWindow *(*Open) (Fixture *f);

/* --- the ways they go ------------------------------------------------------------------------------------------- */

/* What the class has bound to Escape; FALSE: nothing. */
static gboolean
press_escape (Fixture *f)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (f->window));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller)
                        && j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          g_autofree char *keys = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (g_str_equal (keys, "Escape"))
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, GTK_WIDGET (f->window),
                                                 gtk_shortcut_get_arguments (shortcut));
        }
    }
  return FALSE;
}

static void
go_by_escape (Fixture *f)
{
  if (!press_escape (f)) /* a plain window */
    gtk_window_close (f->window);
}

static void
go_by_button (Fixture *f)
{
  if (G_OBJECT_TYPE (f->window) == GTK_TYPE_WINDOW || MOPT_IS_SECURITY_DIALOG (f->window))
    gtk_widget_activate_action (GTK_WIDGET (f->window), "window.close", NULL);
  else
    g_signal_emit_by_name (app_test_child (f->window, "close"), "clicked");
}

static void
go_by_title_bar (Fixture *f)
{
  gtk_window_close (f->window);
}

static void
go_with_below (Fixture *f)
{
  gtk_window_destroy (f->below);
}

static void
close_below (Fixture *f)
{
  g_assert_true (mopt_leaving_close_above (f->below));
}

static const struct
{
  const char *name;
  void (*go) (Fixture *f);
} ways[] = {
  { "escape", go_by_escape },  { "button", go_by_button },      { "title-bar", go_by_title_bar },
  { "below", go_with_below },  { "below-closed", close_below },
};

/* --- the test --------------------------------------------------------------------------------------------------- */

static void
set_up (Fixture *f)
{
  memset (f, 0, sizeof *f);
  f->listener = g_socket_listener_new ();
  f->cancellable = g_cancellable_new ();
  g_autofree char *port = g_strdup_printf ("%u", g_socket_listener_add_any_inet_port (f->listener, NULL, NULL));
  g_socket_listener_accept_async (f->listener, f->cancellable, on_connection, f);
  f->account = mopt_account_new ("a", "imap");
  mopt_account_set_name (f->account, "Home");
  mopt_account_set (f->account, MOPT_FIELD_INCOMING_HOST, "127.0.0.1");
  mopt_account_set (f->account, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (f->account, MOPT_FIELD_INCOMING_PORT, port);
  mopt_account_set (f->account, MOPT_FIELD_INCOMING_USER, "alice");
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_HOST, "127.0.0.1");
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_CUSTOM_PORT, "true");
  mopt_account_set (f->account, MOPT_FIELD_OUTGOING_PORT, port);
  f->below = g_object_ref (GTK_WINDOW (gtk_window_new ()));
  mopt_leaving_init (f->below, NULL);
  gtk_window_present (f->below);
}

static void
tear_down (Fixture *f)
{
  if (f->window != NULL)
    gtk_window_destroy (f->window);
  g_clear_object (&f->window);
  gtk_window_destroy (f->below);
  g_clear_object (&f->below);
  g_cancellable_cancel (f->cancellable);
  app_test_run (10); /* it accepts no more */
  g_clear_object (&f->cancellable);
  g_clear_object (&f->listener);
  g_clear_object (&f->account);
}

static gboolean
has_come (gpointer fixture)
{
  return ((Fixture *) fixture)->n_open > 0;
}

static gboolean
has_ended (gpointer fixture)
{
  return ((Fixture *) fixture)->n_open == 0;
}

static void
test_run (gconstpointer open)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      Fixture f;

      set_up (&f);
      f.window = g_object_ref (((Open) open) (&f));
      gtk_window_present (f.window);
      app_test_wait (has_come, &f);
      app_test_run (20);
      g_test_message ("%s", ways[i].name);

      gint64 start = g_get_monotonic_time ();
      ways[i].go (&f);
      app_test_wait (has_ended, &f);
      g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, AT_ONCE_MS);
      /* one that was on its way when the window went may be accepted only now */
      g_assert_true (mopt_worker_settle (SETTLE_MS));
      app_test_run (50);
      guint n_came = f.n_came;
      app_test_run (QUIET_MS);
      g_assert_cmpuint (f.n_came, ==, n_came);
      tear_down (&f);
    }
}

/* --- what a window leaves behind -------------------------------------------------------------------------------- */

static void
on_answer (GObject *source, GAsyncResult *result, gpointer answer)
{
  *(int *) answer = (int) mopt_ask_finish (result);
}

static gboolean
is_answered (gpointer answer)
{
  return *(int *) answer >= 0;
}

/* A question that holds the window it is about, as they do. */
static void
test_question (void)
{
  const MoptAnswer answers[] = { { "_No", MOPT_ANSWER_NORMAL }, { "_Yes", MOPT_ANSWER_SUGGESTED }, { NULL } };
  GtkWindow *main = GTK_WINDOW (gtk_window_new ()), *dialog = GTK_WINDOW (gtk_window_new ());
  int answer = -1;

  mopt_leaving_init (main, NULL);
  mopt_leaving_init (dialog, NULL);
  gtk_window_set_transient_for (dialog, main);
  gtk_window_present (main);
  gtk_window_present (dialog);
  g_object_ref (dialog);
  mopt_ask_async (dialog, "Really?", NULL, answers, on_answer, &answer);
  app_test_run (50);
  gtk_window_destroy (main);
  app_test_wait (is_answered, &answer);
  g_assert_cmpint (answer, ==, 0);
  g_assert_true (mopt_leaving_is_gone (dialog));
  g_assert_null (gtk_window_get_transient_for (dialog)); /* which may be freed by now */

  /* nothing is asked above what has gone */
  answer = -1;
  mopt_ask_async (dialog, "Really?", NULL, answers, on_answer, &answer);
  app_test_wait (is_answered, &answer);
  g_assert_cmpint (answer, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 0);
  g_object_unref (dialog);
}

static gboolean
stay (GtkWindow *window, gpointer data)
{
  return TRUE;
}

/* One that has something to ask stays, and with it the one below. */
static void
test_stays (void)
{
  GtkWindow *main = GTK_WINDOW (gtk_window_new ()), *dialog = GTK_WINDOW (gtk_window_new ());
  gulong stays = g_signal_connect (dialog, "close-request", G_CALLBACK (stay), NULL);

  mopt_leaving_init (main, NULL);
  mopt_leaving_init (dialog, NULL);
  gtk_window_set_transient_for (dialog, main);
  gtk_window_present (main);
  gtk_window_present (dialog);
  g_assert_false (mopt_leaving_close_above (main));
  g_signal_handler_disconnect (dialog, stays);
  g_assert_true (mopt_leaving_close_above (main));
  gtk_window_destroy (main);
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  g_test_add_data_func ("/leaving/test", (gconstpointer) open_test, test_run);
  g_test_add_data_func ("/leaving/why", (gconstpointer) open_why, test_run);
  g_test_add_data_func ("/leaving/newest", (gconstpointer) open_newest, test_run);
  g_test_add_data_func ("/leaving/check-all", (gconstpointer) open_check_all, test_run);
  g_test_add_data_func ("/leaving/addresses", (gconstpointer) open_addresses, test_run);
  g_test_add_func ("/leaving/question", test_question);
  g_test_add_func ("/leaving/stays", test_stays);
  return g_test_run ();
}
