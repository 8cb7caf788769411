/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/field-editor.h"
#include "app/page-tab.h"

struct _MoptPageTab
{
  GtkBox parent_instance;

  GtkWidget *label;
  GtkWidget *mark; /* revealer */
  char *words;     /* of the label */
};

G_DEFINE_FINAL_TYPE (MoptPageTab, mopt_page_tab, GTK_TYPE_BOX)

/* All tabs are called "Tab" in GTK 4.8: the name belongs to the parent with the role of a tab. */
static void
update_name (MoptPageTab *self, gboolean has_problem)
{
  g_autofree char *name = has_problem ? g_strdup_printf (_ ("%s, has a problem"), self->words) : g_strdup (self->words);

  for (GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self)); parent != NULL;
       parent = gtk_widget_get_parent (parent))
    if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (parent)) == GTK_ACCESSIBLE_ROLE_TAB)
      {
        gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
        return;
      }
}

void
mopt_page_tab_set_problem (MoptPageTab *self, gboolean has_problem)
{
  if (gtk_revealer_get_reveal_child (GTK_REVEALER (self->mark)) == has_problem)
    return;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->mark), has_problem);
  update_name (self, has_problem);
}

void
mopt_page_tab_append (GtkNotebook *notebook, GtkWidget *page, const char *label)
{
  MoptPageTab *self = g_object_new (MOPT_TYPE_PAGE_TAB, NULL);

  self->words = mopt_label_strip (label);
  gtk_label_set_text_with_mnemonic (GTK_LABEL (self->label), label);
  gtk_notebook_append_page (notebook, page, GTK_WIDGET (self));
  update_name (self, FALSE);
}

static void
mopt_page_tab_finalize (GObject *object)
{
  g_free (MOPT_PAGE_TAB (object)->words);
  G_OBJECT_CLASS (mopt_page_tab_parent_class)->finalize (object);
}

static void
mopt_page_tab_class_init (MoptPageTabClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mopt_page_tab_finalize;
}

static void
mopt_page_tab_init (MoptPageTab *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

  self->label = gtk_label_new (NULL);
  self->mark = gtk_revealer_new ();
  gtk_widget_set_margin_start (icon, 6);
  gtk_revealer_set_transition_type (GTK_REVEALER (self->mark), GTK_REVEALER_TRANSITION_TYPE_SLIDE_RIGHT);
  gtk_revealer_set_child (GTK_REVEALER (self->mark), icon);
  gtk_box_append (GTK_BOX (self), self->label);
  gtk_box_append (GTK_BOX (self), self->mark);
}
