/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the text of a published file to accounts. Whatever is wrong with an account breaks that account alone; whatever
 * is wrong with the general part or the rights refuses the file: half of them could mean the opposite of the whole. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "model/audience.h"
#include "model/placeholder.h"
#include "model/publication-keys.h"
#include "model/text.h"
#include "store/account-reader.h"
#include "store/published-text.h"

typedef struct
{
  MoptPublishedText *said;
  MoptKeyfile *file;
  const char *path;
  GStrvBuilder *warnings;
  MoptPublishedTold told; /* or NULL */
  gpointer data;
} Reading;

static void
tell (Reading *self, const char *id, guint line, const char *code, const char *reason)
{
  if (self->told != NULL)
    self->told (self->data, id, line, code, reason);
}

static void
warn (Reading *self, const char *id, guint line, const char *code, const char *reason)
{
  g_autofree char *text = mopt_reader_place (self->path, line, reason);

  g_strv_builder_add (self->warnings, text);
  tell (self, id, line, code, reason);
}

/* The first reason is the one that is kept. */
static void
refuse (Reading *self, MoptError code, guint line, const char *reason)
{
  tell (self, NULL, line, code == MOPT_ERROR_MALFORMED ? "malformed" : mopt_error_word (code), reason);
  if (self->said->refusal != NULL)
    return;
  g_autofree char *text = mopt_reader_place (self->path, line, reason);
  self->said->refusal = g_error_new_literal (MOPT_ERROR, code, text);
}

/* --- The general part and the rights --------------------------------------------------------------------------- */

/* A Format that is no number may be any: it is treated as a newer one. */
static void
read_format (Reading *self, guint line)
{
  g_autofree char *text = mopt_keyfile_raw_at (self->file, line);
  guint64 format;

  if (!mopt_number (g_strchomp (text), 0, G_MAXUINT, &format) || format > MOPT_PUBLISHED_FORMAT)
    refuse (self, MOPT_ERROR_NEWER_FORMAT, line,
            _ ("This file needs a newer version of E-mail Options; ask your administrator to update the program."));
}

static void
read_general (Reading *self, guint group)
{
  MoptPublication *publication = self->said->publication;
  const char *name;
  guint line = 0;

  while ((name = mopt_keyfile_next_key (self->file, group, &line)) != NULL)
    {
      MoptPublicationKey key = mopt_publication_key_by_name (name);

      if (g_str_equal (name, MOPT_PUBLISHED_FORMAT_KEY))
        read_format (self, line);
      if (key == MOPT_PUBLICATION_NONE)
        continue; /* of a later version */

      MoptForm form = mopt_publication_key_is_list (key) ? MOPT_FORM_LIST : MOPT_FORM_STRING;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = mopt_reader_text (self->file, line, form, &error);
      if (error == NULL && *text == '\0' && mopt_publication_key_needs_value (key))
        mopt_text_refuse (&error, _ ("The value of “%s” is empty. Give one, or delete the line."), name);
      if (error != NULL || !mopt_publication_set_text (publication, key, text, &error))
        refuse (self, MOPT_ERROR_INVALID, line, error->message);
    }
}

static void
read_rights (Reading *self, guint group)
{
  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    {
      guint line = mopt_keyfile_get_line (self->file, group, mopt_right_name (i));
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) words = mopt_keyfile_list_at (self->file, line, &error);

      if (error != NULL || !mopt_audience_check ((const char *const *) words, &error))
        refuse (self, MOPT_ERROR_INVALID, line, error->message);
      else
        self->said->publication->rights[i] = g_steal_pointer (&words);
    }
}

/* The group that must be sound as a whole, and where it is. */
static int
find_whole (Reading *self, const char *name)
{
  int group = mopt_keyfile_find (self->file, name);
  const MoptKeyfileGroup *info = group >= 0 ? mopt_keyfile_get_group (self->file, group) : NULL;

  if (info != NULL && info->problem != NULL)
    refuse (self, MOPT_ERROR_MALFORMED, info->problem_line, info->problem);
  return group;
}

/* --- Accounts ---------------------------------------------------------------------------------------------------- */

static void
on_complaint (MoptAccountReader *reader, MoptField field, guint line, const char *reason)
{
  const MoptKeyfileGroup *info = mopt_keyfile_get_group (reader->file, reader->group);
  const char *code = "invalid-value";

  if (line == info->problem_line && reason == info->problem)
    code = "malformed";
  else if (line == info->line)
    code = "invalid-account";
  tell (reader->data, mopt_account_get_id (reader->account), line, code, reason);
  mopt_account_reader_break (reader, field, line, reason);
}

static MoptForm
term_form (MoptTerm term)
{
  if (mopt_term_is_list (term))
    return MOPT_FORM_LIST;
  return mopt_term_info (term)->type == MOPT_TERM_TYPE_BOOLEAN ? MOPT_FORM_BOOLEAN : MOPT_FORM_STRING;
}

static void
read_term (MoptAccountReader *reader, MoptTerm term, guint line)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = mopt_reader_text (reader->file, line, term_form (term), &error);

  if (mopt_account_has_term (reader->account, term))
    return; /* a duplicate, which the keyfile tells of */
  mopt_account_set_term (reader->account, term, text);
  if (error == NULL && *text == '\0' && mopt_term_info (term)->type == MOPT_TERM_TYPE_WITHDRAWN)
    mopt_text_refuse (&error, _ ("The value of “%s” is empty. Give one, or delete the line."),
                      mopt_term_info (term)->name);
  if (error != NULL || !mopt_term_validate (term, text, &error))
    mopt_account_reader_complain (reader, MOPT_FIELD_NONE, line, error->message);
}

/* Absent: the default padlocks. Present: exactly those; but one that we don't know might be any, so it locks all. */
static void
read_locked (Reading *self, MoptAccountReader *reader, guint line)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = mopt_keyfile_list_at (self->file, line, &error);
  gboolean all = error != NULL;

  if (error != NULL)
    mopt_account_reader_complain (reader, MOPT_FIELD_NONE, line, error->message);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (mopt_section_by_name (names[i]) == MOPT_SECTION_NONE)
      {
        g_autofree char *reason
            = g_strdup_printf (_ ("There is no section “%s” to lock, so the whole account is locked."), names[i]);

        warn (self, mopt_account_get_id (reader->account), line, "unknown-section", reason);
        all = TRUE;
      }
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    mopt_account_set_locked (reader->account, i,
                             line == 0
                                 ? mopt_section_info (i)->locked
                                 : all || g_strv_contains ((const char *const *) names, mopt_section_info (i)->name));
}

static void
check_placeholders (MoptAccountReader *reader, MoptField field, guint line)
{
  const char *text = mopt_account_get_layer (reader->account, MOPT_LAYER_PUBLISHED, field);
  g_autoptr (GError) error = NULL;

  if (mopt_placeholder_has_field (field) && !mopt_placeholder_check (text, &error))
    mopt_account_reader_complain (reader, field, line, error->message);
}

static void
read_key (MoptAccountReader *reader, const char *key, guint line)
{
  MoptField field = mopt_field_by_name (key);
  MoptTerm term;

  /* whom of the allowed ones a person uses is that person's business alone */
  if (field == MOPT_FIELD_FROM_USE)
    return;
  if (mopt_account_reader_field (reader, field, line))
    check_placeholders (reader, field, line);
  else if ((term = mopt_term_by_name (key)) != MOPT_TERM_NONE)
    read_term (reader, term, line);
}

static MoptAccount *
read_account (Reading *self, guint group)
{
  MoptAccountReader reader = {
    .file = self->file,
    .group = group,
    .path = self->path,
    .layer = MOPT_LAYER_PUBLISHED,
    .strict = TRUE,
    .complain = on_complaint,
    .data = self,
  };
  const char *key;
  guint line = 0;

  mopt_account_reader_open (&reader);
  mopt_account_set_published (reader.account, TRUE);
  mopt_account_set_publication (reader.account, self->said->publication);
  mopt_account_reader_name (&reader);
  if (mopt_account_get_layer_name (reader.account, MOPT_LAYER_PUBLISHED) == NULL) /* it is called something */
    mopt_account_set_layer_name (reader.account, MOPT_LAYER_PUBLISHED, mopt_account_get_id (reader.account));
  read_locked (self, &reader, mopt_keyfile_get_line (self->file, group, "Locked"));
  while ((key = mopt_keyfile_next_key (self->file, group, &line)) != NULL)
    read_key (&reader, key, line);
  return mopt_account_reader_close (&reader);
}

static void
read_accounts (Reading *self)
{
  for (guint i = 0; i < mopt_keyfile_get_n_groups (self->file); i++)
    {
      const char *name = mopt_keyfile_get_group (self->file, i)->name;
      MoptAccount *account;

      if (!g_str_has_prefix (name, MOPT_ACCOUNT_GROUP) || mopt_keyfile_find (self->file, name) != (int) i)
        continue; /* the first one of the name tells of the others */
      account = read_account (self, i);
      g_ptr_array_add (self->said->accounts, account);
      g_hash_table_insert (self->said->by_id, (gpointer) mopt_account_get_id (account), account);
    }
}

/* --- The file ------------------------------------------------------------------------------------------------------
 */

static void
check_text (Reading *self)
{
  guint line;
  const char *problem = mopt_keyfile_get_head_problem (self->file, &line);

  if (!mopt_keyfile_is_utf8 (self->file))
    refuse (self, MOPT_ERROR_MALFORMED, 0,
            _ ("This file is not UTF-8 text. It may have been damaged on its way; ask your administrator."));
  if (problem != NULL)
    warn (self, NULL, line, "malformed", problem);
}

MoptPublishedText *
mopt_published_text_new (MoptKeyfile *file, const char *path)
{
  return mopt_published_text_check (file, path, NULL, NULL);
}

MoptPublishedText *
mopt_published_text_check (MoptKeyfile *file, const char *path, MoptPublishedTold told, gpointer data)
{
  MoptPublishedText *said = g_new0 (MoptPublishedText, 1);
  g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();
  Reading self = { said, file, path, warnings, told, data };
  int general, rights;

  said->publication = mopt_publication_new ();
  said->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  said->by_id = g_hash_table_new (g_str_hash, g_str_equal);

  check_text (&self);
  general = find_whole (&self, MOPT_PUBLISHED_GENERAL);
  rights = find_whole (&self, MOPT_PUBLISHED_RIGHTS);
  if (general >= 0)
    read_general (&self, general);
  else
    refuse (&self, MOPT_ERROR_MALFORMED, 0,
            _ ("This is no published file, or it was cut off: the group [Publication] is missing."));
  if (rights >= 0)
    read_rights (&self, rights);
  read_accounts (&self);
  said->warnings = g_strv_builder_end (warnings);
  return said;
}

void
mopt_published_text_free (MoptPublishedText *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->accounts);
  mopt_publication_unref (self->publication);
  g_strfreev (self->warnings);
  g_clear_error (&self->refusal);
  g_free (self);
}

MoptAccount *
mopt_published_text_get (MoptPublishedText *self, const char *id)
{
  return g_hash_table_lookup (self->by_id, id);
}
