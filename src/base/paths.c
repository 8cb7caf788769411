/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/paths.h"

char *
mopt_paths_accounts (void)
{
  return g_build_filename (g_get_user_config_dir (), "mail-options", "accounts.conf", NULL);
}

char *
mopt_paths_state (const char *name)
{
  return g_build_filename (g_get_user_state_dir (), "mail-options", name, NULL);
}

char *
mopt_paths_published (void)
{
  const char *path = g_getenv ("MAIL_OPTIONS_PUBLISHED");

  if (path != NULL && *path != '\0')
    return g_strdup (path);
  return g_build_filename (MOPT_SYSCONFDIR, "mail-options", "published.conf", NULL);
}
