/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users and groups as NSS knows them, from files of our own: libnss-wrapper gives them to a second run of this very
 * program. */
#include <glib/gstdio.h>
#include <locale.h>

#include "base/person.h"

#define MANY 300 /* groups: more than any first guess */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1 /* such a program wants to load its own runtime first */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

static void
test_groups (void)
{
  g_auto (GStrv) alice = mopt_person_groups ("alice");
  g_auto (GStrv) busy = mopt_person_groups ("busy");
  g_auto (GStrv) lonely = mopt_person_groups ("lonely");
  g_auto (GStrv) nobody = mopt_person_groups ("no-such-user");

  g_assert_cmpstr (alice[0], ==, "staff"); /* the primary one */
  g_assert_true (g_strv_contains ((const char *const *) alice, "helpdesk"));
  g_assert_cmpuint (g_strv_length (alice), ==, 2);

  g_assert_cmpuint (g_strv_length (busy), ==, MANY + 1);
  g_assert_true (g_strv_contains ((const char *const *) busy, "team-0"));
  g_assert_true (g_strv_contains ((const char *const *) busy, "team-" G_STRINGIFY (299)));
  g_assert_false (g_strv_contains ((const char *const *) busy, "helpdesk"));

  g_assert_cmpuint (g_strv_length (lonely), ==, 0); /* its primary group has no name */
  g_assert_cmpuint (g_strv_length (nobody), ==, 0);
}

static void
test_known (void)
{
  g_assert_true (mopt_person_is_user ("alice"));
  g_assert_false (mopt_person_is_user ("helpdesk"));
  g_assert_false (mopt_person_is_user (""));
  g_assert_true (mopt_person_is_group ("helpdesk"));
  g_assert_true (mopt_person_is_group ("crowd")); /* with more members than fit into a small buffer */
  g_assert_false (mopt_person_is_group ("alice"));
  g_assert_false (mopt_person_is_group (""));
}

static void
write_file (const char *folder, const char *name, const char *variable, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_setenv (variable, path, TRUE);
}

static void
remove_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_remove (path);
}

/* Runs this program again, with files for it and with the library; returns its exit code. */
static int
run_wrapped (const char *library, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_autoptr (GString) group = g_string_new ("staff:x:1000:\nhelpdesk:x:1001:alice,bob\ncrowd:x:1002:");
  g_autoptr (GError) error = NULL;
  int status;

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (group, "%smember-%u", i > 0 ? "," : "", i);
  g_string_append_c (group, '\n');
  for (guint i = 0; i < MANY; i++)
    g_string_append_printf (group, "team-%u:x:%u:busy\n", i, 2000 + i);
  write_file (folder, "group", "NSS_WRAPPER_GROUP", group->str);
  write_file (folder, "passwd", "NSS_WRAPPER_PASSWD",
              "alice:x:1000:1000:Alice:/:/bin/sh\nbusy:x:1001:1000:Busy:/:/bin/sh\n"
              "lonely:x:1002:4711:Lonely:/:/bin/sh\n");
  g_setenv ("LD_PRELOAD", library, TRUE);
  g_setenv ("WRAPPED", "yes", TRUE);

  g_assert_true (
      g_spawn_sync (NULL, argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL, &status, &error));
  remove_file (folder, "group");
  remove_file (folder, "passwd");
  g_rmdir (folder);
  return g_spawn_check_wait_status (status, &error) ? 0 : 1;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
#ifdef SANITIZED
  return 77;
#endif
  if (argc == 2 && g_getenv ("WRAPPED") == NULL)
    return run_wrapped (argv[1], argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/person-groups/groups", test_groups);
  g_test_add_func ("/person-groups/known", test_known);
  return g_test_run ();
}
