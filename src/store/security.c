/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/paths.h"
#include "store/keyfile.h"
#include "store/security-name.h"
#include "store/security.h"

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

static gboolean
fail_in_doubt (const char *path, guint line, GError **error)
{
  return fail_at (path, line,
                  _ ("This may have been the name of this server in brackets: its account, its protocol and its host."),
                  error);
}

/* FALSE + MOPT_ERROR_SECURITY_UNREADABLE where something that was a level is there, and may be that of the server. */
static gboolean
check_no_doubt (MoptKeyfile *file, const char *path, const char *account_id, const MoptServer *server, GError **error)
{
  guint line = mopt_security_text_find_doubt (file, account_id, server);

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file) && line == 0; i++)
    {
      const MoptKeyfileGroup *info = mopt_keyfile_get_group (file, i);

      if (mopt_security_name_match (info->name, account_id, server) == MOPT_NAME_DOUBTFUL
          && (info->problem != NULL || mopt_keyfile_get_line (file, i, "TLS") != 0
              || mopt_keyfile_get_line (file, i, "Strength") != 0))
        line = info->line;
    }
  return line == 0 || fail_in_doubt (path, line, error);
}

/* What is known of the server, and in @own_level (out, optional) the level that its very port has; the level of the
 * result is that of all ports. */
static MoptKnownServer *
read_known (MoptKeyfile *file, const char *path, const char *account_id, const MoptServer *server,
            MoptLevel *own_level, GError **error)
{
  g_autoptr (MoptKnownServer) known = mopt_known_server_new (), own = mopt_known_server_new ();

  if (!check_no_doubt (file, path, account_id, server, error))
    return NULL;
  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    {
      MoptNameMatch match = mopt_security_name_match (mopt_keyfile_get_group (file, i)->name, account_id, server);
      MoptLevel level;

      if (match < MOPT_NAME_SAME_HOST)
        continue;
      if (!read_level (file, i, path, &level, error))
        return NULL;
      mopt_known_server_raise (known, level);
      if (match != MOPT_NAME_SAME)
        continue;
      mopt_known_server_raise (own, level);
      read_consents (file, i, known);
    }
  if (own_level != NULL)
    *own_level = own->level;
  return g_steal_pointer (&known);
}

/* All there is of the very port of the server becomes @known. In place where there is one group and it is sound, so
 * that comments and unknown keys stay. */
static void
write_known (MoptKeyfile *file, const char *account_id, const MoptServer *server, const MoptKnownServer *known)
{
  gboolean is_empty = mopt_known_server_is_empty (known);
  int group = -1;

  for (guint i = mopt_keyfile_get_n_groups (file); i > 0; i--)
    {
      int one = (int) i - 1;

      if (mopt_security_name_match (mopt_keyfile_get_group (file, one)->name, account_id, server) != MOPT_NAME_SAME)
        continue;
      if (group >= 0)
        g_bytes_unref (mopt_keyfile_remove (file, group));
      group = one;
    }
  if (group >= 0 && (is_empty || !mopt_keyfile_check_group (file, group, NULL)))
    {
      g_bytes_unref (mopt_keyfile_remove (file, group));
      group = -1;
    }
  if (is_empty)
    return;
  if (group < 0)
    {
      g_autofree char *name = mopt_security_name_make (account_id, server);

      group = mopt_keyfile_append (file, name);
    }

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
  g_autoptr (MoptKeyfile) file = mopt_security_text_mend (text, length, account_id, NULL);
  return read_known (file, path, account_id, server, NULL, error);
}

typedef struct
{
  const char *path;
  const char *id;           /* of the account */
  const MoptServer *server; /* for edit and forget_level */
  MoptSecurityEdit edit;
  gpointer edit_data;
  const char *new_id; /* for follow */
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
  g_autoptr (MoptKeyfile) file = mopt_security_text_mend (text, length, change->id, NULL);
  g_autoptr (MoptKnownServer) known = read_known (file, change->path, change->id, change->server, &own, error);

  if (known == NULL)
    return NULL;
  before = known->level;
  if (!change->edit (known, change->edit_data))
    return NULL;
  if (mopt_level_compare (known->level, before) == 0)
    known->level = own; /* the rest stands in another group already */
  write_known (file, change->id, change->server, known);
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_edit (const char *account_id, const MoptServer *server, MoptSecurityEdit edit, gpointer user_data,
                    GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  Change change = { .path = path, .id = account_id, .server = server, .edit = edit, .edit_data = user_data };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, on_edit, &change, error);
}

/* The servers that groups of the account name, each port for itself (element-type MoptServer; the host is its own). */
static GPtrArray *
list_servers (MoptKeyfile *file, const char *account_id)
{
  GPtrArray *servers = g_ptr_array_new ();

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    {
      const char *name = mopt_keyfile_get_group (file, i)->name;
      g_autofree MoptServer *server = g_new0 (MoptServer, 1);

      if (mopt_security_name_has_id (name, account_id) && mopt_security_name_read (name, server))
        g_ptr_array_add (servers, g_steal_pointer (&server));
    }
  return servers;
}

static void
free_servers (GPtrArray *servers)
{
  for (guint i = 0; i < servers->len; i++)
    {
      g_free (((MoptServer *) servers->pdata[i])->host);
      g_free (servers->pdata[i]);
    }
  g_ptr_array_unref (servers);
}

static void
forget_level_on_port (MoptKeyfile *file, const char *account_id, const MoptServer *server)
{
  g_autoptr (MoptKnownServer) left = mopt_known_server_new ();

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    if (mopt_security_name_match (mopt_keyfile_get_group (file, i)->name, account_id, server) == MOPT_NAME_SAME)
      read_consents (file, i, left);
  write_known (file, account_id, server, left);
}

static char *
on_forget_level (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Change *change = user_data;
  g_autoptr (MoptKeyfile) file = mopt_security_text_mend (text, length, change->id, change->server);
  GPtrArray *servers = list_servers (file, change->id);

  for (guint i = mopt_keyfile_get_n_groups (file); i > 0; i--)
    if (mopt_security_name_match (mopt_keyfile_get_group (file, i - 1)->name, change->id, change->server)
        == MOPT_NAME_DOUBTFUL)
      g_bytes_unref (mopt_keyfile_remove (file, i - 1));
  for (guint i = 0; i < servers->len; i++)
    {
      const MoptServer *server = servers->pdata[i];

      if (server->protocol == change->server->protocol && g_str_equal (server->host, change->server->host))
        forget_level_on_port (file, change->id, server);
    }
  free_servers (servers);
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_forget_level (const char *account_id, const MoptServer *server, GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  Change change = { .id = account_id, .server = server };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, on_forget_level, &change, error);
}

static char *
on_forget (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Change *change = user_data;
  g_autoptr (MoptKeyfile) file = mopt_security_text_mend (text, length, change->id, NULL);

  for (guint i = mopt_keyfile_get_n_groups (file); i > 0; i--)
    if (mopt_security_name_has_id (mopt_keyfile_get_group (file, i - 1)->name, change->id))
      g_bytes_unref (mopt_keyfile_remove (file, i - 1));
  return new_text (file, text, length, new_length);
}

gboolean
mopt_security_forget (const char *account_id, GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  Change change = { .id = account_id };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, on_forget, &change, error);
}

/* Whether it is certain what there is of the account, whatever its servers. */
static gboolean
check_account (MoptKeyfile *file, const char *path, const char *account_id, GError **error)
{
  guint line = mopt_security_text_find_doubt (file, account_id, NULL);

  for (guint i = 0; i < mopt_keyfile_get_n_groups (file) && line == 0; i++)
    {
      const MoptKeyfileGroup *info = mopt_keyfile_get_group (file, i);
      MoptServer server = { 0 };

      if (!mopt_security_name_has_id (info->name, account_id))
        continue;
      if (!mopt_security_name_read (info->name, &server))
        line = info->line;
      g_free (server.host);
    }
  return line == 0 || fail_in_doubt (path, line, error);
}

static gboolean
follow_one (MoptKeyfile *file, const MoptServer *server, const Change *change, GError **error)
{
  MoptLevel old_level, new_level;
  g_autoptr (MoptKnownServer) old = read_known (file, change->path, change->id, server, &old_level, error);
  g_autoptr (MoptKnownServer) new
      = old != NULL ? read_known (file, change->path, change->new_id, server, &new_level, error) : NULL;
  g_autoptr (MoptKnownServer) left = mopt_known_server_new ();

  if (new == NULL)
    return FALSE;
  new->level = new_level;
  old->level = left->level = old_level;
  write_known (file, change->id, server, left);
  /* what it consented to under its new name it knows itself; no level falls */
  gboolean is_new = mopt_known_server_is_empty (new);
  mopt_known_server_raise (new, old_level);
  write_known (file, change->new_id, server, is_new ? old : new);
  return TRUE;
}

static char *
on_follow (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Change *change = user_data;
  g_autoptr (MoptKeyfile) file = mopt_security_text_mend (text, length, change->id, NULL);
  gboolean ok = check_account (file, change->path, change->id, error);
  GPtrArray *servers = list_servers (file, change->id);

  for (guint i = 0; ok && i < servers->len; i++)
    ok = follow_one (file, servers->pdata[i], change, error);
  free_servers (servers);
  return ok ? new_text (file, text, length, new_length) : NULL;
}

gboolean
mopt_security_follow (const char *old_id, const char *new_id, GError **error)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  Change change = { .path = path, .id = old_id, .new_id = new_id };

  return mopt_file_update (path, MOPT_FILE_DURABLE, on_follow, &change, error);
}
