/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "accounts-test.h"

#include <glib/gstdio.h>

const char accounts_sample[] = "[Mail Options]\n"
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

void
accounts_set_up (AccountsTest *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "accounts.conf", NULL);
  f->accounts = mopt_accounts_new (f->path);
}

void
accounts_tear_down (AccountsTest *f, gconstpointer data)
{
  g_assert_finalize_object (f->accounts);
  g_remove (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left there */
  g_free (f->folder);
  g_free (f->path);
}

void
accounts_put_text (AccountsTest *f, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (f->path, text, -1, &error);
  g_assert_no_error (error);
}

void
accounts_load (AccountsTest *f, const char *text)
{
  g_autoptr (GError) error = NULL;

  accounts_put_text (f, text);
  mopt_accounts_load (f->accounts, &error);
  g_assert_no_error (error);
}

void
accounts_assert_file (AccountsTest *f, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

void
accounts_apply (AccountsTest *f, MoptChange change)
{
  g_autoptr (GError) error = NULL;

  mopt_accounts_apply (f->accounts, &change, &error);
  g_assert_no_error (error);
}

void
accounts_apply_fails (AccountsTest *f, MoptChange change, MoptError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mopt_accounts_apply (f->accounts, &change, &error));
  g_assert_error (error, MOPT_ERROR, (int) code);
}

guint
accounts_n_items (AccountsTest *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->accounts));
}

/* An edit of one field of @id, as a dialog does it. */
void
accounts_edit (AccountsTest *f, const char *id, MoptField field, const char *text)
{
  MoptAccount *account = mopt_accounts_get (f->accounts, id);
  g_autoptr (MoptAccount) base = mopt_account_dup (account);
  g_autoptr (MoptAccount) copy = mopt_account_dup (account);

  mopt_account_set (copy, field, text);
  accounts_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
}
