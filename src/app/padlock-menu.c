/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/padlock-menu.h"
#include "app/words-line.h"

struct _MoptPadlockMenu
{
  GtkWidget parent_instance;

  MoptSection section;
  MoptAccount *account;
  GtkWidget *button;
  GtkImage *icon;
  GtkLabel *label;
  GtkLabel *words; /* weak: stands elsewhere */
  GSimpleAction *action;
};

G_DEFINE_FINAL_TYPE (MoptPadlockMenu, mopt_padlock_menu, GTK_TYPE_WIDGET)

static const struct
{
  const char *can;
  const char *cannot;
} labels[MOPT_N_SECTIONS] = {
  [MOPT_SECTION_INCOMING_SERVER]
  = { N_ ("Users Can Change Server Settings"), N_ ("Users Cannot Change Server Settings") },
  [MOPT_SECTION_INCOMING_ACCOUNT] = { N_ ("Users Can Change Credentials"), N_ ("Users Cannot Change Credentials") },
  [MOPT_SECTION_OUTGOING_SERVER]
  = { N_ ("Users Can Change Server Settings"), N_ ("Users Cannot Change Server Settings") },
  [MOPT_SECTION_OUTGOING_ACCOUNT] = { N_ ("Users Can Change Credentials"), N_ ("Users Cannot Change Credentials") },
  [MOPT_SECTION_CONVERSATION_ID]
  = { N_ ("Users Can Change Conversation ID Settings"), N_ ("Users Cannot Change Conversation ID Settings") },
  [MOPT_SECTION_FROM_ADDRESSES] = { N_ ("Users Can Change From Addresses"), N_ ("Users Cannot Change From Addresses") },
};

#define CAN "can"
#define CANNOT "cannot"

static void
update (MoptPadlockMenu *self)
{
  gboolean locked = mopt_account_has_padlock (self->account, self->section);
  const char *text = _ (locked ? labels[self->section].cannot : labels[self->section].can);
  const char *words = locked ? _ ("All users get these values and cannot change them.")
                             : _ ("Allow E-mail Account Override: users get these values and may enter their own.");
  GtkWidget *toggle = gtk_widget_get_first_child (self->button);

  gtk_image_set_from_icon_name (self->icon, locked ? "changes-prevent-symbolic" : "changes-allow-symbolic");
  gtk_label_set_label (self->label, text);
  if (self->words != NULL)
    gtk_label_set_label (self->words, words);
  /* the focus is on the button within */
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  g_simple_action_set_state (self->action, g_variant_new_string (locked ? CANNOT : CAN));
}

static void
on_change_state (GSimpleAction *action, GVariant *value, MoptPadlockMenu *self)
{
  mopt_account_set_locked (self->account, self->section, g_str_equal (g_variant_get_string (value, NULL), CANNOT));
}

/* --- the layout --- */

/* GtkMenuButton cannot be lower where it is wider, so that its words would not be wrapped; what is in it can. */

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int
measure_button (GtkWidget *self, GtkOrientation orientation, int for_size, int *minimum)
{
  GtkWidget *inner = gtk_widget_get_first_child (MOPT_PADLOCK_MENU (self)->button);
  int natural;

  gtk_widget_measure (inner, orientation, for_size, minimum, &natural, NULL, NULL);
  return natural;
}

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  *natural = measure_button (widget, orientation, for_size, minimum);
  *minimum_baseline = *natural_baseline = -1;
}

static void
allocate (GtkWidget *widget, int width, int height, int baseline)
{
  int minimum, button = MIN (measure_button (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum), width);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  measure_button (widget, GTK_ORIENTATION_VERTICAL, button, &minimum);
  gtk_widget_size_allocate (MOPT_PADLOCK_MENU (widget)->button,
                            &(GtkAllocation){ is_rtl ? 0 : width - button, (height - minimum) / 2, button, minimum },
                            -1);
}

static void
mopt_padlock_menu_dispose (GObject *object)
{
  MoptPadlockMenu *self = MOPT_PADLOCK_MENU (object);

  g_clear_weak_pointer (&self->words);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->account);
  g_clear_object (&self->action);
  G_OBJECT_CLASS (mopt_padlock_menu_parent_class)->dispose (object);
}

static void
mopt_padlock_menu_class_init (MoptPadlockMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_padlock_menu_dispose;
}

static void
mopt_padlock_menu_init (MoptPadlockMenu *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  self->icon = GTK_IMAGE (gtk_image_new ());
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_natural_wrap_mode (self->label, GTK_NATURAL_WRAP_NONE);
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->label));
  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name ("pan-down-symbolic"));

  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), content);
  gtk_widget_add_css_class (self->button, "padlock");
  gtk_widget_set_layout_manager (GTK_WIDGET (self), gtk_custom_layout_new (get_request_mode, measure, allocate));
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));

  self->action = g_simple_action_new_stateful ("users", G_VARIANT_TYPE_STRING, g_variant_new_string (CAN));
  g_signal_connect (self->action, "change-state", G_CALLBACK (on_change_state), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->action));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "padlock", G_ACTION_GROUP (group));
}

GtkWidget *
mopt_padlock_menu_new (MoptAccount *account, MoptSection section)
{
  MoptPadlockMenu *self = g_object_new (MOPT_TYPE_PADLOCK_MENU, NULL);
  g_autoptr (GMenu) menu = g_menu_new ();

  self->section = section;
  self->account = g_object_ref (account);
  g_menu_append (menu, _ (labels[section].can), "padlock.users::" CAN);
  g_menu_append (menu, _ (labels[section].cannot), "padlock.users::" CANNOT);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->button), G_MENU_MODEL (menu));
  g_signal_connect_object (account, "rule-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

GtkWidget *
mopt_padlock_menu_take_words (MoptPadlockMenu *self)
{
  g_return_val_if_fail (self->words == NULL, NULL);

  g_set_weak_pointer (&self->words, mopt_words_new ());
  update (self);
  return GTK_WIDGET (self->words);
}
