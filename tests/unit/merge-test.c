/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "merge-test.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

void
merge_set_up (MergeTest *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "accounts.conf", NULL);
  f->published = g_build_filename (f->folder, "published.conf", NULL);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", f->published, TRUE);
  f->accounts = mopt_accounts_new (f->path);
}

void
merge_tear_down (MergeTest *f, gconstpointer data)
{
  g_assert_finalize_object (f->accounts);
  g_remove (f->path);
  g_remove (f->published);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left there */
  g_free (f->folder);
  g_free (f->path);
  g_free (f->published);
}

void
merge_put_text (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

void
merge_load (MergeTest *f, const char *published, const char *personal)
{
  g_autoptr (GError) error = NULL;

  if (published != NULL)
    merge_put_text (f->published, published);
  if (personal != NULL)
    merge_put_text (f->path, personal);
  mopt_accounts_load (f->accounts, &error);
  g_assert_no_error (error);
}

void
merge_assert_file (MergeTest *f, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

void
merge_apply (MergeTest *f, MoptChange change)
{
  g_autoptr (GError) error = NULL;

  mopt_accounts_apply (f->accounts, &change, &error);
  g_assert_no_error (error);
}

void
merge_apply_fails (MergeTest *f, MoptChange change, MoptError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mopt_accounts_apply (f->accounts, &change, &error));
  g_assert_error (error, MOPT_ERROR, (int) code);
  g_test_message ("%s", error->message);
}

MoptAccount *
merge_get (MergeTest *f, const char *id)
{
  return mopt_accounts_get (f->accounts, id);
}

static char *
ids (MergeTest *f)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->accounts)); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (f->accounts), i);

      g_string_append_printf (text, "%s ", mopt_account_get_id (account));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
merge_assert_ids (MergeTest *f, const char *expected)
{
  g_autofree char *found = ids (f);

  g_assert_cmpstr (found, ==, expected);
}

void
merge_on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  g_string_append_printf (user_data, "%s;", pspec->name);
}

static char *home;

void
merge_test_init (int *argc, char ***argv)
{
  home = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  setlocale (LC_ALL, "");
  g_setenv ("XDG_STATE_HOME", home, TRUE);
  g_test_init (argc, argv, NULL);
}

int
merge_test_run (void)
{
  int failed = g_test_run ();
  g_autofree char *remove = g_strdup_printf ("rm -rf %s", home);

  g_assert_true (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
  g_clear_pointer (&home, g_free);
  return failed;
}
