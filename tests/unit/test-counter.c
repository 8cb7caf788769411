/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/paths.h"
#include "store/counter.h"

#define PROGRAMS 4
#define NUMBERS 50 /* that each of them takes */

static char *self_path;

static char *
next (guint64 *number)
{
  g_autoptr (GError) error = NULL;
  char *prefix = NULL;

  mopt_counter_next (&prefix, number, &error);
  g_assert_no_error (error);
  return prefix;
}

static guint64
next_number (void)
{
  guint64 number = 0;

  g_free (next (&number));
  return number;
}

static void
test_sequence (void)
{
  g_autofree char *path = mopt_paths_state ("conversation.conf");
  guint64 number, seen;

  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_autofree char *prefix = next (&number);
  g_assert_cmpuint (number, >=, G_GUINT64_CONSTANT (100000000000));
  g_assert_cmpuint (number, <=, G_GUINT64_CONSTANT (999999999999));
  g_autofree char *again = next (&seen);
  g_assert_cmpstr (again, ==, prefix);
  g_assert_cmpuint (seen, ==, number + 1);

  /* looking takes nothing */
  g_autofree char *peeked = NULL;
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&peeked, g_free);
      g_assert_true (mopt_counter_peek (&peeked, &seen, NULL));
      g_assert_cmpstr (peeked, ==, prefix);
      g_assert_cmpuint (seen, ==, number + 2);
    }
  g_assert_cmpuint (next_number (), ==, number + 2);
  g_remove (path);

  /* also where nothing was drawn yet: what was seen is what comes */
  g_clear_pointer (&peeked, g_free);
  g_assert_true (mopt_counter_peek (&peeked, &seen, NULL));
  g_assert_cmpuint (next_number (), ==, seen);
  g_remove (path);
}

/* A copy that is brought back must not give its numbers out again. */
static void
test_restored (void)
{
  g_autofree char *path = mopt_paths_state ("conversation.conf");
  g_autofree char *text = NULL, *again = NULL;
  guint64 first, number;

  g_autofree char *prefix = next (&first);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_assert_true (g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL));
  g_key_file_set_int64 (file, "Conversation", "Written", g_get_real_time () / G_USEC_PER_SEC - 3600);
  g_assert_true (g_key_file_save_to_file (file, path, NULL));
  again = next (&number);
  g_assert_cmpstr (again, ==, prefix); /* the prefix is the user's for ever */
  g_assert_cmpuint (number, !=, first + 1);
  g_assert_cmpuint (next_number (), ==, number + 1);

  /* lost or damaged: as new */
  g_assert_true (g_file_set_contents (path, "junk\n", -1, NULL));
  g_assert_cmpuint (next_number (), !=, number + 2);
  g_remove (path);
}

static void
test_out_of_reach (void)
{
  g_autofree char *path = mopt_paths_state ("conversation.conf");
  g_autoptr (GError) error = NULL;
  g_autofree char *prefix = NULL;
  guint64 number;

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_assert_false (mopt_counter_next (&prefix, &number, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
  g_rmdir (path);
}

/* Many programs at once: no number twice, none left out. */
static void
test_together (void)
{
  char *argv[] = { self_path, (char *) "--taker", NULL };
  GPid pids[PROGRAMS];
  guint64 first = next_number ();

  for (guint i = 0; i < PROGRAMS; i++)
    g_assert_true (g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pids[i], NULL));
  for (guint i = 0; i < PROGRAMS; i++)
    {
      int status;

      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_cmpint (status, ==, 0);
    }
  g_assert_cmpuint (next_number (), ==, first + 1 + PROGRAMS * NUMBERS);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  if (argc == 2 && g_str_equal (argv[1], "--taker"))
    {
      guint64 before = 0;

      for (guint i = 0; i < NUMBERS; i++)
        {
          guint64 number = next_number ();

          g_assert_cmpuint (number, >, before);
          before = number;
        }
      return 0;
    }

  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/counter/sequence", test_sequence);
  g_test_add_func ("/counter/restored", test_restored);
  g_test_add_func ("/counter/out-of-reach", test_out_of_reach);
  g_test_add_func ("/counter/together", test_together);
  int code = g_test_run ();

  g_autofree char *path = mopt_paths_state ("conversation.conf");
  g_autofree char *own = g_path_get_dirname (path);
  g_remove (path);
  g_rmdir (own);
  g_rmdir (folder);
  g_free (self_path);
  return code;
}
