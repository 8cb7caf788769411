/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/paths.h"
#include "store/refused.h"

#define NOW 1800000000

static void
test_note (void)
{
  MoptSecretKey key = { (char *) "a", MOPT_SECTION_OUTGOING_ACCOUNT, MOPT_PROTOCOL_SMTP, (char *) "smtp.example.com",
                        0, (char *) "jo" };
  MoptSecretKey other = key;
  g_autofree char *path = mopt_paths_state ("refused");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint64 modified = 0;

  other.user = (char *) "jo\nann";
  g_assert_cmpint (mopt_refused_until (&key, NOW, &modified), ==, 0);
  g_assert_true (mopt_refused_note (&key, 77, NOW, &error));
  g_assert_no_error (error);
  g_assert_cmpint (mopt_refused_until (&key, NOW + 1, &modified), ==, NOW + MOPT_REFUSED_SECONDS);
  g_assert_cmpuint (modified, ==, 77);
  g_assert_cmpint (mopt_refused_until (&other, NOW + 1, &modified), ==, 0);
  g_assert_cmpint (mopt_refused_until (&key, NOW + MOPT_REFUSED_SECONDS, &modified), ==, 0);
  /* noted when the clock was wrong */
  g_assert_cmpint (mopt_refused_until (&key, NOW - 1, &modified), ==, 0);

  /* the later one counts, what is over goes */
  g_assert_true (mopt_refused_note (&key, 78, NOW + 60, &error));
  g_assert_cmpint (mopt_refused_until (&key, NOW + 61, &modified), ==, NOW + 60 + MOPT_REFUSED_SECONDS);
  g_assert_cmpuint (modified, ==, 78);
  g_assert_true (mopt_refused_note (&other, 1, NOW + 60 + MOPT_REFUSED_SECONDS, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "jo"));
  g_assert_cmpuint (strchr (text, '\n') - text + 1, ==, strlen (text));

  /* damaged by hand: nothing is known */
  g_assert_true (g_file_set_contents (path, "x 1\n \n1 2 3 4\n", -1, NULL));
  g_assert_cmpint (mopt_refused_until (&other, NOW + 61, &modified), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/refused/note", test_note);
  return g_test_run ();
}
