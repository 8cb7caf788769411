/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/life.h"

#define LINGER_MS 500 /* for calls that were sent while the name was still ours */

struct _MoptLife
{
  GDBusConnection *connection;
  GMainLoop *loop;
  guint name;      /* of g_bus_own_name; 0: it was given back */
  guint idle_ms;
  guint timer;     /* runs while nothing is held */
  guint last;      /* after that it ends, whatever is held; 0: nobody wants that */
  guint n_held;
  gboolean is_not_ours;
};

static gboolean
on_idle (gpointer user_data)
{
  MoptLife *self = user_data;

  self->timer = 0;
  if (self->name == 0)
    g_main_loop_quit (self->loop);
  else
    {
      /* comes back when the bus has done it: all that was sent to us before is in our queue */
      g_bus_unown_name (self->name);
      self->name = 0;
      self->timer = g_timeout_add (LINGER_MS, on_idle, self);
    }
  return G_SOURCE_REMOVE;
}

static void
restart (MoptLife *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->n_held == 0)
    self->timer = g_timeout_add (self->last != 0 ? 0 : self->name == 0 ? LINGER_MS : self->idle_ms, on_idle, self);
}

void
mopt_life_hold (MoptLife *self)
{
  self->n_held++;
  restart (self);
}

void
mopt_life_release (MoptLife *self)
{
  g_return_if_fail (self->n_held > 0);
  self->n_held--;
  restart (self);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer user_data)
{
  MoptLife *self = user_data;

  self->is_not_ours = connection != NULL; /* NULL: the bus is gone */
  g_main_loop_quit (self->loop);
}

static void
on_closed (GDBusConnection *connection, gboolean vanished, GError *error, gpointer user_data)
{
  g_main_loop_quit (((MoptLife *) user_data)->loop);
}

MoptLife *
mopt_life_new (GDBusConnection *connection, guint idle_ms)
{
  MoptLife *self = g_new0 (MoptLife, 1);

  self->connection = g_object_ref (connection);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->idle_ms = idle_ms;
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  return self;
}

gboolean
mopt_life_run (MoptLife *self, const char *name)
{
  self->name = g_bus_own_name_on_connection (self->connection, name, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL,
                                             on_name_lost, self, NULL);
  restart (self);
  g_main_loop_run (self->loop);
  return !self->is_not_ours;
}

static gboolean
on_last (gpointer user_data)
{
  MoptLife *self = user_data;

  self->last = 0;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

void
mopt_life_end (MoptLife *self, guint most_ms)
{
  if (self->last == 0)
    self->last = g_timeout_add (most_ms, on_last, self);
  if (self->name != 0)
    g_bus_unown_name (self->name);
  self->name = 0;
  restart (self);
}
