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

/* What the environment names, made absolute, or NULL. */
static char *
named_by (const char *variable)
{
  const char *path = g_getenv (variable);

  return path != NULL && *path != '\0' ? g_canonicalize_filename (path, NULL) : NULL;
}

char *
mopt_paths_tryout (void)
{
  return named_by ("MAIL_OPTIONS_PUBLISHED");
}

char *
mopt_paths_source (void)
{
  char *named = named_by ("MAIL_OPTIONS_SOURCE");

  return named != NULL ? named : g_build_filename (MOPT_SYSCONFDIR, "mail-options", "source.conf", NULL);
}

gboolean
mopt_paths_source_is_tryout (void)
{
  g_autofree char *named = named_by ("MAIL_OPTIONS_SOURCE");

  return named != NULL;
}

char *
mopt_paths_system (const char *name)
{
  g_autofree char *source = mopt_paths_source ();
  g_autofree char *folder = g_path_get_dirname (source);

  return g_build_filename (folder, name, NULL);
}
