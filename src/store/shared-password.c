/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that was opened is the one that is judged and read: what its name stands for may change at any moment. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/paths.h"
#include "model/terms.h"
#include "store/shared-password.h"

#define MODE_MAX 0640 /* no bit beyond these */

char *
mopt_shared_password_folder (gboolean *is_tryout)
{
  g_autofree char *published = mopt_paths_tryout ();

  *is_tryout = published != NULL || mopt_paths_source_is_tryout ();
  if (published == NULL)
    return mopt_paths_system ("secrets");

  g_autofree char *folder = g_path_get_dirname (published);
  return g_build_filename (folder, "secrets", NULL);
}

/* @format is one of the literals below, with a place for @shown. FALSE. */
static gboolean
refuse (GError **error, const char *format, const char *shown)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *sentence = g_strdup_printf (format, shown);
#pragma GCC diagnostic pop

  g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_SHARED_PASSWORD, sentence);
  return FALSE;
}

static gboolean
is_owner (uid_t owner, gboolean is_tryout)
{
  return owner == 0 || (is_tryout && owner == geteuid ());
}

/* --- The folder -------------------------------------------------------------------------------------------------- */

/* -1: refused. */
static int
open_folder (const char *folder, gboolean is_tryout, GError **error)
{
  g_autofree char *shown = g_filename_display_name (folder);
  int fd = open (folder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;

  if (fd < 0 && errno == ENOENT)
    refuse (error, _ ("The folder of shared passwords, “%s”, is not on this computer."), shown);
  else if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
    refuse (error, _ ("“%s” must be a folder, not a link or a file, to hold shared passwords."), shown);
  else if (fd < 0)
    refuse (error, _ ("You may not look into the folder of shared passwords, “%s”."), shown);
  else if (fstat (fd, &info) != 0 || !is_owner (info.st_uid, is_tryout))
    refuse (error, _ ("The folder of shared passwords, “%s”, must belong to root: others could put their own there."),
            shown);
  else if ((info.st_mode & S_IWOTH) != 0)
    refuse (error, _ ("Everyone can write in the folder of shared passwords, “%s”; nothing there can be trusted."),
            shown);
  else
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* --- The file ---------------------------------------------------------------------------------------------------- */

static gboolean
refuse_open (int failure, const char *shown, GError **error)
{
  switch (failure)
    {
    case ENOENT:
      return refuse (error, _ ("The shared password “%s” is not on this computer."), shown);
    case EACCES:
    case EPERM:
      return refuse (error, _ ("You may not read the shared password “%s”: it is for a group that you are not in."),
                     shown);
    case ELOOP:
      return refuse (error, _ ("The shared password “%s” is a symbolic link. It must be a file of its own."), shown);
    case ENXIO: /* a socket */
      return refuse (error, _ ("The shared password “%s” is not a regular file."), shown);
    default:
      return refuse (error, _ ("The shared password “%s” cannot be opened."), shown);
    }
}

/* As the file is now, whatever its name says a moment later. */
static gboolean
judge (int fd, gboolean is_tryout, const char *shown, GError **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    return refuse (error, _ ("The shared password “%s” is not a regular file."), shown);
  if (!is_owner (info.st_uid, is_tryout))
    return refuse (error, _ ("The shared password “%s” does not belong to root, so anyone may have written it."),
                   shown);
  if ((info.st_mode & S_IRWXO) != 0)
    return refuse (error,
                   _ ("Everyone on this computer can use the file of the shared password “%s”. It must be for "
                      "root and one group (chmod 0640)."),
                   shown);
  if ((info.st_mode & 07777 & ~MODE_MAX) != 0)
    return refuse (error, _ ("The shared password “%s” may be read by a group, but nothing more (chmod 0640)."), shown);
  return TRUE;
}

/* -1: refused. */
static int
open_file (const char *folder, gboolean is_tryout, const char *name, GError **error)
{
  g_autofree char *shown = g_filename_display_name (name);
  int folder_fd, fd;

  if (*name == '\0' || !mopt_term_validate (MOPT_TERM_INCOMING_PASSWORD_FILE, name, NULL))
    {
      refuse (error, _ ("“%s” is no name of a shared password: it must be a plain file name, without a folder."),
              shown);
      return -1;
    }
  folder_fd = open_folder (folder, is_tryout, error);
  if (folder_fd < 0)
    return -1;
  fd = openat (folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    refuse_open (errno, shown, error);
  else if (!judge (fd, is_tryout, shown, error))
    {
      close (fd);
      fd = -1;
    }
  close (folder_fd);
  return fd;
}

/* One line that can be sent. Its line end, if any, is off. */
static gboolean
check_text (const MoptPassword *password, const char *shown, GError **error)
{
  const char *text = mopt_password_peek (password);
  gsize length = mopt_password_length (password);

  if (length == 0)
    return refuse (error, _ ("The shared password “%s” is empty."), shown);
  if (memchr (text, '\0', length) != NULL)
    return refuse (error, _ ("The shared password “%s” holds a NUL byte, so it is no password."), shown);
  if (memchr (text, '\n', length) != NULL || memchr (text, '\r', length) != NULL)
    return refuse (error,
                   _ ("The shared password “%s” has more than one line, or line ends of Windows. It must be one "
                      "line."),
                   shown);
  return TRUE;
}

MoptPassword *
mopt_shared_password_read (const char *folder, gboolean is_tryout, const char *name, GError **error)
{
  int fd = open_file (folder, is_tryout, name, error);
  int failure = 0;

  if (fd < 0)
    return NULL;

  g_autofree char *shown = g_filename_display_name (name);
  g_autoptr (MoptPassword) password = mopt_password_read (fd, MOPT_SHARED_PASSWORD_MAX, &failure);
  close (fd);
  if (password == NULL && failure == EMSGSIZE)
    refuse (error, _ ("The shared password “%s” is longer than 1,024 bytes."), shown);
  else if (password == NULL)
    refuse (error, _ ("The shared password “%s” cannot be read."), shown);
  else if (check_text (password, shown, error))
    return g_steal_pointer (&password);
  return NULL;
}

gboolean
mopt_shared_password_check (const char *folder, gboolean is_tryout, const char *name, GError **error)
{
  int fd = open_file (folder, is_tryout, name, error);

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}
