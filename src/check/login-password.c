/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A search goes through the steps of the header, each started by the end of the one before. It either reads (find) or
 * only looks (state). */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "check/login-password.h"
#include "check/worker.h"
#include "store/secrets-pending.h"
#include "store/shared-password.h"

typedef struct
{
  MoptSettings *settings;
  const MoptServer *server; /* of @settings */
  MoptSecretKey *key;       /* of the login; NULL: host or user is still blank */
  MoptSecretsFlags flags;
  gboolean reads;
  gboolean followed; /* it was looked for under an earlier id of the account, too */

  MoptLoginPassword what;
  MoptSecretKey *other;
  GError *why; /* there is none, or it cannot be used */
} Search;

static void
search_free (gpointer data)
{
  Search *self = data;

  mopt_settings_free (self->settings);
  mopt_secret_key_free (self->key);
  mopt_secret_key_free (self->other);
  g_clear_error (&self->why);
  g_free (self);
}

/* Who looks is told; takes the task. */
static void
answer (GTask *task, MoptLoginPassword what)
{
  ((Search *) g_task_get_task_data (task))->what = what;
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* Who reads is told; takes both. */
static void
give (GTask *task, MoptLoginPassword what, MoptPassword *password)
{
  ((Search *) g_task_get_task_data (task))->what = what;
  g_task_return_pointer (task, password, (GDestroyNotify) mopt_password_unref);
  g_object_unref (task);
}

/* There is none; takes both. Who looks hears of a keyring that cannot tell. */
static void
fail (GTask *task, GError *error)
{
  Search *self = g_task_get_task_data (task);

  if (self->reads || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_clear_error (&self->why);
  self->why = error;
  answer (task, MOPT_LOGIN_PASSWORD_UNKNOWN);
}

/* --- 4: the shared one ------------------------------------------------------------------------------------------- */

static const char *
whom_to_ask (const MoptSettings *settings)
{
  return settings->publication != NULL ? mopt_publication_whom_to_ask (settings->publication)
                                       : _ ("your administrator");
}

static void
share_in_thread (gpointer data)
{
  GTask *task = data;
  Search *self = g_task_get_task_data (task);
  const char *name = self->server->shared_password;
  gboolean is_tryout;
  g_autofree char *folder = mopt_shared_password_folder (&is_tryout);
  g_autoptr (GError) error = NULL;
  MoptPassword *password = self->reads ? mopt_shared_password_read (folder, is_tryout, name, &error) : NULL;

  self->what = MOPT_LOGIN_PASSWORD_SHARED;
  if (!self->reads)
    mopt_shared_password_check (folder, is_tryout, name, &error);
  if (error != NULL)
    /* Translators: what is wrong with a shared password; then an address, or "your administrator" */
    self->why = g_error_new (MOPT_ERROR, error->code, _ ("%s To have it mended, ask %s."), error->message,
                             whom_to_ask (self->settings));
  if (!self->reads)
    g_task_return_boolean (task, TRUE);
  else if (password != NULL)
    g_task_return_pointer (task, password, (GDestroyNotify) mopt_password_unref);
  else
    g_task_return_error (task, g_steal_pointer (&self->why));
}

/* The last step; takes the task. */
static void
share (GTask *task)
{
  Search *self = g_task_get_task_data (task);

  if (self->server->shared_password != NULL)
    {
      mopt_worker_run_task ("mopt-shared", task, share_in_thread);
      g_object_unref (task);
    }
  else if (!self->reads)
    answer (task, self->other != NULL ? MOPT_LOGIN_PASSWORD_ELSEWHERE : MOPT_LOGIN_PASSWORD_NONE);
  else if (self->other != NULL)
    fail (task, mopt_login_password_elsewhere_error (self->settings, self->key, self->other));
  else
    fail (task, g_steal_pointer (&self->why));
}

/* --- 3: the user's own, for another server ----------------------------------------------------------------------- */

static gboolean
is_earlier_name (const MoptServer *server, const MoptSecretKey *key)
{
  return server->previous_hosts != NULL && g_strv_contains ((const char *const *) server->previous_hosts, key->host)
         && g_str_equal (server->user, key->user);
}

static void
on_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  MoptPassword *password = mopt_secrets_copy_finish (result, &error);

  if (password != NULL)
    give (user_data, MOPT_LOGIN_PASSWORD_MOVED, password);
  else
    fail (user_data, error);
}

static void
on_others (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Search *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) others = mopt_secrets_find_other_finish (result, &error);

  if (others == NULL)
    {
      fail (task, error);
      return;
    }
  for (guint i = 0; i < others->len; i++)
    {
      if (!is_earlier_name (self->server, others->pdata[i]))
        continue;
      self->other = mopt_secret_key_copy (others->pdata[i]);
      if (self->reads)
        mopt_secrets_copy_async (self->other, self->key, self->settings->account_name, self->flags,
                                 g_task_get_cancellable (task), on_moved, task);
      else
        answer (task, MOPT_LOGIN_PASSWORD_MOVED);
      return;
    }
  if (others->len > 0)
    self->other = mopt_secret_key_copy (others->pdata[0]);
  share (task);
}

/* Takes the task. */
static void
look_elsewhere (GTask *task)
{
  Search *self = g_task_get_task_data (task);

  if (self->server->published)
    mopt_secrets_find_other_async (self->key, g_task_get_cancellable (task), on_others, task);
  else
    share (task);
}

/* --- 2: the user's own ------------------------------------------------------------------------------------------- */

static void look_for_own (GTask *task);

static void
on_followed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (mopt_secrets_rekey_finish (result, &error))
    look_for_own (task);
  else
    fail (task, error);
}

/* None is stored, unless it still has to follow its account to the new id. Takes the task. */
static void
follow (GTask *task)
{
  Search *self = g_task_get_task_data (task);
  g_autofree char *old_id = self->followed ? NULL : mopt_secrets_pending_get_old_id (self->settings->account_id);

  self->followed = TRUE;
  if (old_id == NULL)
    look_elsewhere (task);
  else if (self->reads)
    mopt_secrets_rekey_async (old_id, self->settings->account_id, self->settings->account_name, self->flags,
                              g_task_get_cancellable (task), on_followed, task);
  else
    {
      g_free (self->key->account_id);
      self->key->account_id = g_steal_pointer (&old_id);
      look_for_own (task);
    }
}

static void
on_own (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Search *self = g_task_get_task_data (task);
  MoptPassword *password;

  g_clear_error (&self->why);
  password = mopt_secrets_lookup_finish (result, &self->why);

  if (password != NULL)
    give (task, MOPT_LOGIN_PASSWORD_STORED, password);
  else if (g_error_matches (self->why, MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED))
    follow (task);
  else if (mopt_secrets_is_absent (self->why))
    share (task);
  else
    fail (task, g_steal_pointer (&self->why));
}

static void
on_own_state (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Search *self = g_task_get_task_data (task);
  MoptSecretState state = mopt_secrets_state_finish (result, NULL, &self->why);

  if (state == MOPT_SECRET_STORED)
    answer (task, MOPT_LOGIN_PASSWORD_STORED);
  else if (state == MOPT_SECRET_STORED_LOCKED)
    answer (task, MOPT_LOGIN_PASSWORD_STORED_LOCKED);
  else if (state == MOPT_SECRET_NOT_STORED)
    follow (task);
  else if (self->server->shared_password != NULL && mopt_secrets_is_absent (self->why))
    {
      g_clear_error (&self->why);
      share (task);
    }
  else
    fail (task, g_steal_pointer (&self->why));
}

static void
look_for_own (GTask *task)
{
  Search *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (self->reads)
    mopt_secrets_lookup_async (self->key, self->flags, cancellable, on_own, task);
  else
    mopt_secrets_state_async (self->key, cancellable, on_own_state, task);
}

/* --- The two calls ----------------------------------------------------------------------------------------------- */

static void
start (GTask *task, const MoptSettings *settings, MoptSection section, MoptSecretsFlags flags, gboolean reads)
{
  Search *self = g_new0 (Search, 1);

  g_task_set_task_data (task, self, search_free);
  self->settings = mopt_settings_copy (settings);
  self->server = section == MOPT_SECTION_OUTGOING_ACCOUNT ? &self->settings->outgoing : &self->settings->incoming;
  self->key = mopt_secret_key_new (settings, section);
  self->flags = flags;
  self->reads = reads;
  if (self->key == NULL && !reads)
    answer (task, MOPT_LOGIN_PASSWORD_NONE);
  else if (self->key == NULL)
    fail (task, g_error_new_literal (MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED, _ ("No password was given.")));
  else if (self->server->shared_only)
    share (task);
  else
    look_for_own (task);
}

void
mopt_login_password_find_async (const MoptSettings *settings, MoptSection section, MoptSecretsFlags flags,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, mopt_login_password_find_async);
  start (task, settings, section, flags, TRUE);
}

MoptPassword *
mopt_login_password_find_finish (GAsyncResult *result, MoptLoginPassword *what, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_login_password_find_async), NULL);

  if (what != NULL)
    *what = ((Search *) g_task_get_task_data (G_TASK (result)))->what;
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
mopt_login_password_state_async (const MoptSettings *settings, MoptSection section, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, mopt_login_password_state_async);
  start (task, settings, section, 0, FALSE);
}

MoptLoginPassword
mopt_login_password_state_finish (GAsyncResult *result, MoptSecretKey **other, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_login_password_state_async),
                        MOPT_LOGIN_PASSWORD_UNKNOWN);

  Search *self = g_task_get_task_data (G_TASK (result));
  gboolean points = self->what == MOPT_LOGIN_PASSWORD_MOVED || self->what == MOPT_LOGIN_PASSWORD_ELSEWHERE;

  if (other != NULL)
    *other = NULL;
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return MOPT_LOGIN_PASSWORD_UNKNOWN;
  if (other != NULL && points)
    *other = mopt_secret_key_copy (self->other);
  if (self->why != NULL && error != NULL)
    *error = g_error_copy (self->why);
  return self->what;
}

/* --- Without asking anybody -------------------------------------------------------------------------------------- */

/* Whether the login of one side lacks its password. */
static gboolean
lacks (const MoptSettings *settings, MoptSection section, GHashTable *stored)
{
  gboolean out = section == MOPT_SECTION_OUTGOING_ACCOUNT;
  const MoptServer *server = out ? &settings->outgoing : &settings->incoming;
  g_autoptr (MoptSecretKey) key = NULL;
  GHashTableIter iter;
  gpointer other;

  if (!server->authenticate || server->shared_password != NULL || *server->host == '\0')
    return FALSE;
  key = mopt_secret_key_new (settings, section);
  if (key == NULL)
    return TRUE;
  if (g_hash_table_contains (stored, key))
    return FALSE;
  g_hash_table_iter_init (&iter, stored);
  while (g_hash_table_iter_next (&iter, &other, NULL))
    {
      const MoptSecretKey *candidate = other;

      if (candidate->section == section && g_str_equal (candidate->account_id, key->account_id)
          && is_earlier_name (server, candidate))
        return FALSE;
    }
  return TRUE;
}

MoptSection
mopt_login_password_find_missing (MoptAccount *account, GHashTable *stored)
{
  if (mopt_account_is_personal (account) || mopt_account_is_publishing (account))
    return MOPT_SECTION_NONE;

  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  if (settings == NULL)
    return MOPT_SECTION_NONE;
  if (lacks (settings, MOPT_SECTION_INCOMING_ACCOUNT, stored))
    return MOPT_SECTION_INCOMING_ACCOUNT;
  if (lacks (settings, MOPT_SECTION_OUTGOING_ACCOUNT, stored))
    return settings->same_login ? MOPT_SECTION_INCOMING_ACCOUNT : MOPT_SECTION_OUTGOING_ACCOUNT;
  return MOPT_SECTION_NONE;
}

gboolean
mopt_login_password_is_only_one (MoptAccount *account, MoptSection section)
{
  MoptSection server
      = section == MOPT_SECTION_OUTGOING_ACCOUNT ? MOPT_SECTION_OUTGOING_SERVER : MOPT_SECTION_INCOMING_SERVER;

  return mopt_account_get_state (account, server) != MOPT_STATE_PARKED
         && mopt_account_get_state (account, section) != MOPT_STATE_PARKED
         && mopt_account_get_state (account, MOPT_SECTION_INCOMING_ACCOUNT) != MOPT_STATE_PARKED;
}

char *
mopt_login_password_elsewhere_text (const MoptSettings *settings, const MoptSecretKey *key, const MoptSecretKey *other)
{
  const char *who
      = settings->publication != NULL ? mopt_publication_who (settings->publication) : _ ("your administrator");

  if (!g_str_equal (key->user, other->user))
    /* Translators: user, host; who published the account; user, host */
    return g_strdup_printf (_ ("Your password is stored for %s on %s, and %s now has %s on %s."), other->user,
                            other->host, who, key->user, key->host);
  if (!g_str_equal (key->host, other->host))
    /* Translators: host; who published the account; host */
    return g_strdup_printf (_ ("Your password is stored for %s, and %s now has %s."), other->host, who, key->host);
  /* Translators: host; who published the account */
  return g_strdup_printf (_ ("Your password is stored for another port of %s than the one that %s has now."), key->host,
                          who);
}

GError *
mopt_login_password_elsewhere_error (const MoptSettings *settings, const MoptSecretKey *key, const MoptSecretKey *other)
{
  g_autofree char *text = mopt_login_password_elsewhere_text (settings, key, other);

  /* Translators: a whole sentence, then a host name */
  return g_error_new (MOPT_ERROR, MOPT_ERROR_PASSWORD_ELSEWHERE, _ ("%s Open E-mail Options to confirm %s."), text,
                      key->host);
}

char *
mopt_login_password_moved_text (const MoptSettings *settings, const MoptSecretKey *key, const MoptSecretKey *other)
{
  const char *who
      = settings->publication != NULL ? mopt_publication_who (settings->publication) : _ ("your administrator");

  /* Translators: host; host; who published the account */
  return g_strdup_printf (_ ("Your password for %s is used for %s, too: %s has signed that it is the same server."),
                          other->host, key->host, who);
}
