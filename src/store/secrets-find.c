/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is, by its attributes alone: nothing here unlocks the keyring or reads a password. */
#include "config.h"

#include "base/number.h"
#include "store/secrets-call.h"
#include "store/secrets-session.h"

/* NULL: not one of ours, or of a newer version. */
static MoptSecretKey *
key_of (SecretRetrievable *item)
{
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (item);
  const char *account = g_hash_table_lookup (attributes, "account");
  const char *section = g_hash_table_lookup (attributes, "section");
  const char *protocol = g_hash_table_lookup (attributes, "protocol");
  const char *host = g_hash_table_lookup (attributes, "host");
  const char *port = g_hash_table_lookup (attributes, "port");
  const char *user = g_hash_table_lookup (attributes, "user");
  guint64 number;
  guint p = MOPT_PROTOCOL_IMAP;

  if (account == NULL || section == NULL || protocol == NULL || host == NULL || port == NULL || user == NULL
      || mopt_section_by_name (section) == MOPT_SECTION_NONE || !mopt_number (port, 0, G_MAXUINT16, &number))
    return NULL;
  while (p <= MOPT_PROTOCOL_SMTP && !g_str_equal (mopt_protocol_name (p), protocol))
    p++;
  if (p > MOPT_PROTOCOL_SMTP)
    return NULL;

  MoptSecretKey *key = g_new0 (MoptSecretKey, 1);
  key->account_id = g_strdup (account);
  key->section = mopt_section_by_name (section);
  key->protocol = p;
  key->host = g_strdup (host);
  key->port = (guint16) number;
  key->user = g_strdup (user);
  return key;
}

static int
compare_age (gconstpointer a, gconstpointer b)
{
  guint64 x = secret_retrievable_get_modified (SECRET_RETRIEVABLE ((gpointer) a));
  guint64 y = secret_retrievable_get_modified (SECRET_RETRIEVABLE ((gpointer) b));

  return x < y ? 1 : x > y ? -1 : 0;
}

/* What the search found, the latest first, and what only this process knows. */
static GPtrArray *
keys_of (MoptSecretCall *call)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_secret_key_free);

  call->items = g_list_sort (call->items, compare_age);
  for (GList *l = call->items; l != NULL; l = l->next)
    {
      MoptSecretKey *key = key_of (l->data);

      if (key != NULL)
        g_ptr_array_add (keys, key);
    }
  mopt_secrets_session_list (keys);
  return keys;
}

/* --- All of them ------------------------------------------------------------------------------------------------- */

static void
act_list (MoptSecretCall *call)
{
  g_autoptr (GTask) task = mopt_secret_call_take_task (call);
  g_autoptr (GPtrArray) keys = keys_of (call);
  GHashTable *table = g_hash_table_new_full (mopt_secret_key_hash, (GEqualFunc) mopt_secret_key_equal,
                                             (GDestroyNotify) mopt_secret_key_free, g_free);

  for (guint i = 0; i < keys->len; i++)
    g_hash_table_insert (table, mopt_secret_key_copy (keys->pdata[i]), NULL);
  for (GList *l = g_list_last (call->items); l != NULL; l = l->prev) /* the latest counts */
    {
      guint64 modified = secret_retrievable_get_modified (l->data);
      MoptSecretKey *key = key_of (l->data);

      if (key != NULL)
        g_hash_table_insert (table, key, g_memdup2 (&modified, sizeof modified));
    }
  g_task_return_pointer (task, table, (GDestroyNotify) g_hash_table_unref);
  mopt_secret_call_free (call);
}

void
mopt_secrets_list_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GHashTable) attributes = mopt_secret_attributes_new (); /* none: all of our schema */

  mopt_secret_call_search (mopt_secret_call_new (cancellable, callback, user_data, mopt_secrets_list_async, act_list),
                           attributes);
}

GHashTable *
mopt_secrets_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

guint64
mopt_secrets_list_get_modified (GHashTable *stored, const MoptSecretKey *key)
{
  const guint64 *modified = g_hash_table_lookup (stored, key);

  return modified != NULL ? *modified : 0;
}

/* --- Of one side of an account ----------------------------------------------------------------------------------- */

static void
act_find_other (MoptSecretCall *call)
{
  g_autoptr (GTask) task = mopt_secret_call_take_task (call);
  GPtrArray *keys = keys_of (call);

  for (guint i = keys->len; i > 0; i--)
    {
      const MoptSecretKey *key = keys->pdata[i - 1];

      if (key->section != call->key->section || key->protocol != call->key->protocol
          || !g_str_equal (key->account_id, call->key->account_id) || mopt_secret_key_equal (key, call->key))
        g_ptr_array_remove_index (keys, i - 1);
    }
  g_task_return_pointer (task, keys, (GDestroyNotify) g_ptr_array_unref);
  mopt_secret_call_free (call);
}

void
mopt_secrets_find_other_async (const MoptSecretKey *key, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  MoptSecretCall *call = mopt_secret_call_new_for_key (key, cancellable, callback, user_data,
                                                       mopt_secrets_find_other_async, act_find_other);
  g_autoptr (GHashTable) attributes = mopt_secret_attributes_new ();

  g_hash_table_insert (attributes, (gpointer) "account", g_strdup (key->account_id));
  g_hash_table_insert (attributes, (gpointer) "section", g_strdup (mopt_section_info (key->section)->name));
  mopt_secret_call_search (call, attributes);
}

GPtrArray *
mopt_secrets_find_other_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_find_other_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
