/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/worker.h"

typedef struct
{
  const char *name;
  MoptWorkFunc func;
  gpointer data;
} Work;

static GMutex mutex; /* guards all */
static GCond ended;
static GQueue waiting = G_QUEUE_INIT;
static guint n_running;

static gpointer
run (gpointer data)
{
  for (Work *work = data; work != NULL;)
    {
      work->func (work->data);
      g_free (work);

      g_mutex_lock (&mutex);
      work = g_queue_pop_head (&waiting);
      if (work == NULL && --n_running == 0)
        g_cond_broadcast (&ended);
      g_mutex_unlock (&mutex);
    }
  return NULL;
}

void
mopt_worker_run (const char *name, MoptWorkFunc func, gpointer data)
{
  Work *work = g_new0 (Work, 1);

  work->name = name;
  work->func = func;
  work->data = data;

  g_mutex_lock (&mutex);
  gboolean has_room = n_running < MOPT_WORKERS_MAX;
  if (has_room)
    n_running++;
  else
    g_queue_push_tail (&waiting, work);
  g_mutex_unlock (&mutex);

  if (has_room)
    g_thread_unref (g_thread_new (name, run, work));
}

gboolean
mopt_worker_settle (guint ms)
{
  gint64 deadline = g_get_monotonic_time () + ms * (gint64) 1000;
  gboolean settled;

  g_mutex_lock (&mutex);
  while (n_running > 0 && g_cond_wait_until (&ended, &mutex, deadline))
    ;
  settled = n_running == 0;
  g_mutex_unlock (&mutex);
  return settled;
}

typedef struct
{
  GTask *task;
  MoptWorkFunc func;
} TaskWork;

static void
run_task (gpointer data)
{
  TaskWork *work = data;

  work->func (work->task);
  g_object_unref (work->task);
  g_free (work);
}

void
mopt_worker_run_task (const char *name, GTask *task, MoptWorkFunc func)
{
  TaskWork *work = g_new0 (TaskWork, 1);

  work->task = g_object_ref (task);
  work->func = func;
  mopt_worker_run (name, run_task, work);
}

static gpointer
run_apart (gpointer data)
{
  run_task (data);
  return NULL;
}

void
mopt_worker_run_apart (const char *name, GTask *task, MoptWorkFunc func)
{
  TaskWork *work = g_new0 (TaskWork, 1);

  work->task = g_object_ref (task);
  work->func = func;
  g_thread_unref (g_thread_new (name, run_apart, work));
}
