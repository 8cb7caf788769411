/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a change gets into the text of accounts.conf. Each runs in these steps, under the file's lock:
 *  1. read the text as it is now, whoever wrote it;
 *  2. compare the part that is to be changed, and only that, with what the caller started from;
 *  3. replace the lines that differ, and no others;
 *  4. write. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "model/address.h"
#include "store/accounts-save.h"
#include "store/accounts-text.h"

struct _MoptUndo
{
  GBytes *before; /* the whole text */
  GBytes *after;
  GBytes *removed; /* the groups of the account with their comments */
  char *next;      /* name of the group that stood behind, NULL: none */
};

static void
undo_clear (gpointer data)
{
  MoptUndo *self = data;

  g_bytes_unref (self->before);
  g_bytes_unref (self->after);
  g_bytes_unref (self->removed);
  g_free (self->next);
}

MoptUndo *
mopt_undo_ref (MoptUndo *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
mopt_undo_unref (MoptUndo *self)
{
  g_atomic_rc_box_release_full (self, undo_clear);
}

MoptSave *
mopt_save_new (const char *path, const MoptChange *change)
{
  MoptSave *self = g_new0 (MoptSave, 1);

  self->path = g_strdup (path);
  self->load = change == NULL;
  if (change == NULL)
    return self;
  self->change.what = change->what;
  /* accounts belong to the main thread: from here on these two are this save's own */
  self->change.account = change->account != NULL ? mopt_account_dup (change->account) : NULL;
  self->change.base = change->base != NULL ? mopt_account_dup (change->base) : NULL;
  self->change.own_name = g_strdup (change->own_name);
  self->change.own_address = g_strdup (change->own_address);
  self->change.default_id = g_strdup (change->default_id);
  return self;
}

static void
general_clear (MoptChange *change)
{
  g_free ((char *) change->own_name);
  g_free ((char *) change->own_address);
  g_free ((char *) change->default_id);
}

void
mopt_save_free (MoptSave *self)
{
  g_free (self->path);
  g_clear_object (&self->change.account);
  g_clear_object (&self->change.base);
  general_clear (&self->change);
  general_clear (&self->known);
  g_clear_pointer (&self->undo, mopt_undo_unref);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
fail_changed (MoptAccount *account, GError **error)
{
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED, _ ("The account “%s” was changed by another program meanwhile."),
               mopt_account_get_name (account));
  return FALSE;
}

/* A group with a duplicate or malformed line has no one meaning that an edit could keep. */
static gboolean
check_group (MoptKeyfile *file, int group, GError **error)
{
  const MoptKeyfileGroup *info = group >= 0 ? mopt_keyfile_get_group (file, group) : NULL;

  if (info == NULL || info->problem == NULL)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_BROKEN,
               /* Translators: a group of a file, line number, a whole sentence */
               _ ("“%s” cannot be changed before its text is repaired. Line %u: %s"), info->name, info->problem_line,
               info->problem);
  return FALSE;
}

/* --- The general part ---------------------------------------------------------------------------------------- */

static int
need_general (MoptKeyfile *file)
{
  int group = mopt_keyfile_find (file, MOPT_ACCOUNTS_GENERAL);

  if (group < 0)
    {
      group = mopt_keyfile_prepend (file, MOPT_ACCOUNTS_GENERAL);
      mopt_keyfile_set_string (file, group, "Format", G_STRINGIFY (MOPT_ACCOUNTS_FORMAT));
    }
  return group;
}

/* @value NULL: not to be changed. @known NULL: whatever is there may be replaced. "" is written as no line. */
static gboolean
set_general (MoptKeyfile *file, const char *key, const char *value, const char *known, const char *current,
             GError **error)
{
  if (value == NULL || g_str_equal (value, current))
    return TRUE;
  if (known != NULL && !g_str_equal (known, current))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED, _ ("“%s” was changed by another program meanwhile."), key);
      return FALSE;
    }
  if (!check_group (file, mopt_keyfile_find (file, MOPT_ACCOUNTS_GENERAL), error))
    return FALSE;
  mopt_keyfile_set_string (file, need_general (file), key, *value != '\0' ? value : NULL);
  return TRUE;
}

static gboolean
edit_general (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current, GError **error)
{
  const MoptChange *change = &self->change, *known = &self->known;

  return set_general (file, "Name", change->own_name, known->own_name, current->own_name, error)
         && set_general (file, "Address", change->own_address, known->own_address, current->own_address, error)
         && set_general (file, "Default", change->default_id, known->default_id, current->default_id, error);
}

/* --- Accounts ------------------------------------------------------------------------------------------------ */

static void
set_field (MoptKeyfile *file, guint group, MoptField field, const char *text)
{
  const MoptFieldInfo *info = mopt_field_info (field);

  if (text != NULL && (info->type == MOPT_TYPE_ADDRESSES || info->type == MOPT_TYPE_ADDRESS_PATTERNS))
    {
      g_auto (GStrv) items = mopt_address_list_split (text);

      mopt_keyfile_set_list (file, group, info->name, (const char *const *) items);
    }
  else
    mopt_keyfile_set_string (file, group, info->name, text);
}

static gboolean
edit_put (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current, GError **error)
{
  MoptAccount *account = self->change.account, *base = self->change.base;
  MoptAccount *old = mopt_accounts_text_get (current, mopt_account_get_id (account));
  g_autofree char *name = mopt_accounts_group_name (mopt_account_get_id (account));
  int group = mopt_keyfile_find (file, name);

  if (base != NULL && (old == NULL || !mopt_account_equal (old, base)))
    return fail_changed (base, error);
  if (!check_group (file, group, error))
    return FALSE;
  if (group >= 0 && (old == NULL || mopt_account_get_kind (old) == MOPT_KIND_UNKNOWN))
    {
      /* what was made of a published account, or by a newer version: not ours to write over */
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS,
                   _ ("There is another account with the id “%s”, which cannot be changed here."),
                   mopt_account_get_id (account));
      return FALSE;
    }

  if (mopt_keyfile_get_n_groups (file) == 0)
    need_general (file);
  if (group < 0)
    group = mopt_keyfile_append (file, name);
  if (old == NULL || g_strcmp0 (mopt_account_get_kind_name (old), mopt_account_get_kind_name (account)) != 0)
    mopt_keyfile_set_string (file, group, "Kind", mopt_account_get_kind_name (account));
  if (old == NULL || !g_str_equal (mopt_account_get_name (old), mopt_account_get_name (account)))
    mopt_keyfile_set_string (file, group, "Name", mopt_account_get_name (account));
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const char *text = mopt_account_get_layer (account, MOPT_LAYER_USER, i);

      if (old == NULL || g_strcmp0 (mopt_account_get_layer (old, MOPT_LAYER_USER, i), text) != 0)
        set_field (file, group, i, text);
    }
  return set_general (file, "Default", self->change.default_id, NULL, current->default_id, error);
}

static gboolean
edit_delete (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current, GError **error)
{
  MoptAccount *account = self->change.account;
  MoptAccount *old = mopt_accounts_text_get (current, mopt_account_get_id (account));
  g_autofree char *name = mopt_accounts_group_name (mopt_account_get_id (account));
  g_autoptr (GByteArray) removed = g_byte_array_new ();
  MoptUndo *undo;
  gsize length;
  guint place = G_MAXUINT; /* of the first one */
  int group;

  if (old == NULL || !mopt_account_equal (old, account))
    return fail_changed (account, error);

  undo = g_atomic_rc_box_new0 (MoptUndo);
  undo->before = g_bytes_ref (self->text);
  while ((group = mopt_keyfile_find (file, name)) >= 0) /* a broken account may have several */
    {
      g_autoptr (GBytes) part = mopt_keyfile_remove (file, group);

      g_byte_array_append (removed, g_bytes_get_data (part, NULL), g_bytes_get_size (part));
      place = MIN (place, (guint) group);
    }
  if (place < mopt_keyfile_get_n_groups (file))
    undo->next = g_strdup (mopt_keyfile_get_group (file, place)->name);
  undo->removed = g_byte_array_free_to_bytes (g_steal_pointer (&removed));
  const char *after = mopt_keyfile_get_text (file, &length);
  undo->after = g_bytes_new (after, length);
  self->undo = undo;
  return TRUE;
}

/* Puts the very text back: the whole one where nothing else has changed, else the group before the one that
 * followed it. Sets *@whole in the first case. */
static gboolean
edit_restore (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current, GBytes **whole, GError **error)
{
  const char *id = mopt_account_get_id (self->change.account);
  g_autofree char *name = mopt_accounts_group_name (id);

  if (self->undo == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("There is nothing to restore of the account “%s”."),
                   mopt_account_get_name (self->change.account));
      return FALSE;
    }
  if (g_bytes_equal (self->text, self->undo->after))
    {
      *whole = self->undo->before;
      return TRUE;
    }
  if (mopt_keyfile_find (file, name) >= 0)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS, _ ("There is an account with the id “%s” already."), id);
      return FALSE;
    }
  mopt_keyfile_insert (file, self->undo->next != NULL ? mopt_keyfile_find (file, self->undo->next) : -1,
                       self->undo->removed);
  return TRUE;
}

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  MoptSave *self = user_data;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (MoptAccountsText) current = mopt_accounts_text_new (file, self->path);
  g_autoptr (GBytes) old_text = g_bytes_new (text, length);
  GBytes *whole = NULL;
  gboolean ok = FALSE;

  self->text = g_bytes_ref (old_text);
  if (current->read_only)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NEWER_FORMAT,
                           _ ("The file of your accounts was written by a newer version of E-mail Options; it can "
                              "be read, but not changed."));
      return NULL;
    }
  switch (self->change.what)
    {
    case MOPT_CHANGE_PUT:
      ok = edit_put (self, file, current, error);
      break;
    case MOPT_CHANGE_DELETE:
      ok = edit_delete (self, file, current, error);
      break;
    case MOPT_CHANGE_RESTORE:
      ok = edit_restore (self, file, current, &whole, error);
      break;
    case MOPT_CHANGE_GENERAL:
      ok = edit_general (self, file, current, error);
      break;
    }
  if (!ok)
    return NULL;

  if (whole != NULL)
    {
      g_clear_pointer (&self->text, g_bytes_unref);
      self->text = g_bytes_ref (whole);
    }
  else
    {
      const char *made = mopt_keyfile_get_text (file, new_length);

      g_clear_pointer (&self->text, g_bytes_unref);
      self->text = g_bytes_new (made, *new_length);
    }
  if (g_bytes_equal (self->text, old_text))
    return NULL; /* nothing to write */

  char *copy = g_malloc (g_bytes_get_size (self->text) + 1);
  memcpy (copy, g_bytes_get_data (self->text, new_length), g_bytes_get_size (self->text));
  return copy;
}

static void
load (MoptSave *self)
{
  gsize length;
  char *text = mopt_file_read (self->path, &length, NULL, &self->error);

  if (text != NULL)
    self->text = g_bytes_new_take (text, length);
}

void
mopt_save_run (MoptSave *self)
{
  if (self->load)
    {
      load (self);
      return;
    }
  if (mopt_file_update (self->path, MOPT_FILE_DURABLE, edit, self, &self->error))
    return;
  /* What was to be written may not be there; only where nothing was edited do we know what is. */
  if (!g_error_matches (self->error, MOPT_ERROR, MOPT_ERROR_CHANGED))
    g_clear_pointer (&self->text, g_bytes_unref);
  if (self->change.what == MOPT_CHANGE_DELETE)
    g_clear_pointer (&self->undo, mopt_undo_unref);
}
