/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt show */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/general.h"
#include "cli/output.h"
#include "model/address.h"

/* A list is shown on one line, as `mopt set` takes it. */
static char *
one_line (MoptField field, const char *text)
{
  MoptFieldType type = mopt_field_info (field)->type;

  if (type != MOPT_TYPE_ADDRESSES && type != MOPT_TYPE_ADDRESS_PATTERNS)
    return g_strdup (text);

  g_auto (GStrv) entries = mopt_address_list_split (text);
  return g_strjoinv ("; ", entries);
}

/* What the value means: the label of a choice, or the field's own. */
static char *
label_of (MoptAccount *account, MoptField field)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  const MoptChoice *choice
      = mopt_field_choice (field, mopt_account_get_kind (account), mopt_account_get (account, field));

  return choice != NULL ? g_strdup_printf ("%s: %s", _ (info->label), _ (choice->label)) : g_strdup (_ (info->label));
}

static void
show_section (MoptAccount *account, MoptSection section)
{
  MoptTable *table = mopt_table_new (3);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      if (mopt_field_info (i)->section != section || !mopt_field_has_kind (i, mopt_account_get_kind (account)))
        continue;
      g_autofree char *value = one_line (i, mopt_account_get (account, i));
      g_autofree char *label = label_of (account, i);
      gboolean is_default = mopt_account_get_source (account, i) == MOPT_SOURCE_DEFAULT;
      /* Translators: a value that nobody has set, as in "auto (default)" */
      g_autofree char *shown = is_default && *value != '\0' ? g_strdup_printf (_ ("%s (default)"), value)
                               : is_default                 ? g_strdup (_ ("(not set)"))
                                                            : g_strdup (value);
      mopt_table_add (table, (const char *[]){ mopt_field_info (i)->name, shown, label });
    }
  g_print ("\n%s\n", section == MOPT_SECTION_NONE ? _ ("Your own choice") : _ (mopt_section_info (section)->label));
  mopt_table_print (table, 2);
}

static void
show_account (MoptAccount *account)
{
  g_autofree char *name = mopt_output_visible (mopt_account_get_name (account));
  const char *problem = mopt_account_get_problem (account, NULL);

  g_print ("%s\n", name);
  g_print ("  %s: %s\n", _ ("Id"), mopt_account_get_id (account));
  g_print ("  %s: %s\n", _ ("Kind"), mopt_kind_label (mopt_account_get_kind (account)));
  if (problem != NULL)
    {
      g_autofree char *visible = mopt_output_visible (problem);

      g_print ("  %s\n", visible);
    }
  for (guint i = 0; i <= MOPT_SECTION_NONE; i++)
    show_section (account, i);
}

/* Only the values, for scripts: a line each; a list has a line per entry. */
static int
show_values (MoptAccount *account, const char *const *names)
{
  for (const char *const *name = names; *name != NULL; name++)
    if (!g_str_equal (*name, "name") && mopt_field_by_name (*name) == MOPT_FIELD_NONE)
      return mopt_cli_misused ("show", _ ("There is no field “%s”."), *name);

  for (const char *const *name = names; *name != NULL; name++)
    {
      MoptField field = mopt_field_by_name (*name);
      const char *text = field != MOPT_FIELD_NONE ? mopt_account_get (account, field) : mopt_account_get_name (account);
      g_autofree char *visible = mopt_output_visible_lines (text);

      g_print ("%s\n", visible);
    }
  return MOPT_EXIT_DONE;
}

int
mopt_verb_show (const char *const *args)
{
  gboolean general = FALSE;
  const GOptionEntry entries[] = {
    { "general", 0, 0, G_OPTION_ARG_NONE, &general, N_ ("Your name and your e-mail address instead of an account"),
      NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, G_MAXUINT);
  int code;

  if (words == NULL)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = mopt_cli_load ();
  if (accounts == NULL)
    return MOPT_EXIT_FAILED;
  if (general)
    return mopt_general_show (accounts, (const char *const *) words);

  MoptAccount *account = mopt_cli_find (accounts, words[0], &code);
  if (account == NULL)
    return code;
  if (words[0] != NULL && words[1] != NULL)
    return show_values (account, (const char *const *) words + 1);
  show_account (account);
  return MOPT_EXIT_DONE;
}
