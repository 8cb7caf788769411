/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the text of accounts.conf to accounts. Whatever is wrong with a group breaks that account alone and is said
 * with its line; the values that could be read are there all the same, to be looked at. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "store/account-reader.h"
#include "store/accounts-text.h"

char *
mopt_accounts_group_name (const char *id)
{
  return g_strconcat (MOPT_ACCOUNT_GROUP, id, NULL);
}

static MoptAccount *
read_account (MoptKeyfile *file, guint group, const char *path)
{
  MoptAccountReader reader = { .file = file, .group = group, .path = path, .layer = MOPT_LAYER_USER };
  g_autoptr (GError) error = NULL;
  const char *key;
  guint line = 0;

  mopt_account_reader_open (&reader);
  mopt_keyfile_get_boolean (file, group, "Published", FALSE, &error);
  if (error != NULL)
    mopt_account_reader_complain (&reader, MOPT_FIELD_NONE, mopt_keyfile_get_line (file, group, "Published"),
                                  error->message);
  /* an account needs something to be called by */
  mopt_account_set_name (reader.account, mopt_account_get_id (reader.account));
  mopt_account_reader_name (&reader);
  while ((key = mopt_keyfile_next_key (file, group, &line)) != NULL)
    mopt_account_reader_field (&reader, key, line);
  return mopt_account_reader_close (&reader);
}

/* --- The file ------------------------------------------------------------------------------------------------ */

static void
warn (GStrvBuilder *warnings, const char *path, guint line, const char *reason)
{
  g_autofree char *text = mopt_reader_place (path, line, reason);

  g_strv_builder_add (warnings, text);
}

static char *
read_general (MoptKeyfile *file, guint group, const char *key, const char *path, GStrvBuilder *warnings)
{
  g_autoptr (GError) error = NULL;
  char *text = mopt_keyfile_get_string (file, group, key, &error);

  if (error != NULL)
    warn (warnings, path, mopt_keyfile_get_line (file, group, key), error->message);
  return text != NULL ? text : g_strdup ("");
}

/* A Format that is no number may be any: it is treated as a newer one. */
static gboolean
is_newer_format (MoptKeyfile *file, guint group, const char *path, GStrvBuilder *warnings)
{
  g_autofree char *text = mopt_keyfile_get_raw (file, group, "Format");
  guint64 format;

  if (text == NULL
      || (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &format, NULL) && format <= MOPT_ACCOUNTS_FORMAT))
    return FALSE;
  warn (warnings, path, mopt_keyfile_get_line (file, group, "Format"),
        _ ("This file was written by a newer version of E-mail Options; it can be read, but not changed."));
  return TRUE;
}

/* Published=true marks what the user made of a published account: not an account by itself. */
static gboolean
is_overlay (MoptKeyfile *file, guint group)
{
  return mopt_keyfile_get_boolean (file, group, "Published", FALSE, NULL);
}

MoptAccountsText *
mopt_accounts_text_new (MoptKeyfile *file, const char *path)
{
  MoptAccountsText *self = g_new0 (MoptAccountsText, 1);
  g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();
  int general = mopt_keyfile_find (file, MOPT_ACCOUNTS_GENERAL);
  const char *problem;
  guint line;

  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  problem = mopt_keyfile_get_head_problem (file, &line);
  if (problem != NULL)
    warn (warnings, path, line, problem);

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    {
      const MoptKeyfileGroup *group = mopt_keyfile_get_group (file, i);
      gboolean account = g_str_has_prefix (group->name, MOPT_ACCOUNT_GROUP) && !is_overlay (file, i);

      if (mopt_keyfile_find (file, group->name) != (int) i)
        continue; /* the first one of the name tells of the others */
      if (account)
        g_ptr_array_add (self->accounts, read_account (file, i, path));
      else if (group->problem != NULL)
        warn (warnings, path, group->problem_line, group->problem);
    }

  if (general >= 0)
    {
      self->read_only = is_newer_format (file, general, path, warnings);
      self->own_name = read_general (file, general, "Name", path, warnings);
      self->own_address = read_general (file, general, "Address", path, warnings);
      self->default_id = read_general (file, general, "Default", path, warnings);
    }
  else
    {
      self->own_name = g_strdup ("");
      self->own_address = g_strdup ("");
      self->default_id = g_strdup ("");
    }
  self->warnings = g_strv_builder_end (warnings);
  return self;
}

void
mopt_accounts_text_free (MoptAccountsText *self)
{
  g_ptr_array_unref (self->accounts);
  g_free (self->own_name);
  g_free (self->own_address);
  g_free (self->default_id);
  g_strfreev (self->warnings);
  g_free (self);
}

MoptAccount *
mopt_accounts_text_get (MoptAccountsText *self, const char *id)
{
  for (guint i = 0; i < self->accounts->len; i++)
    if (g_str_equal (mopt_account_get_id (g_ptr_array_index (self->accounts, i)), id))
      return g_ptr_array_index (self->accounts, i);
  return NULL;
}

void
mopt_accounts_text_keep (MoptAccountsText *self, MoptAccountsText *old, GHashTable *mended)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < old->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (old->accounts, i);

      g_hash_table_insert (by_id, (gpointer) mopt_account_get_id (account), account);
    }
  for (guint i = 0; i < self->accounts->len; i++)
    {
      g_autoptr (MoptAccount) fresh = g_object_ref (g_ptr_array_index (self->accounts, i));
      MoptAccount *account = g_hash_table_lookup (by_id, mopt_account_get_id (fresh));

      if (account == NULL)
        continue;
      if (g_strcmp0 (mopt_account_get_problem (account, NULL), mopt_account_get_problem (fresh, NULL)) != 0)
        g_hash_table_add (mended, account);
      mopt_account_assign (account, fresh);
      g_object_unref (fresh);
      self->accounts->pdata[i] = g_object_ref (account);
    }
}
