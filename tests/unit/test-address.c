/* SPDX-License-Identifier: GPL-3.0-or-later */
/* E-mail addresses: what is one, what is not and why, patterns and lists. */
#include <string.h>

#include "base/error.h"
#include "model/address.h"

static const struct
{
  const char *text;
  const char *name, *local, *domain;
} good[] = {
  { "alice@example.com", NULL, "alice", "example.com" },
  { "  alice@example.com ", NULL, "alice", "example.com" },
  { "alice@example.com.", NULL, "alice", "example.com" },
  { "Alice.B+tag@Example.COM", NULL, "Alice.B+tag", "Example.COM" },
  { "!#$%&'*+-/=?^_`{|}~@example.com", NULL, "!#$%&'*+-/=?^_`{|}~", "example.com" },
  { "1@1.example", NULL, "1", "1.example" },
  { "root@localhost", NULL, "root", "localhost" },
  { "a@mail_srv.corp", NULL, "a", "mail_srv.corp" },
  { "\"alice b\"@example.com", NULL, "\"alice b\"", "example.com" },
  { "\"a@b\"@example.com", NULL, "\"a@b\"", "example.com" },
  { "\"a\\\"b\\\\\"@example.com", NULL, "\"a\\\"b\\\\\"", "example.com" },
  { "\"<>\"@example.com", NULL, "\"<>\"", "example.com" },
  { "\"\"@example.com", NULL, "\"\"", "example.com" },
  { "alice@[192.0.2.1]", NULL, "alice", "[192.0.2.1]" },
  { "alice@[IPv6:2001:db8::1]", NULL, "alice", "[IPv6:2001:db8::1]" },
  { "alice@[ipv6:::1]", NULL, "alice", "[ipv6:::1]" },
  { "jürgen@müller.example", NULL, "jürgen", "müller.example" },
  { "用户@例子.example", NULL, "用户", "例子.example" },
  { "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc@example.com", NULL, /* Persian, with the joiner it needs */
    "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc", "example.com" },
  { "alice@xn--mller-kva.example", NULL, "alice", "xn--mller-kva.example" },

  { "<alice@example.com>", NULL, "alice", "example.com" },
  { "Alice <alice@example.com>", "Alice", "alice", "example.com" },
  { "Alice<alice@example.com>", "Alice", "alice", "example.com" },
  { "Alice B. Example <alice@example.com>", "Alice B. Example", "alice", "example.com" },
  { "\"Example, Alice\" <alice@example.com>", "Example, Alice", "alice", "example.com" },
  { "\"The \\\"A\\\" <team@x>\" <alice@example.com>", "The \"A\" <team@x>", "alice", "example.com" },
  { "\"Alice\" Example <alice@example.com>", "Alice Example", "alice", "example.com" },
  { "Example, Alice (IT) <alice@example.com>", "Example, Alice (IT)", "alice", "example.com" },
  { "\"\" <alice@example.com>", NULL, "alice", "example.com" },
  { "Jürgen Müller <jm@example.com>", "Jürgen Müller", "jm", "example.com" },
  { "Alice <\"a b\"@example.com>", "Alice", "\"a b\"", "example.com" },
};

static const struct
{
  const char *text;
  const char *words;
} bad[] = {
  { "", "Enter an e-mail address" },
  { "  ", "Enter an e-mail address" },
  { "alice.example.com", "There is no @ in “alice.example.com”. An address looks like alice@example.com." },
  { "alice", "no @" },
  { "Alice <alice>", "no @" },
  { "<>", "no @" },
  { "\"alice\"", "no @" },
  { "@example.com", "nothing before the @" },
  { "@", "nothing before the @" },
  { "alice@", "nothing after the @" },
  { "alice@.", "A dot" },
  { "a@b@example.com", "more than one @" },
  { "alice@@example.com", "more than one @" },
  { ".alice@example.com", "begins or ends with a dot" },
  { "alice.@example.com", "begins or ends with a dot" },
  { "al..ice@example.com", "two dots" },
  { "ali ce@example.com", "a blank before the @" },
  { "alice @example.com", "a blank before the @" },
  { "ali\xc2\xa0"
    "ce@example.com",
    "a blank before the @" },
  { "alice@ example.com", "There is a blank in" },
  { "alice@exa mple.com", "There is a blank in" },
  { "a,b@example.com", "“,” cannot stand before the @" },
  { "alice@example.com, bob@example.com", "more than one @" },
  { "a(b)@example.com", "“(” cannot stand" },
  { "alice@example.com (Alice)", "blank" },
  { "a\"b@example.com", "“\"” cannot stand" },
  { "a\\b@example.com", "“\\” cannot stand" },
  { "\"alice@example.com", "never closed" },
  { "\"alice\\\"@example.com", "never closed" },
  { "\"alice\"x@example.com", "followed by the @" },
  { "alice@example..com", "A dot" },
  { "alice@-example.com", "hyphen" },
  { "alice@exa!mple.com", "“!” cannot stand" },
  { "alice@example.com:25", "“:” cannot stand" },
  { "alice@*.example.com", "the * stands after the @" },
  { "alice@192.0.2.1", "needs brackets" },
  { "alice@::1", "needs brackets" },
  { "alice@999.1.2.3", "no IP address" },
  { "alice@[999.1.2.3]", "in the brackets" },
  { "alice@[2001:db8::1]", "in the brackets" },
  { "alice@[IPv6:192.0.2.1]", "in the brackets" },
  { "alice@[IPv6:fe80::1%eth0]", "in the brackets" },
  { "alice@[]", "in the brackets" },
  { "alice@[", "“[” cannot stand" },
  { "alice@[example.com]", "in the brackets" },
  { "mailto:alice@example.com", "Leave out “mailto:”" },
  { "Alice <alice@example.com", "must end with “>”" },
  { "Alice <alice@example.com> x", "must end with “>”" },
  { "<alice@example.com>>", "“>” cannot stand" },
  { "Alice <<alice@example.com>>", "“<” cannot stand" },
  { "boss@example.com <eve@example.net>", "“@” before the “<”" },
  { "Alice> <alice@example.com>", "“>” before the “<”" },
  { "\"Alice <alice@example.com>", "never closed" },
  { "alice@example.com\n", "U+000A" },
  { "alice@example.com\r\nRCPT TO:<eve@example.net>", "U+000D" },
  { "Ali\x1b[1mce <alice@example.com>", "U+001B" },
  { "a\xe2\x80\xae@example.com", "U+202E" },
  { "alice\xe2\x80\x8b@example.com", "U+200B" },
  { "alice@exam\xc2\xad"
    "ple.com",
    "U+00AD" },
  { "alice\xff@example.com", "UTF-8" },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MoptAddress) address = mopt_address_parse (good[i].text, &error);

      g_test_message ("“%s” %s", good[i].text, error != NULL ? error->message : "");
      g_assert_no_error (error);
      g_assert_cmpstr (address->name, ==, good[i].name);
      g_assert_cmpstr (address->local, ==, good[i].local);
      g_assert_cmpstr (address->domain, ==, good[i].domain);

      /* the spec alone is an address again, and matches itself */
      g_autofree char *spec = mopt_address_to_spec (address);
      g_autoptr (MoptAddress) again = mopt_address_parse (spec, NULL);
      g_assert_cmpstr (again->local, ==, address->local);
      g_assert_cmpstr (again->domain, ==, address->domain);
      g_assert_true (mopt_address_matches (address, spec));
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MoptAddress) address = mopt_address_parse (bad[i].text, &error);

      g_test_message ("row %u %s", i, error != NULL ? error->message : "accepted");
      g_assert_null (address);
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, bad[i].words));
      g_assert_false (mopt_address_check_pattern (bad[i].text, NULL));
    }
}

/* RFC 5321 4.5.3.1, in bytes */
static void
test_lengths (void)
{
  g_autofree char *local64 = g_strnfill (64, 'a');
  g_autofree char *local65 = g_strnfill (65, 'a');
  g_autofree char *label = g_strnfill (63, 'b');
  g_autofree char *end61 = g_strnfill (61, 'c'); /* 64 + 1 + 63 + 1 + 63 + 1 + 61 = 254 */
  g_autofree char *end62 = g_strnfill (62, 'c');
  g_autofree char *spec254 = g_strdup_printf ("%s@%s.%s.%s", local64, label, label, end61);
  g_autofree char *spec255 = g_strdup_printf ("%s@%s.%s.%s", local64, label, label, end62);
  g_autofree char *long_local = g_strconcat (local65, "@example.com", NULL);
  g_autofree char *huge = g_strnfill (1 << 20, 'x');
  g_autofree char *huge_domain = g_strconcat ("alice@", huge, NULL);
  g_autoptr (MoptAddress) longest = mopt_address_parse (spec254, NULL);
  const char *refused[] = { spec255, long_local, huge, huge_domain };

  g_assert_nonnull (longest);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mopt_address_parse (refused[i], &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
      g_assert_cmpuint (strlen (error->message), <, 300);
    }
}

static void
test_patterns (void)
{
  static const struct
  {
    const char *pattern;
    gboolean sound, many;
  } patterns[] = {
    { "*@example.com", TRUE, TRUE },
    { "help*@example.com", TRUE, TRUE },
    { "Support <*@example.com>", TRUE, TRUE },
    { "alice@example.com", TRUE, FALSE },
    { "\"a*\"@example.com", TRUE, FALSE },
    { "*help@example.com", FALSE, FALSE },
    { "he*lp@example.com", FALSE, FALSE },
    { "**@example.com", FALSE, TRUE },
    { "*@*.example.com", FALSE, FALSE },
    { "*@*", FALSE, FALSE },
    { "*", FALSE, FALSE },
    { "*@", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MoptAddress) address = mopt_address_parse (patterns[i].pattern, NULL);

      g_test_message ("%s", patterns[i].pattern);
      g_assert_cmpint (mopt_address_check_pattern (patterns[i].pattern, &error), ==, patterns[i].sound);
      g_assert_cmpint (error == NULL, ==, patterns[i].sound);
      if (address != NULL)
        g_assert_cmpint (mopt_address_is_pattern (address), ==, patterns[i].many);
    }
}

static void
test_matches (void)
{
  static const struct
  {
    const char *address, *pattern;
    gboolean match;
  } pairs[] = {
    { "alice@example.com", "alice@example.com", TRUE },
    { "ALICE@Example.com", "alice@EXAMPLE.com", TRUE },
    { "Alice <alice@example.com>", "The Boss <alice@example.com>", TRUE },
    { "alice@example.com", "alice@example.com.", TRUE },
    { "alice@example.com", "bob@example.com", FALSE },
    { "alice@example.com", "alice@example.net", FALSE },
    { "alice@example.com", "*@example.com", TRUE },
    { "alice@example.com", "al*@example.com", TRUE },
    { "ALice@example.com", "aL*@example.com", TRUE },
    { "alice@example.com", "alice*@example.com", TRUE },
    { "alice@example.com", "bo*@example.com", FALSE },
    /* the domain stands for itself alone */
    { "alice@mail.example.com", "*@example.com", FALSE },
    { "alice@evil-example.com", "*@example.com", FALSE },
    { "alice@example.com", "*@com", FALSE },
    { "jürgen@müller.example", "JÜRGEN@xn--mller-kva.EXAMPLE", TRUE },
    { "ju\xcc\x88rgen@example.com", "jürgen@example.com", TRUE },
    { "\"alice\"@example.com", "alice@example.com", TRUE },
    { "\"a b\"@example.com", "a*@example.com", TRUE },
    { "alice@[192.0.2.1]", "*@[192.0.2.1]", TRUE },
    { "alice@[IPv6:2001:DB8::1]", "alice@[ipv6:2001:db8::1]", TRUE },
    { "alice@[192.0.2.2]", "*@[192.0.2.1]", FALSE },
    { "alice@example.com", "not an address", FALSE },
    { "alice@example.com", "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (MoptAddress) address = mopt_address_parse (pairs[i].address, NULL);

      g_test_message ("%s ~ %s", pairs[i].address, pairs[i].pattern);
      g_assert_nonnull (address);
      g_assert_cmpint (mopt_address_matches (address, pairs[i].pattern), ==, pairs[i].match);
    }
}

static void
check_paste (const char *text, const char *expected)
{
  g_auto (GStrv) entries = mopt_address_list_paste (text);
  g_autofree char *joined = g_strjoinv ("|", entries);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_lists (void)
{
  g_auto (GStrv) entries = mopt_address_list_split ("\n a@x \n\n\tb@x\r\nc@x");
  g_autofree char *joined = mopt_address_list_join ((const char *const *) entries);
  g_auto (GStrv) none = mopt_address_list_split ("");

  g_assert_cmpstr (joined, ==, "a@x\nb@x\nc@x");
  g_assert_cmpuint (g_strv_length (none), ==, 0);

  check_paste ("", "");
  check_paste (" ,;\n\t ", "");
  check_paste ("a@x", "a@x");
  check_paste ("a@x,b@x; c@x\nd@x\r\ne@x\tf@x,", "a@x|b@x|c@x|d@x|e@x|f@x");
  check_paste ("\"Example, Alice; IT\" <a@x>, b@x", "\"Example, Alice; IT\" <a@x>|b@x");
  check_paste ("\"The \\\"A, B\\\" team\" <a@x>, b@x", "\"The \\\"A, B\\\" team\" <a@x>|b@x");
  check_paste ("Müller, Hans <h@x>; Doe, Jane <j@x>", "Müller, Hans <h@x>|Doe, Jane <j@x>");
  check_paste ("\"never closed, a@x\nb@x, c@x", "\"never closed, a@x|b@x|c@x");
}

/* Whatever is typed: what is accepted can go on a command line of SMTP, and is the same address again. */
static void
test_random (void)
{
  static const char *const pieces[] = { "alice@", "@example", "Alice <a@b>", "alice", "@",         "example", ".",
                                        "com",    "\"",       "\\",          "<",     ">",         " ",       ",",
                                        ";",      "*",        "[",           "]",     "192.0.2.1", "IPv6:",   "::1",
                                        "ü",      "\n",       "\r",          "\xff",  "(" };
  g_autoptr (GRand) dice = g_rand_new_with_seed (20261121);
  guint accepted = 0;

  for (guint i = 0; i < 200000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      for (guint n = g_rand_int_range (dice, 0, 9); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (dice, 0, G_N_ELEMENTS (pieces))]);
      g_auto (GStrv) pasted = mopt_address_list_paste (text->str);
      g_autoptr (MoptAddress) address = mopt_address_parse (text->str, &error);
      g_assert_true ((address == NULL) == (error != NULL));
      if (address == NULL)
        continue;
      accepted++;
      g_autofree char *spec = mopt_address_to_spec (address);
      g_autoptr (MoptAddress) again = mopt_address_parse (spec, &error);
      g_assert_no_error (error);
      g_assert_null (again->name);
      g_assert_cmpstr (again->local, ==, address->local);
      g_assert_cmpstr (again->domain, ==, address->domain);
      g_assert_null (strpbrk (address->domain, "<>\" ,;\\@\r\n"));
      if (*address->local != '"')
        g_assert_null (strpbrk (address->local, "<>\" ,;\\@\r\n"));
    }
  g_assert_cmpuint (accepted, >, 300);
}

/* A blank in front takes the long way round: both ways must say the same. */
static void
test_plain (void)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (7);
  static const char *const pieces[] = { "a",     "A1",   ".",  "-",       "_", "+",  "*",      "@", "@",
                                        "b.com", "xn--", "..", "x.y.org", "1", ".2", "a@b.cd", "[", "é" };
  guint sound = 0;

  for (guint i = 0; i < 60000; i++)
    {
      g_autoptr (GString) text = g_string_new (" ");

      for (guint n = g_rand_int_range (dice, 1, 7); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (dice, 0, G_N_ELEMENTS (pieces))]);
      gboolean is_good = mopt_address_check_pattern (text->str, NULL);
      sound += is_good;
      g_assert_cmpint (mopt_address_check_pattern (text->str + 1, NULL), ==, is_good);
    }
  g_assert_cmpuint (sound, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/good", test_good);
  g_test_add_func ("/address/bad", test_bad);
  g_test_add_func ("/address/lengths", test_lengths);
  g_test_add_func ("/address/patterns", test_patterns);
  g_test_add_func ("/address/matches", test_matches);
  g_test_add_func ("/address/plain", test_plain);
  g_test_add_func ("/address/random", test_random);
  g_test_add_func ("/address/lists", test_lists);
  return g_test_run ();
}
