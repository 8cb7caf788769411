/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt fetch is a program of its own, made of the same parts: libcurl and the two dozen libraries that it brings would
 * cost each other verb a third of its start. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "cli/cli.h"

#define PROGRAM "mopt-fetch"

/* Beside this one in the build tree; else where it is installed, also below another prefix than it was built for. */
static char *
find_program (void)
{
  static const char *const places[] = { ".", MOPT_LIBEXECDIR_FROM_BIN };
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *program = g_build_filename (folder, places[i], PROGRAM, NULL);

      if (g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&program);
    }
  return g_build_filename (MOPT_LIBEXECDIR, PROGRAM, NULL);
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
