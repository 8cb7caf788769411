/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/learned.h"
#include "check/login-password.h"
#include "check/road.h"

MoptRoad *
mopt_road_new (const MoptSettings *settings, MoptSide side, MoptPassword *password, guint limit_ms,
               GCancellable *cancellable)
{
  MoptRoad *self = g_new0 (MoptRoad, 1);

  g_atomic_ref_count_init (&self->refs);
  self->settings = mopt_settings_copy (settings);
  self->side = side;
  self->limit_ms = limit_ms != 0 ? limit_ms : MOPT_ROAD_LIMIT_MS;
  self->password = password != NULL ? mopt_password_ref (password) : NULL;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  return self;
}

MoptRoad *
mopt_road_ref (MoptRoad *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
mopt_road_unref (MoptRoad *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  mopt_settings_free (self->settings);
  g_clear_pointer (&self->password, mopt_password_unref);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  g_clear_pointer (&self->tls, mopt_tls_info_free);
  g_free (self->transcript);
  g_free (self->note);
  g_free (self);
}

const MoptServer *
mopt_road_get_server (const MoptRoad *self)
{
  return self->side == MOPT_SIDE_OUTGOING ? &self->settings->outgoing : &self->settings->incoming;
}

/* --- the password --- */

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MoptRoad *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->password = mopt_login_password_find_finish (result, NULL, &error);
  if (self->password != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
mopt_road_find_password_async (MoptRoad *self, gboolean no_keyring, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, callback, user_data);
  MoptSection section
      = self->side == MOPT_SIDE_OUTGOING ? MOPT_SECTION_OUTGOING_ACCOUNT : MOPT_SECTION_INCOMING_ACCOUNT;

  g_task_set_source_tag (task, mopt_road_find_password_async);
  g_task_set_task_data (task, mopt_road_ref (self), (GDestroyNotify) mopt_road_unref);
  if (self->password != NULL || !mopt_road_get_server (self)->authenticate)
    g_task_return_boolean (task, TRUE);
  else if (no_keyring)
    g_task_return_new_error (task, MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED, "%s", _ ("No password was given."));
  else
    mopt_login_password_find_async (self->settings, section, MOPT_SECRETS_PROMPT, self->cancellable, on_password,
                                    g_steal_pointer (&task));
}

gboolean
mopt_road_find_password_finish (MoptRoad *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the session --- */

static void
on_tls (const MoptTlsInfo *info, gpointer user_data)
{
  MoptRoad *self = user_data;

  g_clear_pointer (&self->tls, mopt_tls_info_free);
  self->tls = mopt_tls_info_copy (info);
}

MoptSession *
mopt_road_open (MoptRoad *self, MoptStage *stage, GError **error)
{
  const MoptSessionOptions options = {
    .password = self->password,
    .limit_ms = self->limit_ms,
    .tls = on_tls,
    .user_data = self,
    .note = &self->note,
  };

  *stage = MOPT_STAGE_FIND;
  return mopt_learned_open (self->settings, self->side, &options, stage, &self->transcript, self->cancellable, error);
}

MoptFailure *
mopt_road_failure (const MoptRoad *self, const GError *error, MoptStage stage)
{
  return mopt_failure_new_tls (error, self->settings, self->side, stage, self->tls, NULL);
}

/* Not g_main_context_invoke(): between two turns of the loop it would call right here, in the worker. */
void
mopt_road_post (MoptRoad *self, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, notify);
  g_source_attach (source, self->context);
}
