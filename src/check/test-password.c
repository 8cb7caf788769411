/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/login-password.h"
#include "check/test-leg.h"

gboolean
mopt_test_leg_needs_password (const MoptTestLeg *self)
{
  return mopt_test_leg_get_server (self)->authenticate && self->password == NULL && self->password_error == NULL;
}

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  MoptTestLeg *self = g_task_get_task_data (task);
  MoptLoginPassword what;
  MoptPassword *password = mopt_login_password_find_finish (result, &what, &error);

  self->shared = password != NULL && what == MOPT_LOGIN_PASSWORD_SHARED;
  if (password != NULL)
    g_task_return_pointer (task, password, (GDestroyNotify) mopt_password_unref);
  else
    g_task_return_error (task, error);
}

void
mopt_test_leg_find_password_async (MoptTestLeg *self, gboolean no_keyring, gboolean no_prompt,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  MoptSection section
      = self->side == MOPT_TEST_SIDE_OUTGOING ? MOPT_SECTION_OUTGOING_ACCOUNT : MOPT_SECTION_INCOMING_ACCOUNT;

  g_task_set_source_tag (task, mopt_test_leg_find_password_async);
  g_task_set_task_data (task, mopt_test_leg_ref (self), (GDestroyNotify) mopt_test_leg_unref);
  if (no_keyring)
    g_task_return_new_error (task, MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED, "%s", _ ("No password was given."));
  else
    mopt_login_password_find_async (self->settings, section, no_prompt ? 0 : MOPT_SECRETS_PROMPT, cancellable,
                                    on_password, g_steal_pointer (&task));
}

void
mopt_test_leg_find_password_finish (MoptTestLeg *self, GAsyncResult *result)
{
  self->password = g_task_propagate_pointer (G_TASK (result), &self->password_error);
}
