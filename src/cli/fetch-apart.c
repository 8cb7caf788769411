/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt fetch is a program of its own, made of the same parts: libcurl and the two dozen libraries that it brings would
 * cost each other verb a third of its start. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "cli/cli.h"

#define PROGRAM "mopt-fetch"

/* Beside this one in the build tree, else where it is installed. */
static char *
find_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *beside = g_build_filename (folder, PROGRAM, NULL);

  return g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE)
             ? g_steal_pointer (&beside)
             : g_build_filename (MOPT_LIBEXECDIR, GETTEXT_PACKAGE, PROGRAM, NULL);
}

int
mopt_verb_fetch (const char *const *args)
{
  g_autofree char *program = find_program ();
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (words, g_strdup (program));
  for (; *args != NULL; args++) /* as they were typed, in the locale's bytes */
    g_ptr_array_add (words, g_locale_from_utf8 (*args, -1, NULL, NULL, NULL));
  g_ptr_array_add (words, NULL);
  execv (program, (char **) words->pdata);
  mopt_cli_complain (_ ("The program “%s” could not be started: %s."), program, g_strerror (errno));
  return MOPT_EXIT_FAILED;
}
