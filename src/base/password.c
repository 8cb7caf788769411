/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/password.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* The bytes have pages of their own: mlock counts by page, and unlocking a page that another secret shares would
 * let that one reach the swap. */
struct _MoptPassword
{
  gatomicrefcount refs;
  gsize length;   /* without the NUL */
  gsize map_size; /* bytes mapped */
  char *text;
};

G_DEFINE_BOXED_TYPE (MoptPassword, mopt_password, mopt_password_ref, mopt_password_unref)

void
mopt_password_forbid_core (void)
{
  setrlimit (RLIMIT_CORE, &(struct rlimit){ 0, 0 });
  /* A core that goes to a program knows no limit: then at least nothing of our memory is in it. */
  int fd = open ("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
  if (fd >= 0)
    {
      (void) !write (fd, "0", 1);
      close (fd);
    }
}

void
mopt_wipe (gpointer memory, gsize length)
{
  if (memory != NULL && length > 0)
    OPENSSL_cleanse (memory, length);
}

void
mopt_wipe_free (char *text)
{
  if (text == NULL)
    return;
  mopt_wipe (text, strlen (text));
  g_free (text);
}

MoptPassword *
mopt_password_new (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return mopt_password_new_bytes (text, strlen (text));
}

/* Room for @length bytes and the NUL, all of it 0. */
static MoptPassword *
allocate (gsize length)
{
  MoptPassword *self = g_new0 (MoptPassword, 1);

  g_atomic_ref_count_init (&self->refs);
  self->length = length;
  self->map_size = length + 1;
  self->text = mmap (NULL, self->map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (self->text == MAP_FAILED)
    g_error ("out of memory for a password");
  /* Both are best effort: a limit on locked memory must not keep anyone from logging in. */
  (void) mlock (self->text, self->map_size);
  (void) madvise (self->text, self->map_size, MADV_DONTDUMP);
  return self;
}

MoptPassword *
mopt_password_new_bytes (const char *bytes, gsize length)
{
  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  MoptPassword *self = allocate (length);
  if (length > 0)
    memcpy (self->text, bytes, length);
  return self;
}

MoptPassword *
mopt_password_read (int fd, gsize max, int *failure)
{
  const gsize room = max + 2; /* for the newline, and for a byte too many */
  g_autoptr (MoptPassword) self = allocate (room);

  self->length = 0; /* what came, as it comes: that is what unref wipes */
  while (self->length < room)
    {
      gssize n = read (fd, self->text + self->length, room - self->length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          *failure = errno;
          return NULL;
        }
      if (n == 0)
        break;
      self->length += n;
    }
  if (self->length > 0 && self->text[self->length - 1] == '\n')
    self->text[--self->length] = '\0';
  if (self->length > max)
    {
      *failure = EMSGSIZE;
      return NULL;
    }
  return g_steal_pointer (&self);
}

MoptPassword *
mopt_password_ref (MoptPassword *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
mopt_password_unref (MoptPassword *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  mopt_wipe (self->text, self->length);
  munmap (self->text, self->map_size);
  g_free (self);
}

const char *
mopt_password_peek (const MoptPassword *self)
{
  return self->text;
}

gsize
mopt_password_length (const MoptPassword *self)
{
  return self->length;
}

gboolean
mopt_password_equal (const MoptPassword *a, const MoptPassword *b)
{
  return a->length == b->length && CRYPTO_memcmp (a->text, b->text, a->length) == 0;
}
