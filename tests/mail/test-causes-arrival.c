/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MOPT_ERROR_CONVERSATION_ID_LOST: a pair of servers that delivers what it took, but tidies up the subject. */
#include <gio/gio.h>
#include <string.h>

#include "check/test-run.h"
#include "check/worker.h"

#define USER "alice@example.test"

static GMutex lock;
static GString *delivered; /* NULL: nothing yet */

static void
say (GSocketConnection *connection, const char *text)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, strlen (text), NULL, NULL,
                             NULL);
}

/* The next line without its end, or NULL. */
static char *
hear (GDataInputStream *in)
{
  return g_data_input_stream_read_line (in, NULL, NULL, NULL);
}

static void
take_message (GDataInputStream *in)
{
  GString *message = g_string_new (NULL);

  for (;;)
    {
      g_autofree char *line = hear (in);
      char *id = line != NULL ? strstr (line, " {CMI:") : NULL;

      if (line == NULL || g_str_equal (line, "."))
        break;
      if (id != NULL)
        *id = '\0';
      g_string_append_printf (message, "%s\r\n", line);
    }
  g_mutex_lock (&lock);
  delivered = message;
  g_mutex_unlock (&lock);
}

/* Both protocols at once: their commands are not the same words. */
static gboolean
on_client (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer is_smtp)
{
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_mutex_lock (&lock);
  GString *message = delivered;
  g_mutex_unlock (&lock);

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  say (connection, is_smtp ? "220 hi\r\n" : "+OK hi\r\n");
  for (;;)
    {
      g_autofree char *line = hear (in);

      if (line == NULL)
        return TRUE;
      if (g_str_has_prefix (line, "EHLO"))
        say (connection, "250-m\r\n250 AUTH PLAIN\r\n");
      else if (g_str_has_prefix (line, "AUTH"))
        say (connection, "235 in\r\n");
      else if (g_str_equal (line, "DATA"))
        {
          say (connection, "354 go\r\n");
          take_message (in);
          say (connection, "250 taken\r\n");
        }
      else if (is_smtp)
        say (connection, "250 ok\r\n");
      else if (g_str_equal (line, "CAPA"))
        say (connection, "+OK\r\nUSER\r\nUIDL\r\nTOP\r\n.\r\n");
      else if (g_str_equal (line, "STAT"))
        say (connection, message != NULL ? "+OK 1 100\r\n" : "+OK 0 0\r\n");
      else if (g_str_has_prefix (line, "UIDL"))
        say (connection, message != NULL ? "+OK\r\n1 one\r\n.\r\n" : "+OK\r\n.\r\n");
      else if (g_str_has_prefix (line, "TOP") || g_str_has_prefix (line, "RETR"))
        {
          say (connection, "+OK\r\n");
          say (connection, message->str);
          say (connection, ".\r\n");
        }
      else
        say (connection, "+OK\r\n");
    }
}

static guint16
serve (GSocketService **service, gboolean is_smtp)
{
  g_autoptr (GError) error = NULL;

  *service = g_threaded_socket_service_new (10);
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (*service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (*service, "run", G_CALLBACK (on_client), GINT_TO_POINTER (is_smtp));
  g_socket_service_start (*service);
  return port;
}

static void
test_lost (void)
{
  static char *no_addresses[] = { NULL };
  g_autoptr (GSocketService) smtp = NULL;
  g_autoptr (GSocketService) pop = NULL;
  g_autoptr (MoptPassword) password = mopt_password_new ("s3cret");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  MoptSettings settings = {
    .account_id = (char *) "id",
    .account_name = (char *) "Work",
    .incoming
    = { MOPT_PROTOCOL_POP3, (char *) "127.0.0.1", MOPT_SECURITY_BASIC, serve (&pop, FALSE), TRUE, (char *) "alice" },
    .outgoing
    = { MOPT_PROTOCOL_SMTP, (char *) "127.0.0.1", MOPT_SECURITY_BASIC, serve (&smtp, TRUE), TRUE, (char *) "alice" },
    .same_login = TRUE,
    .from_user_address = TRUE,
    .from_legal = no_addresses,
    .from_default = (char *) "",
    .conversation_id_add = TRUE,
    .conversation_prefix = (char *) "ABCD",
  };
  const MoptTestOptions options = {
    .settings = &settings,
    .sides = MOPT_SIDE_BOTH,
    .flags = MOPT_TEST_SEND_MESSAGE,
    .incoming_password = password,
    .own_name = "Alice",
    .own_address = USER,
    .limit_ms = 5000,
    .arrival_ms = 8000,
  };
  g_autoptr (MoptTestRun) run = mopt_test_run_new (&options);

  g_signal_connect_swapped (run, "finished", G_CALLBACK (g_main_loop_quit), loop);
  mopt_test_run_start (run);
  g_main_loop_run (loop);

  MoptTestStage *failed = mopt_test_run_get_failed (run);
  g_assert_nonnull (failed);
  const MoptFailure *failure = mopt_test_stage_get_failure (failed);
  g_test_message ("%s: %s", failure->code, failure->sentence);
  g_assert_cmpstr (failure->code, ==, "conversation-id-lost");
  g_assert_cmpstr (failure->property, ==, "conversation-id-place");
  g_assert_true (g_str_has_suffix (failure->sentence, "."));
  g_assert_true (g_str_has_suffix (failure->advice, "."));
  g_string_free (delivered, TRUE);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/causes/conversation-id-lost", test_lost);

  int status = g_test_run ();
  g_assert_true (mopt_worker_settle (5000));
  const char *const remove[] = { "rm", "-rf", state, NULL };
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return status;
}
