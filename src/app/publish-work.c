/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/publish-work.h"
#include "check/worker.h"

/* --- The look ---------------------------------------------------------------------------------------------------- */

void
mopt_publish_look_free (MoptPublishLook *self)
{
  g_clear_pointer (&self->plan, mopt_publish_plan_free);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_strfreev (self->changes);
  g_clear_error (&self->error);
  g_free (self);
}

static void
look_thread (gpointer data)
{
  GTask *task = data;
  char **words = g_task_get_task_data (task); /* the draft, the target */
  MoptPublishLook *look = g_new0 (MoptPublishLook, 1);

  look->may_write = mopt_publish_may_write (words[1]);
  look->plan = mopt_publish_plan_new (words[0], words[1], &look->error);
  if (look->plan != NULL)
    {
      look->findings = mopt_publish_plan_check (look->plan);
      look->changes = mopt_publish_plan_list_changes (look->plan);
    }
  g_task_return_pointer (task, look, (GDestroyNotify) mopt_publish_look_free);
}

void
mopt_publish_look_async (const char *draft, const char *target, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  const char *paths[] = { draft, target, NULL };
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, mopt_publish_look_async);
  g_task_set_task_data (task, g_strdupv ((char **) paths), (GDestroyNotify) g_strfreev);
  mopt_worker_run_apart ("publish-look", task, look_thread);
}

MoptPublishLook *
mopt_publish_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_publish_look_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Publishing -------------------------------------------------------------------------------------------------- */

typedef struct
{
  MoptPublishPlan *plan;
  char *draft, *reason, *key_path;
  MoptPassword *passphrase; /* nullable */
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  mopt_publish_plan_free (self->plan);
  g_free (self->draft);
  g_free (self->reason);
  g_free (self->key_path);
  g_clear_pointer (&self->passphrase, mopt_password_unref);
  g_free (self);
}

static char *
say_published (const Work *self)
{
  g_autofree char *name = g_path_get_basename (self->plan->target.path);
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, self->plan->serial);

  return g_strdup_printf (self->key_path != NULL ? _ ("Published to %s with serial number %s, signed.")
                                                 : _ ("Published to %s with serial number %s, not signed."),
                          name, serial);
}

static void
write_thread (gpointer data)
{
  GTask *task = data;
  const Work *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (MoptPrivateKey) key
      = self->key_path != NULL ? mopt_private_key_read (self->key_path, self->passphrase, &error) : NULL;

  if (error != NULL || !mopt_publish_write (self->plan, self->reason, key, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  /* it is published; a draft that could not be told hears of it when it is opened next */
  mopt_publish_adopt (self->draft, self->plan->target.path, TRUE, NULL);
  mopt_publish_remember (self->plan->target.path, self->key_path, NULL);
  g_task_return_pointer (task, say_published (self), g_free);
}

void
mopt_publish_write_async (MoptPublishPlan *plan, const char *draft, const char *reason, const char *key_path,
                          MoptPassword *passphrase, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->plan = plan;
  work->draft = g_strdup (draft);
  work->reason = g_strdup (reason);
  work->key_path = g_strdup (key_path);
  work->passphrase = passphrase != NULL ? mopt_password_ref (passphrase) : NULL;
  g_task_set_source_tag (task, mopt_publish_write_async);
  g_task_set_task_data (task, work, work_free);
  mopt_worker_run_task ("publish-write", task, write_thread);
}

char *
mopt_publish_write_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_publish_write_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
