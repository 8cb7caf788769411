/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a change gets into the text of accounts.conf: compare the part that is to be changed, and only that, with what
 * the caller started from; replace the lines that differ, and no others. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "model/permission.h"
#include "store/accounts-save.h"
#include "store/merge.h"
#include "store/withdrawn.h"

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

gboolean
mopt_save_fail_changed (MoptAccount *account, GError **error)
{
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED, _ ("The account “%s” was changed by another program meanwhile."),
               mopt_account_get_name (account));
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
  if (!mopt_keyfile_check_group (file, mopt_keyfile_find (file, MOPT_ACCOUNTS_GENERAL), error))
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

/* The published account with that id as it is written, if the person has it in the list. Borrowed, nullable. */
static MoptAccount *
get_published (MoptSave *self, MoptAccountsText *current, const char *id)
{
  MoptPublishedText *text = self->in_force->text;
  MoptAccount *published = text != NULL ? mopt_published_text_get (text, id) : NULL;
  g_autoptr (MoptIdentity) who = mopt_in_force_identity (self->in_force, current->own_address);

  return published != NULL && mopt_account_is_for (published, who) ? published : NULL;
}

/* NULL: nothing is published. */
static const MoptPublication *
get_publication (MoptSave *self)
{
  return self->in_force->text != NULL ? self->in_force->text->publication : NULL;
}

static MoptRights
get_rights (MoptSave *self, MoptAccountsText *current)
{
  g_autoptr (MoptIdentity) who = mopt_in_force_identity (self->in_force, current->own_address);

  return mopt_rights_of (get_publication (self), who);
}

/* The account with that id as it is now by text and publication, or NULL: not there. Transfer full. */
static MoptAccount *
get_now (MoptSave *self, MoptAccountsText *current, const char *id)
{
  g_autoptr (MoptIdentity) who = mopt_in_force_identity (self->in_force, current->own_address);
  MoptRights rights = get_rights (self, current);
  MoptAccount *account = get_published (self, current, id);

  if (account != NULL)
    return mopt_overlay_merge (mopt_accounts_text_get_overlay (current, id), account, who, rights, NULL);
  account = mopt_accounts_text_get (current, id);
  if (account == NULL)
    return NULL;
  account = mopt_account_dup (account);
  mopt_account_set_rights (account, rights);
  return account;
}

static gboolean
is_same (MoptAccount *now, MoptAccount *base)
{
  return now != NULL && mopt_account_is_personal (now) == mopt_account_is_personal (base)
         && mopt_overlay_same (now, base);
}

static gboolean
write_personal (MoptKeyfile *file, MoptAccount *old, MoptAccount *account, GError **error)
{
  g_autofree char *name = mopt_accounts_group_name (mopt_account_get_id (account));
  int group = mopt_keyfile_find (file, name);

  if (!mopt_keyfile_check_group (file, group, error))
    return FALSE;
  if (group >= 0 && (old == NULL || mopt_account_get_kind (old) == MOPT_KIND_UNKNOWN))
    {
      /* what was made of a published account, or by a newer version: not ours to write over */
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS,
                   _ ("There is another account with the id “%s”, which cannot be changed here."),
                   mopt_account_get_id (account));
      return FALSE;
    }
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
        mopt_overlay_set_field (file, group, i, text);
    }
  return TRUE;
}

static gboolean
edit_put (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current, GError **error)
{
  MoptAccount *account = self->change.account, *base = self->change.base;
  g_autoptr (MoptAccount) now = get_now (self, current, mopt_account_get_id (account));
  gboolean is_published = now != NULL && !mopt_account_is_personal (now);

  if (base != NULL && !is_same (now, base))
    return mopt_save_fail_changed (base, error);
  if (!is_published && !mopt_account_is_personal (account))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("The account “%s” is not published any more."),
                   mopt_account_get_name (account));
      return FALSE;
    }
  if (!mopt_account_check_change (now, account, get_publication (self), get_rights (self, current), error))
    return FALSE;
  if (mopt_keyfile_get_n_groups (file) == 0)
    need_general (file);
  if (is_published ? !mopt_overlay_write (file, now, account, error) : !write_personal (file, now, account, error))
    return FALSE;
  return set_general (file, "Default", self->change.default_id, NULL, current->default_id, error);
}

/* The first group of the account @id, a personal one or what was made of a published one (@overlay), or -1. Both may
 * be there: what is done to the one is not done to the other. */
static int
find_group (MoptKeyfile *file, const char *id, gboolean overlay)
{
  g_autofree char *name = mopt_accounts_group_name (id);

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    if (g_str_equal (mopt_keyfile_get_group (file, i)->name, name)
        && mopt_accounts_text_is_overlay (file, i) == overlay)
      return (int) i;
  return -1;
}

void
mopt_save_take_out (MoptSave *self, MoptKeyfile *file, const char *id, gboolean overlay)
{
  g_autoptr (GByteArray) removed = g_byte_array_new ();
  MoptUndo *undo = g_atomic_rc_box_new0 (MoptUndo);
  gsize length;
  guint place = G_MAXUINT; /* of the first one */
  int group;

  const char *before = mopt_keyfile_get_text (file, &length); /* parked is parked */
  undo->before = g_bytes_new (before, length);
  while ((group = find_group (file, id, overlay)) >= 0) /* a broken account may have several */
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
}

/* The whole text where nothing else has changed, else the group before the one that followed it. */
gboolean
mopt_save_put_back (MoptSave *self, MoptKeyfile *file, GBytes **whole, GError **error)
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
  if (g_bytes_get_size (self->undo->removed) > 0)
    mopt_keyfile_insert (file, self->undo->next != NULL ? mopt_keyfile_find (file, self->undo->next) : -1,
                         self->undo->removed);
  return TRUE;
}

/* The personal account that is shown as @id, since its own id is a published account's, and it could not be renamed in
 * the file: it is broken. Borrowed, nullable. */
static MoptAccount *
find_renamed (MoptSave *self, MoptAccountsText *current, const char *id)
{
  for (guint i = 0; i < current->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (current->accounts, i);
      const char *own_id = mopt_account_get_id (account);
      g_autofree char *shown = mopt_merge_other_id (own_id);

      if (g_str_equal (shown, id) && self->in_force->text != NULL
          && mopt_published_text_get (self->in_force->text, own_id) != NULL)
        return account;
    }
  return NULL;
}

/* Of a published account only what the user made of it goes. */
static gboolean
edit_delete (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current, GError **error)
{
  MoptAccount *account = self->change.account;
  const char *id = mopt_account_get_id (account);
  g_autoptr (MoptAccount) now = get_now (self, current, id);

  if (now == NULL)
    {
      g_set_object (&now, find_renamed (self, current, id));
      id = now != NULL ? mopt_account_get_id (now) : id;
    }
  if (!is_same (now, account))
    return mopt_save_fail_changed (account, error);
  mopt_save_take_out (self, file, id, !mopt_account_is_personal (now));
  return TRUE;
}

/* Whatever is written: what a lock has closed meanwhile is parked from now on, so that it is offered, not taken,
 * when the lock opens again. */
static void
park_locked (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < current->overlays->len; i++)
    {
      const MoptOverlay *overlay = g_ptr_array_index (current->overlays, i);
      const char *id = mopt_account_get_id (overlay->account);

      if (get_published (self, current, id) != NULL)
        g_ptr_array_add (accounts, get_now (self, current, id));
    }
  mopt_overlay_park (file, accounts);
}

gboolean
mopt_save_edit (MoptSave *self, MoptKeyfile *file, MoptAccountsText *current, GBytes **whole, GError **error)
{
  if (self->in_force != NULL && self->in_force->text != NULL)
    park_locked (self, file, current);
  switch (self->change.what)
    {
    case MOPT_CHANGE_PUT:
      return edit_put (self, file, current, error);
    case MOPT_CHANGE_DELETE:
      return edit_delete (self, file, current, error);
    case MOPT_CHANGE_RESTORE:
      return mopt_save_put_back (self, file, whole, error);
    case MOPT_CHANGE_GENERAL:
      return edit_general (self, file, current, error);
    case MOPT_CHANGE_RECOVER:
      return mopt_withdrawn_recover (self, file, current, self->change.id, error);
    case MOPT_CHANGE_PUBLICATION:
    case MOPT_CHANGE_WITHDRAW:
      break; /* of drafts */
    }
  g_return_val_if_reached (FALSE);
}
