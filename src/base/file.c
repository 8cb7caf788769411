/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are old or new, never half. What makes it true, in this order:
 *  1. one writer at a time: flock on PATH.lock, which the kernel drops with the process;
 *  2. the new text goes to PATH.new in the same folder and is synced before it gets its name;
 *  3. rename () swaps the names in one step, and the folder is synced so that the step outlives the power.
 * A process killed in between leaves at most PATH.lock and PATH.new; the next writer takes both over. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#define LOCK_LIMIT (10 * G_USEC_PER_SEC) /* µs that we wait for another writer */
#define LOCK_POLL_FIRST 250 /* µs between two tries, each time twice as long: a writer needs less than a ms, … */
#define LOCK_POLL_LAST 8000 /* … or waits for its disk */
#define LINKS_MAX 40                     /* as the kernel's own limit */

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}
#define auto_close __attribute__ ((cleanup (close_fd)))

char *
mopt_file_etag (const char *text, gsize length)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, length);
}

static gboolean
fail (GError **error, MoptError code, const char *format, const char *path, int saved_errno)
{
  g_autofree char *shown = g_filename_display_name (path);

  /* the format is one of the literals below */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, MOPT_ERROR, code, format, shown, g_strerror (saved_errno));
#pragma GCC diagnostic pop
  return FALSE;
}

static gboolean
fail_read (GError **error, const char *path, int saved_errno)
{
  return fail (error, MOPT_ERROR_FAILED, _ ("The file “%s” could not be read: %s."), path, saved_errno);
}

static gboolean
fail_write (GError **error, const char *path, int saved_errno)
{
  return fail (error, MOPT_ERROR_NOT_WRITTEN, _ ("The file “%s” could not be saved: %s."), path, saved_errno);
}

/* Reads @fd, of which @expected bytes were there, to its end, NUL-terminated; NULL with errno, EFBIG where there is
 * more than @max. */
static char *
read_all (int fd, gsize expected, gsize max, gsize *length)
{
  gsize room = MIN (expected, max) + 1; /* one more, to meet the end and for the NUL */
  g_autofree char *text = g_malloc (room);
  gsize n = 0;

  for (;;)
    {
      gssize more = TEMP_FAILURE_RETRY (read (fd, text + n, room - n));

      if (more < 0)
        return NULL;
      if (more == 0)
        break;
      n += more;
      if (n > max)
        {
          errno = EFBIG;
          return NULL;
        }
      if (n == room) /* it has grown */
        {
          room = MIN (room * 2, max + 1);
          text = g_realloc (text, room);
        }
    }
  text[n] = '\0';
  *length = n;
  return g_steal_pointer (&text);
}

/* NULL + error; MOPT_ERROR_NOT_FOUND where there is no such file. */
static char *
load (const char *path, gsize max, gsize *length, struct stat *info, GError **error)
{
  char *text = NULL;
  /* without O_NONBLOCK a FIFO in place of the file would hold us for ever */
  auto_close int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 && errno == ENOENT)
    fail (error, MOPT_ERROR_NOT_FOUND, _ ("The file “%s” could not be read: %s."), path, ENOENT);
  else if (fd < 0 || fstat (fd, info) != 0)
    fail_read (error, path, errno);
  else if (!S_ISREG (info->st_mode))
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, _ ("“%s” is not a regular file."), shown);
    }
  else if ((guint64) info->st_size > max)
    fail_read (error, path, EFBIG);
  else
    {
      text = read_all (fd, info->st_size, max, length);
      if (text == NULL)
        fail_read (error, path, errno);
    }
  return text;
}

GBytes *
mopt_file_load (const char *path, gsize max, struct stat *info, GError **error)
{
  struct stat unwanted;
  gsize length;
  char *text = load (path, max, &length, info != NULL ? info : &unwanted, error);

  return text != NULL ? g_bytes_new_take (text, length) : NULL;
}

static gboolean
begins_with (int fd, GBytes *start)
{
  gsize length, n = 0;
  const char *text = g_bytes_get_data (start, &length);
  char piece[32768];

  while (n < length)
    {
      gssize more = TEMP_FAILURE_RETRY (read (fd, piece, MIN (sizeof piece, length - n)));

      if (more <= 0 || memcmp (text + n, piece, more) != 0)
        return FALSE;
      n += more;
    }
  return TRUE;
}

GBytes *
mopt_file_load_behind (const char *path, GBytes *start, gsize max)
{
  struct stat info;
  gsize length;
  char *rest = NULL;
  auto_close int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && begins_with (fd, start))
    rest = read_all (fd, max, max, &length);
  return rest != NULL ? g_bytes_new_take (rest, length) : NULL;
}

char *
mopt_file_read (const char *path, gsize *length, char **etag, GError **error)
{
  struct stat info;
  gsize n = 0;
  GError *load_error = NULL;
  char *text = load (path, MOPT_FILE_MAX, &n, &info, &load_error);
  gboolean absent = g_error_matches (load_error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND);

  if (absent)
    {
      g_clear_error (&load_error);
      text = g_strdup ("");
    }
  if (text == NULL)
    {
      g_propagate_error (error, load_error);
      return NULL;
    }
  if (etag != NULL)
    *etag = absent ? g_strdup ("") : mopt_file_etag (text, n);
  if (length != NULL)
    *length = n;
  return text;
}

/* The file that @path names in the end, also where a link points to nothing yet. NULL with errno. */
static char *
follow_links (const char *path)
{
  g_autofree char *target = g_strdup (path);

  for (guint i = 0; i < LINKS_MAX; i++)
    {
      g_autofree char *link = g_file_read_link (target, NULL);

      if (link == NULL)
        return g_steal_pointer (&target);
      g_autofree char *folder = g_path_get_dirname (target);
      g_free (target);
      target = g_path_is_absolute (link) ? g_steal_pointer (&link) : g_build_filename (folder, link, NULL);
    }
  errno = ELOOP;
  return NULL;
}

/* Takes the lock at @lock_path; -1 with errno. A holder removes the file before he lets go of it: so what we have
 * locked counts only while it still is the file of that name. */
static int
take_lock (const char *lock_path)
{
  gint64 deadline = g_get_monotonic_time () + LOCK_LIMIT;

  for (;;)
    {
      struct stat ours, named;
      gulong pause = LOCK_POLL_FIRST;
      auto_close int fd = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

      if (fd < 0)
        return -1;
      while (flock (fd, LOCK_EX | LOCK_NB) != 0)
        {
          if (errno != EWOULDBLOCK && errno != EINTR)
            return -1;
          if (g_get_monotonic_time () > deadline)
            {
              errno = ETIMEDOUT;
              return -1;
            }
          g_usleep (pause);
          pause = MIN (2 * pause, LOCK_POLL_LAST);
        }
      if (fstat (fd, &ours) == 0 && lstat (lock_path, &named) == 0 && ours.st_ino == named.st_ino
          && ours.st_dev == named.st_dev)
        {
          int locked = fd;

          fd = -1;
          return locked;
        }
    }
}

static gboolean
write_all (int fd, const char *text, gsize length)
{
  while (length > 0)
    {
      gssize n = TEMP_FAILURE_RETRY (write (fd, text, length));

      if (n < 0)
        return FALSE;
      text += n;
      length -= n;
    }
  return TRUE;
}

static gboolean
sync_folder (const char *folder)
{
  auto_close int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  /* some file systems have no such thing for folders, and then nothing is to be done */
  return fd >= 0 && (fsync (fd) == 0 || errno == EINVAL);
}

/* Makes @folder where it is missing; its name must outlive the power, too. */
static gboolean
make_folder (const char *folder, mode_t mode)
{
  g_autofree char *parent = g_path_get_dirname (folder);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  return g_mkdir_with_parents (folder, mode) == 0 && chmod (folder, mode) == 0 && sync_folder (parent);
}

/* Steps 2 and 3 of the comment at the top; FALSE with errno. */
static gboolean
replace (const char *target, const char *text, gsize length, mode_t mode, gid_t group, gboolean sync)
{
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *new_path = g_strconcat (target, ".new", NULL);
  int fd;

  if (length > MOPT_FILE_MAX) /* we could not read it again */
    {
      errno = EFBIG;
      return FALSE;
    }
  if (unlink (new_path) != 0 && errno != ENOENT)
    return FALSE;
  fd = open (new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return FALSE;

  /* the group before the mode: what only it may read, no other group may for a moment */
  gboolean ok = (group == MOPT_FILE_OWN_GROUP || fchown (fd, (uid_t) -1, group) == 0) && fchmod (fd, mode) == 0
                && write_all (fd, text, length) && (!sync || fsync (fd) == 0);
  int saved_errno = errno;
  if (close (fd) != 0 && ok)
    {
      ok = FALSE;
      saved_errno = errno;
    }
  if (ok && rename (new_path, target) != 0)
    {
      ok = FALSE;
      saved_errno = errno;
    }
  if (!ok)
    {
      unlink (new_path);
      errno = saved_errno;
      return FALSE;
    }
  return !sync || sync_folder (folder);
}

/* What is for all is written where its path says, and nowhere else. */
static gboolean
refuse_link (const char *path, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return TRUE;
  return fail (error, MOPT_ERROR_NOT_WRITTEN,
               _ ("Nothing was written: “%s” is a symbolic link. Name the file itself, or remove the link."), path, 0);
}

gboolean
mopt_file_replace (const char *path, const char *text, gsize length, mode_t mode, gid_t group, GError **error)
{
  if (!refuse_link (path, error))
    return FALSE;
  return replace (path, text, length, mode, group, TRUE) || fail_write (error, path, errno);
}

gboolean
mopt_file_update (const char *path, MoptFileFlags flags, MoptFileEdit edit, gpointer user_data, GError **error)
{
  gboolean for_all = (flags & MOPT_FILE_FOR_ALL) != 0, sync = (flags & MOPT_FILE_NO_SYNC) == 0;

  if (for_all && !refuse_link (path, error))
    return FALSE;
  g_autofree char *target = follow_links (path);

  if (target == NULL)
    return fail_write (error, path, errno);

  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *lock_path = g_strconcat (target, ".lock", NULL);

  if (!make_folder (folder, for_all ? 0755 : 0700))
    return fail_write (error, path, errno);
  auto_close int lock = take_lock (lock_path);
  if (lock < 0 && errno == ETIMEDOUT)
    return fail (error, MOPT_ERROR_NOT_WRITTEN,
                 _ ("The file “%s” could not be saved: another program holds its lock for too long."), path, 0);
  if (lock < 0)
    return fail_write (error, path, errno);

  gboolean ok = FALSE;
  gsize length, new_length = 0;
  GError *read_error = NULL;
  g_autofree char *text = mopt_file_read (target, &length, NULL, &read_error);

  if (text == NULL)
    {
      read_error->code = MOPT_ERROR_NOT_WRITTEN; /* that is what it comes to, whatever stood in the way */
      g_propagate_error (error, read_error);
    }
  else
    {
      GError *edit_error = NULL;
      g_autofree char *new_text = edit (text, length, &new_length, user_data, &edit_error);

      if (edit_error != NULL)
        g_propagate_error (error, edit_error);
      else if (new_text == NULL
               || replace (target, new_text, new_length, for_all ? 0644 : 0600, MOPT_FILE_OWN_GROUP, sync))
        ok = TRUE;
      else
        fail_write (error, path, errno);
    }
  unlink (lock_path);
  return ok;
}

typedef struct
{
  const char *path, *text, *etag;
  gsize length;
} Replacement;

static char *
edit_replace (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  Replacement *data = user_data;

  if (data->etag != NULL)
    {
      /* "" stands for a file that is not there, but reads like an empty one */
      g_autofree char *etag = *data->etag == '\0' && length == 0 ? g_strdup ("") : mopt_file_etag (text, length);

      if (!g_str_equal (etag, data->etag))
        {
          g_autofree char *shown = g_filename_display_name (data->path);

          g_set_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED,
                       _ ("The file “%s” was changed by another program meanwhile."), shown);
          return NULL;
        }
    }
  char *copy = g_malloc (data->length + 1); /* never NULL: that would mean "leave it" */

  memcpy (copy, data->text, data->length);
  *new_length = data->length;
  return copy;
}

gboolean
mopt_file_write (const char *path, const char *text, gsize length, const char *etag, char **new_etag, GError **error)
{
  Replacement data = { path, text, etag, length };

  if (!mopt_file_update (path, MOPT_FILE_DURABLE, edit_replace, &data, error))
    return FALSE;
  if (new_etag != NULL)
    *new_etag = mopt_file_etag (text, length);
  return TRUE;
}
