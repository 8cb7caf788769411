/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/explain.h"
#include "cli/keyring.h"
#include "cli/output.h"
#include "model/address.h"

static const char *const source_names[] = { "default", "published", "user" };
static const char *const side_names[] = { "incoming", "outgoing" }; /* as mopt_keyring_sections */

static void
add_text (JsonBuilder *json, const char *member, const char *text)
{
  json_builder_set_member_name (json, member);
  if (text != NULL)
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

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
add_field (JsonBuilder *json, const MoptExplained *self, MoptField field)
{
  MoptValueSource source = mopt_account_get_source (self->account, field);
  guint line = mopt_explained_line (self, source, field);
  /* what from-use means when it is absent, "all of them", no list can say */
  gboolean absent = field == MOPT_FIELD_FROM_USE && source == MOPT_SOURCE_DEFAULT;

  json_builder_set_member_name (json, mopt_field_info (field)->name);
  json_builder_begin_object (json);
  add_value (json, "value", field, absent ? NULL : mopt_account_get (self->account, field));
  add_text (json, "source", source_names[source]);
  add_text (json, "file", mopt_explained_path (self, source));
  if (line > 0)
    mopt_output_json_number (json, "line", line);
  else
    mopt_output_json_member (json, "line", NULL);
  add_value (json, "published", field, mopt_account_get_layer (self->account, MOPT_LAYER_PUBLISHED, field));
  add_value (json, "user", field, mopt_account_get_layer (self->account, MOPT_LAYER_USER, field));
  if (mopt_explained_raw (self, field) != NULL)
    add_text (json, "written", mopt_explained_raw (self, field));
  json_builder_end_object (json);
}

static void
add_fields (JsonBuilder *json, const MoptExplained *self, MoptSection section)
{
  json_builder_set_member_name (json, "fields");
  json_builder_begin_object (json);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section == section && mopt_field_has_kind (i, mopt_account_get_kind (self->account)))
      add_field (json, self, i);
  json_builder_end_object (json);
}

static void
add_section (JsonBuilder *json, const MoptExplained *self, MoptSection section)
{
  gboolean personal = mopt_account_is_personal (self->account);

  json_builder_begin_object (json);
  add_text (json, "state", mopt_explain_state (mopt_account_get_state (self->account, section)));
  mopt_output_json_boolean (json, "locked", mopt_account_is_locked (self->account, section));
  mopt_output_json_boolean (json, "may_customise", personal ? mopt_account_may_edit (self->account, section)
                                                 : mopt_account_may_customise (self->account, section));
  add_fields (json, self, section);
  json_builder_end_object (json);
}

static void
print (JsonBuilder *json)
{
  g_autoptr (JsonNode) root = json_builder_get_root (json);

  mopt_output_json (root, FALSE);
}

void
mopt_explain_section_json (const MoptExplained *self, MoptSection section)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  json_builder_set_member_name (json, mopt_section_info (section)->name);
  add_section (json, self, section);
  json_builder_end_object (json);
  print (json);
}

void
mopt_explain_json (const MoptExplained *self)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  MoptAccount *account = self->account;

  json_builder_begin_object (json);
  add_text (json, "id", mopt_account_get_id (account));
  add_text (json, "name", mopt_account_get_name (account));
  add_text (json, "kind", mopt_account_get_kind_name (account));
  add_text (json, "origin", mopt_account_is_personal (account) ? "personal" : "published");
  add_text (json, "problem", mopt_account_get_problem (account, NULL));
  json_builder_set_member_name (json, "passwords");
  json_builder_begin_object (json);
  for (guint i = 0; i < MOPT_KEYRING_N_SIDES; i++)
    {
      g_autofree char *reason = NULL;

      add_text (json, side_names[i], mopt_explain_password (self, mopt_keyring_sections[i], &reason));
    }
  json_builder_end_object (json);

  json_builder_set_member_name (json, "sections");
  json_builder_begin_object (json);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      json_builder_set_member_name (json, mopt_section_info (i)->name);
      add_section (json, self, i);
    }
  json_builder_end_object (json);
  add_fields (json, self, MOPT_SECTION_NONE); /* those of no section */
  json_builder_end_object (json);
  print (json);
}
