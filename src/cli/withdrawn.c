/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt withdrawn */
#include "config.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/output.h"
#include "model/text.h"
#include "store/withdrawn.h"

/* --- Listing ----------------------------------------------------------------------------------------------------- */

static void
add_text (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value);
}

static void
print (JsonBuilder *json)
{
  g_autoptr (JsonNode) root = json_builder_get_root (json);

  mopt_output_json (root, FALSE);
}

/* "" where it cannot be a time. Caller frees. */
static char *
format_time (gint64 seconds, gboolean for_programs)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  if (local == NULL)
    return g_strdup ("");
  return for_programs ? g_date_time_format_iso8601 (utc) : g_date_time_format (local, "%F %H:%M");
}

static void
print_json (GPtrArray *list)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_array (json);
  for (guint i = 0; i < list->len; i++)
    {
      const MoptWithdrawn *withdrawn = list->pdata[i];
      g_autofree char *date = format_time (withdrawn->date, TRUE);
      g_autofree char *until = format_time (withdrawn->until, TRUE);

      json_builder_begin_object (json);
      add_text (json, "id", withdrawn->id);
      add_text (json, "name", withdrawn->name);
      add_text (json, "date", date);
      add_text (json, "until", until);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  print (json);
}

static void
print_table (GPtrArray *list)
{
  if (list->len == 0)
    {
      g_print ("%s\n", _ ("There is nothing to take back."));
      return;
    }
  MoptTable *table = mopt_table_new (4);
  mopt_table_add (table, (const char *[]){ _ ("ID"), _ ("NAME"), _ ("WITHDRAWN"), _ ("KEPT UNTIL") });
  for (guint i = 0; i < list->len; i++)
    {
      const MoptWithdrawn *withdrawn = list->pdata[i];
      g_autofree char *date = format_time (withdrawn->date, FALSE);
      g_autofree char *until = format_time (withdrawn->until, FALSE);

      mopt_table_add (table, (const char *[]){ withdrawn->id, withdrawn->name, date, until });
    }
  mopt_table_print (table, 0);
}

/* --- Taking back ------------------------------------------------------------------------------------------------- */

/* By id, else by name. */
static const MoptWithdrawn *
find (GPtrArray *list, const char *word, GError **error)
{
  g_autofree char *key = mopt_text_fold (word);
  g_autoptr (GString) ids = g_string_new (NULL);
  const MoptWithdrawn *found = NULL;
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    {
      const MoptWithdrawn *withdrawn = list->pdata[i];
      g_autofree char *folded = mopt_text_fold (withdrawn->name);

      if (g_str_equal (withdrawn->id, word))
        return withdrawn;
      if (!g_str_equal (folded, key))
        continue;
      found = withdrawn;
      g_string_append_printf (ids, "%s%s", n++ > 0 ? ", " : "", withdrawn->id);
    }
  if (n == 0)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND,
                 _ ("There is no withdrawn account “%s” that could be taken back; “mopt withdrawn” lists them."), word);
  else if (n > 1)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AMBIGUOUS,
                 _ ("Several accounts are called “%s”. Name one by its id: %s"), word, ids->str);
  return n == 1 ? found : NULL;
}

static int
recover (GPtrArray *list, const char *word, gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  const MoptWithdrawn *withdrawn = find (list, word, &error);

  if (withdrawn == NULL)
    return mopt_cli_fail (error);
  g_autoptr (MoptAccounts) accounts = mopt_cli_load ();
  if (accounts == NULL)
    return MOPT_EXIT_FAILED;
  if (!mopt_accounts_apply (accounts, &(MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = withdrawn->id }, &error))
    return mopt_cli_fail (error);
  mopt_keyring_run_pending (accounts);

  const char *id = mopt_accounts_get (accounts, withdrawn->id) != NULL ? withdrawn->id : withdrawn->new_id;
  if (!as_json)
    {
      g_print ("%s\n", id);
      return MOPT_EXIT_DONE;
    }
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  add_text (json, "id", id);
  json_builder_end_object (json);
  print (json);
  return MOPT_EXIT_DONE;
}

int
mopt_verb_withdrawn (const char *const *args)
{
  gboolean json = FALSE;
  g_autofree char *wanted = NULL;
  const GOptionEntry entries[] = {
    { "recover", 0, 0, G_OPTION_ARG_STRING, &wanted, N_ ("Take this one back and print the id that it has then"),
      N_ ("ID") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 0);

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();
  if (wanted != NULL)
    return recover (list, wanted, json);
  if (json)
    print_json (list);
  else
    print_table (list);
  return MOPT_EXIT_DONE;
}
