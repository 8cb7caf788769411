/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the text of accounts.conf to accounts. Whatever is wrong with a group breaks that account alone and is said
 * with its line; the values that could be read are there all the same, to be looked at. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/number.h"
#include "model/text.h"
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
    mopt_account_reader_field (&reader, mopt_field_by_name (key), line);
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

static char *
read_message_format (MoptKeyfile *file, guint group, const char *path, GStrvBuilder *warnings)
{
  static const char key[] = "MessageFormat";
  g_autofree char *text = read_general (file, group, key, path, warnings);

  if (*text == '\0' || g_str_equal (text, "plain") || g_str_equal (text, "html"))
    return g_steal_pointer (&text);
  g_autofree char *shown = mopt_text_shorten (text);
  g_autofree char *reason = g_strdup_printf (_ ("“%s” has no value “%s”."), key, shown);
  warn (warnings, path, mopt_keyfile_get_line (file, group, key), reason);
  return g_strdup ("");
}

/* A Format that is no number may be any: it is treated as a newer one. */
static gboolean
is_newer_format (MoptKeyfile *file, guint group, const char *path, GStrvBuilder *warnings)
{
  g_autofree char *text = mopt_keyfile_get_raw (file, group, "Format");
  guint64 format;

  if (text == NULL || (mopt_number (text, 0, G_MAXUINT, &format) && format <= MOPT_ACCOUNTS_FORMAT))
    return FALSE;
  warn (warnings, path, mopt_keyfile_get_line (file, group, "Format"),
        _ ("This file was written by a newer version of E-mail Options; it can be read, but not changed."));
  return TRUE;
}

gboolean
mopt_accounts_text_is_overlay (MoptKeyfile *file, guint group)
{
  return mopt_keyfile_get_boolean (file, group, "Published", FALSE, NULL);
}

static void
add_account (MoptAccountsText *self, MoptKeyfile *file, guint group, const char *path)
{
  if (mopt_accounts_text_is_overlay (file, group))
    {
      MoptOverlay *overlay = mopt_overlay_read (file, group, path);

      g_ptr_array_add (self->overlays, overlay);
      g_hash_table_insert (self->overlays_by_id, (gpointer) mopt_account_get_id (overlay->account), overlay);
    }
  else
    {
      MoptAccount *account = read_account (file, group, path);

      g_ptr_array_add (self->accounts, account);
      g_hash_table_insert (self->by_id, (gpointer) mopt_account_get_id (account), account);
    }
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
  self->overlays = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_overlay_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->overlays_by_id = g_hash_table_new (g_str_hash, g_str_equal);
  problem = mopt_keyfile_get_head_problem (file, &line);
  if (problem != NULL)
    warn (warnings, path, line, problem);

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    {
      const MoptKeyfileGroup *group = mopt_keyfile_get_group (file, i);

      if (mopt_keyfile_find (file, group->name) != (int) i)
        continue; /* the first one of the name tells of the others */
      if (g_str_has_prefix (group->name, MOPT_ACCOUNT_GROUP))
        add_account (self, file, i, path);
      else if (group->problem != NULL)
        warn (warnings, path, group->problem_line, group->problem);
    }

  if (general >= 0)
    {
      self->read_only = is_newer_format (file, general, path, warnings);
      self->own_name = read_general (file, general, "Name", path, warnings);
      self->own_address = read_general (file, general, "Address", path, warnings);
      self->default_id = read_general (file, general, "Default", path, warnings);
      self->message_format = read_message_format (file, general, path, warnings);
    }
  else
    {
      self->own_name = g_strdup ("");
      self->own_address = g_strdup ("");
      self->default_id = g_strdup ("");
      self->message_format = g_strdup ("");
    }
  self->warnings = g_strv_builder_end (warnings);
  return self;
}

void
mopt_accounts_text_free (MoptAccountsText *self)
{
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->overlays_by_id);
  g_ptr_array_unref (self->accounts);
  g_ptr_array_unref (self->overlays);
  g_free (self->own_name);
  g_free (self->own_address);
  g_free (self->default_id);
  g_free (self->message_format);
  g_strfreev (self->warnings);
  g_free (self);
}

MoptAccount *
mopt_accounts_text_get (MoptAccountsText *self, const char *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

const MoptOverlay *
mopt_accounts_text_get_overlay (MoptAccountsText *self, const char *id)
{
  return g_hash_table_lookup (self->overlays_by_id, id);
}
