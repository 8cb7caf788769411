/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-test.h"

#include <poll.h>
#include <sys/socket.h>

#include "app/app-resources.h"
#include "base/paths.h"

#define PATIENCE_SECONDS 20 /* a busy machine takes its time */
#define MORE_MAX 4 /* times as long, at most */
#define BEAT_MS 5
#define STALL_MAX_MS 50

void
app_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (gtk_init_check ());
  mopt_app_register_resource ();
}

static gboolean
on_timeout (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
app_test_wait (AppTestCondition condition, gpointer data)
{
  gboolean over = FALSE;
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, on_timeout, &over);

  while (!condition (data) && !over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (over);
  g_source_remove (timeout);
}

/* How long a thread of ours has waited for a processor, in all, µs; 0 where Linux does not say. See proc(5). */
static gint64
waited_for_processor (const char *thread)
{
  g_autofree char *path = g_strconcat ("/proc/", thread, "/schedstat", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  words = g_strsplit (text, " ", -1);
  return g_strv_length (words) == 3 ? g_ascii_strtoll (words[1], NULL, 10) / 1000 : 0;
}

static gint64
all_waited_for_processor (void)
{
  g_autoptr (GDir) threads = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  gint64 sum = 0;

  while (threads != NULL && (id = g_dir_read_name (threads)) != NULL)
    {
      g_autofree char *thread = g_strconcat ("self/task/", id, NULL);

      sum += waited_for_processor (thread);
    }
  return sum;
}

static void
run (gint64 us)
{
  gboolean over = FALSE;

  g_timeout_add ((us + 999) / 1000, on_timeout, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

void
app_test_run (guint ms)
{
  gint64 waited = all_waited_for_processor (), us = 1000 * (gint64) ms;

  run (us);
  run (CLAMP (all_waited_for_processor () - waited, 0, MORE_MAX * us));
}

void
app_test_write_accounts (const char *text)
{
  g_autofree char *path = mopt_paths_accounts ();
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

char *
app_test_read_accounts (void)
{
  g_autofree char *path = mopt_paths_accounts ();
  char *text;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

gpointer
app_test_child (gpointer widget, const char *name)
{
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);

  g_assert_nonnull (child);
  return child;
}

gpointer
app_test_find_action (gpointer widget, const char *action)
{
  gpointer found = NULL;

  if (GTK_IS_ACTIONABLE (widget) && g_strcmp0 (gtk_actionable_get_action_name (widget), action) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = app_test_find_action (child, action);
  return found;
}

/* --- the watchdog ----------------------------------------------------------------------------------------------- */

static struct
{
  GThread *thread;
  guint beat;
  gint watching;  /* atomic */
  gint64 last;    /* beat of the main loop, monotonic µs; under lock, all that follows */
  gint64 late;    /* what the thread beside it has been late since then */
  gint64 waited;  /* how long this thread has waited for a processor, in all, µs; 0 where Linux does not say */
  gint64 display; /* how long it has waited for the X server since the last beat, µs; its own */
  gint64 longest; /* stall, µs */
} watchdog;
static GMutex watchdog_lock;

static gboolean
on_beat (gpointer data)
{
  g_mutex_lock (&watchdog_lock);
  gint64 waited = waited_for_processor ("thread-self"), now = g_get_monotonic_time ();
  gint64 late = MAX (watchdog.late, waited - watchdog.waited + watchdog.display);
  watchdog.longest = MAX (watchdog.longest, now - watchdog.last - BEAT_MS * 1000 - late);
  watchdog.last = now;
  watchdog.waited = waited;
  watchdog.late = watchdog.display = 0;
  g_mutex_unlock (&watchdog_lock);
  return G_SOURCE_CONTINUE;
}

static gpointer
beat_beside (gpointer data)
{
  while (g_atomic_int_get (&watchdog.watching))
    {
      gint64 start = g_get_monotonic_time ();

      g_usleep (BEAT_MS * 1000);
      g_mutex_lock (&watchdog_lock);
      watchdog.late += MAX (0, g_get_monotonic_time () - start - BEAT_MS * 1000);
      g_mutex_unlock (&watchdog_lock);
    }
  return NULL;
}

void
app_test_watch_begin (void)
{
  watchdog.last = g_get_monotonic_time ();
  watchdog.waited = waited_for_processor ("thread-self");
  watchdog.late = watchdog.display = watchdog.longest = 0;
  g_atomic_int_set (&watchdog.watching, TRUE);
  watchdog.beat = g_timeout_add_full (G_PRIORITY_HIGH, BEAT_MS, on_beat, NULL, NULL);
  watchdog.thread = g_thread_new ("watchdog", beat_beside, NULL);
}

void
app_test_watch_end (void)
{
  g_atomic_int_set (&watchdog.watching, FALSE);
  g_thread_join (watchdog.thread);
  g_source_remove (watchdog.beat);
  g_test_message ("longest stall: %d ms", (int) (watchdog.longest / 1000));
  g_assert_cmpint (watchdog.longest / 1000, <=, STALL_MAX_MS);
}
