/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a row says of an account: every case that a person can meet. */
#include "app-test.h"

#include "app/account-status.h"
#include "check/fingerprint.h"
#include "check/last-test.h"
#include "check/standing.h"
#include "store/secrets.h"

#define NOW 1700000000

static MoptAccount *
complete_account (void)
{
  MoptAccount *account = mopt_account_new ("a", "imap");

  mopt_account_set_name (account, "Home");
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_HOST, "smtp.example.com");
  return account;
}

static MoptLastTest *
last_test (MoptAccount *account, const char *result, const char *summary)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  MoptLastTest *last = g_new0 (MoptLastTest, 1);

  last->time = last->passwords = NOW - 180;
  last->result = g_strdup (result);
  last->code = g_strdup ("");
  last->summary = g_strdup (summary);
  last->fingerprint = mopt_fingerprint_account (settings);
  return last;
}

static void
assert_status (MoptAccount *account, const MoptLastTest *last, const char *text, const char *css_class,
               gboolean is_problem)
{
  g_autoptr (MoptAccountStatus) status = mopt_account_status_new (account, last, NULL, NOW);

  g_assert_cmpstr (status->text, ==, text);
  g_assert_cmpstr (status->css_class, ==, css_class);
  g_assert_cmpint (status->is_problem, ==, is_problem);
  g_assert_true (!is_problem || *status->detail != '\0');
}

static void
test_tested (void)
{
  g_autoptr (MoptAccount) account = complete_account ();
  g_autoptr (MoptLastTest) passed = last_test (account, "passed", "");
  g_autoptr (MoptLastTest) failed = last_test (account, "failed", "The server refused.");

  assert_status (account, NULL, "Not tested yet", NULL, FALSE);
  assert_status (account, passed, "Tested 3 minutes ago", "passed", FALSE);
  assert_status (account, failed, "Test failed 3 minutes ago", "failed", TRUE);
  g_autoptr (MoptAccountStatus) status = mopt_account_status_new (account, failed, NULL, NOW);
  g_assert_cmpstr (status->detail, ==, "The server refused.");

  /* connections that work are no test, nor are those that do not */
  g_autoptr (MoptLastTest) not_connected = last_test (account, "not-connected", "The server refused.");
  assert_status (account, not_connected, "Could not connect 3 minutes ago", "failed", TRUE);
  g_assert_true (mopt_last_test_counts (not_connected, passed));
  g_autoptr (MoptLastTest) checked = last_test (account, "checked", "");
  assert_status (account, checked, "Connected 3 minutes ago, not tested", NULL, FALSE);
  g_assert_false (mopt_last_test_counts (checked, passed));
  g_assert_true (mopt_last_test_counts (checked, failed));
  g_assert_true (mopt_last_test_counts (failed, passed));
  g_assert_true (mopt_last_test_counts (passed, checked));
  g_assert_true (mopt_last_test_counts (checked, NULL));
  g_free (passed->fingerprint);
  passed->fingerprint = g_strdup ("of other values");
  g_assert_true (mopt_last_test_counts (checked, passed));

  /* an old result says nothing of new values */
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "other.example.com");
  assert_status (account, passed, "Changed since its last test", NULL, FALSE);
  assert_status (account, failed, "Changed since its last test", NULL, FALSE);
  mopt_account_set (account, MOPT_FIELD_FROM_DEFAULT, "alice@example.com");
  g_autoptr (MoptAccountStatus) stale = mopt_account_status_new (account, failed, NULL, NOW);
  g_assert_true (g_str_has_suffix (stale->detail, "Changed since then: Incoming Server, Options."));
}

static void
test_wanting (void)
{
  g_autoptr (MoptAccount) account = complete_account ();
  g_autoptr (MoptLastTest) passed = last_test (account, "passed", "");

  mopt_account_set (account, MOPT_FIELD_OUTGOING_HOST, "");
  assert_status (account, passed, "Not complete", "attention", TRUE);
  mopt_account_set (account, MOPT_FIELD_OUTGOING_HOST, "no host at all");
  assert_status (account, passed, "Needs your attention", "attention", TRUE);
  mopt_account_set_problem (account, "accounts.conf, line 7: …", 7);
  assert_status (account, passed, "Cannot be used", "failed", TRUE);
}

/* Whoever stored another password since: what was tested is not what is there. */
static void
test_other_password (void)
{
  g_autoptr (MoptAccount) account = complete_account ();
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  g_autoptr (MoptLastTest) passed = last_test (account, "passed", "");
  const MoptSection sections[] = { MOPT_SECTION_INCOMING_ACCOUNT, MOPT_SECTION_OUTGOING_ACCOUNT };

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      g_autoptr (GHashTable) stored = g_hash_table_new_full (mopt_secret_key_hash, (GEqualFunc) mopt_secret_key_equal,
                                                             (GDestroyNotify) mopt_secret_key_free, NULL);
      guint64 modified = (guint64) passed->passwords;

      g_hash_table_insert (stored, mopt_secret_key_new (settings, sections[i]), &modified);
      g_assert_cmpint (mopt_standing (account, passed, stored, NULL), ==, MOPT_STANDING_PASSED);
      modified++;
      g_assert_cmpint (mopt_standing (account, passed, stored, NULL), ==, MOPT_STANDING_STALE);
      mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "bob"); /* it is not his */
      g_assert_false (mopt_standing_has_other_password (account, passed, stored));
      mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
    }
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  g_test_add_func ("/account-status/tested", test_tested);
  g_test_add_func ("/account-status/other-password", test_other_password);
  g_test_add_func ("/account-status/wanting", test_wanting);
  return g_test_run ();
}
