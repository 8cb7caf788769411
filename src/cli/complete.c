/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt complete: what may stand at some place of a command line, a line each, for the completion of shells. It
 * complains of nothing: the cursor stands in the middle of the line. */
#include "config.h"

#include "cli/cli.h"
#include "cli/output.h"
#include "store/withdrawn.h"

static void
print_accounts (GListModel *accounts)
{
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (accounts, i);
      g_autofree char *name = mopt_output_visible (mopt_account_get_name (account));

      g_print ("%s\n%s\n", name, mopt_account_get_id (account));
    }
}

static void
print_withdrawn (void)
{
  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();

  for (guint i = 0; i < list->len; i++)
    g_print ("%s\n", ((MoptWithdrawn *) list->pdata[i])->id);
}

static void
print_values (const char *name, MoptKind kind)
{
  MoptField field = mopt_field_by_name (name);
  const MoptFieldInfo *info = field != MOPT_FIELD_NONE ? mopt_field_info (field) : NULL;

  if (info != NULL && info->type == MOPT_TYPE_BOOLEAN)
    g_print ("true\nfalse\n");
  for (guint i = 0; info != NULL && info->choices != NULL && info->choices[i].name != NULL; i++)
    if ((info->choices[i].kinds & kind) != 0)
      g_print ("%s\n", info->choices[i].name);
}

int
mopt_verb_complete (const char *const *args)
{
  g_auto (GStrv) words = mopt_cli_parse (args, NULL, 1, 3);

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  if (g_str_equal (words[0], "verbs"))
    for (const MoptVerb *verb = mopt_verbs; verb->name != NULL; verb++)
      if (verb->help != NULL)
        g_print ("%s\n", verb->name);
  if (g_str_equal (words[0], "fields"))
    for (guint i = 0; i < MOPT_N_FIELDS; i++)
      g_print ("%s\n", mopt_field_info (i)->name);

  if (g_str_equal (words[0], "sections"))
    for (guint i = 0; i < MOPT_N_SECTIONS; i++)
      g_print ("%s\n", mopt_section_info (i)->name);

  if (g_str_equal (words[0], "withdrawn"))
    print_withdrawn ();

  g_autoptr (MoptAccounts) accounts = mopt_accounts_new (NULL);
  if (!mopt_accounts_load (accounts, NULL))
    return MOPT_EXIT_DONE;
  if (g_str_equal (words[0], "accounts"))
    print_accounts (G_LIST_MODEL (accounts));
  if (g_str_equal (words[0], "values") && words[1] != NULL)
    {
      MoptAccount *account = words[2] != NULL ? mopt_accounts_find (accounts, words[2], NULL) : NULL;
      MoptKind kind = words[2] != NULL ? mopt_kind_by_name (words[2]) : MOPT_KIND_UNKNOWN;

      if (kind == MOPT_KIND_UNKNOWN)
        kind = account != NULL ? mopt_account_get_kind (account) : MOPT_KIND_ALL;
      print_values (words[1], kind);
    }
  return MOPT_EXIT_DONE;
}
