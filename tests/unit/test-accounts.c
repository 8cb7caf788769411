/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store/accounts.h"

/* As in the description of the format. */
static const char sample[] = "[Mail Options]\n"
                             "Format=1\n"
                             "Name=Alice Example\n"
                             "Address=alice@example.com\n"
                             "Default=helpdesk\n"
                             "\n"
                             "[Account 0b7c2d9e-6f5a-4c1e-9b1d-2f3a4b5c6d7e]\n"
                             "Kind=pop\n"
                             "Name=Home\n"
                             "incoming-host=pop.example.net\n"
                             "\n"
                             "# what the user made of a published account\n"
                             "[Account helpdesk]\n"
                             "Published=true\n"
                             "Kind=imap\n"
                             "Name=My help desk\n"
                             "Customised=incoming-account;\n"
                             "incoming-user=alice\n"
                             "from-default=support@example.com\n";

#define HOME_ID "0b7c2d9e-6f5a-4c1e-9b1d-2f3a4b5c6d7e"

typedef struct
{
  char *folder;
  char *path;
  MoptAccounts *accounts;
  guint items_changed;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "accounts.conf", NULL);
  f->accounts = mopt_accounts_new (f->path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->accounts);
  g_remove (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left there */
  g_free (f->folder);
  g_free (f->path);
}

static void
put_text (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (f->path, text, -1, &error);
  g_assert_no_error (error);
}

static void
load (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;

  put_text (f, text);
  mopt_accounts_load (f->accounts, &error);
  g_assert_no_error (error);
}

static void
assert_file (Fixture *f, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
apply (Fixture *f, MoptChange change)
{
  g_autoptr (GError) error = NULL;

  mopt_accounts_apply (f->accounts, &change, &error);
  g_assert_no_error (error);
}

static void
apply_fails (Fixture *f, MoptChange change, MoptError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mopt_accounts_apply (f->accounts, &change, &error));
  g_assert_error (error, MOPT_ERROR, (int) code);
}

static guint
n_items (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->accounts));
}

/* An edit of one field of @id, as a dialog does it. */
static void
edit (Fixture *f, const char *id, MoptField field, const char *text)
{
  MoptAccount *account = mopt_accounts_get (f->accounts, id);
  g_autoptr (MoptAccount) base = mopt_account_dup (account);
  g_autoptr (MoptAccount) copy = mopt_account_dup (account);

  mopt_account_set (copy, field, text);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
}

/* --- Reading ------------------------------------------------------------------------------------------------- */

static void
test_load (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mopt_accounts_is_loaded (f->accounts));
  g_assert_true (mopt_accounts_load (f->accounts, &error)); /* no file: no accounts */
  g_assert_no_error (error);
  g_assert_true (mopt_accounts_is_loaded (f->accounts));
  g_assert_cmpuint (n_items (f), ==, 0);
  g_assert_null (mopt_accounts_get_default (f->accounts));
  g_assert_null (mopt_accounts_find (f->accounts, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND);

  load (f, sample);
  g_assert_cmpuint (n_items (f), ==, 1);
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
  assert_file (f, sample);
}

static void
test_find (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  load (f, "[Mail Options]\nDefault=b\n[Account a]\nKind=pop\nName=Büro\n[Account b]\nKind=imap\nName=BÜRO\n"
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
test_broken (Fixture *f, gconstpointer data)
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

      load (f, text);
      g_assert_cmpuint (n_items (f), ==, 2);
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

      edit (f, "good", MOPT_FIELD_INCOMING_HOST, "imap.example.com");
      g_autofree char *expected = g_strconcat ("[Account good]\nKind=imap\nName=Good\n# stays\nnew-thing=1\n"
                                               "incoming-host=imap.example.com\n\n",
                                               cases[i].text, NULL);
      assert_file (f, expected);

      /* the broken one can go, and come back as it was */
      apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = account });
      g_assert_cmpuint (n_items (f), ==, 1);
      apply (f, (MoptChange){ .what = MOPT_CHANGE_RESTORE, .account = account });
      assert_file (f, expected);
    }
}

static void
test_bad_ids (Fixture *f, gconstpointer data)
{
  load (f, "[Account ]\nKind=imap\n\n[Account a b]\nKind=imap\nName=Two words\n");
  g_assert_cmpuint (n_items (f), ==, 2);
  g_assert_nonnull (mopt_account_get_problem (mopt_accounts_get (f->accounts, ""), NULL));
  MoptAccount *account = mopt_accounts_get (f->accounts, "a b");
  g_assert_nonnull (strstr (mopt_account_get_problem (account, NULL), "line 4"));
  apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = account });
  assert_file (f, "[Account ]\nKind=imap\n\n");
}

/* A broken line keeps others from being edited blindly; a bad value can be mended by an edit. */
static void
test_mend (Fixture *f, gconstpointer data)
{
  load (f, "[Account x]\nKind=imap\nName=X\nincoming-security=sll\nincoming-host=a\n");
  edit (f, "x", MOPT_FIELD_INCOMING_SECURITY, "ssl");
  assert_file (f, "[Account x]\nKind=imap\nName=X\nincoming-security=ssl\nincoming-host=a\n");
  g_assert_null (mopt_account_get_problem (mopt_accounts_get (f->accounts, "x"), NULL));

  static const char duplicate[] = "[Account x]\nKind=imap\nName=X\nincoming-host=a\nincoming-host=b\n";
  load (f, duplicate);
  g_autoptr (MoptAccount) copy = mopt_account_dup (mopt_accounts_get (f->accounts, "x"));
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "c");
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy }, MOPT_ERROR_BROKEN);
  assert_file (f, duplicate);
}

static void
test_formats (Fixture *f, gconstpointer data)
{
  static const char *const newer[] = { "[Mail Options]\nFormat=2\n[Account a]\nKind=imap\nName=A\n",
                                       "[Mail Options]\nFormat=one\n[Account a]\nKind=imap\nName=A\n" };
  gboolean read_only;

  for (guint i = 0; i < G_N_ELEMENTS (newer); i++)
    {
      load (f, newer[i]);
      g_object_get (f->accounts, "read-only", &read_only, NULL);
      g_assert_true (read_only);
      g_assert_nonnull (strstr (mopt_accounts_get_warnings (f->accounts)[0], "line 2"));
      g_assert_cmpuint (n_items (f), ==, 1);
      apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "A" }, MOPT_ERROR_NEWER_FORMAT);
      apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = mopt_accounts_get (f->accounts, "a") },
                   MOPT_ERROR_NEWER_FORMAT);
      assert_file (f, newer[i]);
    }
  load (f, "[Account a]\nKind=imap\nName=A\n"); /* none is 1 */
  g_object_get (f->accounts, "read-only", &read_only, NULL);
  g_assert_false (read_only);
}

static void
test_warnings (Fixture *f, gconstpointer data)
{
  load (f, "stray=1\n[Mail Options]\nName=A\nName=B\n[Something else]\nk=1\n[Account o]\nPublished=true\njunk\n");
  const char *const *warnings = mopt_accounts_get_warnings (f->accounts);

  g_assert_cmpuint (g_strv_length ((char **) warnings), ==, 3);
  g_assert_nonnull (strstr (warnings[0], "line 1"));
  g_assert_nonnull (strstr (warnings[1], "line 4"));
  g_assert_nonnull (strstr (warnings[2], "line 9"));
  g_assert_cmpuint (n_items (f), ==, 0);
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "C" }, MOPT_ERROR_BROKEN);
}

/* --- Writing ------------------------------------------------------------------------------------------------- */

static void
test_new_file (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  mopt_account_set_name (account, "A");
  mopt_account_set (account, MOPT_FIELD_FROM_LEGAL, "a@example.com\n*@example.org");
  mopt_account_set (account, MOPT_FIELD_FROM_USE, "");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = account, .default_id = "a" });
  assert_file (f, "[Mail Options]\nFormat=1\nDefault=a\n\n[Account a]\nKind=imap\nName=A\n"
                  "from-legal=a@example.com;*@example.org;\nfrom-use=\n");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Al\\ice", .own_address = "a@example.com" });
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .default_id = "" });
  assert_file (f, "[Mail Options]\nFormat=1\nName=Al\\\\ice\nAddress=a@example.com\n\n[Account a]\nKind=imap\n"
                  "Name=A\nfrom-legal=a@example.com;*@example.org;\nfrom-use=\n");
  MoptAccount *listed = mopt_accounts_get (f->accounts, "a");
  g_assert_true (mopt_account_equal (listed, account));
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "Al\\ice");
}

/* Every field, every value that it can have, there and back. */
static void
test_round_trip (Fixture *f, gconstpointer data)
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
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = account });

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
test_delete (Fixture *f, gconstpointer data)
{
  static const char without[] = "[Mail Options]\nFormat=1\nName=Alice Example\nAddress=alice@example.com\n"
                                "Default=helpdesk\n\n# what the user made of a published account\n"
                                "[Account helpdesk]\nPublished=true\nKind=imap\nName=My help desk\n"
                                "Customised=incoming-account;\nincoming-user=alice\n"
                                "from-default=support@example.com\n";

  load (f, sample);
  g_autoptr (MoptAccount) home = g_object_ref (mopt_accounts_get (f->accounts, HOME_ID));
  MoptChange restore = { .what = MOPT_CHANGE_RESTORE, .account = home };

  apply_fails (f, restore, MOPT_ERROR_NOT_FOUND);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = home });
  g_assert_cmpuint (n_items (f), ==, 0);
  assert_file (f, without);
  apply (f, restore);
  assert_file (f, sample);
  g_assert_cmpuint (n_items (f), ==, 1);
  apply_fails (f, restore, MOPT_ERROR_NOT_FOUND); /* once */

  /* others' changes in between stay; the group still comes back to its place */
  apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = mopt_accounts_get (f->accounts, HOME_ID) });
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Bob" });
  apply (f, restore);
  g_autoptr (GString) expected = g_string_new (sample);
  g_string_replace (expected, "Alice Example", "Bob", 0);
  assert_file (f, expected->str);
}

/* Two programs at the same file: what each has changed stays, unless it is the same part. */
static void
test_meanwhile (Fixture *f, gconstpointer data)
{
  load (f, "[Mail Options]\nName=A\n[Account a]\nKind=imap\nName=A\n[Account b]\nKind=imap\nName=B\n");
  g_autoptr (MoptAccount) base = mopt_account_dup (mopt_accounts_get (f->accounts, "a"));
  g_autoptr (MoptAccount) copy = mopt_account_dup (base);
  MoptChange put = { .what = MOPT_CHANGE_PUT, .account = copy, .base = base };
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "mine");

  /* another part */
  put_text (f, "# hello\n[Mail Options]\nName=Other\n[Account a]\nunknown=1\nKind=imap\nName=A\n");
  apply (f, put);
  assert_file (f, "# hello\n[Mail Options]\nName=Other\n[Account a]\nunknown=1\nKind=imap\nName=A\n"
                  "incoming-host=mine\n");
  g_assert_cmpuint (n_items (f), ==, 1);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "Other");

  /* the same part: asked about, and the list shows what is there */
  static const char theirs[] = "[Mail Options]\nName=C\n[Account a]\nKind=imap\nName=A\nincoming-host=theirs\n";
  put_text (f, theirs);
  apply_fails (f, put, MOPT_ERROR_CHANGED);
  assert_file (f, theirs);
  g_assert_cmpstr (mopt_account_get (mopt_accounts_get (f->accounts, "a"), MOPT_FIELD_INCOMING_HOST), ==, "theirs");

  put_text (f, "[Mail Options]\nName=D\n");
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "E" }, MOPT_ERROR_CHANGED);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "D");
  apply_fails (f, put, MOPT_ERROR_CHANGED); /* gone */
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = copy }, MOPT_ERROR_CHANGED);

  put.base = NULL; /* "replace whatever is there" */
  apply (f, put);
  assert_file (f, "[Mail Options]\nName=D\n\n[Account a]\nKind=imap\nName=A\nincoming-host=mine\n");

  /* what the user made of a published account is not written over */
  load (f, sample);
  g_autoptr (MoptAccount) overlay = mopt_account_new ("helpdesk", "imap");
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = overlay }, MOPT_ERROR_EXISTS);
  assert_file (f, sample);
}

static void
test_unwritable (Fixture *f, gconstpointer data)
{
  g_autofree char *blocker = g_strconcat (f->path, ".new", NULL);

  load (f, sample);
  g_assert_cmpint (g_mkdir (blocker, 0700), ==, 0); /* in the place of the temporary file */
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "B" }, MOPT_ERROR_NOT_WRITTEN);
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = mopt_accounts_get (f->accounts, HOME_ID) },
               MOPT_ERROR_NOT_WRITTEN);
  g_assert_cmpuint (n_items (f), ==, 1);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "Alice Example");
  assert_file (f, sample);
  g_rmdir (blocker);
}

/* --- The list ------------------------------------------------------------------------------------------------ */

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, Fixture *f)
{
  f->items_changed++;
}

static void
count (gpointer object, GParamSpec *pspec, guint *counter)
{
  (*counter)++;
}

static void
count_rule (gpointer object, guint *counter)
{
  (*counter)++;
}

static void
test_objects (Fixture *f, gconstpointer data)
{
  guint hosts = 0, users = 0, rules = 0;

  load (f, "[Account a]\nKind=imap\nName=A\nincoming-host=one.example\n[Account b]\nKind=imap\nName=B\n");
  g_signal_connect (f->accounts, "items-changed", G_CALLBACK (on_items_changed), f);
  g_autoptr (MoptAccount) a = g_list_model_get_item (G_LIST_MODEL (f->accounts), 0);
  g_autoptr (MoptAccount) b = g_list_model_get_item (G_LIST_MODEL (f->accounts), 1);
  g_signal_connect (a, "notify::incoming-host", G_CALLBACK (count), &hosts);
  g_signal_connect (a, "notify::incoming-user", G_CALLBACK (count), &users);

  /* a value: the object tells, the list has no news */
  load (f, "[Account a]\nKind=imap\nName=A\nincoming-host=two.example\n[Account b]\nKind=imap\nName=B\n");
  g_assert_cmpuint (hosts, ==, 1);
  g_assert_cmpuint (users, ==, 0);
  g_assert_cmpuint (f->items_changed, ==, 0);

  /* order: same objects */
  load (f, "[Account b]\nKind=imap\nName=B\n[Account c]\nKind=imap\nName=C\n[Account a]\nKind=imap\nName=A\n");
  g_assert_cmpuint (f->items_changed, ==, 1);
  g_assert_true (mopt_accounts_get (f->accounts, "a") == a);
  g_assert_true (mopt_accounts_get (f->accounts, "b") == b);
  g_assert_cmpuint (hosts, ==, 2);

  /* a new problem: the account tells, its row stays */
  g_signal_connect (a, "rule-changed", G_CALLBACK (count_rule), &rules);
  load (f, "[Account b]\nKind=imap\nName=B\n[Account c]\nKind=imap\nName=C\n[Account a]\nKind=imap\nName=A\njunk\n");
  g_assert_cmpuint (f->items_changed, ==, 1);
  g_assert_cmpuint (rules, ==, 1);
  g_assert_true (mopt_accounts_get (f->accounts, "a") == a);
  g_assert_nonnull (mopt_account_get_problem (a, NULL));
}

static void
spin_until (guint *value, guint wanted)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (*value < wanted && g_get_monotonic_time () < deadline)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_cmpuint (*value, >=, wanted);
}

static void
test_watch (Fixture *f, gconstpointer data)
{
  load (f, "[Mail Options]\nName=A\n");
  guint names = 0;

  g_signal_connect (f->accounts, "notify::own-name", G_CALLBACK (count), &names);
  mopt_accounts_watch (f->accounts);
  put_text (f, "[Mail Options]\nName=B\n"); /* replaced by rename */
  spin_until (&names, 1);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "B");

  /* our own changes come back, but are no news */
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "C" });
  g_assert_cmpuint (names, ==, 2);
  g_assert_cmpint (g_remove (f->path), ==, 0);
  spin_until (&names, 3);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "");

  /* it cannot be read: said, and the list stays */
  guint warnings = 0;
  g_signal_connect (f->accounts, "notify::warnings", G_CALLBACK (count), &warnings);
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  spin_until (&warnings, 1);
  g_assert_nonnull (strstr (mopt_accounts_get_warnings (f->accounts)[0], "regular file"));
  g_rmdir (f->path);
  spin_until (&warnings, 2);
  g_assert_null (mopt_accounts_get_warnings (f->accounts)[0]);

  /* the whole folder goes, and comes back with a file: GIO looks for it every four seconds */
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_assert_cmpint (g_mkdir (f->folder, 0700), ==, 0);
  put_text (f, "[Mail Options]\nName=D\n");
  spin_until (&names, 4);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "D");
  while (G_OBJECT (f->accounts)->ref_count > 1) /* a load that is under way */
    g_main_context_iteration (NULL, TRUE);
}

/* --- Asynchronous -------------------------------------------------------------------------------------------- */

typedef struct
{
  GString *log;
  guint done;
} Log;

static void
on_applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  Log *log = user_data;

  if (mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error))
    g_string_append_printf (log->log, "%s ", mopt_accounts_get_own_name (MOPT_ACCOUNTS (source)));
  else
    g_string_append_printf (log->log, "%s ", error->domain == MOPT_ERROR ? mopt_error_word (error->code) : "cancelled");
  log->done++;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  Log *log = user_data;

  mopt_accounts_load_finish (MOPT_ACCOUNTS (source), result, &error);
  g_assert_no_error (error);
  g_string_append (log->log, "loaded ");
  log->done++;
}

static void
test_async (Fixture *f, gconstpointer data)
{
  Log log = { g_string_new (NULL), 0 };
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  mopt_accounts_load_async (f->accounts, NULL, on_loaded, &log);
  for (guint i = 1; i <= 3; i++)
    {
      /* the caller's text need not live longer than the call */
      g_autofree char *name = g_strdup_printf ("n%u", i);

      mopt_accounts_apply_async (f->accounts, &(MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = name },
                                 i == 2 ? cancelled : NULL, on_applied, &log);
    }
  mopt_accounts_load_async (f->accounts, NULL, on_loaded, &log);
  g_assert_cmpuint (log.done, ==, 0); /* nothing was done in this thread */
  spin_until (&log.done, 5);
  g_assert_cmpstr (log.log->str, ==, "loaded n1 cancelled n3 loaded ");
  assert_file (f, "[Mail Options]\nFormat=1\nName=n3\n");

  put_text (f, "[Mail Options]\nName=other\n");
  mopt_accounts_apply_async (f->accounts, &(MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "n4" }, NULL,
                             on_applied, &log);
  spin_until (&log.done, 6);
  g_assert_true (g_str_has_suffix (log.log->str, "changed-meanwhile "));
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "other");
  g_string_free (log.log, TRUE);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/accounts/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("load", test_load);
  ADD ("find", test_find);
  ADD ("broken", test_broken);
  ADD ("bad-ids", test_bad_ids);
  ADD ("mend", test_mend);
  ADD ("formats", test_formats);
  ADD ("warnings", test_warnings);
  ADD ("new-file", test_new_file);
  ADD ("round-trip", test_round_trip);
  ADD ("delete", test_delete);
  ADD ("meanwhile", test_meanwhile);
  ADD ("unwritable", test_unwritable);
  ADD ("objects", test_objects);
  ADD ("watch", test_watch);
  ADD ("async", test_async);
#undef ADD
  return g_test_run ();
}
