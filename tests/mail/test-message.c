/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/message.h"

#include <string.h>

#include "base/error.h"

static char *
build (const MoptMessageParts *parts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mopt_message_build (parts, &error);
  gsize length;

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, &length), g_bytes_get_size (bytes));
}

static void
test_build (void)
{
  const MoptMessageParts parts = {
    .from = "Jörg Müller <jo@example.com>",
    .to = "anna@example.org",
    .subject = "Prüfung {CMI: ABCD1234}",
    .body = "Grüße\n.\n..two\nFrom here on\nend",
    .message_id = "1234@example.com",
  };
  g_autofree char *text = build (&parts);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autofree char *subject = mopt_message_get_subject (bytes);
  g_autofree char *body = mopt_message_get_text (bytes);

  g_assert_nonnull (strstr (text, "Auto-Submitted: auto-generated\r\n"));
  g_assert_nonnull (strstr (text, "Message-Id: <1234@example.com>\r\n"));
  g_assert_nonnull (strstr (text, "Date: "));
  g_assert_nonnull (strstr (text, "MIME-Version: 1.0\r\n"));
  g_assert_nonnull (strstr (text, "To: anna@example.org\r\n"));
  for (const char *p = text; *p != '\0'; p++)
    {
      g_assert_cmpint ((guchar) *p, <, 0x80); /* needs no 8BITMIME */
      g_assert_true (*p != '\n' || (p > text && p[-1] == '\r'));
      g_assert_true (*p != '\r' || p[1] == '\n');
    }
  g_assert_cmpstr (subject, ==, parts.subject);
  g_strdelimit (body, "\r", ' ');
  g_assert_nonnull (strstr (body, "Grüße"));
  g_assert_nonnull (strstr (body, "..two"));

  g_autofree char *id = mopt_message_get_id (text, strlen (text));
  g_assert_cmpstr (id, ==, "1234@example.com");
}

/* Whatever stands before it, "{CMI: …}" stays on one line in plain ASCII. (The rest is not compared: GMime's decoder
 * loses what follows a padded word in base64, such as its encoder makes.) */
static void
test_subject (void)
{
  for (guint n = 0; n < 200; n++)
    {
      g_autoptr (GString) subject = g_string_new ("ü");
      g_autofree char *text = NULL;

      for (guint i = 0; i < n; i++)
        g_string_append (subject, i % 7 == 6 ? " ä" : "x");
      g_string_append (subject, " {CMI: ABCD1234}");
      const MoptMessageParts parts = { "a@b.example", "a@b.example", subject->str, "b", "1@x" };
      text = build (&parts);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autofree char *read = mopt_message_get_subject (bytes);
      g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

      g_assert_nonnull (strstr (text, " {CMI: ABCD1234}\r\n"));
      g_assert_true (g_str_has_prefix (read, "ü") && g_str_has_suffix (read, " {CMI: ABCD1234}"));
      for (guint i = 0; lines[i] != NULL; i++)
        g_assert_cmpuint (strlen (lines[i]), <=, 200);
    }

  const MoptMessageParts injection = { "a@b.example", "a@b.example", "x\r\nBcc: y@z.example", "b", "1@x" };
  g_autofree char *text = build (&injection);
  g_assert_null (strstr (text, "\nBcc:"));
}

static void
test_build_refuses (void)
{
  static const char *const bad[] = { "", "a@example.com, b@example.com" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const MoptMessageParts parts = { bad[i], "b@example.com", "s", "b", "1@x" };
      g_autoptr (GError) error = NULL;

      g_assert_null (mopt_message_build (&parts, &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
    }
}

static void
test_new_id (void)
{
  static const struct
  {
    const char *address;
    const char *domain;
  } cases[] = {
    { "a@example.com", "@example.com" },
    { "A <a@b.example>", "@b.example" },
    { "nobody", "@localhost" },
    { "a@bücher.example", "@localhost" },
    { "a@x\r\nBcc: b", "@localhost" },
    { NULL, "@localhost" },
  };
  g_autofree char *one = mopt_message_new_id ("a@b");
  g_autofree char *other = mopt_message_new_id ("a@b");

  g_assert_cmpstr (one, !=, other);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = mopt_message_new_id (cases[i].address);

      g_assert_true (g_str_has_suffix (id, cases[i].domain));
      g_assert_cmpuint (strlen (id), ==, 36 + strlen (cases[i].domain));
    }
}

static void
test_wire (void)
{
  static const struct
  {
    const char *text;
    const char *plain;
    const char *stuffed;
  } cases[] = {
    { "", "", ".\r\n" },
    { "a", "a\r\n", "a\r\n.\r\n" },
    { "a\n.\nb\n", "a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n" },
    { ".a\r\n..b", ".a\r\n..b\r\n", "..a\r\n...b\r\n.\r\n" },
    /* a lone CR or LF must not smuggle an end of message past one server to another */
    { "a\r.\rb\n.\r\nc", "a\r\n.\r\nb\r\n.\r\nc\r\n", "a\r\n..\r\nb\r\n..\r\nc\r\n.\r\n" },
    { "a.b\n\n\n", "a.b\r\n\r\n\r\n", "a.b\r\n\r\n\r\n.\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) plain = mopt_message_to_wire (cases[i].text, strlen (cases[i].text), FALSE);
      g_autoptr (GBytes) stuffed = mopt_message_to_wire (cases[i].text, strlen (cases[i].text), TRUE);

      g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), cases[i].plain,
                       strlen (cases[i].plain));
      g_assert_cmpmem (g_bytes_get_data (stuffed, NULL), g_bytes_get_size (stuffed), cases[i].stuffed,
                       strlen (cases[i].stuffed));
    }
}

static void
test_read (void)
{
  static const char multipart[] = "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
                                  "message-id:\r\n <folded@example.com>\r\n"
                                  "Content-Type: multipart/alternative; boundary=x\r\n\r\n"
                                  "--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                                  "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n"
                                  "--x\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n--x--\r\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (multipart, strlen (multipart));
  g_autofree char *subject = mopt_message_get_subject (bytes);
  g_autofree char *text = mopt_message_get_text (bytes);
  g_autofree char *id = mopt_message_get_id (multipart, strlen (multipart));

  g_assert_cmpstr (subject, ==, "Grüße");
  g_assert_true (g_str_has_prefix (text, "Grüße"));
  g_assert_cmpstr (id, ==, "folded@example.com");

  /* nothing to find, and nothing to fall over */
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_assert_null (mopt_message_get_subject (empty));
  g_assert_null (mopt_message_get_text (empty));
  g_assert_null (mopt_message_get_id ("Subject: x\r\n\r\nMessage-ID: <body@x>\r\n", 39));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/build", test_build);
  g_test_add_func ("/message/subject", test_subject);
  g_test_add_func ("/message/build-refuses", test_build_refuses);
  g_test_add_func ("/message/new-id", test_new_id);
  g_test_add_func ("/message/wire", test_wire);
  g_test_add_func ("/message/read", test_read);
  return g_test_run ();
}
