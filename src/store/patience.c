/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/patience.h"

typedef struct
{
  char *path;
  MoptPatienceFunc func;
  gpointer work;
  GDestroyNotify free_func;
  gboolean done;      /* under the mutex */
  gboolean abandoned; /* nobody comes for it: the thread frees it */
} Look;

static GMutex mutex;
static GCond ended;
static GPtrArray *late; /* at most one of a path: a share that is gone does not fill us with threads */

static void
look_free (Look *self)
{
  g_clear_pointer (&self->work, self->free_func);
  g_free (self->path);
  g_free (self);
}

static gpointer
look_thread (gpointer data)
{
  Look *self = data;

  self->func (self->work);
  g_mutex_lock (&mutex);
  self->done = TRUE;
  gboolean abandoned = self->abandoned;
  g_cond_broadcast (&ended);
  g_mutex_unlock (&mutex);
  if (abandoned)
    look_free (self);
  return NULL;
}

static Look *
find_late (const char *path)
{
  for (guint i = 0; late != NULL && i < late->len; i++)
    if (g_str_equal (((Look *) late->pdata[i])->path, path))
      return late->pdata[i];
  return NULL;
}

/* FALSE: it did not end in time, and is late now. */
static gboolean
wait_for (Look *look)
{
  gint64 until = g_get_monotonic_time () + MOPT_PATIENCE * (gint64) 1000;

  while (!look->done && g_cond_wait_until (&ended, &mutex, until))
    ;
  if (look->done)
    return TRUE;
  look->abandoned = find_late (look->path) != NULL; /* another thread asked at the same time */
  if (late == NULL)
    late = g_ptr_array_new ();
  if (!look->abandoned)
    g_ptr_array_add (late, look);
  return FALSE;
}

/* Under the mutex. What came late; @silent: nothing came, or for somebody else, who is to have it before it is asked
 * again: where two questions take turns, a slow share would never get to answer the second one. */
static Look *
take_late (const char *path, MoptPatienceFunc func, gboolean *silent)
{
  Look *look = find_late (path);

  *silent = look != NULL && (!look->done || look->func != func);
  if (look == NULL || *silent)
    return NULL;
  g_ptr_array_remove (late, look);
  return look;
}

/* Under the mutex. NULL: there is no answer. */
static Look *
begin (const char *path, MoptPatienceFunc func, gpointer work, GDestroyNotify free_func)
{
  Look *look = g_new0 (Look, 1);

  look->path = g_strdup (path);
  look->func = func;
  look->work = work;
  look->free_func = free_func;
  g_thread_unref (g_thread_new ("patience", look_thread, look));
  return wait_for (look) ? look : NULL;
}

gpointer
mopt_patience_run (const char *path, MoptPatienceFunc func, gpointer work, GDestroyNotify free_func)
{
  gboolean silent;
  gpointer result = NULL;

  g_mutex_lock (&mutex);
  Look *look = take_late (path, func, &silent);
  if (look != NULL || silent)
    free_func (work);
  else
    look = begin (path, func, work, free_func);
  g_mutex_unlock (&mutex);
  if (look != NULL)
    {
      result = g_steal_pointer (&look->work);
      look_free (look);
    }
  return result;
}
