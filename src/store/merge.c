/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/permission.h"
#include "model/text.h"
#include "store/merge.h"

/* --- Personal accounts ----------------------------------------------------------------------------------------- */

char *
mopt_merge_other_id (const char *id)
{
  g_autofree char *seed = g_strconcat ("personal ", id, NULL);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, seed, -1);

  return g_strdup_printf ("%.8s-%.4s-8%.3s-8%.3s-%.12s", sum, sum + 8, sum + 12, sum + 15, sum + 18);
}

static MoptAccount *
with_other_id (MoptAccount *account)
{
  g_autofree char *id = mopt_merge_other_id (mopt_account_get_id (account));
  MoptAccount *other = mopt_account_new (id, mopt_account_get_kind_name (account));

  mopt_account_assign (other, account);
  return other;
}

static void
add_personal (MoptMerged *self, MoptAccountsText *personal, MoptPublishedText *published)
{
  for (guint i = 0; i < personal->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (personal->accounts, i);
      gboolean taken = published != NULL && mopt_published_text_get (published, mopt_account_get_id (account)) != NULL;

      if (taken && g_str_equal (personal->default_id, mopt_account_get_id (account)))
        {
          g_free (self->default_id); /* his own was meant, not the one that took its id */
          self->default_id = mopt_merge_other_id (mopt_account_get_id (account));
        }
      account = taken ? with_other_id (account) : g_object_ref (account);
      mopt_account_set_rights (account, self->rights);
      g_ptr_array_add (self->accounts, account);
    }
}

static void
find_doubles (MoptMerged *self, guint n_published)
{
  g_autoptr (GHashTable) names = NULL;

  if (n_published == 0 || n_published == self->accounts->len)
    return;
  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (self->accounts, i);
      g_autofree char *key = mopt_text_fold (mopt_account_get_name (account));

      if (i < n_published)
        g_hash_table_add (names, g_steal_pointer (&key));
      else if (g_hash_table_contains (names, key))
        g_hash_table_add (self->doubles, g_strdup (mopt_account_get_id (account)));
    }
}

/* --- Both ---------------------------------------------------------------------------------------------------- */

static MoptMerged *
merged_new (MoptAccountsText *personal, MoptPublishedText *published)
{
  MoptMerged *self = g_new0 (MoptMerged, 1);

  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  self->doubles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->own_name = g_strdup (personal->own_name);
  self->own_address = g_strdup (personal->own_address);
  self->default_id = g_strdup (personal->default_id);
  self->read_only = personal->read_only;
  self->publication = published != NULL ? mopt_publication_ref (published->publication) : NULL;
  self->html = *personal->message_format != '\0' ? g_str_equal (personal->message_format, "html")
                                                 : self->publication != NULL && self->publication->html;
  return self;
}

/* Damage that no account of the list tells of. */
static void
warn_of_dormant (MoptAccountsText *personal, MoptPublishedText *published, const MoptIdentity *who,
                 GStrvBuilder *warnings)
{
  for (guint i = 0; i < personal->overlays->len; i++)
    {
      const MoptOverlay *overlay = g_ptr_array_index (personal->overlays, i);
      const char *problem = mopt_account_get_problem (overlay->account, NULL);
      MoptAccount *account
          = published != NULL ? mopt_published_text_get (published, mopt_account_get_id (overlay->account)) : NULL;

      if (problem != NULL && (account == NULL || !mopt_account_is_for (account, who)))
        g_strv_builder_add (warnings, problem);
    }
}

MoptMerged *
mopt_merge (MoptAccountsText *personal, MoptPublishedText *published, const MoptIdentity *who)
{
  MoptMerged *self = merged_new (personal, published);
  g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();
  guint n_published;

  g_strv_builder_addv (warnings, (const char **) personal->warnings);
  warn_of_dormant (personal, published, who, warnings);
  if (published != NULL)
    g_strv_builder_addv (warnings, (const char **) published->warnings);
  self->rights = mopt_rights_of (self->publication, who);
  for (guint i = 0; published != NULL && i < published->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (published->accounts, i);
      const MoptOverlay *overlay;

      if (!mopt_account_is_for (account, who))
        continue;
      overlay = mopt_accounts_text_get_overlay (personal, mopt_account_get_id (account));
      g_ptr_array_add (self->accounts, mopt_overlay_merge (overlay, account, who, self->rights, warnings));
    }
  n_published = self->accounts->len;
  add_personal (self, personal, published);
  find_doubles (self, n_published);
  self->warnings = g_strv_builder_end (warnings);
  return self;
}

MoptMerged *
mopt_merge_draft (MoptAccountsText *personal, MoptPublishedText *published)
{
  MoptMerged *self = merged_new (personal, published);

  self->rights = MOPT_RIGHTS_DEFAULT;
  self->read_only = FALSE;
  self->warnings = g_strdupv (published->warnings);
  g_free (self->default_id);
  self->default_id = g_strdup (published->publication->default_id);
  for (guint i = 0; i < published->accounts->len; i++)
    {
      MoptAccount *account = mopt_account_dup (g_ptr_array_index (published->accounts, i));

      mopt_account_set_publishing (account, TRUE);
      g_ptr_array_add (self->accounts, account);
    }
  return self;
}

void
mopt_merged_free (MoptMerged *self)
{
  g_ptr_array_unref (self->accounts);
  g_hash_table_unref (self->doubles);
  g_free (self->own_name);
  g_free (self->own_address);
  g_free (self->default_id);
  g_strfreev (self->warnings);
  g_clear_pointer (&self->publication, mopt_publication_unref);
  g_free (self);
}

/* --- From one read to the next --------------------------------------------------------------------------------- */

static gboolean
is_told_by_row (MoptMerged *self, MoptAccount *account, MoptMerged *old, MoptAccount *before)
{
  const char *id = mopt_account_get_id (account);

  return g_strcmp0 (mopt_account_get_problem (account, NULL), mopt_account_get_problem (before, NULL)) != 0
         || g_hash_table_contains (self->doubles, id) != g_hash_table_contains (old->doubles, id);
}

/* Of an account that is the same: what notifies nobody. */
static void
take_quietly (MoptAccount *account, MoptAccount *fresh)
{
  mopt_account_assign_problems (account, fresh);
  mopt_account_set_publication (account, (MoptPublication *) mopt_account_get_publication (fresh));
}

GPtrArray *
mopt_merged_keep (MoptMerged *self, MoptMerged *old, GHashTable *mended)
{
  GPtrArray *rest = g_ptr_array_new_full (self->accounts->len, g_object_unref);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < old->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (old->accounts, i);

      g_hash_table_insert (by_id, (gpointer) mopt_account_get_id (account), account);
    }
  for (guint i = 0; i < self->accounts->len; i++)
    {
      MoptAccount *fresh = g_ptr_array_index (self->accounts, i);
      MoptAccount *account = g_hash_table_lookup (by_id, mopt_account_get_id (fresh));

      if (account == NULL)
        continue;
      if (is_told_by_row (self, fresh, old, account))
        g_hash_table_add (mended, account);
      if (!mopt_account_equal (account, fresh))
        mopt_account_assign (account, fresh);
      else
        take_quietly (account, fresh);
      g_ptr_array_add (rest, fresh);
      self->accounts->pdata[i] = g_object_ref (account);
    }
  return rest;
}
