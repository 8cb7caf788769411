/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/leaving.h"

#define GONE "mopt-gone" /* data of a window */
#define GIVE_BACK_MS 50 /* by then the window manager has seen the window go and given the focus to somebody */

/* Transfer full. */
static GPtrArray *
list_above (GtkWindow *self)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GPtrArray *above = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (window) == self)
        g_ptr_array_add (above, g_steal_pointer (&window));
    }
  return above;
}

static gboolean
give_back (gpointer below)
{
  if (gtk_widget_get_mapped (below))
    gtk_window_present (below);
  return G_SOURCE_REMOVE;
}

static void
on_unmap (GtkWindow *self, gpointer user_data)
{
  GtkWindow *below = gtk_window_get_transient_for (self);
  MoptLeft left = (MoptLeft) user_data;
  g_autoptr (GPtrArray) above = list_above (self);

  g_object_set_data (G_OBJECT (self), GONE, GINT_TO_POINTER (TRUE));
  for (guint i = 0; i < above->len; i++)
    gtk_window_destroy (above->pdata[i]);
  if (left != NULL)
    left (self);
  if (below == NULL)
    return;
  if (gtk_widget_get_mapped (GTK_WIDGET (below)))
    g_timeout_add_full (G_PRIORITY_DEFAULT, GIVE_BACK_MS, give_back, g_object_ref (below), g_object_unref);
  gtk_window_set_transient_for (self, NULL);
}

void
mopt_leaving_init (GtkWindow *self, MoptLeft left)
{
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), (gpointer) left);
}

gboolean
mopt_leaving_is_gone (gpointer self)
{
  return g_object_get_data (self, GONE) != NULL;
}

gboolean
mopt_leaving_close_above (GtkWindow *self)
{
  g_autoptr (GPtrArray) above = list_above (self);

  for (guint i = 0; i < above->len; i++)
    gtk_window_close (above->pdata[i]);
  for (guint i = 0; i < above->len; i++)
    if (!mopt_leaving_is_gone (above->pdata[i]))
      return FALSE;
  return TRUE;
}
