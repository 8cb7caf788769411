/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/near.h"
#include "base/person.h"
#include "model/audience.h"
#include "model/publication-keys.h"
#include "model/text.h"
#include "store/account-reader.h"
#include "store/published-lint-private.h"

static void
finding_free (gpointer data)
{
  MoptLintFinding *finding = data;

  g_free (finding->file);
  g_free (finding->account);
  g_free (finding->text);
  g_free (finding);
}

static void
add (MoptLint *self, MoptLintSeverity severity, const char *id, guint line, const char *code, char *text)
{
  MoptLintFinding *finding = g_new0 (MoptLintFinding, 1);

  finding->severity = severity;
  finding->file = g_strdup (self->path);
  finding->line = line;
  finding->account = g_strdup (id);
  finding->code = code;
  finding->text = text;
  g_ptr_array_add (self->findings, finding);
}

void
mopt_lint_add (MoptLint *self, MoptLintSeverity severity, const char *id, guint line, const char *code,
               const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add (self, severity, id, line, code, g_strdup_vprintf (format, args));
  va_end (args);
}

/* All that the reader of the format finds wrong keeps a desktop from using it. */
static void
on_told (gpointer data, const char *id, guint line, const char *code, const char *reason)
{
  add (data, MOPT_LINT_ERROR, id, line, code, g_strdup (reason));
}

/* --- Keys that nobody reads ----------------------------------------------------------------------------------------
 */

/* A misspelt name of a file with a password is no password. */
static gboolean
sounds_secret (const char *key)
{
  static const char *const words[] = { "password", "passwd", "passphrase", "secret", "token" };
  g_autofree char *folded = g_ascii_strdown (key, -1);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (folded, words[i]) != NULL)
      return strstr (folded, "file") == NULL;
  return FALSE;
}

/* The one of @known that is meant: but for case, or nearly. */
static const char *
near_key (const char *key, const char *const *known)
{
  for (guint i = 0; known[i] != NULL; i++)
    if (g_ascii_strcasecmp (known[i], key) == 0)
      return known[i];
  return mopt_near (key, known);
}

void
mopt_lint_unknown_key (MoptLint *self, const char *id, guint line, const char *key, const char *const *known)
{
  const char *near = near_key (key, known);
  g_autofree char *shown = mopt_text_shorten (key);

  if (sounds_secret (key))
    mopt_lint_add (
        self, MOPT_LINT_ERROR, id, line, "secret",
        _ ("“%s” looks like a secret, and everyone can read this file. Delete the line; a password that users "
           "share is a file of its own, see “incoming-password-file”."),
        shown);
  else if (near != NULL)
    mopt_lint_add (self, MOPT_LINT_WARNING, id, line, "unknown-key", _ ("“%s” means nothing here. Did you mean “%s”?"),
                   shown, near);
  else
    mopt_lint_add (self, MOPT_LINT_WARNING, id, line, "unknown-key", _ ("“%s” means nothing here."), shown);
}

/* --- Audiences -----------------------------------------------------------------------------------------------------
 */

static gboolean
is_known (MoptLint *self, const char *word)
{
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->known_words, word));

  if (known == 0)
    {
      known = (*word == '@' ? mopt_person_is_group (word + 1) : mopt_person_is_user (word)) ? 1 : 2;
      g_hash_table_insert (self->known_words, g_strdup (word), GUINT_TO_POINTER (known));
    }
  return known == 1;
}

void
mopt_lint_audience (MoptLint *self, const char *id, guint line, const char *const *words)
{
  static const char *const keywords[] = { "everyone", "nobody", NULL };

  if (!(self->flags & MOPT_LINT_SYSTEM))
    return;
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      const char *near = near_key (words[i], keywords);

      if (g_strv_contains (keywords, words[i]) || is_known (self, words[i]))
        continue;
      if (near != NULL)
        mopt_lint_add (self, MOPT_LINT_WARNING, id, line, "no-such-user",
                       _ ("This computer knows no user “%s”. Did you mean “%s”?"), words[i], near);
      else if (words[i][0] == '@')
        mopt_lint_add (self, MOPT_LINT_WARNING, id, line, "no-such-group", _ ("This computer knows no group “%s”."),
                       words[i] + 1);
      else
        mopt_lint_add (self, MOPT_LINT_WARNING, id, line, "no-such-user", _ ("This computer knows no user “%s”."),
                       words[i]);
    }
}

/* --- The general part ----------------------------------------------------------------------------------------------
 */

static guint
line_of (MoptLint *self, int group, const char *key)
{
  guint line = mopt_keyfile_get_line (self->file, group, key);

  return line != 0 ? line : mopt_keyfile_get_group (self->file, group)->line;
}

/* The default account is one that somebody can have. */
static void
lint_default (MoptLint *self, int group)
{
  const char *id = self->said->publication->default_id;
  MoptAccount *account = mopt_published_text_get (self->said, id);

  if (*id == '\0')
    return;
  if (account == NULL)
    mopt_lint_add (self, MOPT_LINT_WARNING, NULL, line_of (self, group, "Default"), "default-account",
                   _ ("There is no account “%s” in this file to be the default."), id);
  else if (!g_str_equal (mopt_account_get_term (account, MOPT_TERM_AVAILABLE), "true")
           || mopt_account_has_term (account, MOPT_TERM_WITHDRAWN))
    mopt_lint_add (self, MOPT_LINT_WARNING, id, line_of (self, group, "Default"), "default-account",
                   _ ("The default account “%s” is not available to anyone."), id);
}

static void
lint_prefix (MoptLint *self, int group)
{
  if (*self->said->publication->prefix != '\0')
    return;
  for (guint i = 0; i < self->said->accounts->len; i++)
    {
      MoptAccount *account = self->said->accounts->pdata[i];

      if (!mopt_account_get_boolean (account, MOPT_FIELD_CONVERSATION_ID_ADD))
        continue;
      mopt_lint_add (
          self, MOPT_LINT_WARNING, NULL, mopt_keyfile_get_group (self->file, group)->line, "no-prefix",
          _ ("Conversation IDs are added (by “%s”), but there is no ConversationPrefix: each user would draw "
             "one, and none would know the others'."),
          mopt_account_get_name (account));
      return;
    }
}

static void
lint_length (MoptLint *self, int group, const char *key, const char *text, guint max)
{
  if (g_utf8_strlen (text, -1) > (glong) max)
    mopt_lint_add (self, MOPT_LINT_WARNING, NULL, line_of (self, group, key), "long-text",
                   _ ("%s has more than %u characters; users will see its beginning only."), key, max);
}

static void
lint_general (MoptLint *self, int group)
{
  const MoptPublication *publication = self->said->publication;
  const char *known[MOPT_N_PUBLICATION_KEYS + 2] = { MOPT_PUBLISHED_FORMAT_KEY };
  const char *key;
  guint line = 0;

  for (guint i = 0; i < MOPT_N_PUBLICATION_KEYS; i++)
    known[i + 1] = mopt_publication_key_name (i);
  while ((key = mopt_keyfile_next_key (self->file, group, &line)) != NULL)
    if (!g_strv_contains (known, key))
      mopt_lint_unknown_key (self, NULL, line, key, known);

  if (publication->expires != 0 && publication->expires <= g_get_real_time () / G_USEC_PER_SEC)
    mopt_lint_add (self, MOPT_LINT_ERROR, NULL, line_of (self, group, "Expires"), "expired",
                   _ ("The date in Expires has passed: no desktop accepts this file any more."));
  if (publication->serial == 0)
    mopt_lint_add (self, MOPT_LINT_WARNING, NULL, line_of (self, group, "Serial"), "no-serial",
                   _ ("There is no Serial: desktops could not tell an older copy of this file from a newer one."));
  lint_length (self, group, "Organization", publication->organization, MOPT_PUBLICATION_NAME_MAX);
  lint_length (self, group, "Contact", publication->contact, MOPT_PUBLICATION_NAME_MAX);
  lint_length (self, group, "Reason", publication->reason, MOPT_PUBLICATION_REASON_MAX);
  lint_default (self, group);
  lint_prefix (self, group);
}

static void
lint_rights (MoptLint *self, guint group)
{
  const char *known[MOPT_N_RIGHTS + 1] = { NULL };
  const char *key;
  guint line = 0;

  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    {
      known[i] = mopt_right_name (i);
      mopt_lint_audience (self, NULL, mopt_keyfile_get_line (self->file, group, known[i]),
                          (const char *const *) self->said->publication->rights[i]);
    }
  while ((key = mopt_keyfile_next_key (self->file, group, &line)) != NULL)
    if (!g_strv_contains (known, key))
      mopt_lint_unknown_key (self, NULL, line, key, known);
}

/* --- The file ------------------------------------------------------------------------------------------------------
 */

static void
lint_unknown_group (MoptLint *self, const MoptKeyfileGroup *group)
{
  static const char *const known[] = { MOPT_PUBLISHED_GENERAL, MOPT_PUBLISHED_RIGHTS, "Account", NULL };
  g_autofree char *first = g_strndup (group->name, strcspn (group->name, " "));
  g_autofree char *shown = mopt_text_shorten (group->name);
  const char *near = near_key (first, known);

  if (g_strcmp0 (near, "Account") == 0)
    mopt_lint_add (self, MOPT_LINT_WARNING, NULL, group->line, "unknown-group",
                   _ ("[%s] means nothing here. An account begins with [Account ID]."), shown);
  else if (near != NULL)
    mopt_lint_add (self, MOPT_LINT_WARNING, NULL, group->line, "unknown-group",
                   _ ("[%s] means nothing here. Did you mean [%s]?"), shown, near);
  else
    mopt_lint_add (self, MOPT_LINT_WARNING, NULL, group->line, "unknown-group", _ ("[%s] means nothing here."), shown);
}

static void
lint_groups (MoptLint *self)
{
  for (guint i = 0; i < mopt_keyfile_get_n_groups (self->file); i++)
    {
      const MoptKeyfileGroup *group = mopt_keyfile_get_group (self->file, i);
      gboolean is_account = g_str_has_prefix (group->name, MOPT_ACCOUNT_GROUP);

      if (mopt_keyfile_find (self->file, group->name) != (int) i)
        continue; /* a duplicate, which has been told */
      if (is_account)
        mopt_lint_account (self, i, mopt_published_text_get (self->said, group->name + strlen (MOPT_ACCOUNT_GROUP)));
      else if (g_str_equal (group->name, MOPT_PUBLISHED_GENERAL))
        lint_general (self, i);
      else if (g_str_equal (group->name, MOPT_PUBLISHED_RIGHTS))
        lint_rights (self, i);
      else
        lint_unknown_group (self, group);
    }
}

static void
lint_whole (MoptLint *self)
{
  gsize length;
  const char *text = mopt_keyfile_get_text (self->file, &length);
  guint lines = 1;

  for (gsize i = 0; i < length; i++)
    lines += text[i] == '\n';
  if (length > 0 && text[length - 1] != '\n')
    mopt_lint_add (self, MOPT_LINT_WARNING, NULL, lines, "cut-off",
                   _ ("The last line has no end. Make sure that nothing is missing there."));
  if (self->said->accounts->len == 0 && mopt_keyfile_find (self->file, MOPT_PUBLISHED_GENERAL) >= 0)
    mopt_lint_add (self, MOPT_LINT_WARNING, NULL, 0, "no-accounts", _ ("No account is published."));
}

/* By line; what belongs to none comes first. */
static int
compare (gconstpointer a, gconstpointer b)
{
  const MoptLintFinding *first = *(MoptLintFinding *const *) a, *second = *(MoptLintFinding *const *) b;

  if (first->line == second->line)
    return (int) first->severity - (int) second->severity;
  return first->line < second->line ? -1 : 1;
}

GPtrArray *
mopt_published_lint (GBytes *text, const char *path, MoptLintFlags flags)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (bytes, length);
  g_autoptr (GHashTable) known_words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  MoptLint self = { file, path, flags, NULL, g_ptr_array_new_with_free_func (finding_free), known_words, names };
  g_autoptr (MoptPublishedText) said = mopt_published_text_check (file, path, on_told, &self);

  self.said = said;
  lint_groups (&self);
  lint_whole (&self);
  g_ptr_array_sort (self.findings, compare);
  return self.findings;
}

guint
mopt_published_lint_count_errors (GPtrArray *findings)
{
  guint n = 0;

  for (guint i = 0; i < findings->len; i++)
    n += ((MoptLintFinding *) findings->pdata[i])->severity == MOPT_LINT_ERROR;
  return n;
}

const char *
mopt_lint_severity_name (MoptLintSeverity severity)
{
  return severity == MOPT_LINT_ERROR ? "error" : "warning";
}
