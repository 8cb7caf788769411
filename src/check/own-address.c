/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/own-address.h"

#include "base/person.h"

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  char *found = mopt_person_find_address_finish (result);

  g_task_return_pointer (task, found != NULL ? found : g_strdup (""), g_free);
}

void
mopt_own_address_find_async (MoptAccounts *accounts, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (accounts, cancellable, callback, user_data);
  const char *known = mopt_accounts_get_own_address (accounts);

  g_task_set_source_tag (task, mopt_own_address_find_async);
  g_task_set_check_cancellable (task, FALSE);
  if (*known != '\0')
    g_task_return_pointer (task, g_strdup (known), g_free);
  else
    mopt_person_find_address_async (cancellable, on_found, g_steal_pointer (&task));
}

char *
mopt_own_address_find_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_own_address_find_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
