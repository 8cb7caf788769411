/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt copy, delete */
#include "config.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/prompt.h"
#include "model/draft.h"
#include "model/permission.h"
#include "model/settings.h"
#include "model/text.h"
#include "model/validate.h"
#include "store/known.h"

/* "Copy of Work", and with a number where there is one already. */
static char *
make_name (MoptAccount *account, GListModel *accounts)
{
  /* Translators: the name of a copied account */
  g_autofree char *first = g_strdup_printf (_ ("Copy of %s"), mopt_account_get_name (account));
  char *name = g_strdup (first);

  for (guint i = 2; !mopt_validate_name (name, accounts, NULL, NULL) && i < 1000; i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s %u", first, i);
    }
  return name;
}

/* The passwords stored for @settings, NULL where there is none. FALSE: cancelled. A keyring that cannot be asked
 * keeps nobody from copying the rest. */
static gboolean
look_up (const MoptSettings *settings, MoptPassword **passwords, GError **error)
{
  for (guint i = 0; i < MOPT_KEYRING_N_SIDES; i++)
    {
      g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, mopt_keyring_sections[i]);
      g_autoptr (GError) cause = NULL;

      passwords[i] = key != NULL ? mopt_keyring_lookup (key, &cause) : NULL;
      if (cause == NULL || mopt_secrets_is_absent (cause)
          || g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED))
        continue;
      if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      mopt_cli_complain (_ ("Note: the password is not copied. %s"), cause->message);
    }
  return TRUE;
}

static void
store (const MoptSettings *settings, MoptPassword *const *passwords)
{
  for (guint i = 0; i < MOPT_KEYRING_N_SIDES; i++)
    {
      g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, mopt_keyring_sections[i]);
      g_autoptr (GError) error = NULL;

      if (key != NULL && passwords[i] != NULL
          && !mopt_keyring_store (key, settings->account_name, passwords[i], &error))
        mopt_cli_complain (_ ("Note: the password is not copied. %s"), error->message);
    }
}

int
mopt_verb_copy (const char *const *args)
{
  g_auto (GStrv) words = mopt_cli_parse (args, NULL, 1, 2);
  int code;
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = NULL;
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;

  if (!mopt_account_check_add (mopt_accounts_get_publication (accounts), mopt_accounts_get_rights (accounts), &error))
    return mopt_cli_fail (error);
  g_autofree char *name = words[1] != NULL ? mopt_text_strip (words[1]) : make_name (account, G_LIST_MODEL (accounts));
  if (!mopt_validate_name (name, G_LIST_MODEL (accounts), NULL, &error))
    return mopt_cli_fail (error);
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return mopt_cli_fail (error);

  MoptPassword *passwords[MOPT_KEYRING_N_SIDES] = { NULL };
  g_autoptr (MoptAccount) copy = mopt_account_copy (account, name);
  gboolean ok = look_up (settings, passwords, &error)
                && mopt_accounts_apply (accounts, &(MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy }, &error);
  if (ok)
    {
      g_autoptr (MoptSettings) of_copy = mopt_settings_new (copy, NULL);

      store (of_copy, passwords);
      g_print ("%s\n", mopt_account_get_id (copy));
    }
  for (guint i = 0; i < MOPT_KEYRING_N_SIDES; i++)
    g_clear_pointer (&passwords[i], mopt_password_unref);
  return ok ? MOPT_EXIT_DONE : mopt_cli_fail (error);
}

/* The account is gone from the file; now all that was kept for it elsewhere. */
static int
forget (const char *id)
{
  g_autoptr (GError) error = NULL;

  if (!mopt_known_forget (id, &error))
    {
      mopt_cli_complain (_ ("Note: %s"), error->message);
      g_clear_error (&error);
    }
  if (mopt_keyring_forget (id, MOPT_SECTION_NONE, NULL, &error) || mopt_secrets_is_absent (error))
    return MOPT_EXIT_DONE;
  gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  mopt_cli_complain (_ ("The account is deleted, but not its stored passwords. %s"),
                     cancelled ? _ ("Cancelled.") : error->message);
  return cancelled ? MOPT_EXIT_CANCELLED : MOPT_EXIT_FAILED;
}

int
mopt_verb_delete (const char *const *args)
{
  gboolean yes = FALSE;
  const GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_ ("Do not ask"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, 1);
  int code;
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = NULL;
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;

  gboolean personal = mopt_account_is_personal (account);
  if (!personal && !mopt_draft_has_overlay (account) && mopt_account_get_problem (account, NULL) == NULL)
    {
      mopt_cli_complain (_ ("“%s” is published by %s, and nothing of it is yours: there is nothing to delete."),
                         mopt_account_get_name (account),
                         mopt_publication_who (mopt_account_get_publication (account)));
      return MOPT_EXIT_FAILED;
    }
  g_autofree char *question
      = g_strdup_printf (personal ? _ ("Delete the account “%s” and its stored passwords?")
                                  : _ ("Remove your changes of “%s”? The published account stays."),
                         mopt_account_get_name (account));
  if (!yes && isatty (STDIN_FILENO) && !mopt_prompt_confirm (question))
    {
      mopt_cli_complain (_ ("Cancelled."));
      return MOPT_EXIT_CANCELLED;
    }

  g_autofree char *id = g_strdup (mopt_account_get_id (account));
  if (!mopt_accounts_apply (accounts, &(MoptChange){ .what = MOPT_CHANGE_DELETE, .account = account }, &error))
    return mopt_cli_fail (error);
  if (!personal)
    return MOPT_EXIT_DONE; /* it is still there, and so is what was stored for it */
  /* what named it as the default would name nothing now */
  if (g_str_equal (mopt_accounts_get_default_id (accounts), id)
      && !mopt_accounts_apply (accounts, &(MoptChange){ .what = MOPT_CHANGE_GENERAL, .default_id = "" }, &error))
    return mopt_cli_fail (error);
  return forget (id);
}
