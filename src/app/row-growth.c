/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/row-growth.h"

#define FIRST_ROWS 20 /* more than a window shows */
#define MORE_ROWS 10  /* that come in each frame */
#define LESS_ROWS 40  /* that go */
#define MOST_ROWS 200 /* with so many it has all that it makes */
#define PAUSE_MS 300  /* after which nobody types the next letter of a search */

struct _MoptRowGrowth
{
  GtkWidget *view; /* borrowed */
  GListModel *items;
  GtkSliceListModel *shown;

  guint tick;                       /* of growing or of shrinking; 0: neither */
  guint pause;                      /* the timeout before growing; 0: none */
  void (*few) (gpointer user_data); /* while it shrinks, else NULL */
  gpointer user_data;               /* of few */
};

static void
stop (MoptRowGrowth *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (self->view, self->tick);
  self->tick = 0;
  self->few = NULL;
}

static gboolean
on_grow (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  MoptRowGrowth *self = user_data;
  guint size = gtk_slice_list_model_get_size (self->shown);
  gboolean is_enough = size >= MOST_ROWS || size >= g_list_model_get_n_items (self->items);

  if (is_enough)
    self->tick = 0;
  gtk_slice_list_model_set_size (self->shown, is_enough ? G_MAXUINT : size + MORE_ROWS);
  return is_enough ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

void
mopt_row_growth_start (MoptRowGrowth *self)
{
  if (self->tick == 0 && self->pause == 0)
    self->tick = gtk_widget_add_tick_callback (self->view, on_grow, self, NULL);
}

gboolean
mopt_row_growth_finish (MoptRowGrowth *self)
{
  void (*few) (gpointer user_data) = self->few;

  if (gtk_slice_list_model_get_size (self->shown) == G_MAXUINT)
    return FALSE;
  stop (self);
  if (few != NULL) /* they are all there once it has changed */
    few (self->user_data);
  gtk_slice_list_model_set_size (self->shown, G_MAXUINT);
  return TRUE;
}

static gboolean
on_pause (gpointer user_data)
{
  MoptRowGrowth *self = user_data;

  self->pause = 0;
  mopt_row_growth_start (self);
  return G_SOURCE_REMOVE;
}

static void
tell_few (MoptRowGrowth *self)
{
  void (*few) (gpointer user_data) = self->few;

  self->few = NULL;
  self->pause = g_timeout_add (PAUSE_MS, on_pause, self);
  few (self->user_data);
}

static gboolean
on_shrink (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  MoptRowGrowth *self = user_data;
  guint size = MIN (gtk_slice_list_model_get_size (self->shown), g_list_model_get_n_items (self->items));

  gtk_slice_list_model_set_size (self->shown, MAX (size, FIRST_ROWS + LESS_ROWS) - LESS_ROWS);
  if (size > FIRST_ROWS + LESS_ROWS)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  tell_few (self);
  return G_SOURCE_REMOVE;
}

void
mopt_row_growth_shrink (MoptRowGrowth *self, void (*few) (gpointer user_data), gpointer user_data)
{
  gboolean shrinks = self->few != NULL;
  guint size = MIN (gtk_slice_list_model_get_size (self->shown), g_list_model_get_n_items (self->items));

  self->user_data = user_data;
  if (shrinks)
    return;
  stop (self);
  self->few = few;
  if (size <= FIRST_ROWS + LESS_ROWS)
    {
      gtk_slice_list_model_set_size (self->shown, FIRST_ROWS);
      tell_few (self);
      return;
    }
  /* the rows are those at the top then, which are taken away from their end */
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", 0);
  gtk_slice_list_model_set_size (self->shown, MIN (size, MOST_ROWS));
  self->tick = gtk_widget_add_tick_callback (self->view, on_shrink, self, NULL);
}

GListModel *
mopt_row_growth_get_shown (MoptRowGrowth *self)
{
  return G_LIST_MODEL (self->shown);
}

MoptRowGrowth *
mopt_row_growth_new (GtkWidget *view, GListModel *items)
{
  MoptRowGrowth *self = g_new0 (MoptRowGrowth, 1);

  self->view = view;
  self->items = g_object_ref (items);
  self->shown = gtk_slice_list_model_new (items, 0, FIRST_ROWS);
  return self;
}

void
mopt_row_growth_free (MoptRowGrowth *self)
{
  if (self == NULL)
    return;
  stop (self);
  g_object_unref (self->shown);
  g_object_unref (self->items);
  g_free (self);
}
