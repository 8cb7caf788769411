/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "check/learned.h"
#include "check/own-address.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/online.h"
#include "cli/prompt.h"
#include "model/address.h"

#define LIMIT_MAX 3600 /* seconds */

gboolean
mopt_online_check_limit (int limit, const char *verb)
{
  if (limit == MOPT_ONLINE_NO_LIMIT || (limit >= 1 && limit <= LIMIT_MAX))
    return TRUE;
  mopt_cli_misused (verb, _ ("The limit is a number of seconds from 1 to %d."), LIMIT_MAX);
  return FALSE;
}

gboolean
mopt_online_read_side (const char *text, const char *verb, MoptSide *sides)
{
  *sides = MOPT_SIDE_BOTH;
  if (g_strcmp0 (text, "incoming") == 0)
    *sides = MOPT_SIDE_INCOMING;
  else if (g_strcmp0 (text, "outgoing") == 0)
    *sides = MOPT_SIDE_OUTGOING;
  else if (text != NULL)
    {
      mopt_cli_misused (verb, _ ("A side is incoming or outgoing, not “%s”."), text);
      return FALSE;
    }
  return TRUE;
}

void
mopt_online_allow_unencrypted (MoptSettings *settings)
{
  MoptServer *const servers[] = { &settings->incoming, &settings->outgoing };

  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      if (servers[i]->known == NULL)
        servers[i]->known = mopt_known_server_new ();
      servers[i]->known->unencrypted_agreed = TRUE;
    }
}

gboolean
mopt_online_agree_unencrypted (const MoptFailure *failure, const MoptSettings *settings, MoptSide side)
{
  static GPtrArray *refused; /* a no counts for as long as this program runs */
  const MoptServer *server = side == MOPT_SIDE_OUTGOING ? &settings->outgoing : &settings->incoming;
  g_autofree char *name = g_strdup_printf ("%s %d", settings->account_id, side);
  g_autoptr (GError) error = NULL;

  if (refused == NULL)
    refused = g_ptr_array_new_with_free_func (g_free);
  if (g_ptr_array_find_with_equal_func (refused, name, g_str_equal, NULL))
    return FALSE;
  if (failure == NULL || failure->remedy != MOPT_REMEDY_UNENCRYPTED || !isatty (STDIN_FILENO)
      || !isatty (STDERR_FILENO))
    return FALSE;
  g_autofree char *dangers = mopt_learned_unencrypted_text (settings, side);
  g_autofree char *question
      = g_strdup_printf (_ ("%s offers no encryption. %s Log in there all the same, now and later?"), server->host,
                         dangers);
  if (!mopt_prompt_confirm (question))
    {
      g_ptr_array_add (refused, g_steal_pointer (&name));
      return FALSE;
    }
  if (mopt_learned_agree_unencrypted (settings, side, TRUE, &error))
    return TRUE;
  mopt_cli_complain ("%s", error->message);
  return FALSE;
}

gboolean
mopt_online_agree_run (MoptTestRun *run)
{
  gboolean agreed = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);
      MoptSide side
          = mopt_test_stage_get_side (stage) == MOPT_TEST_SIDE_OUTGOING ? MOPT_SIDE_OUTGOING : MOPT_SIDE_INCOMING;

      agreed = mopt_online_agree_unencrypted (mopt_test_stage_get_failure (stage), mopt_test_run_get_settings (run),
                                              side)
               || agreed;
    }
  return agreed;
}

gboolean
mopt_online_is_complete (MoptAccount *account, MoptSide sides)
{
  g_autoptr (GPtrArray) missing = mopt_validate_complete (account, sides);

  for (guint i = 0; i < missing->len; i++)
    {
      const MoptProblem *problem = g_ptr_array_index (missing, i);

      mopt_cli_complain ("%s: %s", problem->property, problem->error->message);
    }
  return missing->len == 0;
}

char *
mopt_online_own_address (MoptAccounts *accounts, const char *to)
{
  g_auto (MoptWait) wait = { 0 };

  mopt_cli_wait_init (&wait);
  mopt_own_address_find_async (accounts, wait.cancellable, mopt_cli_wait_done, &wait);
  g_autofree char *found = mopt_own_address_find_finish (mopt_cli_wait (&wait));
  return g_strdup (*found == '\0' && to != NULL ? to : found);
}

gboolean
mopt_online_has_recipient (const char *own_address, const char *to)
{
  g_autoptr (MoptAddress) parsed = NULL;
  g_autoptr (GError) error = NULL;

  if (to == NULL && *own_address == '\0')
    {
      mopt_cli_complain (_ ("Your e-mail address is not known. Set it with “mopt set --general address=…”, or name "
                            "one with --to."));
      return FALSE;
    }
  if (to != NULL && (parsed = mopt_address_parse (to, &error)) == NULL)
    {
      mopt_cli_complain ("--to: %s", error->message);
      return FALSE;
    }
  if (parsed != NULL && mopt_address_is_pattern (parsed))
    {
      mopt_cli_complain (_ ("--to: “%s” stands for many addresses. Enter one of them."), to);
      return FALSE;
    }
  return TRUE;
}

gboolean
mopt_online_ask_password (const MoptSettings *settings, MoptSide side, MoptPassword **password, GError **error)
{
  const MoptServer *server = side == MOPT_SIDE_OUTGOING ? &settings->outgoing : &settings->incoming;
  MoptSection section = side == MOPT_SIDE_OUTGOING ? MOPT_SECTION_OUTGOING_ACCOUNT : MOPT_SECTION_INCOMING_ACCOUNT;
  g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, section);
  g_autoptr (MoptSecretKey) other = NULL;
  g_autofree char *text = NULL;

  if (!server->authenticate || key == NULL)
    return TRUE;
  switch (mopt_keyring_login_state (settings, section, &other, NULL))
    {
    case MOPT_LOGIN_PASSWORD_STORED:
    case MOPT_LOGIN_PASSWORD_STORED_LOCKED:
    case MOPT_LOGIN_PASSWORD_SHARED:
      return TRUE;
    case MOPT_LOGIN_PASSWORD_MOVED:
      text = mopt_login_password_moved_text (settings, key, other);
      mopt_cli_complain (_ ("Note: %s"), text);
      return TRUE;
    case MOPT_LOGIN_PASSWORD_ELSEWHERE:
      text = mopt_login_password_elsewhere_text (settings, key, other);
      break;
    case MOPT_LOGIN_PASSWORD_NONE:
    case MOPT_LOGIN_PASSWORD_UNKNOWN:
      break;
    }
  if (!isatty (STDIN_FILENO) || !isatty (STDERR_FILENO))
    return TRUE; /* the login says why */
  if (text != NULL)
    mopt_cli_complain (_ ("Note: %s"), text);

  /* Translators: a user name, a host name */
  g_autofree char *question = g_strdup_printf (_ ("Password of %s on %s:"), server->user, server->host);
  *password = mopt_prompt_password (question, error);
  return *password != NULL;
}
