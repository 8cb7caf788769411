/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accounts.conf read and written. */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "accounts-test.h"

/* --- Reading ------------------------------------------------------------------------------------------------- */

static void
test_load (AccountsTest *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mopt_accounts_is_loaded (f->accounts));
  g_assert_true (mopt_accounts_load (f->accounts, &error)); /* no file: no accounts */
  g_assert_no_error (error);
  g_assert_true (mopt_accounts_is_loaded (f->accounts));
  g_assert_cmpuint (accounts_n_items (f), ==, 0);
  g_assert_null (mopt_accounts_get_default (f->accounts));
  g_assert_null (mopt_accounts_find (f->accounts, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND);

  accounts_load (f, accounts_sample);
  g_assert_cmpuint (accounts_n_items (f), ==, 1);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "Alice Example");
  g_assert_cmpstr (mopt_accounts_get_own_address (f->accounts), ==, "alice@example.com");
  g_assert_cmpstr (mopt_accounts_get_default_id (f->accounts), ==, "helpdesk");
  g_assert_null (mopt_accounts_get_warnings (f->accounts)[0]);

  MoptAccount *home = mopt_accounts_get (f->accounts, HOME_ID);
  g_assert_cmpstr (mopt_account_get_name (home), ==, "Home");
  g_assert_cmpint (mopt_account_get_kind (home), ==, MOPT_KIND_POP);
  g_assert_cmpstr (mopt_account_get (home, MOPT_FIELD_INCOMING_HOST), ==, "pop.example.net");
  g_assert_null (mopt_account_get_problem (home, NULL));
  g_assert_true (mopt_accounts_get_default (f->accounts) == home);
  accounts_assert_file (f, accounts_sample);
}

static void
test_find (AccountsTest *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  accounts_load (f, "[Mail Options]\nDefault=b\n[Account a]\nKind=pop\nName=Büro\n[Account b]\nKind=imap\nName=BÜRO\n"
                    "[Account c]\nKind=imap\nName=b\n");
  g_assert_cmpstr (mopt_account_get_id (mopt_accounts_find (f->accounts, NULL, NULL)), ==, "b");
  g_assert_null (mopt_accounts_find (f->accounts, "", NULL));
  g_assert_cmpstr (mopt_account_get_id (mopt_accounts_find (f->accounts, "b", NULL)), ==, "b");
  g_assert_cmpstr (mopt_account_get_id (mopt_accounts_find (f->accounts, "B", NULL)), ==, "c");
  g_assert_null (mopt_accounts_find (f->accounts, "büro", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AMBIGUOUS);
  g_assert_nonnull (strstr (error->message, "a, b"));
  g_clear_error (&error);
  g_assert_null (mopt_accounts_find (f->accounts, "x", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND);
}

/* Each damage breaks one account, with its line; the good one beside it does not feel it, and a save of that one
 * leaves every other byte. */
static void
test_broken (AccountsTest *f, gconstpointer data)
{
  static const struct
  {
    const char *text;
    guint line;
    const char *word; /* in the problem */
  } cases[] = {
    { "[Account x]\nKind=imap\nName=X\nincoming-security=sll\n", 4, "sll" },
    { "[Account x]\nKind=pop\nName=X\nincoming-security=tls\n", 4, "tls" },
    { "[Account x]\nKind=imap\nName=X\njunk\n", 4, "key=value" },
    { "[Account x]\nKind=imap\nName=X\nincoming-host=a\nincoming-host=b\n", 5, "before" },
    { "[Account x]\nKind=imap\nName=X\nincoming-user=a\\qb\n", 4, "escape" },
    { "[Account x]\nKind=imap\nName=X\nconversation-id-add=maybe\n", 4, "true" },
    { "[Account x]\nKind=imap\nName=X\nincoming-port=0\n", 4, "0" },
    { "[Account x]\nKind=imap\nName=X\nfrom-legal=a@example.com;nonsense;\n", 4, "nonsense" },
    { "[Account x]\nKind=pop\nName=X\nincoming-mailbox=INBOX\n", 4, "incoming-mailbox" },
    { "[Account x]\nKind=carrier-pigeon\nName=X\n", 2, "newer version" },
    { "[Account x]\nName=X\n", 1, "Kind" },
    { "[Account x]\nKind=imap\nName=\n", 3, "" },
    { "[Account x\nKind=imap\nName=X\n", 1, "]" },
    { "[Account x]\nKind=imap\nPublished=perhaps\nName=X\n", 3, "Published" },
    { "[Account x]\nKind=imap\nName=X\n[Account x]\nKind=imap\nName=X\n", 4, "same name" },
  };
  static const char good[] = "[Account good]\nKind=imap\nName=Good\n# stays\nnew-thing=1\n\n";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (good, cases[i].text, NULL);
      g_autofree char *place = NULL;
      guint line;

      accounts_load (f, text);
      g_assert_cmpuint (accounts_n_items (f), ==, 2);
      g_autoptr (MoptAccount) account = g_object_ref (mopt_accounts_get (f->accounts, "x"));
      const char *problem = mopt_account_get_problem (account, &line);
      g_assert_nonnull (problem);
      g_test_message ("%s", problem);
      g_assert_cmpuint (line, ==, cases[i].line + 6);
      place = g_strdup_printf ("accounts.conf, line %u: ", line);
      g_assert_nonnull (strstr (problem, place));
      g_assert_nonnull (strstr (problem, cases[i].word));
      g_assert_null (mopt_account_get_problem (mopt_accounts_get (f->accounts, "good"), NULL));
      g_assert_cmpstr (mopt_account_get_id (mopt_accounts_get_default (f->accounts)), ==, "good");

      accounts_edit (f, "good", MOPT_FIELD_INCOMING_HOST, "imap.example.com");
      g_autofree char *expected = g_strconcat ("[Account good]\nKind=imap\nName=Good\n# stays\nnew-thing=1\n"
                                               "incoming-host=imap.example.com\n\n",
                                               cases[i].text, NULL);
      accounts_assert_file (f, expected);

      /* the broken one can go, and come back as it was */
      accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = account });
      g_assert_cmpuint (accounts_n_items (f), ==, 1);
      accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_RESTORE, .account = account });
      accounts_assert_file (f, expected);
    }
}

static void
test_bad_ids (AccountsTest *f, gconstpointer data)
{
  accounts_load (f, "[Account ]\nKind=imap\n\n[Account a b]\nKind=imap\nName=Two words\n");
  g_assert_cmpuint (accounts_n_items (f), ==, 2);
  g_assert_nonnull (mopt_account_get_problem (mopt_accounts_get (f->accounts, ""), NULL));
  MoptAccount *account = mopt_accounts_get (f->accounts, "a b");
  g_assert_nonnull (strstr (mopt_account_get_problem (account, NULL), "line 4"));
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = account });
  accounts_assert_file (f, "[Account ]\nKind=imap\n\n");
}

/* A broken line keeps others from being edited blindly; a bad value can be mended by an edit. */
static void
test_mend (AccountsTest *f, gconstpointer data)
{
  accounts_load (f, "[Account x]\nKind=imap\nName=X\nincoming-security=sll\nincoming-host=a\n");
  accounts_edit (f, "x", MOPT_FIELD_INCOMING_SECURITY, "ssl");
  accounts_assert_file (f, "[Account x]\nKind=imap\nName=X\nincoming-security=ssl\nincoming-host=a\n");
  g_assert_null (mopt_account_get_problem (mopt_accounts_get (f->accounts, "x"), NULL));

  static const char duplicate[] = "[Account x]\nKind=imap\nName=X\nincoming-host=a\nincoming-host=b\n";
  accounts_load (f, duplicate);
  g_autoptr (MoptAccount) copy = mopt_account_dup (mopt_accounts_get (f->accounts, "x"));
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "c");
  accounts_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy }, MOPT_ERROR_BROKEN);
  accounts_assert_file (f, duplicate);
}

static void
test_formats (AccountsTest *f, gconstpointer data)
{
  static const char *const newer[] = { "[Mail Options]\nFormat=2\n[Account a]\nKind=imap\nName=A\n",
                                       "[Mail Options]\nFormat=one\n[Account a]\nKind=imap\nName=A\n" };
  gboolean read_only;

  for (guint i = 0; i < G_N_ELEMENTS (newer); i++)
    {
      accounts_load (f, newer[i]);
      g_object_get (f->accounts, "read-only", &read_only, NULL);
      g_assert_true (read_only);
      g_assert_nonnull (strstr (mopt_accounts_get_warnings (f->accounts)[0], "line 2"));
      g_assert_cmpuint (accounts_n_items (f), ==, 1);
      accounts_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "A" }, MOPT_ERROR_NEWER_FORMAT);
      accounts_apply_fails (f,
                            (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = mopt_accounts_get (f->accounts, "a") },
                            MOPT_ERROR_NEWER_FORMAT);
      accounts_assert_file (f, newer[i]);
    }
  accounts_load (f, "[Account a]\nKind=imap\nName=A\n"); /* none is 1 */
  g_object_get (f->accounts, "read-only", &read_only, NULL);
  g_assert_false (read_only);
}

static void
test_warnings (AccountsTest *f, gconstpointer data)
{
  accounts_load (f,
                 "stray=1\n[Mail Options]\nName=A\nName=B\n[Something else]\nk=1\n[Account o]\nPublished=true\njunk\n");
  const char *const *warnings = mopt_accounts_get_warnings (f->accounts);

  g_assert_cmpuint (g_strv_length ((char **) warnings), ==, 3);
  g_assert_nonnull (strstr (warnings[0], "line 1"));
  g_assert_nonnull (strstr (warnings[1], "line 4"));
  g_assert_nonnull (strstr (warnings[2], "line 9"));
  g_assert_cmpuint (accounts_n_items (f), ==, 0);
  accounts_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "C" }, MOPT_ERROR_BROKEN);
}

/* --- Writing ------------------------------------------------------------------------------------------------- */

static void
test_new_file (AccountsTest *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  mopt_account_set_name (account, "A");
  mopt_account_set (account, MOPT_FIELD_FROM_LEGAL, "a@example.com\n*@example.org");
  mopt_account_set (account, MOPT_FIELD_FROM_USE, "");
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = account, .default_id = "a" });
  accounts_assert_file (f, "[Mail Options]\nFormat=1\nDefault=a\n\n[Account a]\nKind=imap\nName=A\n"
                           "from-legal=a@example.com;*@example.org;\nfrom-use=\n");
  accounts_apply (f,
                  (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Al\\ice", .own_address = "a@example.com" });
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .default_id = "" });
  accounts_assert_file (f, "[Mail Options]\nFormat=1\nName=Al\\\\ice\nAddress=a@example.com\n\n[Account a]\nKind=imap\n"
                           "Name=A\nfrom-legal=a@example.com;*@example.org;\nfrom-use=\n");
  MoptAccount *listed = mopt_accounts_get (f->accounts, "a");
  g_assert_true (mopt_account_equal (listed, account));
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "Al\\ice");
}

/* Every field, every value that it can have, there and back. */
static void
test_round_trip (AccountsTest *f, gconstpointer data)
{
  static const char *const texts[MOPT_N_FIELDS] = {
    [MOPT_FIELD_INCOMING_HOST] = "bücher.example",
    [MOPT_FIELD_INCOMING_SECURITY] = "tls",
    [MOPT_FIELD_INCOMING_CUSTOM_PORT] = "true",
    [MOPT_FIELD_INCOMING_PORT] = "65535",
    [MOPT_FIELD_INCOMING_USER] = " edge \\ and ; and \"q\" = ",
    [MOPT_FIELD_INCOMING_MAILBOX] = "Ablage/Müll #1;x",
    [MOPT_FIELD_FROM_LEGAL] = "\"a;b\" <a@example.com>\n*@example.org",
    [MOPT_FIELD_FROM_USE] = "",
    [MOPT_FIELD_FROM_DEFAULT] = "A B <a@example.com>",
    [MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION] = "false",
  };
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  mopt_account_set_name (account, "Ä [1] = # ;");
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    mopt_account_set (account, i, texts[i]);
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = account });

  g_autoptr (MoptAccounts) other = mopt_accounts_new (f->path);
  g_assert_true (mopt_accounts_load (other, NULL));
  MoptAccount *read = mopt_accounts_get (other, "a");
  g_assert_cmpstr (mopt_account_get_problem (read, NULL), ==, NULL);
  g_assert_true (mopt_account_equal (read, account));

  /* and GKeyFile, the format's owner, agrees */
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (g_key_file_load_from_file (file, f->path, G_KEY_FILE_NONE, &error));
  g_autofree char *user = g_key_file_get_string (file, "Account a", "incoming-user", &error);
  g_assert_cmpstr (user, ==, texts[MOPT_FIELD_INCOMING_USER]);
  g_auto (GStrv) legal = g_key_file_get_string_list (file, "Account a", "from-legal", NULL, &error);
  g_assert_cmpstr (legal[0], ==, "\"a;b\" <a@example.com>");
}

static void
test_delete (AccountsTest *f, gconstpointer data)
{
  static const char without[] = "[Mail Options]\nFormat=1\nName=Alice Example\nAddress=alice@example.com\n"
                                "Default=helpdesk\n\n# what the user made of a published account\n"
                                "[Account helpdesk]\nPublished=true\nKind=imap\nName=My help desk\n"
                                "Customised=incoming-account;\nincoming-user=alice\n"
                                "from-default=support@example.com\n";

  accounts_load (f, accounts_sample);
  g_autoptr (MoptAccount) home = g_object_ref (mopt_accounts_get (f->accounts, HOME_ID));
  MoptChange restore = { .what = MOPT_CHANGE_RESTORE, .account = home };

  accounts_apply_fails (f, restore, MOPT_ERROR_NOT_FOUND);
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = home });
  g_assert_cmpuint (accounts_n_items (f), ==, 0);
  accounts_assert_file (f, without);
  accounts_apply (f, restore);
  accounts_assert_file (f, accounts_sample);
  g_assert_cmpuint (accounts_n_items (f), ==, 1);
  accounts_apply_fails (f, restore, MOPT_ERROR_NOT_FOUND); /* once */

  /* others' changes in between stay; the group still comes back to its place */
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = mopt_accounts_get (f->accounts, HOME_ID) });
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Bob" });
  accounts_apply (f, restore);
  g_autoptr (GString) expected = g_string_new (accounts_sample);
  g_string_replace (expected, "Alice Example", "Bob", 0);
  accounts_assert_file (f, expected->str);
}

/* Two programs at the same file: what each has changed stays, unless it is the same part. */
static void
test_meanwhile (AccountsTest *f, gconstpointer data)
{
  accounts_load (f, "[Mail Options]\nName=A\n[Account a]\nKind=imap\nName=A\n[Account b]\nKind=imap\nName=B\n");
  g_autoptr (MoptAccount) base = mopt_account_dup (mopt_accounts_get (f->accounts, "a"));
  g_autoptr (MoptAccount) copy = mopt_account_dup (base);
  MoptChange put = { .what = MOPT_CHANGE_PUT, .account = copy, .base = base };
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "mine");

  /* another part */
  accounts_put_text (f, "# hello\n[Mail Options]\nName=Other\n[Account a]\nunknown=1\nKind=imap\nName=A\n");
  accounts_apply (f, put);
  accounts_assert_file (f, "# hello\n[Mail Options]\nName=Other\n[Account a]\nunknown=1\nKind=imap\nName=A\n"
                           "incoming-host=mine\n");
  g_assert_cmpuint (accounts_n_items (f), ==, 1);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "Other");

  /* the same part: asked about, and the list shows what is there */
  static const char theirs[] = "[Mail Options]\nName=C\n[Account a]\nKind=imap\nName=A\nincoming-host=theirs\n";
  accounts_put_text (f, theirs);
  accounts_apply_fails (f, put, MOPT_ERROR_CHANGED);
  accounts_assert_file (f, theirs);
  g_assert_cmpstr (mopt_account_get (mopt_accounts_get (f->accounts, "a"), MOPT_FIELD_INCOMING_HOST), ==, "theirs");

  accounts_put_text (f, "[Mail Options]\nName=D\n");
  accounts_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "E" }, MOPT_ERROR_CHANGED);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "D");
  accounts_apply_fails (f, put, MOPT_ERROR_CHANGED); /* gone */
  accounts_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = copy }, MOPT_ERROR_CHANGED);

  put.base = NULL; /* "replace whatever is there" */
  accounts_apply (f, put);
  accounts_assert_file (f, "[Mail Options]\nName=D\n\n[Account a]\nKind=imap\nName=A\nincoming-host=mine\n");

  /* what the user made of a published account is not written over */
  accounts_load (f, accounts_sample);
  g_autoptr (MoptAccount) overlay = mopt_account_new ("helpdesk", "imap");
  accounts_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = overlay }, MOPT_ERROR_EXISTS);
  accounts_assert_file (f, accounts_sample);
}

static void
test_unwritable (AccountsTest *f, gconstpointer data)
{
  g_autofree char *blocker = g_strconcat (f->path, ".new", NULL);

  accounts_load (f, accounts_sample);
  g_assert_cmpint (g_mkdir (blocker, 0700), ==, 0); /* in the place of the temporary file */
  accounts_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "B" }, MOPT_ERROR_NOT_WRITTEN);
  accounts_apply_fails (f,
                        (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = mopt_accounts_get (f->accounts, HOME_ID) },
                        MOPT_ERROR_NOT_WRITTEN);
  g_assert_cmpuint (accounts_n_items (f), ==, 1);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "Alice Example");
  accounts_assert_file (f, accounts_sample);
  g_rmdir (blocker);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  ACCOUNTS_TEST ("/accounts/load", test_load);
  ACCOUNTS_TEST ("/accounts/find", test_find);
  ACCOUNTS_TEST ("/accounts/broken", test_broken);
  ACCOUNTS_TEST ("/accounts/bad-ids", test_bad_ids);
  ACCOUNTS_TEST ("/accounts/mend", test_mend);
  ACCOUNTS_TEST ("/accounts/formats", test_formats);
  ACCOUNTS_TEST ("/accounts/warnings", test_warnings);
  ACCOUNTS_TEST ("/accounts/new-file", test_new_file);
  ACCOUNTS_TEST ("/accounts/round-trip", test_round_trip);
  ACCOUNTS_TEST ("/accounts/delete", test_delete);
  ACCOUNTS_TEST ("/accounts/meanwhile", test_meanwhile);
  ACCOUNTS_TEST ("/accounts/unwritable", test_unwritable);
  return g_test_run ();
}
