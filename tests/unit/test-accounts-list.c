/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of what accounts.conf holds: its objects, what it says of changes, its work in threads. */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "accounts-test.h"

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, AccountsTest *f)
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
test_objects (AccountsTest *f, gconstpointer data)
{
  guint hosts = 0, users = 0, rules = 0;

  accounts_load (f, "[Account a]\nKind=imap\nName=A\nincoming-host=one.example\n[Account b]\nKind=imap\nName=B\n");
  g_signal_connect (f->accounts, "items-changed", G_CALLBACK (on_items_changed), f);
  g_autoptr (MoptAccount) a = g_list_model_get_item (G_LIST_MODEL (f->accounts), 0);
  g_autoptr (MoptAccount) b = g_list_model_get_item (G_LIST_MODEL (f->accounts), 1);
  g_signal_connect (a, "notify::incoming-host", G_CALLBACK (count), &hosts);
  g_signal_connect (a, "notify::incoming-user", G_CALLBACK (count), &users);

  /* a value: the object tells, the list has no news */
  accounts_load (f, "[Account a]\nKind=imap\nName=A\nincoming-host=two.example\n[Account b]\nKind=imap\nName=B\n");
  g_assert_cmpuint (hosts, ==, 1);
  g_assert_cmpuint (users, ==, 0);
  g_assert_cmpuint (f->items_changed, ==, 0);

  /* order: same objects */
  accounts_load (f, "[Account b]\nKind=imap\nName=B\n[Account c]\nKind=imap\nName=C\n[Account a]\nKind=imap\nName=A\n");
  g_assert_cmpuint (f->items_changed, ==, 1);
  g_assert_true (mopt_accounts_get (f->accounts, "a") == a);
  g_assert_true (mopt_accounts_get (f->accounts, "b") == b);
  g_assert_cmpuint (hosts, ==, 2);

  /* a new problem: the account tells, its row stays */
  g_signal_connect (a, "rule-changed", G_CALLBACK (count_rule), &rules);
  accounts_load (
      f, "[Account b]\nKind=imap\nName=B\n[Account c]\nKind=imap\nName=C\n[Account a]\nKind=imap\nName=A\njunk\n");
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
test_watch (AccountsTest *f, gconstpointer data)
{
  accounts_load (f, "[Mail Options]\nName=A\n");
  guint names = 0;

  g_signal_connect (f->accounts, "notify::own-name", G_CALLBACK (count), &names);
  mopt_accounts_watch (f->accounts);
  accounts_put_text (f, "[Mail Options]\nName=B\n"); /* replaced by rename */
  spin_until (&names, 1);
  g_assert_cmpstr (mopt_accounts_get_own_name (f->accounts), ==, "B");

  /* our own changes come back, but are no news */
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "C" });
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
  accounts_put_text (f, "[Mail Options]\nName=D\n");
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
test_async (AccountsTest *f, gconstpointer data)
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
  accounts_assert_file (f, "[Mail Options]\nFormat=1\nName=n3\n");

  accounts_put_text (f, "[Mail Options]\nName=other\n");
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
  ACCOUNTS_TEST ("/accounts/objects", test_objects);
  ACCOUNTS_TEST ("/accounts/watch", test_watch);
  ACCOUNTS_TEST ("/accounts/async", test_async);
  return g_test_run ();
}
