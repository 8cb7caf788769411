/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a message of another program is from and to. */
#include "mail/envelope.h"

#include <string.h>

#include "base/error.h"

static MoptHeader *
header_of (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (bytes);
  g_autoptr (GError) error = NULL;
  guint64 body;
  MoptHeader *header = mopt_header_read (spool, 0, strlen (text), MOPT_HEADER_STRICT, &body, &error);

  g_assert_no_error (error);
  return header;
}

static void
assert_header (MoptHeader *header, const char *wanted)
{
  g_autoptr (GBytes) bytes = mopt_header_to_bytes (header);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *value, *addresses; /* NULL: refused */
  } rows[] = {
    { "a@b.example", "a@b.example" },
    { "Alice <a@b.example>, Bob <c@d.example>", "a@b.example c@d.example" },
    { "\"Smith, Alice <x@y>\" <a@b>", "a@b" },
    { "Alice (the \\) one (of us)) <a@b>", "a@b" },
    { "a@b (Alice, Bob <x@y>), c@d", "a@b c@d" },
    { "=?utf-8?q?M=C3=BCller=2C_x=40y?= <a@b>", "a@b" },
    { "Müller <a@b>", "a@b" },
    { "root", "root" },
    { "root (Cron Daemon)", "root" },
    { "<root>, www-data", "root www-data" },
    { "G: a@b, Carol <c@d>;, e@f", "a@b c@d e@f" },
    { "undisclosed-recipients:;", "" },
    { "G:a@b;c@d", "a@b c@d" },
    { "a@b; c@d", "a@b c@d" }, /* as people write it */
    { "", "" },
    { ",, ,", "" },
    { "a@b,,\tc@d,", "a@b c@d" },
    { "\"a b\"@c", "\"a b\"@c" },
    { "jörg@bücher.example", "jörg@bücher.example" },
    { "a@[192.0.2.1]", "a@[192.0.2.1]" },
    /* read one way here and another way elsewhere, or not at all */
    { "foo bar", NULL },
    { "a@b, foo bar, c@d", NULL },
    { "a@b c@d", NULL },
    { "A <a@b> B <c@d>", NULL },
    { "<a@b><c@d>", NULL },
    { "<a@b> c@d", NULL },
    { "A <<a@b>>", NULL },
    { "A <a@b", NULL },
    { "\"A <a@b>", NULL },
    { "A (B <a@b>", NULL },
    { "<>", NULL },
    { "<@relay:a@b>", NULL },
    { "G: H: a@b;", NULL },
    { "a@@b", NULL },
    { "@b", NULL },
    { "a@", NULL },
    { "a@b\"", NULL },
    { "=?utf-8?q?a=40b?=", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf ("To: %s\n\n", rows[i].value);
      g_autoptr (MoptHeader) header = header_of (text);
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) found = mopt_envelope_addresses (header, "to", &error);
      g_autofree char *joined = found != NULL ? g_strjoinv (" ", found) : NULL;

      g_test_message ("%s", rows[i].value);
      g_assert_cmpstr (joined, ==, rows[i].addresses);
      if (found == NULL)
        g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
    }
}

static void
test_recipients (void)
{
  static const struct
  {
    const char *header, *recipients;
  } rows[] = {
    { "Cc: c@d\nTo: a@b\n", "a@b c@d" },
    { "To: a@b,\n c@d\nTO: e@f\nbcc: g@h\nBCC : i@j\n", "a@b c@d e@f g@h i@j" },
    { "To: a@b\nResent-To: x@y\nResent-Bcc: z@y\n", "x@y z@y" },
    { "From: a@b\nReply-To: c@d\nX-To: e@f\n", "" },
    { "To: a@b\r\n\r\nCc: c@d\r\n", "a@b" },
    { "To: a@b\rCc: c@d\n", "a@b c@d" }, /* a lone CR ends a line for the server, too */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MoptHeader) header = header_of (rows[i].header);
      g_auto (GStrv) found = mopt_envelope_recipients (header, NULL);
      g_autofree char *joined = g_strjoinv (" ", found);

      g_assert_cmpstr (joined, ==, rows[i].recipients);
    }
}

static void
test_complete (void)
{
  static const char *const all[] = { "a@b", "root", "A@B", "Carol <c@d>", "me@example.com", "postmaster",
                                     "e@f,g@h , root", "\"x,y\"@z", "Us: i@j, (k@l) \"M, N\" <m@n>;", NULL };
  static const char *const local[] = { "root", NULL };
  static const char *const bad[] = { "a@b\r\nDATA", "a@b> SIZE=1", "", "a b", "-oi x@", "a@b\n", "<>",
                                     " ", ",", "(a@b)", "a@b, c d", "a@b <c@d> e@f" };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) list = mopt_envelope_complete (all, "me@example.com", &error);
  g_autofree char *joined = g_strjoinv (" ", list);

  g_assert_no_error (error);
  g_assert_cmpstr (joined, ==, "a@b me@example.com c@d e@f g@h \"x,y\"@z i@j m@n");
  g_assert_null (mopt_envelope_complete (local, "", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_RECIPIENT_UNKNOWN);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const char *const one[] = { bad[i], NULL };

      g_test_message ("%s", bad[i]);
      g_clear_error (&error);
      g_assert_null (mopt_envelope_complete (one, "me@example.com", &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
    }
}

/* A header of one name, as often as it holds: minutes if each were looked for from the top. */
static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 150000; i++)
    g_string_append (text, "To:a\n");
  g_autoptr (MoptHeader) header = header_of (text->str);
  g_auto (GStrv) all = mopt_envelope_recipients (header, NULL);
  g_assert_cmpuint (g_strv_length (all), ==, 150000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static void
test_hide (void)
{
  g_autoptr (MoptHeader) header = header_of ("bcc: a@b,\n\tc@d\nTo: e@f\nX-Bcc: g\nBCC :h@i\nResent-Bcc:\n j@k\nBccs: l\n\n");

  mopt_envelope_hide (header);
  assert_header (header, "To: e@f\r\nX-Bcc: g\r\nBccs: l\r\n\r\n");
}

static void
test_missing (void)
{
  g_autoptr (MoptHeader) has = header_of ("message-id: <a@b>\ndate: whenever\n\n");
  g_autoptr (MoptHeader) lacks = header_of ("To: a@b\n\n");

  mopt_envelope_add_missing (has, "a@example.com");
  assert_header (has, "message-id: <a@b>\r\ndate: whenever\r\n\r\n");
  mopt_envelope_add_missing (lacks, "a@example.com");
  g_autofree char *date = mopt_header_get (lacks, "Date", 0);
  g_autofree char *id = mopt_header_get (lacks, "Message-ID", 0);
  g_assert_true (g_regex_match_simple ("^[A-Z][a-z]{2}, [0-3][0-9] [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} [+-][0-9]{4}$",
                                       date, 0, 0));
  g_assert_true (g_regex_match_simple ("^<[0-9a-f-]{36}@example[.]com>$", id, 0, 0));
}

static void
test_set_address (void)
{
  static const struct { const char *address, *field; } rows[] = {
    { "a@b.example", "From: a@b.example" },
    { "Alice <a@b.example>", "From: Alice <a@b.example>" },
    { "Smith, A. <a@b.example>", "From: \"Smith, A.\" <a@b.example>" },
    { "\"J. \\\"Q\\\" X\" <a@b.example>", "From: \"J. \\\"Q\\\" X\" <a@b.example>" },
    { "Jörg <a@b.example>", "From: =?UTF-8?b?SsO2cmc=?= <a@b.example>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MoptHeader) header = header_of ("X: y\nFROM: somebody else,\n else\nfrom : boss@b.example\nFrom: c@d\n\n");
      g_autofree char *wanted = g_strdup_printf ("X: y\r\n%s\r\n\r\n", rows[i].field);

      mopt_envelope_set_address (header, "From", rows[i].address);
      assert_header (header, wanted);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope/addresses", test_addresses);
  g_test_add_func ("/envelope/recipients", test_recipients);
  g_test_add_func ("/envelope/complete", test_complete);
  g_test_add_func ("/envelope/many", test_many);
  g_test_add_func ("/envelope/hide", test_hide);
  g_test_add_func ("/envelope/missing", test_missing);
  g_test_add_func ("/envelope/set-address", test_set_address);
  return g_test_run ();
}
