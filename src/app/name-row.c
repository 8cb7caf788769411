/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/name-row.h"
#include "app/provenance.h"
#include "app/words-line.h"

struct _MoptNameRow
{
  MoptFieldRow parent_instance;

  GtkLabel *words; /* what the publisher calls it */
  GtkWidget *use_published;
};

G_DEFINE_FINAL_TYPE (MoptNameRow, mopt_name_row, MOPT_TYPE_FIELD_ROW)

static void
update (MoptNameRow *self)
{
  MoptFieldRow *row = MOPT_FIELD_ROW (self);
  MoptAccount *account = mopt_field_row_get_account (row);
  gboolean is_published = !mopt_account_is_personal (account) && !mopt_account_is_publishing (account);
  const char *theirs = is_published ? mopt_account_get_layer_name (account, MOPT_LAYER_PUBLISHED) : NULL;
  gboolean differs = theirs != NULL && !g_str_equal (theirs, mopt_account_get_name (account));

  mopt_field_row_set_locked (row, !mopt_account_may_rename (account));
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->words)), differs);
  gtk_widget_set_visible (self->use_published, mopt_account_may_rename (account));
  if (!differs)
    {
      mopt_field_row_set_description (row, NULL);
      return;
    }
  /* Translators: an organisation, the name of an account */
  g_autofree char *words = g_strdup_printf (_ ("%s calls it “%s”."), mopt_provenance_who (account), theirs);
  gtk_label_set_label (self->words, words);
  mopt_field_row_set_description (row, words);
}

static void
on_use_published (MoptNameRow *self)
{
  MoptAccount *account = mopt_field_row_get_account (MOPT_FIELD_ROW (self));

  gtk_widget_grab_focus (GTK_WIDGET (self)); /* the button is about to go */
  mopt_account_set_name (account, mopt_account_get_layer_name (account, MOPT_LAYER_PUBLISHED));
}

static void
mopt_name_row_bind (MoptFieldRow *row, MoptAccount *account)
{
  MoptNameRow *self = MOPT_NAME_ROW (row);

  MOPT_FIELD_ROW_CLASS (mopt_name_row_parent_class)->bind (row, account);
  self->use_published = gtk_button_new_with_label (_ ("Use Published Name"));
  gtk_widget_add_css_class (self->use_published, "in-line");
  self->words = mopt_words_new ();
  mopt_field_row_add_below (row, mopt_words_line_new (self->words, self->use_published));
  g_signal_connect_swapped (self->use_published, "clicked", G_CALLBACK (on_use_published), self);
  g_signal_connect_object (account, "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "rule-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
mopt_name_row_class_init (MoptNameRowClass *klass)
{
  MOPT_FIELD_ROW_CLASS (klass)->bind = mopt_name_row_bind;
}

static void
mopt_name_row_init (MoptNameRow *self)
{
}
