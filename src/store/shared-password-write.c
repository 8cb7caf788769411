/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "model/terms.h"
#include "store/shared-password.h"

static gboolean
find_group (const char *name, gid_t *id, GError **error)
{
  struct group entry, *found = NULL;
  char buffer[65536]; /* groups of a directory have many members */

  if (getgrnam_r (name, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
    {
      *id = found->gr_gid;
      return TRUE;
    }
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("There is no group “%s” on this computer."), name);
  return FALSE;
}

static gboolean
make_folder (const char *folder, GError **error)
{
  g_autofree char *shown = g_filename_display_name (folder);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR)
      || (g_mkdir_with_parents (folder, 0755) == 0 && chmod (folder, 0755) == 0))
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN, _ ("The folder “%s” could not be made: %s."), shown,
               g_strerror (errno));
  return FALSE;
}

static gboolean
check (const char *name, MoptPassword *password, GError **error)
{
  gsize length = mopt_password_length (password);

  if (*name == '\0' || !mopt_term_validate (MOPT_TERM_INCOMING_PASSWORD_FILE, name, error))
    return FALSE;
  if (length > 0 && length <= MOPT_SHARED_PASSWORD_MAX
      && strcspn (mopt_password_peek (password), "\r\n") == length) /* and no NUL */
    return TRUE;
  g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_SHARED_PASSWORD,
                       _ ("A shared password is one line of up to 1,024 bytes, without line ends of Windows."));
  return FALSE;
}

gboolean
mopt_shared_password_write (const char *folder, gboolean is_tryout, const char *name, const char *group,
                            MoptPassword *password, GError **error)
{
  gid_t id;

  if (!check (name, password, error) || !find_group (group, &id, error))
    return FALSE;
  if (geteuid () != 0 && !is_tryout)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN,
                           _ ("Only root can write a shared password that desktops accept. Do this with sudo."));
      return FALSE;
    }
  if (!make_folder (folder, error))
    return FALSE;

  g_autofree char *path = g_build_filename (folder, name, NULL);
  if (!mopt_file_replace (path, mopt_password_peek (password), mopt_password_length (password), 0640, id, error))
    return FALSE;
  if (mopt_shared_password_check (folder, is_tryout, name, error))
    return TRUE;
  unlink (path); /* what nobody may use needs not lie there: the folder is at fault */
  return FALSE;
}
