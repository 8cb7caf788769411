/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/tries.h"

#include "base/error.h"

#define SLICE_MS 20 /* how long a cancel may go unnoticed */

struct _MoptTries
{
  gatomicrefcount refs;
  GMutex mutex;
  GCond changed;
  guint left;      /* that nobody has taken */
  guint under_way; /* taken: may come back */
  gboolean ended;
  gboolean binding_refused;
};

MoptTries *
mopt_tries_new (guint n)
{
  MoptTries *self = g_new0 (MoptTries, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->left = n;
  return self;
}

MoptTries *
mopt_tries_ref (MoptTries *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
mopt_tries_unref (MoptTries *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

guint
mopt_tries_take (MoptTries *self, guint wanted, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (!self->ended && self->left < wanted && self->under_way > 0)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return 0;
      g_cond_wait_until (&self->changed, &self->mutex, g_get_monotonic_time () + SLICE_MS * 1000);
    }
  if (self->ended || self->left == 0)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_NOT_TRIED, "the same login has failed elsewhere");
      return 0;
    }

  guint taken = MIN (wanted, self->left);
  self->left -= taken;
  self->under_way += taken;
  return taken;
}

void
mopt_tries_return (MoptTries *self, guint taken, guint n_failed)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->under_way -= taken;
  self->left += taken - n_failed;
  g_cond_broadcast (&self->changed);
}

void
mopt_tries_end (MoptTries *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->ended = TRUE;
  g_cond_broadcast (&self->changed);
}

void
mopt_tries_set_binding_refused (MoptTries *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->binding_refused = TRUE;
}

gboolean
mopt_tries_is_binding_refused (MoptTries *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->binding_refused;
}
