/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passwords.conf: a group for each note, "OLD NEW" or "OLD"; ids have no spaces. The program's own notes: what cannot
 * be read is dropped. */
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/paths.h"
#include "store/secrets-pending.h"
#include "store/security.h"

#define KEEP_S (24 * 60 * 60) /* how long a note waits for its account: another program may just be writing it */

static GKeyFile *
parse (const char *text, gsize length)
{
  GKeyFile *file = g_key_file_new ();

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    {
      g_key_file_unref (file);
      file = g_key_file_new ();
    }
  return file;
}

static GKeyFile *
read_notes (void)
{
  g_autofree char *path = mopt_paths_state ("passwords.conf");
  gsize length;
  g_autofree char *text = mopt_file_read (path, &length, NULL, NULL);

  return text != NULL ? parse (text, length) : g_key_file_new ();
}

/* --- Writing ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *group;
  gboolean add;
} Edit;

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Edit *wanted = user_data;
  g_autoptr (GKeyFile) file = parse (text, length);

  if (g_key_file_has_group (file, wanted->group) == wanted->add)
    return NULL;
  if (wanted->add)
    g_key_file_set_int64 (file, wanted->group, "Since", g_get_real_time () / G_USEC_PER_SEC);
  else
    g_key_file_remove_group (file, wanted->group, NULL);
  return g_key_file_to_data (file, new_length, NULL);
}

static gboolean
write_note (const char *group, gboolean add, MoptFileFlags flags, GError **error)
{
  g_autofree char *path = mopt_paths_state ("passwords.conf");
  Edit wanted = { group, add };

  return mopt_file_update (path, flags, edit, &wanted, error);
}

static char *
group_of (const char *old_id, const char *new_id)
{
  return new_id != NULL ? g_strdup_printf ("%s %s", old_id, new_id) : g_strdup (old_id);
}

gboolean
mopt_secrets_pending_add (const char *old_id, const char *new_id, GError **error)
{
  g_autofree char *group = group_of (old_id, new_id);
  /* needs no keyring, so it is done at once */
  gboolean ok = new_id != NULL ? mopt_security_follow (old_id, new_id, error) : mopt_security_forget (old_id, error);

  return ok && write_note (group, TRUE, MOPT_FILE_DURABLE, error);
}

gboolean
mopt_secrets_pending_remove (const char *old_id, const char *new_id, GError **error)
{
  g_autofree char *group = group_of (old_id, new_id);

  return write_note (group, FALSE, MOPT_FILE_DURABLE, error);
}

char *
mopt_secrets_pending_get_old_id (const char *new_id)
{
  g_autoptr (GKeyFile) file = read_notes ();
  g_auto (GStrv) notes = g_key_file_get_groups (file, NULL);

  for (guint i = 0; notes[i] != NULL; i++)
    {
      const char *space = strchr (notes[i], ' ');

      if (space != NULL && g_str_equal (space + 1, new_id))
        return g_strndup (notes[i], space - notes[i]);
    }
  return NULL;
}

/* --- Doing ------------------------------------------------------------------------------------------------------- */

typedef struct
{
  MoptAccounts *accounts;
  MoptSecretsFlags flags;
  GKeyFile *file;
  char **notes;  /* its groups */
  guint i;       /* the one at work */
  GError *error; /* the first one */
} Run;

static void
run_free (gpointer data)
{
  Run *self = data;

  g_object_unref (self->accounts);
  g_key_file_unref (self->file);
  g_strfreev (self->notes);
  g_clear_error (&self->error);
  g_free (self);
}

static void next (GTask *task);

/* Whether the account that a note is for should have been written by now. */
static gboolean
is_old (Run *self)
{
  gint64 since = g_key_file_get_int64 (self->file, self->notes[self->i], "Since", NULL);

  return g_get_real_time () / G_USEC_PER_SEC - since > KEEP_S;
}

/* The note has been followed, or needs not be. Lost with the power it is followed once more. */
static void
cross_off (GTask *task)
{
  Run *self = g_task_get_task_data (task);

  write_note (self->notes[self->i], FALSE, MOPT_FILE_NO_SYNC, self->error == NULL ? &self->error : NULL);
  self->i++;
  next (task);
}

/* Takes @error. */
static void
leave (GTask *task, GError *error)
{
  Run *self = g_task_get_task_data (task);

  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
  self->i++;
  next (task);
}

static void
on_rekeyed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (mopt_secrets_rekey_finish (result, &error))
    cross_off (user_data);
  else
    leave (user_data, error);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (mopt_secrets_forget_finish (result, &error))
    cross_off (user_data);
  else
    leave (user_data, error);
}

/* Takes the task. */
static void
next (GTask *task)
{
  Run *self = g_task_get_task_data (task);
  const char *note = self->notes[self->i];
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (note == NULL)
    {
      if (self->error != NULL)
        g_task_return_error (task, g_steal_pointer (&self->error));
      else
        g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  g_auto (GStrv) ids = g_strsplit (note, " ", 2);
  MoptAccount *account = ids[1] != NULL ? mopt_accounts_get (self->accounts, ids[1]) : NULL;
  if (account != NULL)
    mopt_secrets_rekey_async (ids[0], ids[1], mopt_account_get_name (account), self->flags, cancellable, on_rekeyed,
                              task);
  else if (ids[1] == NULL && mopt_accounts_get (self->accounts, ids[0]) == NULL)
    mopt_secrets_forget_async (ids[0], MOPT_SECTION_NONE, NULL, self->flags, cancellable, on_forgotten, task);
  else if (ids[1] == NULL || is_old (self))
    cross_off (task); /* the old one is back; the new one was never written, or is gone again */
  else
    {
      self->i++;
      next (task);
    }
}

void
mopt_secrets_pending_run_async (MoptAccounts *accounts, MoptSecretsFlags flags, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Run *self = g_new0 (Run, 1);

  g_task_set_source_tag (task, mopt_secrets_pending_run_async);
  g_task_set_task_data (task, self, run_free);
  self->accounts = g_object_ref (accounts);
  self->flags = flags;
  self->file = read_notes ();
  self->notes = g_key_file_get_groups (self->file, NULL);
  g_warn_if_fail (mopt_accounts_is_loaded (accounts));
  next (task);
}

gboolean
mopt_secrets_pending_run_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_secrets_pending_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
