/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Host names as people type them, and what the wire gets. */
#include <arpa/inet.h>
#include <gio/gio.h>
#include <string.h>

#include "base/error.h"
#include "model/host.h"

static const struct
{
  const char *typed;
  const char *ascii; /* NULL: refused */
  const char *words; /* ... with a sentence that has these words */
} rows[] = {
  { "imap.example.com", "imap.example.com" },
  { "IMAP.Example.COM", "imap.example.com" },
  { "imap.example.com.", "imap.example.com" },
  { "  imap.example.com ", "imap.example.com" },
  { "\xc2\xa0imap.example.com\xe3\x80\x80", "imap.example.com" }, /* no-break and wide blank */
  { "localhost", "localhost" },
  { "mail", "mail" },
  { "a", "a" },
  { "mail_srv.corp", "mail_srv.corp" },
  { "r3---sn-x.example", "r3---sn-x.example" },
  { "1and1.example", "1and1.example" },
  { "3.example.com", "3.example.com" },
  { "0xcafe.example", "0xcafe.example" },

  /* international names, non-transitional: ß is not ss */
  { "bücher.example", "xn--bcher-kva.example" },
  { "BÜCHER.example", "xn--bcher-kva.example" },
  { "bu\xcc\x88"
    "cher.example",
    "xn--bcher-kva.example" }, /* u and combining dots */
  { "straße.example", "xn--strae-oqa.example" },
  { "mail.日本語.jp", "mail.xn--wgv71a119e.jp" },
  { "mail。example。com", "mail.example.com" },
  { "ｍａｉｌ.example.com", "mail.example.com" },
  { "xn--bcher-kva.example", "xn--bcher-kva.example" },
  { "XN--BCHER-KVA.example", "xn--bcher-kva.example" },
  { "xn--zzzzzzzzzzz.example", NULL, "international" },
  { "\xcc\x88"
    "bad.example",
    NULL, "international" },
  { "a\xe2\x98\x83⒈.example", NULL, "international" },
  { "①②⑦.①", NULL, "no IP address" },
  { "１２７.0.0.1", NULL, "no IP address" },

  /* addresses */
  { "192.0.2.1", "192.0.2.1" },
  { " 127.0.0.1 ", "127.0.0.1" },
  { "::1", "::1" },
  { "[::1]", "::1" },
  { "[2001:DB8:0:0::1]", "2001:db8::1" },
  { "fe80::1:993", "fe80::1:993" },
  { "::ffff:192.0.2.1", "192.0.2.1" },
  { "[::FFFF:c000:201]", "192.0.2.1" },
  { "999.1.2.3", NULL, "no IP address" },
  { "1.2.3", NULL, "no IP address" },
  { "1.2.3.4.5", NULL, "no IP address" },
  { "127.1", NULL, "no IP address" },
  { "2130706433", NULL, "no IP address" },
  { "0x7f.1", NULL, "no IP address" },
  { "0x7f000001", NULL, "no IP address" },
  { "192.0.2.0x1", NULL, "no IP address" },
  { "127.0.0.01", NULL, "no IP address" },
  { "mail.123", NULL, "no IP address" },
  { "[192.0.2.1]", NULL, "brackets" },
  { "[imap.example.com]", NULL, "brackets" },
  { "[::1", NULL, "brackets" },
  { "::1]", NULL, "brackets" },
  { "[]", NULL, "brackets" },
  { "[", NULL, "brackets" },
  { "[:::1]", NULL, "brackets" },
  { "1:2:3", NULL, "no IPv6 address" },
  { "fe80::1%eth0", NULL, "network interface" },
  { "[fe80::1%25eth0]", NULL, "network interface" },

  /* host and port */
  { "imap.example.com:993", NULL, "Leave imap.example.com here and put 993 into Custom Port" },
  { " imap.example.com:993 ", NULL, "Leave imap.example.com here and put 993 into Custom Port" },
  { "[::1]:143", NULL, "Leave [::1] here and put 143 into Custom Port" },
  { "192.0.2.1:25", NULL, "put 25 into Custom Port" },
  { "imap.example.com:", NULL, "no “:”" },
  { "imap.example.com:0", NULL, "no “:”" },
  { "imap.example.com:65536", NULL, "no “:”" },
  { "imap.example.com:imaps", NULL, "no “:”" },
  { "imap.example.com:-1", NULL, "no “:”" },

  /* what people paste */
  { "imaps://imap.example.com", NULL, "alone: imap.example.com." },
  { "imaps://alice@imap.example.com:993/INBOX", NULL, "alone: imap.example.com." },
  { "https://[2001:db8::1]/x", NULL, "alone: [2001:db8::1]." },
  { "https://", NULL, "such as imap.example.com" },
  { "http://a b/", NULL, "such as imap.example.com" },
  { "alice@example.com", NULL, "e-mail address" },
  { "", NULL, "Enter the name" },
  { "   ", NULL, "Enter the name" },
  { "imap.example.com/inbox", NULL, "“/” cannot stand" },
  { "imap,example,com", NULL, "“,” cannot stand" },
  { "a;b", NULL, "“;” cannot stand" },
  { "imap example.com", NULL, "blank" },
  { "a..b", NULL, "A dot" },
  { ".a", NULL, "A dot" },
  { ".", NULL, "A dot" },
  { "a..", NULL, "A dot" },
  { "-a.example", NULL, "hyphen" },
  { "a-.example", NULL, "hyphen" },

  /* control characters, and those that turn the direction */
  { "imap.example.com\n", NULL, "U+000A" },
  { "imap\r\nQUIT", NULL, "U+000D" },
  { "a\tb", NULL, "U+0009" },
  { "a\x7f", NULL, "U+007F" },
  { "a\xc2\x85", NULL, "U+0085" },
  { "a\xe2\x80\xae"
    "moc.elpmaxe",
    NULL, "U+202E" },
  { "a\xe2\x81\xa6", NULL, "U+2066" },
  { "a\xff", NULL, "UTF-8" },
};

static void
test_to_ascii (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *ascii = mopt_host_to_ascii (rows[i].typed, &error);

      g_test_message ("row %u -> %s %s", i, ascii, error != NULL ? error->message : "");
      g_assert_cmpstr (ascii, ==, rows[i].ascii);
      if (rows[i].ascii == NULL)
        {
          g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
          g_assert_nonnull (strstr (error->message, rows[i].words));
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          continue;
        }
      /* what comes out goes in again */
      g_autofree char *again = mopt_host_to_ascii (ascii, NULL);
      g_assert_cmpstr (again, ==, ascii);
    }
}

static void
test_lengths (void)
{
  g_autofree char *label63 = g_strnfill (63, 'a');
  g_autofree char *label64 = g_strnfill (64, 'a');
  g_autofree char *last = g_strnfill (61, 'b');
  g_autofree char *last_more = g_strnfill (62, 'b');
  g_autofree char *name253 = g_strjoin (".", label63, label63, label63, last, NULL);
  g_autofree char *name254 = g_strjoin (".", label63, label63, label63, last_more, NULL);
  g_autofree char *huge = g_strnfill (1 << 20, 'x');
  g_autofree char *huge_wide = g_strconcat (huge, "ü", NULL);
  g_autofree char *good_label = mopt_host_to_ascii (label63, NULL);
  g_autofree char *good_name = mopt_host_to_ascii (name253, NULL);
  const char *bad[] = { label64, name254, huge, huge_wide };

  g_assert_cmpstr (good_label, ==, label63);
  g_assert_cmpuint (strlen (good_name), ==, 253);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mopt_host_to_ascii (bad[i], &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
      g_assert_cmpuint (strlen (error->message), <, 300);
    }
}

static void
test_split_port (void)
{
  static const struct
  {
    const char *text;
    const char *host; /* NULL: not host and port */
    guint16 port;
  } splits[] = {
    { "imap.example.com:993", "imap.example.com", 993 },
    { " imap.example.com : 993", NULL, 0 },
    { " IMAP.example.com:1 ", "IMAP.example.com", 1 },
    { "bücher.example:65535", "bücher.example", 65535 },
    { "[::1]:143", "[::1]", 143 },
    { "localhost:10143", "localhost", 10143 },
    { "::1", NULL, 0 },
    { "fe80::1:993", NULL, 0 },
    { "[::1]", NULL, 0 },
    { "imap.example.com", NULL, 0 },
    { "imap.example.com:0", NULL, 0 },
    { "imap.example.com:65536", NULL, 0 },
    { "imap.example.com:99999999999999999999", NULL, 0 },
    { "imap.example.com:+1", NULL, 0 },
    { "a:1:2", NULL, 0 },
    { ":993", NULL, 0 },
    { "a b:993", NULL, 0 },
    { "a\xff:993", NULL, 0 },
    { "", NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (splits); i++)
    {
      g_autofree char *host = NULL;
      guint16 port = 0;

      g_test_message ("row %u", i);
      g_assert_cmpint (mopt_host_split_port (splits[i].text, &host, &port), ==, splits[i].host != NULL);
      g_assert_cmpstr (host, ==, splits[i].host);
      g_assert_cmpuint (port, ==, splits[i].port);
      g_assert_cmpint (mopt_host_split_port (splits[i].text, NULL, NULL), ==, splits[i].host != NULL);
    }
}

static void
test_loopback (void)
{
  static const char *const loopback[] = { "localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "::1", "[::1]",
                                           "::ffff:127.0.0.1" };
  static const char *const others[]
      = { "localhost.example.com", "128.0.0.1", "::2", "127.example.com", "", "127.1", "0.0.0.0", "localhost2" };

  for (guint i = 0; i < G_N_ELEMENTS (loopback); i++)
    g_assert_true (mopt_host_is_loopback (loopback[i]));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (mopt_host_is_loopback (others[i]));
}

/* Whatever is typed: what comes out is plain, comes out of itself again, and is no number that the resolver would
 * take for another address than we do. */
static void
test_random (void)
{
  static const char *const pieces[]
      = { "a",  "B", "0",  "1",   "127", "0x", "7f", ".", ".",      ":",    "-",  "_",  "[",
          "]",  "%", "/",  "://", "@",   " ",  "\n", "ü", "ß",      "xn--", "。", "１", "\xff",
          "::", "1", "de", "com", "*",   "\\", "①",  "⒈", "\u200d", "İ",    ".",  "x" };
  g_autoptr (GRand) dice = g_rand_new_with_seed (20261121);
  guint accepted = 0;

  for (guint i = 0; i < 50000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      struct in_addr number;

      for (guint n = g_rand_int_range (dice, 0, 8); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (dice, 0, G_N_ELEMENTS (pieces))]);
      g_autofree char *ascii = mopt_host_to_ascii (text->str, &error);
      g_assert_true ((ascii == NULL) == (error != NULL));
      if (ascii == NULL)
        continue;
      accepted++;
      g_autofree char *again = mopt_host_to_ascii (ascii, NULL);
      g_assert_cmpstr (again, ==, ascii);
      g_assert_cmpuint (strspn (ascii, "abcdefghijklmnopqrstuvwxyz0123456789.-_:"), ==, strlen (ascii));
      if (inet_aton (ascii, &number) != 0)
        g_assert_true (g_hostname_is_ip_address (ascii));
    }
  g_assert_cmpuint (accepted, >, 1000);
}

/* A blank in front takes the long way round: both ways must say the same. */
static void
test_plain (void)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (7);
  static const char *const pieces[]
      = { "a", "A1", ".", "-", "_", "b.com", "xn--", "XN--mnchen-3ya", "..", "x.y.org", "1", ".2", "0x", "--", "é" };
  guint sound = 0;

  for (guint i = 0; i < 60000; i++)
    {
      g_autoptr (GString) text = g_string_new (" ");

      for (guint n = g_rand_int_range (dice, 1, 6); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (dice, 0, G_N_ELEMENTS (pieces))]);
      g_autofree char *slow = mopt_host_to_ascii (text->str, NULL);
      g_autofree char *same = mopt_host_to_ascii (text->str + 1, NULL);
      sound += slow != NULL;
      g_assert_cmpstr (same, ==, slow);
    }
  g_assert_cmpuint (sound, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host/to-ascii", test_to_ascii);
  g_test_add_func ("/host/lengths", test_lengths);
  g_test_add_func ("/host/plain", test_plain);
  g_test_add_func ("/host/random", test_random);
  g_test_add_func ("/host/split-port", test_split_port);
  g_test_add_func ("/host/loopback", test_loopback);
  return g_test_run ();
}
