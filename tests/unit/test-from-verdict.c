/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages of other programs: which account, which From, which Sender, which envelope. Tables. */
#include <string.h>

#include "base/error.h"
#include "model/from-policy.h"

#define OWN "alice@example.com"

/* The accounts of the tables, by their letter. A "|" separates entries. */
static const struct
{
  const char *id;
  gboolean user_address, arbitrary;
  const char *legal, *use, *fallback;
} accounts[] = {
  { "own", TRUE, FALSE, "", NULL, "" },
  { "legal", FALSE, FALSE, "Support <support@example.com>|sales@example.com", NULL, "sales@example.com" },
  { "pattern", FALSE, FALSE, "*@lists.example.com", "team@lists.example.com", "" },
  { "any", TRUE, TRUE, "", NULL, "" },
  { "only-any", FALSE, TRUE, "", NULL, "" },
  { "narrow", TRUE, FALSE, "support@example.com", "support@example.com", "" },
  { "nothing", FALSE, FALSE, "", NULL, "" },
  { "any-as", FALSE, TRUE, "", NULL, "ceo@example.com" },
};
#define N_ACCOUNTS G_N_ELEMENTS (accounts)

static char **
entries (const char *text)
{
  return text == NULL ? NULL : *text == '\0' ? g_new0 (char *, 1) : g_strsplit (text, "|", -1);
}

static MoptSettings *
settings_for (const char *id)
{
  MoptSettings *settings = g_new0 (MoptSettings, 1);
  guint i = 0;

  while (!g_str_equal (accounts[i].id, id))
    i++;
  settings->account_id = g_strdup (id);
  settings->account_name = g_strdup (id);
  settings->from_user_address = accounts[i].user_address;
  settings->from_arbitrary = accounts[i].arbitrary;
  settings->from_legal = entries (accounts[i].legal);
  settings->from_use = entries (accounts[i].use);
  settings->from_default = g_strdup (accounts[i].fallback);
  return settings;
}

static void
test_judge (void)
{
  static const struct
  {
    const char *account, *from;
    MoptFromRight right;
  } rows[] = {
    { "own", OWN, MOPT_FROM_ALLOWED },
    { "own", "Alice <ALICE@Example.com>", MOPT_FROM_ALLOWED },
    { "own", "bob@example.com", MOPT_FROM_REFUSED },
    { "own", "no address", MOPT_FROM_REFUSED },
    { "own", "", MOPT_FROM_REFUSED },
    { "own", "root", MOPT_FROM_REFUSED },
    { "own", "*@example.com", MOPT_FROM_REFUSED },
    { "own", OWN "\r\nBcc: x@y.example", MOPT_FROM_REFUSED },
    { "legal", "support@example.com", MOPT_FROM_ALLOWED },
    { "legal", OWN, MOPT_FROM_REFUSED },
    { "pattern", "team@lists.example.com", MOPT_FROM_ALLOWED },
    { "pattern", "other@lists.example.com", MOPT_FROM_PICKABLE },
    { "pattern", "*@lists.example.com", MOPT_FROM_REFUSED },
    { "any", OWN, MOPT_FROM_ALLOWED },
    { "any", "ceo@example.com", MOPT_FROM_ARBITRARY },
    { "only-any", OWN, MOPT_FROM_ARBITRARY },
    { "narrow", "support@example.com", MOPT_FROM_ALLOWED },
    { "narrow", OWN, MOPT_FROM_PICKABLE },
    { "nothing", OWN, MOPT_FROM_REFUSED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MoptSettings) settings = settings_for (rows[i].account);

      g_test_message ("%s: %s", rows[i].account, rows[i].from);
      g_assert_cmpint (mopt_from_policy_judge (settings, OWN, rows[i].from), ==, rows[i].right);
      /* what the check says is the same */
      g_assert_cmpint (mopt_from_policy_check (settings, OWN, rows[i].from, NULL), ==,
                       rows[i].right >= MOPT_FROM_ARBITRARY);
    }
}

static void
test_choose (void)
{
  static const struct
  {
    const char *default_id, *from, *chosen;
  } rows[] = {
    { NULL, OWN, "own" },                     /* the first one */
    { "any", OWN, "any" },                    /* the default, where it may */
    { "legal", OWN, "own" },                  /* but only there */
    { "nothing", "sales@example.com", "legal" },
    { "any", "sales@example.com", "legal" },  /* never by the arbitrary right */
    { "only-any", "sales@example.com", "legal" },
    { "any", "nobody@else.example", NULL },
    { NULL, "team@lists.example.com", "pattern" },
    { "any", "other@lists.example.com", "pattern" }, /* its refusal says what to do */
    { NULL, "support@example.com", "legal" },
    { "narrow", "support@example.com", "narrow" },
    { NULL, "Support <SUPPORT@example.com>", "legal" },
    { NULL, "root", NULL },
    { NULL, "", NULL },
  };
  const MoptSettings *all[N_ACCOUNTS];

  for (guint i = 0; i < N_ACCOUNTS; i++)
    all[i] = settings_for (accounts[i].id);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      int chosen = mopt_from_policy_choose (all, N_ACCOUNTS, rows[i].default_id, OWN, rows[i].from);

      g_test_message ("%s of %s", rows[i].from, rows[i].default_id);
      g_assert_cmpstr (chosen >= 0 ? accounts[chosen].id : NULL, ==, rows[i].chosen);
    }
  g_assert_cmpint (mopt_from_policy_choose (all, 0, NULL, OWN, OWN), ==, -1);
  for (guint i = 0; i < N_ACCOUNTS; i++)
    mopt_settings_free ((MoptSettings *) all[i]);
}

static void
test_apply (void)
{
  static const struct
  {
    const char *account, *from, *sender, *envelope;       /* what the message and the caller say */
    const char *new_from, *new_sender, *new_envelope;     /* new_envelope NULL: refused */
  } rows[] = {
    /* the address that it has */
    { "own", OWN, NULL, NULL, NULL, NULL, OWN },
    { "own", "Alice <" OWN ">", NULL, "", NULL, NULL, OWN },
    { "legal", "support@example.com", NULL, NULL, NULL, NULL, "support@example.com" },
    { "own", "bob@example.com", NULL, NULL, NULL, NULL, NULL },
    { "pattern", "other@lists.example.com", NULL, NULL, NULL, NULL, NULL },
    { "narrow", OWN, NULL, NULL, NULL, NULL, NULL },
    /* none, or one without a domain */
    { "own", "", NULL, NULL, OWN, NULL, OWN },
    { "own", "root", NULL, NULL, OWN, NULL, OWN },
    { "legal", "", NULL, NULL, "sales@example.com", NULL, "sales@example.com" },
    { "pattern", "root", NULL, NULL, "team@lists.example.com", NULL, "team@lists.example.com" },
    { "own", OWN "|root", NULL, NULL, OWN, NULL, OWN },
    { "nothing", "", NULL, NULL, NULL, NULL, NULL },
    { "nothing", "root", NULL, NULL, NULL, NULL, NULL },
    /* several */
    { "legal", "support@example.com|sales@example.com", NULL, NULL, NULL, "support@example.com", "support@example.com" },
    { "legal", "support@example.com|sales@example.com", "sales@example.com", NULL, NULL, NULL, "support@example.com" },
    { "legal", "support@example.com|x@example.com", NULL, NULL, NULL, NULL, NULL },
    /* only by the arbitrary right: Sender says who it is */
    { "any", "ceo@example.com", NULL, NULL, NULL, OWN, "ceo@example.com" },
    { "any", "ceo@example.com", "cfo@example.com", NULL, NULL, OWN, "ceo@example.com" },
    { "any", OWN, NULL, NULL, NULL, NULL, OWN },
    { "any", OWN "|ceo@example.com", NULL, NULL, NULL, OWN, OWN },
    { "any-as", "ceo@example.com", NULL, NULL, NULL, NULL, "ceo@example.com" },
    { "any-as", "cfo@example.com", NULL, NULL, NULL, "ceo@example.com", "cfo@example.com" },
    /* a Sender that is there must be allowed, too */
    { "own", OWN, OWN, NULL, NULL, NULL, OWN },
    { "own", OWN, "ceo@example.com", NULL, NULL, NULL, NULL },
    { "own", OWN, "root", NULL, NULL, OWN, OWN },
    /* -f */
    { "legal", "support@example.com", NULL, "sales@example.com", NULL, NULL, "sales@example.com" },
    { "legal", "support@example.com", NULL, "x@example.com", NULL, NULL, NULL },
    { "own", "", NULL, "root", OWN, NULL, OWN },
    { "own", OWN, NULL, OWN "\r\nRCPT TO:<x@y>", NULL, NULL, NULL },
    { "own", OWN, NULL, "<>", NULL, NULL, "" },
    { "own", "", NULL, "<>", OWN, NULL, "" },
    { "own", "bob@example.com", NULL, "<>", NULL, NULL, NULL },
    { "nothing", "", NULL, "<>", NULL, NULL, NULL },
    /* what is no address */
    { "any", "a b@c d", NULL, NULL, NULL, NULL, NULL },
    { "any", OWN "\n|" OWN, NULL, NULL, NULL, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MoptSettings) settings = settings_for (rows[i].account);
      g_auto (GStrv) from = entries (rows[i].from);
      g_auto (MoptFromVerdict) verdict = { 0 };
      g_autoptr (GError) error = NULL;
      gboolean ok = mopt_from_policy_apply (settings, OWN, (const char *const *) from, rows[i].sender,
                                            rows[i].envelope, &verdict, &error);

      g_test_message ("%s: %s, %s, %s", rows[i].account, rows[i].from, rows[i].sender, rows[i].envelope);
      g_assert_cmpint (ok, ==, rows[i].new_envelope != NULL);
      g_assert_cmpint (ok, ==, error == NULL);
      g_assert_cmpstr (verdict.from, ==, rows[i].new_from);
      g_assert_cmpstr (verdict.sender, ==, rows[i].new_sender);
      g_assert_cmpstr (verdict.envelope, ==, rows[i].new_envelope);
      if (!ok)
        g_assert_true (error->code == MOPT_ERROR_FROM_NOT_ALLOWED || error->code == MOPT_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/from-verdict/judge", test_judge);
  g_test_add_func ("/from-verdict/choose", test_choose);
  g_test_add_func ("/from-verdict/apply", test_apply);
  return g_test_run ();
}
