/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt explain */
#include "config.h"

#include <glib/gi18n.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/output.h"
#include "model/address.h"
#include "model/settings.h"
#include "store/accounts-text.h"
#include "store/keyfile.h"

static const char *const source_names[] = { "default", "published", "user" };
static const char *const side_names[] = { "incoming", "outgoing" }; /* as mopt_keyring_sections */
static const char *const state_names[] = { "own", "inherited", "customised", "parked" };

/* An account and the place in the file where it is written. */
typedef struct
{
  MoptAccount *account;
  const char *path;
  MoptKeyfile *file;
  int group; /* -1: not found any more */
} Subject;

static guint
line_of (const Subject *self, MoptField field)
{
  return self->group >= 0 ? mopt_keyfile_get_line (self->file, self->group, mopt_field_info (field)->name) : 0;
}

/* "stored", "not stored", "session", "published", or "unknown" where the keyring cannot say. @reason (out, transfer
 * full, nullable): what there is to add for people. */
static const char *
password_state (MoptAccount *account, MoptSection section, char **reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  g_autoptr (MoptSecretKey) key = settings != NULL ? mopt_secret_key_new (settings, section) : NULL;
  g_autoptr (MoptSecretKey) other = NULL;

  *reason = NULL;
  if (settings == NULL)
    return "unknown";
  switch (mopt_keyring_login_state (settings, section, &other, &error))
    {
    case MOPT_LOGIN_PASSWORD_NONE:
      return "not stored";
    case MOPT_LOGIN_PASSWORD_ELSEWHERE:
      *reason = mopt_login_password_elsewhere_text (settings, key, other);
      return "not stored";
    case MOPT_LOGIN_PASSWORD_MOVED:
      *reason = mopt_login_password_moved_text (settings, key, other);
      return "stored";
    case MOPT_LOGIN_PASSWORD_STORED_LOCKED:
      *reason = g_strdup (_ ("The keyring is locked."));
      return "stored";
    case MOPT_LOGIN_PASSWORD_STORED:
      return mopt_secrets_is_session_only (key) ? "session" : "stored";
    case MOPT_LOGIN_PASSWORD_SHARED:
      *reason = error != NULL ? g_strdup (error->message) : NULL;
      return "published";
    case MOPT_LOGIN_PASSWORD_UNKNOWN:
      *reason = g_strdup (error->message);
      return "unknown";
    }
  g_return_val_if_reached ("unknown");
}

/* --- JSON --- */

static gboolean
is_list (MoptField field)
{
  MoptFieldType type = mopt_field_info (field)->type;

  return type == MOPT_TYPE_ADDRESSES || type == MOPT_TYPE_ADDRESS_PATTERNS;
}

/* @text: NULL = not set. */
static void
add_value (JsonBuilder *json, const char *member, MoptField field, const char *text)
{
  json_builder_set_member_name (json, member);
  if (text == NULL)
    json_builder_add_null_value (json);
  else if (!is_list (field))
    json_builder_add_string_value (json, text);
  else
    {
      g_auto (GStrv) entries = mopt_address_list_split (text);

      json_builder_begin_array (json);
      for (guint i = 0; entries[i] != NULL; i++)
        json_builder_add_string_value (json, entries[i]);
      json_builder_end_array (json);
    }
}

static void
add_field (JsonBuilder *json, const Subject *self, MoptField field)
{
  MoptValueSource source = mopt_account_get_source (self->account, field);
  guint line = line_of (self, field);
  /* what from-use means when it is absent, "all of them", no list can say */
  gboolean absent = field == MOPT_FIELD_FROM_USE && source == MOPT_SOURCE_DEFAULT;

  json_builder_set_member_name (json, mopt_field_info (field)->name);
  json_builder_begin_object (json);
  add_value (json, "value", field, absent ? NULL : mopt_account_get (self->account, field));
  json_builder_set_member_name (json, "source");
  json_builder_add_string_value (json, source_names[source]);
  json_builder_set_member_name (json, "file");
  if (source == MOPT_SOURCE_USER)
    json_builder_add_string_value (json, self->path);
  else
    json_builder_add_null_value (json);
  json_builder_set_member_name (json, "line");
  if (source == MOPT_SOURCE_USER && line > 0)
    json_builder_add_int_value (json, line);
  else
    json_builder_add_null_value (json);
  add_value (json, "published", field, mopt_account_get_layer (self->account, MOPT_LAYER_PUBLISHED, field));
  add_value (json, "user", field, mopt_account_get_layer (self->account, MOPT_LAYER_USER, field));
  json_builder_end_object (json);
}

static void
add_fields (JsonBuilder *json, const Subject *self, MoptSection section)
{
  json_builder_set_member_name (json, "fields");
  json_builder_begin_object (json);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section == section && mopt_field_has_kind (i, mopt_account_get_kind (self->account)))
      add_field (json, self, i);
  json_builder_end_object (json);
}

static void
add_section (JsonBuilder *json, const Subject *self, MoptSection section)
{
  gboolean locked = mopt_account_is_locked (self->account, section);

  json_builder_set_member_name (json, mopt_section_info (section)->name);
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "state");
  json_builder_add_string_value (json, state_names[mopt_account_get_state (self->account, section)]);
  json_builder_set_member_name (json, "locked");
  json_builder_add_boolean_value (json, locked);
  json_builder_set_member_name (json, "may_customise");
  json_builder_add_boolean_value (json, !locked);
  add_fields (json, self, section);
  json_builder_end_object (json);
}

static void
explain_json (const Subject *self)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  MoptAccount *account = self->account;
  const struct
  {
    const char *member;
    const char *value;
  } head[] = {
    { "id", mopt_account_get_id (account) },
    { "name", mopt_account_get_name (account) },
    { "kind", mopt_account_get_kind_name (account) },
    { "origin", mopt_account_is_personal (account) ? "personal" : "published" },
  };

  json_builder_begin_object (json);
  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    {
      json_builder_set_member_name (json, head[i].member);
      json_builder_add_string_value (json, head[i].value);
    }
  json_builder_set_member_name (json, "problem");
  if (mopt_account_get_problem (account, NULL) != NULL)
    json_builder_add_string_value (json, mopt_account_get_problem (account, NULL));
  else
    json_builder_add_null_value (json);
  json_builder_set_member_name (json, "passwords");
  json_builder_begin_object (json);
  for (guint i = 0; i < MOPT_KEYRING_N_SIDES; i++)
    {
      g_autofree char *reason = NULL;

      json_builder_set_member_name (json, side_names[i]);
      json_builder_add_string_value (json, password_state (account, mopt_keyring_sections[i], &reason));
    }
  json_builder_end_object (json);

  json_builder_set_member_name (json, "sections");
  json_builder_begin_object (json);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    add_section (json, self, i);
  json_builder_end_object (json);
  add_fields (json, self, MOPT_SECTION_NONE); /* those of no section */
  json_builder_end_object (json);

  g_autoptr (JsonNode) root = json_builder_get_root (json);
  mopt_output_json (root, FALSE);
}

/* --- For people --- */

static char *
source_text (const Subject *self, MoptField field)
{
  guint line = line_of (self, field);

  switch (mopt_account_get_source (self->account, field))
    {
    case MOPT_SOURCE_DEFAULT:
      return g_strdup (_ ("default"));
    case MOPT_SOURCE_PUBLISHED:
      return g_strdup (_ ("published"));
    case MOPT_SOURCE_USER:
      /* Translators: where a value is written */
      return line > 0 ? g_strdup_printf (_ ("yours, line %u"), line) : g_strdup (_ ("yours"));
    }
  g_return_val_if_reached (NULL);
}

static void
explain_section (const Subject *self, MoptSection section)
{
  MoptTable *table = mopt_table_new (3);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      if (mopt_field_info (i)->section != section || !mopt_field_has_kind (i, mopt_account_get_kind (self->account)))
        continue;
      g_autofree char *source = source_text (self, i);
      g_auto (GStrv) lines = g_strsplit (mopt_account_get (self->account, i), "\n", -1);
      g_autofree char *value = g_strjoinv ("; ", lines);
      mopt_table_add (table, (const char *[]){ mopt_field_info (i)->name, value, source });
    }
  mopt_table_print (table, 2);
}

static void
explain (const Subject *self)
{
  g_autofree char *name = mopt_output_visible (mopt_account_get_name (self->account));
  g_autofree char *path = mopt_output_visible (self->path);
  const char *problem = mopt_account_get_problem (self->account, NULL);

  g_print ("%s\n", name);
  /* Translators: a file name, the number of a line */
  g_print (_ ("  written in %s, from line %u on\n"), path,
           self->group >= 0 ? mopt_keyfile_get_group (self->file, self->group)->line : 0);
  if (problem != NULL)
    {
      g_autofree char *visible = mopt_output_visible (problem);

      g_print ("  %s\n", visible);
    }
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      g_print ("\n%s\n", mopt_section_info (i)->name);
      explain_section (self, i);
    }
  g_print ("\n%s\n", _ ("in no section"));
  explain_section (self, MOPT_SECTION_NONE);

  MoptTable *table = mopt_table_new (3);
  for (guint i = 0; i < MOPT_KEYRING_N_SIDES; i++)
    {
      g_autofree char *reason = NULL;
      const char *state = password_state (self->account, mopt_keyring_sections[i], &reason);

      mopt_table_add (table, (const char *[]){ side_names[i], state, reason != NULL ? reason : "" });
    }
  g_print ("\n%s\n", _ ("passwords"));
  mopt_table_print (table, 2);
}

int
mopt_verb_explain (const char *const *args)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 1);
  int code;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (words == NULL)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = NULL;
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;

  const char *path = mopt_accounts_get_path (accounts);
  g_autofree char *text = mopt_file_read (path, &length, NULL, &error);
  if (text == NULL)
    return mopt_cli_fail (error);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autofree char *group = mopt_accounts_group_name (mopt_account_get_id (account));
  const Subject subject = { account, path, file, mopt_keyfile_find (file, group) };
  if (json)
    explain_json (&subject);
  else
    explain (&subject);
  return MOPT_EXIT_DONE;
}
