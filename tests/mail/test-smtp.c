/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelope and message: what is said, with which parameters, and what each refusal means. */
#include <string.h>

#include "client.h"
#include "mail/outgoing.h"

#define MESSAGE "Subject: x\n\n.dot\nend"
#define MESSAGE_SIZE 25 /* with CRLFs */
#define TO_A "a@example.com"

static const struct
{
  const char *name;
  const char *offers; /* lines of EHLO's reply */
  const char *script;
  int code; /* of the envelope, or where that went well of the message */
  const char *words;
  const char *sender; /* default "jo@example.com" */
  const char *recipients[3]; /* default TO_A */
  gsize size; /* default MESSAGE_SIZE */
  gboolean is_8bit;
  gboolean at_once;
  const char *refused;
} cases[] = {
  { "plain", "", "C: MAIL FROM:<jo@example.com>\nS: 250 ok\nC: RCPT TO:<a@example.com>\nS: 250 ok\nC: DATA\nS: 354 go\n"
                 "C: Subject: x\nC: \nC: ..dot\nC: end\nC: .\nS: 250 queued as 1\nC: QUIT\nS: 221 bye",
    TEST_OK, "250 queued as 1" },
  { "size, 8bit, smtputf8 only when needed", "S: 250-SIZE 1000\nS: 250-8bitmime\nS: 250-SMTPUTF8\n",
    "C: MAIL FROM:<jo@example.com> SIZE=25\nS: 250 ok\nC: RCPT TO:<a@example.com>\nS: 250 ok\nC: DATA\nS: 354 go\nBODY\n"
    "S: 250 ok\nC: QUIT\nS: 221 bye",
    TEST_OK, "250 ok", .size = 25 },
  { "all parameters", "S: 250-SIZE\nS: 250-8BITMIME\nS: 250-smtputf8\n",
    "C: MAIL FROM:<jörg@example.com> SIZE=25 BODY=8BITMIME SMTPUTF8\nS: 250 ok\nC: RCPT TO:<a@example.com>\nS: 250 ok\n"
    "C: DATA\nS: 354 go\nBODY\nS: 250 ok\nC: QUIT\nS: 221 bye",
    TEST_OK, "250 ok", "jörg@example.com", .size = 25, .is_8bit = TRUE },
  { "a domain needs no smtputf8", "",
    "C: MAIL FROM:<jo@xn--bcher-kva.example>\nS: 250 ok\nC: RCPT TO:<a@example.com>\nS: 250 ok\nC: DATA\nS: 354 go\n"
    "BODY\nS: 250 ok\nC: QUIT\nS: 221 bye",
    TEST_OK, "250 ok", "Jo <jo@bücher.example>" },
  { "smtputf8 missing", "", "C: QUIT\nS: 221 bye", MOPT_ERROR_SMTPUTF8_MISSING, NULL, NULL, { "jörg@example.com" } },
  { "too large, known before", "S: 250-SIZE 1000\n", "C: QUIT\nS: 221 bye", MOPT_ERROR_MESSAGE_TOO_LARGE, NULL, .size = 1001 },
  { "pipelining", "S: 250-PIPELINING\n",
    "C: MAIL FROM:<jo@example.com>\nC: RCPT TO:<a@example.com>\nC: RCPT TO:<b@example.com>\nS: 250 1\nS: 250 2\nS: 250 3\n"
    "C: DATA\nS: 354 go\nBODY\nS: 250 ok\nC: QUIT\nS: 221 bye",
    TEST_OK, "250 ok", NULL, { TO_A, "b@example.com" } },
  { "pipelining, the first refusal counts", "S: 250-pipelining\n",
    "C: MAIL *\nC: RCPT *\nS: 550 5.7.1 not you\nS: 503 5.5.1 MAIL first\nC: QUIT\nS: 221 bye", MOPT_ERROR_SENDER_REFUSED,
    "550 5.7.1 not you" },
  { "sender refused", "", "C: MAIL *\nS: 550 5.7.1 no\nC: QUIT\nS: 221 bye", MOPT_ERROR_SENDER_REFUSED, "550 5.7.1 no" },
  { "sender later", "", "C: MAIL *\nS: 451 4.3.0 later\nC: QUIT\nS: 221 bye", MOPT_ERROR_TEMPORARY, "451 4.3.0 later" },
  { "sender too large", "", "C: MAIL *\nS: 552 5.3.4 big\nC: QUIT\nS: 221 bye", MOPT_ERROR_MESSAGE_TOO_LARGE, "552 5.3.4 big" },
  { "login wanted", "", "C: MAIL *\nS: 530 5.7.0 login!\nC: QUIT\nS: 221 bye", MOPT_ERROR_AUTH_REQUIRED, "530 5.7.0 login!" },
  { "TLS wanted", "S: 250-STARTTLS\n", "C: MAIL *\nS: 530 5.7.0 TLS!\nC: QUIT\nS: 221 bye", MOPT_ERROR_TLS_REQUIRED,
    "530 5.7.0 TLS!" },
  { "recipient refused", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 550 5.1.1 who?\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_RECIPIENT_REFUSED, "550 5.1.1 who?" },
  { "second recipient refused", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: RCPT *\nS: 554 no\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_RECIPIENT_REFUSED, "554 no", NULL, { TO_A, "b@example.com" } },
  { "sender refused at the recipient", "",
    "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 553 5.7.1 <jo@example.com>: Sender address rejected: not owned by user x\n"
    "C: QUIT\nS: 221 bye",
    MOPT_ERROR_SENDER_REFUSED, "553 5.7.1 <jo@example.com>: Sender address rejected: not owned by user x" },
  { "sender's domain refused at the recipient", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 550 5.1.8 no such domain\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_SENDER_REFUSED, "550 5.1.8 no such domain" },
  { "recipient later", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 450 4.7.1 grey\nC: QUIT\nS: 221 bye", MOPT_ERROR_TEMPORARY,
    "450 4.7.1 grey" },
  { "DATA refused", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 554 5.5.1 no\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_MESSAGE_REFUSED, "554 5.5.1 no" },
  { "message refused", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nBODY\nS: 550 5.7.1 spam\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_MESSAGE_REFUSED, "550 5.7.1 spam" },
  { "sender refused after the message", "",
    "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nBODY\nS: 550 5.7.60 may not send as\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_SENDER_REFUSED, "550 5.7.60 may not send as" },
  { "message too large", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nBODY\nS: 552 5.3.4 big\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_MESSAGE_TOO_LARGE, "552 5.3.4 big" },
  { "message later", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nBODY\nS: 452 4.3.1 full\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_TEMPORARY, "452 4.3.1 full" },
  { "421 in between", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 421 4.3.2 shutting down\nCLOSE", MOPT_ERROR_TEMPORARY,
    "421 4.3.2 shutting down" },
  { "hang-up before the message", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nCLOSE", MOPT_ERROR_HUNG_UP, NULL },
  { "hang-up after the end", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nBODY\nCLOSE", MOPT_ERROR_TEMPORARY,
    NULL },
  { "data goes out with the envelope", "S: 250-PIPELINING\n",
    "C: MAIL FROM:<jo@example.com>\nC: RCPT TO:<a@example.com>\nC: DATA\nS: 250 1\nS: 250 2\nS: 354 go\n"
    "C: Subject: x\nC: \nC: ..dot\nC: end\nC: .\nC: QUIT\nS: 250 queued\nS: 221 bye",
    TEST_OK, "250 queued", .at_once = TRUE },
  { "refused, with QUIT behind it", "S: 250-PIPELINING\n",
    "C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 1\nS: 250 2\nS: 354 go\nC: Subject: x\nC: \nC: ..dot\nC: end\nC: .\n"
    "C: QUIT\nS: 550 5.7.1 spam\nS: 221 bye",
    MOPT_ERROR_MESSAGE_REFUSED, "550 5.7.1 spam", .at_once = TRUE },
  { "no recipient, no data", "S: 250-PIPELINING\n",
    "C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 1\nS: 550 5.1.1 who?\nS: 503 5.5.1 RCPT first\nHOLD", MOPT_ERROR_RECIPIENT_REFUSED,
    "550 5.1.1 who?", .at_once = TRUE, .refused = TO_A },
  { "one of two recipients, and a go-ahead that is not taken", "S: 250-PIPELINING\n",
    "C: MAIL *\nC: RCPT *\nC: RCPT *\nC: DATA\nS: 250 1\nS: 250 2\nS: 550 5.1.1 who?\nS: 354 go\nHOLD",
    MOPT_ERROR_RECIPIENT_REFUSED, "550 5.1.1 who?", NULL, { TO_A, "b@example.com" }, .at_once = TRUE,
    .refused = "b@example.com" },
  { "data refused ahead", "S: 250-PIPELINING\n",
    "C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 1\nS: 250 2\nS: 554 5.5.1 no\nHOLD", MOPT_ERROR_MESSAGE_REFUSED,
    "554 5.5.1 no", .at_once = TRUE },
  { "all refused are named, the final refusal counts", "",
    "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 450 4.2.0 later\nC: RCPT *\nS: 550 5.1.1 who?\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_RECIPIENT_REFUSED, "550 5.1.1 who?", NULL, { TO_A, "b@example.com" }, .refused = "a@example.com b@example.com" },
  { "421 between recipients", "", "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 421 4.3.2 shutting down\nCLOSE", MOPT_ERROR_TEMPORARY,
    "421 4.3.2 shutting down", NULL, { TO_A, "b@example.com" } },
  { "chunking", "S: 250-PIPELINING\nS: 250-CHUNKING\nS: 250-SIZE\n",
    "C: MAIL FROM:<jo@example.com> SIZE=25\nC: RCPT TO:<a@example.com>\nS: 250 1\nS: 250 2\n"
    "C: BDAT 25 LAST\nC: Subject: x\nC: \nC: .dot\nC: end\nC: QUIT\nS: 250 queued\nS: 221 bye",
    TEST_OK, "250 queued", .at_once = TRUE },
  { "chunking, message refused", "S: 250-CHUNKING\n",
    "C: MAIL *\nS: 250 1\nC: RCPT *\nS: 250 2\nC: BDAT 25 LAST\nC: Subject: x\nC: \nC: .dot\nC: end\n"
    "S: 550 5.7.1 spam\nC: QUIT\nS: 221 bye",
    MOPT_ERROR_MESSAGE_REFUSED, "550 5.7.1 spam" },
  { "chunking, hang-up after the end", "S: 250-CHUNKING\n",
    "C: MAIL *\nS: 250 1\nC: RCPT *\nS: 250 2\nC: BDAT 25 LAST\nC: Subject: x\nC: \nC: .dot\nC: end\nCLOSE",
    MOPT_ERROR_MAYBE_DELIVERED, NULL },
  { "nonsense after the end", "",
    "C: MAIL *\nS: 250 1\nC: RCPT *\nS: 250 2\nC: DATA\nS: 354 go\nC: Subject: x\nC: \nC: ..dot\nC: end\nC: .\nS: what?\nHOLD",
    MOPT_ERROR_MAYBE_DELIVERED, "what?" },
  { "neither yes nor no after the end", "S: 250-CHUNKING\n",
    "C: MAIL *\nS: 250 1\nC: RCPT *\nS: 250 2\nC: BDAT 25 LAST\nC: Subject: x\nC: \nC: .dot\nC: end\nS: 221 bye\nHOLD",
    MOPT_ERROR_MAYBE_DELIVERED, "221 bye" },
  { "longer than was said", "S: 250-CHUNKING\n", "C: MAIL *\nS: 250 1\nC: RCPT *\nS: 250 2\nHOLD", MOPT_ERROR_CHANGED, NULL,
    .size = 24 },
  { "shorter than was said", "", "C: MAIL *\nS: 250 1\nC: RCPT *\nS: 250 2\nC: DATA\nS: 354 go\nHOLD", MOPT_ERROR_CHANGED, NULL,
    .size = 26 },
  { "nonsense", "", "C: MAIL *\nS: what?\nHOLD", MOPT_ERROR_PROTOCOL, "what?" },
  { "injection by an address", "", "C: QUIT\nS: 221 bye", MOPT_ERROR_INVALID, NULL, NULL, { "a@example.com>\r\nRCPT TO:<b@c" } },
};

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  static const char *const to_a[] = { TO_A, NULL };
  TestClient client;
  ScriptedServer *server;
  MoptSession *session
      = test_client_logged_in (MOPT_PROTOCOL_SMTP, cases[i].offers, cases[i].script, &client, &server);
  g_autoptr (GBytes) message = g_bytes_new_static (MESSAGE, strlen (MESSAGE));
  g_autofree char *reply = NULL;
  g_autoptr (GError) error = NULL;
  const MoptEnvelope envelope = {
    .sender = cases[i].sender != NULL ? cases[i].sender : "jo@example.com",
    .recipients = cases[i].recipients[0] != NULL ? cases[i].recipients : to_a,
    .size = cases[i].size != 0 ? cases[i].size : MESSAGE_SIZE,
    .is_8bit = cases[i].is_8bit,
    .at_once = cases[i].at_once,
  };
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (message);
  g_autoptr (MoptPieces) pieces = mopt_pieces_new_whole (spool);
  g_auto (GStrv) refused = NULL;
  gboolean ok = mopt_session_envelope (session, &envelope, &refused, &error)
                && mopt_session_send_message (session, &envelope, pieces, &reply, &error);
  g_autofree char *names = refused != NULL ? g_strjoinv (" ", refused) : NULL;

  if (cases[i].refused != NULL)
    g_assert_cmpstr (names, ==, cases[i].refused);
  if (cases[i].code == TEST_OK)
    g_assert_no_error (error);
  else
    test_assert_cause (error, cases[i].code);
  g_assert_cmpint (ok, ==, cases[i].code == TEST_OK);
  g_assert_cmpstr (ok ? reply : mopt_error_get_server_words (error), ==, cases[i].words);
  test_client_end (&client, session, server);
}

/* Who was to log in and did not sends nothing. */
static void
test_must_log_in (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("S: 220 hi\nC: EHLO *\nS: 250 m\nC: QUIT\nS: 221 bye");
  const MoptServer settings = { MOPT_PROTOCOL_SMTP, (char *) "127.0.0.1", MOPT_SECURITY_BASIC,
                                scripted_server_get_port (server), TRUE, (char *) "jo" };
  const MoptSessionOptions options = { .server = &settings, .limit_ms = 5000 };
  const char *const to[] = { TO_A, NULL };
  g_autoptr (GError) error = NULL;
  MoptSession *session = mopt_session_open (&options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  const MoptEnvelope envelope = { .sender = "jo@example.com", .recipients = to, .size = 1 };
  g_assert_false (mopt_session_envelope (session, &envelope, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_REQUIRED);
  mopt_session_close (session);
  scripted_server_assert_finished (server);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (150 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

/* A cancel in the middle of the message, or the end of the time: the connection goes without the final dot, and
 * nothing else is said on it. */
static void
check_broken_off (gboolean cancel)
{
  /* DELAY: does not read, so that the message gets stuck in the sockets' buffers */
  g_autoptr (ScriptedServer) server = scripted_server_new (
      "S: 220 hi\nC: EHLO *\nS: 250 m\nC: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nDELAY 700\nHOLD");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const MoptServer settings = { MOPT_PROTOCOL_SMTP, (char *) "127.0.0.1", MOPT_SECURITY_BASIC,
                                scripted_server_get_port (server), FALSE, (char *) "" };
  const MoptSessionOptions options = { .server = &settings, .limit_ms = cancel ? 20000 : 300 };
  const char *const to[] = { TO_A, NULL };
  g_autoptr (GError) error = NULL;
  gsize size = 32 * 1024 * 1024;
  char *text = g_malloc (size);
  memset (text, 'x', size);
  for (gsize i = 70; i < size; i += 71)
    text[i] = '\n';
  g_autoptr (GBytes) message = g_bytes_new_take (text, size);
  MoptSession *session = mopt_session_open (&options, NULL, NULL, cancellable, &error);

  g_assert_no_error (error);
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (message);
  g_autoptr (MoptPieces) pieces = mopt_pieces_new_whole (spool);
  MoptWireText wire;
  g_assert_true (mopt_outgoing_survey (pieces, &wire, &error));
  const MoptEnvelope envelope = { .sender = "jo@example.com", .recipients = to, .size = wire.size };
  g_assert_true (mopt_session_envelope (session, &envelope, NULL, &error));
  GThread *thread = cancel ? g_thread_new ("cancel", cancel_soon, cancellable) : NULL;
  g_assert_false (mopt_session_send_message (session, &envelope, pieces, NULL, &error));
  if (cancel)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TIMED_OUT);
  mopt_session_close (session);
  g_clear_pointer (&thread, g_thread_join);
  g_free (scripted_server_finish (server));

  const GString *received = scripted_server_get_received (server);
  g_assert_null (g_strstr_len (received->str, received->len, "\r\n.\r\n"));
  g_assert_null (g_strstr_len (received->str, received->len, "QUIT"));
}

static void
test_broken_off (void)
{
  check_broken_off (TRUE);
  check_broken_off (FALSE);
}

#define MANY 150 /* recipients, more than go out at once */

/* A server that answers before it reads on must not get all of them at once: each would wait for the other. */
static void
test_many (void)
{
  g_autoptr (GString) script = g_string_new ("S: 220 hi\nC: EHLO *\nS: 250-m\nS: 250 PIPELINING\nC: MAIL *\n");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 1; i < 100; i++)
    g_string_append (script, "C: RCPT *\n");
  g_string_append (script, "S: 550 5.7.1 not you\n");
  for (guint i = 1; i < 100; i++)
    g_string_append (script, "S: 503 5.5.1 MAIL first\n");
  g_string_append (script, "HOLD");
  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *to = g_strdup_printf ("a%u@example.com", i);

      g_strv_builder_add (builder, to);
    }
  g_auto (GStrv) to = g_strv_builder_end (builder);
  g_autoptr (ScriptedServer) server = scripted_server_new (script->str);
  const MoptServer settings = { MOPT_PROTOCOL_SMTP, (char *) "127.0.0.1", MOPT_SECURITY_BASIC,
                                scripted_server_get_port (server), FALSE, (char *) "" };
  const MoptSessionOptions options = { .server = &settings, .limit_ms = 5000 };
  const MoptEnvelope envelope = { .sender = "jo@example.com", .recipients = (const char *const *) to, .at_once = TRUE };
  g_autoptr (GError) error = NULL;
  MoptSession *session = mopt_session_open (&options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_false (mopt_session_envelope (session, &envelope, NULL, &error));
  test_assert_cause (error, MOPT_ERROR_SENDER_REFUSED);
  mopt_session_close (session);
  g_free (scripted_server_finish (server));

  const char *received = scripted_server_get_received (server)->str;
  g_assert_nonnull (strstr (received, "RCPT TO:<a98@"));
  g_assert_null (strstr (received, "RCPT TO:<a99@"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/smtp/%s", cases[i].name);

      g_strdelimit (path, " ", '-');
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/smtp/must-log-in", test_must_log_in);
  g_test_add_func ("/smtp/broken-off", test_broken_off);
  g_test_add_func ("/smtp/many", test_many);
  return g_test_run ();
}
