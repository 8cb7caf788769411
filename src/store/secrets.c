/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every call has two steps:
 *  1. ask: a search that neither unlocks nor prompts. It tells whether there is a bus, a service and an item, and
 *     whether the item is locked; it has a time limit;
 *  2. act: read, store or delete. Only this may show a prompt, and then it may take for ever.
 * A lookup alone could not do: libsecret answers NULL without error both where nothing is stored and where the
 * person closed the prompt. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/secrets-call.h"
#include "store/secrets-session.h"

/* --- Lookup -------------------------------------------------------------------------------------------------- */

/* A test asks for the passwords of both sides at once, and a person may cancel and click again while the prompt is
 * still open: one question is enough. */
static gboolean asking;
static GQueue waiting = G_QUEUE_INIT; /* of MoptSecretCall, for the answer */

static void
end_asking (gboolean refused)
{
  GQueue calls = waiting;
  MoptSecretCall *call;

  asking = FALSE;
  g_queue_init (&waiting);
  while ((call = g_queue_pop_head (&calls)) != NULL)
    {
      if (refused)
        mopt_secret_call_fail (call, mopt_secret_error_dismissed ());
      if (call->task != NULL)
        mopt_secret_call_again (call);
      else
        mopt_secret_call_free (call);
    }
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptSecretCall *call = user_data;
  GError *error = NULL;
  char *text = secret_password_lookup_nonpageable_finish (result, &error);
  gboolean refused = call->locked && text == NULL && error == NULL;
  g_autoptr (GTask) task = NULL;

  if (call->locked)
    end_asking (refused);
  if (error != NULL)
    mopt_secret_call_fail (call, mopt_secret_error_translate (error));
  else if (refused)
    mopt_secret_call_fail (call, mopt_secret_error_dismissed ());
  else if (text == NULL)
    mopt_secret_call_fail (call, mopt_secret_error_not_stored (call->key));
  else if ((task = mopt_secret_call_take_task (call)) != NULL)
    g_task_return_pointer (task, mopt_password_new (text), (GDestroyNotify) mopt_password_unref);
  secret_password_free (text);
  mopt_secret_call_free (call);
}

static GError *
error_locked (void)
{
  return g_error_new_literal (MOPT_ERROR, MOPT_ERROR_KEYRING_LOCKED, _ ("The keyring with the password is locked."));
}

static void
act_lookup (MoptSecretCall *call)
{
  g_autoptr (GHashTable) attributes = mopt_secret_attributes_of (call->key);

  if (call->items == NULL)
    mopt_secret_call_fail (call, mopt_secret_error_not_stored (call->key));
  else if (call->locked && !(call->flags & MOPT_SECRETS_PROMPT))
    mopt_secret_call_fail (call, error_locked ());
  if (call->task == NULL)
    {
      mopt_secret_call_free (call);
      return;
    }
  if (call->locked)
    {
      mopt_secret_call_lift_limit (call);
      if (asking)
        {
          g_queue_push_tail (&waiting, call);
          return;
        }
      asking = TRUE;
    }
  secret_password_lookupv (&mopt_secret_schema, attributes, call->cancel, on_looked_up, call);
}

void
mopt_secrets_lookup_async (const MoptSecretKey *key, MoptSecretsFlags flags, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  MoptPassword *known = mopt_secrets_session_get (key, NULL);
  MoptSecretCall *call
      = mopt_secret_call_new_for_key (key, cancellable, callback, user_data, mopt_secrets_lookup_async, act_lookup);

  if (known != NULL)
    {
      g_autoptr (GTask) task = mopt_secret_call_take_task (call);

      g_task_return_pointer (task, mopt_password_ref (known), (GDestroyNotify) mopt_password_unref);
      mopt_secret_call_free (call);
      return;
    }
  call->flags = flags;
  mopt_secret_call_search_key (call);
}

MoptPassword *
mopt_secrets_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_lookup_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- State --------------------------------------------------------------------------------------------------- */

typedef struct
{
  MoptSecretState state;
  guint64 modified;
} State;

static void
answer_state (MoptSecretCall *call, MoptSecretState state, guint64 modified)
{
  g_autoptr (GTask) task = mopt_secret_call_take_task (call);
  State *answer = g_new (State, 1);

  *answer = (State){ state, modified };
  g_task_return_pointer (task, answer, g_free);
  mopt_secret_call_free (call);
}

static void
act_state (MoptSecretCall *call)
{
  guint64 modified = 0;

  for (GList *l = call->items; l != NULL; l = l->next)
    modified = MAX (modified, secret_retrievable_get_modified (l->data));
  answer_state (call,
                call->items == NULL ? MOPT_SECRET_NOT_STORED
                : call->locked      ? MOPT_SECRET_STORED_LOCKED
                                    : MOPT_SECRET_STORED,
                modified);
}

void
mopt_secrets_state_async (const MoptSecretKey *key, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  guint64 time;
  MoptSecretCall *call
      = mopt_secret_call_new_for_key (key, cancellable, callback, user_data, mopt_secrets_state_async, act_state);

  if (mopt_secrets_session_get (key, &time) != NULL)
    answer_state (call, MOPT_SECRET_STORED, time);
  else
    mopt_secret_call_search_key (call);
}

MoptSecretState
mopt_secrets_state_finish (GAsyncResult *result, guint64 *modified, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_state_async), MOPT_SECRET_UNKNOWN);

  g_autofree State *answer = g_task_propagate_pointer (G_TASK (result), error);
  if (modified != NULL)
    *modified = answer != NULL ? answer->modified : 0;
  return answer != NULL ? answer->state : MOPT_SECRET_UNKNOWN;
}

/* --- Store --------------------------------------------------------------------------------------------------- */

static void
answer_true (MoptSecretCall *call)
{
  g_autoptr (GTask) task = mopt_secret_call_take_task (call);

  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptSecretCall *call = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    {
      mopt_secrets_session_remove (call->key); /* what the keyring has is the one truth */
      answer_true (call);
    }
  else
    mopt_secret_call_fail (call, error != NULL ? mopt_secret_error_translate (error) : mopt_secret_error_dismissed ());
  mopt_secret_call_free (call);
}

static void
act_store (MoptSecretCall *call)
{
  g_autoptr (GHashTable) attributes = mopt_secret_attributes_of (call->key);
  SecretValue *value
      = secret_value_new (mopt_password_peek (call->password), mopt_password_length (call->password), "text/plain");

  mopt_secret_call_lift_limit (call);
  secret_password_storev_binary (&mopt_secret_schema, attributes, SECRET_COLLECTION_DEFAULT, call->label, value,
                                 call->cancel, on_stored, call);
  secret_value_unref (value);
}

void
mopt_secrets_store_async (const MoptSecretKey *key, const char *account_name, MoptPassword *password,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  MoptSecretCall *call
      = mopt_secret_call_new_for_key (key, cancellable, callback, user_data, mopt_secrets_store_async, act_store);

  /* Translators: how a keyring manager lists a password: account, user, server */
  call->label = g_strdup_printf (_ ("E-mail password of %s (%s on %s)"), account_name, key->user, key->host);
  call->password = mopt_password_ref (password);
  mopt_secret_call_search_key (call);
}

gboolean
mopt_secrets_store_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_store_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Forget -------------------------------------------------------------------------------------------------- */

static void act_forget (MoptSecretCall *call);

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptSecretCall *call = user_data;
  g_autoptr (GError) error = NULL;

  /* FALSE without error: it was gone already, or is still locked */
  gboolean cleared = secret_password_clear_finish (result, &error);
  if (error != NULL)
    mopt_secret_call_fail (call, mopt_secret_error_translate (g_steal_pointer (&error)));
  else if (!cleared && call->locked)
    mopt_secret_call_fail (call, mopt_secret_error_dismissed ());
  act_forget (call);
}

static gboolean
is_kept (MoptSecretCall *call, GHashTable *attributes)
{
  if (call->keep == NULL)
    return FALSE;

  g_autoptr (GHashTable) kept = mopt_secret_attributes_of (call->keep);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, kept);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (g_strcmp0 (g_hash_table_lookup (attributes, name), value) != 0)
      return FALSE;
  return TRUE;
}

/* Deletes the first of the items that are left, and comes back for the next one. */
static void
act_forget (MoptSecretCall *call)
{
  while (call->task != NULL && call->items != NULL)
    {
      g_autoptr (GObject) item = call->items->data;
      g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (SECRET_RETRIEVABLE (item));

      call->items = g_list_delete_link (call->items, call->items);
      g_hash_table_remove (attributes, "xdg:schema"); /* clear puts it in itself */
      if (is_kept (call, attributes))
        continue;
      if (call->locked && !(call->flags & MOPT_SECRETS_PROMPT))
        {
          mopt_secret_call_fail (call, error_locked ());
          break;
        }
      mopt_secret_call_lift_limit (call);
      secret_password_clearv (&mopt_secret_schema, attributes, call->cancel, on_cleared, call);
      return;
    }
  answer_true (call);
  mopt_secret_call_free (call);
}

void
mopt_secrets_forget_async (const char *account_id, MoptSection section, const MoptSecretKey *keep,
                           MoptSecretsFlags flags, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  MoptSecretCall *call = mopt_secret_call_new (cancellable, callback, user_data, mopt_secrets_forget_async, act_forget);
  g_autoptr (GHashTable) attributes = mopt_secret_attributes_new ();

  mopt_secrets_session_forget (account_id, section, keep);
  call->keep = keep != NULL ? mopt_secret_key_copy (keep) : NULL;
  call->flags = flags;
  g_hash_table_insert (attributes, (gpointer) "account", g_strdup (account_id));
  if (section != MOPT_SECTION_NONE)
    g_hash_table_insert (attributes, (gpointer) "section", g_strdup (mopt_section_info (section)->name));
  mopt_secret_call_search (call, attributes);
}

gboolean
mopt_secrets_forget_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_forget_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
