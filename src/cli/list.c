/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt list */
#include "config.h"

#include <glib/gi18n.h>

#include "check/standing.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/output.h"
#include "cli/preview.h"

typedef struct
{
  MoptStanding standing;
  char *reason;       /* nullable */
  MoptLastTest *last; /* nullable */
} Status;

static void
status_clear (Status *self)
{
  g_free (self->reason);
  g_clear_pointer (&self->last, mopt_last_test_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Status, status_clear)

static void
status_init (Status *self, MoptAccount *account, GHashTable *stored)
{
  self->last = mopt_known_get_last_test (mopt_account_get_id (account));
  self->standing = mopt_standing (account, self->last, stored, &self->reason);
}

/* Which passwords there are, where an account may lack one; NULL: nothing is known. */
static GHashTable *
list_stored (GListModel *accounts)
{
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (accounts, i);

      if (!mopt_account_is_personal (account))
        return mopt_keyring_list ();
    }
  return NULL;
}

/* One line for people. */
static char *
status_text (const Status *self)
{
  g_autoptr (GDateTime) time = self->last != NULL ? g_date_time_new_from_unix_local (self->last->time) : NULL;
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%F %H:%M") : g_strdup ("?");

  switch (self->standing)
    {
    case MOPT_STANDING_BROKEN:
      return g_strdup_printf (_ ("Cannot be used: %s"), self->reason);
    case MOPT_STANDING_INVALID:
      return g_strdup_printf (_ ("Needs your attention: %s"), self->reason);
    case MOPT_STANDING_NEEDS_ADDRESS:
      return g_strdup (_ ("Needs your e-mail address"));
    case MOPT_STANDING_NEEDS_ADMINISTRATOR:
      return g_strdup (self->reason);
    case MOPT_STANDING_NEEDS_USER:
      return g_strdup (_ ("Needs your user name"));
    case MOPT_STANDING_NEEDS_PASSWORD:
      return g_strdup (_ ("Needs your password"));
    case MOPT_STANDING_INCOMPLETE:
      return g_strdup_printf (_ ("Not complete: %s"), self->reason);
    case MOPT_STANDING_UNTESTED:
      return g_strdup (_ ("Not tested yet"));
    case MOPT_STANDING_STALE:
      return g_strdup_printf (_ ("Changed since its last test, %s"), when);
    case MOPT_STANDING_FAILED:
      return g_strdup_printf (_ ("Test failed, %s: %s"), when, self->reason != NULL ? self->reason : self->last->code);
    case MOPT_STANDING_NOT_CONNECTED:
      return g_strdup_printf (_ ("Could not connect, %s: %s"), when,
                              self->reason != NULL ? self->reason : self->last->code);
    case MOPT_STANDING_CHECKED:
      return g_strdup_printf (_ ("Connections checked, %s"), when);
    case MOPT_STANDING_PASSED:
      return g_strdup_printf (_ ("Test passed, %s"), when);
    }
  g_return_val_if_reached (NULL);
}

static void
print_json (GListModel *accounts, MoptAccount *usual, GHashTable *stored)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_array (json);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (accounts, i);
      g_auto (Status) status = { 0 };

      status_init (&status, account, stored);
      json_builder_begin_object (json);
      json_builder_set_member_name (json, "id");
      json_builder_add_string_value (json, mopt_account_get_id (account));
      json_builder_set_member_name (json, "name");
      json_builder_add_string_value (json, mopt_account_get_name (account));
      json_builder_set_member_name (json, "kind");
      json_builder_add_string_value (json, mopt_account_get_kind_name (account));
      json_builder_set_member_name (json, "origin");
      json_builder_add_string_value (json, mopt_account_is_personal (account) ? "personal" : "published");
      mopt_output_json_boolean (json, "default", account == usual);
      json_builder_set_member_name (json, "status");
      json_builder_add_string_value (json, mopt_standing_name (status.standing));
      json_builder_set_member_name (json, "reason");
      if (status.reason != NULL)
        json_builder_add_string_value (json, status.reason);
      else
        json_builder_add_null_value (json);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);

  g_autoptr (JsonNode) root = json_builder_get_root (json);
  mopt_output_json (root, FALSE);
}

static char *
name_text (MoptAccounts *accounts, MoptAccount *account, MoptAccount *usual)
{
  g_autofree char *name = mopt_accounts_get_shown_name (accounts, account);

  return account == usual ? g_strdup_printf (_ ("%s (default)"), name) : g_steal_pointer (&name);
}

/* Who made it matters where there are two. */
static void
print_table (MoptAccounts *accounts, MoptAccount *usual, GHashTable *stored)
{
  const MoptPublication *publication = mopt_accounts_get_publication (accounts);
  gboolean two = publication != NULL;
  MoptTable *table = mopt_table_new (two ? 5 : 4);
  const char *const headings[] = { _ ("ID"), _ ("NAME"), _ ("KIND"), _ ("STATUS"), NULL };

  mopt_table_add (table,
                  two ? (const char *[]){ _ ("ID"), _ ("NAME"), _ ("KIND"), _ ("FROM"), _ ("STATUS") } : headings);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (accounts)); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (accounts), i);
      g_auto (Status) status = { 0 };

      status_init (&status, account, stored);
      g_autofree char *name = name_text (accounts, account, usual);
      g_autofree char *text = status_text (&status);
      const char *id = mopt_account_get_id (account);
      const char *kind = mopt_kind_label (mopt_account_get_kind (account));
      /* Translators: who made the account: you, or an organisation */
      const char *from = mopt_account_is_personal (account) ? _ ("you") : two ? mopt_publication_who (publication) : "";
      mopt_table_add (table,
                      two ? (const char *[]){ id, name, kind, from, text } : (const char *[]){ id, name, kind, text });
    }
  mopt_table_print (table, 0);
}

/* A line about what is published, and why it is not in force where it is not. */
static void
print_publication (MoptAccounts *accounts)
{
  const MoptPublication *publication = mopt_accounts_get_publication (accounts);
  const MoptPublished *published = mopt_accounts_get_published (accounts);

  if (publication == NULL)
    return;
  g_autofree char *who = mopt_output_visible (mopt_publication_who (publication));
  g_autofree char *whom = mopt_output_visible (mopt_publication_whom_to_ask (publication));
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, publication->serial);
  g_print ("\n");
  if (publication->serial != 0)
    g_print (_ ("Published by %s, serial number %s; ask %s."), who, serial, whom);
  else
    g_print (_ ("Published by %s; ask %s."), who, whom);
  if (published != NULL && published->state == MOPT_PUBLISHED_LAST_GOOD)
    g_print (" %s", _ ("This is the last good copy."));
  g_print ("%s%s\n", published != NULL && published->is_tryout ? " " : "",
           published != NULL && published->is_tryout ? _ ("This is a try-out.") : "");
}

int
mopt_verb_list (const char *const *args)
{
  gboolean json = FALSE;
  g_autofree char *as = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    MOPT_PREVIEW_OPTION (&as),
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 0);
  int code;

  if (words == NULL)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = mopt_preview_load (as, args[0], &code);
  if (accounts == NULL)
    return code;

  MoptAccount *usual = mopt_accounts_get_default (accounts);
  /* whose passwords these are: the person's at the keyboard */
  g_autoptr (GHashTable) stored = as == NULL ? list_stored (G_LIST_MODEL (accounts)) : NULL;
  if (json)
    print_json (G_LIST_MODEL (accounts), usual, stored);
  else if (g_list_model_get_n_items (G_LIST_MODEL (accounts)) > 0)
    print_table (accounts, usual, stored);
  else
    g_print ("%s\n%s\n", _ ("There is no account yet. Add one such as this:"),
             "  mopt add imap Work incoming-host=imap.example.com incoming-user=alice outgoing-host=smtp.example.com");

  if (!json)
    print_publication (accounts);
  if (mopt_accounts_get_publication_problem (accounts) != NULL)
    mopt_cli_complain ("%s", mopt_accounts_get_publication_problem (accounts));
  for (const char *const *warning = mopt_accounts_get_warnings (accounts); *warning != NULL; warning++)
    mopt_cli_complain ("%s", *warning);
  return MOPT_EXIT_DONE;
}
