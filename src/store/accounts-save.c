/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job, step by step:
 *  1. what is published now, and for whom;
 *  2. what follows from it for the user's file (withdrawn.c), where this program is one that may do that, and what
 *     there is to say (announced.c);
 *  3. the change, under the file's lock: the text is read as it is now, whoever wrote it, edited and written;
 *  4. both merged into what the list is to show. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/paths.h"
#include "store/accounts-save.h"
#include "store/announced.h"
#include "store/patience.h"
#include "store/withdrawn.h"

MoptSave *
mopt_save_new (const MoptAccountsPlace *place, MoptJob job, const MoptChange *change)
{
  MoptSave *self = g_new0 (MoptSave, 1);

  self->place = place;
  self->job = job;
  if (change == NULL)
    return self;
  self->change.what = change->what;
  /* accounts belong to the main thread: from here on these two are this save's own */
  self->change.account = change->account != NULL ? mopt_account_dup (change->account) : NULL;
  self->change.base = change->base != NULL ? mopt_account_dup (change->base) : NULL;
  self->change.own_name = g_strdup (change->own_name);
  self->change.own_address = g_strdup (change->own_address);
  self->change.default_id = g_strdup (change->default_id);
  self->change.id = g_strdup (change->id);
  self->change.withdrawn = g_strdup (change->withdrawn);
  self->change.publication = change->publication != NULL ? mopt_publication_ref (change->publication) : NULL;
  return self;
}

static void
change_clear (MoptChange *change)
{
  g_clear_object (&change->account);
  g_clear_object (&change->base);
  g_free ((char *) change->own_name);
  g_free ((char *) change->own_address);
  g_free ((char *) change->default_id);
  g_free ((char *) change->id);
  g_free ((char *) change->withdrawn);
  g_clear_pointer (&change->publication, mopt_publication_unref);
}

void
mopt_save_free (MoptSave *self)
{
  change_clear (&self->change);
  change_clear (&self->known);
  g_clear_pointer (&self->shown, g_bytes_unref);
  g_clear_pointer (&self->before, mopt_in_force_unref);
  g_free (self->stamp);
  g_clear_pointer (&self->undo, mopt_undo_unref);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->in_force, mopt_in_force_unref);
  g_clear_pointer (&self->merged, mopt_merged_free);
  g_strfreev (self->announced);
  g_free (self->reason);
  g_free (self->announced_id);
  g_clear_error (&self->error);
  g_free (self);
}

/* --- What is there ------------------------------------------------------------------------------------------- */

static void
add_stamp (GString *stamp, const char *path)
{
  GStatBuf info;

  if (g_stat (path, &info) == 0)
    g_string_append_printf (stamp, "%lu:%lu:%ld:%ld.%ld;", (gulong) info.st_dev, (gulong) info.st_ino,
                            (glong) info.st_size, (glong) info.st_mtim.tv_sec, (glong) info.st_mtim.tv_nsec);
  else
    g_string_append_c (stamp, ';');
}

typedef struct
{
  char *watched;
  GString *stamp;
} Watched;

static void
watched_free (gpointer data)
{
  Watched *self = data;

  g_free (self->watched);
  g_string_free (self->stamp, TRUE);
  g_free (self);
}

static void
stamp_watched (gpointer data)
{
  Watched *self = data;
  g_autofree char *signature = g_strconcat (self->watched, MOPT_SIGNATURE_SUFFIX, NULL);
  g_autofree char *refused = g_strconcat (self->watched, MOPT_PUBLISHED_REFUSED_SUFFIX, NULL);

  add_stamp (self->stamp, self->watched);
  add_stamp (self->stamp, signature);
  add_stamp (self->stamp, refused);
}

/* By the looks of the files that a load reads; NULL: what is published does not answer. */
static char *
make_stamp (const MoptAccountsPlace *place)
{
  g_autoptr (GString) stamp = g_string_new (NULL);

  add_stamp (stamp, place->path);
  if (place->draft)
    return g_string_free (g_steal_pointer (&stamp), FALSE);
  g_autofree char *source = mopt_paths_source ();
  g_autofree char *watched = mopt_published_get_watched ();
  Watched *look = g_new0 (Watched, 1);
  look->watched = g_strdup (watched);
  look->stamp = g_string_new (NULL);
  look = mopt_patience_run (watched, stamp_watched, look, watched_free);
  if (look == NULL)
    return NULL;
  g_string_append (stamp, look->stamp->str);
  watched_free (look);
  add_stamp (stamp, source);
  return g_string_free (g_steal_pointer (&stamp), FALSE);
}

static GBytes *
read_file (const char *path, GError **error)
{
  gsize length;
  char *text = mopt_file_read (path, &length, NULL, error);

  return text != NULL ? g_bytes_new_take (text, length) : NULL;
}

static MoptAccountsText *
parse (GBytes *text, const char *path)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (bytes, length);

  return mopt_accounts_text_new (file, path);
}

/* --- The change ---------------------------------------------------------------------------------------------- */

/* Whose file the change goes to: a draft has no part of the person. */
static gboolean
is_of_draft (MoptSave *self)
{
  return self->place->draft && (self->change.what != MOPT_CHANGE_GENERAL || self->change.default_id != NULL);
}

static gboolean
edit_personal (MoptSave *self, MoptKeyfile *file, GBytes **whole, GError **error)
{
  g_autoptr (MoptAccountsText) current = mopt_accounts_text_new (file, self->place->path);

  if (!current->read_only)
    return mopt_save_edit (self, file, current, whole, error);
  g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NEWER_FORMAT,
                       _ ("The file of your accounts was written by a newer version of E-mail Options; it can "
                          "be read, but not changed."));
  return FALSE;
}

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  MoptSave *self = user_data;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (GBytes) old_text = g_bytes_new (text, length);
  GBytes *whole = NULL;

  g_clear_pointer (&self->text, g_bytes_unref);
  self->text = g_bytes_ref (old_text);
  if (is_of_draft (self) ? !mopt_save_edit_draft (self, file, &whole, error)
                         : !edit_personal (self, file, &whole, error))
    return NULL;

  g_clear_pointer (&self->text, g_bytes_unref);
  if (whole != NULL)
    self->text = g_bytes_ref (whole);
  else
    {
      const char *made = mopt_keyfile_get_text (file, new_length);

      self->text = g_bytes_new (made, *new_length);
    }
  if (g_bytes_equal (self->text, old_text))
    return NULL; /* nothing to write */

  self->edited = TRUE;
  const char *kept = g_bytes_get_data (self->text, new_length);
  char *copy = g_malloc (*new_length + 1);
  if (*new_length > 0)
    memcpy (copy, kept, *new_length);
  return copy;
}

static void
update (MoptSave *self)
{
  g_autofree char *personal = self->place->draft && !is_of_draft (self) ? mopt_paths_accounts () : NULL;

  if (!mopt_file_update (personal != NULL ? personal : self->place->path, MOPT_FILE_DURABLE, edit, self, &self->error))
    {
      /* what was to be written may not be there */
      if (self->edited)
        g_clear_pointer (&self->text, g_bytes_unref);
      if (self->change.what == MOPT_CHANGE_DELETE)
        g_clear_pointer (&self->undo, mopt_undo_unref);
    }
  else if (self->change.what == MOPT_CHANGE_RECOVER)
    mopt_withdrawn_forget (self->change.id);
  if (personal == NULL)
    return;
  g_clear_pointer (&self->text, g_bytes_unref);
  self->text = self->error == NULL ? read_file (self->place->path, &self->error) : NULL;
}

/* --- What the list is to show ---------------------------------------------------------------------------------- */

static gboolean
is_shown (MoptSave *self)
{
  const MoptInForce *a = self->before, *b = self->in_force;

  return self->shown != NULL && g_bytes_equal (self->shown, self->text) && a != NULL && a->text == b->text
         && g_strcmp0 (a->problem, b->problem) == 0
         && g_strv_equal ((const char *const *) a->who->groups, (const char *const *) b->who->groups);
}

/* A draft is edited as it is, however broken. */
static MoptMerged *
merge_draft (MoptSave *self)
{
  g_autofree char *path = mopt_paths_accounts ();
  g_autoptr (GBytes) bytes = read_file (path, NULL);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (MoptAccountsText) personal = parse (bytes != NULL ? bytes : nothing, path);
  gsize length;
  const char *text = g_bytes_get_data (self->text, &length);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (MoptPublishedText) published = mopt_published_text_new (file, self->place->path);

  return mopt_merge_draft (personal, published);
}

static MoptMerged *
merge (MoptSave *self)
{
  g_autoptr (MoptAccountsText) personal = parse (self->text, self->place->path);
  g_autoptr (MoptIdentity) who = mopt_in_force_identity (self->in_force, self->place->preview ? self->place->as->address
                                                                                              : personal->own_address);

  MoptMerged *merged = mopt_merge (personal, self->in_force->text, who);

  if (self->in_force->published != NULL && self->in_force->published->warnings[0] != NULL)
    {
      g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();

      g_strv_builder_addv (warnings, (const char **) merged->warnings);
      g_strv_builder_addv (warnings, (const char **) self->in_force->published->warnings);
      g_strfreev (merged->warnings);
      merged->warnings = g_strv_builder_end (warnings);
    }
  return merged;
}

static void
run_draft (MoptSave *self)
{
  if (self->job == MOPT_JOB_CHANGE)
    update (self);
  else
    self->text = read_file (self->place->path, &self->error);
  if (self->text != NULL
      && (self->shown == NULL || !g_bytes_equal (self->shown, self->text) || self->job == MOPT_JOB_CHANGE))
    self->merged = merge_draft (self);
}

static void
run (MoptSave *self)
{
  g_autofree char *stamp = make_stamp (self->place);

  if (self->job == MOPT_JOB_LOOK && stamp != NULL && g_strcmp0 (stamp, self->stamp) == 0
      && (self->before == NULL || !mopt_in_force_is_old (self->before)))
    return;
  if (self->place->preview && self->job == MOPT_JOB_CHANGE)
    {
      g_set_error_literal (&self->error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED,
                           _ ("This is what somebody else sees; it cannot be changed here."));
      return;
    }
  g_free (self->stamp);
  self->stamp = g_steal_pointer (&stamp);
  if (self->place->draft)
    {
      run_draft (self);
      return;
    }

  self->in_force = mopt_in_force_load (self->before, self->place->as, self->place->published);
  if (self->place->preview)
    self->text = g_bytes_new_static ("", 0);
  else
    {
      if (self->acts)
        mopt_announced_update (self);
      if (self->job == MOPT_JOB_CHANGE)
        update (self);
      else
        self->text = read_file (self->place->path, &self->error);
    }
  if (self->text != NULL && !is_shown (self))
    self->merged = merge (self);
}

void
mopt_save_run (MoptSave *self)
{
  run (self);
  /* ten thousand accounts take their time to go: not in the main thread */
  g_clear_pointer (&self->before, mopt_in_force_unref);
}
