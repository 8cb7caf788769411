/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/text.h"
#include "model/validate.h"
#include "store/account-reader.h"

char *
mopt_reader_place (const char *path, guint line, const char *reason)
{
  g_autofree char *full = g_filename_display_name (path);
  const char *home = g_get_home_dir ();
  gboolean below = home != NULL && *home != '\0' && g_str_has_prefix (full, home) && full[strlen (home)] == '/';
  g_autofree char *shown = below ? g_strconcat ("~", full + strlen (home), NULL) : g_strdup (full);

  if (line == 0)
    /* Translators: file, a whole sentence */
    return g_strdup_printf (_ ("%s: %s"), shown, reason);
  /* Translators: file, line number, a whole sentence */
  return g_strdup_printf (_ ("%s, line %u: %s"), shown, line, reason);
}

MoptForm
mopt_field_form (MoptField field)
{
  switch (mopt_field_info (field)->type)
    {
    case MOPT_TYPE_BOOLEAN:
      return MOPT_FORM_BOOLEAN;
    case MOPT_TYPE_ADDRESSES:
    case MOPT_TYPE_ADDRESS_PATTERNS:
      return MOPT_FORM_LIST;
    default:
      return MOPT_FORM_STRING;
    }
}

char *
mopt_reader_text (MoptKeyfile *file, guint line, MoptForm form, GError **error)
{
  g_autoptr (GError) cause = NULL;
  char *text = NULL;

  if (line == 0)
    return NULL;
  if (form == MOPT_FORM_BOOLEAN)
    {
      gboolean on = mopt_keyfile_boolean_at (file, line, FALSE, &cause);

      if (cause == NULL)
        text = g_strdup (on ? "true" : "false");
    }
  else if (form == MOPT_FORM_LIST)
    text = mopt_keyfile_lines_at (file, line, &cause);
  else
    text = mopt_keyfile_string_at (file, line, &cause);

  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return text != NULL ? text : mopt_keyfile_raw_at (file, line);
}

void
mopt_account_reader_break (MoptAccountReader *self, MoptField field, guint line, const char *reason)
{
  if (mopt_account_get_problem (self->account, NULL) != NULL)
    return;
  g_autofree char *problem = mopt_reader_place (self->path, line, reason);
  mopt_account_set_problem (self->account, problem, line);
}

void
mopt_account_reader_complain (MoptAccountReader *self, MoptField field, guint line, const char *reason)
{
  if (self->complain != NULL)
    self->complain (self, field, line, reason);
  else
    mopt_account_reader_break (self, field, line, reason);
}

void
mopt_account_reader_open (MoptAccountReader *self)
{
  const MoptKeyfileGroup *info = mopt_keyfile_get_group (self->file, self->group);
  const char *id = info->name + strlen (MOPT_ACCOUNT_GROUP);
  guint line = mopt_keyfile_get_line (self->file, self->group, "Kind");
  g_autoptr (GError) error = NULL;
  g_autofree char *kind = mopt_keyfile_string_at (self->file, line, &error);

  self->account = mopt_account_new (id, kind != NULL ? kind : "");
  mopt_account_begin_new (self->account);
  if (info->problem != NULL)
    mopt_account_reader_complain (self, MOPT_FIELD_NONE, info->problem_line, info->problem);
  if (!mopt_account_id_is_valid (id))
    mopt_account_reader_complain (self, MOPT_FIELD_NONE, info->line,
                                  _ ("An account's id has 1 to 64 ASCII letters, digits, “.”, “_” or “-”."));
  if (kind == NULL)
    mopt_account_reader_complain (self, MOPT_FIELD_NONE, MAX (line, info->line),
                                  error != NULL ? error->message : _ ("The account does not say of which Kind it is."));
  else if (mopt_account_get_kind (self->account) == MOPT_KIND_UNKNOWN)
    mopt_account_reader_complain (self, MOPT_FIELD_NONE, line,
                                  _ ("This account needs a newer version of E-mail Options."));
}

MoptAccount *
mopt_account_reader_close (MoptAccountReader *self)
{
  mopt_account_end (self->account);
  return g_steal_pointer (&self->account);
}

void
mopt_account_reader_name (MoptAccountReader *self)
{
  guint line = mopt_keyfile_get_line (self->file, self->group, "Name");
  g_autoptr (GError) error = NULL;
  g_autofree char *name = mopt_keyfile_string_at (self->file, line, &error);

  if (error != NULL || (name != NULL && !mopt_validate_name (name, NULL, NULL, &error)))
    mopt_account_reader_complain (self, MOPT_FIELD_NONE, line, error->message);
  if (name != NULL && *name != '\0') /* it is called something all the same */
    mopt_account_set_layer_name (self->account, self->layer, name);
}

/* An empty choice or boolean is refused by its check. */
static gboolean
is_empty_number (MoptField field, const char *text)
{
  return mopt_field_info (field)->type == MOPT_TYPE_PORT && *text == '\0';
}

gboolean
mopt_account_reader_field (MoptAccountReader *self, MoptField field, guint line)
{
  MoptKind kind = mopt_account_get_kind (self->account);

  if (field == MOPT_FIELD_NONE)
    return FALSE;
  if (mopt_account_get_layer (self->account, self->layer, field) != NULL)
    return TRUE; /* a duplicate, which the keyfile tells of: the first one is shown */

  g_autoptr (GError) error = NULL;
  g_autofree char *text = mopt_reader_text (self->file, line, mopt_field_form (field), &error);

  mopt_account_set_layer (self->account, self->layer, field, text);
  if (kind == MOPT_KIND_UNKNOWN) /* its fields are a newer version's business */
    return TRUE;
  if (error == NULL && !mopt_field_has_kind (field, kind))
    mopt_text_refuse (&error, _ ("%s accounts have no “%s”."), mopt_kind_label (kind), mopt_field_info (field)->name);
  else if (error == NULL && self->strict && is_empty_number (field, text))
    mopt_text_refuse (&error, _ ("The value of “%s” is empty. Give one, or delete the line."),
                      mopt_field_info (field)->name);
  if (error != NULL || !mopt_validate_field (field, kind, text, &error))
    mopt_account_reader_complain (self, field, line, error->message);
  return TRUE;
}
