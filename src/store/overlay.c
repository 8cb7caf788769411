/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the text of an overlay to the account that its user sees. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/placeholder.h"
#include "model/validate.h"
#include "store/account-reader.h"
#include "store/overlay.h"

/* --- Reading ------------------------------------------------------------------------------------------------- */

static void
on_complaint (MoptAccountReader *reader, MoptField field, guint line, const char *reason)
{
  MoptOverlay *self = reader->data;

  if (field == MOPT_FIELD_NONE)
    mopt_account_reader_break (reader, field, line, reason);
  else if (self->problems[field] == NULL)
    self->problems[field] = mopt_reader_place (reader->path, line, reason);
}

/* The sections that @key names; names that we don't know are a newer version's and stay in the text. */
static void
read_sections (MoptAccountReader *reader, const char *key,
               void (*set) (MoptAccount *account, MoptSection section, gboolean on))
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = mopt_keyfile_get_list (reader->file, reader->group, key, &error);

  if (error != NULL)
    mopt_account_reader_break (reader, MOPT_FIELD_NONE, mopt_keyfile_get_line (reader->file, reader->group, key),
                               error->message);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (mopt_section_by_name (names[i]) != MOPT_SECTION_NONE)
      set (reader->account, mopt_section_by_name (names[i]), TRUE);
}

static void
read_name (MoptOverlay *self, MoptAccountReader *reader)
{
  guint line = mopt_keyfile_get_line (reader->file, reader->group, "Name");
  g_autoptr (GError) error = NULL;
  g_autofree char *name = mopt_reader_text (reader->file, line, MOPT_FORM_STRING, &error);

  if (name == NULL)
    return;
  if (error == NULL && mopt_validate_name (name, NULL, NULL, &error))
    mopt_account_set_layer_name (reader->account, MOPT_LAYER_USER, name);
  else
    self->name_problem = mopt_reader_place (reader->path, line, error->message);
}

MoptOverlay *
mopt_overlay_read (MoptKeyfile *file, guint group, const char *path)
{
  MoptOverlay *self = g_new0 (MoptOverlay, 1);
  const MoptKeyfileGroup *info = mopt_keyfile_get_group (file, group);
  g_autofree char *kind = mopt_keyfile_get_string (file, group, "Kind", NULL);
  MoptAccountReader reader = {
    .file = file,
    .group = group,
    .path = path,
    .layer = MOPT_LAYER_USER,
    .complain = on_complaint,
    .data = self,
    .account = mopt_account_new (info->name + strlen (MOPT_ACCOUNT_GROUP),
                                 kind != NULL ? kind : mopt_kind_name (MOPT_KIND_IMAP)),
  };
  const char *key;
  guint line = 0;

  self->has_kind = kind != NULL;
  mopt_account_begin_new (reader.account);
  if (info->problem != NULL)
    mopt_account_reader_break (&reader, MOPT_FIELD_NONE, info->problem_line, info->problem);
  read_sections (&reader, "Customised", mopt_account_set_customised);
  read_sections (&reader, "Parked", mopt_account_set_parked);
  read_name (self, &reader);
  while ((key = mopt_keyfile_next_key (file, group, &line)) != NULL)
    {
      MoptField field = mopt_field_by_name (key);

      if (mopt_account_reader_field (&reader, field, line))
        self->lines[field] = line;
    }
  mopt_account_end (reader.account);
  self->path = g_strdup (path);
  self->account = reader.account;
  return self;
}

void
mopt_overlay_free (MoptOverlay *self)
{
  g_object_unref (self->account);
  g_free (self->name_problem);
  g_free (self->path);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    g_free (self->problems[i]);
  g_free (self);
}

/* --- Merging ------------------------------------------------------------------------------------------------- */

static void
warn (GStrvBuilder *warnings, const char *format, const char *problem, const char *name)
{
  /* the format is one of the literals below */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *text = g_strdup_printf (format, problem, name);
#pragma GCC diagnostic pop

  if (warnings != NULL)
    g_strv_builder_add (warnings, text);
}

static void
park (MoptAccount *account, MoptSection section)
{
  mopt_account_set_customised (account, section, FALSE);
  mopt_account_set_parked (account, section, TRUE);
}

/* Where the overlay does not say of which kind it is, its values have yet to be checked for this one. */
static char *
find_problem (const MoptOverlay *self, MoptAccount *account, MoptField field)
{
  const char *text = mopt_account_get_layer (self->account, MOPT_LAYER_USER, field);
  g_autoptr (GError) error = NULL;

  if (self->problems[field] != NULL)
    return g_strdup (self->problems[field]);
  if (self->has_kind || mopt_validate_field (field, mopt_account_get_kind (account), text, &error))
    return NULL;
  return mopt_reader_place (self->path, self->lines[field], error->message);
}

/* The user's choice among From addresses belongs to no section and cannot be parked: then it is as if not there. */
static void
take_field (const MoptOverlay *self, MoptAccount *account, MoptField field, GStrvBuilder *warnings)
{
  MoptSection section = mopt_field_info (field)->section;
  g_autofree char *problem = find_problem (self, account, field);

  if (problem != NULL && section == MOPT_SECTION_NONE)
    {
      warn (warnings, _ ("%s Until it is mended, “%s” goes without it."), problem, mopt_account_get_name (account));
      return;
    }
  mopt_account_set_layer (account, MOPT_LAYER_USER, field,
                          mopt_account_get_layer (self->account, MOPT_LAYER_USER, field));
  if (problem == NULL || !mopt_account_is_customised (account, section))
    return;
  park (account, section);
  mopt_account_set_section_problem (account, section, problem);
  warn (warnings, _ ("%s Until it is mended, “%s” uses what is published there."), problem,
        mopt_account_get_name (account));
}

static gboolean
has_other_kind (const MoptOverlay *self, MoptAccount *published)
{
  return self->has_kind
         && !g_str_equal (mopt_account_get_kind_name (self->account), mopt_account_get_kind_name (published));
}

static void
take_overlay (const MoptOverlay *self, MoptAccount *account, MoptAccount *published, GStrvBuilder *warnings)
{
  gboolean other_kind = has_other_kind (self, published);
  gboolean parked_any = FALSE;
  guint line;

  mopt_account_set_layer_name (account, MOPT_LAYER_USER, mopt_account_get_layer_name (self->account, MOPT_LAYER_USER));
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      mopt_account_set_customised (account, i, mopt_account_is_customised (self->account, i));
      mopt_account_set_parked (account, i, mopt_account_is_parked (self->account, i));
      if (other_kind && mopt_account_is_customised (account, i))
        {
          park (account, i);
          parked_any = TRUE;
        }
    }
  if (parked_any)
    warn (warnings, _ ("“%s” is now of kind %s: what you had customised is kept, but not in effect."),
          mopt_account_get_name (account), mopt_kind_label (mopt_account_get_kind (account)));
  if (self->name_problem != NULL)
    warn (warnings, _ ("%s Until it is mended, the account is called “%s”."), self->name_problem,
          mopt_account_get_name (account));
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_account_get_layer (self->account, MOPT_LAYER_USER, i) != NULL)
      take_field (self, account, i, warnings);
  if (mopt_account_get_problem (account, NULL) == NULL)
    {
      const char *problem = mopt_account_get_problem (self->account, &line);

      mopt_account_set_problem (account, problem, line);
    }
}

MoptAccount *
mopt_overlay_merge (const MoptOverlay *self, MoptAccount *published, const MoptIdentity *who, MoptRights rights,
                    GStrvBuilder *warnings)
{
  MoptAccount *account = mopt_account_dup (published);

  mopt_account_begin_new (account);
  mopt_account_set_rights (account, rights);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const char *text = mopt_account_get_layer (account, MOPT_LAYER_PUBLISHED, i);

      if (text == NULL || !mopt_placeholder_has_field (i) || strchr (text, '%') == NULL)
        continue;
      g_autofree char *expanded = mopt_placeholder_expand (text, who);
      mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, i, expanded);
      if (*expanded == '\0')
        mopt_account_set_wants_address (account, TRUE);
    }
  if (self != NULL)
    take_overlay (self, account, published, warnings);
  mopt_account_end (account);
  return account;
}

gboolean
mopt_overlay_same (MoptAccount *a, MoptAccount *b)
{
  g_autoptr (MoptAccount) ours = mopt_account_dup (a), theirs = mopt_account_dup (b);

  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      mopt_account_set_parked (ours, i, mopt_account_is_parked (a, i) || mopt_account_is_customised (a, i));
      mopt_account_set_customised (ours, i, FALSE);
      mopt_account_set_parked (theirs, i, mopt_account_is_parked (b, i) || mopt_account_is_customised (b, i));
      mopt_account_set_customised (theirs, i, FALSE);
    }
  return mopt_account_equal_user (ours, theirs);
}
