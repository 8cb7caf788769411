/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into mailboxes: EXAMINE, the message that came, the list of folders. Never a command that changes
 * anything. */
#include <string.h>

#include "client.h"

#define OPEN "C: a2 EXAMINE \"INBOX\"\nS: * 3 EXISTS\nS: * OK [UIDNEXT 10] next\nS: a2 OK [READ-ONLY]\n"

static MoptSession *
open_session (const char *script, TestClient *client, ScriptedServer **server)
{
  return test_client_logged_in (MOPT_PROTOCOL_IMAP, "", script, client, server);
}

/* ---- EXAMINE ---- */

static const struct
{
  const char *name;
  const char *mailbox;
  const char *script;
  int code;
  guint64 n;
} examines[] = {
  { "inbox", "INBOX", OPEN "C: a3 LOGOUT\nCLOSE", TEST_OK, 3 },
  { "other numbers after it", "X",
    "C: a2 EXAMINE \"X\"\nS: * 1204 EXISTS\nS: * 0 RECENT\nS: * FLAGS (\\\\Seen)\nS: * OK [UIDNEXT 2000]\nS: a2 OK\n"
    "C: a3 LOGOUT\nCLOSE",
    TEST_OK, 1204 },
  { "quoted", "Help \"desk\"", "C: a2 EXAMINE \"Help \\\\\"desk\\\\\"\"\nS: * 0 EXISTS\nS: a2 OK\nC: a3 LOGOUT\nCLOSE", TEST_OK, 0 },
  { "utf-7", "Entwürfe", "C: a2 EXAMINE \"Entw&APw-rfe\"\nS: * 1 EXISTS\nS: * OK [UIDNEXT 2]\nS: a2 OK\nC: a3 LOGOUT\nCLOSE", TEST_OK, 1 },
  { "utf-8 where that is what there is", "Entwürfe",
    "C: a2 EXAMINE \"Entw&APw-rfe\"\nS: a2 NO [NONEXISTENT] no\nC: a3 EXAMINE \"Entwürfe\"\nS: * 1 EXISTS\n"
    "S: * OK [UIDNEXT 2]\nS: a3 OK\nC: a4 LOGOUT\nCLOSE",
    TEST_OK, 1 },
  { "missing", "Nope", "C: a2 EXAMINE \"Nope\"\nS: a2 NO [NONEXISTENT] no\nC: a3 LOGOUT\nCLOSE", MOPT_ERROR_MAILBOX_MISSING },
  { "trycreate", "Nope", "C: a2 EXAMINE \"Nope\"\nS: a2 NO [trycreate] no\nC: a3 LOGOUT\nCLOSE", MOPT_ERROR_MAILBOX_MISSING },
  { "in use", "X", "C: a2 EXAMINE \"X\"\nS: a2 NO [INUSE] no\nC: a3 LOGOUT\nCLOSE", MOPT_ERROR_MAILBOX_IN_USE },
  { "refused", "X", "C: a2 EXAMINE \"X\"\nS: a2 NO [NOPERM] no\nC: a3 LOGOUT\nCLOSE", MOPT_ERROR_MAILBOX_REFUSED },
  { "no code, not listed", "X", "C: a2 EXAMINE \"X\"\nS: a2 NO hm\nC: a3 LIST \"\" \"X\"\nS: a3 OK\nC: a4 LOGOUT\nCLOSE",
    MOPT_ERROR_MAILBOX_MISSING },
  { "no code, listed", "X",
    "C: a2 EXAMINE \"X\"\nS: a2 NO hm\nC: a3 LIST \"\" \"X\"\nS: * LIST (\\Noselect) \"/\" X\nS: a3 OK\nC: a4 LOGOUT\nCLOSE",
    MOPT_ERROR_MAILBOX_REFUSED },
  { "bad", "X", "C: a2 EXAMINE \"X\"\nS: a2 BAD hm\nC: a3 LOGOUT\nCLOSE", MOPT_ERROR_MAILBOX_REFUSED },
  { "injection", "X\r\na9 DELETE INBOX",
    "C: a2 EXAMINE \"X&AA0ACg-a9 DELETE INBOX\"\nS: a2 NO [NONEXISTENT] no\nC: a3 LOGOUT\nCLOSE", MOPT_ERROR_MAILBOX_MISSING },
  { "the password long after the login", "X",
    "C: a2 EXAMINE \"X\"\nS: * OK secret-pass\nS: a2 NO [NOPERM] c2VjcmV0LXBhc3M=, secret-pass\nC: a3 LOGOUT\nCLOSE",
    MOPT_ERROR_MAILBOX_REFUSED },
  { "hang-up with words", "X", "C: a2 EXAMINE \"X\"\nS: * BYE maintenance\nCLOSE", MOPT_ERROR_HUNG_UP },
};

static void
test_examine (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (examines); i++)
    {
      TestClient client;
      ScriptedServer *server;
      g_autoptr (GError) error = NULL;
      guint64 n = 99;

      MoptSession *session = open_session (examines[i].script, &client, &server);
      gboolean ok = mopt_session_open_mailbox (session, examines[i].mailbox, &n, &error);

      g_test_message ("%s", examines[i].name);
      g_assert_cmpint (ok, ==, examines[i].code == TEST_OK);
      if (ok)
        g_assert_cmpuint (n, ==, examines[i].n);
      else
        test_assert_cause (error, examines[i].code);
      if (mopt_error_get_server_words (error) != NULL)
        g_assert_null (strstr (mopt_error_get_server_words (error), "secret-pass"));
      if (examines[i].code == MOPT_ERROR_HUNG_UP)
        g_assert_cmpstr (mopt_error_get_server_words (error), ==, "maintenance");
      test_client_end (&client, session, server);
    }
}

/* ---- the message that came ---- */

static const struct
{
  const char *name;
  const char *script; /* after OPEN, one look */
  int code;
  const char *message;
} looks[] = {
  { "nothing new, the last one is named all the same",
    "C: a3 NOOP\nS: a3 OK\nC: a4 UID FETCH 10:\\* (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])\n"
    "S: * 3 FETCH (UID 9 BODY[HEADER.FIELDS (MESSAGE-ID)] {19}\nRAW Message-ID: <m@x>\\r\\n)\\r\\n\nS: a4 OK\nC: a5 LOGOUT\nCLOSE",
    TEST_OK, NULL },
  { "there it is",
    "C: a3 NOOP\nS: * 5 EXISTS\nS: a3 OK\nC: a4 UID FETCH 10:\\* *\n"
    "S: * 4 FETCH (UID 10 BODY[HEADER.FIELDS (MESSAGE-ID)] {23}\nRAW Message-ID: <other@x>\\r\\n)\\r\\n\n"
    "S: * 5 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {19}\nRAW message-id: <m@x>\\r\\n UID 11)\\r\\n\nS: a4 OK\n"
    "C: a5 UID FETCH 11 (BODY.PEEK[]<0.262144>)\n"
    "S: * 4 FETCH (UID 10 BODY[]<0> {7}\nRAW not it!)\\r\\n\nS: * 5 FETCH (UID 11 BODY[]<0> {26}\nRAW Message-ID:<m@x>\\r\\na:\\r\\nb)\\r\\n\nRAW )\\r\\n\nS: a5 OK\n"
    "C: a6 LOGOUT\nCLOSE",
    TEST_OK, NULL },
  { "refused", "C: a3 NOOP\nS: a3 NO hm\nC: a4 LOGOUT\nCLOSE", MOPT_ERROR_COMMAND_REFUSED, NULL },
  { "a literal beyond all bounds", "C: a3 NOOP\nS: * 5 EXISTS\nS: a3 OK\nC: a4 UID FETCH *\nS: * 5 FETCH (UID 11 BODY[] {4294967295}\nHOLD",
    MOPT_ERROR_REPLY_TOO_LONG, NULL },
};

static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autofree char *script = g_strconcat (OPEN, looks[i].script, NULL);
      TestClient client;
      ScriptedServer *server;
      g_autoptr (GError) error = NULL;
      guint64 n;
      MoptSession *session = open_session (script, &client, &server);

      g_assert_true (mopt_session_open_mailbox (session, "INBOX", &n, &error));
      g_autoptr (GBytes) message = mopt_session_find_message (session, "m@x", &error);
      g_test_message ("%s", looks[i].name);
      if (looks[i].code == TEST_OK)
        g_assert_no_error (error);
      else
        test_assert_cause (error, looks[i].code);
      if (i == 1)
        g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message),
                        "Message-ID:<m@x>\r\na:\r\nb)\r\n", 26);
      else
        g_assert_null (message);
      test_client_end (&client, session, server);
    }
}

/* A second look asks only for what the first one did not see; without UIDNEXT the last UID tells. */
static void
test_find_again (void)
{
  TestClient client;
  ScriptedServer *server;
  g_autoptr (GError) error = NULL;
  guint64 n;
  MoptSession *session = open_session (
      "C: a2 EXAMINE *\nS: * 1 EXISTS\nS: a2 OK\nC: a3 FETCH \\* (UID)\nS: * 1 FETCH (UID 40)\nS: a3 OK\n"
      "C: a4 NOOP\nS: * 2 EXISTS\nS: a4 OK\nC: a5 UID FETCH 41:\\* *\n"
      "S: * 2 FETCH (UID 50 BODY[HEADER.FIELDS (MESSAGE-ID)] NIL)\nS: a5 OK\n"
      "C: a6 NOOP\nS: a6 OK\nC: a7 UID FETCH 51:\\* *\nS: a7 OK\nC: a8 LOGOUT\nCLOSE",
      &client, &server);

  g_assert_true (mopt_session_open_mailbox (session, "INBOX", &n, &error));
  g_assert_null (mopt_session_find_message (session, "m@x", &error));
  g_assert_no_error (error);
  g_assert_null (mopt_session_find_message (session, "m@x", &error));
  g_assert_no_error (error);
  test_client_end (&client, session, server);
}

/* ---- LIST ---- */

static char *
list (const char *script, int code)
{
  TestClient client;
  ScriptedServer *server;
  g_autoptr (GError) error = NULL;
  MoptSession *session = open_session (script, &client, &server);

  /* 100,000 lines through a busy machine */
  mopt_session_set_limit (session, 60000);
  g_auto (GStrv) names = mopt_session_list_mailboxes (session, &error);
  if (code == TEST_OK)
    g_assert_no_error (error);
  else
    test_assert_cause (error, code);
  test_client_end (&client, session, server);
  return names != NULL ? g_strjoinv ("|", names) : NULL;
}

static void
test_list (void)
{
  g_autofree char *names = list ("C: a2 LIST \"\" \"\\*\"\nS: * LIST (\\HasNoChildren) \"/\" Zebra\n"
                                 "S: * LIST (\\Noselect) \"/\" Shared\nS: * LIST () \"/\" \"Entw&APw-rfe\"\n"
                                 "S: * list () \"/\" inbox\nS: * LIST () \"/\" {5}\nRAW a\"b/c\\r\\n\nS: * OK hello {5}\n"
                                 "S: * LIST () \"/\" broken\"\nS: * LIST () \"/\" \"Größe\"\nS: a2 OK\nC: a3 LOGOUT\nCLOSE",
                                 TEST_OK);

  g_assert_cmpstr (names, ==, "INBOX|Entwürfe|Größe|Zebra|a\"b/c|broken");
  g_assert_null (list ("C: a2 LIST *\nS: a2 NO no\nC: a3 LOGOUT\nCLOSE", MOPT_ERROR_COMMAND_REFUSED));
  g_assert_null (list ("C: a2 LIST *\nS: * LIST () \"/\" {99999999999999999999}\nHOLD", MOPT_ERROR_REPLY_TOO_LONG));
}

/* 100,000 folders: the first 20,000 of them, and INBOX wherever it comes. */
static void
test_list_flood (void)
{
  g_autofree char *joined = list ("C: a2 LIST *\nREPEAT 100000 * LIST () \"/\" folder-%d\nS: * LIST () \"/\" INBOX\nS: a2 OK\n"
                                  "C: a3 LOGOUT\nCLOSE",
                                  TEST_OK);
  g_auto (GStrv) names = g_strsplit (joined, "|", -1);

  g_assert_cmpuint (g_strv_length (names), ==, 20000);
  g_assert_cmpstr (names[0], ==, "INBOX");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/examine", test_examine);
  g_test_add_func ("/imap/find", test_find);
  g_test_add_func ("/imap/find-again", test_find_again);
  g_test_add_func ("/imap/list", test_list);
  g_test_add_func ("/imap/list-flood", test_list_flood);
  return g_test_run ();
}
