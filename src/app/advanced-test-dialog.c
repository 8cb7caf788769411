/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/advanced-test-dialog.h"
#include "app/application.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/row-layout.h"
#include "app/row-notes.h"
#include "app/wrap-layout.h"

typedef enum
{
  FIELD_TO, /* as in MoptRecipientKind */
  FIELD_CC,
  FIELD_BCC,
  FIELD_SUBJECT,
  FIELD_MESSAGE,
  N_FIELDS
} Field;

struct _MoptAdvancedTestDialog
{
  GtkWindow parent_instance;

  GtkWidget *from_row;
  GtkLabel *from;
  GtkWidget *to;
  GtkWidget *cc;
  GtkWidget *bcc;
  GtkWidget *subject;
  GtkWidget *message;
  GtkWidget *message_frame;
  MoptRowNotes *to_notes;
  MoptRowNotes *cc_notes;
  MoptRowNotes *bcc_notes;
  MoptRowNotes *subject_notes;
  MoptRowNotes *message_notes;
  GtkCheckButton *plain;
  GtkCheckButton *html;
  GtkWidget *send;
};

G_DEFINE_FINAL_TYPE (MoptAdvancedTestDialog, mopt_advanced_test_dialog, GTK_TYPE_WINDOW)

static guint send_signal;

static char *
dup_text (MoptAdvancedTestDialog *self)
{
  char *text = NULL;

  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->message)), "text", &text, NULL);
  return text;
}

MoptTestMail *
mopt_advanced_test_dialog_dup_mail (MoptAdvancedTestDialog *self)
{
  g_return_val_if_fail (MOPT_IS_ADVANCED_TEST_DIALOG (self), NULL);

  g_autofree char *text = dup_text (self);
  const MoptTestMail mail = {
    .to = (char *) gtk_editable_get_text (GTK_EDITABLE (self->to)),
    .cc = (char *) gtk_editable_get_text (GTK_EDITABLE (self->cc)),
    .bcc = (char *) gtk_editable_get_text (GTK_EDITABLE (self->bcc)),
    .subject = (char *) gtk_editable_get_text (GTK_EDITABLE (self->subject)),
    .text = text,
    .html = gtk_check_button_get_active (self->html),
  };
  return mopt_test_mail_copy (&mail);
}

/* --- problems --------------------------------------------------------------------------------------------------- */

static void
show_problem (MoptAdvancedTestDialog *self, Field field, const char *problem)
{
  GtkWidget *editors[N_FIELDS] = { self->to, self->cc, self->bcc, self->subject, self->message };
  MoptRowNotes *notes[N_FIELDS]
      = { self->to_notes, self->cc_notes, self->bcc_notes, self->subject_notes, self->message_notes };
  GtkWidget *framed = field == FIELD_MESSAGE ? self->message_frame : editors[field];

  mopt_row_notes_set_problem (notes[field], problem);
  if (problem == NULL)
    {
      gtk_widget_remove_css_class (framed, "error");
      gtk_accessible_reset_property (GTK_ACCESSIBLE (editors[field]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
      gtk_accessible_reset_state (GTK_ACCESSIBLE (editors[field]), GTK_ACCESSIBLE_STATE_INVALID);
      return;
    }
  gtk_widget_add_css_class (framed, "error");
  gtk_accessible_update_property (GTK_ACCESSIBLE (editors[field]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, problem, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (editors[field]), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_TRUE, -1);
  gtk_widget_grab_focus (editors[field]);
}

/* What is wrong first, and where; NULL: nothing. Caller frees. */
static char *
find_problem (const MoptTestMail *mail, Field *field)
{
  g_autoptr (GPtrArray) recipients = mopt_test_mail_recipients (mail);
  const MoptTestMail only_recipients = { mail->to, mail->cc, mail->bcc, NULL, NULL, FALSE };
  const MoptTestMail without_text = { mail->to, mail->cc, mail->bcc, mail->subject, NULL, FALSE };
  char *problem;

  for (guint i = 0; i < recipients->len; i++)
    {
      const MoptTestRecipient *recipient = recipients->pdata[i];

      *field = (Field) recipient->kind;
      if (recipient->problem != NULL)
        return g_strdup (recipient->problem);
    }
  *field = FIELD_TO;
  if ((problem = mopt_test_mail_problem (&only_recipients)) != NULL)
    return problem;
  *field = FIELD_SUBJECT;
  if ((problem = mopt_test_mail_problem (&without_text)) != NULL)
    return problem;
  *field = FIELD_MESSAGE;
  return mopt_test_mail_problem (mail);
}

/* It goes as soon as somebody mends it. */
static void
on_changed (MoptAdvancedTestDialog *self)
{
  for (Field field = 0; field < N_FIELDS; field++)
    show_problem (self, field, NULL);
}

/* --- sending ---------------------------------------------------------------------------------------------------- */

void
mopt_ask_to_send_async (GtkWindow *parent, const MoptTestMail *mail, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) recipients = mopt_test_mail_recipients (mail);
  g_autoptr (GString) text = g_string_new (NULL);
  const MoptAnswer answers[]
      = { { _ ("_Cancel"), MOPT_ANSWER_NORMAL }, { _ ("_Send"), MOPT_ANSWER_SUGGESTED }, { NULL } };

  for (MoptRecipientKind kind = MOPT_RECIPIENT_TO; kind <= MOPT_RECIPIENT_BCC; kind++)
    {
      g_autoptr (GString) list = g_string_new (NULL);

      for (guint i = 0; i < recipients->len; i++)
        {
          const MoptTestRecipient *recipient = recipients->pdata[i];

          /* the address itself: a name beside it may say anything; each in its own direction */
          if (recipient->kind == kind && recipient->address != NULL)
            g_string_append_printf (list, "%s\u2068%s\u2069", list->len > 0 ? ", " : "", recipient->address);
        }
      if (list->len == 0)
        continue;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append_printf (text,
                              kind == MOPT_RECIPIENT_TO   ? _ ("To: %s")
                              : kind == MOPT_RECIPIENT_CC ? _ ("CC: %s")
                                                          : _ ("BCC: %s"),
                              list->str);
    }
  mopt_ask_async (parent, _ ("This message goes to:"), text->str, answers, callback, user_data);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAdvancedTestDialog) self = user_data;
  guint answer = mopt_ask_finish (result);

  if (answer != 1 || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  gtk_window_destroy (GTK_WINDOW (self));
  g_signal_emit (self, send_signal, 0);
}

static void
on_send (MoptAdvancedTestDialog *self)
{
  g_autoptr (MoptTestMail) mail = mopt_advanced_test_dialog_dup_mail (self);
  Field field;
  g_autofree char *problem = find_problem (mail, &field);

  if (problem != NULL)
    show_problem (self, field, problem);
  else
    mopt_ask_to_send_async (GTK_WINDOW (self), mail, on_answered, g_object_ref (self));
}

/* --- building --------------------------------------------------------------------------------------------------- */

static void
mopt_advanced_test_dialog_class_init (MoptAdvancedTestDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  send_signal = g_signal_new ("send", MOPT_TYPE_ADVANCED_TEST_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  g_type_ensure (MOPT_TYPE_ROW_NOTES);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "advanced-test-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, from_row);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, from);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, to);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, cc);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, bcc);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, subject);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, message);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, message_frame);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, to_notes);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, cc_notes);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, bcc_notes);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, subject_notes);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, message_notes);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, plain);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, html);
  gtk_widget_class_bind_template_child (widget_class, MoptAdvancedTestDialog, send);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_send);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_advanced_test_dialog_init (MoptAdvancedTestDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->send);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->message)), "changed",
                            G_CALLBACK (on_changed), self);
  mopt_leaving_init (GTK_WINDOW (self), NULL);
  mopt_mend_accessible_names (GTK_WIDGET (self));
}

GtkWindow *
mopt_advanced_test_dialog_new (GtkWindow *parent, const char *account_name, const char *from, const MoptTestMail *mail)
{
  /* Translators: %s is the name of an account */
  g_autofree char *title = g_strdup_printf (_ ("Advanced Test: %s"), account_name);
  MoptAdvancedTestDialog *self
      = g_object_new (MOPT_TYPE_ADVANCED_TEST_DIALOG, "transient-for", parent, "title", title, NULL);

  gtk_widget_set_visible (self->from_row, from != NULL);
  gtk_label_set_label (self->from, from != NULL ? from : "");
  gtk_editable_set_text (GTK_EDITABLE (self->to), mail->to != NULL ? mail->to : "");
  gtk_editable_set_text (GTK_EDITABLE (self->cc), mail->cc != NULL ? mail->cc : "");
  gtk_editable_set_text (GTK_EDITABLE (self->bcc), mail->bcc != NULL ? mail->bcc : "");
  gtk_editable_set_text (GTK_EDITABLE (self->subject), mail->subject != NULL ? mail->subject : "");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->message)),
                            mail->text != NULL ? mail->text : "", -1);
  gtk_check_button_set_active (mail->html ? self->html : self->plain, TRUE);
  gtk_window_set_focus (GTK_WINDOW (self), self->to);
  return GTK_WINDOW (self);
}
