/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/field-editor.h"
#include "app/port-row.h"
#include "model/settings.h"

struct _MoptPortRow
{
  MoptFieldRow parent_instance;

  MoptField port;
  MoptField custom;
  MoptField security;
  GtkWidget *check;
  GtkWidget *entry;
  GtkWidget *ports; /* label: what the mode stands for */
  GtkWidget *stack; /* of these two, so that the row keeps its height */
};

G_DEFINE_FINAL_TYPE (MoptPortRow, mopt_port_row, MOPT_TYPE_FIELD_ROW)

static MoptAccount *
account_of (MoptPortRow *self)
{
  return mopt_field_row_get_account (MOPT_FIELD_ROW (self));
}

static MoptProtocol
protocol (MoptPortRow *self)
{
  if (self->port == MOPT_FIELD_OUTGOING_PORT)
    return MOPT_PROTOCOL_SMTP;
  return mopt_account_get_kind (account_of (self)) == MOPT_KIND_POP ? MOPT_PROTOCOL_POP3 : MOPT_PROTOCOL_IMAP;
}

static void
update (MoptPortRow *self)
{
  MoptSecurity security = mopt_security_by_name (mopt_account_get (account_of (self), self->security));
  g_autofree char *ports = mopt_default_ports_text (protocol (self), security);
  gboolean custom = mopt_account_get_boolean (account_of (self), self->custom);

  gtk_label_set_label (GTK_LABEL (self->ports), ports);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), custom ? self->entry : self->ports);
}

/* Only the person's own click, never a value that comes from a file, fills the port in. */
static void
on_toggled (GtkCheckButton *check, MoptPortRow *self)
{
  MoptAccount *account = account_of (self);

  if (!gtk_check_button_get_active (check) || *mopt_account_get (account, self->port) != '\0')
    return;
  MoptSecurity security = mopt_security_by_name (mopt_account_get (account, self->security));
  g_autofree char *text = g_strdup_printf ("%u", mopt_default_ports (protocol (self), security)[0]);
  mopt_account_set (account, self->port, text);
}

static void
mopt_port_row_bind (MoptFieldRow *row, MoptAccount *account)
{
  MoptPortRow *self = MOPT_PORT_ROW (row);
  const char *name = mopt_field_row_get_field (row);

  self->port = mopt_field_by_name (name);
  self->custom
      = self->port == MOPT_FIELD_OUTGOING_PORT ? MOPT_FIELD_OUTGOING_CUSTOM_PORT : MOPT_FIELD_INCOMING_CUSTOM_PORT;
  self->security = self->port == MOPT_FIELD_OUTGOING_PORT ? MOPT_FIELD_OUTGOING_SECURITY : MOPT_FIELD_INCOMING_SECURITY;

  self->check
      = mopt_check_button_new_bound (account, mopt_field_info (self->custom)->name, mopt_field_row_get_label (row));
  self->entry = mopt_entry_new_bound (account, name);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 8);
  gtk_entry_set_input_purpose (GTK_ENTRY (self->entry), GTK_INPUT_PURPOSE_DIGITS);
  gtk_widget_set_hexpand (self->entry, FALSE);
  gtk_widget_set_halign (self->entry, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Port"), -1);
  self->ports = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->ports), 0);
  gtk_widget_add_css_class (self->ports, "quiet");
  self->stack = gtk_stack_new ();
  gtk_stack_add_child (GTK_STACK (self->stack), self->ports);
  gtk_stack_add_child (GTK_STACK (self->stack), self->entry);

  mopt_field_row_set_start (row, self->check);
  mopt_field_row_set_editor (row, self->stack, self->entry);
  update (self);
  g_signal_connect (self->check, "toggled", G_CALLBACK (on_toggled), self);
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static char *
mopt_port_row_describe (MoptFieldRow *row)
{
  MoptPortRow *self = MOPT_PORT_ROW (row);

  if (mopt_account_get_boolean (account_of (self), self->custom))
    return g_strdup (mopt_account_get (account_of (self), self->port));
  return g_strdup (gtk_label_get_label (GTK_LABEL (self->ports)));
}

static void
mopt_port_row_class_init (MoptPortRowClass *klass)
{
  MOPT_FIELD_ROW_CLASS (klass)->bind = mopt_port_row_bind;
  MOPT_FIELD_ROW_CLASS (klass)->describe = mopt_port_row_describe;
}

static void
mopt_port_row_init (MoptPortRow *self)
{
}
