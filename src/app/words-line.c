/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/row-layout.h"
#include "app/words-line.h"

GtkLabel *
mopt_words_new (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "quiet");
  return GTK_LABEL (label);
}

GtkWidget *
mopt_words_line_new (GtkLabel *words, GtkWidget *actions)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_layout_manager (line, g_object_new (MOPT_TYPE_ROW_LAYOUT, NULL));
  gtk_widget_set_halign (actions, GTK_ALIGN_END);
  gtk_widget_set_valign (actions, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (words));
  gtk_box_append (GTK_BOX (line), actions);
  gtk_widget_add_css_class (line, "words");
  return line;
}
