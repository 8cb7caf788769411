/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of writing: passwords to be moved (secrets-pending), the notes, accounts.conf. A run that is killed in
 * between is repeated by the next one, with the same new id. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "model/permission.h"
#include "store/account-reader.h"
#include "store/secrets-pending.h"
#include "store/withdrawn-notes.h"
#include "store/withdrawn.h"

/* --- What is to be done ---------------------------------------------------------------------------------------- */

typedef struct
{
  MoptSave *save;
  MoptPublishedText *seen; /* nullable */
  GKeyFile *notes;
  gboolean noted; /* something in there has changed */
  MoptKeyfile *file;
  MoptAccountsText *current;
  MoptIdentity *who;
  GStrvBuilder *sentences;
} Act;

static const char *
get_publisher (Act *self)
{
  return mopt_publication_who (self->save->in_force->text->publication);
}

/* An account of which the user's file says nothing concerns him if he had it in his list. */
static gboolean
was_seen (Act *self, const char *id)
{
  MoptAccount *account = self->seen != NULL ? mopt_published_text_get (self->seen, id) : NULL;

  return account != NULL && mopt_account_is_for (account, self->who);
}

static gboolean
has_group (Act *self, const char *id)
{
  g_autofree char *name = mopt_accounts_group_name (id);

  return mopt_keyfile_find (self->file, name) >= 0;
}

static gboolean
is_done (Act *self, const char *id)
{
  g_autofree char *new_id = mopt_withdrawn_notes_get (self->notes, id, "NewId");

  return g_key_file_has_key (self->notes, id, "Date", NULL) || (*new_id != '\0' && has_group (self, new_id));
}

/* Whether @account, as it is written, is one that is withdrawn from the user and has not been followed up. */
static gboolean
is_due (Act *self, MoptAccount *account)
{
  const char *id = mopt_account_get_id (account);
  const MoptOverlay *overlay = mopt_accounts_text_get_overlay (self->current, id);

  if (*mopt_account_get_term (account, MOPT_TERM_WITHDRAWN) == '\0' || !mopt_account_was_for (account, self->who)
      || mopt_account_get_problem (account, NULL) != NULL || !mopt_account_id_is_valid (id))
    return FALSE;
  if (overlay != NULL)
    return mopt_account_get_problem (overlay->account, NULL) == NULL;
  return was_seen (self, id) && !is_done (self, id);
}

static gboolean
has_clash (Act *self, MoptAccount *personal)
{
  return mopt_published_text_get (self->save->in_force->text, mopt_account_get_id (personal)) != NULL;
}

static gboolean
has_work (Act *self)
{
  MoptPublishedText *text = self->save->in_force->text;

  if (self->current->read_only)
    return FALSE;
  for (guint i = 0; i < self->current->accounts->len; i++)
    if (has_clash (self, g_ptr_array_index (self->current->accounts, i)))
      return TRUE;
  for (guint i = 0; i < text->accounts->len; i++)
    if (is_due (self, g_ptr_array_index (text->accounts, i)))
      return TRUE;
  return FALSE;
}

/* --- Groups of accounts.conf ------------------------------------------------------------------------------------ */

/* Its place: the number of the group that stands behind it now, or -1. Empty where there is no such group. */
static GBytes *
take_out (MoptKeyfile *file, const char *id, int *place)
{
  g_autofree char *name = mopt_accounts_group_name (id);
  int group = mopt_keyfile_find (file, name);
  GBytes *text;

  *place = -1;
  if (group < 0)
    return g_bytes_new_static ("", 0);
  text = mopt_keyfile_remove (file, group);
  if ((guint) group < mopt_keyfile_get_n_groups (file))
    *place = group;
  return text;
}

/* The text of a group that makes of @account, as it is in effect, one of the user's own. A shared password has no
 * place in it. */
static GBytes *
make_own (MoptAccount *account, const char *new_id)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new ("", 0);
  g_autofree char *name = mopt_accounts_group_name (new_id);
  guint group = mopt_keyfile_append (file, name);

  mopt_keyfile_set_string (file, group, "Kind", mopt_account_get_kind_name (account));
  mopt_keyfile_set_string (file, group, "Name", mopt_account_get_name (account));
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const char *text = mopt_account_get (account, i);
      gboolean empty_port = mopt_field_info (i)->type == MOPT_TYPE_PORT && *text == '\0';

      if (mopt_account_get_source (account, i) != MOPT_SOURCE_DEFAULT && !empty_port)
        mopt_overlay_set_field (file, group, i, text);
    }
  char *text = g_strconcat (mopt_keyfile_get_text (file, NULL), "\n", NULL);
  return g_bytes_new_take (text, strlen (text));
}

/* It is no other program that changes it: whoever is about to choose another one knows it by the new id, too. */
static void
follow_default (Act *self, const char *old_id, const char *new_id)
{
  int general = mopt_keyfile_find (self->file, MOPT_ACCOUNTS_GENERAL);
  MoptChange *known = &self->save->known;

  if (general < 0 || !g_str_equal (self->current->default_id, old_id)
      || !mopt_keyfile_check_group (self->file, general, NULL))
    return;
  mopt_keyfile_set_string (self->file, general, "Default", new_id);
  if (g_strcmp0 (known->default_id, old_id) == 0)
    {
      g_free ((char *) known->default_id);
      known->default_id = g_strdup (new_id);
    }
}

/* --- Doing it --------------------------------------------------------------------------------------------------- */

/* The publication has an id that was the user's: his account goes by another one. */
static gboolean
give_way (Act *self, MoptAccount *personal, GError **error)
{
  const char *id = mopt_account_get_id (personal);
  g_autofree char *name = mopt_accounts_group_name (id);
  g_autofree char *first = mopt_merge_other_id (id);
  g_autofree char *new_id = has_group (self, first) ? mopt_account_new_id () : g_strdup (first);
  g_autofree char *new_name = mopt_accounts_group_name (new_id);
  int group = mopt_keyfile_find (self->file, name);

  if (!mopt_keyfile_check_group (self->file, group, NULL))
    return TRUE; /* shown as broken; once it is repaired */
  if (!mopt_secrets_pending_add (id, new_id, error))
    return FALSE;

  mopt_keyfile_rename (self->file, group, new_name);
  follow_default (self, id, new_id);
  g_autofree char *sentence
      = g_strdup_printf (_ ("%s published an account with the id “%s”, which your account “%s” had. Yours goes by "
                            "another id now; nothing else changed."),
                         get_publisher (self), id, mopt_account_get_name (personal));
  g_strv_builder_add (self->sentences, sentence);
  return TRUE;
}

static char *
get_new_id (Act *self, const char *id)
{
  g_autofree char *noted = mopt_withdrawn_notes_get (self->notes, id, "NewId");

  return *noted != '\0' && !has_group (self, noted) ? g_steal_pointer (&noted) : mopt_account_new_id ();
}

static gboolean
follow_up (Act *self, MoptAccount *published, GError **error)
{
  const char *id = mopt_account_get_id (published);
  gboolean keep = g_str_equal (mopt_account_get_term (published, MOPT_TERM_WITHDRAWN), "keep");
  g_autoptr (MoptAccount) account = mopt_overlay_merge (mopt_accounts_text_get_overlay (self->current, id), published,
                                                        self->who, MOPT_RIGHTS_DEFAULT, NULL);
  g_autofree char *new_id = get_new_id (self, id);
  g_autoptr (GBytes) own = make_own (account, new_id);
  int place;

  if (keep && !mopt_secrets_pending_add (id, new_id, error))
    return FALSE;

  g_autoptr (GBytes) overlay = take_out (self->file, id, &place);
  g_key_file_remove_group (self->notes, id, NULL);
  if (!keep)
    g_key_file_set_int64 (self->notes, id, "Date", g_get_real_time () / G_USEC_PER_SEC);
  g_key_file_set_string (self->notes, id, "Name", mopt_account_get_name (account));
  g_key_file_set_string (self->notes, id, "NewId", new_id);
  mopt_withdrawn_notes_set_bytes (self->notes, id, "Overlay", overlay);
  mopt_withdrawn_notes_set_bytes (self->notes, id, "Own", own);
  self->noted = TRUE;
  if (keep)
    {
      mopt_keyfile_insert (self->file, place, own);
      follow_default (self, id, new_id);
    }

  g_autofree char *sentence
      = keep ? g_strdup_printf (_ ("“%s” was withdrawn by %s. It is your own account now: you can change all of it."),
                                mopt_account_get_name (account), get_publisher (self))
             : g_strdup_printf (ngettext ("“%s” was withdrawn by %s. What you had made of it is kept for %d day.",
                                          "“%s” was withdrawn by %s. What you had made of it is kept for %d days.",
                                          MOPT_WITHDRAWN_DAYS),
                                mopt_account_get_name (account), get_publisher (self), MOPT_WITHDRAWN_DAYS);
  g_strv_builder_add (self->sentences, sentence);
  return TRUE;
}

static gboolean
act_all (Act *self, GError **error)
{
  MoptPublishedText *text = self->save->in_force->text;

  for (guint i = 0; i < self->current->accounts->len; i++)
    {
      MoptAccount *personal = g_ptr_array_index (self->current->accounts, i);

      if (has_clash (self, personal) && !give_way (self, personal, error))
        return FALSE;
    }
  for (guint i = 0; i < text->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (text->accounts, i);

      if (is_due (self, account) && !follow_up (self, account, error))
        return FALSE;
    }
  return !self->noted || mopt_withdrawn_notes_write (self->notes, error);
}

static void
act_read (Act *self, const char *text, gsize length)
{
  self->file = mopt_keyfile_new (text, length);
  self->current = mopt_accounts_text_new (self->file, self->save->place->path);
  self->who = mopt_in_force_identity (self->save->in_force, self->current->own_address);
  self->notes = mopt_withdrawn_notes_read ();
}

static void
act_clear (Act *self)
{
  g_clear_pointer (&self->file, mopt_keyfile_free);
  g_clear_pointer (&self->current, mopt_accounts_text_free);
  g_clear_pointer (&self->who, mopt_identity_free);
  g_clear_pointer (&self->notes, g_key_file_unref);
}

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  Act *self = user_data;
  char *made = NULL;

  act_read (self, text, length);
  if (has_work (self) && act_all (self, error))
    made = mopt_keyfile_dup_text (self->file, new_length);
  act_clear (self);
  return made;
}

/* What was deleted thirty days ago: now the passwords go, too, unless the account is back. */
static gboolean
expire (Act *self, GError **error)
{
  g_auto (GStrv) ids = g_key_file_get_groups (self->notes, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean any = FALSE;

  for (guint i = 0; ids[i] != NULL; i++)
    {
      gint64 date = g_key_file_get_int64 (self->notes, ids[i], "Date", NULL);
      MoptAccount *account = mopt_published_text_get (self->save->in_force->text, ids[i]);
      gboolean is_back = account != NULL && mopt_account_is_for (account, self->who);

      if (date == 0 || now - date <= MOPT_WITHDRAWN_SECONDS)
        continue;
      if (!is_back && !mopt_secrets_pending_add (ids[i], NULL, error))
        return FALSE;
      any = g_key_file_remove_group (self->notes, ids[i], NULL) || any;
    }
  return !any || mopt_withdrawn_notes_write (self->notes, error);
}

gboolean
mopt_withdrawn_act (MoptSave *save, MoptPublishedText *seen, GStrvBuilder *sentences, GError **error)
{
  g_autoptr (GStrvBuilder) done = g_strv_builder_new ();
  Act self = { .save = save, .seen = seen, .sentences = done };
  gsize length;
  g_autofree char *text = NULL;
  gboolean ok, work;

  if (save->in_force->text == NULL)
    return TRUE;
  text = mopt_file_read (save->place->path, &length, NULL, error);
  if (text == NULL)
    return FALSE;
  act_read (&self, text, length);
  ok = expire (&self, error);
  work = ok && has_work (&self);
  act_clear (&self);
  if (work && !mopt_file_update (save->place->path, MOPT_FILE_DURABLE, edit, &self, error))
    return FALSE; /* nothing of it has happened */
  g_auto (GStrv) said = g_strv_builder_end (done);
  g_strv_builder_addv (sentences, (const char **) said);
  return ok;
}

/* --- Taking it back ------------------------------------------------------------------------------------------------
 */

gboolean
mopt_withdrawn_recover (MoptSave *save, MoptKeyfile *file, MoptAccountsText *current, const char *id, GError **error)
{
  g_autoptr (GKeyFile) notes = mopt_withdrawn_notes_read ();
  MoptPublishedText *published = save->in_force->text;
  MoptAccount *account = published != NULL ? mopt_published_text_get (published, id) : NULL;
  g_autoptr (MoptIdentity) who = mopt_in_force_identity (save->in_force, current->own_address);
  gboolean is_back = account != NULL && mopt_account_is_for (account, who);
  g_autofree char *new_id = mopt_withdrawn_notes_get (notes, id, "NewId");
  g_autoptr (GBytes) text = mopt_withdrawn_notes_get_bytes (notes, id, is_back ? "Overlay" : "Own");
  g_autofree char *name = mopt_accounts_group_name (is_back ? id : new_id);

  if (*new_id == '\0')
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("There is nothing to restore of the account “%s”."), id);
      return FALSE;
    }
  if (mopt_keyfile_find (file, name) >= 0)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS, _ ("There is an account with the id “%s” already."),
                   is_back ? id : new_id);
      return FALSE;
    }
  if (!is_back && !mopt_secrets_pending_add (id, new_id, error))
    return FALSE;
  if (g_bytes_get_size (text) > 0)
    mopt_keyfile_insert (file, -1, text);
  return TRUE;
}
