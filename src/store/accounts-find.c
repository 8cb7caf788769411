/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which account a person means. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "model/text.h"
#include "store/accounts-private.h"

static MoptAccount *
find_by_name (MoptAccounts *self, const char *name, GError **error)
{
  g_autofree char *key = mopt_text_fold (name);
  g_autoptr (GString) ids = g_string_new (NULL);
  MoptAccount *found = NULL;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (self), i);
      g_autofree char *folded = mopt_text_fold (mopt_account_get_name (account));

      if (!g_str_equal (folded, key))
        continue;
      found = account; /* the list holds it */
      g_string_append_printf (ids, "%s%s", n++ > 0 ? ", " : "", mopt_account_get_id (account));
    }
  if (n == 1)
    return found;
  if (n == 0)
    {
      g_autofree char *shown = mopt_text_shorten (name);

      g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("There is no account “%s”."), shown);
    }
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AMBIGUOUS,
                 _ ("Several accounts are called “%s”. Name one by its id: %s"), name, ids->str);
  return NULL;
}

MoptAccount *
mopt_accounts_find (MoptAccounts *self, const char *id_or_name, GError **error)
{
  MoptAccount *account;

  if (id_or_name == NULL)
    {
      account = mopt_accounts_get_default (self);
      if (account == NULL)
        g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("There is no account yet."));
      return account;
    }
  account = mopt_accounts_get (self, id_or_name);
  return account != NULL ? account : find_by_name (self, id_or_name, error);
}

static gboolean
is_usable (MoptAccount *account)
{
  return mopt_account_get_problem (account, NULL) == NULL;
}

MoptAccount *
mopt_accounts_get_default (MoptAccounts *self)
{
  const MoptPublication *publication = mopt_accounts_get_publication (self);
  MoptAccount *chosen = mopt_accounts_get (self, mopt_accounts_get_default_id (self));

  if (chosen != NULL && is_usable (chosen))
    return chosen;
  chosen = publication != NULL ? mopt_accounts_get (self, publication->default_id) : NULL;
  if (chosen != NULL && is_usable (chosen))
    return chosen;
  for (guint i = 0; i < self->said->accounts->len; i++)
    if (is_usable (g_ptr_array_index (self->said->accounts, i)))
      return g_ptr_array_index (self->said->accounts, i);
  return NULL;
}

char *
mopt_accounts_get_shown_name (MoptAccounts *self, MoptAccount *account)
{
  const char *name = mopt_account_get_name (account);

  if (!g_hash_table_contains (self->said->doubles, mopt_account_get_id (account)))
    return g_strdup (name);
  /* Translators: the name of one's own account where a published one has the same */
  return g_strdup_printf (_ ("%s (personal)"), name);
}

MoptAccount *
mopt_accounts_get_written (MoptAccounts *self, const char *id, const char **file)
{
  MoptPublishedText *text = self->in_force != NULL ? self->in_force->text : NULL;

  if (file != NULL)
    *file = text != NULL ? self->in_force->file : NULL;
  return text != NULL ? mopt_published_text_get (text, id) : NULL;
}
