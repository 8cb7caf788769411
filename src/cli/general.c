/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/general.h"
#include "cli/output.h"
#include "model/address.h"
#include "model/text.h"

enum
{
  NAME,
  ADDRESS,
  N_GENERAL
};

static const char *const field_names[] = { "name", "address", NULL };
static const char *const labels[] = { N_ ("Your name"), N_ ("Your e-mail address") };

/* N_GENERAL: said that there is none. */
static guint
find (const char *verb, const char *name)
{
  for (guint i = 0; i < N_GENERAL; i++)
    if (g_str_equal (field_names[i], name))
      return i;
  mopt_cli_misused (verb, _ ("There is no general field “%s”; there are name and address."), name);
  return N_GENERAL;
}

int
mopt_general_show (MoptAccounts *accounts, const char *const *names)
{
  const char *values[] = { mopt_accounts_get_own_name (accounts), mopt_accounts_get_own_address (accounts) };
  MoptTable *table;

  for (const char *const *name = names; *name != NULL; name++)
    if (find ("show", *name) == N_GENERAL)
      return MOPT_EXIT_USAGE;
  for (const char *const *name = names; *name != NULL; name++)
    {
      g_autofree char *visible = mopt_output_visible (values[find ("show", *name)]);

      g_print ("%s\n", visible);
    }
  if (*names != NULL)
    return MOPT_EXIT_DONE;

  table = mopt_table_new (3);
  for (guint i = 0; i < N_GENERAL; i++)
    mopt_table_add (
        table, (const char *[]){ field_names[i], *values[i] != '\0' ? values[i] : _ ("(not set)"), _ (labels[i]) });
  mopt_table_print (table, 0);
  return MOPT_EXIT_DONE;
}

static gboolean
check (guint field, const char *value, GError **error)
{
  if (*value == '\0' || field == NAME)
    return mopt_text_check (value, error);

  g_autoptr (MoptAddress) address = mopt_address_parse (value, error);
  if (address == NULL)
    return FALSE;
  if (mopt_address_is_pattern (address) || address->name != NULL)
    return mopt_text_refuse (error, _ ("“%s” is more than an address. Enter it as in alice@example.com."), value);
  return TRUE;
}

static int
save (MoptAccounts *accounts, char *const *values)
{
  const MoptChange change = { .what = MOPT_CHANGE_GENERAL, .own_name = values[NAME], .own_address = values[ADDRESS] };
  g_autoptr (GError) error = NULL;

  return mopt_accounts_apply (accounts, &change, &error) ? MOPT_EXIT_DONE : mopt_cli_fail (error);
}

int
mopt_general_set (MoptAccounts *accounts, const char *const *words)
{
  g_autofree char *name = NULL, *address = NULL;
  char **places[] = { &name, &address };

  if (*words == NULL)
    return mopt_cli_misused ("set", _ ("Say what to set: %s"), "mopt set --general name=… address=…");
  for (; *words != NULL; words++)
    {
      g_auto (GStrv) halves = g_strsplit (*words, "=", 2);
      g_autoptr (GError) error = NULL;
      guint field;

      if (g_strv_length (halves) != 2)
        return mopt_cli_misused ("set", _ ("“%s” is not of the form FIELD=VALUE."), *words);
      field = find ("set", halves[0]);
      if (field == N_GENERAL)
        return MOPT_EXIT_USAGE;
      if (*places[field] != NULL)
        return mopt_cli_misused ("set", _ ("“%s” is given twice."), halves[0]);
      *places[field] = mopt_text_strip (halves[1]);
      if (!check (field, *places[field], &error))
        {
          mopt_cli_complain ("%s: %s", halves[0], error->message);
          return MOPT_EXIT_FAILED;
        }
    }
  return save (accounts, (char *[]){ name, address });
}

int
mopt_general_unset (MoptAccounts *accounts, const char *const *names)
{
  char *values[N_GENERAL] = { NULL };
  char empty[] = "";

  if (*names == NULL)
    return mopt_cli_misused ("unset", _ ("Say what to unset: %s"), "mopt unset --general name address");
  for (; *names != NULL; names++)
    {
      guint field = find ("unset", *names);

      if (field == N_GENERAL)
        return MOPT_EXIT_USAGE;
      values[field] = empty;
    }
  return save (accounts, values);
}
