/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/as-owner.h"

/* Also the groups that root has beside his own: what only they may write is not the owner's. */
static gboolean
become (uid_t user, gid_t group)
{
  const struct passwd *owner = getpwuid (user);

  return (owner != NULL ? initgroups (owner->pw_name, owner->pw_gid) : setgroups (0, NULL)) == 0
         && setegid (owner != NULL ? owner->pw_gid : group) == 0 && seteuid (user) == 0;
}

static gboolean
become_root (gid_t group, int n_groups, const gid_t *groups)
{
  return seteuid (0) == 0 && setegid (group) == 0 && setgroups (n_groups, groups) == 0;
}

gboolean
mopt_as_owner_of (const char *path, MoptAction action, gpointer data, GError **error)
{
  struct stat info;
  gid_t group = getegid ();
  int n_groups = MAX (getgroups (0, NULL), 0);
  g_autofree gid_t *groups = g_new (gid_t, n_groups + 1);

  if (geteuid () != 0 || stat (path, &info) != 0 || info.st_uid == 0)
    return action (data, error);
  gboolean ok = getgroups (n_groups, groups) == n_groups && become (info.st_uid, info.st_gid);
  if (ok)
    ok = action (data, error);
  else
    g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN, g_strerror (errno));
  if (!become_root (group, n_groups, groups))
    g_error ("root cannot be root again: %s", g_strerror (errno));
  return ok;
}
