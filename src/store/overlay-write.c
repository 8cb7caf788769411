/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the account that its user sees to the text of its overlay, line by line. */
#include "config.h"

#include "model/address.h"
#include "store/account-reader.h"
#include "store/accounts-text.h"
#include "store/overlay.h"

void
mopt_overlay_set_field (MoptKeyfile *file, guint group, MoptField field, const char *text)
{
  const MoptFieldInfo *info = mopt_field_info (field);

  if (text != NULL && mopt_field_form (field) == MOPT_FORM_LIST)
    {
      g_auto (GStrv) items = mopt_address_list_split (text);

      mopt_keyfile_set_list (file, group, info->name, (const char *const *) items);
    }
  else
    mopt_keyfile_set_string (file, group, info->name, text);
}

/* --- Lists of sections --------------------------------------------------------------------------------------- */

static gboolean
is_wanted (guint32 sections, MoptSection section)
{
  return section < MOPT_N_SECTIONS && (sections & (1u << section)) != 0;
}

/* Makes @key name just the @sections, and as before those that we don't know. */
static gboolean
write_sections (MoptKeyfile *file, guint group, const char *key, guint32 sections, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_auto (GStrv) names = mopt_keyfile_get_list (file, group, key, &cause);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  guint32 there = 0;
  guint n = 0;

  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  for (; names != NULL && names[n] != NULL; n++)
    {
      MoptSection section = mopt_section_by_name (names[n]);

      if (section != MOPT_SECTION_NONE && (!is_wanted (sections, section) || is_wanted (there, section)))
        continue;
      g_ptr_array_add (kept, names[n]);
      if (section != MOPT_SECTION_NONE)
        there |= 1u << section;
    }
  if (there == sections && kept->len == n)
    return TRUE;
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if (is_wanted (sections & ~there, i))
      g_ptr_array_add (kept, (gpointer) mopt_section_info (i)->name);
  g_ptr_array_add (kept, NULL);
  mopt_keyfile_set_list (file, group, key, kept->len > 1 ? (const char *const *) kept->pdata : NULL);
  return TRUE;
}

static guint32
read_sections (MoptKeyfile *file, guint group, const char *key)
{
  g_auto (GStrv) names = mopt_keyfile_get_list (file, group, key, NULL);
  guint32 sections = 0;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (mopt_section_by_name (names[i]) != MOPT_SECTION_NONE)
      sections |= 1u << mopt_section_by_name (names[i]);
  return sections;
}

/* What only counts as parked, since one of its values is bad: mended, it is to be in effect again, so the text goes on
 * to say that it is customised. With another kind it is parked for good. */
static guint32
find_damaged (MoptKeyfile *file, guint group, MoptAccount *old, MoptAccount *account)
{
  g_autofree char *kind = mopt_keyfile_get_raw (file, group, "Kind");
  guint32 damaged = read_sections (file, group, "Customised") & ~read_sections (file, group, "Parked");

  if (kind != NULL && !g_str_equal (kind, mopt_account_get_kind_name (old)))
    return 0;
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if (!mopt_account_is_parked (old, i) || !mopt_account_is_parked (account, i) || mopt_account_is_locked (old, i))
      damaged &= ~(1u << i);
  return damaged;
}

/* What is customised in @account, and what of it the locks of @old, or the user, have parked; but the @damaged. */
static gboolean
write_states (MoptKeyfile *file, guint group, MoptAccount *old, MoptAccount *account, guint32 damaged, GError **error)
{
  guint32 customised = damaged, parked = 0;

  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if (mopt_account_is_parked (account, i)
        || (mopt_account_is_customised (account, i) && mopt_account_is_locked (old, i)))
      parked |= 1u << i;
    else if (mopt_account_is_customised (account, i))
      customised |= 1u << i;
  parked &= ~damaged;
  return write_sections (file, group, "Customised", customised, error)
         && write_sections (file, group, "Parked", parked, error);
}

static gboolean
has_locked (MoptAccount *account)
{
  gboolean any = FALSE;

  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    any = any || (mopt_account_is_customised (account, i) && mopt_account_is_locked (account, i));
  return any;
}

/* With one publication thousands can become locked. */
void
mopt_overlay_park (MoptKeyfile *file, GPtrArray *accounts)
{
  guint n_groups = mopt_keyfile_get_n_groups (file);
  g_autofree MoptKeyfile **parts = g_new0 (MoptKeyfile *, n_groups + 1);
  gboolean any = FALSE;

  for (guint i = 0; i < accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (accounts, i);
      g_autofree char *name = mopt_accounts_group_name (mopt_account_get_id (account));
      int group = has_locked (account) ? mopt_keyfile_find (file, name) : -1;

      if (group < 0 || parts[group] != NULL || !mopt_keyfile_check_group (file, group, NULL))
        continue;
      parts[group] = mopt_keyfile_get_part (file, group);
      write_states (parts[group], 0, account, account, find_damaged (parts[group], 0, account, account), NULL);
      any = TRUE;
    }
  if (any)
    mopt_keyfile_put_parts (file, parts);
  for (guint i = 0; i < n_groups; i++)
    g_clear_pointer (&parts[i], mopt_keyfile_free);
}

/* --- Values -------------------------------------------------------------------------------------------------- */

static gboolean
is_users (MoptAccount *account, MoptSection section)
{
  return mopt_account_is_customised (account, section) || mopt_account_is_parked (account, section);
}

static gboolean
has_same_values (MoptAccount *a, MoptAccount *b, MoptSection section)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section == section
        && g_strcmp0 (mopt_account_get_layer (a, MOPT_LAYER_USER, i), mopt_account_get_layer (b, MOPT_LAYER_USER, i))
               != 0)
      return FALSE;
  return TRUE;
}

/* A customised section is written whole: a field that is left out would mean its default, so it is said, and that
 * holds when the default changes. One that is no longer customised loses its lines. */
static void
write_section (MoptKeyfile *file, guint group, MoptAccount *old, MoptAccount *account, MoptSection section)
{
  gboolean ours = is_users (account, section), was = is_users (old, section);

  if (ours ? was && has_same_values (old, account, section) : !was)
    return;
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);
      const char *text = mopt_account_get_layer (account, MOPT_LAYER_USER, i);
      /* there is no empty number, and no default for what this kind lacks */
      gboolean has_default = mopt_field_has_kind (i, mopt_account_get_kind (account)) && info->type != MOPT_TYPE_PORT;

      if (info->section != section)
        continue;
      if (text == NULL && has_default)
        text = info->fallback;
      if (text != NULL && info->type == MOPT_TYPE_PORT && *text == '\0')
        text = NULL;
      mopt_overlay_set_field (file, group, i, ours ? text : NULL);
    }
}

static void
write_values (MoptKeyfile *file, guint group, MoptAccount *old, MoptAccount *account)
{
  const char *name = mopt_account_get_layer_name (account, MOPT_LAYER_USER);

  if (g_strcmp0 (mopt_account_get_layer_name (old, MOPT_LAYER_USER), name) != 0)
    mopt_keyfile_set_string (file, group, "Name", name);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    write_section (file, group, old, account, i);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const char *text = mopt_account_get_layer (account, MOPT_LAYER_USER, i);

      if (mopt_field_info (i)->section == MOPT_SECTION_NONE
          && g_strcmp0 (mopt_account_get_layer (old, MOPT_LAYER_USER, i), text) != 0)
        mopt_overlay_set_field (file, group, i, text);
    }
}

/* --- The group ----------------------------------------------------------------------------------------------- */

/* Nobody misses it. */
static gboolean
is_empty (MoptKeyfile *file, guint group)
{
  const char *key;
  guint line = 0;

  while ((key = mopt_keyfile_next_key (file, group, &line)) != NULL)
    if (!g_str_equal (key, "Published") && !g_str_equal (key, "Kind"))
      return FALSE;
  return !mopt_keyfile_has_comment (file, group);
}

static gboolean
has_anything (MoptAccount *account)
{
  gboolean any = mopt_account_get_layer_name (account, MOPT_LAYER_USER) != NULL;

  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    any = any || is_users (account, i);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    any = any
          || (mopt_field_info (i)->section == MOPT_SECTION_NONE
              && mopt_account_get_layer (account, MOPT_LAYER_USER, i) != NULL);
  return any;
}

gboolean
mopt_overlay_write (MoptKeyfile *file, MoptAccount *old, MoptAccount *account, GError **error)
{
  g_autofree char *name = mopt_accounts_group_name (mopt_account_get_id (account));
  const char *kind = mopt_account_get_kind_name (old);
  int group = mopt_keyfile_find (file, name);

  if (!mopt_keyfile_check_group (file, group, error))
    return FALSE;
  if (group < 0 && !has_anything (account))
    return TRUE;
  if (group < 0)
    {
      group = mopt_keyfile_append (file, name);
      mopt_keyfile_set_string (file, group, "Published", "true");
    }
  guint32 damaged = find_damaged (file, group, old, account);
  g_autofree char *written = mopt_keyfile_get_raw (file, group, "Kind");
  if (g_strcmp0 (written, kind) != 0)
    mopt_keyfile_set_string (file, group, "Kind", kind);
  if (!write_states (file, group, old, account, damaged, error))
    return FALSE;
  write_values (file, group, old, account);
  if (is_empty (file, group))
    g_bytes_unref (mopt_keyfile_remove (file, group));
  return TRUE;
}
