/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/as-owner.h"

gboolean
mopt_as_owner_of (const char *path, MoptAction action, gpointer data, GError **error)
{
  struct stat info;
  gid_t group = getegid ();

  if (geteuid () != 0 || stat (path, &info) != 0 || info.st_uid == 0)
    return action (data, error);
  if (setegid (info.st_gid) != 0 || seteuid (info.st_uid) != 0)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN, g_strerror (errno));
      return FALSE;
    }
  gboolean ok = action (data, error);
  if (seteuid (0) != 0 || setegid (group) != 0)
    g_error ("root cannot be root again: %s", g_strerror (errno));
  return ok;
}
