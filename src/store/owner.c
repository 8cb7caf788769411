/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "store/owner.h"

/* @format is one of the literals below, with a place for the file and one for the user. */
static void
warn (GStrvBuilder *warnings, const char *format, const char *path, const char *user)
{
  g_autofree char *shown = g_filename_display_name (path);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *sentence = g_strdup_printf (format, shown, user);
#pragma GCC diagnostic pop

  g_strv_builder_add (warnings, sentence);
}

static gboolean
is_trusted (uid_t owner)
{
  return owner == 0 || owner == geteuid ();
}

static char *
name_of (uid_t owner)
{
  char buffer[4096];
  struct passwd entry, *found = NULL;

  if (getpwuid_r (owner, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
    return g_strdup (entry.pw_name);
  return g_strdup_printf ("%u", (guint) owner);
}

static void
check_folder (const char *folder, const struct stat *info, GStrvBuilder *warnings)
{
  if (!is_trusted (info->st_uid))
    {
      g_autofree char *user = name_of (info->st_uid);

      warn (warnings,
            _ ("The folder “%s” belongs to the user %s, who can replace what is in it; it should belong to root."),
            folder, user);
    }
  /* in a folder such as /tmp only owners replace what is theirs */
  if ((info->st_mode & S_IWOTH) != 0 && (info->st_mode & S_ISVTX) == 0)
    warn (warnings,
          _ ("Everyone can replace what is in the folder “%s”. An administrator should take that right away (chmod "
             "o-w)."),
          folder, "");
}

void
mopt_owner_check (const char *path, const struct stat *info, GStrvBuilder *warnings)
{
  g_autofree char *folder = g_path_get_dirname (path);
  char *target = realpath (path, NULL); /* behind a symbolic link is another folder */
  g_autofree char *target_folder = target != NULL ? g_path_get_dirname (target) : NULL;
  struct stat around, behind;

  free (target);
  if (!is_trusted (info->st_uid))
    {
      g_autofree char *user = name_of (info->st_uid);

      warn (warnings, _ ("“%s” belongs to the user %s, who can change it; it should belong to root."), path, user);
    }
  if ((info->st_mode & S_IWOTH) != 0)
    warn (warnings, _ ("Everyone can change “%s”. An administrator should take that right away (chmod o-w)."), path,
          "");
  if (stat (folder, &around) != 0)
    return;
  check_folder (folder, &around, warnings);
  if (target_folder != NULL && stat (target_folder, &behind) == 0
      && (behind.st_dev != around.st_dev || behind.st_ino != around.st_ino))
    check_folder (target_folder, &behind, warnings);
}

gboolean
mopt_owner_is_own (const char *path, GError **error)
{
  g_autofree char *there = g_strdup (path); /* or what there is of the way to it */
  gboolean is_there = TRUE;
  struct stat info;

  while (stat (there, &info) != 0)
    {
      g_autofree char *below = g_steal_pointer (&there);

      there = g_path_get_dirname (below);
      if (g_str_equal (there, below))
        return TRUE;
      is_there = FALSE;
    }
  if (is_trusted (info.st_uid) || (!is_there && faccessat (AT_FDCWD, there, W_OK, AT_EACCESS) != 0))
    return TRUE;
  g_autofree char *shown = g_filename_display_name (there);
  g_autofree char *owner = name_of (info.st_uid), *user = name_of (geteuid ());
  /* Translators: a file, the names of two users */
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED,
               _ ("“%s” belongs to the user %s, but the program runs as the user %s. Run it as the former, or with the "
                  "HOME of the latter."),
               shown, owner, user);
  return FALSE;
}
