/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords that go from one key to another: made of the calls of secrets.h, one after the other. */
#include "config.h"

#include "base/error.h"
#include "store/secrets-session.h"

/* --- One, after consent ------------------------------------------------------------------------------------------ */

typedef struct
{
  MoptSecretKey *to;
  char *account_name;
  MoptPassword *password;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  mopt_secret_key_free (copy->to);
  g_free (copy->account_name);
  g_clear_pointer (&copy->password, mopt_password_unref);
  g_free (copy);
}

static void
on_copied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Copy *copy = g_task_get_task_data (task);
  GError *error = NULL;

  if (mopt_secrets_store_finish (result, &error))
    g_task_return_pointer (task, g_steal_pointer (&copy->password), (GDestroyNotify) mopt_password_unref);
  else
    g_task_return_error (task, error);
}

static void
on_original (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Copy *copy = g_task_get_task_data (task);
  GError *error = NULL;

  copy->password = mopt_secrets_lookup_finish (result, &error);
  if (copy->password == NULL)
    g_task_return_error (task, error);
  else
    mopt_secrets_store_async (copy->to, copy->account_name, copy->password, g_task_get_cancellable (task), on_copied,
                              g_object_ref (task));
}

void
mopt_secrets_copy_async (const MoptSecretKey *from, const MoptSecretKey *to, const char *account_name,
                         MoptSecretsFlags flags, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Copy *copy = g_new0 (Copy, 1);

  g_task_set_source_tag (task, mopt_secrets_copy_async);
  g_task_set_task_data (task, copy, copy_free);
  g_task_set_check_cancellable (task, FALSE);
  copy->to = mopt_secret_key_copy (to);
  copy->account_name = g_strdup (account_name);
  mopt_secrets_lookup_async (from, flags, cancellable, on_original, task);
}

MoptPassword *
mopt_secrets_copy_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_copy_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- All of an account, to another id ---------------------------------------------------------------------------- */

typedef struct
{
  char *old_id;
  char *new_id;
  char *account_name;
  MoptSecretsFlags flags;
  GHashTable *stored; /* the keys of all passwords */
  GPtrArray *left;    /* of MoptSecretKey, borrowed from it: those of the old id that have no copy yet */
} Rekey;

static void
rekey_free (gpointer data)
{
  Rekey *self = data;

  g_free (self->old_id);
  g_free (self->new_id);
  g_free (self->account_name);
  g_clear_pointer (&self->left, g_ptr_array_unref);
  g_clear_pointer (&self->stored, g_hash_table_unref);
  g_free (self);
}

static MoptSecretKey *
renamed (const MoptSecretKey *key, const char *account_id)
{
  MoptSecretKey *copy = mopt_secret_key_copy (key);

  g_free (copy->account_id);
  copy->account_id = g_strdup (account_id);
  return copy;
}

static void
on_old_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (mopt_secrets_forget_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void copy_next (GTask *task);

static void
on_one_copied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (MoptPassword) password = mopt_secrets_copy_finish (result, &error);

  if (password != NULL || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED))
    copy_next (task); /* or gone meanwhile */
  else
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
    }
  g_clear_error (&error);
}

static void
copy_next (GTask *task)
{
  Rekey *self = g_task_get_task_data (task);

  if (self->left->len == 0)
    {
      mopt_secrets_forget_async (self->old_id, MOPT_SECTION_NONE, NULL, self->flags, g_task_get_cancellable (task),
                                 on_old_forgotten, task);
      return;
    }

  const MoptSecretKey *from = g_ptr_array_steal_index (self->left, self->left->len - 1);
  g_autoptr (MoptSecretKey) to = renamed (from, self->new_id);
  mopt_secrets_copy_async (from, to, self->account_name, self->flags, g_task_get_cancellable (task), on_one_copied,
                           task);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Rekey *self = g_task_get_task_data (task);
  GError *error = NULL;
  GHashTableIter iter;
  gpointer key;
  gboolean found = FALSE;

  self->stored = mopt_secrets_list_finish (result, &error);
  if (self->stored == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_hash_table_iter_init (&iter, self->stored);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (!g_str_equal (((MoptSecretKey *) key)->account_id, self->old_id))
        continue;
      g_autoptr (MoptSecretKey) to = renamed (key, self->new_id);
      found = TRUE;
      if (!g_hash_table_contains (self->stored, to)) /* else copied before, and perhaps replaced since */
        g_ptr_array_add (self->left, key);
    }
  if (found)
    copy_next (g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

void
mopt_secrets_rekey_async (const char *old_id, const char *new_id, const char *account_name, MoptSecretsFlags flags,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Rekey *self = g_new0 (Rekey, 1);

  g_task_set_source_tag (task, mopt_secrets_rekey_async);
  g_task_set_task_data (task, self, rekey_free);
  g_task_set_check_cancellable (task, FALSE);
  self->old_id = g_strdup (old_id);
  self->new_id = g_strdup (new_id);
  self->account_name = g_strdup (account_name);
  self->flags = flags;
  self->left = g_ptr_array_new ();
  mopt_secrets_session_rekey (old_id, new_id);
  mopt_secrets_list_async (cancellable, on_listed, task);
}

gboolean
mopt_secrets_rekey_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_rekey_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
