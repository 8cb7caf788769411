/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a GTK program, so that the program itself needs no hook for measuring. Stands before
 * gtk_window_present and says on standard output, a line each:
 *
 *   frame N MS KB   the N-th window has its first complete frame, MS after BENCH_START (monotonic µs) for the first
 *                   window and after its own present for the others; KB is the peak memory by then
 *   stall N MS      the longest that the main loop did not turn since the first frame of the N-th window; said
 *                   again whenever it grows
 *   paint N MS      a later frame of the N-th window took that long
 *
 * SIGUSR1: the longest stall is counted anew.
 *
 * BENCH_ROWS: the first frame of the first window counts only once that many list rows are on it; where they never
 * come the program ends after a while with an error.
 * BENCH_ACTION: activated on the first window after its frame, such as "win.edit".
 * BENCH_WINDOWS: leave after that many windows (default 1). */
#include <dlfcn.h>
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEAT_MS 5
#define ROWS_SECONDS 20

static int n_windows;
static gint64 last_beat;
static gint64 longest_us;

typedef struct
{
  GtkWindow *window;
  int number;
  gint64 start;
  gint64 painting; /* since when */
  gulong handler;
} Watch;

static long
peak_kb (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) || (line = strstr (status, "VmHWM:")) == NULL)
    return 0;
  return atol (line + strlen ("VmHWM:"));
}

static int
number_from_environment (const char *name, int fallback)
{
  const char *text = g_getenv (name);

  return text != NULL ? atoi (text) : fallback;
}

static int
count_rows (GtkWidget *widget)
{
  int n = strcmp (G_OBJECT_TYPE_NAME (widget), "GtkListItemWidget") == 0 && gtk_widget_get_mapped (widget);

  for (GtkWidget *c = gtk_widget_get_first_child (widget); c != NULL; c = gtk_widget_get_next_sibling (c))
    n += count_rows (c);
  return n;
}

static gboolean
on_beat (gpointer user_data)
{
  gint64 now = g_get_monotonic_time ();

  if (now - last_beat - BEAT_MS * 1000 > longest_us)
    {
      longest_us = now - last_beat - BEAT_MS * 1000;
      printf ("stall %d %.1f\n", n_windows, longest_us / 1e3);
      fflush (stdout);
    }
  last_beat = now;
  return G_SOURCE_CONTINUE;
}

static gboolean
on_after_frame (gpointer user_data)
{
  Watch *watch = user_data;
  const char *action = g_getenv ("BENCH_ACTION");

  if (watch->number >= number_from_environment ("BENCH_WINDOWS", 1))
    _exit (0);
  if (watch->number == 1 && action != NULL && !gtk_widget_activate_action (GTK_WIDGET (watch->window), action, NULL))
    {
      fprintf (stderr, "probe: no action %s\n", action);
      _exit (1);
    }
  return G_SOURCE_REMOVE;
}

static void
on_before_paint (GdkFrameClock *clock, gpointer user_data)
{
  ((Watch *) user_data)->painting = g_get_monotonic_time ();
}

static void
on_painted (GdkFrameClock *clock, gpointer user_data)
{
  Watch *watch = user_data;

  printf ("paint %d %.2f\n", watch->number, (g_get_monotonic_time () - watch->painting) / 1e3);
  fflush (stdout);
}

static gboolean
on_signal (gpointer user_data)
{
  longest_us = 0;
  last_beat = g_get_monotonic_time ();
  return G_SOURCE_CONTINUE;
}

static gboolean
on_no_rows (gpointer user_data)
{
  Watch *watch = user_data;

  if (watch->handler == 0)
    return G_SOURCE_REMOVE; /* they came */
  fprintf (stderr, "probe: only %d rows after %d s\n", count_rows (GTK_WIDGET (watch->window)), ROWS_SECONDS);
  _exit (1);
}

static void
on_after_paint (GdkFrameClock *clock, gpointer user_data)
{
  Watch *watch = user_data;
  gint64 now = g_get_monotonic_time ();

  if (watch->number == 1 && count_rows (GTK_WIDGET (watch->window)) < number_from_environment ("BENCH_ROWS", 0))
    return;
  g_signal_handler_disconnect (clock, watch->handler);
  watch->handler = 0;
  if (watch->number == 1 && number_from_environment ("BENCH_WINDOWS", 1) > 1)
    {
      g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), watch);
      g_signal_connect_after (clock, "after-paint", G_CALLBACK (on_painted), watch);
      g_unix_signal_add (SIGUSR1, on_signal, NULL);
    }
  printf ("frame %d %.2f %ld\n", watch->number, (now - watch->start) / 1e3, peak_kb ());
  fflush (stdout);
  if (last_beat == 0)
    g_timeout_add_full (G_PRIORITY_HIGH, BEAT_MS, on_beat, NULL, NULL);
  last_beat = now;
  longest_us = 0;
  g_idle_add (on_after_frame, watch);
}

void
gtk_window_present (GtkWindow *window)
{
  static void (*real) (GtkWindow *);
  gboolean first_time = !gtk_widget_get_realized (GTK_WIDGET (window));
  Watch *watch = NULL;

  if (real == NULL)
    *(void **) &real = dlsym (RTLD_NEXT, "gtk_window_present");
  if (first_time)
    {
      const char *start = g_getenv ("BENCH_START");

      watch = g_new0 (Watch, 1); /* lives as long as the process */
      watch->window = window;
      watch->number = ++n_windows;
      watch->start = watch->number == 1 && start != NULL ? g_ascii_strtoll (start, NULL, 10) : g_get_monotonic_time ();
    }
  real (window);
  if (watch != NULL)
    watch->handler = g_signal_connect_after (gdk_surface_get_frame_clock (gtk_native_get_surface (GTK_NATIVE (window))),
                                             "after-paint", G_CALLBACK (on_after_paint), watch);
  if (watch != NULL && watch->number == 1)
    g_timeout_add_seconds (ROWS_SECONDS, on_no_rows, watch);
}
