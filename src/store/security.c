/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/paths.h"
#include "store/keyfile.h"
#include "store/security.h"

/* Ids, protocols and hosts have no spaces. What is known on every port has this name, or this and a space before
 * the custom one. */
static char *
name_of_server (const char *account_id, const MoptServer *server)
{
  return g_strdup_printf ("%s %s %s", account_id, mopt_protocol_name (server->protocol), server->host);
}

static char *
group_of (const char *account_id, const MoptServer *server)
{
  g_autofree char *name = name_of_server (account_id, server);

  if (server->custom_port == 0)
    return g_steal_pointer (&name);
  return g_strdup_printf ("%s %u", name, server->custom_port);
}

static gboolean
belongs_to (const char *group, const char *account_id)
{
  gsize length = strlen (account_id);

  return strncmp (group, account_id, length) == 0 && group[length] == ' ';
}

static gboolean
is_of_server (const char *group, const char *server)
{
  return g_str_equal (group, server) || belongs_to (group, server);
}

/* ---- a group as text and as data ---- */

/* "993 4F:…:9A 2027-11-21T00:00:00Z" */
static void
read_trusted (const char *text, MoptKnownServer *known)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint64 port;

  if (g_strv_length (words) != 3 || !mopt_number (words[0], 1, G_MAXUINT16, &port))
    return;

  g_autofree char *sha256 = mopt_trusted_fingerprint (words[1]);
  g_autoptr (GDateTime) until = g_date_time_new_from_iso8601 (words[2], NULL);
  if (sha256 != NULL && until != NULL)
    mopt_known_server_trust (known, (guint16) port, sha256, g_date_time_to_unix (until));
}

static char *
write_trusted (const MoptTrusted *trusted)
{
  g_autoptr (GDateTime) until = g_date_time_new_from_unix_utc (trusted->until);
  g_autofree char *date = until != NULL ? g_date_time_format_iso8601 (until) : NULL;

  return g_strdup_printf ("%u %s %s", trusted->port, trusted->sha256, date != NULL ? date : "");
}

static gboolean
fail_at (const char *path, guint line, const char *reason, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE, _ ("%s, line %u: %s"), shown, line, reason);
  return FALSE;
}

/* The one thing that protects by being there: FALSE + MOPT_ERROR_SECURITY_UNREADABLE where it is not certain. */
static gboolean
read_level (MoptKeyfile *file, guint group, const char *path, MoptLevel *level, GError **error)
{
  const MoptKeyfileGroup *info = mopt_keyfile_get_group (file, group);
  g_autoptr (GError) cause = NULL;
  const char *key = "TLS";

  *level = (MoptLevel){ FALSE, MOPT_STRENGTH_NONE };
  if (info->problem != NULL)
    return fail_at (path, info->problem_line, info->problem, error);
  level->tls = mopt_keyfile_get_boolean (file, group, key, FALSE, &cause);
  if (cause == NULL)
    {
      g_autofree char *strength = mopt_keyfile_get_string (file, group, key = "Strength", &cause);

      if (strength != NULL && !mopt_strength_by_name (strength, &level->strength))
        /* Translators: the name of a key in a file, and what stands there */
        g_set_error (&cause, MOPT_ERROR, MOPT_ERROR_INVALID, _ ("“%s” has no value “%s”."), key, strength);
    }
  return cause == NULL || fail_at (path, mopt_keyfile_get_line (file, group, key), cause->message, error);
}

/* What the person consented to counts for one port. What makes no sense there is left out, on purpose: it is asked for
 * again. */
static void
read_consents (MoptKeyfile *file, guint group, MoptKnownServer *known)
{
  g_auto (GStrv) trusted = mopt_keyfile_get_list (file, group, "Trusted", NULL);

  known->unencrypted_agreed |= mopt_keyfile_get_boolean (file, group, "UnencryptedAgreed", FALSE, NULL);
  for (guint i = 0; trusted != NULL && trusted[i] != NULL; i++)
    read_trusted (trusted[i], known);
}

/* What the group called @name says, and in @own_level (out, optional) its level; the level of the result is that of
 * all groups of @server (nullable: of that group alone). */
static MoptKnownServer *
read_known (MoptKeyfile *file, const char *path, const char *name, const char *server, MoptLevel *own_level,
            GError **error)
{
  g_autoptr (MoptKnownServer) known = mopt_known_server_new ();

  if (own_level != NULL)
    *own_level = known->level;
  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    {
      const char *group = mopt_keyfile_get_group (file, i)->name;
      gboolean own = g_str_equal (group, name);
      MoptLevel level;

      if (!own && (server == NULL || !is_of_server (group, server)))
        continue;
      if (!read_level (file, i, path, &level, error))
        return NULL;
      mopt_known_server_raise (known, level);
      if (own)
        read_consents (file, i, known);
      if (own && own_level != NULL)
        *own_level = level;
    }
  return g_steal_pointer (&known);
}

static void
remove_groups (MoptKeyfile *file, const char *name)
{
  int group;

  while ((group = mopt_keyfile_find (file, name)) >= 0)
    g_bytes_unref (mopt_keyfile_remove (file, group));
}

/* In place where the group is sound, so that comments and unknown keys stay. */
static void
write_known (MoptKeyfile *file, const char *name, const MoptKnownServer *known)
{
  int group = mopt_keyfile_find (file, name);

  if (!mopt_keyfile_check_group (file, group, NULL) || mopt_known_server_is_empty (known))
    {
      remove_groups (file, name);
      group = -1;
    }
  if (mopt_known_server_is_empty (known))
    return;
  if (group < 0)
    group = mopt_keyfile_append (file, name);

  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  for (guint i = 0; i < known->trusted->len; i++)
    {
      g_autofree char *line = write_trusted (g_ptr_array_index (known->trusted, i));

      g_strv_builder_add (lines, line);
    }
  g_auto (GStrv) trusted = g_strv_builder_end (lines);
  mopt_keyfile_set_string (file, group, "TLS", known->level.tls ? "true" : NULL);
  mopt_keyfile_set_string (file, group, "Strength",
                           known->level.strength != MOPT_STRENGTH_NONE ? mopt_strength_name (known->level.strength)
                                                                       : NULL);
  mopt_keyfile_set_string (file, group, "UnencryptedAgreed", known->unencrypted_agreed ? "true" : NULL);
  if (trusted[0] != NULL)
    mopt_keyfile_set_list (file, group, "Trusted", (const char *const *) trusted);
  else
    mopt_keyfile_set_string (file, group, "Trusted", NULL);
}

/* ---- the file ---- */

MoptKnownServer *
mopt_security_get (const char *account_id, const MoptServer *server, GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  gsize length;
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = mopt_file_read (path, &length, NULL, &cause);

  if (text == NULL)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE, cause->message);
      return NULL;
    }
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autofree char *name = group_of (account_id, server);
  g_autofree char *all = name_of_server (account_id, server);
  return read_known (file, path, name, all, NULL, error);
}

typedef struct
{
  const char *path;
  const char *name;   /* of the group, for edit */
  const char *server; /* the start of the names of all its groups, for edit and forget_level */
  MoptSecurityEdit edit;
  gpointer edit_data;
  const char *old_id, *new_id; /* for forget and follow */
} Change;

static char *
new_text (MoptKeyfile *file, const char *text, gsize length, gsize *new_length)
{
  g_autofree char *made = mopt_keyfile_dup_text (file, new_length);

  if (*new_length == length && memcmp (made, text, length) == 0)
    return NULL;
  return g_steal_pointer (&made);
}

static char *
on_edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  Change *change = user_data;
  MoptLevel own, before;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (MoptKnownServer) known = read_known (file, change->path, change->name, change->server, &own, error);

  if (known == NULL)
    return NULL;
  before = known->level;
  if (!change->edit (known, change->edit_data))
    return NULL;
  if (mopt_level_compare (known->level, before) == 0)
    known->level = own; /* the rest stands in another group already */
  write_known (file, change->name, known);
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_edit (const char *account_id, const MoptServer *server, MoptSecurityEdit edit, gpointer user_data,
                    GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  g_autofree char *name = group_of (account_id, server);
  g_autofree char *all = name_of_server (account_id, server);
  Change change = { .path = path, .name = name, .server = all, .edit = edit, .edit_data = user_data };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, on_edit, &change, error);
}

/* The names of the groups that are @whose, each once. */
static GPtrArray *
list_names (MoptKeyfile *file, gboolean (*is_of) (const char *group, const char *whose), const char *whose)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    {
      const char *name = mopt_keyfile_get_group (file, i)->name;

      if (is_of (name, whose) && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, g_strdup (name));
    }
  return names;
}

static char *
on_forget_level (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Change *change = user_data;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (GPtrArray) names = list_names (file, is_of_server, change->server);

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (MoptKnownServer) left = mopt_known_server_new ();

      for (guint j = 0; j < mopt_keyfile_get_n_groups (file); j++)
        if (g_str_equal (mopt_keyfile_get_group (file, j)->name, names->pdata[i]))
          read_consents (file, j, left);
      write_known (file, names->pdata[i], left);
    }
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_forget_level (const char *account_id, const MoptServer *server, GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  g_autofree char *all = name_of_server (account_id, server);
  Change change = { .server = all };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, on_forget_level, &change, error);
}

static char *
on_forget (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Change *change = user_data;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);

  for (guint i = mopt_keyfile_get_n_groups (file); i > 0; i--)
    if (belongs_to (mopt_keyfile_get_group (file, i - 1)->name, change->old_id))
      g_bytes_unref (mopt_keyfile_remove (file, i - 1));
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_forget (const char *account_id, GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  Change change = { .old_id = account_id };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, on_forget, &change, error);
}

static gboolean
follow_one (MoptKeyfile *file, const char *name, const Change *change, GError **error)
{
  g_autofree char *new_name = g_strconcat (change->new_id, name + strlen (change->old_id), NULL);
  g_autoptr (MoptKnownServer) known = read_known (file, change->path, name, NULL, NULL, error);
  g_autoptr (MoptKnownServer) left = mopt_known_server_new ();

  if (known == NULL)
    return FALSE;
  left->level = known->level;
  write_known (file, name, left);
  if (mopt_keyfile_find (file, new_name) < 0)
    write_known (file, new_name, known);
  return TRUE;
}

static char *
on_follow (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Change *change = user_data;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (GPtrArray) names = list_names (file, belongs_to, change->old_id);

  for (guint i = 0; i < names->len; i++)
    if (!follow_one (file, g_ptr_array_index (names, i), change, error))
      return NULL;
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_follow (const char *old_id, const char *new_id, GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  Change change = { .path = path, .old_id = old_id, .new_id = new_id };

  return mopt_file_update (path, MOPT_FILE_DURABLE, on_follow, &change, error);
}
