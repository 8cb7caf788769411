/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a change gets into the draft of a published file; the lines are published-edit's business. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/accounts-save.h"
#include "store/published-edit.h"

/* As the list has it. Transfer full, nullable. */
static MoptAccount *
get_now (MoptPublishedText *current, const char *id)
{
  MoptAccount *account = mopt_published_text_get (current, id);

  if (account == NULL)
    return NULL;
  account = mopt_account_dup (account);
  mopt_account_set_publishing (account, TRUE);
  return account;
}

static gboolean
set_default (MoptKeyfile *file, MoptPublishedText *current, const char *id, GError **error)
{
  if (id == NULL || g_str_equal (id, current->publication->default_id))
    return TRUE;

  g_autoptr (MoptPublication) now = mopt_publication_copy (current->publication);
  g_free (now->default_id);
  now->default_id = g_strdup (id);
  return mopt_published_edit_publication (file, current->publication, now, error);
}

static gboolean
put (MoptSave *self, MoptKeyfile *file, MoptPublishedText *current, GError **error)
{
  MoptAccount *account = self->change.account, *base = self->change.base;
  g_autoptr (MoptAccount) now = get_now (current, mopt_account_get_id (account));

  if (base != NULL && (now == NULL || !mopt_account_equal (now, base)))
    return mopt_save_fail_changed (base, error);
  return mopt_published_edit_put (file, now, account, error)
         && set_default (file, current, self->change.default_id, error);
}

static gboolean
withdraw (MoptSave *self, MoptKeyfile *file, MoptPublishedText *current, GError **error)
{
  MoptAccount *account = self->change.account;
  g_autoptr (MoptAccount) now = get_now (current, mopt_account_get_id (account));

  if (now == NULL)
    return mopt_save_fail_changed (account, error);
  g_autoptr (MoptAccount) changed = mopt_account_dup (now);
  mopt_account_set_term (changed, MOPT_TERM_WITHDRAWN, self->change.withdrawn);
  return mopt_published_edit_put (file, now, changed, error);
}

static gboolean delete (MoptSave *self, MoptKeyfile *file, MoptPublishedText *current, GError **error)
{
  MoptAccount *account = self->change.account;
  g_autoptr (MoptAccount) now = get_now (current, mopt_account_get_id (account));

  if (now == NULL || !mopt_account_equal (now, account))
    return mopt_save_fail_changed (account, error);
  mopt_save_take_out (self, file, mopt_account_get_id (account), FALSE);
  return TRUE;
}

gboolean
mopt_save_edit_draft (MoptSave *self, MoptKeyfile *file, GBytes **whole, GError **error)
{
  g_autoptr (MoptPublishedText) current = mopt_published_text_new (file, self->place->path);

  if (g_error_matches (current->refusal, MOPT_ERROR, MOPT_ERROR_NEWER_FORMAT))
    {
      g_propagate_error (error, g_error_copy (current->refusal));
      return FALSE;
    }
  switch (self->change.what)
    {
    case MOPT_CHANGE_PUT:
      return put (self, file, current, error);
    case MOPT_CHANGE_DELETE:
      return delete (self, file, current, error);
    case MOPT_CHANGE_RESTORE:
      return mopt_save_put_back (self, file, whole, error);
    case MOPT_CHANGE_GENERAL:
      return set_default (file, current, self->change.default_id, error);
    case MOPT_CHANGE_PUBLICATION:
      return mopt_published_edit_publication (file, current->publication, self->change.publication, error);
    case MOPT_CHANGE_WITHDRAW:
      return withdraw (self, file, current, error);
    case MOPT_CHANGE_RECOVER:
      break;
    }
  g_return_val_if_reached (FALSE);
}
