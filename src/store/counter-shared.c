/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number that many users share is a file that an administrator made: one decimal number, the one that comes next.
 * It often lies on a network file system and belongs to somebody else, so it is changed in place: never created,
 * truncated, replaced or reached through a link. What makes a number one's own, in this order:
 *  1. flock on the file itself, which the kernel (on NFS its server) drops with the process;
 *  2. the next number is written over the old one by a single write that is never shorter than what stood there, so
 *     that there is no instant with half a number;
 *  3. it is synced. Only then is the old number used: whoever is killed before has at worst wasted one. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/number.h"
#include "store/counter.h"

#define LOCK_LIMIT (2 * G_USEC_PER_SEC) /* µs that we wait for others */
#define LOCK_POLL 2000                  /* µs between two tries */
#define TEXT_MAX 64                     /* bytes of the file: a number, and some blanks that an editor left */

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}
#define auto_close __attribute__ ((cleanup (close_fd)))

static gboolean
fail (GError **error, const char *path, const char *reason)
{
  g_autofree char *shown = g_filename_display_name (path);

  /* Translators: the path of a file; a reason */
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN,
               _ ("The shared conversation number in “%s” is out of reach: %s."), shown, reason);
  return FALSE;
}

static int
open_counter (const char *path, int mode, GError **error)
{
  struct stat info;
  /* without O_NONBLOCK a FIFO in place of the file would hold us for ever */
  int fd = open (path, mode | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    fail (error, path, errno == ELOOP ? _ ("it is a symbolic link") : g_strerror (errno));
  else if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      fail (error, path, _ ("it is not a regular file"));
      close (fd);
      fd = -1;
    }
  return fd;
}

static gboolean
lock (int fd, const char *path, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + LOCK_LIMIT;

  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        return fail (error, path, g_strerror (errno));
      if (g_get_monotonic_time () > deadline)
        return fail (error, path, _ ("another program holds its lock for too long"));
      g_usleep (LOCK_POLL);
    }
  return TRUE;
}

/* The number and how many bytes the file has. */
static gboolean
read_number (int fd, const char *path, guint64 *number, gsize *size, GError **error)
{
  char text[TEXT_MAX + 1];
  gssize n = TEMP_FAILURE_RETRY (pread (fd, text, sizeof text, 0));

  if (n < 0)
    return fail (error, path, g_strerror (errno));
  *size = n;
  if (n > TEXT_MAX || memchr (text, '\0', n) != NULL)
    return fail (error, path, _ ("it does not hold one decimal number"));
  text[n] = '\0';
  /* there must be one more that comes after it */
  if (!mopt_number (g_strstrip (text), 0, G_MAXUINT64 - 1, number))
    return fail (error, path, _ ("it does not hold one decimal number"));
  return TRUE;
}

gboolean
mopt_counter_next_shared (const char *path, guint64 *number, GError **error)
{
  auto_close int fd = open_counter (path, O_RDWR, error);
  gsize size;

  if (fd < 0 || !lock (fd, path, error) || !read_number (fd, path, number, &size, error))
    return FALSE;

  g_autoptr (GString) text = g_string_new (NULL);
  g_string_printf (text, "%" G_GUINT64_FORMAT "\n", *number + 1);
  while (text->len < size) /* over leading zeros and blank lines, too */
    g_string_append_c (text, '\n');
  gssize n = TEMP_FAILURE_RETRY (pwrite (fd, text->str, text->len, 0));
  if (n < 0 || (gsize) n < text->len || fsync (fd) != 0)
    return fail (error, path, g_strerror (n >= 0 && (gsize) n < text->len ? ENOSPC : errno));
  return TRUE;
}

gboolean
mopt_counter_peek_shared (const char *path, guint64 *number, GError **error)
{
  auto_close int fd = open_counter (path, O_RDONLY, error);
  gsize size;

  return fd >= 0 && read_number (fd, path, number, &size, error);
}
