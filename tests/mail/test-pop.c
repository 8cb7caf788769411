/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into a maildrop: STAT, UIDL, TOP. Never DELE. */
#include <string.h>

#include "client.h"

static MoptSession *
open_session (const char *script, TestClient *client, ScriptedServer **server)
{
  return test_client_logged_in (MOPT_PROTOCOL_POP3, "", script, client, server);
}

/* STAT and UIDL as @script says; what is known then goes to the next session. */
static GHashTable *
open_first (const char *script, guint64 expected)
{
  TestClient client;
  ScriptedServer *server;
  g_autoptr (GError) error = NULL;
  guint64 n;
  MoptSession *session = open_session (script, &client, &server);

  g_assert_true (mopt_session_open_mailbox (session, NULL, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, expected);
  GHashTable *seen = g_hash_table_ref (mopt_session_get_seen (session));
  test_client_end (&client, session, server);
  return seen;
}

static char *
look (GHashTable *seen, const char *script)
{
  TestClient client;
  ScriptedServer *server;
  g_autoptr (GError) error = NULL;
  MoptSession *session = open_session (script, &client, &server);

  mopt_session_set_seen (session, seen);
  g_autoptr (GBytes) message = mopt_session_find_message (session, "m@x", &error);
  g_assert_no_error (error);
  /* nobody's mail goes into a report */
  g_autofree char *transcript = mopt_session_get_transcript (session);
  g_assert_null (strstr (transcript, "Message-ID"));
  test_client_end (&client, session, server);
  return message != NULL ? g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message)) : NULL;
}

static void
test_find (void)
{
  g_autoptr (GHashTable) seen
      = open_first ("C: STAT\nS: +OK 1 100\nC: UIDL\nS: +OK\nS: 1 aaa\nS: .\nC: QUIT\nS: +OK", 1);

  /* nothing new; then a stranger; then ours, which is asked for only once each */
  g_assert_null (look (seen, "C: UIDL\nS: +OK\nS: 1 aaa\nS: .\nC: QUIT\nS: +OK"));
  g_assert_null (look (seen, "C: UIDL\nS: +OK\nS: 1 aaa\nS: 2 bbb\nS: .\nC: TOP 2 0\nS: +OK\nS: Message-ID: <other@x>\nS: \n"
                             "S: .\nC: QUIT\nS: +OK"));
  g_autofree char *text
      = look (seen, "C: UIDL\nS: +OK\nS: 1 aaa\nS: 2 bbb\nS: 3 ccc\nS: .\nC: TOP 3 0\nS: +OK\nS: Message-ID: <m@x>\nS: \nS: .\n"
                    "C: TOP 3 5000\nS: +OK\nS: Message-ID: <m@x>\nS: \nS: ..dot\nS: ...\nS: .\nC: QUIT\nS: +OK");
  g_assert_cmpstr (text, ==, "Message-ID: <m@x>\r\n\r\n.dot\r\n..\r\n");
}

/* A server of the old days: neither UIDL nor TOP. */
static void
test_find_old (void)
{
  g_autoptr (GHashTable) seen
      = open_first ("C: STAT\nS: +OK 2 100\nC: UIDL\nS: -ERR what?\nC: STAT\nS: +OK 2 100\nC: QUIT\nS: +OK", 2);
  g_autofree char *text = look (seen, "C: UIDL\nS: -ERR what?\nC: STAT\nS: +OK 3 100\nC: TOP 3 0\nS: -ERR what?\nC: RETR 3\nS: +OK\n"
                                      "S: message-id: <m@x>\nS: .\nC: TOP 3 5000\nS: -ERR\nC: RETR 3\nS: +OK\n"
                                      "S: message-id: <m@x>\nS: .\nC: QUIT\nS: +OK");

  g_assert_cmpstr (text, ==, "message-id: <m@x>\r\n");
}

static void
check_open_fails (const char *script, MoptError code)
{
  TestClient client;
  ScriptedServer *server;
  g_autoptr (GError) error = NULL;
  guint64 n;
  MoptSession *session = open_session (script, &client, &server);

  g_assert_false (mopt_session_open_mailbox (session, NULL, &n, &error));
  test_assert_cause (error, code);
  test_client_end (&client, session, server);
}

static void
test_refused (void)
{
  check_open_fails ("C: STAT\nS: -ERR no\nC: QUIT\nS: +OK", MOPT_ERROR_MAILBOX_REFUSED);
  check_open_fails ("C: STAT\nS: -ERR [in-use] no\nC: QUIT\nS: +OK", MOPT_ERROR_MAILBOX_IN_USE);
  check_open_fails ("C: STAT\nS: +OK many\nC: QUIT\nS: +OK", MOPT_ERROR_PROTOCOL);
  check_open_fails ("C: STAT\nS: +OK 1 1\nC: UIDL\nS: +OK\nS: nonsense\nHOLD", MOPT_ERROR_PROTOCOL);
  check_open_fails ("C: STAT\nS: +OK 1 1\nC: UIDL\nS: +OK\nS: 1 a\nCLOSE", MOPT_ERROR_HUNG_UP);
  check_open_fails ("C: STAT\nS: 250 ok\nHOLD", MOPT_ERROR_PROTOCOL);
}

/* A maildrop with 200,000 messages is odd, but a maildrop. */
static void
test_many (void)
{
  g_autoptr (GHashTable) seen = open_first (
      "C: STAT\nS: +OK 200000 1\nC: UIDL\nS: +OK\nREPEAT 200000 1 id-%d-as-long-as-they-are\nS: .\nC: QUIT\nS: +OK", 200000);

  g_assert_cmpuint (g_hash_table_size (seen), ==, 200000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop/find", test_find);
  g_test_add_func ("/pop/find-old", test_find_old);
  g_test_add_func ("/pop/refused", test_refused);
  g_test_add_func ("/pop/many", test_many);
  return g_test_run ();
}
