/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt customize */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/cli.h"
#include "cli/explain.h"
#include "cli/values.h"
#include "model/draft.h"
#include "model/permission.h"

/* MOPT_SECTION_NONE: said that there is none. */
static MoptSection
find_section (const char *verb, const char *name)
{
  MoptSection section = mopt_section_by_name (name);
  g_autoptr (GString) names = g_string_new (NULL);

  if (section != MOPT_SECTION_NONE)
    return section;
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", mopt_section_info (i)->name);
  mopt_cli_misused (verb, _ ("There is no section “%s”; there are %s."), name, names->str);
  return MOPT_SECTION_NONE;
}

/* FALSE: it has been said why not. */
static gboolean
change (MoptAccount *account, MoptSection section, gboolean undo)
{
  g_autoptr (GError) error = NULL;

  if (mopt_account_is_personal (account))
    {
      mopt_cli_complain (_ ("“%s” is your own account: all of it is yours already."), mopt_account_get_name (account));
      return FALSE;
    }
  if (undo)
    mopt_draft_forget (account, section);
  else if (!mopt_account_check_customise (account, section, &error))
    {
      mopt_cli_complain ("%s", error->message);
      return FALSE;
    }
  else if (mopt_account_is_parked (account, section))
    mopt_draft_use_again (account, section);
  else if (!mopt_account_is_customised (account, section))
    mopt_draft_customise (account, section);
  return TRUE;
}

int
mopt_verb_customize (const char *const *args)
{
  gboolean json = FALSE, undo = FALSE;
  const GOptionEntry entries[] = {
    { "undo", 0, 0, G_OPTION_ARG_NONE, &undo, N_ ("Drop your values and use what is published"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 2, 2);
  g_auto (MoptExplained) explained = { 0 };
  MoptSection section;
  int code;
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  section = find_section (args[0], words[1]);
  if (section == MOPT_SECTION_NONE)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = NULL;
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;
  g_autoptr (MoptAccount) edited = mopt_account_dup (account);
  if (!change (edited, section, undo) || (!undo && !mopt_values_check (edited, G_LIST_MODEL (accounts))))
    return MOPT_EXIT_FAILED;
  if (!mopt_accounts_apply (accounts, &(MoptChange){ .what = MOPT_CHANGE_PUT, .account = edited, .base = account },
                            &error))
    return mopt_cli_fail (error);
  if (!json)
    return MOPT_EXIT_DONE;
  account = mopt_cli_find (accounts, mopt_account_get_id (edited), &code);
  if (account == NULL)
    return code;
  if (!mopt_explained_init (&explained, accounts, account, FALSE, &error))
    return mopt_cli_fail (error);
  mopt_explain_section_json (&explained, section);
  return MOPT_EXIT_DONE;
}
