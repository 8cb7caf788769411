/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt add, set, unset, default */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/cli.h"
#include "cli/general.h"
#include "cli/keyring.h"
#include "cli/output.h"
#include "cli/values.h"
#include "model/permission.h"
#include "model/settings.h"
#include "model/text.h"

/* The account that @word names, for a verb that is going to change it. NULL: it has been said why, *@code. */
static MoptAccount *
find_to_change (MoptAccounts *accounts, const char *word, int *code)
{
  MoptAccount *account = mopt_cli_find (accounts, word, code);

  if (account == NULL)
    return NULL;
  if (mopt_account_get_kind (account) == MOPT_KIND_UNKNOWN)
    {
      mopt_cli_complain ("%s", mopt_account_get_problem (account, NULL));
      *code = MOPT_EXIT_FAILED;
      return NULL;
    }
  return account;
}

int
mopt_verb_add (const char *const *args)
{
  g_auto (GStrv) words = mopt_cli_parse (args, NULL, 2, G_MAXUINT);
  g_auto (MoptValues) values = { 0 };
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  if (mopt_kind_by_name (words[0]) == MOPT_KIND_UNKNOWN)
    return mopt_cli_misused ("add", _ ("There is no kind of account called “%s”; there are pop and imap."), words[0]);
  if (!mopt_values_parse (&values, "add", (const char *const *) words + 2))
    return MOPT_EXIT_USAGE;
  if (values.name != NULL)
    return mopt_cli_misused ("add", _ ("“%s” is given twice."), "name");
  values.name = mopt_text_strip (words[1]);

  g_autoptr (MoptAccounts) accounts = mopt_cli_load ();
  if (accounts == NULL)
    return MOPT_EXIT_FAILED;

  g_autofree char *id = mopt_account_new_id ();
  g_autoptr (MoptAccount) account = mopt_account_new (id, words[0]);
  if (!mopt_values_apply (&values, account, G_LIST_MODEL (accounts)))
    return MOPT_EXIT_FAILED;
  if (!mopt_accounts_apply (accounts, &(MoptChange){ .what = MOPT_CHANGE_PUT, .account = account }, &error))
    return mopt_cli_fail (error);
  g_print ("%s\n", id);
  return MOPT_EXIT_DONE;
}

/* A password is found only for what it was stored for: after a change of server or user it has to be typed again. */
static void
remind_of_passwords (MoptAccount *before, MoptAccount *after)
{
  g_autoptr (MoptSettings) old = mopt_settings_new (before, NULL);
  g_autoptr (MoptSettings) new = mopt_settings_new (after, NULL);

  for (guint i = 0; old != NULL && new != NULL &&i < MOPT_KEYRING_N_SIDES; i++)
    {
      MoptSection section = mopt_keyring_sections[i];
      g_autoptr (MoptSecretKey) old_key = mopt_secret_key_new (old, section);
      g_autoptr (MoptSecretKey) new_key = mopt_secret_key_new (new, section);
      const char *side = section == MOPT_SECTION_OUTGOING_ACCOUNT && !new->same_login ? "outgoing" : "incoming";

      if (old_key == NULL || (new_key != NULL && mopt_secret_key_equal (old_key, new_key)))
        continue;
      MoptSecretState state = mopt_keyring_state (old_key, NULL);
      if (state != MOPT_SECRET_STORED && state != MOPT_SECRET_STORED_LOCKED)
        continue;
      mopt_cli_complain (
          _ ("Note: the stored password was for %s on %s. Store the new one: mopt password %s --side %s"),
          old_key->user, old_key->host, old->account_id, side);
      return;
    }
}

/* Whether @field may be set here and now; else it has been said what to do first, or whom to ask. */
static gboolean
check_field (MoptAccount *account, MoptField field)
{
  MoptSection section = mopt_field_info (field)->section;
  const char *name = mopt_field_info (field)->name;
  g_autoptr (GError) error = NULL;

  if (mopt_account_is_personal (account) || mopt_account_may_edit (account, section))
    return TRUE; /* what rights forbid of one's own is for the store to say */
  if (!mopt_account_check_customise (account, section, &error))
    mopt_cli_complain ("%s: %s", name, error->message);
  else
    mopt_cli_complain (_ ("%s: This comes from %s. To have values of your own there: mopt customize %s %s"), name,
                       mopt_publication_who (mopt_account_get_publication (account)), mopt_account_get_id (account),
                       mopt_section_info (section)->name);
  return FALSE;
}

static gboolean
check_values (MoptAccount *account, const MoptValues *values)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (values->fields[i] != NULL)
      ok = check_field (account, i) && ok;
  return ok;
}

static int
put (MoptAccounts *accounts, MoptAccount *base, MoptAccount *account)
{
  const MoptChange change = { .what = MOPT_CHANGE_PUT, .account = account, .base = base };
  g_autoptr (MoptAccount) before = mopt_account_dup (base); /* the list's own takes the change over */
  g_autoptr (GError) error = NULL;

  if (!mopt_accounts_apply (accounts, &change, &error))
    return mopt_cli_fail (error);
  remind_of_passwords (before, account);
  return MOPT_EXIT_DONE;
}

static const char general_help[] = N_ ("Your name and your e-mail address instead of an account");

int
mopt_verb_set (const char *const *args)
{
  gboolean general = FALSE;
  const GOptionEntry entries[] = {
    { "general", 0, 0, G_OPTION_ARG_NONE, &general, general_help, NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, G_MAXUINT);
  g_auto (MoptValues) values = { 0 };
  int code = MOPT_EXIT_DONE;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  if (!general && words[1] == NULL)
    return mopt_cli_misused ("set", _ ("Say what to set: %s"), "mopt set ACCOUNT incoming-host=imap.example.com");
  if (!general && !mopt_values_parse (&values, "set", (const char *const *) words + 1))
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = mopt_cli_load ();
  if (accounts == NULL)
    return MOPT_EXIT_FAILED;
  if (general)
    return mopt_general_set (accounts, (const char *const *) words);

  MoptAccount *account = find_to_change (accounts, words[0], &code);
  if (account == NULL)
    return code;
  g_autoptr (MoptAccount) edited = mopt_account_dup (account);
  if (!check_values (account, &values) || !mopt_values_apply (&values, edited, G_LIST_MODEL (accounts)))
    return MOPT_EXIT_FAILED;
  return put (accounts, account, edited);
}

int
mopt_verb_unset (const char *const *args)
{
  gboolean general = FALSE;
  const GOptionEntry entries[] = {
    { "general", 0, 0, G_OPTION_ARG_NONE, &general, general_help, NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, G_MAXUINT);
  MoptField field;
  int code = MOPT_EXIT_DONE;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  if (!general && words[1] == NULL)
    return mopt_cli_misused ("unset", _ ("Say what to unset: %s"), "mopt unset ACCOUNT outgoing-port");
  for (guint i = 1; !general && words[i] != NULL; i++)
    if (!mopt_values_field ("unset", words[i], &field))
      return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = mopt_cli_load ();
  if (accounts == NULL)
    return MOPT_EXIT_FAILED;
  if (general)
    return mopt_general_unset (accounts, (const char *const *) words);

  MoptAccount *account = find_to_change (accounts, words[0], &code);
  if (account == NULL)
    return code;
  g_autoptr (MoptAccount) edited = mopt_account_dup (account);
  for (guint i = 1; words[i] != NULL; i++)
    if (!check_field (account, mopt_field_by_name (words[i])))
      return MOPT_EXIT_FAILED;
  for (guint i = 1; words[i] != NULL; i++)
    mopt_account_set (edited, mopt_field_by_name (words[i]), NULL);
  if (!mopt_values_check (edited, G_LIST_MODEL (accounts)))
    return MOPT_EXIT_FAILED;
  return put (accounts, account, edited);
}

int
mopt_verb_default (const char *const *args)
{
  g_auto (GStrv) words = mopt_cli_parse (args, NULL, 0, 1);
  int code;
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = NULL;
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;
  if (words[0] == NULL)
    {
      g_autofree char *name = mopt_output_visible (mopt_account_get_name (account));

      g_print ("%s  %s\n", mopt_account_get_id (account), name);
      return MOPT_EXIT_DONE;
    }
  if (mopt_account_get_problem (account, NULL) != NULL)
    {
      mopt_cli_complain ("%s", mopt_account_get_problem (account, NULL));
      return MOPT_EXIT_FAILED;
    }

  const MoptChange change = { .what = MOPT_CHANGE_GENERAL, .default_id = mopt_account_get_id (account) };
  return mopt_accounts_apply (accounts, &change, &error) ? MOPT_EXIT_DONE : mopt_cli_fail (error);
}
