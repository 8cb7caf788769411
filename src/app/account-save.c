/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps, one after the other, each started by the end of the one before:
 *   1  write the account;
 *   2  per side: store what was typed, or copy what the source of a copy has stored for the same server and user;
 *   3  per side: forget what was stored for a server or user that the account had before, unless it is parked.
 * A password that does not get into the keyring never undoes the account. */
#include "config.h"

#include "app/account-save.h"
#include "base/error.h"
#include "check/login-password.h"
#include "store/secrets-session.h"

#define N_SIDES 2

static const MoptSection sections[N_SIDES] = { MOPT_SECTION_INCOMING_ACCOUNT, MOPT_SECTION_OUTGOING_ACCOUNT };
static const MoptSection servers[N_SIDES] = { MOPT_SECTION_INCOMING_SERVER, MOPT_SECTION_OUTGOING_SERVER };

typedef struct
{
  MoptAccounts *accounts;
  MoptAccount *account;
  MoptAccount *base;
  MoptPassword *passwords[N_SIDES];
  gboolean forget[N_SIDES];
  MoptSecretKey *keys[N_SIDES];        /* what a password is stored for now; NULL: not complete */
  gboolean moved[N_SIDES];             /* the key is not the one of before */
  gboolean stored[N_SIDES];            /* there is a new password */
  MoptSecretKey *source_keys[N_SIDES]; /* where a copy finds its own; NULL: nowhere */
  guint side;                          /* the one that is worked on */
  gboolean written;
  GError *session_only; /* of a store without a keyring: told at the end */
} Save;

static void forget_or_go_on (GTask *task);
static void store_side (GTask *task);

static void
save_free (Save *self)
{
  g_clear_object (&self->accounts);
  g_clear_object (&self->account);
  g_clear_object (&self->base);
  for (guint i = 0; i < N_SIDES; i++)
    {
      g_clear_pointer (&self->passwords[i], mopt_password_unref);
      g_clear_pointer (&self->keys[i], mopt_secret_key_free);
      g_clear_pointer (&self->source_keys[i], mopt_secret_key_free);
    }
  g_clear_error (&self->session_only);
  g_free (self);
}

static void
next_side (GTask *task)
{
  Save *self = g_task_get_task_data (task);

  self->side++;
  store_side (task);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* where there is no keyring there is nothing to forget */
  if (!mopt_secrets_forget_finish (result, &error) && !mopt_secrets_is_absent (error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    next_side (g_steal_pointer (&task));
}

static void
forget_or_go_on (GTask *task)
{
  Save *self = g_task_get_task_data (task);

  if (!self->forget[self->side]
      && (!(self->moved[self->side] || self->stored[self->side])
          || !mopt_login_password_is_only_one (self->account, sections[self->side])))
    next_side (task);
  else
    mopt_secrets_forget_async (mopt_account_get_id (self->account), sections[self->side],
                               self->forget[self->side] ? NULL : self->keys[self->side], MOPT_SECRETS_PROMPT,
                               g_task_get_cancellable (task), on_forgotten, task);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!mopt_secrets_store_finish (result, &error))
    {
      if (!mopt_secrets_is_absent (error))
        {
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
      if (self->session_only == NULL)
        self->session_only = g_steal_pointer (&error);
    }
  self->stored[self->side] = TRUE;
  forget_or_go_on (g_steal_pointer (&task));
}

static void
store (GTask *task, MoptPassword *password)
{
  Save *self = g_task_get_task_data (task);

  mopt_secrets_store_async (self->keys[self->side], mopt_account_get_name (self->account), password,
                            g_task_get_cancellable (task), on_stored, task);
}

/* Who publishes tests with a password of his own: for this session, and nothing of what he has as a user goes. */
static void
keep_for_session (GTask *task)
{
  Save *self = g_task_get_task_data (task);

  if (self->passwords[self->side] != NULL && self->keys[self->side] != NULL)
    mopt_secrets_session_put (self->keys[self->side], self->passwords[self->side]);
  next_side (task);
}

static void
on_source_password (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPassword) password = mopt_secrets_lookup_finish (result, &error);

  if (password != NULL)
    store (g_steal_pointer (&task), password);
  else if (g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED) || mopt_secrets_is_absent (error))
    forget_or_go_on (g_steal_pointer (&task)); /* the source has none */
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
store_side (GTask *task)
{
  Save *self = g_task_get_task_data (task);

  if (self->side == N_SIDES)
    {
      if (self->session_only != NULL)
        g_task_return_error (task, g_steal_pointer (&self->session_only));
      else
        g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
  else if (mopt_accounts_is_draft (self->accounts))
    keep_for_session (task);
  else if (self->passwords[self->side] != NULL && self->keys[self->side] != NULL)
    store (task, self->passwords[self->side]);
  else if (self->source_keys[self->side] != NULL)
    mopt_secrets_lookup_async (self->source_keys[self->side], MOPT_SECRETS_PROMPT, g_task_get_cancellable (task),
                               on_source_password, task);
  else
    forget_or_go_on (task);
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->written = mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error);
  if (self->written)
    store_side (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* The key of one side of @account (nullable). NULL also where it is incomplete, or malformed in the file: nothing can
 * be stored for it. */
static MoptSecretKey *
key_of (MoptAccount *account, MoptSection section)
{
  g_autoptr (MoptSettings) settings = account != NULL ? mopt_settings_new (account, NULL) : NULL;

  if (settings == NULL || (section == MOPT_SECTION_OUTGOING_ACCOUNT && !settings->outgoing.authenticate))
    return NULL;
  return mopt_secret_key_new (settings, section);
}

/* Whether the user's values of @section, which were kept out of effect, have been dropped: what is stored for them
 * goes, too. */
static gboolean
is_dropped (Save *self, MoptSection section)
{
  return self->base != NULL && mopt_account_get_state (self->base, section) == MOPT_STATE_PARKED
         && mopt_account_get_state (self->account, section) == MOPT_STATE_INHERITED;
}

/* The keys of the account, and where a copy finds the passwords of its source: only for the same server and user. */
static void
find_keys (Save *self, MoptAccount *source)
{
  for (guint i = 0; i < N_SIDES; i++)
    {
      g_autoptr (MoptSecretKey) before = key_of (self->base, sections[i]);
      g_autoptr (MoptSecretKey) key = key_of (source, sections[i]);

      self->keys[i] = key_of (self->account, sections[i]);
      self->moved[i] = (before != NULL && (self->keys[i] == NULL || !mopt_secret_key_equal (before, self->keys[i])))
                       || is_dropped (self, sections[i]) || is_dropped (self, servers[i]);
      if (key == NULL || self->keys[i] == NULL)
        continue;

      g_autoptr (MoptSecretKey) wanted = mopt_secret_key_copy (self->keys[i]);
      g_free (wanted->account_id);
      wanted->account_id = g_strdup (mopt_account_get_id (source));
      if (mopt_secret_key_equal (key, wanted))
        self->source_keys[i] = g_steal_pointer (&key);
    }
}

void
mopt_account_save_async (const MoptAccountSave *save, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Save *self = g_new0 (Save, 1);
  gboolean same_login = g_str_equal (mopt_account_get (save->account, MOPT_FIELD_OUTGOING_LOGIN), "same");
  MoptPassword *outgoing = save->outgoing_password != NULL ? save->outgoing_password
                           : same_login                    ? save->incoming_password
                                                           : NULL;

  g_task_set_source_tag (task, mopt_account_save_async);
  g_task_set_task_data (task, self, (GDestroyNotify) save_free);
  g_task_set_check_cancellable (task, FALSE); /* finish tells what was written before the cancel */
  self->accounts = g_object_ref (save->accounts);
  self->account = mopt_account_dup (save->account);
  self->base = save->base != NULL ? g_object_ref (save->base) : NULL;
  self->passwords[0] = save->incoming_password != NULL ? mopt_password_ref (save->incoming_password) : NULL;
  self->passwords[1] = outgoing != NULL ? mopt_password_ref (outgoing) : NULL;
  self->forget[0] = save->forget_incoming;
  self->forget[1] = save->forget_outgoing || (same_login && save->forget_incoming && outgoing == NULL);
  find_keys (self, save->source);

  const MoptChange change = { .what = MOPT_CHANGE_PUT, .account = self->account, .base = self->base };
  mopt_accounts_apply_async (self->accounts, &change, NULL, on_applied, task);
}

gboolean
mopt_account_save_finish (GAsyncResult *result, gboolean *written, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_account_save_async), FALSE);

  *written = ((Save *) g_task_get_task_data (G_TASK (result)))->written;
  return g_task_propagate_boolean (G_TASK (result), error);
}
