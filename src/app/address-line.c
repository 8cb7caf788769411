/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/address-line.h"
#include "app/row-layout.h"
#include "app/state-mark.h"

/* One for all lines. */
typedef struct
{
  MoptAddressUse use;
  gpointer user_data;
} Ticking;

typedef struct
{
  GtkWidget *check;
  GtkWidget *address;
  GtkWidget *mark;
  GtkWidget *said; /* the line's end: state and words */
  GtkWidget *state;
  GtkWidget *words;
  gulong changed;
} Line;

static Line *
line_of (GtkListItem *list_item)
{
  return g_object_get_data (G_OBJECT (gtk_list_item_get_child (list_item)), "line");
}

/* One sentence. */
static void
name_for_readers (GtkListItem *list_item, Line *line, const char *mark)
{
  MoptAddressItem *item = gtk_list_item_get_item (list_item);
  const char *text = mopt_address_item_get_text (item);
  const char *said = mopt_address_item_get_said (item);
  GString *name = g_string_new (text);

  g_string_append_printf (name, ", %s",
                          mopt_address_item_is_pattern (item) ? mark
                          : mopt_address_item_is_used (item)  ? _ ("in use")
                                                              : _ ("not in use"));
  if (mopt_address_item_is_default (item))
    g_string_append_printf (name, ", %s", mark);
  if (*said != '\0')
    g_string_append_printf (name, ", %s", said);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line->check), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  /* GTK 4.8 has no names for list items: the row is the parent of what stands in it */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (gtk_list_item_get_child (list_item))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name->str, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  mopt_address_item_get_detail (item), -1);
  g_string_free (name, TRUE);
}

static void
show_line (GtkListItem *list_item)
{
  Line *line = line_of (list_item);
  MoptAddressItem *item = gtk_list_item_get_item (list_item);
  const char *said = mopt_address_item_get_said (item);
  const char *detail = mopt_address_item_get_detail (item);
  const char *mark = mopt_address_item_is_default (item)                       ? _ ("Default")
                     : mopt_address_item_is_pattern (item)                     ? _ ("Pattern")
                     : mopt_address_item_get_origin (item) == MOPT_ADDRESS_OWN ? _ ("Your address")
                                                                               : "";

  gtk_label_set_label (GTK_LABEL (line->address), mopt_address_item_get_text (item));
  gtk_label_set_label (GTK_LABEL (line->mark), mark);
  gtk_widget_set_visible (line->mark, *mark != '\0');
  gtk_widget_set_opacity (line->check, mopt_address_item_is_pattern (item) ? 0 : 1);
  gtk_widget_set_sensitive (line->check, !mopt_address_item_is_pattern (item));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (line->check), mopt_address_item_is_used (item));
  mopt_state_mark_set (MOPT_STATE_MARK (line->state), mopt_address_item_get_state (item));
  gtk_widget_set_visible (line->state, mopt_address_item_get_state (item) != MOPT_TEST_WAITING);
  gtk_label_set_label (GTK_LABEL (line->words), said);
  gtk_widget_set_visible (line->said, *said != '\0');
  gtk_widget_set_tooltip_text (line->said, *detail != '\0' ? detail : NULL);
  name_for_readers (list_item, line, mark);
}

static void
on_toggled (GtkCheckButton *check, GtkListItem *list_item)
{
  const Ticking *ticking = g_object_get_data (G_OBJECT (check), "ticking");
  g_autoptr (MoptAddressItem) item = g_object_ref (gtk_list_item_get_item (list_item));

  if (gtk_check_button_get_active (check) == mopt_address_item_is_used (item))
    return;
  ticking->use (item, gtk_check_button_get_active (check), ticking->user_data);
  if (gtk_list_item_get_item (list_item) == item)
    show_line (list_item); /* where it was refused */
}

static GtkWidget *
make_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  /* side by side only where both fit in one line */
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
on_setup (GtkListItemFactory *factory, GtkListItem *list_item, Ticking *ticking)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *start = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  Line *line = g_new0 (Line, 1);

  line->check = gtk_check_button_new ();
  line->said = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  line->state = mopt_state_mark_new ();
  line->address = make_label (start, NULL);
  line->mark = make_label (start, "quiet");
  gtk_label_set_wrap (GTK_LABEL (line->mark), FALSE);
  gtk_widget_set_valign (line->check, GTK_ALIGN_START);
  gtk_widget_set_hexpand (start, TRUE);
  gtk_widget_set_hexpand (columns, TRUE);
  gtk_widget_set_layout_manager (columns, g_object_new (MOPT_TYPE_ROW_LAYOUT, NULL));
  gtk_box_append (GTK_BOX (line->said), line->state);
  line->words = make_label (line->said, "quiet");
  gtk_box_append (GTK_BOX (columns), start);
  gtk_box_append (GTK_BOX (columns), line->said);
  gtk_box_append (GTK_BOX (box), line->check);
  gtk_box_append (GTK_BOX (box), columns);
  g_object_set_data_full (G_OBJECT (box), "line", line, g_free);
  g_object_set_data (G_OBJECT (line->check), "ticking", ticking);
  gtk_list_item_set_child (list_item, box);
  g_signal_connect (line->check, "toggled", G_CALLBACK (on_toggled), list_item);
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  line_of (list_item)->changed = g_signal_connect_swapped (gtk_list_item_get_item (list_item), "changed",
                                                           G_CALLBACK (show_line), list_item);
  show_line (list_item);
}

static void
on_unbind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  g_clear_signal_handler (&line_of (list_item)->changed, gtk_list_item_get_item (list_item));
}

GtkListItemFactory *
mopt_address_line_factory_new (MoptAddressUse use, gpointer user_data)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  Ticking *ticking = g_new (Ticking, 1);

  *ticking = (Ticking){ use, user_data };
  g_object_set_data_full (G_OBJECT (factory), "ticking", ticking, g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), ticking);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  return factory;
}
