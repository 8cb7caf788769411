/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <locale.h>

#include "base/error.h"
#include "base/paths.h"
#include "store/known.h"

static void
assert_last_test (const char *id, const MoptLastTest *expected)
{
  g_autoptr (MoptLastTest) test = mopt_known_get_last_test (id);

  g_assert_nonnull (test);
  g_assert_cmpint (test->time, ==, expected->time);
  g_assert_cmpstr (test->result, ==, expected->result);
  g_assert_cmpstr (test->code, ==, expected->code);
  g_assert_cmpstr (test->summary, ==, expected->summary);
  g_assert_cmpstr (test->fingerprint, ==, expected->fingerprint);
}

static void
test_last_test (void)
{
  MoptLastTest failed = { 1700000000, (char *) "failed", (char *) "login-refused", (char *) "Äh; \\ \n nein.",
                          (char *) "f1" };
  MoptLastTest passed = { 1700000001, (char *) "passed", (char *) "", (char *) "", (char *) "f2" };
  g_autofree char *path = mopt_paths_state ("tests.conf");
  g_autoptr (GError) error = NULL;

  g_assert_null (mopt_known_get_last_test ("a"));
  g_assert_true (mopt_known_forget ("a", &error)); /* nothing there: nothing to do, no file for it */
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_assert_true (mopt_known_set_last_test ("a", &failed, &error));
  g_assert_true (mopt_known_set_last_test ("b", &passed, &error));
  g_assert_no_error (error);
  assert_last_test ("a", &failed);
  assert_last_test ("b", &passed);
  g_assert_true (mopt_known_set_last_test ("a", &passed, &error));
  assert_last_test ("a", &passed);
  g_autoptr (MoptLastTest) copy = mopt_last_test_copy (&failed);
  g_assert_true (mopt_known_set_last_test ("a", copy, &error));
  assert_last_test ("a", &failed);
  g_assert_true (mopt_known_forget ("a", &error));
  g_assert_null (mopt_known_get_last_test ("a"));
  assert_last_test ("b", &passed);

  /* a damaged file is notes lost, not an obstacle */
  g_assert_true (g_file_set_contents (path, "[b\njunk", -1, NULL));
  g_assert_null (mopt_known_get_last_test ("b"));
  g_assert_true (mopt_known_set_last_test ("b", &passed, &error));
  assert_last_test ("b", &passed);

  g_remove (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_null (mopt_known_get_last_test ("b"));
  g_assert_false (mopt_known_set_last_test ("b", &passed, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
  g_rmdir (path);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/known/last-test", test_last_test);
  int code = g_test_run ();

  g_autofree char *own = g_build_filename (folder, "mail-options", NULL);
  g_rmdir (own);
  g_rmdir (folder);
  return code;
}
