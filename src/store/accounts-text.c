/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the text of accounts.conf to accounts. Whatever is wrong with a group breaks that account alone and is said
 * with its line; the values that could be read are there all the same, to be looked at. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/address.h"
#include "model/validate.h"
#include "store/accounts-text.h"

#define GROUP_PREFIX "Account "

char *
mopt_accounts_group_name (const char *id)
{
  return g_strconcat (GROUP_PREFIX, id, NULL);
}

/* "~/.config/mail-options/accounts.conf, line 12: What is wrong." Caller frees. */
static char *
place (const char *path, guint line, const char *reason)
{
  g_autofree char *full = g_filename_display_name (path);
  const char *home = g_get_home_dir ();
  gboolean below = home != NULL && *home != '\0' && g_str_has_prefix (full, home) && full[strlen (home)] == '/';
  g_autofree char *shown = below ? g_strconcat ("~", full + strlen (home), NULL) : g_strdup (full);

  /* Translators: file, line number, a whole sentence */
  return g_strdup_printf (_ ("%s, line %u: %s"), shown, line, reason);
}

/* --- One account --------------------------------------------------------------------------------------------- */

typedef struct
{
  MoptKeyfile *file;
  guint group;
  const char *path;
  MoptAccount *account;
} Reader;

/* The first thing that is wrong is the one that is told. */
static void
break_account (Reader *reader, guint line, const char *reason)
{
  if (reason == NULL || mopt_account_get_problem (reader->account, NULL) != NULL)
    return;
  g_autofree char *problem = place (reader->path, line, reason);
  mopt_account_set_problem (reader->account, problem, line);
}

/* The text that a layer holds for @field, NULL = not set. What cannot be decoded is given as it stands there, with
 * @error. Caller frees. */
static char *
read_field (MoptKeyfile *file, guint group, MoptField field, GError **error)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  g_autoptr (GError) cause = NULL;
  char *text = NULL;

  if (mopt_keyfile_get_line (file, group, info->name) == 0)
    return NULL;
  if (info->type == MOPT_TYPE_BOOLEAN)
    {
      gboolean on = mopt_keyfile_get_boolean (file, group, info->name, FALSE, &cause);

      if (cause == NULL)
        text = g_strdup (on ? "true" : "false");
    }
  else if (info->type == MOPT_TYPE_ADDRESSES || info->type == MOPT_TYPE_ADDRESS_PATTERNS)
    {
      g_auto (GStrv) items = mopt_keyfile_get_list (file, group, info->name, &cause);

      if (items != NULL)
        text = mopt_address_list_join ((const char *const *) items);
    }
  else
    text = mopt_keyfile_get_string (file, group, info->name, &cause);

  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return text != NULL ? text : mopt_keyfile_get_raw (file, group, info->name);
}

static void
read_fields (Reader *reader, MoptKind kind)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = read_field (reader->file, reader->group, i, &error);
      guint line;

      if (text == NULL)
        continue;
      mopt_account_set (reader->account, i, text);
      if (kind == MOPT_KIND_UNKNOWN) /* its fields are a newer version's business */
        continue;
      line = mopt_keyfile_get_line (reader->file, reader->group, mopt_field_info (i)->name);
      if (!mopt_field_has_kind (i, kind))
        {
          g_autofree char *reason
              = g_strdup_printf (_ ("%s accounts have no “%s”."), mopt_kind_label (kind), mopt_field_info (i)->name);

          break_account (reader, line, reason);
        }
      else if (error != NULL || !mopt_validate_field (i, kind, text, &error))
        break_account (reader, line, error->message);
    }
}

static void
read_name (Reader *reader)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = mopt_keyfile_get_string (reader->file, reader->group, "Name", &error);
  guint line = mopt_keyfile_get_line (reader->file, reader->group, "Name");

  /* an account needs something to be called by */
  mopt_account_set_name (reader->account, name != NULL ? name : mopt_account_get_id (reader->account));
  if (error != NULL || (name != NULL && !mopt_validate_name (name, NULL, NULL, &error)))
    break_account (reader, line, error->message);
}

static MoptAccount *
read_account (MoptKeyfile *file, guint group, const char *path)
{
  const MoptKeyfileGroup *info = mopt_keyfile_get_group (file, group);
  const char *id = info->name + strlen (GROUP_PREFIX);
  g_autoptr (GError) error = NULL;
  g_autofree char *kind_name = mopt_keyfile_get_string (file, group, "Kind", &error);
  g_autoptr (MoptAccount) account = mopt_account_new (id, kind_name != NULL ? kind_name : "");
  Reader reader = { file, group, path, account };

  break_account (&reader, info->problem_line, info->problem);
  if (!mopt_account_id_is_valid (id))
    break_account (&reader, info->line, _ ("An account's id has 1 to 64 ASCII letters, digits, “.”, “_” or “-”."));
  if (kind_name == NULL)
    break_account (&reader, MAX (mopt_keyfile_get_line (file, group, "Kind"), info->line),
                   error != NULL ? error->message : _ ("The account does not say of which Kind it is."));
  else if (mopt_account_get_kind (account) == MOPT_KIND_UNKNOWN)
    break_account (&reader, mopt_keyfile_get_line (file, group, "Kind"),
                   _ ("This account needs a newer version of E-mail Options."));
  g_clear_error (&error);
  mopt_keyfile_get_boolean (file, group, "Published", FALSE, &error);
  if (error != NULL)
    break_account (&reader, mopt_keyfile_get_line (file, group, "Published"), error->message);
  read_name (&reader);
  read_fields (&reader, mopt_account_get_kind (account));
  return g_steal_pointer (&account);
}

/* --- The file ------------------------------------------------------------------------------------------------ */

static void
warn (GStrvBuilder *warnings, const char *path, guint line, const char *reason)
{
  g_autofree char *text = place (path, line, reason);

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
      gboolean account = g_str_has_prefix (group->name, GROUP_PREFIX) && !is_overlay (file, i);

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
