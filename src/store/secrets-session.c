/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of passwords, and those passwords that only this process knows. */
#include "config.h"

#include "base/error.h"
#include "store/secrets-session.h"

MoptSecretKey *
mopt_secret_key_new (const MoptSettings *settings, MoptSection section)
{
  g_return_val_if_fail (section == MOPT_SECTION_INCOMING_ACCOUNT || section == MOPT_SECTION_OUTGOING_ACCOUNT, NULL);

  const MoptServer *server = section == MOPT_SECTION_INCOMING_ACCOUNT ? &settings->incoming : &settings->outgoing;
  MoptSecretKey *self;

  if (*server->host == '\0' || *server->user == '\0')
    return NULL;
  self = g_new0 (MoptSecretKey, 1);
  self->account_id = g_strdup (settings->account_id);
  self->section = section;
  self->protocol = server->protocol;
  self->host = g_strdup (server->host);
  self->port = server->custom_port;
  self->user = g_strdup (server->user);
  return self;
}

MoptSecretKey *
mopt_secret_key_copy (const MoptSecretKey *self)
{
  MoptSecretKey *copy = g_new0 (MoptSecretKey, 1);

  *copy = *self;
  copy->account_id = g_strdup (self->account_id);
  copy->host = g_strdup (self->host);
  copy->user = g_strdup (self->user);
  return copy;
}

gboolean
mopt_secret_key_equal (const MoptSecretKey *a, const MoptSecretKey *b)
{
  return a->section == b->section && a->protocol == b->protocol && a->port == b->port
         && g_str_equal (a->account_id, b->account_id) && g_str_equal (a->host, b->host)
         && g_str_equal (a->user, b->user);
}

guint
mopt_secret_key_hash (gconstpointer key)
{
  const MoptSecretKey *self = key;

  return g_str_hash (self->account_id) ^ g_str_hash (self->host) ^ g_str_hash (self->user) ^ (guint) self->section;
}

void
mopt_secret_key_free (MoptSecretKey *self)
{
  if (self == NULL)
    return;
  g_free (self->account_id);
  g_free (self->host);
  g_free (self->user);
  g_free (self);
}

typedef struct
{
  MoptSecretKey *key;
  MoptPassword *password;
  guint64 time;
} Entry;

static GPtrArray *entries; /* of Entry; made when first needed */

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  mopt_secret_key_free (entry->key);
  mopt_password_unref (entry->password);
  g_free (entry);
}

void
mopt_secrets_session_put (const MoptSecretKey *key, MoptPassword *password)
{
  Entry *entry = g_new (Entry, 1);

  mopt_secrets_session_remove (key);
  if (entries == NULL)
    entries = g_ptr_array_new_with_free_func (entry_free);
  entry->key = mopt_secret_key_copy (key);
  entry->password = mopt_password_ref (password);
  entry->time = g_get_real_time () / G_USEC_PER_SEC;
  g_ptr_array_add (entries, entry);
}

MoptPassword *
mopt_secrets_session_get (const MoptSecretKey *key, guint64 *time)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (!mopt_secret_key_equal (entry->key, key))
        continue;
      if (time != NULL)
        *time = entry->time;
      return entry->password;
    }
  return NULL;
}

gboolean
mopt_secrets_is_absent (const GError *error)
{
  return g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_BUS)
         || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_SERVICE);
}

gboolean
mopt_secrets_is_session_only (const MoptSecretKey *key)
{
  return mopt_secrets_session_get (key, NULL) != NULL;
}

void
mopt_secrets_session_forget (const char *account_id, MoptSection section, const MoptSecretKey *keep)
{
  for (guint i = entries != NULL ? entries->len : 0; i > 0; i--)
    {
      Entry *entry = g_ptr_array_index (entries, i - 1);

      if (g_str_equal (entry->key->account_id, account_id)
          && (section == MOPT_SECTION_NONE || section == entry->key->section)
          && (keep == NULL || !mopt_secret_key_equal (entry->key, keep)))
        g_ptr_array_remove_index (entries, i - 1);
    }
}

void
mopt_secrets_session_list (GPtrArray *keys)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    g_ptr_array_add (keys, mopt_secret_key_copy (((Entry *) g_ptr_array_index (entries, i))->key));
}

void
mopt_secrets_session_rekey (const char *old_id, const char *new_id)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      MoptSecretKey *key = ((Entry *) g_ptr_array_index (entries, i))->key;

      if (!g_str_equal (key->account_id, old_id))
        continue;
      g_free (key->account_id);
      key->account_id = g_strdup (new_id);
    }
}

void
mopt_secrets_session_remove (const MoptSecretKey *key)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (mopt_secret_key_equal (((Entry *) g_ptr_array_index (entries, i))->key, key))
      g_ptr_array_remove_index (entries, i--);
}
