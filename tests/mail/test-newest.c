/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest message by IMAP and POP: what is asked (nothing that marks it read), what is shown, and what is said where
 * there is none or the server says no. */
#include <string.h>

#include "check/newest.h"
#include "check/worker.h"
#include "scripted-server.h"

#define PASSWORD "s3cret-Pässword"
#define CANCEL_MS 300 /* 100 are promised; a busy machine gets thrice that */

#define IMAP_LOGIN "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\nC: a1 AUTHENTICATE PLAIN *\nS: a1 OK [CAPABILITY IMAP4rev1] in\n"
#define POP_LOGIN "S: +OK hi\nC: CAPA\nS: +OK\nS: USER\nS: TOP\nS: .\nC: USER alice\nS: +OK\nC: PASS *\nS: +OK\n"
#define MESSAGE "From: Bob <b@example.test>\\r\\nSubject: Hi\\r\\nDate: Sun, 22 Nov 2026 11:00:00 +0100\\r\\n\\r\\nHello.\\r\\n.dot\\r\\n"
#define MESSAGE_BYTES "96"

static const struct
{
  const char *name;
  MoptProtocol protocol;
  const char *script;
  const char *sender, *subject, *text; /* NULL: it fails */
  const char *said; /* begins the status, or is in the sentence of the failure */
  const char *code;
} cases[] = {
  { "imap", MOPT_PROTOCOL_IMAP,
    IMAP_LOGIN "C: a2 EXAMINE \"INBOX\"\nS: * 1204 EXISTS\nS: * OK [UIDNEXT 4392]\nS: a2 OK [READ-ONLY] done\n"
    "C: a3 FETCH \\* (RFC822.SIZE BODY.PEEK\\[\\]<0.262144>)\n"
    "RAW * 1204 FETCH (FLAGS (\\\\Seen) RFC822.SIZE 12345 BODY[]<0> {" MESSAGE_BYTES "}\\r\\n" MESSAGE ")\\r\\na3 OK done\\r\\n\n"
    "C: a4 LOGOUT\nS: * BYE\nS: a4 OK",
    "Bob <b@example.test>", "Hi", "Hello.\n.dot", "1 of 1" },
  { "imap, empty", MOPT_PROTOCOL_IMAP,
    IMAP_LOGIN "C: a2 EXAMINE \"INBOX\"\nS: * 0 EXISTS\nS: a2 OK done\nC: a3 LOGOUT\nS: * BYE\nS: a3 OK",
    "", "", "", "The mailbox INBOX is empty." },
  { "imap, nothing said", MOPT_PROTOCOL_IMAP,
    IMAP_LOGIN "C: a2 EXAMINE \"INBOX\"\nS: * 5 EXISTS\nS: a2 OK done\nC: a3 FETCH *\nS: * 5 FETCH (FLAGS ())\nS: a3 OK done\n"
    "C: a4 LOGOUT\nS: * BYE\nS: a4 OK",
    NULL, NULL, NULL, "makes no sense", "protocol-error" },
  { "imap, no mailbox", MOPT_PROTOCOL_IMAP,
    IMAP_LOGIN "C: a2 EXAMINE \"INBOX\"\nS: a2 NO [NONEXISTENT] none\nC: a3 LOGOUT\nS: * BYE\nS: a3 OK",
    NULL, NULL, NULL, "no mailbox INBOX", "mailbox-missing" },
  { "pop", MOPT_PROTOCOL_POP3,
    POP_LOGIN "C: STAT\nS: +OK 7 9999\nC: LIST 7\nS: +OK 7 4321\nC: TOP 7 2000\nS: +OK\n"
    "S: From: Bob <b@example.test>\nS: Subject: Hi\nS:  \nS: \nS: Hello.\nS: ..dot\nS: .\nC: QUIT\nS: +OK",
    "Bob <b@example.test>", "Hi", "Hello.\n.dot", "1 of 7, 4.3\u00a0kB" },
  { "pop, empty", MOPT_PROTOCOL_POP3, POP_LOGIN "C: STAT\nS: +OK 0 0\nC: QUIT\nS: +OK", "", "", "",
    "There is no message on the server." },
  { "pop without TOP", MOPT_PROTOCOL_POP3,
    POP_LOGIN "C: STAT\nS: +OK 7 9999\nC: LIST 7\nS: +OK 7 4321\nC: TOP 7 2000\nS: -ERR what?\nC: QUIT\nS: +OK", NULL, NULL,
    NULL, "refused a step", "command-refused" },
  { "pop, password refused", MOPT_PROTOCOL_POP3,
    "S: +OK hi\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS *\nS: -ERR [AUTH] no\n", NULL, NULL, NULL,
    "refused the user name or password", "login-refused" },
};

static MoptSettings
make_settings (MoptProtocol protocol, ScriptedServer *server)
{
  static char *none[] = { NULL };

  return (MoptSettings) {
    .account_id = (char *) "work",
    .account_name = (char *) "Work",
    .incoming = { protocol, (char *) "127.0.0.1", MOPT_SECURITY_BASIC, scripted_server_get_port (server), TRUE, (char *) "alice" },
    .outgoing = { MOPT_PROTOCOL_SMTP, (char *) "127.0.0.1", MOPT_SECURITY_BASIC, 1, TRUE, (char *) "alice" },
    .same_login = TRUE,
    .mailbox = protocol == MOPT_PROTOCOL_IMAP ? (char *) "INBOX" : NULL,
    .from_legal = none,
    .from_default = (char *) "",
  };
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (ScriptedServer) server = scripted_server_new (cases[i].script);
  MoptSettings settings = make_settings (cases[i].protocol, server);
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MoptFailure) failure = NULL;
  g_autoptr (GError) error = NULL;

  mopt_newest_fetch_async (&settings, password, FALSE, 5000, NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (MoptNewest) newest = mopt_newest_fetch_finish (result, &failure, &error);
  if (cases[i].code == NULL)
    {
      g_assert_no_error (error);
      g_assert_null (failure);
      g_assert_cmpstr (newest->sender, ==, cases[i].sender);
      g_assert_cmpstr (newest->subject, ==, cases[i].subject);
      g_assert_cmpstr (newest->text, ==, cases[i].text);
      g_test_message ("%s", newest->status);
      g_assert_true (g_str_has_prefix (newest->status, cases[i].said));
    }
  else
    {
      g_assert_null (newest);
      g_assert_cmpstr (failure->code, ==, cases[i].code);
      g_assert_nonnull (strstr (failure->sentence, cases[i].said));
    }
  g_assert_true (mopt_worker_settle (2000));
  scripted_server_assert_finished (server);
  g_assert_null (strstr (scripted_server_get_received (server)->str, "RETR"));
  g_assert_null (strstr (scripted_server_get_received (server)->str, "SELECT"));
  g_assert_null (strstr (scripted_server_get_received (server)->str, "STORE"));
}

static void
test_cancel (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (POP_LOGIN "C: STAT\nHOLD");
  MoptSettings settings = make_settings (MOPT_PROTOCOL_POP3, server);
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MoptFailure) failure = NULL;
  g_autoptr (GError) error = NULL;

  mopt_newest_fetch_async (&settings, password, FALSE, 0, cancellable, on_done, &result);
  for (guint i = 0; i < 30; i++)
    {
      g_usleep (10000);
      g_main_context_iteration (NULL, FALSE);
    }
  gint64 began = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - began, <, CANCEL_MS * 1000);
  g_assert_null (mopt_newest_fetch_finish (result, &failure, &error));
  g_assert_null (failure);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (mopt_worker_settle (2000));
  g_free (scripted_server_finish (server));
}

static void
test_no_password (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("HOLD");
  MoptSettings settings = make_settings (MOPT_PROTOCOL_POP3, server);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MoptFailure) failure = NULL;

  mopt_newest_fetch_async (&settings, NULL, TRUE, 0, NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (mopt_newest_fetch_finish (result, &failure, NULL));
  g_assert_cmpstr (failure->code, ==, "keyring-not-stored");
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/newest/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/newest/cancel", test_cancel);
  g_test_add_func ("/newest/no-password", test_no_password);
  int code = g_test_run ();

  const char *const remove[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return code;
}
