/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/known-list.h"
#include "app/message-dialog.h"
#include "app/security-question.h"
#include "app/words-line.h"
#include "base/when.h"

struct _MoptKnownList
{
  GtkBox parent_instance;

  MoptSettings *settings; /* NULL until shown */
  MoptSide side;
};

G_DEFINE_FINAL_TYPE (MoptKnownList, mopt_known_list, GTK_TYPE_BOX)

static guint changed_signal;

/* ---- taking back ---- */

static void
after_change (MoptKnownList *self, gboolean done, const GError *error)
{
  if (!done && error != NULL)
    mopt_tell (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _ ("This was not kept"), error->message);
  mopt_known_list_show (self, self->settings, self->side);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_lowered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptKnownList) self = user_data;

  if (mopt_security_ask_finish (result) && self->settings != NULL)
    after_change (self, TRUE, NULL);
}

static void
on_forget_level (MoptKnownList *self)
{
  mopt_security_ask_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), MOPT_ASK_LOWER, self->settings,
                           self->side, NULL, on_lowered, g_object_ref (self));
}

static void
on_revoke_consent (MoptKnownList *self)
{
  g_autoptr (GError) error = NULL;

  after_change (self, mopt_learned_agree_unencrypted (self->settings, self->side, FALSE, &error), error);
}

static void
on_revoke_trust (MoptKnownList *self, GtkWidget *button)
{
  const MoptTrusted *trusted = g_object_get_data (G_OBJECT (button), "trusted");
  g_autoptr (GError) error = NULL;

  after_change (self, mopt_learned_revoke (self->settings, self->side, trusted->port, trusted->sha256, &error), error);
}

/* ---- the lines ---- */

static GtkWidget *
add_line (MoptKnownList *self, const char *text, const char *action, GCallback callback)
{
  GtkLabel *words = mopt_words_new ();
  GtkWidget *button = gtk_button_new_with_label (action);

  gtk_label_set_label (words, text);
  gtk_label_set_selectable (words, TRUE);
  gtk_widget_add_css_class (button, "in-line");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (self), mopt_words_line_new (words, button));
  return button;
}

static void
add_trusted (MoptKnownList *self, const MoptTrusted *trusted)
{
  g_autofree char *until = mopt_when_day (trusted->until);
  /* Translators: a port, a date, and the fingerprint of a certificate */
  g_autofree char *text = g_strdup_printf (_ ("Certificate trusted by hand on port %u until %s: %s"), trusted->port,
                                           until, trusted->sha256);
  MoptTrusted *copy = g_new0 (MoptTrusted, 1);
  GtkWidget *button = add_line (self, text, _ ("Revoke"), G_CALLBACK (on_revoke_trust));

  copy->port = trusted->port;
  copy->sha256 = g_strdup (trusted->sha256);
  copy->until = trusted->until;
  g_object_set_data_full (G_OBJECT (button), "trusted", copy, (GDestroyNotify) mopt_trusted_free);
}

static void
add_nothing (MoptKnownList *self, const char *text)
{
  GtkLabel *words = mopt_words_new ();

  gtk_label_set_label (words, text);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (words));
}

void
mopt_known_list_show (MoptKnownList *self, const MoptSettings *settings, MoptSide side)
{
  MoptSettings *copy = mopt_settings_copy (settings);
  g_autoptr (GError) error = NULL;
  GtkWidget *child;

  g_clear_pointer (&self->settings, mopt_settings_free);
  self->settings = copy;
  self->side = side;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_box_remove (GTK_BOX (self), child);

  g_autoptr (MoptKnownServer) known = mopt_learned_get (copy, side, &error);
  if (known == NULL)
    {
      add_line (self, error->message, _ ("Forget…"), G_CALLBACK (on_forget_level));
      return;
    }
  g_autofree char *level = mopt_learned_level_text (known->level);
  if (*level != '\0')
    {
      /* Translators: %s is “encrypted, with a login that does not show the password” */
      g_autofree char *text = g_strdup_printf (_ ("Reached before: %s. It never becomes less by itself."), level);

      add_line (self, text, _ ("Forget…"), G_CALLBACK (on_forget_level));
    }
  if (known->unencrypted_agreed)
    add_line (self, _ ("You agreed to go on without encryption."), _ ("Revoke"), G_CALLBACK (on_revoke_consent));
  for (guint i = 0; i < known->trusted->len; i++)
    add_trusted (self, known->trusted->pdata[i]);
  if (mopt_known_server_is_empty (known))
    add_nothing (self, _ ("Nothing yet: there was no login at this server."));
}

static void
mopt_known_list_dispose (GObject *object)
{
  g_clear_pointer (&MOPT_KNOWN_LIST (object)->settings, mopt_settings_free);
  G_OBJECT_CLASS (mopt_known_list_parent_class)->dispose (object);
}

static void
mopt_known_list_class_init (MoptKnownListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_known_list_dispose;
  changed_signal
      = g_signal_new ("changed", MOPT_TYPE_KNOWN_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mopt_known_list_init (MoptKnownList *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 3);
}
