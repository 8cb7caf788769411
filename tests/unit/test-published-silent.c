/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is published lies on a share that is out of reach: who opens a file there, or asks for its date, gets no answer.
 * Nobody can make such a share without being root, so open () and stat () of this program do what its file system
 * would. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "published-test.h"
#include "store/accounts.h"
#include "store/patience.h"

#define LOOKS 200 /* a tenth of a second apart: the machine may be busy */

static GMutex mutex;
static GCond answers;
static const char *silent; /* how the files begin that do not answer; NULL: all do */
static const char *slow;   /* the same of those that cannot be opened, though they have a date */
static guint n_waiting;

static void
ask (const char *path, const char **which)
{
  if (g_atomic_pointer_get (which) == NULL)
    return;
  g_mutex_lock (&mutex);
  n_waiting++;
  while (*which != NULL && g_str_has_prefix (path, *which))
    g_cond_wait (&answers, &mutex);
  n_waiting--;
  g_cond_broadcast (&answers);
  g_mutex_unlock (&mutex);
}

/* With their large offsets, by which all of the program, and GLib, calls them. */
int
open (const char *path, int flags, ...)
{
  va_list list;

  va_start (list, flags);
  mode_t mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg (list, mode_t) : 0;
  va_end (list);
  ask (path, &silent);
  ask (path, &slow);
  return openat (AT_FDCWD, path, flags, mode);
}

int
stat (const char *path, struct stat *info)
{
  ask (path, &silent);
  return fstatat (AT_FDCWD, path, info, 0);
}

static void
set (const char **which, const char *prefix)
{
  g_mutex_lock (&mutex);
  g_atomic_pointer_set (which, prefix);
  g_cond_broadcast (&answers);
  while (prefix == NULL && n_waiting > 0) /* all have their answer */
    g_cond_wait (&answers, &mutex);
  g_mutex_unlock (&mutex);
}

/* What comes late may be of then; the next one is of now. */
static void
wait_for_serial (MoptPublishedTest *f, guint serial)
{
  for (guint i = 0; i < LOOKS; i++)
    {
      g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (NULL);
      g_autoptr (MoptPublished) found = mopt_published_load_at (place, NULL, f->now);

      if (found->serial == serial && found->error == NULL)
        return;
      g_usleep (100 * 1000);
    }
  g_assert_not_reached ();
}

static void
load_until_it_answers (MoptAccounts *accounts)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < LOOKS && mopt_accounts_get_publication_problem (accounts) != NULL; i++)
    {
      g_usleep (100 * 1000);
      mopt_accounts_load (accounts, &error);
      g_assert_no_error (error);
    }
  g_assert_null (mopt_accounts_get_publication_problem (accounts));
}

/* The last good copy comes in force, and who asks again does not wait again. */
static void
test_last_good (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_serial (f, 5, NULL);
  mopt_published_test_assert (f, MOPT_PUBLISHED_CURRENT, -1, 5);
  mopt_published_test_serial (f, 6, NULL);
  set (&silent, f->path);
  mopt_published_test_assert (f, MOPT_PUBLISHED_LAST_GOOD, MOPT_ERROR_PUBLICATION_SILENT, 5);
  mopt_published_test_assert (f, MOPT_PUBLISHED_LAST_GOOD, MOPT_ERROR_PUBLICATION_SILENT, 5);
  g_mutex_lock (&mutex);
  g_assert_cmpuint (n_waiting, <=, 1); /* they do not become more */
  g_mutex_unlock (&mutex);
  set (&silent, NULL);
  mopt_published_test_serial (f, 7, NULL);
  wait_for_serial (f, 7);
}

/* The accounts of the person are there all the same, and can be changed. */
static void
test_own_accounts (MoptPublishedTest *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "accounts.conf", NULL);
  g_autofree char *text = NULL;
  MoptAccounts *accounts = mopt_accounts_new (path);

  mopt_published_test_serial (f, 5, NULL);
  g_assert_true (g_file_set_contents (path, "[Mail Options]\nFormat=1\n\n[Account home]\nKind=pop\nName=Home\n", -1, NULL));
  set (&silent, f->path);
  mopt_accounts_load (accounts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (accounts)), ==, 1);
  g_assert_nonnull (strstr (mopt_accounts_get_publication_problem (accounts), "does not answer"));
  mopt_accounts_apply (accounts, &(MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Ann" }, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "Name=Ann"));
  set (&silent, NULL);
  load_until_it_answers (accounts);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (accounts)), ==, 2);
  g_assert_finalize_object (accounts);
  g_remove (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* What comes late comes all the same, though the date of the file is there in time and asked for in between. */
static void
test_slow (MoptPublishedTest *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (f->folder, "accounts.conf", NULL);
  g_autoptr (MoptAccounts) accounts = mopt_accounts_new (path);

  mopt_published_test_serial (f, 8, NULL);
  set (&slow, f->path);
  mopt_accounts_load (accounts, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (mopt_accounts_get_publication_problem (accounts), "does not answer"));
  set (&slow, NULL);
  set (&slow, f->path); /* the next one would be as slow */
  load_until_it_answers (accounts);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (accounts)), ==, 1);
  set (&slow, NULL);
}

int
main (int argc, char **argv)
{
  mopt_published_test_init (&argc, &argv);
  MOPT_PUBLISHED_TEST ("/published-silent/last-good", NULL, test_last_good);
  MOPT_PUBLISHED_TEST ("/published-silent/own-accounts", NULL, test_own_accounts);
  MOPT_PUBLISHED_TEST ("/published-silent/slow", NULL, test_slow);
  return mopt_published_test_run ();
}
