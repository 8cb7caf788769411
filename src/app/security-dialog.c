/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/known-list.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/security-dialog.h"
#include "app/security-question.h"
#include "app/tried-row.h"
#include "app/wrap-layout.h"
#include "check/probe.h"

struct _MoptSecurityDialog
{
  GtkWindow parent_instance;

  GtkLabel *host;
  GtkWidget *result;
  GtkStack *mark;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *conclusion;
  GtkWidget *tried_heading;
  GtkListBox *tried;
  MoptKnownList *known;
  GtkWidget *trust;
  GtkWidget *use;
  GtkWidget *again;

  MoptAccount *account;
  MoptSettings *settings; /* of the account when it was opened */
  MoptSide side;
  MoptProbe *probe;          /* the last one; nullable */
  GCancellable *cancellable; /* of the one that runs, or NULL */
};

G_DEFINE_FINAL_TYPE (MoptSecurityDialog, mopt_security_dialog, GTK_TYPE_WINDOW)

/* ---- what was found ---- */

/* The row whose certificate can be trusted by hand; NULL: there is none. */
static const MoptProbeRow *
find_refused (MoptSecurityDialog *self)
{
  for (guint i = 0; self->probe != NULL && i < self->probe->rows->len; i++)
    {
      const MoptProbeRow *row = self->probe->rows->pdata[i];

      if (row->remedy == MOPT_REMEDY_TRUST)
        return row;
    }
  return NULL;
}

/* Use This Mode is there where it would change something that the person may change. */
static gboolean
can_pin (MoptSecurityDialog *self)
{
  MoptSection section = self->side == MOPT_SIDE_OUTGOING ? MOPT_SECTION_OUTGOING_SERVER : MOPT_SECTION_INCOMING_SERVER;
  MoptField field = self->side == MOPT_SIDE_OUTGOING ? MOPT_FIELD_OUTGOING_SECURITY : MOPT_FIELD_INCOMING_SECURITY;
  MoptSecurity security;
  guint16 port;

  return self->probe != NULL && mopt_account_may_edit (self->account, section)
         && mopt_probe_pin (self->probe, &security, &port)
         && !g_str_equal (mopt_account_get (self->account, field), mopt_security_name (security));
}

static void
show_result (MoptSecurityDialog *self, const char *css_class, const char *icon, const char *text)
{
  const char *classes[] = { "result", css_class, NULL };

  gtk_widget_set_css_classes (self->result, classes);
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_spinner_set_spinning (self->spinner, icon == NULL);
  gtk_stack_set_visible_child (self->mark, icon == NULL ? GTK_WIDGET (self->spinner) : GTK_WIDGET (self->icon));
  gtk_label_set_label (self->conclusion, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->result), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
update (MoptSecurityDialog *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->tried, 0)) != NULL)
    gtk_list_box_remove (self->tried, GTK_WIDGET (row));
  for (guint i = 0; self->probe != NULL && i < self->probe->rows->len; i++)
    gtk_list_box_append (self->tried, mopt_tried_row_new (self->probe->rows->pdata[i]));
  gtk_widget_set_visible (self->tried_heading, self->probe != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->tried), self->probe != NULL);
  gtk_widget_set_visible (self->trust, find_refused (self) != NULL);
  gtk_widget_set_visible (self->use, can_pin (self));
  gtk_widget_set_sensitive (self->again, self->cancellable == NULL);
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptSecurityDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptProbe) probe = mopt_probe_finish (result, &error);

  if (mopt_leaving_is_gone (self) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  self->probe = g_steal_pointer (&probe);
  if (self->probe == NULL)
    show_result (self, "failed", "dialog-error-symbolic", error->message);
  else if (self->probe->chosen < 0)
    show_result (self, "failed", "dialog-error-symbolic", self->probe->conclusion);
  else
    show_result (self, "passed", "object-select-symbolic", self->probe->conclusion);
  update (self);
  mopt_known_list_show (self->known, self->settings, self->side);
  /* a screen reader says what has the focus; GTK 4.8 has no other way to speak up */
  gtk_widget_grab_focus (self->result);
}

static void
on_again (MoptSecurityDialog *self)
{
  g_clear_pointer (&self->probe, mopt_probe_free);
  self->cancellable = g_cancellable_new ();
  show_result (self, "running", NULL, _ ("Asking the server what it offers. No password is sent."));
  update (self);
  mopt_probe_async (self->settings, self->side, 0, self->cancellable, on_probed, g_object_ref (self));
}

/* ---- what can be done ---- */

static void
on_use (MoptSecurityDialog *self)
{
  gboolean out = self->side == MOPT_SIDE_OUTGOING;
  MoptSecurity security;
  guint16 port;

  if (!mopt_probe_pin (self->probe, &security, &port))
    return;
  g_autofree char *text = port != 0 ? g_strdup_printf ("%u", port) : NULL;
  mopt_account_begin (self->account);
  mopt_account_set (self->account, out ? MOPT_FIELD_OUTGOING_SECURITY : MOPT_FIELD_INCOMING_SECURITY,
                    mopt_security_name (security));
  mopt_account_set (self->account, out ? MOPT_FIELD_OUTGOING_CUSTOM_PORT : MOPT_FIELD_INCOMING_CUSTOM_PORT,
                    text != NULL ? "true" : "false");
  if (text != NULL)
    mopt_account_set (self->account, out ? MOPT_FIELD_OUTGOING_PORT : MOPT_FIELD_INCOMING_PORT, text);
  mopt_account_end (self->account);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_trusted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptSecurityDialog) self = user_data;

  if (mopt_security_ask_finish (result) && !mopt_leaving_is_gone (self) && self->cancellable == NULL)
    on_again (self);
}

static void
on_trust (MoptSecurityDialog *self)
{
  const MoptProbeRow *row = find_refused (self);

  if (row != NULL)
    mopt_security_ask_async (GTK_WINDOW (self), MOPT_ASK_TRUST, self->settings, self->side, row->tried->tls, on_trusted,
                             g_object_ref (self));
}

/* Without what was taken back the server may be seen in another light. */
static void
on_changed (MoptSecurityDialog *self)
{
  if (self->cancellable == NULL)
    on_again (self);
}

/* ---- the window ---- */

static void
on_left (gpointer self)
{
  g_cancellable_cancel (MOPT_SECURITY_DIALOG (self)->cancellable);
}

static void
mopt_security_dialog_dispose (GObject *object)
{
  MoptSecurityDialog *self = MOPT_SECURITY_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_pointer (&self->settings, mopt_settings_free);
  g_clear_pointer (&self->probe, mopt_probe_free);
  G_OBJECT_CLASS (mopt_security_dialog_parent_class)->dispose (object);
}

static void
mopt_security_dialog_class_init (MoptSecurityDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_security_dialog_dispose;
  g_type_ensure (MOPT_TYPE_KNOWN_LIST);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "security-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, host);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, result);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, mark);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, icon);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, conclusion);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, tried_heading);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, tried);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, known);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, trust);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, use);
  gtk_widget_class_bind_template_child (widget_class, MoptSecurityDialog, again);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_trust);
  gtk_widget_class_bind_template_callback (widget_class, on_use);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_security_dialog_init (MoptSecurityDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), on_left);
  gtk_widget_set_direction (GTK_WIDGET (self->host), GTK_TEXT_DIR_LTR);
  mopt_mend_accessible_names (GTK_WIDGET (self));
}

GtkWindow *
mopt_security_dialog_new (GtkWindow *parent, MoptAccount *account, MoptSide side)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  MoptSecurityDialog *self = g_object_new (MOPT_TYPE_SECURITY_DIALOG, "transient-for", parent, NULL);

  g_return_val_if_fail (settings != NULL, GTK_WINDOW (self));

  self->account = g_object_ref (account);
  self->settings = g_steal_pointer (&settings);
  self->side = side;
  gtk_label_set_label (self->host,
                       side == MOPT_SIDE_OUTGOING ? self->settings->outgoing.host : self->settings->incoming.host);
  mopt_known_list_show (self->known, self->settings, side);
  on_again (self);
  return GTK_WINDOW (self);
}
