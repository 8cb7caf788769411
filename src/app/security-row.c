/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/security-dialog.h"
#include "app/security-row.h"
#include "check/learned.h"

struct _MoptSecurityRow
{
  MoptFieldRow parent_instance;

  MoptSide side;
  GtkWidget *why; /* button */
};

G_DEFINE_FINAL_TYPE (MoptSecurityRow, mopt_security_row, MOPT_TYPE_FIELD_ROW)

/* What is on the screen, if there is a server in it. */
static MoptSettings *
dup_settings (MoptSecurityRow *self)
{
  MoptSettings *settings = mopt_settings_new (mopt_field_row_get_account (MOPT_FIELD_ROW (self)), NULL);

  if (settings != NULL
      && *(self->side == MOPT_SIDE_OUTGOING ? settings->outgoing.host : settings->incoming.host) != '\0')
    return settings;
  g_clear_pointer (&settings, mopt_settings_free);
  return NULL;
}

/* What the choice means, and what was reached with it. */
static void
update (MoptSecurityRow *self)
{
  MoptFieldRow *row = MOPT_FIELD_ROW (self);
  MoptAccount *account = mopt_field_row_get_account (row);
  MoptField field = mopt_field_by_name (mopt_field_row_get_field (row));
  const MoptChoice *choice
      = mopt_field_choice (field, mopt_account_get_kind (account), mopt_account_get (account, field));
  const char *meaning = choice != NULL && choice->hint != NULL ? _ (choice->hint) : "";

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return; /* it comes here when it is */
  g_autoptr (MoptSettings) settings = dup_settings (self);
  g_autoptr (MoptKnownServer) known = settings != NULL ? mopt_learned_get (settings, self->side, NULL) : NULL;
  g_autofree char *level = known != NULL ? mopt_learned_level_text (known->level) : g_strdup ("");
  /* Translators: %s is “encrypted, with a login that does not show the password” */
  g_autofree char *last = *level != '\0' ? g_strdup_printf (_ ("Last time: %s."), level) : g_strdup ("");
  g_autofree char *hint = g_strconcat (meaning, *meaning != '\0' && *last != '\0' ? " " : "", last, NULL);

  mopt_field_row_set_hint (row, hint, choice != NULL && choice->warns);
  gtk_widget_set_sensitive (self->why, settings != NULL);
}

static void
on_why (MoptSecurityRow *self)
{
  g_autoptr (MoptSettings) settings = dup_settings (self);

  /* pressed through accessibility on a page that is not shown, or while the account changed */
  gtk_widget_set_sensitive (self->why, settings != NULL);
  if (settings == NULL)
    return;
  GtkWindow *dialog = mopt_security_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                                mopt_field_row_get_account (MOPT_FIELD_ROW (self)), self->side);

  gtk_window_present (dialog);
}

static void
mopt_security_row_bind (MoptFieldRow *row, MoptAccount *account)
{
  MoptSecurityRow *self = MOPT_SECURITY_ROW (row);

  MOPT_FIELD_ROW_CLASS (mopt_security_row_parent_class)->bind (row, account);
  self->side = g_str_has_prefix (mopt_field_row_get_field (row), "outgoing-") ? MOPT_SIDE_OUTGOING : MOPT_SIDE_INCOMING;
  self->why = gtk_button_new_with_label (_ ("Why?"));
  gtk_widget_set_tooltip_text (self->why, _ ("Security Details: what the server offers and what is remembered of it"));
  g_signal_connect_swapped (self->why, "clicked", G_CALLBACK (on_why), self);
  mopt_field_row_add_action (row, self->why);
  /* after the row itself, which says what the choice means alone */
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
mopt_security_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mopt_security_row_parent_class)->map (widget);
  update (MOPT_SECURITY_ROW (widget));
}

static void
mopt_security_row_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mopt_security_row_parent_class)->root (widget);
  /* whatever happened above the dialog, a test say, may have taught something */
  g_signal_connect_object (gtk_widget_get_root (widget), "notify::is-active", G_CALLBACK (update), widget,
                           G_CONNECT_SWAPPED);
}

static void
mopt_security_row_class_init (MoptSecurityRowClass *klass)
{
  GTK_WIDGET_CLASS (klass)->map = mopt_security_row_map;
  GTK_WIDGET_CLASS (klass)->root = mopt_security_row_root;
  MOPT_FIELD_ROW_CLASS (klass)->bind = mopt_security_row_bind;
}

static void
mopt_security_row_init (MoptSecurityRow *self)
{
}
