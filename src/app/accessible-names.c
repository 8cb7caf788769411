/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/accessible-names.h"

/* "_Save __as__" -> "Save _as_"; NULL without a mnemonic. Caller frees. */
static char *
without_mnemonic (const char *label)
{
  g_autofree char *text = NULL;

  if (label == NULL || !pango_parse_markup (label, -1, '_', NULL, &text, NULL, NULL))
    return NULL;
  return g_strcmp0 (text, label) != 0 ? g_steal_pointer (&text) : NULL;
}

static void
mend (GtkWidget *widget)
{
  const char *label = NULL;

  if (GTK_IS_CHECK_BUTTON (widget) && gtk_check_button_get_use_underline (GTK_CHECK_BUTTON (widget)))
    label = gtk_check_button_get_label (GTK_CHECK_BUTTON (widget));
  else if (GTK_IS_BUTTON (widget) && gtk_button_get_use_underline (GTK_BUTTON (widget)))
    label = gtk_button_get_label (GTK_BUTTON (widget));
  else if (GTK_IS_EXPANDER (widget) && gtk_expander_get_use_underline (GTK_EXPANDER (widget)))
    label = gtk_expander_get_label (GTK_EXPANDER (widget)); /* GTK 4.8 would say the name of its class */
  g_autofree char *text = without_mnemonic (label);
  if (text == NULL)
    return;
  if (!GTK_IS_BUTTON (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL); /* its text speaks */
}

void
mopt_mend_accessible_names (GtkWidget *root)
{
  mend (root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    mopt_mend_accessible_names (child);
}
