/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "mail/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define MEMORY_MAX (1024 * 1024) /* bytes of a message that are kept in memory */

struct _MoptSpool
{
  gatomicrefcount refs;
  guint64 size;
  GBytes *bytes; /* NULL: it lies in the file */
  int fd;        /* -1: none */
  guint64 base;  /* where it begins in the file */
};

/* Both by errno; always FALSE. */
static gboolean
fail_read (GError **error)
{
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, _ ("The message could not be read: %s."), g_strerror (errno));
  return FALSE;
}

static gboolean
fail_spool (GError **error)
{
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN,
               _ ("The message could not be put aside while it is sent: %s."), g_strerror (errno));
  return FALSE;
}

static MoptSpool *
spool_new (void)
{
  MoptSpool *self = g_new0 (MoptSpool, 1);

  g_atomic_ref_count_init (&self->refs);
  self->fd = -1;
  return self;
}

MoptSpool *
mopt_spool_new_from_bytes (GBytes *bytes)
{
  MoptSpool *self = spool_new ();

  self->bytes = g_bytes_ref (bytes);
  self->size = g_bytes_get_size (bytes);
  return self;
}

MoptSpool *
mopt_spool_ref (MoptSpool *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
mopt_spool_unref (MoptSpool *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

/* A file without a name. -1 with errno. */
static int
open_unlinked (void)
{
  const char *given = g_getenv ("TMPDIR");
  const char *const folders[] = { given != NULL && *given != '\0' ? given : "/var/tmp", "/tmp" };
  int fd = -1;

  for (guint i = 0; i < G_N_ELEMENTS (folders) && fd < 0; i++)
    {
      fd = open (folders[i], O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
      if (fd >= 0)
        break;
      /* not every file system has such files */
      g_autofree char *name = g_build_filename (folders[i], "mopt-XXXXXX", NULL);
      fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);
      if (fd >= 0)
        g_unlink (name);
    }
  return fd;
}

void
mopt_spool_set_silent (const MoptSpoolRules *rules, GError **error)
{
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_TIMED_OUT, _ ("Nothing more of the message came within %u seconds."),
               rules->silence_ms / 1000);
}

/* Waits until @fd can be read, @cancellable says no, or it has been silent for too long. */
static gboolean
wait_for (int fd, const MoptSpoolRules *rules, GCancellable *cancellable, GError **error)
{
  struct pollfd fds[2] = { { .fd = fd, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
  GPollFD cancel;
  gboolean has_cancel = g_cancellable_make_pollfd (cancellable, &cancel);

  if (has_cancel)
    fds[1].fd = cancel.fd;
  int n = TEMP_FAILURE_RETRY (
      poll (fds, G_N_ELEMENTS (fds), rules->silence_ms > 0 ? (int) MIN (rules->silence_ms, G_MAXINT) : -1));
  if (has_cancel)
    g_cancellable_release_fd (cancellable);
  if (n == 0)
    mopt_spool_set_silent (rules, error);
  return n != 0 && !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* Up to @room bytes, fewer at the end only; -1 + error. */
static gssize
read_up_to (int fd, char *buffer, gsize room, const MoptSpoolRules *rules, GCancellable *cancellable, GError **error)
{
  gsize n = 0;

  while (n < room)
    {
      if (!wait_for (fd, rules, cancellable, error))
        return -1;
      gssize more = read (fd, buffer + n, room - n);
      if (more < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (more < 0)
        {
          fail_read (error);
          return -1;
        }
      if (more == 0)
        break;
      if (rules->pieces != NULL)
        g_atomic_int_inc (rules->pieces);
      n += more;
    }
  return n;
}

static gboolean
write_all (int fd, const char *data, gsize n, GError **error)
{
  while (n > 0)
    {
      gssize done = TEMP_FAILURE_RETRY (write (fd, data, n));

      if (done < 0)
        return fail_spool (error);
      data += done;
      n -= done;
    }
  return TRUE;
}

static gboolean
check_size (guint64 size, const MoptSpoolRules *rules, GError **error)
{
  if (rules->most == 0 || size <= rules->most)
    return TRUE;
  g_autofree char *most = g_format_size_full (rules->most, G_FORMAT_SIZE_IEC_UNITS);
  /* Translators: a size such as 2.0 GiB */
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_TOO_LARGE, _ ("The message is larger than %s."), most);
  return FALSE;
}

/* @block, of which @n bytes are filled, and all that is still to come, into a file of its own. */
static gboolean
spool_rest (MoptSpool *self, int fd, char *block, gsize n, const MoptSpoolRules *rules, GCancellable *cancellable,
            GError **error)
{
  gssize more = n;

  self->fd = open_unlinked ();
  if (self->fd < 0)
    return fail_spool (error);
  while (more > 0)
    {
      if (!check_size (self->size + more, rules, error) || !write_all (self->fd, block, more, error))
        return FALSE;
      self->size += more;
      more = read_up_to (fd, block, MEMORY_MAX, rules, cancellable, error);
    }
  return more == 0;
}

/* Whether nobody can change the file any more: only a memfd can be like that. */
static gboolean
is_sealed (int fd)
{
  const int all = F_SEAL_WRITE | F_SEAL_SHRINK;
  int seals = fcntl (fd, F_GET_SEALS);

  return seals >= 0 && (seals & all) == all;
}

/* A large regular file lies well where it is. */
static gboolean
use_in_place (MoptSpool *self, int fd, const MoptSpoolRules *rules)
{
  struct stat info;
  off_t here = lseek (fd, 0, SEEK_CUR);

  if (here < 0 || fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size - here <= MEMORY_MAX)
    return FALSE;
  if (rules->copies && !is_sealed (fd))
    return FALSE;
  self->fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  self->base = here;
  self->size = info.st_size - here;
  return self->fd >= 0;
}

MoptSpool *
mopt_spool_new_from_fd (int fd, const MoptSpoolRules *rules, GCancellable *cancellable, GError **error)
{
  const MoptSpoolRules none = { 0 };
  g_autoptr (MoptSpool) self = spool_new ();

  if (rules == NULL)
    rules = &none;
  if (use_in_place (self, fd, rules))
    {
      char first; /* it may be open for writing only */
      gboolean ok = check_size (self->size, rules, error) && mopt_spool_read (self, 0, &first, 1, error);

      return ok ? g_steal_pointer (&self) : NULL;
    }

  g_autofree char *block = g_malloc (MEMORY_MAX + 1);
  gssize n = read_up_to (fd, block, MEMORY_MAX + 1, rules, cancellable, error);
  if (n < 0 || !check_size (n, rules, error))
    return NULL;
  if (n > MEMORY_MAX)
    return spool_rest (self, fd, block, n, rules, cancellable, error) ? g_steal_pointer (&self) : NULL;
  self->size = n;
  self->bytes = g_bytes_new (block, n);
  return g_steal_pointer (&self);
}

guint64
mopt_spool_get_size (MoptSpool *self)
{
  return self->size;
}

gboolean
mopt_spool_read (MoptSpool *self, guint64 offset, gpointer buffer, gsize n, GError **error)
{
  g_return_val_if_fail (offset <= self->size && n <= self->size - offset, FALSE);
  if (self->bytes != NULL)
    {
      if (n > 0)
        memcpy (buffer, (const char *) g_bytes_get_data (self->bytes, NULL) + offset, n);
      return TRUE;
    }
  for (gsize done = 0; done < n;)
    {
      gssize more = TEMP_FAILURE_RETRY (pread (self->fd, (char *) buffer + done, n - done, self->base + offset + done));

      if (more == 0)
        errno = ENODATA; /* somebody has cut it off */
      if (more <= 0)
        return fail_read (error);
      done += more;
    }
  return TRUE;
}

void
mopt_spool_reader_init (MoptSpoolReader *self, MoptSpool *spool, guint64 start, guint64 end)
{
  *self = (MoptSpoolReader){ .spool = spool, .pos = start, .end = end, .block = g_malloc (MOPT_SPOOL_BLOCK) };
}

void
mopt_spool_reader_clear (MoptSpoolReader *self)
{
  g_clear_error (&self->error);
  g_clear_pointer (&self->block, g_free);
}

gboolean
mopt_spool_reader_fill (MoptSpoolReader *self)
{
  gsize n = MIN (self->end - self->pos, MOPT_SPOOL_BLOCK);

  self->i = self->n = 0;
  if (n == 0 || self->error != NULL || !mopt_spool_read (self->spool, self->pos, self->block, n, &self->error))
    return FALSE;
  self->pos += n;
  self->n = n;
  return TRUE;
}

guint64
mopt_spool_reader_tell (const MoptSpoolReader *self)
{
  return self->pos - (self->n - self->i);
}

gboolean
mopt_spool_reader_line (MoptSpoolReader *self, MoptSpoolLine *line)
{
  int c = -1;

  line->start = mopt_spool_reader_tell (self);
  line->head_length = 0;
  while ((c = mopt_spool_reader_next (self)) >= 0 && c != '\n' && c != '\r')
    if (line->head_length < MOPT_SPOOL_LINE_HEAD - 1)
      line->head[line->head_length++] = c;
  line->head[line->head_length] = '\0';
  line->next = mopt_spool_reader_tell (self);
  line->end = c >= 0 ? line->next - 1 : line->next;
  if (c == '\r' && mopt_spool_reader_next (self) >= 0)
    {
      if (self->block[self->i - 1] == '\n')
        line->next++;
      else
        self->i--; /* there is one: it was read just now */
    }
  return self->error == NULL && line->next > line->start;
}
