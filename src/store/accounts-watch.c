/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Others change the files: their folders are watched, and since a share tells nobody of a change, they are looked at
 * again each minute. A look happens in a job's thread, too: a share may hang. */
#include "config.h"

#include <string.h>

#include "base/error.h"
#include "store/accounts-private.h"

#define WATCH_DELAY_MS 200 /* of silence after a change by others: files are replaced in several steps */
#define LOOK_SECONDS 60

static gboolean
on_watch_timer (gpointer user_data)
{
  MoptAccounts *self = user_data;

  self->watch_timer = 0;
  mopt_accounts_refresh (self, MOPT_JOB_LOAD);
  return G_SOURCE_REMOVE;
}

static gboolean
on_retry_timer (gpointer user_data)
{
  MoptAccounts *self = user_data;

  self->retry_timer = 0;
  mopt_accounts_refresh (self, MOPT_JOB_LOAD);
  return G_SOURCE_REMOVE;
}

static gboolean
on_look_timer (gpointer user_data)
{
  mopt_accounts_look (user_data);
  return G_SOURCE_CONTINUE;
}

void
mopt_accounts_look (MoptAccounts *self)
{
  if (self->text != NULL && self->running == NULL && g_queue_is_empty (&self->jobs))
    mopt_accounts_refresh (self, MOPT_JOB_LOOK);
}

/* Whether @path is @watched, what belongs to it, or the folder itself: that has gone, or it has come, and then nobody
 * says what came with it. */
static gboolean
concerns (const char *path, const char *watched)
{
  g_autofree char *folder = NULL;

  if (path == NULL || watched == NULL)
    return FALSE;
  if (g_str_has_prefix (path, watched))
    {
      const char *suffix = path + strlen (watched);

      return *suffix == '\0' || g_str_equal (suffix, MOPT_SIGNATURE_SUFFIX)
             || g_str_equal (suffix, MOPT_PUBLISHED_REFUSED_SUFFIX);
    }
  folder = g_path_get_dirname (watched);
  return g_str_equal (path, folder);
}

static void
on_folder_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, MoptAccounts *self)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *other_path = other != NULL ? g_file_get_path (other) : NULL;

  if (!concerns (path, self->place.path) && !concerns (other_path, self->place.path)
      && !concerns (path, self->watched_path) && !concerns (other_path, self->watched_path))
    return;
  g_clear_handle_id (&self->watch_timer, g_source_remove);
  self->watch_timer = g_timeout_add (WATCH_DELAY_MS, on_watch_timer, self);
}

/* Where a folder cannot be watched the list is as fresh as the last look. */
static void
watch_folder_of (MoptAccounts *self, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  GFileMonitor *monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);

  if (monitor == NULL)
    return;
  g_signal_connect (monitor, "changed", G_CALLBACK (on_folder_changed), self);
  g_ptr_array_add (self->monitors, monitor);
}

static void
forget_monitor (gpointer data)
{
  g_file_monitor_cancel (data);
  g_object_unref (data);
}

static void
set_watched_path (MoptAccounts *self, const char *path)
{
  if (g_strcmp0 (path, self->watched_path) == 0)
    return;
  g_ptr_array_set_size (self->monitors, 0);
  g_free (self->watched_path);
  self->watched_path = g_strdup (path);
  watch_folder_of (self, self->place.path);
  if (path != NULL)
    watch_folder_of (self, path);
}

void
mopt_accounts_rewatch (MoptAccounts *self)
{
  const MoptPublished *published = mopt_accounts_get_published (self);

  if (self->monitors == NULL)
    return;
  /* the folder of what does not answer would not answer us, either */
  if (self->in_force != NULL
      && (published == NULL
          || !g_error_matches (published->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_SILENT)))
    set_watched_path (self, self->in_force->watched);
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  if (published != NULL && published->retry > 0)
    self->retry_timer = g_timeout_add_seconds (published->retry, on_retry_timer, self);
}

static void
watch (MoptAccounts *self, gboolean quietly)
{
  if (self->monitors != NULL)
    return;
  self->monitors = g_ptr_array_new_with_free_func (forget_monitor);
  self->watched = !quietly;
  watch_folder_of (self, self->place.path);
  mopt_accounts_rewatch (self);
  self->look_timer = g_timeout_add_seconds (LOOK_SECONDS, on_look_timer, self);
  /* what happened while nobody watched is found now, and said, and what is withdrawn is followed up */
  mopt_accounts_refresh (self, MOPT_JOB_LOAD);
}

void
mopt_accounts_watch (MoptAccounts *self)
{
  watch (self, FALSE);
}

void
mopt_accounts_watch_quietly (MoptAccounts *self)
{
  watch (self, TRUE);
}

void
mopt_accounts_unwatch (MoptAccounts *self)
{
  g_clear_handle_id (&self->watch_timer, g_source_remove);
  g_clear_handle_id (&self->look_timer, g_source_remove);
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  for (guint i = 0; self->monitors != NULL && i < self->monitors->len; i++)
    g_signal_handlers_disconnect_by_data (self->monitors->pdata[i], self);
  g_clear_pointer (&self->monitors, g_ptr_array_unref);
  g_clear_pointer (&self->watched_path, g_free);
}
