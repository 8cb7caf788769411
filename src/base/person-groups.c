/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users and groups as NSS knows them. The _r functions throughout: these run in threads. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "base/person.h"

#define FIRST_BUFFER 4096
#define LAST_BUFFER (16 * 1024 * 1024) /* a group with all its members: an end is needed, not a tight one */
#define FIRST_GROUPS 64

/* The C library returns the error; libraries in its place that return -1 leave it in errno. */
static gboolean
is_too_small (int result)
{
  return (result < 0 ? errno : result) == ERANGE;
}

/* Whether @user is known, and its primary group. */
static gboolean
find_user (const char *user, gid_t *gid)
{
  for (gsize size = FIRST_BUFFER; size <= LAST_BUFFER; size *= 4)
    {
      g_autofree char *buffer = g_malloc (size);
      struct passwd entry, *found = NULL;
      int result = getpwnam_r (user, &entry, buffer, size, &found);

      if (is_too_small (result))
        continue;
      if (found != NULL && gid != NULL)
        *gid = entry.pw_gid;
      return found != NULL;
    }
  return FALSE;
}

/* By @name, or where that is NULL by @gid: the group's name, NULL if there is no such group. Caller frees. */
static char *
find_group (const char *name, gid_t gid)
{
  for (gsize size = FIRST_BUFFER; size <= LAST_BUFFER; size *= 4)
    {
      g_autofree char *buffer = g_malloc (size);
      struct group entry, *found = NULL;
      int result = name != NULL ? getgrnam_r (name, &entry, buffer, size, &found)
                                : getgrgid_r (gid, &entry, buffer, size, &found);

      if (is_too_small (result))
        continue;
      return found != NULL ? g_strdup (entry.gr_name) : NULL;
    }
  return NULL;
}

char **
mopt_person_groups (const char *user)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autofree gid_t *gids = NULL;
  int n = FIRST_GROUPS, room;
  gid_t primary;

  if (!find_user (user, &primary))
    return g_strv_builder_end (names);
  do /* -1: there are more, and @n says how many there were just now */
    {
      room = n;
      gids = g_renew (gid_t, gids, room);
    }
  while (getgrouplist (user, primary, gids, &n) < 0 && n > room);

  for (int i = 0; i < MIN (n, room); i++)
    {
      g_autofree char *name = find_group (NULL, gids[i]);

      if (name != NULL)
        g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

gboolean
mopt_person_is_user (const char *name)
{
  return find_user (name, NULL);
}

gboolean
mopt_person_is_group (const char *name)
{
  g_autofree char *found = find_group (name, 0);

  return found != NULL;
}
