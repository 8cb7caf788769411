/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/keyring.h"

#include "base/error.h"
#include "cli/cli.h"
#include "store/secrets-pending.h"

const MoptSection mopt_keyring_sections[] = { MOPT_SECTION_INCOMING_ACCOUNT, MOPT_SECTION_OUTGOING_ACCOUNT };

MoptPassword *
mopt_keyring_lookup (const MoptSecretKey *key, GError **error)
{
  g_auto (MoptWait) wait = { 0 };

  mopt_cli_wait_init (&wait);
  mopt_secrets_lookup_async (key, MOPT_SECRETS_PROMPT, wait.cancellable, mopt_cli_wait_done, &wait);
  return mopt_secrets_lookup_finish (mopt_cli_wait (&wait), error);
}

static GError *failure; /* a service that could not say it once is not waited for again */

MoptSecretState
mopt_keyring_state (const MoptSecretKey *key, GError **error)
{
  g_auto (MoptWait) wait = { 0 };
  MoptSecretState state = MOPT_SECRET_UNKNOWN;

  if (failure == NULL)
    {
      mopt_cli_wait_init (&wait);
      mopt_secrets_state_async (key, wait.cancellable, mopt_cli_wait_done, &wait);
      /* no signal is caught: they may end us, a question leaves nothing behind */
      while (wait.result == NULL)
        g_main_context_iteration (NULL, TRUE);
      state = mopt_secrets_state_finish (wait.result, NULL, &failure);
    }
  if (failure != NULL && error != NULL)
    *error = g_error_copy (failure);
  return state;
}

MoptLoginPassword
mopt_keyring_login_state (const MoptSettings *settings, MoptSection section, MoptSecretKey **other, GError **error)
{
  const MoptServer *server = section == MOPT_SECTION_OUTGOING_ACCOUNT ? &settings->outgoing : &settings->incoming;
  g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, section);
  g_auto (MoptWait) wait = { 0 };
  GError *cause = NULL;
  MoptLoginPassword what = MOPT_LOGIN_PASSWORD_UNKNOWN;

  if (other != NULL)
    *other = NULL;
  if (failure == NULL || key == NULL || server->shared_password != NULL)
    {
      mopt_cli_wait_init (&wait);
      mopt_login_password_state_async (settings, section, wait.cancellable, mopt_cli_wait_done, &wait);
      while (wait.result == NULL)
        g_main_context_iteration (NULL, TRUE);
      what = mopt_login_password_state_finish (wait.result, other, &cause);
    }
  if (what == MOPT_LOGIN_PASSWORD_UNKNOWN && failure == NULL)
    failure = g_steal_pointer (&cause);
  if (error != NULL && (cause != NULL || what == MOPT_LOGIN_PASSWORD_UNKNOWN))
    *error = g_error_copy (cause != NULL ? cause : failure);
  g_clear_error (&cause);
  return what;
}

GHashTable *
mopt_keyring_list (void)
{
  g_auto (MoptWait) wait = { 0 };

  mopt_cli_wait_init (&wait);
  mopt_secrets_list_async (wait.cancellable, mopt_cli_wait_done, &wait);
  while (wait.result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return mopt_secrets_list_finish (wait.result, NULL);
}

gboolean
mopt_keyring_store (const MoptSecretKey *key, const char *account_name, MoptPassword *password, GError **error)
{
  g_auto (MoptWait) wait = { 0 };

  mopt_cli_wait_init (&wait);
  mopt_secrets_store_async (key, account_name, password, wait.cancellable, mopt_cli_wait_done, &wait);
  return mopt_secrets_store_finish (mopt_cli_wait (&wait), error);
}

gboolean
mopt_keyring_forget (const char *account_id, MoptSection section, const MoptSecretKey *keep, GError **error)
{
  g_auto (MoptWait) wait = { 0 };

  mopt_cli_wait_init (&wait);
  mopt_secrets_forget_async (account_id, section, keep, MOPT_SECRETS_PROMPT, wait.cancellable, mopt_cli_wait_done,
                             &wait);
  return mopt_secrets_forget_finish (mopt_cli_wait (&wait), error);
}

void
mopt_keyring_run_pending (MoptAccounts *accounts)
{
  g_auto (MoptWait) wait = { 0 };

  mopt_cli_wait_init (&wait);
  mopt_secrets_pending_run_async (accounts, 0, wait.cancellable, mopt_cli_wait_done, &wait);
  mopt_secrets_pending_run_finish (mopt_cli_wait (&wait), NULL); /* what is left stays noted */
}
