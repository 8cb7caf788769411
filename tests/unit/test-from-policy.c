/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which From addresses an account may use: a table, and the rule against an oracle over every state. */
#include <string.h>

#include "base/error.h"
#include "model/from-policy.h"

#define OWN "alice@example.com"

/* A "|" separates entries; NULL: not set. */
static char **
entries (const char *text)
{
  if (text == NULL)
    return NULL;
  return *text == '\0' ? g_new0 (char *, 1) : g_strsplit (text, "|", -1);
}

static MoptSettings *
settings_new (gboolean user_address, gboolean arbitrary, const char *legal, const char *use, const char *fallback)
{
  MoptSettings *settings = g_new0 (MoptSettings, 1);

  settings->account_name = g_strdup ("Help desk");
  settings->from_user_address = user_address;
  settings->from_arbitrary = arbitrary;
  settings->from_legal = entries (legal);
  settings->from_use = entries (use);
  settings->from_default = g_strdup (fallback);
  return settings;
}

static void
test_table (void)
{
  static const struct
  {
    gboolean user_address, arbitrary;
    const char *legal, *use, *fallback, *own;
    const char *list, *chosen;
  } rows[] = {
    { TRUE, FALSE, "", NULL, "", OWN, OWN, OWN },
    { TRUE, FALSE, "", NULL, "", "", "", NULL },
    { TRUE, FALSE, "", NULL, "", NULL, "", NULL },
    { TRUE, FALSE, "", NULL, "", "not an address", "", NULL },
    { FALSE, FALSE, "", NULL, "", OWN, "", NULL },
    { TRUE, FALSE, "b@x|Support <s@x>", NULL, "", OWN, OWN "|b@x|Support <s@x>", OWN },
    { FALSE, FALSE, "b@x|Support <s@x>", NULL, "", OWN, "b@x|Support <s@x>", "b@x" },
    /* no address twice */
    { TRUE, FALSE, "ALICE@example.COM|b@x|B@X", NULL, "", OWN, OWN "|b@x", OWN },
    /* the own one as a legal one */
    { FALSE, FALSE, "b@x|" OWN, NULL, "", OWN, "b@x|" OWN, OWN },
    /* picks narrow */
    { TRUE, FALSE, "b@x|c@x", "c@x", "", OWN, "c@x", "c@x" },
    { TRUE, FALSE, "b@x|c@x", "C@X|d@x", "", OWN, "c@x", "c@x" },
    { TRUE, FALSE, "b@x", "", "", OWN, "", NULL },
    { TRUE, FALSE, "b@x", "b@x|" OWN, "", OWN, OWN "|b@x", OWN },
    /* patterns need a pick */
    { FALSE, FALSE, "*@x", NULL, "", OWN, "", NULL },
    { FALSE, FALSE, "*@x", "b@x|c@y", "", OWN, "b@x", "b@x" },
    { FALSE, FALSE, "he*@x", "help@x|no@x", "", OWN, "help@x", "help@x" },
    { FALSE, FALSE, "*@x", "*@x", "", OWN, "", NULL },
    { FALSE, FALSE, "*@example.com", OWN, "", OWN, OWN, OWN },
    /* arbitrary ones */
    { FALSE, TRUE, "", NULL, "", OWN, "", OWN },
    { FALSE, TRUE, "", "z@z", "", OWN, "z@z", "z@z" },
    { FALSE, TRUE, "b@x", NULL, "z@z", OWN, "b@x", "z@z" },
    /* the default */
    { TRUE, FALSE, "b@x", NULL, "B@X", OWN, OWN "|b@x", "B@X" },
    { TRUE, FALSE, "b@x", NULL, "z@z", OWN, OWN "|b@x", OWN },
    { FALSE, FALSE, "b@x", NULL, "z@z", OWN, "b@x", "b@x" },
    { TRUE, FALSE, "b@x", OWN, "b@x", OWN, OWN, OWN },
    { TRUE, FALSE, "*@x", NULL, "b@x", OWN, OWN, OWN },
    { TRUE, FALSE, "*@x", "b@x", "b@x", OWN, "b@x", "b@x" },
    { TRUE, FALSE, "b@x", NULL, "*@x", OWN, OWN "|b@x", OWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MoptSettings) settings
          = settings_new (rows[i].user_address, rows[i].arbitrary, rows[i].legal, rows[i].use, rows[i].fallback);
      g_auto (GStrv) list = mopt_from_policy_list (settings, rows[i].own);
      g_autofree char *joined = g_strjoinv ("|", list);
      g_autofree char *chosen = mopt_from_policy_default (settings, rows[i].own);

      g_test_message ("row %u", i);
      g_assert_cmpstr (joined, ==, rows[i].list);
      g_assert_cmpstr (chosen, ==, rows[i].chosen);
      for (guint j = 0; list[j] != NULL; j++)
        g_assert_true (mopt_from_policy_check (settings, rows[i].own, list[j], NULL));
      if (chosen != NULL)
        g_assert_true (mopt_from_policy_check (settings, rows[i].own, chosen, NULL));
    }
}

/* Every state: two boxes, each of three legal entries there or not, no picks or each subset of four. The oracle is
 * made of sets of bits: an address is its place in the list below. */
static void
test_oracle (void)
{
  enum { ME, LEGAL, UNDER, OTHER, N };
  static const char *const addresses[N] = { OWN, "b@x.example", "c@y.example", "d@z.example" };
  static const char *const legal_entries[] = { "b@x.example", "*@y.example", "b@x.example|*@y.example", "" };
  static const guint legal_bits[] = { 1 << LEGAL, 0, 1 << LEGAL, 0 };
  static const guint pattern_bits[] = { 0, 1 << UNDER, 1 << UNDER, 0 };

  for (guint state = 0; state < 4 * 4 * 17; state++)
    {
      gboolean user_address = state & 1, arbitrary = (state >> 1) & 1;
      guint legal = (state >> 2) % 4, picks = state / 16;
      g_autoptr (GString) use = g_string_new (NULL);

      for (guint i = 0; i < N; i++)
        if (picks & (1 << i))
          g_string_append_printf (use, "%s%s", use->len > 0 ? "|" : "", addresses[i]);
      g_autoptr (MoptSettings) settings
          = settings_new (user_address, arbitrary, legal_entries[legal], picks < 16 ? use->str : NULL, "");

      guint open = (user_address ? 1 << ME : 0) | legal_bits[legal] | (arbitrary ? 15 : 0);
      guint allowed = picks < 16 ? (open | pattern_bits[legal]) & picks : open;
      for (guint i = 0; i < N; i++)
        {
          g_autoptr (GError) error = NULL;

          g_test_message ("state %u, %s", state, addresses[i]);
          g_assert_cmpint (mopt_from_policy_check (settings, OWN, addresses[i], &error), ==,
                           (allowed & (1 << i)) != 0);
          g_assert_cmpint (error == NULL, ==, (allowed & (1 << i)) != 0);
        }

      /* a default there is exactly where the user's address is allowed or something is listed */
      g_autofree char *chosen = mopt_from_policy_default (settings, OWN);
      g_auto (GStrv) list = mopt_from_policy_list (settings, OWN);
      g_assert_cmpstr (chosen, ==, (allowed & (1 << ME)) != 0 ? OWN : list[0]);
    }
}

static void
check_refused (const MoptSettings *settings, const char *from, MoptError code, const char *sentence)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mopt_from_policy_check (settings, OWN, from, &error));
  g_assert_error (error, MOPT_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_sentences (void)
{
  g_autoptr (MoptSettings) some = settings_new (TRUE, FALSE, "b@x|*@y", NULL, "");
  g_autoptr (MoptSettings) none = settings_new (FALSE, FALSE, "", NULL, "");
  g_autoptr (MoptSettings) many
      = settings_new (FALSE, FALSE, "1@x|2@x|3@x|4@x|5@x|6@x|7@x|8@x|9@x|10@x|11@x", NULL, "");

  check_refused (some, "z@z", MOPT_ERROR_FROM_NOT_ALLOWED,
                 "The account “Help desk” may not send as z@z. Allowed: " OWN ", b@x.");
  check_refused (some, "Z <z@z>", MOPT_ERROR_FROM_NOT_ALLOWED,
                 "The account “Help desk” may not send as z@z. Allowed: " OWN ", b@x.");
  check_refused (some, "c@y", MOPT_ERROR_FROM_NOT_ALLOWED,
                 "The account “Help desk” may send as c@y once you add it to the addresses you use. "
                 "Allowed: " OWN ", b@x.");
  check_refused (some, "*@y", MOPT_ERROR_FROM_NOT_ALLOWED,
                 "The account “Help desk” cannot send as *@y, which stands for many addresses. "
                 "Allowed: " OWN ", b@x.");
  check_refused (none, "z@z", MOPT_ERROR_FROM_NOT_ALLOWED,
                 "The account “Help desk” may not send as z@z. "
                 "No address is allowed yet: choose some on the page Options.");
  check_refused (many, "z@z", MOPT_ERROR_FROM_NOT_ALLOWED,
                 "The account “Help desk” may not send as z@z. "
                 "Allowed are 1@x, 2@x, 3@x, 4@x, 5@x, 6@x, 7@x, 8@x, 9@x, 10@x and more.");
  check_refused (some, "z", MOPT_ERROR_INVALID, "There is no @ in “z”. An address looks like alice@example.com.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/from-policy/table", test_table);
  g_test_add_func ("/from-policy/oracle", test_oracle);
  g_test_add_func ("/from-policy/sentences", test_sentences);
  return g_test_run ();
}
