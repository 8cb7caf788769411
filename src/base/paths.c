/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/paths.h"

/* The XDG Base Directory Specification wants a folder that is not absolute ignored; GLib does not. */
static const char *
absolute (const char *folder, const char *below_home, char **other)
{
  if (g_path_is_absolute (folder))
    return folder;
  return *other = g_build_filename (g_get_home_dir (), below_home, NULL);
}

char *
mopt_paths_accounts (void)
{
  g_autofree char *other = NULL;

  return g_build_filename (absolute (g_get_user_config_dir (), ".config", &other), "mail-options", "accounts.conf",
                           NULL);
}

char *
mopt_paths_state (const char *name)
{
  g_autofree char *other = NULL;

  return g_build_filename (absolute (g_get_user_state_dir (), ".local/state", &other), "mail-options", name, NULL);
}

char *
mopt_paths_published (void)
{
  const char *path = g_getenv ("MAIL_OPTIONS_PUBLISHED");

  if (path != NULL && *path != '\0')
    return g_strdup (path);
  return g_build_filename (MOPT_SYSCONFDIR, "mail-options", "published.conf", NULL);
}
