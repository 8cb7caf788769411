/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caller is answered at the time limit or at his cancel, whether or not libsecret comes back; what comes back
 * later is dropped. A prompt that may be open is left to the person: to dismiss it from here ends gnome-keyring 42
 * with an assertion, and libsecret 0.20 then returns an error that is not there. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/secrets-call.h"
#include "store/secrets-session.h"

#define ANSWER_LIMIT_MS 10000 /* for a service to answer what needs no person */

const SecretSchema mopt_secret_schema = { "org.mailoptions.Password",
                                          SECRET_SCHEMA_NONE,
                                          {
                                              { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
                                              { "section", SECRET_SCHEMA_ATTRIBUTE_STRING },
                                              { "protocol", SECRET_SCHEMA_ATTRIBUTE_STRING },
                                              { "host", SECRET_SCHEMA_ATTRIBUTE_STRING },
                                              { "port", SECRET_SCHEMA_ATTRIBUTE_INTEGER },
                                              { "user", SECRET_SCHEMA_ATTRIBUTE_STRING },
                                              { NULL, 0 },
                                          } };

GHashTable *
mopt_secret_attributes_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
}

/* All that a password is found by. */
GHashTable *
mopt_secret_attributes_of (const MoptSecretKey *key)
{
  GHashTable *attributes = mopt_secret_attributes_new ();

  g_hash_table_insert (attributes, (gpointer) "account", g_strdup (key->account_id));
  g_hash_table_insert (attributes, (gpointer) "section", g_strdup (mopt_section_info (key->section)->name));
  g_hash_table_insert (attributes, (gpointer) "protocol", g_strdup (mopt_protocol_name (key->protocol)));
  g_hash_table_insert (attributes, (gpointer) "host", g_strdup (key->host));
  g_hash_table_insert (attributes, (gpointer) "port", g_strdup_printf ("%u", key->port));
  g_hash_table_insert (attributes, (gpointer) "user", g_strdup (key->user));
  return attributes;
}

/* --- The states as errors ------------------------------------------------------------------------------------ */

static GError *
no_service (void)
{
  return g_error_new_literal (MOPT_ERROR, MOPT_ERROR_KEYRING_NO_SERVICE,
                              _ ("There is no keyring to keep passwords in: no Secret Service is running. "
                                 "Passwords are remembered only until this program ends."));
}

static GError *
no_bus (void)
{
  return g_error_new_literal (MOPT_ERROR, MOPT_ERROR_KEYRING_NO_BUS,
                              _ ("The keyring cannot be reached: there is no session bus. "
                                 "Passwords are remembered only until this program ends."));
}

GError *
mopt_secret_error_dismissed (void)
{
  return g_error_new_literal (MOPT_ERROR, MOPT_ERROR_KEYRING_DISMISSED,
                              _ ("The keyring stayed locked, because its question was closed without an answer."));
}

GError *
mopt_secret_error_not_stored (const MoptSecretKey *key)
{
  return g_error_new (MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED, _ ("No password is stored for %s on %s."), key->user,
                      key->host);
}

/* What libsecret, GDBus and the bus say, in our words. Takes @cause. */
GError *
mopt_secret_error_translate (GError *cause)
{
  static const int no_service_codes[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN,       G_DBUS_ERROR_NAME_HAS_NO_OWNER,       G_DBUS_ERROR_SPAWN_EXEC_FAILED,
    G_DBUS_ERROR_SPAWN_FORK_FAILED,     G_DBUS_ERROR_SPAWN_CHILD_EXITED,      G_DBUS_ERROR_SPAWN_CHILD_SIGNALED,
    G_DBUS_ERROR_SPAWN_FAILED,          G_DBUS_ERROR_SPAWN_SETUP_FAILED,      G_DBUS_ERROR_SPAWN_CONFIG_INVALID,
    G_DBUS_ERROR_SPAWN_SERVICE_INVALID, G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND, G_DBUS_ERROR_SPAWN_PERMISSIONS_INVALID,
    G_DBUS_ERROR_SPAWN_FILE_INVALID,    G_DBUS_ERROR_SPAWN_NO_MEMORY
  };
  g_autoptr (GError) error = cause;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&error);
  for (guint i = 0; i < G_N_ELEMENTS (no_service_codes); i++)
    if (g_error_matches (error, G_DBUS_ERROR, no_service_codes[i]))
      return no_service ();
  if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    return mopt_secret_error_dismissed ();
  /* GDBus has no code of its own for "no bus": not found, refused, closed, "cannot autolaunch", … */
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) || error->domain == G_SPAWN_ERROR
      || (error->domain == G_IO_ERROR && error->code != G_IO_ERROR_TIMED_OUT && error->code != G_IO_ERROR_DBUS_ERROR))
    return no_bus ();
  g_dbus_error_strip_remote_error (error);
  return g_error_new (MOPT_ERROR, MOPT_ERROR_KEYRING_FAILED, _ ("The keyring reports a failure: %s"), error->message);
}

/* --- A call -------------------------------------------------------------------------------------------------- */

static void
unwatch (MoptSecretCall *call)
{
  g_clear_handle_id (&call->timer, g_source_remove);
  if (call->on_cancelled != NULL)
    g_source_destroy (call->on_cancelled);
  g_clear_pointer (&call->on_cancelled, g_source_unref);
}

/* Each call ends here, from the last callback of libsecret. */
void
mopt_secret_call_free (MoptSecretCall *call)
{
  unwatch (call);
  g_clear_object (&call->task);
  g_object_unref (call->cancel);
  mopt_secret_key_free (call->key);
  mopt_secret_key_free (call->keep);
  g_free (call->label);
  g_clear_pointer (&call->password, mopt_password_unref);
  g_list_free_full (call->items, g_object_unref);
  g_free (call);
}

/* The task, once: who gets it answers it. NULL: somebody did. */
GTask *
mopt_secret_call_take_task (MoptSecretCall *call)
{
  unwatch (call);
  return g_steal_pointer (&call->task);
}

void
mopt_secret_call_fail (MoptSecretCall *call, GError *error)
{
  g_autoptr (GTask) task = mopt_secret_call_take_task (call);

  if (task != NULL)
    g_task_return_error (task, error);
  else
    g_error_free (error);
}

static gboolean
on_limit (gpointer user_data)
{
  MoptSecretCall *call = user_data;

  call->timer = 0;
  mopt_secret_call_fail (call,
                         g_error_new (MOPT_ERROR, MOPT_ERROR_KEYRING_FAILED,
                                      _ ("The keyring did not answer within %d seconds."), ANSWER_LIMIT_MS / 1000));
  g_cancellable_cancel (call->cancel); /* may free the call */
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  MoptSecretCall *call = user_data;
  GError *error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  mopt_secret_call_fail (call, error);
  if (!call->prompting)
    g_cancellable_cancel (call->cancel); /* may free the call */
  return G_SOURCE_REMOVE;
}

MoptSecretCall *
mopt_secret_call_new (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data, gpointer tag,
                      void (*act) (MoptSecretCall *call))
{
  MoptSecretCall *call = g_new0 (MoptSecretCall, 1);

  call->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (call->task, tag);
  g_task_set_check_cancellable (call->task, FALSE); /* what was stored is not to be called cancelled */
  call->cancel = g_cancellable_new ();
  call->act = act;
  call->timer = g_timeout_add (ANSWER_LIMIT_MS, on_limit, call);
  if (cancellable != NULL)
    {
      call->on_cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (call->on_cancelled, G_SOURCE_FUNC (on_cancelled), call, NULL);
      g_source_attach (call->on_cancelled, NULL);
    }
  return call;
}

void
mopt_secret_call_lift_limit (MoptSecretCall *call)
{
  call->prompting = TRUE;
  g_clear_handle_id (&call->timer, g_source_remove);
}

void
mopt_secret_call_again (MoptSecretCall *call)
{
  call->prompting = FALSE;
  call->timer = g_timeout_add (ANSWER_LIMIT_MS, on_limit, call);
  g_list_free_full (g_steal_pointer (&call->items), g_object_unref);
  mopt_secret_call_search_key (call);
}

static gboolean
is_locked (gpointer item)
{
  return SECRET_IS_ITEM (item) && secret_item_get_locked (item); /* other back ends have no locks */
}

static void
on_searched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptSecretCall *call = user_data;
  GError *error = NULL;

  call->items = secret_password_search_finish (result, &error);
  if (error != NULL)
    {
      error = mopt_secret_error_translate (error);
      /* what cannot be stored elsewhere is kept here; the error says so */
      if (call->task != NULL && call->password != NULL
          && (g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_SERVICE)
              || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_BUS)))
        mopt_secrets_session_put (call->key, call->password);
      mopt_secret_call_fail (call, error);
    }
  if (call->task == NULL)
    {
      mopt_secret_call_free (call);
      return;
    }
  call->locked = call->items != NULL;
  for (GList *l = call->items; l != NULL; l = l->next)
    if (!is_locked (l->data))
      call->locked = FALSE;
  call->act (call);
}

/* Step 1. */
void
mopt_secret_call_search (MoptSecretCall *call, GHashTable *attributes)
{
  secret_password_searchv (&mopt_secret_schema, attributes, SECRET_SEARCH_ALL, call->cancel, on_searched, call);
}

MoptSecretCall *
mopt_secret_call_new_for_key (const MoptSecretKey *key, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data, gpointer tag, void (*act) (MoptSecretCall *call))
{
  MoptSecretCall *call = mopt_secret_call_new (cancellable, callback, user_data, tag, act);

  call->key = mopt_secret_key_copy (key);
  return call;
}

void
mopt_secret_call_search_key (MoptSecretCall *call)
{
  g_autoptr (GHashTable) attributes = mopt_secret_attributes_of (call->key);

  mopt_secret_call_search (call, attributes);
}
