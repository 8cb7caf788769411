/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt explain */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/file.h"
#include "cli/preview.h"
#include "cli/cli.h"
#include "cli/explain.h"
#include "cli/keyring.h"
#include "cli/output.h"
#include "model/settings.h"
#include "store/accounts-text.h"

static const char *const side_names[] = { "incoming", "outgoing" }; /* as mopt_keyring_sections */

/* --- Where it is written --- */

static gboolean
find_layer (MoptExplained *self, MoptLayer layer, const char *path, GError **error)
{
  g_autofree char *name = mopt_accounts_group_name (mopt_account_get_id (self->account));
  gsize length;
  g_autofree char *text = mopt_file_read (path, &length, NULL, error);

  if (text == NULL)
    return FALSE;
  self->layers[layer].path = g_strdup (path);
  self->layers[layer].file = mopt_keyfile_new (text, length);
  self->layers[layer].group = mopt_keyfile_find (self->layers[layer].file, name);
  return TRUE;
}

gboolean
mopt_explained_init (MoptExplained *self, MoptAccounts *accounts, MoptAccount *account, gboolean preview,
                     GError **error)
{
  const char *published = NULL;

  self->account = account;
  self->preview = preview;
  self->layers[MOPT_LAYER_USER].group = -1;
  self->layers[MOPT_LAYER_PUBLISHED].group = -1;
  if (!preview && !find_layer (self, MOPT_LAYER_USER, mopt_accounts_get_path (accounts), error))
    return FALSE;
  if (mopt_account_is_personal (account))
    return TRUE;
  self->written = mopt_accounts_get_written (accounts, mopt_account_get_id (account), &published);
  return published == NULL || find_layer (self, MOPT_LAYER_PUBLISHED, published, error);
}

void
mopt_explained_clear (MoptExplained *self)
{
  for (guint i = 0; i < MOPT_N_LAYERS; i++)
    {
      g_clear_pointer (&self->layers[i].path, g_free);
      g_clear_pointer (&self->layers[i].file, mopt_keyfile_free);
    }
}

static MoptLayer
layer_of (MoptValueSource source)
{
  return source == MOPT_SOURCE_PUBLISHED ? MOPT_LAYER_PUBLISHED : MOPT_LAYER_USER;
}

guint
mopt_explained_line (const MoptExplained *self, MoptValueSource source, MoptField field)
{
  MoptLayer layer = layer_of (source);

  if (source == MOPT_SOURCE_DEFAULT || self->layers[layer].group < 0)
    return 0;
  return mopt_keyfile_get_line (self->layers[layer].file, self->layers[layer].group, mopt_field_info (field)->name);
}

const char *
mopt_explained_path (const MoptExplained *self, MoptValueSource source)
{
  return source != MOPT_SOURCE_DEFAULT ? self->layers[layer_of (source)].path : NULL;
}

const char *
mopt_explained_raw (const MoptExplained *self, MoptField field)
{
  const char *raw = self->written != NULL ? mopt_account_get_layer (self->written, MOPT_LAYER_PUBLISHED, field) : NULL;

  return g_strcmp0 (raw, mopt_account_get_layer (self->account, MOPT_LAYER_PUBLISHED, field)) != 0 ? raw : NULL;
}

const char *
mopt_explain_state (MoptState state)
{
  static const char *const names[] = { "own", "inherited", "customised", "parked" };

  return names[state];
}

const char *
mopt_explain_password (const MoptExplained *self, MoptSection section, char **reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSettings) settings = self->preview ? NULL : mopt_settings_new (self->account, NULL);
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

/* --- For people --- */

static char *
source_text (const MoptExplained *self, MoptField field)
{
  MoptValueSource source = mopt_account_get_source (self->account, field);
  const char *raw = mopt_explained_raw (self, field);
  guint line = mopt_explained_line (self, source, field);

  switch (source)
    {
    case MOPT_SOURCE_DEFAULT:
      return g_strdup (_ ("default"));
    case MOPT_SOURCE_PUBLISHED:
      if (raw != NULL)
        /* Translators: a text such as %USER%, and the line where it is written */
        return g_strdup_printf (_ ("published as %s, line %u"), raw, line);
      /* Translators: where a value is written */
      return line > 0 ? g_strdup_printf (_ ("published, line %u"), line) : g_strdup (_ ("published"));
    case MOPT_SOURCE_USER:
      /* Translators: where a value is written */
      return line > 0 ? g_strdup_printf (_ ("yours, line %u"), line) : g_strdup (_ ("yours"));
    }
  g_return_val_if_reached (NULL);
}

static char *
one_line (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  return g_strjoinv ("; ", lines);
}

/* Values of the user's that are kept, but not in effect: they are not lost. */
static void
add_kept (const MoptExplained *self, MoptTable *table, MoptField field)
{
  const char *text = mopt_account_get_layer (self->account, MOPT_LAYER_USER, field);
  guint line = mopt_explained_line (self, MOPT_SOURCE_USER, field);

  if (text == NULL || mopt_account_get_source (self->account, field) == MOPT_SOURCE_USER)
    return;
  g_autofree char *value = one_line (text);
  g_autofree char *source = g_strdup_printf (_ ("yours, not in effect, line %u"), line);
  mopt_table_add (table, (const char *[]){ "", value, source });
}

static void
explain_fields (const MoptExplained *self, MoptSection section)
{
  MoptTable *table = mopt_table_new (3);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      if (mopt_field_info (i)->section != section || !mopt_field_has_kind (i, mopt_account_get_kind (self->account)))
        continue;
      g_autofree char *source = source_text (self, i);
      g_autofree char *value = one_line (mopt_account_get (self->account, i));
      mopt_table_add (table, (const char *[]){ mopt_field_info (i)->name, value, source });
      add_kept (self, table, i);
    }
  mopt_table_print (table, 2);
}

/* What the user can do about the section, in words. */
static const char *
section_words (MoptAccount *account, MoptSection section)
{
  gboolean locked = mopt_account_is_locked (account, section);

  switch (mopt_account_get_state (account, section))
    {
    case MOPT_STATE_OWN:
      return "";
    case MOPT_STATE_CUSTOMISED:
      return _ (": customised by you");
    case MOPT_STATE_PARKED:
      return locked ? _ (": published and locked; what you had customised is kept, but not in effect")
                    : _ (": published; what you had customised is kept, but not in effect");
    case MOPT_STATE_INHERITED:
      return locked                                          ? _ (": published and locked")
             : mopt_account_may_customise (account, section) ? _ (": published, you may customise it")
                                                             : _ (": published");
    }
  g_return_val_if_reached ("");
}

static void
print_place (const MoptExplained *self, MoptLayer layer, const char *format)
{
  g_autofree char *path = NULL;

  if (self->layers[layer].group < 0)
    return;
  path = mopt_output_visible (self->layers[layer].path);
  /* the format is one of the literals below */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_print (format, path, mopt_keyfile_get_group (self->layers[layer].file, self->layers[layer].group)->line);
#pragma GCC diagnostic pop
}

static void
explain (const MoptExplained *self)
{
  g_autofree char *name = mopt_output_visible (mopt_account_get_name (self->account));
  const MoptPublication *publication = mopt_account_get_publication (self->account);
  const char *problem = mopt_account_get_problem (self->account, NULL);

  g_print ("%s\n", name);
  if (publication != NULL)
    {
      g_autofree char *who = mopt_output_visible (mopt_publication_who (publication));
      g_autofree char *whom = mopt_output_visible (mopt_publication_whom_to_ask (publication));

      g_print (_ ("  published by %s; ask %s\n"), who, whom);
    }
  /* Translators: a file name, the number of a line */
  print_place (self, MOPT_LAYER_PUBLISHED, _ ("  published in %s, from line %u on\n"));
  /* Translators: a file name, the number of a line */
  print_place (self, MOPT_LAYER_USER, _ ("  written in %s, from line %u on\n"));
  if (problem != NULL)
    {
      g_autofree char *visible = mopt_output_visible (problem);

      g_print ("  %s\n", visible);
    }
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      g_print ("\n%s%s\n", mopt_section_info (i)->name, section_words (self->account, i));
      explain_fields (self, i);
    }
  g_print ("\n%s\n", _ ("in no section"));
  explain_fields (self, MOPT_SECTION_NONE);

  if (self->preview)
    return;

  MoptTable *table = mopt_table_new (3);
  for (guint i = 0; i < MOPT_KEYRING_N_SIDES; i++)
    {
      g_autofree char *reason = NULL;
      const char *state = mopt_explain_password (self, mopt_keyring_sections[i], &reason);

      mopt_table_add (table, (const char *[]){ side_names[i], state, reason != NULL ? reason : "" });
    }
  g_print ("\n%s\n", _ ("passwords"));
  mopt_table_print (table, 2);
}

int
mopt_verb_explain (const char *const *args)
{
  gboolean json = FALSE;
  g_autofree char *as = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    MOPT_PREVIEW_OPTION (&as),
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 1);
  g_auto (MoptExplained) explained = { 0 };
  int code = MOPT_EXIT_FAILED;
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = mopt_preview_load (as, args[0], &code);
  MoptAccount *account = accounts != NULL ? mopt_cli_find (accounts, words[0], &code) : NULL;
  if (account == NULL)
    return code;
  if (!mopt_explained_init (&explained, accounts, account, as != NULL, &error))
    return mopt_cli_fail (error);
  if (json)
    mopt_explain_json (&explained);
  else
    explain (&explained);
  return MOPT_EXIT_DONE;
}
