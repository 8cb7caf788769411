/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue: reading, asking NSS, merging and writing happen in a thread, one job after the other. */
#include "config.h"

#include "base/error.h"
#include "store/accounts-private.h"

/* What a job and the main thread tell each other of. */
typedef struct
{
  MoptSave *save;
  gboolean held; /* the application waits for it */
  GMutex mutex;
  GCond cond;
  gboolean done;     /* by the thread; under the mutex */
  gboolean finished; /* in the main thread */
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  mopt_save_free (self->save);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/* --- Before and after ---------------------------------------------------------------------------------------- */

/* Main thread, right before the job: only now all that was asked for earlier has been done. */
static void
prepare (MoptAccounts *self, MoptSave *save)
{
  MoptUndo *undo;

  save->shown = self->text != NULL ? g_bytes_ref (self->text) : NULL;
  save->before = self->in_force != NULL ? mopt_in_force_ref (self->in_force) : NULL;
  save->stamp = g_strdup (self->stamp);
  save->announces = self->watched;
  save->acts = (self->watched || save->job == MOPT_JOB_CHANGE) && !self->place.draft && !self->place.preview;
  if (self->text != NULL)
    {
      save->known.own_name = g_strdup (self->said->own_name);
      save->known.own_address = g_strdup (self->said->own_address);
      save->known.default_id = g_strdup (self->said->default_id);
    }
  if (save->job != MOPT_JOB_CHANGE || save->change.what != MOPT_CHANGE_RESTORE)
    return;
  undo = g_hash_table_lookup (self->undos, mopt_account_get_id (save->change.account));
  save->undo = undo != NULL ? mopt_undo_ref (undo) : NULL;
}

/* Main thread, right after it. */
static void
finish (MoptAccounts *self, MoptSave *save)
{
  self->ended = TRUE;
  mopt_accounts_adopt (self, save);
  if (save->error != NULL || save->job != MOPT_JOB_CHANGE)
    return;
  if (save->change.what == MOPT_CHANGE_DELETE)
    g_hash_table_replace (self->undos, g_strdup (mopt_account_get_id (save->change.account)),
                          g_steal_pointer (&save->undo));
  else if (save->change.what == MOPT_CHANGE_RESTORE)
    g_hash_table_remove (self->undos, mopt_account_get_id (save->change.account));
}

/* --- The queue ----------------------------------------------------------------------------------------------- */

static void start_next (MoptAccounts *self);

/* What is queued gets done, also where the last window closes meanwhile. */
static void
release (Work *work)
{
  if (work->held)
    g_application_release (g_application_get_default ());
  work->held = FALSE;
}

static void
finish_task (GTask *task)
{
  MoptAccounts *self = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);

  work->finished = TRUE;
  self->running = NULL;
  finish (self, work->save);
  if (work->save->error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&work->save->error));
  mopt_accounts_rewatch (self);
  start_next (self);
  release (work);
}

static gboolean
on_job_done (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Work *work = g_task_get_task_data (task);

  if (!work->finished) /* wait () may have been quicker */
    finish_task (task);
  return G_SOURCE_REMOVE;
}

static gpointer
run_thread (gpointer user_data)
{
  GTask *task = user_data;
  Work *work = g_task_get_task_data (task);

  mopt_save_run (work->save);
  g_mutex_lock (&work->mutex);
  work->done = TRUE;
  g_cond_signal (&work->cond);
  g_mutex_unlock (&work->mutex);
  /* not g_main_context_invoke (): that may run it right here, where nobody iterates the context just now */
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_job_done, task, NULL);
  g_source_attach (source, g_task_get_context (task));
  return NULL;
}

static void
start_next (MoptAccounts *self)
{
  while (self->running == NULL && !g_queue_is_empty (&self->jobs))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->jobs);
      Work *work = g_task_get_task_data (task);

      if (g_task_return_error_if_cancelled (task))
        {
          release (work);
          continue;
        }
      self->running = task;
      prepare (self, work->save);
      g_thread_unref (g_thread_new ("accounts", run_thread, g_steal_pointer (&task)));
    }
}

static void
push (MoptAccounts *self, MoptJob job, const MoptChange *change, gpointer tag, GCancellable *cancellable,
      GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  g_mutex_init (&work->mutex);
  g_cond_init (&work->cond);
  work->save = mopt_save_new (&self->place, job, change);
  /* a load leaves nothing behind that is half done */
  work->held = job == MOPT_JOB_CHANGE && g_application_get_default () != NULL;
  if (work->held)
    g_application_hold (g_application_get_default ());
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, work, work_free);
  g_task_set_check_cancellable (task, FALSE); /* what was written is not to be called cancelled */
  g_queue_push_tail (&self->jobs, task);
  start_next (self);
}

static gboolean
run_now (MoptAccounts *self, MoptJob job, const MoptChange *change, GError **error)
{
  g_autoptr (MoptSave) save = mopt_save_new (&self->place, job, change);

  prepare (self, save);
  mopt_save_run (save);
  finish (self, save);
  if (save->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&save->error));
  return FALSE;
}

gboolean
mopt_accounts_wait (MoptAccounts *self, guint limit)
{
  gint64 end = g_get_monotonic_time () + limit * G_TIME_SPAN_MILLISECOND;

  if (self->running != NULL)
    {
      g_autoptr (GTask) task = g_object_ref (self->running);
      Work *work = g_task_get_task_data (task);
      gboolean done;

      g_mutex_lock (&work->mutex);
      while (!work->done && g_cond_wait_until (&work->cond, &work->mutex, end))
        ;
      done = work->done;
      g_mutex_unlock (&work->mutex);
      if (done)
        finish_task (task);
    }
  return mopt_accounts_is_loaded (self);
}

/* --- What can be asked for ------------------------------------------------------------------------------------- */

gboolean
mopt_accounts_load (MoptAccounts *self, GError **error)
{
  return run_now (self, MOPT_JOB_LOAD, NULL, error);
}

void
mopt_accounts_load_async (MoptAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  push (self, MOPT_JOB_LOAD, NULL, mopt_accounts_load_async, cancellable, callback, user_data);
}

gboolean
mopt_accounts_load_finish (MoptAccounts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mopt_accounts_look_async (MoptAccounts *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  push (self, MOPT_JOB_LOOK, NULL, mopt_accounts_look_async, cancellable, callback, user_data);
}

gboolean
mopt_accounts_look_finish (MoptAccounts *self, GAsyncResult *result, GError **error)
{
  return mopt_accounts_load_finish (self, result, error);
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* the list stays, and what happened is said with the file's other problems */
  if (!mopt_accounts_load_finish (MOPT_ACCOUNTS (source), result, &error))
    mopt_accounts_warn (MOPT_ACCOUNTS (source), error->message);
}

void
mopt_accounts_refresh (MoptAccounts *self, MoptJob job)
{
  push (self, job, NULL, mopt_accounts_refresh, NULL, on_refreshed, NULL);
}

gboolean
mopt_accounts_apply (MoptAccounts *self, const MoptChange *change, GError **error)
{
  return run_now (self, MOPT_JOB_CHANGE, change, error);
}

void
mopt_accounts_apply_async (MoptAccounts *self, const MoptChange *change, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  push (self, MOPT_JOB_CHANGE, change, mopt_accounts_apply_async, cancellable, callback, user_data);
}

gboolean
mopt_accounts_apply_finish (MoptAccounts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
