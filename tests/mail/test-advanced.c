/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Advanced Test: who gets it, what the message looks like on the wire, and what is refused before anything is sent. */
#include <string.h>

#include "check/test-run.h"
#include "check/worker.h"
#include "mail/message.h"
#include "scripted-server.h"

#define USER "alice@example.test"
#define LOGIN \
  "S: 220 here ESMTP\nC: EHLO *\nS: 250-here\nS: 250-SIZE 1000000\nS: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 2.7.0 welcome\n"
#define FROM "C: MAIL FROM:<alice@example.test>*\nS: 250 ok\n"
#define RCPT(address) "C: RCPT TO:<" address ">\nS: 250 ok\n"
#define DATA "C: DATA\nS: 354 go\nBODY\nS: 250 queued\nC: QUIT\nS: 221 bye\n"

static const struct
{
  const char *to, *cc, *bcc;
  const char *recipients; /* "to bob@example.test, bcc !" */
  const char *problem;    /* a part of it; NULL: none */
} lists[] = {
  { "bob@example.test", NULL, NULL, "to bob@example.test", NULL },
  { "Bob <bob@example.test>, \"C, D\" <cd@example.test>;\n  e@example.test", "", "f@example.test",
    "to bob@example.test, to cd@example.test, to e@example.test, bcc f@example.test", NULL },
  { "bob@example.test", "BOB@example.test, x@example.test", "x@example.test", "to bob@example.test, cc x@example.test", NULL },
  { "", NULL, "", "", "at least one" },
  { "bob", NULL, NULL, "to !", "no @" },
  { "bob@example.test", "*@example.test", NULL, "to bob@example.test, cc !", "many addresses" },
  { "bob@example.test\x01", NULL, NULL, "to !", "" },
};

static void
test_recipients (void)
{
  static const char *const kinds[] = { "to", "cc", "bcc" };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      const MoptTestMail mail = { .to = (char *) lists[i].to, .cc = (char *) lists[i].cc, .bcc = (char *) lists[i].bcc };
      g_autoptr (GPtrArray) list = mopt_test_mail_recipients (&mail);
      g_autofree char *problem = mopt_test_mail_problem (&mail);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint k = 0; k < list->len; k++)
        {
          const MoptTestRecipient *recipient = g_ptr_array_index (list, k);

          g_assert_true ((recipient->address == NULL) == (recipient->problem != NULL));
          g_string_append_printf (text, "%s%s %s", k > 0 ? ", " : "", kinds[recipient->kind],
                                  recipient->address != NULL ? recipient->address : "!");
        }
      g_assert_cmpstr (text->str, ==, lists[i].recipients);
      if (lists[i].problem == NULL)
        g_assert_null (problem);
      else
        g_assert_nonnull (strstr (problem, lists[i].problem));
    }

  GString *many = g_string_new (NULL);
  for (guint i = 0; i <= MOPT_TEST_RECIPIENTS_MAX; i++)
    g_string_append_printf (many, "a%u@example.test ,", i);
  const MoptTestMail crowd = { .to = many->str };
  g_autofree char *too_many = mopt_test_mail_problem (&crowd);
  g_assert_nonnull (strstr (too_many, "at most"));
  g_string_free (many, TRUE);

  const MoptTestMail two_lines = { .to = (char *) "b@example.test", .subject = (char *) "a\nBcc: x@example.test" };
  g_autofree char *subject = mopt_test_mail_problem (&two_lines);
  g_assert_nonnull (subject);
  const MoptTestMail bell = { .to = (char *) "b@example.test", .text = (char *) "a\a" };
  g_autofree char *text = mopt_test_mail_problem (&bell);
  g_assert_nonnull (text);

  const MoptTestMail me = { .to = (char *) "b@example.test", .bcc = (char *) "Me <ALICE@example.test>" };
  g_assert_true (mopt_test_mail_goes_to (&me, USER));
  g_assert_false (mopt_test_mail_goes_to (&me, "other@example.test"));
  g_assert_false (mopt_test_mail_goes_to (&me, ""));
  g_assert_false (mopt_test_mail_goes_to (&me, NULL));
}

static MoptSettings
make_settings (ScriptedServer *incoming, ScriptedServer *outgoing)
{
  static char *none[] = { NULL };

  return (MoptSettings) {
    .account_id = (char *) "work",
    .account_name = (char *) "Work",
    .incoming = { MOPT_PROTOCOL_POP3, (char *) "127.0.0.1", MOPT_SECURITY_BASIC,
                  incoming != NULL ? scripted_server_get_port (incoming) : 1, TRUE, (char *) USER },
    .outgoing = { MOPT_PROTOCOL_SMTP, (char *) "127.0.0.1", MOPT_SECURITY_BASIC, scripted_server_get_port (outgoing), TRUE,
                  (char *) USER },
    .same_login = TRUE,
    .from_user_address = TRUE,
    .from_legal = none,
    .from_default = (char *) "",
  };
}

static MoptTestRun *
run (const MoptSettings *settings, MoptSide sides, const MoptTestMail *mail)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  const MoptTestOptions options = {
    .settings = (MoptSettings *) settings,
    .sides = sides,
    .flags = MOPT_TEST_SEND_MESSAGE,
    .incoming_password = password,
    .own_name = "Alice",
    .own_address = USER,
    .mail = mail,
    .limit_ms = 5000,
  };
  MoptTestRun *self = mopt_test_run_new (&options);

  g_signal_connect_swapped (self, "finished", G_CALLBACK (g_main_loop_quit), loop);
  mopt_test_run_start (self);
  g_main_loop_run (loop);
  g_assert_true (mopt_worker_settle (2000));
  return self;
}

/* What the server got between DATA's reply and the dot. */
static GBytes *
message_of (ScriptedServer *server)
{
  const char *received = scripted_server_get_received (server)->str;
  const char *begin = strstr (received, "DATA\r\n");
  const char *end = begin != NULL ? strstr (begin, "\r\n.\r\n") : NULL;

  g_assert_nonnull (end);
  begin += strlen ("DATA\r\n");
  return g_bytes_new (begin, (gsize) (end + 2 - begin));
}

static void
test_plain (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (
      LOGIN FROM RCPT ("bob@example.test") RCPT ("cara@example.test") RCPT ("dan@example.test") DATA);
  MoptSettings settings = make_settings (NULL, server);
  const MoptTestMail mail = { (char *) "Böb \"B\" <bob@example.test>", (char *) "cara@example.test",
                              (char *) "Secret Dan <dan@example.test>", (char *) "Grüße", (char *) "Hällo\n.\nbye", FALSE };
  g_autoptr (MoptTestRun) test = run (&settings, MOPT_SIDE_OUTGOING, &mail);

  g_assert_cmpint (mopt_test_run_get_result (test), ==, MOPT_RESULT_PASSED);
  g_assert_nonnull (strstr (mopt_test_run_get_summary (test), "cara@example.test"));
  scripted_server_assert_finished (server);
  g_autoptr (GBytes) bytes = message_of (server);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *subject = mopt_message_get_subject (bytes);
  g_autofree char *body = mopt_message_get_text (bytes);
  g_assert_cmpstr (subject, ==, "Grüße");
  g_assert_nonnull (strstr (body, "Hällo"));
  g_assert_nonnull (strstr (text, "bob@example.test"));
  g_assert_nonnull (strstr (text, "Cc: cara@example.test\r\n"));
  g_assert_null (strcasestr (text, "bcc"));
  g_assert_null (strstr (text, "dan@"));
  g_assert_null (strstr (text, "Secret"));
  g_assert_null (strstr (text, "Auto-Submitted"));
  g_assert_null (strcasestr (text, "multipart"));
}

static void
test_html (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (LOGIN FROM RCPT ("dan@example.test") DATA);
  MoptSettings settings = make_settings (NULL, server);
  const MoptTestMail mail = { .bcc = (char *) "dan@example.test", .subject = (char *) "",
                              .text = (char *) "<html><body><p>One &amp; <b>two</b></p></body></html>", .html = TRUE };

  settings.conversation_id_add = TRUE;
  settings.conversation_id_in_body = TRUE;
  settings.conversation_prefix = (char *) "PUBLSHD";
  g_autoptr (MoptTestRun) test = run (&settings, MOPT_SIDE_OUTGOING, &mail);
  g_assert_cmpint (mopt_test_run_get_result (test), ==, MOPT_RESULT_PASSED);
  scripted_server_assert_finished (server);
  g_autoptr (GBytes) bytes = message_of (server);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *body = mopt_message_get_text (bytes);
  g_assert_nonnull (strstr (text, "multipart/alternative"));
  g_assert_nonnull (strstr (body, "One & two")); /* the plain part comes first */
  g_assert_nonnull (strstr (body, "{CMI: PUBLSHD"));
  const char *html = strstr (text, "text/html");
  g_assert_nonnull (strstr (html, "<b>two</b>"));
  g_assert_nonnull (strstr (html, "<p>{CMI: PUBLSHD"));
  g_assert_true (strstr (html, "{CMI: PUBLSHD") < strstr (html, "</body>"));
  g_assert_null (strstr (text, "dan@example.test"));
}

/* All or nobody; and nothing at all where a recipient is none. */
static void
test_refused (void)
{
  g_autoptr (ScriptedServer) server
      = scripted_server_new (LOGIN FROM RCPT ("bob@example.test") "C: RCPT TO:<nobody@example.test>\nS: 550 5.1.1 who?\nC: QUIT\nS: 221 bye\n");
  g_autoptr (ScriptedServer) untouched = scripted_server_new (LOGIN "C: QUIT\nS: 221 bye\n");
  MoptSettings settings = make_settings (NULL, server);
  MoptSettings broken = make_settings (NULL, untouched);
  const MoptTestMail mail = { .to = (char *) "bob@example.test, nobody@example.test" };
  const MoptTestMail none = { .to = (char *) "bob@example.test, nobody" };

  g_autoptr (MoptTestRun) test = run (&settings, MOPT_SIDE_OUTGOING, &mail);
  g_assert_cmpint (mopt_test_run_get_result (test), ==, MOPT_RESULT_FAILED);
  const MoptFailure *failure = mopt_test_stage_get_failure (mopt_test_run_get_failed (test));
  g_assert_cmpstr (failure->code, ==, "recipient-unknown");
  g_assert_nonnull (strstr (failure->sentence, "nobody@example.test"));
  g_assert_nonnull (strstr (failure->advice, "nobody@example.test"));
  g_assert_null (strstr (failure->sentence, "bob@example.test")); /* he was not */
  g_assert_null (failure->property);
  scripted_server_assert_finished (server);

  g_autoptr (MoptTestRun) bad = run (&broken, MOPT_SIDE_OUTGOING, &none);
  g_assert_cmpstr (mopt_test_stage_get_failure (mopt_test_run_get_failed (bad))->code, ==, "invalid-value");
  scripted_server_assert_finished (untouched);
}

/* Whatever the server has against them: which ones, and no field of the account. */
static void
test_refused_words (void)
{
  static const char *const replies[] = { "550 no", "550 5.7.1 Unable to relay", "553 5.1.3 what", "550 5.1.2 where",
                                         "552 5.2.2 full", "550 5.2.1 off" };
  const MoptTestMail mail = { .to = (char *) "bob@example.test", .cc = (char *) "C <cara@example.test>" };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autofree char *script = g_strconcat (LOGIN FROM "C: RCPT TO:<bob@example.test>\nS: ", replies[i],
                                             "\nC: RCPT TO:<cara@example.test>\nS: ", replies[i],
                                             "\nC: QUIT\nS: 221 bye\n", NULL);
      g_autoptr (ScriptedServer) server = scripted_server_new (script);
      MoptSettings settings = make_settings (NULL, server);
      g_autoptr (MoptTestRun) test = run (&settings, MOPT_SIDE_OUTGOING, &mail);
      const MoptFailure *failure = mopt_test_stage_get_failure (mopt_test_run_get_failed (test));

      g_test_message ("%s: %s %s", failure->code, failure->sentence, failure->advice);
      g_assert_nonnull (strstr (failure->sentence, "bob@example.test, cara@example.test"));
      g_assert_null (strstr (failure->advice, "Your e-mail address"));
      g_assert_null (failure->property);
      scripted_server_assert_finished (server);
    }
}

/* A message that does not go to oneself is not looked for. */
static void
test_arrival (void)
{
  g_autoptr (ScriptedServer) incoming = scripted_server_new (
      "S: +OK hi\nC: CAPA\nS: +OK\nS: USER\nS: UIDL\nS: TOP\nS: .\nC: USER " USER "\nS: +OK\nC: PASS *\nS: +OK\n"
      "C: STAT\nS: +OK 0 0\nC: UIDL\nS: +OK\nS: .\nC: QUIT\nS: +OK\n");
  g_autoptr (ScriptedServer) outgoing = scripted_server_new (LOGIN FROM RCPT ("bob@example.test") DATA);
  MoptSettings settings = make_settings (incoming, outgoing);
  const MoptTestMail mail = { .to = (char *) "bob@example.test", .subject = (char *) "x", .text = (char *) "y" };
  g_autoptr (MoptTestRun) test = run (&settings, MOPT_SIDE_BOTH, &mail);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (test));
  g_autoptr (MoptTestStage) last = g_list_model_get_item (G_LIST_MODEL (test), n - 1);

  g_assert_cmpint (mopt_test_run_get_result (test), ==, MOPT_RESULT_PASSED);
  g_assert_cmpint (mopt_test_stage_get_side (last), ==, MOPT_TEST_SIDE_ARRIVAL);
  g_assert_cmpint (mopt_test_stage_get_state (last), ==, MOPT_TEST_SKIPPED);
  g_assert_nonnull (strstr (mopt_test_stage_get_title (last), "does not go to you"));
  scripted_server_assert_finished (incoming);
  scripted_server_assert_finished (outgoing);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/advanced/recipients", test_recipients);
  g_test_add_func ("/advanced/plain", test_plain);
  g_test_add_func ("/advanced/html", test_html);
  g_test_add_func ("/advanced/refused", test_refused);
  g_test_add_func ("/advanced/refused-words", test_refused_words);
  g_test_add_func ("/advanced/arrival", test_arrival);
  int code = g_test_run ();

  const char *const remove[] = { "rm", "-rf", folder, NULL };
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return code;
}
