/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/application.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/wrap-layout.h"

#define MOPT_TYPE_MESSAGE_DIALOG (mopt_message_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptMessageDialog, mopt_message_dialog, MOPT, MESSAGE_DIALOG, GtkWindow)

struct _MoptMessageDialog
{
  GtkWindow parent_instance;

  GtkLabel *heading;
  GtkLabel *body;
  GtkWidget *scroller; /* of the body: it may be longer than the screen is high */
  GtkBox *buttons;

  GTask *task; /* NULL once answered */
};

G_DEFINE_FINAL_TYPE (MoptMessageDialog, mopt_message_dialog, GTK_TYPE_WINDOW)

static void
answer (MoptMessageDialog *self, guint index)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL)
    g_task_return_int (task, index);
}

static void
on_left (gpointer self)
{
  answer (self, 0);
}

/* The question goes before the answer comes: that may close its parent. */
static void
on_clicked (GtkButton *button, MoptMessageDialog *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index"));

  gtk_window_destroy (GTK_WINDOW (self));
  if (task != NULL)
    g_task_return_int (task, index);
}

static void
mopt_message_dialog_dispose (GObject *object)
{
  MoptMessageDialog *self = MOPT_MESSAGE_DIALOG (object);

  answer (self, 0);
  G_OBJECT_CLASS (mopt_message_dialog_parent_class)->dispose (object);
}

static void
mopt_message_dialog_class_init (MoptMessageDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_message_dialog_dispose;
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "message-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptMessageDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, MoptMessageDialog, body);
  gtk_widget_class_bind_template_child (widget_class, MoptMessageDialog, scroller);
  gtk_widget_class_bind_template_child (widget_class, MoptMessageDialog, buttons);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_message_dialog_init (MoptMessageDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), on_left);
}

static void
add_button (MoptMessageDialog *self, const MoptAnswer *an_answer, guint index, gboolean is_default)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (an_answer->label);

  if (an_answer->style == MOPT_ANSWER_SUGGESTED)
    gtk_widget_add_css_class (button, "suggested-action");
  if (an_answer->style == MOPT_ANSWER_DESTRUCTIVE)
    gtk_widget_add_css_class (button, "destructive-action");
  /* the name is in its label; GTK 4.8 would say it twice, with the underscore */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
  g_object_set_data (G_OBJECT (button), "index", GUINT_TO_POINTER (index));
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_box_append (self->buttons, button);
  if (is_default)
    {
      gtk_window_set_default_widget (GTK_WINDOW (self), button);
      gtk_window_set_focus (GTK_WINDOW (self), button);
    }
}

void
mopt_ask_async (GtkWindow *parent, const char *title, const char *text, const MoptAnswer *answers,
                GAsyncReadyCallback callback, gpointer user_data)
{
  gboolean has_gone = parent != NULL && mopt_leaving_is_gone (parent);
  guint n = 0;

  g_return_if_fail (answers[0].label != NULL);

  if (has_gone && answers[1].label != NULL)
    {
      g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

      g_task_set_source_tag (task, mopt_ask_async);
      g_task_return_int (task, 0);
      return;
    }
  MoptMessageDialog *self = g_object_new (MOPT_TYPE_MESSAGE_DIALOG, "transient-for", has_gone ? NULL : parent, "title",
                                          title, NULL);
  gtk_label_set_label (self->heading, title);
  gtk_label_set_label (self->body, text != NULL ? text : "");
  gtk_widget_set_visible (self->scroller, text != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text != NULL ? text : "", -1);
  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, mopt_ask_async);

  while (answers[n].label != NULL)
    n++;
  guint enter = answers[n - 1].style == MOPT_ANSWER_DESTRUCTIVE ? 0 : n - 1;
  for (guint i = 0; i < n; i++)
    add_button (self, &answers[i], i, i == enter);
  gtk_window_present (GTK_WINDOW (self));
}

guint
mopt_ask_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_ask_async), 0);

  return g_task_propagate_int (G_TASK (result), NULL);
}

void
mopt_tell (GtkWindow *parent, const char *title, const char *text)
{
  const MoptAnswer answers[] = { { _ ("_Close"), MOPT_ANSWER_NORMAL }, { NULL } };

  mopt_ask_async (parent, title, text, answers, NULL, NULL);
}
