/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Old or new, never half: proven by killing writers and by taking their room away. The program starts itself as the
 * writer that is to be killed. */
#include <errno.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#define KILLS 150
#define SIZE (256 * 1024) /* bytes of one version: many pages, so that a half one could be seen */

static char *self_path;

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "sub", "file.conf", NULL);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_all (f->folder);
  g_free (f->folder);
  g_free (f->path);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* The names in the folder of @path, in one text. */
static char *
list_names (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, (gpointer) g_intern_string (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **) names->pdata);
}

static void
assert_content (const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree char *text = mopt_file_read (path, &length, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (text, length, expected, strlen (expected));
}

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *etag = NULL, *second = NULL, *read_etag = NULL, *none = NULL;
  struct stat info;

  g_autofree char *empty = mopt_file_read (f->path, NULL, &none, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpstr (none, ==, "");

  g_assert_true (mopt_file_write (f->path, "one\n", 4, none, &etag, &error));
  g_assert_no_error (error);
  assert_content (f->path, "one\n");
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  /* whoever still has the old etag must not write */
  g_assert_false (mopt_file_write (f->path, "x", 1, none, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED);
  g_clear_error (&error);
  assert_content (f->path, "one\n");

  g_assert_true (mopt_file_write (f->path, "two", 3, etag, &second, &error));
  g_assert_no_error (error);
  g_free (mopt_file_read (f->path, NULL, &read_etag, NULL));
  g_assert_cmpstr (second, ==, read_etag);
  g_assert_cmpstr (second, !=, etag);

  /* bytes are bytes, and no etag means whatever is there */
  g_assert_true (mopt_file_write (f->path, "a\0\xff", 3, NULL, NULL, &error));
  gsize length;
  g_autofree char *bytes = mopt_file_read (f->path, &length, NULL, &error);
  g_assert_cmpmem (bytes, length, "a\0\xff", 3);
  g_assert_true (mopt_file_write (f->path, "", 0, NULL, NULL, &error));
  assert_content (f->path, "");

  g_autofree char *names = list_names (f->path);
  g_assert_cmpstr (names, ==, "file.conf");
}

static void
test_links (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *link = g_build_filename (f->folder, "link", NULL);
  g_autofree char *second = g_build_filename (f->folder, "second", NULL);
  g_autofree char *loop = g_build_filename (f->folder, "loop", NULL);

  /* a relative link to a link to a file that is not there yet */
  g_assert_cmpint (symlink ("sub/file.conf", link), ==, 0);
  g_assert_cmpint (symlink ("link", second), ==, 0);
  g_assert_true (mopt_file_write (second, "through", 7, "", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (second, G_FILE_TEST_IS_SYMLINK));
  assert_content (f->path, "through");
  g_assert_true (mopt_file_write (second, "again", 5, NULL, NULL, &error));
  assert_content (f->path, "again");
  g_assert_true (g_file_test (second, G_FILE_TEST_IS_SYMLINK));

  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  g_assert_false (mopt_file_write (loop, "x", 1, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
}

static void
assert_unreadable (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = mopt_file_read (path, NULL, NULL, &error);
  g_autofree char *name = g_path_get_basename (path);

  g_assert_null (text);
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_not_a_file (Fixture *f, gconstpointer data)
{
  g_autofree char *fifo = g_build_filename (f->folder, "fifo", NULL);
  g_autofree char *large = g_build_filename (f->folder, "large", NULL);
  g_autofree char *below = g_build_filename (large, "below", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_malloc0 (MOPT_FILE_MAX + 1);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_unreadable (fifo); /* and does not wait for a writer */
  assert_unreadable (f->folder);

  g_assert_false (mopt_file_write (large, text, MOPT_FILE_MAX + 1, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (large, text, MOPT_FILE_MAX + 1, NULL));
  assert_unreadable (large);
  g_assert_cmpint (truncate (large, MOPT_FILE_MAX), ==, 0);
  g_free (mopt_file_read (large, NULL, NULL, &error));
  g_assert_no_error (error);

  assert_unreadable (below); /* a file in the place of a folder */
  g_assert_false (mopt_file_write (below, "x", 1, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
}

/* --- Many writers -------------------------------------------------------------------------------------------- */

static char *
add_one (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  char *sum = g_strdup_printf ("%d", atoi (text) + 1);

  *new_length = strlen (sum);
  return sum;
}

/* As a child: adds one, many times. */
static int
be_adder (const char *path, int times)
{
  for (int i = 0; i < times; i++)
    if (!mopt_file_update (path, MOPT_FILE_NO_SYNC, add_one, NULL, NULL))
      return 1;
  return 0;
}

static GPid
start_child (const char *role, const char *path, int *out)
{
  char *argv[] = { self_path, (char *) role, (char *) path, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, out, NULL, &error);
  g_assert_no_error (error);
  return pid;
}

static int
end_child (GPid pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_spawn_close_pid (pid);
  return status;
}

static void
test_together (Fixture *f, gconstpointer data)
{
  GPid pids[4];

  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    pids[i] = start_child ("--adder", f->path, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    g_assert_cmpint (end_child (pids[i]), ==, 0);
  assert_content (f->path, "400");
  g_autofree char *names = list_names (f->path);
  g_assert_cmpstr (names, ==, "file.conf");
}

/* As a child: writes version after version until it is killed. */
static int
be_writer (const char *path)
{
  g_autofree char *text = g_malloc (SIZE);

  for (guint n = 0;; n++)
    {
      memset (text, 'a' + n % 26, SIZE);
      if (!mopt_file_write (path, text, SIZE, NULL, NULL, NULL))
        return 1;
      if (n == 0 && write (STDOUT_FILENO, "", 1) != 1) /* from now on there is something to lose */
        return 1;
    }
}

static void
test_killed (Fixture *f, gconstpointer data)
{
  guint leftovers = 0;

  for (guint i = 0; i < KILLS; i++)
    {
      g_autoptr (GError) error = NULL;
      gsize length;
      char byte;
      int out;
      GPid pid = start_child ("--writer", f->path, &out);

      g_assert_cmpint (read (out, &byte, 1), ==, 1);
      g_usleep (g_test_rand_int_range (0, 6000));
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      int status = end_child (pid);
      g_assert_true (WIFSIGNALED (status));
      close (out);

      g_autofree char *text = mopt_file_read (f->path, &length, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (length, ==, SIZE);
      for (gsize k = 1; k < length; k++)
        if (text[k] != text[0])
          g_error ("half a file after kill %u: byte %" G_GSIZE_FORMAT " differs", i, k);
      g_autofree char *names = list_names (f->path);
      leftovers += g_str_equal (names, "file.conf") ? 0 : 1;
    }
  g_test_message ("%u of %u kills were in the middle of a write", leftovers, KILLS);
  g_assert_cmpuint (leftovers, >, 0); /* else the test looks at the wrong moments */

  /* what they left neither hinders the next one nor stays */
  g_assert_true (mopt_file_write (f->path, "end", 3, NULL, NULL, NULL));
  assert_content (f->path, "end");
  g_autofree char *names = list_names (f->path);
  g_assert_cmpstr (names, ==, "file.conf");
}

/* --- No room ------------------------------------------------------------------------------------------------- */

/* As a child that may write 4 KiB a file: the old text must survive. */
static int
be_limited (const char *path)
{
  const struct rlimit limit = { 4096, 4096 };
  g_autofree char *text = g_malloc0 (SIZE);
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  if (setrlimit (RLIMIT_FSIZE, &limit) != 0)
    return 2;
  if (mopt_file_write (path, text, SIZE, NULL, NULL, &error))
    return 3;
  return g_error_matches (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN) ? 0 : 4;
}

static void
test_limited (Fixture *f, gconstpointer data)
{
  g_assert_true (mopt_file_write (f->path, "old", 3, NULL, NULL, NULL));
  g_assert_cmpint (end_child (start_child ("--limited", f->path, NULL)), ==, 0);
  assert_content (f->path, "old");
  g_autofree char *names = list_names (f->path);
  g_assert_cmpstr (names, ==, "file.conf");
}

/* As a child, in its own mount namespace: a file system that is full. 77: not allowed to. */
static int
be_full (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "f", NULL);
  g_autofree char *text = g_malloc0 (SIZE);
  g_autoptr (GError) error = NULL;

  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("tmpfs", folder, "tmpfs", 0, "size=64k") != 0)
    return 77;
  if (!mopt_file_write (path, "old", 3, NULL, NULL, NULL))
    return 2;
  if (mopt_file_write (path, text, SIZE, NULL, NULL, &error)
      || !g_error_matches (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN)
      || strstr (error->message, g_strerror (ENOSPC)) == NULL)
    return 3;
  assert_content (path, "old");
  g_autofree char *names = list_names (path);
  return g_str_equal (names, "f") ? 0 : 4;
}

static void
test_full (Fixture *f, gconstpointer data)
{
  int status = end_child (start_child ("--full", f->folder, NULL));

  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    g_test_skip ("no right to mount a small file system");
  else
    g_assert_cmpint (status, ==, 0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  if (argc == 3 && g_str_equal (argv[1], "--writer"))
    return be_writer (argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "--adder"))
    return be_adder (argv[2], 100);
  if (argc == 3 && g_str_equal (argv[1], "--limited"))
    return be_limited (argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "--full"))
    return be_full (argv[2]);

  g_test_init (&argc, &argv, NULL);
  self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_test_add ("/file/round-trip", Fixture, NULL, set_up, test_round_trip, tear_down);
  g_test_add ("/file/links", Fixture, NULL, set_up, test_links, tear_down);
  g_test_add ("/file/not-a-file", Fixture, NULL, set_up, test_not_a_file, tear_down);
  g_test_add ("/file/together", Fixture, NULL, set_up, test_together, tear_down);
  g_test_add ("/file/killed", Fixture, NULL, set_up, test_killed, tear_down);
  g_test_add ("/file/limited", Fixture, NULL, set_up, test_limited, tear_down);
  g_test_add ("/file/full", Fixture, NULL, set_up, test_full, tear_down);
  return g_test_run ();
}
