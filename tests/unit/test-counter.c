/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of Conversation IDs: never one twice, whoever takes them and whoever is killed while taking one. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/paths.h"
#include "store/counter.h"

#define PROGRAMS 50
#define NUMBERS 4 /* that each of them takes */
#define KILLS 100

static char *shared_path; /* in the test's folder; there only while a test made it */

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
  g_key_file_set_string (file, "Conversation", "Next", "-5");
  g_key_file_set_int64 (file, "Conversation", "Written", g_get_real_time () / G_USEC_PER_SEC);
  g_assert_true (g_key_file_save_to_file (file, path, NULL));
  g_assert_cmpuint (next_number (), <=, G_GUINT64_CONSTANT (999999999999));
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

/* ---- Many at once ---- */

static guint64
take_own (void)
{
  return next_number ();
}

static guint64
take_shared (void)
{
  guint64 number = 0;

  /* where fifty wait for a slow disk, two seconds may be too short for one of them */
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;

      if (mopt_counter_next_shared (shared_path, &number, &error))
        return number;
      g_assert_nonnull (strstr (error->message, "lock"));
    }
  g_assert_not_reached ();
}

typedef guint64 (*Take) (void);

/* A program that tells each number it took through @fd; @times 0: until it is killed. */
static pid_t
start_taker (Take take, guint times, int fd)
{
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid > 0)
    return pid;
  for (guint i = 0; times == 0 || i < times; i++)
    {
      guint64 number = take ();

      if (write (fd, &number, sizeof number) != sizeof number)
        _exit (2);
    }
  _exit (0);
}

/* Adds what came through @fd to @seen; each number is new. */
static guint
collect (int fd, GHashTable *seen)
{
  guint64 number;
  guint n = 0;

  for (; read (fd, &number, sizeof number) == sizeof number; n++)
    g_assert_true (g_hash_table_add (seen, g_memdup2 (&number, sizeof number)));
  return n;
}

static void
check_together (Take take)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  pid_t pids[PROGRAMS];
  int ends[2];
  guint64 first = take ();

  g_assert_cmpint (pipe (ends), ==, 0);
  for (guint i = 0; i < PROGRAMS; i++)
    pids[i] = start_taker (take, NUMBERS, ends[1]);
  close (ends[1]);
  g_assert_cmpuint (collect (ends[0], seen), ==, PROGRAMS * NUMBERS);
  close (ends[0]);
  for (guint i = 0; i < PROGRAMS; i++)
    {
      int status;

      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_cmpint (status, ==, 0);
    }
  /* and none is left out */
  g_assert_cmpuint (take (), ==, first + 1 + PROGRAMS * NUMBERS);
}

/* Killed at any instant: what was given out is not given out again, and the next one gets a number. */
static void
check_killed (Take take)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GRand) dice = g_rand_new_with_seed (5);
  guint told = 0, limit = 8000; /* µs that one lives, more where that is too short for anything */

  for (guint i = 0; i < KILLS; i++)
    {
      int ends[2];
      guint before = told;

      g_assert_cmpint (pipe (ends), ==, 0);
      pid_t one = start_taker (take, 0, ends[1]), other = start_taker (take, 0, ends[1]);
      close (ends[1]);
      g_usleep (g_rand_int_range (dice, 0, limit));
      kill (one, SIGKILL);
      g_usleep (g_rand_int_range (dice, 0, 2000));
      kill (other, SIGKILL);
      told += collect (ends[0], seen);
      close (ends[0]);
      waitpid (one, NULL, 0);
      waitpid (other, NULL, 0);
      if (told == before && limit < G_USEC_PER_SEC / 10)
        limit += 4000;
    }
  g_assert_cmpuint (told, >, 0);
  guint64 last = take ();
  g_assert_false (g_hash_table_contains (seen, &last));
}

static void
test_together (void)
{
  check_together (take_own);
}

static void
test_killed (void)
{
  check_killed (take_own);
}

/* ---- The shared file ---- */

static void
write_shared (const char *text, gssize length)
{
  g_assert_true (g_file_set_contents (shared_path, text, length, NULL));
}

static void
assert_shared (const char *text)
{
  g_autofree char *now = NULL;

  g_assert_true (g_file_get_contents (shared_path, &now, NULL, NULL));
  g_assert_cmpstr (now, ==, text);
}

static void
test_shared (void)
{
  struct stat before, after;
  guint64 number;

  write_shared ("998\n", -1);
  g_assert_cmpint (stat (shared_path, &before), ==, 0);
  g_assert_true (mopt_counter_peek_shared (shared_path, &number, NULL));
  g_assert_cmpuint (number, ==, 998);
  g_assert_cmpuint (take_shared (), ==, 998);
  assert_shared ("999\n");
  g_assert_cmpuint (take_shared (), ==, 999);
  assert_shared ("1000\n");
  g_assert_cmpint (stat (shared_path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino); /* never replaced */

  /* as people write it */
  write_shared ("  007\r\n\n", -1);
  g_assert_cmpuint (take_shared (), ==, 7);
  g_assert_cmpuint (take_shared (), ==, 8);
  write_shared ("0", -1);
  g_assert_cmpuint (take_shared (), ==, 0);
  assert_shared ("1\n");
  write_shared ("18446744073709551614", -1);
  g_assert_cmpuint (take_shared (), ==, G_MAXUINT64 - 1);
  g_assert_false (mopt_counter_next_shared (shared_path, &number, NULL));
  g_remove (shared_path);
}

static void
assert_out_of_reach (const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence
      = g_strdup_printf ("The shared conversation number in “%s” is out of reach: %s.", shared_path, reason);
  guint64 number;

  g_assert_false (mopt_counter_next_shared (shared_path, &number, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
  g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_shared_out_of_reach (void)
{
  static const struct { const char *text; gssize length; } bad[] = {
    { "", 0 },           { "\n", 1 },      { "-1", 2 },   { "12a", 3 },
    { "1 2", 3 },        { "1\0", 2 },     { "0x10", 4 }, { "18446744073709551615", 20 },
    { "1.5", 3 },        { "99999999999999999999", 20 },
  };
  g_autofree char *target = g_strconcat (shared_path, ".target", NULL);
  g_autofree char *long_text = g_strnfill (65, '1');

  assert_out_of_reach ("No such file or directory");
  g_assert_false (g_file_test (shared_path, G_FILE_TEST_EXISTS)); /* never made */
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *now = NULL;

      write_shared (bad[i].text, bad[i].length);
      assert_out_of_reach ("it does not hold one decimal number");
      g_assert_true (g_file_get_contents (shared_path, &now, NULL, NULL));
      g_assert_cmpmem (now, bad[i].length, bad[i].text, bad[i].length);
    }
  write_shared (long_text, -1);
  assert_out_of_reach ("it does not hold one decimal number");

  g_assert_cmpint (rename (shared_path, target), ==, 0);
  g_assert_cmpint (symlink (target, shared_path), ==, 0);
  assert_out_of_reach ("it is a symbolic link");
  g_remove (shared_path);
  g_remove (target);
  g_assert_cmpint (mkfifo (shared_path, 0600), ==, 0);
  assert_out_of_reach ("it is not a regular file");
  g_remove (shared_path);

  /* a lock that nobody lets go of */
  write_shared ("1\n", -1);
  int fd = open (shared_path, O_RDONLY | O_CLOEXEC);
  gint64 start = g_get_monotonic_time ();
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  assert_out_of_reach ("another program holds its lock for too long");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  close (fd);
  assert_shared ("1\n");
  g_remove (shared_path);
}

static void
test_shared_together (void)
{
  write_shared ("5\n", -1);
  check_together (take_shared);
  g_remove (shared_path);
}

static void
test_shared_killed (void)
{
  write_shared ("95\n", -1);
  check_killed (take_shared);
  g_remove (shared_path);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  shared_path = g_build_filename (folder, "counter", NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/counter/sequence", test_sequence);
  g_test_add_func ("/counter/restored", test_restored);
  g_test_add_func ("/counter/out-of-reach", test_out_of_reach);
  g_test_add_func ("/counter/together", test_together);
  g_test_add_func ("/counter/killed", test_killed);
  g_test_add_func ("/counter/shared", test_shared);
  g_test_add_func ("/counter/shared-out-of-reach", test_shared_out_of_reach);
  g_test_add_func ("/counter/shared-together", test_shared_together);
  g_test_add_func ("/counter/shared-killed", test_shared_killed);
  int code = g_test_run ();

  g_autofree char *path = mopt_paths_state ("conversation.conf");
  g_autofree char *own = g_path_get_dirname (path);
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);
  g_autofree char *unfinished = g_strconcat (path, ".new", NULL);
  g_remove (path);
  g_remove (lock);
  g_remove (unfinished);
  g_rmdir (own);
  g_rmdir (folder);
  g_free (shared_path);
  return code;
}
