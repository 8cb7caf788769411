/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/ready.h"

#include "check/own-address.h"

static void
on_address (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, mopt_own_address_find_finish (result), g_free);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MoptAccounts *accounts = MOPT_ACCOUNTS (source);
  GError *error = NULL;

  if (mopt_accounts_look_finish (accounts, result, &error))
    mopt_own_address_find_async (accounts, g_task_get_cancellable (task), on_address, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

void
mopt_ready_async (MoptAccounts *accounts, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (accounts, cancellable, callback, user_data);

  g_task_set_source_tag (task, mopt_ready_async);
  mopt_accounts_look_async (accounts, NULL, on_looked, task);
}

char *
mopt_ready_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_ready_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
