/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/fetch-child.h"

#include <signal.h>
#include <sys/prctl.h>

#include "base/paths.h"
#include "check/worker.h"
#include "store/source.h"

#define SOONEST_SECONDS 5
#define BACK_ONLINE_SECONDS 4 /* over which desktops spread that got their network back in the same moment, … */
#define BACK_ONLINE_AFTER 1   /* … once it has settled */
#define LATEST_SECONDS (60 * 60) /* also where mopt does not say when, or later: source.conf may be another by then */
#define TICK_SECONDS 60          /* a timer stands still while the computer sleeps: the clock is looked at in between */

struct _MoptFetchChild
{
  GCancellable *cancellable; /* cancelled by free: then self is gone */
  GSubprocess *process;      /* NULL: none runs */
  GNetworkMonitor *network;  /* NULL until there was something to fetch */
  gboolean is_back_online;   /* and mopt has not been told yet */
  guint timer;               /* 0: a look is under way */
  gint64 due;           /* µs since the epoch, … */
  gint64 due_monotonic; /* … and where the clock is set back meanwhile */
};

static void look (MoptFetchChild *self);

static gboolean
on_timer (gpointer user_data)
{
  MoptFetchChild *self = user_data;

  if (g_get_real_time () < self->due && g_get_monotonic_time () < self->due_monotonic)
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
come_again (MoptFetchChild *self, gint64 seconds)
{
  gint64 wait = CLAMP (seconds, SOONEST_SECONDS, LATEST_SECONDS);

  if (self->is_back_online)
    wait = BACK_ONLINE_AFTER + g_random_int_range (0, BACK_ONLINE_SECONDS + 1);
  self->due = g_get_real_time () + wait * G_USEC_PER_SEC;
  self->due_monotonic = g_get_monotonic_time () + wait * G_USEC_PER_SEC;
  self->timer = g_timeout_add_seconds (MIN (wait, TICK_SECONDS), on_timer, self);
}

/* Also where only the way has become another one: into the organisation's network, say. */
static void
on_network_changed (GNetworkMonitor *network, gboolean available, MoptFetchChild *self)
{
  if (!available || self->is_back_online)
    return;
  self->is_back_online = TRUE;
  if (self->timer == 0) /* what is under way may have begun too early */
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  come_again (self, 0);
}

static void
watch_network (MoptFetchChild *self)
{
  if (self->network != NULL)
    return;
  self->network = g_object_ref (g_network_monitor_get_default ());
  g_signal_connect (self->network, "network-changed", G_CALLBACK (on_network_changed), self);
}

/* --- The child --- */

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptFetchChild *self = user_data;
  g_autofree char *said = NULL;
  gint64 seconds = 0;
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &said, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->process);
  if (said != NULL)
    seconds = g_ascii_strtoll (said, NULL, 10);
  come_again (self, seconds > 0 ? seconds : LATEST_SECONDS);
}

/* However this program ends, the child does, too. Between fork and exec: nothing but system calls. */
static void
end_with_us (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
run (MoptFetchChild *self, const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, end_with_us, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program, "fetch",
                                               self->is_back_online ? "--back-online" : "--if-due", NULL);
  self->is_back_online = FALSE;
  if (self->process != NULL)
    g_subprocess_communicate_utf8_async (self->process, NULL, self->cancellable, on_ended, self);
  else
    {
      g_message ("%s: %s", program, error->message); /* one who looks for it finds it; nobody else is to be told */
      come_again (self, LATEST_SECONDS);
    }
}

/* --- Whether there is anything to run --- */

static char *
find_program (void)
{
  static const char *const places[] = { "mopt", "../cli/mopt" };
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *program = g_build_filename (folder, places[i], NULL);

      if (g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&program);
    }
  return NULL;
}

/* In a thread. The program to run, or NULL. */
static void
look_in_thread (gpointer task)
{
  g_autofree char *tryout = mopt_paths_tryout ();
  g_autoptr (MoptSourceFile) source
      = tryout == NULL ? mopt_source_load (NULL) : NULL; /* the accounts say what is wrong */
  g_autofree char *program = source != NULL && source->url != NULL ? find_program () : NULL;

  if (program != NULL)
    g_network_monitor_get_default (); /* made here: it may ask a service first */
  g_task_return_pointer (task, g_steal_pointer (&program), g_free);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptFetchChild *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL) /* cancelled */
    return;
  if (program == NULL)
    {
      self->is_back_online = FALSE; /* it does not matter */
      come_again (self, LATEST_SECONDS);
      return;
    }
  watch_network (self);
  run (self, program);
}

static void
look (MoptFetchChild *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_looked, self);

  mopt_worker_run_task ("fetch-child", task, look_in_thread);
}

/* --- Public --- */

MoptFetchChild *
mopt_fetch_child_new (void)
{
  MoptFetchChild *self = g_new0 (MoptFetchChild, 1);

  self->cancellable = g_cancellable_new ();
  look (self);
  return self;
}

void
mopt_fetch_child_free (MoptFetchChild *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  if (self->process != NULL)
    g_subprocess_send_signal (self->process, SIGTERM);
  g_clear_object (&self->process);
  if (self->network != NULL)
    g_signal_handlers_disconnect_by_data (self->network, self);
  g_clear_object (&self->network);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self);
}
