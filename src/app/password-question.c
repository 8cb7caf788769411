/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/password-question.h"
#include "app/words-line.h"
#include "base/error.h"

struct _MoptPasswordQuestion
{
  GtkWidget parent_instance;

  GtkWidget *line; /* NULL: disposed */
  GtkLabel *words;
  GtkWidget *agree;

  MoptSecretKey *key; /* NULL: nothing is asked; all three */
  MoptSecretKey *other;
  char *account_name;
};

G_DEFINE_FINAL_TYPE (MoptPasswordQuestion, mopt_password_question, GTK_TYPE_WIDGET)

static guint copied_signal, failed_signal, declined_signal;

static void
forget (MoptPasswordQuestion *self)
{
  g_clear_pointer (&self->key, mopt_secret_key_free);
  g_clear_pointer (&self->other, mopt_secret_key_free);
  g_clear_pointer (&self->account_name, g_free);
}

void
mopt_password_question_ask (MoptPasswordQuestion *self, const MoptSettings *settings, const MoptSecretKey *key,
                            const MoptSecretKey *other)
{
  g_return_if_fail (MOPT_IS_PASSWORD_QUESTION (self));

  forget (self);
  gtk_widget_set_visible (GTK_WIDGET (self), settings != NULL);
  if (settings == NULL)
    return;
  g_autofree char *text = mopt_login_password_elsewhere_text (settings, key, other);
  self->key = mopt_secret_key_copy (key);
  self->other = mopt_secret_key_copy (other);
  self->account_name = g_strdup (settings->account_name);
  gtk_label_set_label (self->words, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->agree), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

const char *
mopt_password_question_get_text (MoptPasswordQuestion *self)
{
  return self->key != NULL ? gtk_label_get_label (self->words) : NULL;
}

static void
on_copied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPasswordQuestion) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPassword) password = mopt_secrets_copy_finish (result, &error);

  if (self->line == NULL)
    return; /* closed meanwhile; who agreed has agreed */
  gtk_widget_set_sensitive (self->agree, TRUE);
  if (password != NULL)
    g_signal_emit (self, copied_signal, 0);
  else if (!g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_DISMISSED)) /* which he did himself */
    g_signal_emit (self, failed_signal, 0, error->message);
}

static void
on_agree (MoptPasswordQuestion *self)
{
  gtk_widget_set_sensitive (self->agree, FALSE);
  mopt_secrets_copy_async (self->other, self->key, self->account_name, MOPT_SECRETS_PROMPT, NULL, on_copied,
                           g_object_ref (self));
}

static void
on_decline (MoptPasswordQuestion *self)
{
  g_signal_emit (self, declined_signal, 0);
}

static void
mopt_password_question_dispose (GObject *object)
{
  MoptPasswordQuestion *self = MOPT_PASSWORD_QUESTION (object);

  g_clear_pointer (&self->line, gtk_widget_unparent);
  forget (self);
  G_OBJECT_CLASS (mopt_password_question_parent_class)->dispose (object);
}

static void
mopt_password_question_class_init (MoptPasswordQuestionClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_password_question_dispose;
  copied_signal = g_signal_new ("copied", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  failed_signal = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  declined_signal = g_signal_new ("declined", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
add_button (MoptPasswordQuestion *self, GtkWidget *box, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "in-line");
  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
mopt_password_question_init (MoptPasswordQuestion *self)
{
  GtkWidget *actions = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->agree = add_button (self, actions, _ ("Use It There"), G_CALLBACK (on_agree));
  add_button (self, actions, _ ("Type Another"), G_CALLBACK (on_decline));
  self->words = mopt_words_new ();
  self->line = mopt_words_line_new (self->words, actions);
  gtk_widget_set_parent (self->line, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
mopt_password_question_new (void)
{
  return g_object_new (MOPT_TYPE_PASSWORD_QUESTION, NULL);
}
