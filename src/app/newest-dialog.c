/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/field-label.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/newest-dialog.h"
#include "app/row-layout.h"
#include "app/wrap-layout.h"
#include "base/when.h"
#include "check/newest.h"

struct _MoptNewestDialog
{
  GtkWindow parent_instance;

  GtkStack *stack; /* "asking", "result", "message" */
  GtkSpinner *spinner;
  GtkLabel *asking;
  GtkWidget *result; /* an empty mailbox, or a failure */
  GtkImage *result_icon;
  GtkLabel *sentence;
  GtkLabel *advice;
  GtkLabel *server_words;
  GtkButton *go_to;
  GtkWidget *message;
  GtkLabel *sender;
  GtkLabel *subject;
  GtkWidget *date_row;
  GtkLabel *date;
  GtkTextView *text;
  GtkLabel *note;
  GtkLabel *status;
  GtkButton *again;
  GtkButton *close;

  MoptSettings *settings;
  MoptPassword *password;    /* nullable */
  MoptFailure *failure;      /* nullable */
  GCancellable *cancellable; /* while the server is asked, or NULL */
};

G_DEFINE_FINAL_TYPE (MoptNewestDialog, mopt_newest_dialog, GTK_TYPE_WINDOW)

static guint go_to_signal;

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
set_button (GtkButton *button, const char *label)
{
  gtk_button_set_label (button, label);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/* Turns to a page; what a screen reader is to say takes the focus: GTK 4.8 has no other way to speak up. */
static void
show_page (MoptNewestDialog *self, const char *page, GtkWidget *focus)
{
  gboolean asks = self->cancellable != NULL;

  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_spinner_set_spinning (self->spinner, asks);
  gtk_widget_set_sensitive (GTK_WIDGET (self->again), !asks);
  set_button (self->close, asks ? _ ("_Cancel") : _ ("_Close"));
  gtk_widget_grab_focus (focus);
}

static void
show_result (MoptNewestDialog *self, const char *icon, const char *css_class, const char *sentence, const char *advice)
{
  const char *classes[] = { "result", css_class, NULL };

  gtk_widget_set_css_classes (self->result, classes);
  gtk_image_set_from_icon_name (self->result_icon, icon);
  gtk_label_set_label (self->sentence, sentence);
  set_text (self->advice, advice);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->result), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, advice, -1);
  show_page (self, "result", self->result);
}

static void
show_failure (MoptNewestDialog *self)
{
  const MoptFailure *failure = self->failure;
  const char *field = failure->property != NULL ? mopt_field_label (failure->property) : NULL;
  g_autofree char *words = mopt_failure_words_text (failure);

  set_text (self->server_words, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->go_to), field != NULL);
  if (field != NULL)
    {
      /* Translators: %s is the label of a field, “User Name” */
      g_autofree char *label = g_strdup_printf (_ ("_Go to “%s”"), field);

      set_button (self->go_to, label);
    }
  show_result (self, "dialog-error-symbolic", "failed", failure->sentence, failure->advice);
}

static void
show_message (MoptNewestDialog *self, const MoptNewest *newest)
{
  gint64 time = newest->date != 0 ? newest->date : newest->arrived;
  g_autofree char *date = time != 0 ? mopt_when_absolute (time) : NULL;
  const char *sender = *newest->sender != '\0' ? newest->sender : _ ("It names no sender.");
  const char *subject = *newest->subject != '\0' ? newest->subject : _ ("It has no subject.");

  gtk_label_set_label (self->sender, sender);
  gtk_label_set_label (self->subject, subject);
  gtk_label_set_label (self->date, date != NULL ? date : "");
  gtk_widget_set_visible (self->date_row, date != NULL);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), newest->text, -1);
  const char *about = newest->is_cut           ? _ ("This is only the beginning of the text.")
                      : *newest->text == '\0' ? _ ("There is no text in this message.")
                                               : "";
  g_autofree char *note = g_strjoin (*about != '\0' && newest->note != NULL ? "\n" : "", about, newest->note, NULL);
  set_text (self->note, note);
  gtk_label_set_label (self->status, newest->status);

  /* Translators: what a screen reader says of a message: its sender and its subject */
  g_autofree char *name = g_strdup_printf (_ ("From %s: %s"), sender, subject);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->message), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, newest->status, -1);
  show_page (self, "message", self->message);
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptNewestDialog) self = user_data;
  g_autoptr (MoptFailure) failure = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptNewest) newest = mopt_newest_fetch_finish (result, &failure, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* closed meanwhile */
  g_clear_object (&self->cancellable);
  if (newest == NULL)
    {
      self->failure = g_steal_pointer (&failure);
      show_failure (self);
    }
  else if (newest->n_messages == 0)
    {
      set_text (self->server_words, "");
      gtk_widget_set_visible (GTK_WIDGET (self->go_to), FALSE);
      g_autofree char *advice
          = g_strjoin ("\n", _ ("The login works. As soon as a message has arrived it is shown here."), newest->note,
                       NULL);

      show_result (self, "object-select-symbolic", "passed", newest->status, advice);
    }
  else
    show_message (self, newest);
}

static void
on_again (MoptNewestDialog *self)
{
  g_autofree char *text = g_strdup_printf (_ ("Asking %s…"), self->settings->incoming.host);

  g_clear_pointer (&self->failure, mopt_failure_free);
  gtk_label_set_label (self->asking, text);
  self->cancellable = g_cancellable_new ();
  show_page (self, "asking", GTK_WIDGET (self->close));
  mopt_newest_fetch_async (self->settings, self->password, FALSE, 0, self->cancellable, on_fetched,
                           g_object_ref (self));
}

static void
on_go_to (MoptNewestDialog *self)
{
  g_autoptr (MoptNewestDialog) alive = g_object_ref (self);
  const char *property = self->failure->property;

  gtk_window_destroy (GTK_WINDOW (self));
  g_signal_emit (self, go_to_signal, 0, property);
}

static void
on_left (gpointer self)
{
  g_cancellable_cancel (MOPT_NEWEST_DIALOG (self)->cancellable);
}

static void
mopt_newest_dialog_dispose (GObject *object)
{
  MoptNewestDialog *self = MOPT_NEWEST_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->settings, mopt_settings_free);
  g_clear_pointer (&self->password, mopt_password_unref);
  g_clear_pointer (&self->failure, mopt_failure_free);
  G_OBJECT_CLASS (mopt_newest_dialog_parent_class)->dispose (object);
}

static void
mopt_newest_dialog_class_init (MoptNewestDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_newest_dialog_dispose;
  go_to_signal = g_signal_new ("go-to-field", MOPT_TYPE_NEWEST_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "newest-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, asking);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, result);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, result_icon);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, sentence);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, advice);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, server_words);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, go_to);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, message);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, sender);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, subject);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, date_row);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, date);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, text);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, note);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, status);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, again);
  gtk_widget_class_bind_template_child (widget_class, MoptNewestDialog, close);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_go_to);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_newest_dialog_init (MoptNewestDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), on_left);
  mopt_mend_accessible_names (GTK_WIDGET (self));
}

GtkWindow *
mopt_newest_dialog_new (GtkWindow *parent, const char *account_name, const MoptSettings *settings,
                        MoptPassword *password)
{
  /* Translators: %s is the name of an account */
  g_autofree char *title = g_strdup_printf (_ ("Newest Message: %s"), account_name);
  MoptNewestDialog *self = g_object_new (MOPT_TYPE_NEWEST_DIALOG, "transient-for", parent, "title", title, NULL);

  self->settings = mopt_settings_copy (settings);
  self->password = password != NULL ? mopt_password_ref (password) : NULL;
  on_again (self);
  return GTK_WINDOW (self);
}
