/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "base/person.h"
#include "cli/preview.h"
#include "model/audience.h"

static MoptIdentity *
find_who (const char *as, const char *verb, int *code)
{
  g_autoptr (GError) error = NULL;
  gboolean groups_given;
  g_autoptr (MoptIdentity) who = mopt_identity_parse (as, &groups_given, &error);

  if (who == NULL)
    {
      *code = mopt_cli_misused (verb, "%s", error->message);
      return NULL;
    }
  if (groups_given)
    return g_steal_pointer (&who);
  if (!mopt_person_is_user (who->user))
    {
      mopt_cli_complain (_ ("There is no user “%s” here. Name the groups, too: --as %s:GROUP,…"), who->user, who->user);
      *code = MOPT_EXIT_FAILED;
      return NULL;
    }
  g_auto (GStrv) groups = mopt_person_groups (who->user);
  return mopt_identity_new (who->user, (const char *const *) groups, NULL);
}

MoptAccounts *
mopt_preview_load (const char *as, const char *verb, int *code)
{
  g_autoptr (MoptIdentity) who = NULL;
  g_autoptr (MoptAccounts) accounts = NULL;
  g_autoptr (GError) error = NULL;

  *code = MOPT_EXIT_FAILED;
  if (as == NULL)
    return mopt_cli_load ();
  who = find_who (as, verb, code);
  if (who == NULL)
    return NULL;
  accounts = mopt_accounts_new_preview (NULL, who);
  if (mopt_accounts_load (accounts, &error))
    return g_steal_pointer (&accounts);
  *code = mopt_cli_fail (error);
  return NULL;
}
