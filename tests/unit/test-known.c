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
  g_assert_true (mopt_known_outdate_last_test ("a", &error));
  g_free (copy->fingerprint);
  copy->fingerprint = g_strdup ("");
  assert_last_test ("a", copy);
  g_assert_true (mopt_known_outdate_last_test ("nobody", &error));
  g_assert_null (mopt_known_get_last_test ("nobody"));
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

/* A server that shows another certificate makes the last test stale, and only then. */
static void
test_key (void)
{
  MoptLastTest passed = { 1700000001, (char *) "passed", (char *) "", (char *) "", (char *) "f2" };
  MoptLastTest stale = { 1700000001, (char *) "passed", (char *) "", (char *) "", (char *) "" };
  g_autoptr (GError) error = NULL;

  g_assert_true (mopt_known_set_last_test ("a", &passed, &error));
  g_assert_true (mopt_known_note_key ("a", "imap/x/993", "AA:BB", &error)); /* the first one is news of nothing */
  g_assert_true (mopt_known_note_key ("a", "imap/x/993", "AA:BB", &error));
  g_assert_true (mopt_known_note_key ("a", "smtp/x/465", "CC:DD", &error));
  g_assert_true (mopt_known_note_key ("b", "imap/x/993", "EE:FF", &error));
  assert_last_test ("a", &passed);
  g_assert_true (mopt_known_note_key ("a", "imap/x/993", "EE:FF", &error));
  assert_last_test ("a", &stale);
  g_assert_true (mopt_known_set_last_test ("a", &passed, &error));
  g_assert_true (mopt_known_note_key ("a", "imap/x/993", "EE:FF", &error));
  assert_last_test ("a", &passed);
  g_assert_true (mopt_known_forget ("a", &error));
  g_assert_true (mopt_known_note_key ("a", "imap/x/993", "11:22", &error)); /* nothing to make stale */
  g_assert_null (mopt_known_get_last_test ("a"));
  g_assert_true (mopt_known_forget ("a", &error));
  g_assert_true (mopt_known_forget ("b", &error));
  g_assert_no_error (error);
}

static void
test_from_check (void)
{
  g_autofree char *path = mopt_paths_state ("from-check.conf");
  g_autoptr (MoptLastFromCheck) check = mopt_last_from_check_new ();
  g_autoptr (MoptLastFromCheck) empty = mopt_last_from_check_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (mopt_known_get_from_check ("a"));
  check->time = 1700000000;
  check->fingerprint = g_strdup ("f1");
  empty->fingerprint = g_strdup ("f2");
  mopt_last_from_check_add (check, &(MoptFromNote){ .address = (char *) "a;b\\@example.com", .state = (char *) "accepted" });
  mopt_last_from_check_add (check, &(MoptFromNote){ (char *) "b@example.com", (char *) "refused", (char *) "sender-refused",
                                                    (char *) "Nein; ähm\\ \n nein.", (char *) "550 ; no\r\n" });
  g_assert_true (mopt_known_set_from_check ("a", check, &error));
  g_assert_true (mopt_known_set_from_check ("b", empty, &error));
  g_assert_no_error (error);

  g_autoptr (MoptLastFromCheck) read = mopt_known_get_from_check ("a");
  g_assert_cmpint (read->time, ==, 1700000000);
  g_assert_cmpstr (read->fingerprint, ==, "f1");
  g_assert_cmpuint (read->notes->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const MoptFromNote *a = check->notes->pdata[i], *b = read->notes->pdata[i];

      g_assert_cmpstr (a->address, ==, b->address);
      g_assert_cmpstr (a->state, ==, b->state);
      g_assert_cmpstr (a->code, ==, b->code);
      g_assert_cmpstr (a->sentence, ==, b->sentence);
      g_assert_cmpstr (a->words, ==, b->words);
    }
  g_autoptr (MoptLastFromCheck) none = mopt_known_get_from_check ("b");
  g_assert_cmpuint (none->notes->len, ==, 0);
  g_assert_true (mopt_known_forget ("a", &error));
  g_assert_null (mopt_known_get_from_check ("a"));

  /* lists that do not go together: only what all of them have */
  g_assert_true (g_file_set_contents (path, "[a]\nAddresses=x@y.z;u@v.w;\nStates=accepted;\nCodes=;\nSentences=;;\nServerWords=;\n"
                                            "[c]\nAddresses=x@y.z;\n", -1, NULL));
  g_autoptr (MoptLastFromCheck) damaged = mopt_known_get_from_check ("a");
  g_assert_cmpuint (damaged->notes->len, ==, 1);
  g_autoptr (MoptLastFromCheck) torn = mopt_known_get_from_check ("c");
  g_assert_cmpuint (torn->notes->len, ==, 0);
  g_remove (path);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/known/last-test", test_last_test);
  g_test_add_func ("/known/key", test_key);
  g_test_add_func ("/known/from-check", test_from_check);
  int code = g_test_run ();

  g_autofree char *own = g_build_filename (folder, "mail-options", NULL);
  g_rmdir (own);
  g_rmdir (folder);
  return code;
}
