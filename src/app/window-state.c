/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/window-state.h"
#include "base/paths.h"

#define SIDE_MIN 200
#define SIDE_MAX 10000

void
mopt_window_state_restore (GtkWindow *window, const char *group)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = mopt_paths_state ("window.conf");

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;
  int width = g_key_file_get_integer (file, group, "width", NULL);
  int height = g_key_file_get_integer (file, group, "height", NULL);
  if (width >= SIDE_MIN && width <= SIDE_MAX && height >= SIDE_MIN && height <= SIDE_MAX)
    gtk_window_set_default_size (window, width, height);
  if (g_key_file_get_boolean (file, group, "maximized", NULL))
    gtk_window_maximize (window);
}

void
mopt_window_state_save (GtkWindow *window, const char *group)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = mopt_paths_state ("window.conf");
  g_autofree char *folder = g_path_get_dirname (path);
  int width, height;

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  gtk_window_get_default_size (window, &width, &height);
  g_key_file_set_integer (file, group, "width", width);
  g_key_file_set_integer (file, group, "height", height);
  g_key_file_set_boolean (file, group, "maximized", gtk_window_is_maximized (window));
  g_mkdir_with_parents (folder, 0700);
  g_key_file_save_to_file (file, path, NULL);
}
