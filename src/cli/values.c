/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/near.h"
#include "cli/cli.h"
#include "cli/values.h"
#include "model/address.h"
#include "model/host.h"
#include "model/text.h"
#include "model/validate.h"

static gboolean
is_list (MoptField field)
{
  MoptFieldType type = mopt_field_info (field)->type;

  return type == MOPT_TYPE_ADDRESSES || type == MOPT_TYPE_ADDRESS_PATTERNS;
}

gboolean
mopt_values_field (const char *verb, const char *name, MoptField *field)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  *field = mopt_field_by_name (name);
  if (*field != MOPT_FIELD_NONE)
    return TRUE;
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    g_ptr_array_add (names, (gpointer) mopt_field_info (i)->name);
  g_ptr_array_add (names, NULL);

  const char *near = mopt_near (name, (const char *const *) names->pdata);
  if (near != NULL)
    mopt_cli_misused (verb, _ ("There is no field “%s”. Did you mean %s?"), name, near);
  else
    mopt_cli_misused (verb, _ ("There is no field “%s”."), name);
  return FALSE;
}

/* The newlines stay between what was given in several words. */
static void
add_entries (char **list, const char *value)
{
  g_auto (GStrv) entries = mopt_address_list_paste (value);
  g_autofree char *more = mopt_address_list_join ((const char *const *) entries);
  char *all = *list != NULL && **list != '\0' ? g_strjoin ("\n", *list, more, NULL) : g_strdup (more);

  g_free (*list);
  *list = all;
}

static gboolean
parse_word (MoptValues *self, const char *verb, const char *word)
{
  const char *equals = strchr (word, '=');
  MoptField field = MOPT_FIELD_NONE;

  if (equals == NULL)
    {
      mopt_cli_misused (verb, _ ("“%s” is not of the form FIELD=VALUE."), word);
      return FALSE;
    }

  g_autofree char *name = g_strndup (word, equals - word);
  const char *value = equals + 1;
  if (!g_str_equal (name, "name") && !mopt_values_field (verb, name, &field))
    return FALSE;
  if (field != MOPT_FIELD_NONE && is_list (field))
    {
      add_entries (&self->fields[field], value);
      return TRUE;
    }

  char **place = field != MOPT_FIELD_NONE ? &self->fields[field] : &self->name;
  if (*place != NULL)
    {
      mopt_cli_misused (verb, _ ("“%s” is given twice."), name);
      return FALSE;
    }
  /* Blanks may belong to a user name or a mailbox; around anything else they are a slip of the hand. */
  gboolean as_is
      = field != MOPT_FIELD_NONE
        && (mopt_field_info (field)->type == MOPT_TYPE_USER || mopt_field_info (field)->type == MOPT_TYPE_MAILBOX);
  *place = as_is ? g_strdup (value) : mopt_text_strip (value);
  return TRUE;
}

gboolean
mopt_values_parse (MoptValues *self, const char *verb, const char *const *words)
{
  for (const char *const *word = words; *word != NULL; word++)
    if (!parse_word (self, verb, *word))
      return FALSE;
  return TRUE;
}

void
mopt_values_clear (MoptValues *self)
{
  g_free (self->name);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    g_free (self->fields[i]);
}

/* "host:993" is a host that brings its port along: the two have fields of their own. */
static void
offer_split (MoptField field, const char *value)
{
  gboolean incoming = field == MOPT_FIELD_INCOMING_HOST;
  const char *side = incoming ? "incoming" : "outgoing";
  g_autofree char *host = NULL;
  guint16 port;

  if (mopt_field_info (field)->type == MOPT_TYPE_HOST && mopt_host_split_port (value, &host, &port))
    mopt_cli_complain (_ ("Give the port by itself: %s-host=%s %s-custom-port=true %s-port=%u"), side, host, side, side,
                       port);
}

static gboolean
apply_field (const MoptValues *self, MoptField field, MoptAccount *account)
{
  MoptKind kind = mopt_account_get_kind (account);
  const char *value = self->fields[field];
  const char *name = mopt_field_info (field)->name;
  g_autoptr (GError) error = NULL;

  if (!mopt_field_has_kind (field, kind))
    {
      mopt_cli_complain (_ ("%s accounts have no “%s”."), mopt_kind_label (kind), name);
      return FALSE;
    }
  if (!mopt_validate_field (field, kind, value, &error))
    {
      mopt_cli_complain ("%s: %s", name, error->message);
      offer_split (field, value);
      return FALSE;
    }
  mopt_account_set (account, field, value);
  return TRUE;
}

/* A number that is not in use is worth a word. */
static void
warn_of_port (const MoptValues *self, MoptAccount *account, MoptField port, MoptField custom_port)
{
  if (self->fields[port] != NULL && !mopt_account_get_boolean (account, custom_port))
    mopt_cli_complain (_ ("Note: %s is not in use before %s=true."), mopt_field_info (port)->name,
                       mopt_field_info (custom_port)->name);
}

gboolean
mopt_values_check (MoptAccount *account, GListModel *accounts)
{
  g_autoptr (GPtrArray) problems = mopt_validate_account (account, accounts);

  for (guint i = 0; i < problems->len; i++)
    {
      const MoptProblem *problem = g_ptr_array_index (problems, i);

      mopt_cli_complain ("%s: %s", problem->property, problem->error->message);
    }
  return problems->len == 0;
}

gboolean
mopt_values_apply (const MoptValues *self, MoptAccount *account, GListModel *accounts)
{
  gboolean ok = TRUE;

  mopt_account_begin (account);
  if (self->name != NULL)
    mopt_account_set_name (account, self->name);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (self->fields[i] != NULL)
      ok = apply_field (self, i, account) && ok;
  mopt_account_end (account);
  if (!ok || !mopt_values_check (account, accounts))
    return FALSE;
  warn_of_port (self, account, MOPT_FIELD_INCOMING_PORT, MOPT_FIELD_INCOMING_CUSTOM_PORT);
  warn_of_port (self, account, MOPT_FIELD_OUTGOING_PORT, MOPT_FIELD_OUTGOING_CUSTOM_PORT);
  return TRUE;
}
