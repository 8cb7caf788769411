/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/host-row.h"
#include "model/host.h"

struct _MoptHostRow
{
  MoptFieldRow parent_instance;

  GtkWidget *offer; /* button, seen while there is something to split */
};

G_DEFINE_FINAL_TYPE (MoptHostRow, mopt_host_row, MOPT_TYPE_FIELD_ROW)

/* "incoming-host" -> "incoming-port". */
static MoptField
sibling (MoptHostRow *self, const char *what)
{
  const char *field = mopt_field_row_get_field (MOPT_FIELD_ROW (self));
  g_autofree char *side = g_strndup (field, strlen (field) - strlen ("host"));
  g_autofree char *name = g_strconcat (side, what, NULL);

  return mopt_field_by_name (name);
}

static const char *
host_text (MoptHostRow *self)
{
  MoptFieldRow *row = MOPT_FIELD_ROW (self);

  return mopt_account_get (mopt_field_row_get_account (row), mopt_field_by_name (mopt_field_row_get_field (row)));
}

static void
on_offer (GtkButton *button, MoptHostRow *self)
{
  MoptFieldRow *row = MOPT_FIELD_ROW (self);
  MoptAccount *account = mopt_field_row_get_account (row);
  g_autofree char *host = NULL;
  guint16 port;

  if (!mopt_host_split_port (host_text (self), &host, &port))
    return;
  g_autofree char *text = g_strdup_printf ("%u", port);
  gtk_widget_grab_focus (GTK_WIDGET (self)); /* the button is about to go */
  mopt_account_begin (account);
  mopt_account_set (account, mopt_field_by_name (mopt_field_row_get_field (row)), host);
  mopt_account_set (account, sibling (self, "port"), text);
  mopt_account_set (account, sibling (self, "custom-port"), "true");
  mopt_account_end (account);
}

static void
update_offer (MoptHostRow *self)
{
  g_autofree char *host = NULL;
  guint16 port;
  gboolean can_split = mopt_host_split_port (host_text (self), &host, &port);

  if (can_split)
    {
      g_autofree char *label = g_strdup_printf (_ ("Use %u as Custom Port"), port);

      gtk_button_set_label (GTK_BUTTON (self->offer), label);
    }
  gtk_widget_set_visible (self->offer, can_split);
}

static void
mopt_host_row_bind (MoptFieldRow *row, MoptAccount *account)
{
  MoptHostRow *self = MOPT_HOST_ROW (row);
  g_autofree char *signal = g_strconcat ("notify::", mopt_field_row_get_field (row), NULL);

  MOPT_FIELD_ROW_CLASS (mopt_host_row_parent_class)->bind (row, account);
  self->offer = gtk_button_new_with_label ("");
  gtk_widget_set_halign (self->offer, GTK_ALIGN_START);
  mopt_field_row_add_below (row, self->offer);
  g_signal_connect (self->offer, "clicked", G_CALLBACK (on_offer), self);
  g_signal_connect_object (account, signal, G_CALLBACK (update_offer), self, G_CONNECT_SWAPPED);
  update_offer (self);
}

static void
mopt_host_row_class_init (MoptHostRowClass *klass)
{
  MOPT_FIELD_ROW_CLASS (klass)->bind = mopt_host_row_bind;
}

static void
mopt_host_row_init (MoptHostRow *self)
{
}
