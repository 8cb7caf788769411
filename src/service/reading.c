/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/reading.h"

#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "check/send.h"

struct _MoptReading
{
  int fd; /* the thread's: even closing it may hang */
  MoptSpoolRules rules;
  gint pieces; /* atomic: read so far */
  GCancellable *cancellable;

  /* the main thread's */
  gint pieces_before; /* when the timer ran */
  guint timer;
  MoptReadingFunc func; /* NULL: nobody waits */
  gpointer user_data;
};

static guint n_readings;

guint
mopt_reading_count (void)
{
  return n_readings;
}

static void
reading_free (gpointer data)
{
  MoptReading *self = data;

  g_object_unref (self->cancellable);
  g_free (self);
}

void
mopt_reading_abandon (MoptReading *self)
{
  self->func = NULL;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
}

static void
tell (MoptReading *self, MoptSpool *message, const GError *error)
{
  MoptReadingFunc func = self->func;

  self->func = NULL;
  g_clear_handle_id (&self->timer, g_source_remove);
  func (message, error, self->user_data);
}

/* What is no file, pipe or socket may be endless, or ask somebody. */
static gboolean
check_kind (int fd, GError **error)
{
  struct stat info;

  if (fstat (fd, &info) == 0 && (S_ISREG (info.st_mode) || S_ISFIFO (info.st_mode) || S_ISSOCK (info.st_mode)))
    return TRUE;
  g_set_error_literal (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                       _ ("The message has to come from a file, a pipe or a socket that is sent along."));
  return FALSE;
}

static gpointer
read_in_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  MoptReading *self = g_task_get_task_data (task);
  GError *error = NULL;
  MoptSpool *message = check_kind (self->fd, &error)
                           ? mopt_spool_new_from_fd (self->fd, &self->rules, self->cancellable, &error)
                           : NULL;

  close (self->fd);
  if (message != NULL)
    g_task_return_pointer (task, message, (GDestroyNotify) mopt_spool_unref);
  else
    g_task_return_error (task, error);
  return NULL;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptReading *self = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSpool) message = g_task_propagate_pointer (G_TASK (result), &error);

  n_readings--;
  if (self->func != NULL)
    tell (self, g_steal_pointer (&message), error);
}

/* The thread looks at the time itself, unless it hangs. */
static gboolean
on_timer (gpointer user_data)
{
  MoptReading *self = user_data;
  gint pieces = g_atomic_int_get (&self->pieces);
  g_autoptr (GError) error = NULL;

  if (pieces != self->pieces_before)
    {
      self->pieces_before = pieces;
      return G_SOURCE_CONTINUE;
    }
  self->timer = 0;
  g_cancellable_cancel (self->cancellable);
  mopt_spool_set_silent (&self->rules, &error);
  tell (self, NULL, error);
  return G_SOURCE_REMOVE;
}

MoptReading *
mopt_reading_new (int fd, guint silence_ms, MoptReadingFunc func, gpointer user_data)
{
  MoptReading *self = g_new0 (MoptReading, 1);
  GTask *task = g_task_new (NULL, NULL, on_read, NULL);

  self->fd = fd;
  self->rules = (MoptSpoolRules){
    .most = MOPT_SEND_BYTES_MAX, .silence_ms = silence_ms, .copies = TRUE, .pieces = &self->pieces
  };
  self->cancellable = g_cancellable_new ();
  self->func = func;
  self->user_data = user_data;
  self->timer = g_timeout_add (silence_ms, on_timer, self);
  n_readings++;
  g_task_set_source_tag (task, mopt_reading_new);
  g_task_set_task_data (task, self, reading_free);
  g_thread_unref (g_thread_new ("mopt-message", read_in_thread, task));
  return self;
}
