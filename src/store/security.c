/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/security.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/paths.h"
#include "store/keyfile.h"

/* Ids, protocols and hosts have no spaces. */
static char *
group_of (const char *account_id, const MoptServer *server)
{
  const char *protocol = mopt_protocol_name (server->protocol);

  if (server->custom_port == 0)
    return g_strdup_printf ("%s %s %s", account_id, protocol, server->host);
  return g_strdup_printf ("%s %s %s %u", account_id, protocol, server->host, server->custom_port);
}

static gboolean
belongs_to (const char *group, const char *account_id)
{
  gsize length = strlen (account_id);

  return strncmp (group, account_id, length) == 0 && group[length] == ' ';
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

/* What makes no sense is left out: errors of single values are dropped here on purpose. */
static void
read_group (MoptKeyfile *file, guint group, MoptKnownServer *known)
{
  MoptLevel level = { mopt_keyfile_get_boolean (file, group, "TLS", FALSE, NULL), MOPT_STRENGTH_NONE };
  g_autofree char *strength = mopt_keyfile_get_string (file, group, "Strength", NULL);
  g_auto (GStrv) trusted = mopt_keyfile_get_list (file, group, "Trusted", NULL);

  if (strength != NULL)
    mopt_strength_by_name (strength, &level.strength);
  mopt_known_server_raise (known, level);
  known->unencrypted_agreed |= mopt_keyfile_get_boolean (file, group, "UnencryptedAgreed", FALSE, NULL);
  for (guint i = 0; trusted != NULL && trusted[i] != NULL; i++)
    read_trusted (trusted[i], known);
}

/* A server that stands there twice, by hand, has learned both. */
static MoptKnownServer *
read_known (MoptKeyfile *file, const char *name)
{
  MoptKnownServer *known = mopt_known_server_new ();

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    if (g_str_equal (mopt_keyfile_get_group (file, i)->name, name))
      read_group (file, i, known);
  return known;
}

static guint
count_groups (MoptKeyfile *file, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    n += g_str_equal (mopt_keyfile_get_group (file, i)->name, name);
  return n;
}

static void
remove_groups (MoptKeyfile *file, const char *name)
{
  int group;

  while ((group = mopt_keyfile_find (file, name)) >= 0)
    g_bytes_unref (mopt_keyfile_remove (file, group));
}

/* In place where it can be, so that comments and unknown keys stay. */
static void
write_known (MoptKeyfile *file, const char *name, const MoptKnownServer *known)
{
  int group = mopt_keyfile_find (file, name);
  gboolean in_place = group >= 0 && mopt_keyfile_check_group (file, group, NULL) && count_groups (file, name) == 1;

  if (!in_place || mopt_known_server_is_empty (known))
    remove_groups (file, name);
  if (mopt_known_server_is_empty (known))
    return;
  if (!in_place)
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
  g_autofree char *text = mopt_file_read (path, &length, NULL, error);

  if (text == NULL)
    return NULL;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autofree char *name = group_of (account_id, server);
  return read_known (file, name);
}

typedef struct
{
  const char *name; /* of the group, for edit */
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
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (MoptKnownServer) known = read_known (file, change->name);

  if (!change->edit (known, change->edit_data))
    return NULL;
  write_known (file, change->name, known);
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_edit (const char *account_id, const MoptServer *server, MoptSecurityEdit edit, gpointer user_data,
                    GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  g_autofree char *name = group_of (account_id, server);
  Change change = { .name = name, .edit = edit, .edit_data = user_data };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, on_edit, &change, error);
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

static void
follow_one (MoptKeyfile *file, const char *name, const Change *change)
{
  g_autofree char *new_name = g_strconcat (change->new_id, name + strlen (change->old_id), NULL);
  g_autoptr (MoptKnownServer) known = read_known (file, name);
  g_autoptr (MoptKnownServer) left = mopt_known_server_new ();

  left->level = known->level;
  write_known (file, name, left);
  if (mopt_keyfile_find (file, new_name) < 0)
    write_known (file, new_name, known);
}

static char *
on_follow (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Change *change = user_data;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    {
      const char *name = mopt_keyfile_get_group (file, i)->name;

      if (belongs_to (name, change->old_id) && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, g_strdup (name));
    }
  for (guint i = 0; i < names->len; i++)
    follow_one (file, g_ptr_array_index (names, i), change);
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_follow (const char *old_id, const char *new_id, GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  Change change = { .old_id = old_id, .new_id = new_id };

  return mopt_file_update (path, MOPT_FILE_DURABLE, on_follow, &change, error);
}
