/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversation IDs: found again, never doubled, and nothing else in the message changes. */
#include <string.h>

#include "model/conversation-id.h"

#define ID "{CMI: ABCD1234}"

static const char *const ours[] = { "ABCD", "WXYZ", "A1B", NULL };

static void
test_prefixes (void)
{
  static const char *const good[] = { "ab", "ABCD", "A1B", "1A", "2345678A" };
  static const char *const bad[] = { "", "A", "AB1", "12", "ABCDEFGHI", "A B", "A-B", "ÄB", "AB ", "{A" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (mopt_conversation_id_prefix_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (mopt_conversation_id_prefix_is_valid (bad[i]));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *drawn = mopt_conversation_id_draw_prefix ();
      guint64 start = mopt_conversation_id_draw_start ();

      g_assert_cmpuint (strlen (drawn), ==, 4);
      g_assert_true (mopt_conversation_id_prefix_is_valid (drawn));
      g_assert_cmpuint (start, >=, G_GUINT64_CONSTANT (100000000000));
      g_assert_cmpuint (start, <=, G_GUINT64_CONSTANT (999999999999));
    }
}

static void
test_find (void)
{
  static const struct
  {
    const char *text;
    const char *found;
  } rows[] = {
    { "Re: Printer {CMI: ABCD1234}", ID },
    { "{cmi: abcd1234}", "{cmi: abcd1234}" },
    { "x {CMI:ABCD1234} y", "{CMI:ABCD1234}" },
    { "{CMI:  \r\n ABCD1234 }", "{CMI:  \r\n ABCD1234 }" },
    { "{CMI: A1B7}", "{CMI: A1B7}" },
    { "{CMI: WXYZ18446744073709551615}", "{CMI: WXYZ18446744073709551615}" },
    /* foreign ones are left alone */
    { "{CMI: EVIL1} {CMI: WXYZ2} {CMI: ABCD3}", "{CMI: WXYZ2}" },
    { "{{CMI: ABCD1}", "{CMI: ABCD1}" },
    { "{CMI: {CMI: ABCD1}}", "{CMI: ABCD1}" },
    { "{CMI: ABC1}", NULL },
    { "{CMI: ABCDE1}", NULL },
    { "{CMI: XABCD1}", NULL },
    { "{CMI: ABCD}", NULL },
    { "{CMI: 1234}", NULL },
    { "{CMI: ABCD12.4}", NULL },
    { "{CMI: ABCD1234", NULL },
    { "CMI: ABCD1234}", NULL },
    { "{CMI: }", NULL },
    { "{CMI: ABCD123456789012345678901}", NULL },
    { "", NULL },
    { "{", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *found = mopt_conversation_id_find (rows[i].text, ours);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (found, ==, rows[i].found);
    }
}

static void
test_tidy (void)
{
  static const char *const written[] = { "{CMI: ABCD1234}", "{cmi:abcd1234}", "{Cmi:\r\n\tAbCd1234 }" };

  for (guint i = 0; i < G_N_ELEMENTS (written); i++)
    {
      g_autofree char *tidy = mopt_conversation_id_tidy (written[i]);

      g_assert_cmpstr (tidy, ==, ID);
    }
}

static void
test_subject (void)
{
  static const struct
  {
    const char *before, *after;
  } rows[] = {
    { "Re: Printer is on fire", "Re: Printer is on fire " ID },
    { "", ID },
    { "Printer ", "Printer " ID },
    { "Grüße", "Grüße " ID },
    { "Printer " ID, "Printer " ID },
    { "Re: " ID " Printer", "Re: " ID " Printer" },
    { "Printer {cmi:abcd1234}", "Printer {cmi:abcd1234}" },
    { "Printer {CMI: ABCD123}", "Printer {CMI: ABCD123} " ID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *after = mopt_conversation_id_add_to_subject (rows[i].before, ID);

      g_assert_cmpstr (after, ==, rows[i].after);
    }
}

static void
test_body (void)
{
  static const struct
  {
    const char *before, *after;
  } rows[] = {
    /* at the end */
    { "", ID "\n" },
    { "Hello", "Hello\n\n" ID "\n" },
    { "Hello\n", "Hello\n\n" ID "\n" },
    { "Hello\n\n", "Hello\n\n" ID "\n" },
    { "Hello\r\n", "Hello\r\n\r\n" ID "\r\n" },
    { "Hello\r\nyou", "Hello\r\nyou\r\n\r\n" ID "\r\n" },
    { "\n", "\n" ID "\n" },
    { "Hello\n--\nAlice\n", "Hello\n--\nAlice\n\n" ID "\n" },
    { "> quoted\nMy answer\n", "> quoted\nMy answer\n\n" ID "\n" },
    /* before the signature */
    { "Hello\n-- \nAlice\n", "Hello\n\n" ID "\n\n-- \nAlice\n" },
    { "Hello\n\n-- \nAlice", "Hello\n\n" ID "\n\n-- \nAlice" },
    { "Hello\r\n\r\n-- \r\nAlice\r\n", "Hello\r\n\r\n" ID "\r\n\r\n-- \r\nAlice\r\n" },
    { "-- \nAlice\n", ID "\n\n-- \nAlice\n" },
    { "Hello\n-- \nAlice\n\nBob wrote:\n> x\n> -- \n> Bob\n",
      "Hello\n\n" ID "\n\n-- \nAlice\n\nBob wrote:\n> x\n> -- \n> Bob\n" },
    { "Hello\n-- \nAlice\n-- \nBob\n", "Hello\n\n" ID "\n\n-- \nAlice\n-- \nBob\n" },
    { "Bob wrote:\n> x\nYes\n\n-- \nAlice\n", "Bob wrote:\n> x\nYes\n\n" ID "\n\n-- \nAlice\n" },
    /* before the quoted block and who wrote it */
    { "Yes\n\n> x\n> y\n", "Yes\n\n" ID "\n\n> x\n> y\n" },
    { "Yes\n> x\n", "Yes\n\n" ID "\n\n> x\n" },
    { "Yes\n\nBob wrote:\n> x\n", "Yes\n\n" ID "\n\nBob wrote:\n> x\n" },
    { "Yes\nBob wrote:\n\n> x\n\n\n", "Yes\n\n" ID "\n\nBob wrote:\n\n> x\n\n\n" },
    { "Yes\r\n\r\nBob schrieb:\r\n> x\r\n", "Yes\r\n\r\n" ID "\r\n\r\nBob schrieb:\r\n> x\r\n" },
    { "Yes\n\nOn Monday, Bob <bob@example.com>\nwrote:\n\n> x", "Yes\n\n" ID "\n\nOn Monday, Bob <bob@example.com>\nwrote:\n\n> x" },
    { "Yes\n\nAm Montag, 23. November 2026,\nschrieb Bob:\n> x",
      "Yes\n\n" ID "\n\nAm Montag, 23. November 2026,\nschrieb Bob:\n> x" },
    { "> x\n\n> y\n", ID "\n\n> x\n\n> y\n" },
    { "Bob wrote:\n> x\n", ID "\n\nBob wrote:\n> x\n" },
    { "A\n> x\nB\n> y\n", "A\n> x\nB\n\n" ID "\n\n> y\n" },
    { "> x\nBob wrote:\n> y\n", "> x\n\n" ID "\n\nBob wrote:\n> y\n" },
    { "はい\n\nボブ：\n> x\n", "はい\n\n" ID "\n\nボブ：\n> x\n" },
    /* there already */
    { "Hello " ID " you\n", "Hello " ID " you\n" },
    { "> {cmi: abcd1234}\n", "> {cmi: abcd1234}\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *after = mopt_conversation_id_add_to_body (rows[i].before, ID);

      g_assert_cmpstr (after, ==, rows[i].after);
    }
}

/* Bodies and subjects of pieces that mean something to the rules. */
static char *
random_text (GRand *dice, gboolean lines)
{
  static const char *const pieces[] = { "Hello",  " ",    "ü",     "{CMI: EVIL7}", "{CMI:", "}",      ">",
                                        "> x",    "-- ",  "wrote:", "{",            "--",    "\t",     "a <b@c>",
                                        "\n",     "\n",   "\r\n",  "\n\n",         "\n-- \n", "\n> " };
  GString *text = g_string_new (NULL);

  for (guint n = g_rand_int_range (dice, 0, 12); n > 0; n--)
    g_string_append (text, pieces[g_rand_int_range (dice, 0, lines ? G_N_ELEMENTS (pieces) : 14)]);
  return g_string_free (text, FALSE);
}

/* The text without what is blank. */
static char *
ink (const char *text)
{
  GString *rest = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (strchr (" \t\r\n", *text) == NULL)
      g_string_append_c (rest, *text);
  return g_string_free (rest, FALSE);
}

static void
test_properties (void)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (20261121);

  for (guint i = 0; i < 20000; i++)
    {
      guint64 number = ((guint64) g_rand_int (dice) << 20) + i;
      g_autofree char *id = mopt_conversation_id_format (i % 2 == 0 ? "abcd" : "A1B", number);
      g_autofree char *subject = random_text (dice, FALSE);
      g_autofree char *body = random_text (dice, TRUE);
      g_autofree char *new_subject = mopt_conversation_id_add_to_subject (subject, id);
      g_autofree char *new_body = mopt_conversation_id_add_to_body (body, id);

      /* found again, in upper case */
      g_autofree char *in_subject = mopt_conversation_id_find (new_subject, ours);
      g_autofree char *in_body = mopt_conversation_id_find (new_body, ours);
      g_assert_cmpstr (in_subject, ==, id);
      g_assert_cmpstr (in_body, ==, id);

      /* never doubled */
      g_autofree char *again_subject = mopt_conversation_id_add_to_subject (new_subject, id);
      g_autofree char *again_body = mopt_conversation_id_add_to_body (new_body, id);
      g_assert_cmpstr (again_subject, ==, new_subject);
      g_assert_cmpstr (again_body, ==, new_body);

      /* the subject begins as it was, and the ID is its end */
      g_assert_true (g_str_has_prefix (new_subject, subject));
      g_assert_true (g_str_has_suffix (new_subject, id));
      g_assert_cmpuint (strlen (new_subject), <=, strlen (subject) + 1 + strlen (id));

      /* nothing of the body changes but blank lines around the ID, which has a line of its own */
      const char *place = strstr (new_body, id);
      const char *rest = place + strlen (id);
      g_autofree char *before = g_strndup (new_body, place - new_body);
      g_autofree char *without = g_strconcat (before, rest, NULL);
      g_autofree char *left = ink (without);
      g_autofree char *wanted = ink (body);
      g_assert_cmpstr (left, ==, wanted);
      g_assert_true (place == new_body || place[-1] == '\n');
      g_assert_true (*rest == '\n' || *rest == '\r');
      g_assert_cmpuint (strlen (new_body), <=, strlen (body) + strlen (id) + 8);
      g_assert_null (strstr (before, "\n-- \n")); /* not below a signature */
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conversation-id/prefixes", test_prefixes);
  g_test_add_func ("/conversation-id/find", test_find);
  g_test_add_func ("/conversation-id/tidy", test_tidy);
  g_test_add_func ("/conversation-id/subject", test_subject);
  g_test_add_func ("/conversation-id/body", test_body);
  g_test_add_func ("/conversation-id/properties", test_properties);
  return g_test_run ();
}
