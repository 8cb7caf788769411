/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dialogue: lines and limits, a transcript without secrets, nothing injected before TLS. */
#include <string.h>

#include "base/error.h"
#include "certificates.h"
#include "mail/dialogue.h"
#include "scripted-server.h"

#define LIMIT_MS 300

static gint64
deadline_in (guint ms)
{
  return g_get_monotonic_time () + ms * 1000;
}

static MoptDialogue *
dialogue_with (ScriptedServer *server)
{
  g_autoptr (GError) error = NULL;
  MoptConnection *connection = mopt_connection_open ("127.0.0.1", NULL, scripted_server_get_port (server),
                                                     deadline_in (5000), NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return mopt_dialogue_new (connection);
}

static void
assert_line (MoptDialogue *dialogue, const char *expected)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *line = mopt_dialogue_read_line (dialogue, &length, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (line, ==, expected);
  g_assert_cmpuint (length, ==, strlen (expected));
}

static void
assert_no_line (MoptDialogue *dialogue, MoptError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = mopt_dialogue_read_line (dialogue, NULL, &error);

  g_assert_null (line);
  g_assert_error (error, MOPT_ERROR, (gint) code);
}

#define IN_CLEAR "-- not encrypted: anybody on the way can have written what the server says here\n"

/* The transcript without its first line, which names a port, and what warns of the rest: see test_starttls. */
static char *
transcript_of (MoptDialogue *dialogue)
{
  g_autofree char *whole = mopt_dialogue_get_transcript (dialogue);
  g_auto (GStrv) parts = g_strsplit (whole, IN_CLEAR, 2);
  g_autofree char *text = g_strjoinv ("", parts);

  g_assert_true (g_str_has_prefix (text, "-- connected to 127.0.0.1:"));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  return g_strdup (strchr (text, '\n') + 1);
}

/* ---- lines ---- */

static void
test_talk (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("S: 220 hello\n"
                                                           "C: EHLO here\n"
                                                           "RAW 250-one\\n250 two\\r\\n\n"
                                                           "C: DATA\n"
                                                           "BODY\n"
                                                           "RAW \\r\\n\\n\n"
                                                           "C: QUIT");
  g_autoptr (GError) error = NULL;
  MoptDialogue *dialogue = dialogue_with (server);

  assert_line (dialogue, "220 hello");
  g_assert_true (mopt_dialogue_send (dialogue, &error, "EHLO %s", "here"));
  assert_line (dialogue, "250-one");
  assert_line (dialogue, "250 two");
  g_assert_true (mopt_dialogue_send (dialogue, &error, "DATA"));
  g_assert_true (mopt_dialogue_send_raw (dialogue, "a\r\n..b\r\n.\r\n", 11, "(message, 11 bytes)", &error));
  assert_line (dialogue, "");
  assert_line (dialogue, "");
  g_assert_true (mopt_dialogue_send (dialogue, &error, "QUIT"));
  mopt_dialogue_note (dialogue, "%d remark", 1);
  g_autofree char *transcript = transcript_of (dialogue);
  g_assert_cmpstr (transcript, ==,
                   "S: 220 hello\nC: EHLO here\nS: 250-one\nS: 250 two\nC: DATA\nC: (message, 11 bytes)\n"
                   "S: \nS: \nC: QUIT\n-- 1 remark\n");
  mopt_dialogue_free (dialogue);
  scripted_server_assert_finished (server);
  g_assert_cmpstr (scripted_server_get_received (server)->str, ==,
                   "EHLO here\r\nDATA\r\na\r\n..b\r\n.\r\nQUIT\r\n");
}

static void
test_odd_bytes (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("RAW a\\000b\\r\\001\\377\\033\\r\\n\nHOLD");
  g_autoptr (MoptDialogue) dialogue = dialogue_with (server);
  gsize length = 0;
  g_autofree char *line = mopt_dialogue_read_line (dialogue, &length, NULL);

  g_assert_cmpmem (line, length, "a\0b\r\001\377\033", 7);
  g_autofree char *transcript = transcript_of (dialogue);
  g_assert_cmpstr (transcript, ==, "S: a\357\277\275b\357\277\275\357\277\275\357\277\275\357\277\275\n");
}

static void
test_control_bytes (void)
{
  static const char *const bad[] = { "a\r\nRCPT TO:<evil@example.test>", "a\n", "a\tb", "\001", "x\177" };
  g_autoptr (ScriptedServer) server = scripted_server_new ("C: NOOP");
  MoptDialogue *dialogue = dialogue_with (server);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) secret_error = NULL;

      g_assert_false (mopt_dialogue_send (dialogue, &error, "MAIL FROM:<%s>", bad[i]));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CONTROL_BYTES);
      g_assert_false (mopt_dialogue_send_secret (dialogue, bad[i], "***", &secret_error));
      g_assert_error (secret_error, MOPT_ERROR, MOPT_ERROR_CONTROL_BYTES);
      g_assert_null (strstr (secret_error->message, "RCPT"));
    }
  g_assert_true (mopt_dialogue_send (dialogue, NULL, "NOOP"));
  mopt_dialogue_free (dialogue);
  scripted_server_assert_finished (server);
  g_assert_cmpstr (scripted_server_get_received (server)->str, ==, "NOOP\r\n");
}

/* However much came before, a close while a line is awaited is "hung up". */
static void
test_hang_up_at_any_byte (void)
{
  static const char said[] = "220-a b\r\n220 c\r\n";

  for (gsize n = 0; n < sizeof said; n++)
    for (guint tls = 0; tls < 2; tls++)
      {
        g_autoptr (GString) script = g_string_new (tls ? "TLS valid\n" : "");

        if (n > 0)
          g_string_append (script, "RAW ");
        for (gsize i = 0; i < n; i++)
          g_string_append_printf (script, "\\%03o", said[i]);
        g_string_append (script, "\nCLOSE");
        g_autoptr (ScriptedServer) server = scripted_server_new (script->str);
        g_autoptr (MoptDialogue) dialogue = dialogue_with (server);
        guint complete = n == strlen (said) ? 2 : n >= strlen ("220-a b\r\n") ? 1 : 0;

        if (tls)
          g_assert_true (mopt_dialogue_start_tls (dialogue, "localhost", TRUE, NULL));
        if (complete > 0)
          assert_line (dialogue, "220-a b");
        if (complete > 1)
          assert_line (dialogue, "220 c");
        assert_no_line (dialogue, MOPT_ERROR_HUNG_UP);
      }
}

/* ---- limits ---- */

static void
check_line_of (guint64 length, gboolean fits)
{
  g_autofree char *script
      = g_strdup_printf ("FLOOD %" G_GUINT64_FORMAT "\nRAW \\r\\n\nHOLD", length);
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (MoptDialogue) dialogue = dialogue_with (server);
  gint64 start = g_get_monotonic_time ();

  if (fits)
    {
      gsize got = 0;
      g_autofree char *line = mopt_dialogue_read_line (dialogue, &got, NULL);

      g_assert_nonnull (line);
      g_assert_cmpuint (got, ==, length);
    }
  else
    assert_no_line (dialogue, MOPT_ERROR_LINE_TOO_LONG);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_autofree char *transcript = transcript_of (dialogue);
  g_assert_cmpuint (strlen (transcript), <, 1100);
}

static void
test_line_limit (void)
{
  check_line_of (MOPT_DIALOGUE_LINE_MAX, TRUE);
  check_line_of (MOPT_DIALOGUE_LINE_MAX + 1, FALSE);
  check_line_of (MOPT_DIALOGUE_LINE_MAX + 2, FALSE);
  check_line_of (64 * 1024 * 1024, FALSE);
}

static void
test_reply_limit (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("REPEAT 1000000 * LIST (\\HasNoChildren) \"/\" folder%d");
  g_autoptr (MoptDialogue) dialogue = dialogue_with (server);
  g_autoptr (GError) error = NULL;
  gsize total = 0;

  mopt_dialogue_begin_reply (dialogue);
  for (;;)
    {
      gsize length;
      g_autofree char *line = mopt_dialogue_read_line (dialogue, &length, &error);

      if (line == NULL)
        break;
      total += length + 2;
    }
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_REPLY_TOO_LONG);
  g_assert_cmpuint (total, <=, MOPT_DIALOGUE_REPLY_MAX);
  g_assert_cmpuint (total, >, MOPT_DIALOGUE_REPLY_MAX - 100);

  g_autofree char *transcript = mopt_dialogue_get_transcript (dialogue);
  g_assert_cmpuint (strlen (transcript), <=, MOPT_DIALOGUE_TRANSCRIPT_MAX + 100);
  g_assert_nonnull (strstr (transcript, "folder1\n"));
  g_assert_nonnull (strstr (transcript, "\n-- (the middle is left out)\nS: "));
  g_assert_true (g_str_has_suffix (transcript, "bytes\n"));
}

/* Many short lines are more work than few long ones, but not much. */
static void
test_short_lines (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("REPEAT 1000000 X");
  g_autoptr (MoptDialogue) dialogue = dialogue_with (server);

  mopt_dialogue_begin_reply (dialogue);
  for (guint i = 0; i < 1000000; i++)
    assert_line (dialogue, "X");
}

static void
test_limit_counts_each_reply (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("FLOOD 3000000\nRAW \\n\nFLOOD 3000000\nRAW \\n\nHOLD");
  g_autoptr (MoptDialogue) dialogue = dialogue_with (server);

  for (guint i = 0; i < 2; i++)
    {
      mopt_dialogue_begin_reply (dialogue);
      g_autoptr (GBytes) bytes = mopt_dialogue_read_bytes (dialogue, 3000000, NULL);
      g_assert_nonnull (bytes);
      assert_line (dialogue, "");
    }
}

static void
test_literal (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("RAW * BODY {5}\\r\\na\\r\\n\\000b)\\r\\n\nHOLD");
  g_autoptr (MoptDialogue) dialogue = dialogue_with (server);
  g_autoptr (GError) error = NULL;

  assert_line (dialogue, "* BODY {5}");
  g_autoptr (GBytes) bytes = mopt_dialogue_read_bytes (dialogue, 5, &error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "a\r\n\0b", 5);
  assert_line (dialogue, ")");

  /* claims are judged before anything is read or allocated */
  g_assert_null (mopt_dialogue_read_bytes (dialogue, MOPT_DIALOGUE_REPLY_MAX, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_REPLY_TOO_LONG);
  g_clear_error (&error);
  g_assert_null (mopt_dialogue_read_bytes (dialogue, G_MAXSIZE, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_REPLY_TOO_LONG);
  g_clear_error (&error);
  mopt_dialogue_set_deadline (dialogue, deadline_in (LIMIT_MS));
  g_assert_null (mopt_dialogue_read_bytes (dialogue, 1, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TIMED_OUT);
}

static void
test_time_limit (void)
{
  static const char *const scripts[] = { "HOLD", "DRIP 10 x", "RAW 220 no end\nHOLD", "TLS valid\nDRIP 10 x" };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (scripts[i]);
      g_autoptr (MoptDialogue) dialogue = dialogue_with (server);
      gint64 start = g_get_monotonic_time ();

      if (g_str_has_prefix (scripts[i], "TLS"))
        g_assert_true (mopt_dialogue_start_tls (dialogue, "localhost", TRUE, NULL));
      mopt_dialogue_set_deadline (dialogue, deadline_in (LIMIT_MS));
      assert_no_line (dialogue, MOPT_ERROR_TIMED_OUT);
      g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, LIMIT_MS + 500);
      g_autofree char *transcript = transcript_of (dialogue);
      g_assert_true (g_str_has_suffix (transcript, "no answer within the time limit\n"));
    }
}

/* ---- secrets ---- */

static void
test_secrets (void)
{
  /* a server that repeats what it did not understand, and one whose challenges are worth keeping back */
  g_autoptr (ScriptedServer) server = scripted_server_new ("C: a1 LOGIN jo \"pa ss-word\"\n"
                                                           "S: a1 BAD what is LOGIN jo \"pa ss-word\"?\n"
                                                           "C: AUTH SCRAM-SHA-256 biwsbj1qbw==\n"
                                                           "S: 334 cj1ub25jZSxzPXNhbHQ=\n"
                                                           "C: Yz1iaXdz\n"
                                                           "S: + dj1zaWduYXR1cmU=\n"
                                                           "S: 535 no\n"
                                                           "C: NOOP\n"
                                                           "S: 334 seen ss-word\"");
  g_autoptr (GError) error = NULL;
  MoptDialogue *dialogue = dialogue_with (server);

  g_assert_true (mopt_dialogue_send_secret (dialogue, "a1 LOGIN jo \"pa ss-word\"", "a1 LOGIN jo ***", &error));
  /* the caller gets the line as it is … */
  assert_line (dialogue, "a1 BAD what is LOGIN jo \"pa ss-word\"?");
  /* … and this for what he shows of it */
  char shown[] = "LOGIN jo \"pa ss-word\"?";
  mopt_dialogue_mask (dialogue, shown, strlen (shown));
  g_assert_cmpstr (shown, ==, "LOGIN jo ***?");
  g_assert_true (mopt_dialogue_send_secret (dialogue, "AUTH SCRAM-SHA-256 biwsbj1qbw==", "AUTH SCRAM-SHA-256 ***",
                                            &error));
  assert_line (dialogue, "334 cj1ub25jZSxzPXNhbHQ=");
  g_assert_true (mopt_dialogue_send_secret (dialogue, "Yz1iaXdz", "***", &error));
  assert_line (dialogue, "+ dj1zaWduYXR1cmU=");
  assert_line (dialogue, "535 no");
  g_assert_true (mopt_dialogue_send (dialogue, &error, "NOOP"));
  assert_line (dialogue, "334 seen ss-word\"");
  g_autofree char *transcript = transcript_of (dialogue);
  g_assert_cmpstr (transcript, ==,
                   "C: a1 LOGIN jo ***\nS: a1 BAD what is LOGIN jo ***?\n"
                   "C: AUTH SCRAM-SHA-256 ***\nS: 334 ***\nC: ***\nS: + ***\nS: 535 no\n"
                   "C: NOOP\nS: 334 seen ss-word\"\n");
  mopt_dialogue_free (dialogue);
  scripted_server_assert_finished (server);
}

/* A server that knows the password can say it in any reply, long after the login. */
static void
test_guarded (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("C: AUTH PLAIN AHNlY3JldA==\nS: 235 in\n"
                                                           "C: NOOP\nS: 250 hunter2 is AHNlY3JldA==, hunter2\n");
  g_autoptr (GError) error = NULL;
  MoptDialogue *dialogue = dialogue_with (server);

  mopt_dialogue_guard (dialogue, "hunter2");
  mopt_dialogue_guard (dialogue, "in"); /* too short to look for */
  g_assert_true (mopt_dialogue_send_secret (dialogue, "AUTH PLAIN AHNlY3JldA==", "AUTH PLAIN ***", &error));
  assert_line (dialogue, "235 in");
  g_assert_true (mopt_dialogue_send (dialogue, &error, "NOOP"));
  assert_line (dialogue, "250 hunter2 is AHNlY3JldA==, hunter2");
  char said[] = "hunter2";
  g_assert_cmpuint (mopt_dialogue_mask (dialogue, said, strlen (said)), ==, 3);
  g_assert_cmpstr (said, ==, "***");
  g_autofree char *transcript = transcript_of (dialogue);
  g_assert_cmpstr (transcript, ==, "C: AUTH PLAIN ***\nS: 235 in\nC: NOOP\nS: 250 *** is ***, ***\n");
  mopt_dialogue_free (dialogue);
  scripted_server_assert_finished (server);
}

static void
test_private (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("S: +OK\nS: Subject: divorce\nS: \nS: .\nS: +OK bye\nHOLD");
  g_autoptr (MoptDialogue) dialogue = dialogue_with (server);

  assert_line (dialogue, "+OK");
  mopt_dialogue_set_private (dialogue, TRUE);
  assert_line (dialogue, "Subject: divorce");
  assert_line (dialogue, "");
  assert_line (dialogue, ".");
  mopt_dialogue_set_private (dialogue, FALSE);
  assert_line (dialogue, "+OK bye");
  g_autofree char *transcript = transcript_of (dialogue);
  g_assert_cmpstr (transcript, ==, "S: +OK\nS: (3 lines)\nS: +OK bye\n");
}

/* ---- TLS ---- */

static void
test_starttls (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("S: 220 hello\n"
                                                           "C: STARTTLS\n"
                                                           "S: 220 go\n"
                                                           "TLS valid\n"
                                                           "C: AUTH PLAIN c2VjcmV0\n"
                                                           "S: 235 in");
  g_autoptr (GError) error = NULL;
  MoptDialogue *dialogue = dialogue_with (server);

  assert_line (dialogue, "220 hello");
  g_assert_true (mopt_dialogue_send (dialogue, &error, "STARTTLS"));
  assert_line (dialogue, "220 go");
  g_assert_true (mopt_dialogue_start_tls (dialogue, "localhost", TRUE, &error));
  g_assert_true (mopt_dialogue_send_secret (dialogue, "AUTH PLAIN c2VjcmV0", "AUTH PLAIN ***", &error));
  assert_line (dialogue, "235 in");
  g_autofree char *transcript = transcript_of (dialogue);
  g_autofree char *whole = mopt_dialogue_get_transcript (dialogue);
  g_assert_nonnull (strstr (whole, IN_CLEAR "S: 220 hello\n"));
  g_assert_true (g_str_has_prefix (transcript, "S: 220 hello\nC: STARTTLS\nS: 220 go\n"
                                               "-- encrypted from here: TLSv1.3 TLS_"));
  g_assert_true (g_str_has_suffix (transcript, "\nC: AUTH PLAIN ***\nS: 235 in\n"));
  mopt_dialogue_free (dialogue);
  scripted_server_assert_finished (server);
  g_assert_true (g_str_has_prefix (scripted_server_get_clear (server)->str, "STARTTLS\r\n"));
  g_assert_null (strstr (scripted_server_get_clear (server)->str, "c2VjcmV0"));
  g_assert_nonnull (strstr (scripted_server_get_received (server)->str, "c2VjcmV0"));
}

/* What somebody on the way puts behind "220 go" must not pass for an answer under TLS. @late: it comes in a packet of
 * its own. */
static void
check_injection (const char *injection, gboolean late)
{
  g_autofree char *script = g_strdup_printf ("S: 220 hello\nC: STARTTLS\n%s\nHOLD", injection);
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (GError) error = NULL;
  MoptDialogue *dialogue = dialogue_with (server);

  assert_line (dialogue, "220 hello");
  g_assert_true (mopt_dialogue_send (dialogue, &error, "STARTTLS"));
  assert_line (dialogue, "220 go");
  for (guint i = 0; late && i < 500 && !mopt_connection_has_pending (mopt_dialogue_get_connection (dialogue)); i++)
    g_usleep (10 * 1000);
  g_assert_false (mopt_dialogue_start_tls (dialogue, "localhost", TRUE, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TLS_INJECTION);
  mopt_dialogue_free (dialogue);
  scripted_server_assert_finished (server);
  g_assert_cmpstr (scripted_server_get_received (server)->str, ==, "STARTTLS\r\n");
}

static void
test_injection (void)
{
  check_injection ("RAW 220 go\\r\\n250 evil\\r\\n", FALSE);
  check_injection ("RAW 220 go\\r\\n2", FALSE);
  /* not read yet, but here */
  check_injection ("S: 220 go\nDELAY 20\nS: 250 evil", TRUE);
}

static void
test_tls_from_the_first_byte (void)
{
  g_autoptr (ScriptedServer) plain = scripted_server_new ("S: 220 I speak first, and plainly\nHOLD");
  g_autoptr (GError) error = NULL;
  MoptDialogue *dialogue = dialogue_with (plain);

  g_usleep (50 * 1000);
  g_assert_false (mopt_dialogue_start_tls (dialogue, "localhost", TRUE, &error));
  /* nobody injected anything: this is simply not a TLS port */
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TLS_NOT_SPOKEN);
  mopt_dialogue_free (dialogue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_test_add_func ("/dialogue/talk", test_talk);
  g_test_add_func ("/dialogue/odd-bytes", test_odd_bytes);
  g_test_add_func ("/dialogue/control-bytes", test_control_bytes);
  g_test_add_func ("/dialogue/hang-up-at-any-byte", test_hang_up_at_any_byte);
  g_test_add_func ("/dialogue/line-limit", test_line_limit);
  g_test_add_func ("/dialogue/reply-limit", test_reply_limit);
  g_test_add_func ("/dialogue/short-lines", test_short_lines);
  g_test_add_func ("/dialogue/limit-counts-each-reply", test_limit_counts_each_reply);
  g_test_add_func ("/dialogue/literal", test_literal);
  g_test_add_func ("/dialogue/time-limit", test_time_limit);
  g_test_add_func ("/dialogue/secrets", test_secrets);
  g_test_add_func ("/dialogue/guarded", test_guarded);
  g_test_add_func ("/dialogue/private", test_private);
  g_test_add_func ("/dialogue/starttls", test_starttls);
  g_test_add_func ("/dialogue/injection", test_injection);
  g_test_add_func ("/dialogue/tls-from-the-first-byte", test_tls_from_the_first_byte);
  return g_test_run ();
}
