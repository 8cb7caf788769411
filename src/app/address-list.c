/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/address-check.h"
#include "app/address-item.h"
#include "app/address-line.h"
#include "app/address-list.h"
#include "app/application.h"

struct _MoptAddressList
{
  MoptFieldRow parent_instance;

  char *own_address; /* never NULL */
  GListStore *items;
  GtkSingleSelection *selection;
  GtkWidget *list;
  GtkStack *stack; /* "list", "empty" */
  GtkLabel *notice;
  MoptAddressCheck *check;
  GtkWidget *editor; /* popover of Add and Edit */
  GtkWidget *entry;
  GtkLabel *entry_problem;
  GtkButton *accept;
  MoptAddressItem *edited; /* owned; NULL: the popover adds */
  GSimpleActionGroup *actions;
  gboolean locked; /* what is legal is not for this person to change; what he uses is */
};

G_DEFINE_FINAL_TYPE (MoptAddressList, mopt_address_list, MOPT_TYPE_FIELD_ROW)

enum
{
  PROP_OWN_ADDRESS = 1,
};

static MoptAccount *
account_of (MoptAddressList *self)
{
  return mopt_field_row_get_account (MOPT_FIELD_ROW (self));
}

static MoptAddressItem *
selected (MoptAddressList *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

/* Says what an action did, below the list. NULL: nothing. */
static void
say (MoptAddressList *self, const char *text)
{
  gtk_label_set_label (self->notice, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice), text != NULL);
}

static void
enable (MoptAddressList *self, const char *action, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), action)),
                               enabled);
}

static void
update_actions (MoptAddressList *self)
{
  MoptAddressItem *item = selected (self);

  gboolean is_legal = item != NULL && mopt_address_item_get_origin (item) == MOPT_ADDRESS_LEGAL;
  gboolean is_picked = item != NULL && mopt_address_item_get_origin (item) == MOPT_ADDRESS_PICKED;
  gboolean may_add = !self->locked || mopt_address_items_can_pick (account_of (self));

  enable (self, "add", may_add);
  enable (self, "paste", may_add);
  enable (self, "edit", is_legal && !self->locked);
  enable (self, "remove", is_picked || (is_legal && !self->locked));
  enable (self, "make-default",
          item != NULL && mopt_address_item_is_used (item) && !mopt_address_item_is_default (item));
}

static void
update (MoptAddressList *self)
{
  mopt_address_items_update (self->items, account_of (self), self->own_address);
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->items)) > 0 ? "list" : "empty");
  update_actions (self);
}

static void
on_account (MoptAccount *account, GParamSpec *pspec, MoptAddressList *self)
{
  if (g_str_has_prefix (pspec->name, "from-"))
    update (self);
}

static void
use (MoptAddressList *self, MoptAddressItem *item, gboolean yes)
{
  gboolean done = mopt_address_items_use (self->items, account_of (self), item, yes);

  say (self, done ? NULL : _ ("One address at least has to stay in use."));
}

static void
on_use (MoptAddressItem *item, gboolean yes, gpointer self)
{
  use (self, item, yes);
}

/* --- actions ---------------------------------------------------------------------------------------------------- */

static void
open_editor (MoptAddressList *self, MoptAddressItem *item)
{
  g_set_object (&self->edited, item);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), item != NULL ? mopt_address_item_get_text (item) : "");
  gtk_button_set_label (self->accept, item != NULL ? _ ("Chan_ge") : _ ("A_dd to List"));
  mopt_mend_accessible_names (GTK_WIDGET (self->accept));
  gtk_label_set_label (self->entry_problem, "");
  gtk_widget_set_visible (GTK_WIDGET (self->entry_problem), FALSE);
  gtk_popover_popup (GTK_POPOVER (self->editor));
  gtk_widget_grab_focus (self->entry);
}

static char *
added_text (guint n)
{
  return g_strdup_printf (ngettext ("%u address added.", "%u addresses added.", n), n);
}

static gboolean
add (MoptAddressList *self, const char *text, gboolean all_or_none, guint *n_added, GError **error)
{
  if (self->locked)
    return mopt_address_items_pick (account_of (self), text, self->own_address, all_or_none, n_added, error);
  return mopt_address_items_add (account_of (self), text, all_or_none, n_added, error);
}

static void
on_accept (MoptAddressList *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GError) error = NULL;
  guint n_added = 0;
  gboolean good = self->edited != NULL ? mopt_address_items_edit (account_of (self), self->edited, text, &error)
                                       : add (self, text, TRUE, &n_added, &error);

  if (!good)
    {
      gtk_label_set_label (self->entry_problem, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->entry_problem), TRUE);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, error->message,
                                      -1);
      return;
    }
  gtk_popover_popdown (GTK_POPOVER (self->editor));
  if (self->edited != NULL)
    {
      say (self, NULL);
      return;
    }
  g_autofree char *notice = n_added > 0 ? added_text (n_added) : g_strdup (_ ("It is in the list already."));
  say (self, notice);
}

static void
on_add (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_editor (user_data, NULL);
}

static void
on_edit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_editor (user_data, selected (user_data));
}

static void
on_remove (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MoptAddressList *self = user_data;
  g_autofree char *notice = g_strdup_printf (_ ("%s removed."), mopt_address_item_get_text (selected (self)));

  mopt_address_items_remove (account_of (self), selected (self));
  say (self, notice);
}

static void
on_make_default (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MoptAddressList *self = user_data;

  mopt_address_items_make_default (account_of (self), selected (self));
  say (self, NULL);
}

static void
on_pasted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAddressList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);
  guint n_added = 0;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return; /* closed meanwhile */
  if (text == NULL)
    {
      say (self, _ ("There is no text to paste. Copy some addresses first."));
      return;
    }
  g_clear_error (&error);
  add (self, text, FALSE, &n_added, &error);

  g_autofree char *added = added_text (n_added);
  g_autofree char *notice
      = error != NULL ? g_strdup_printf (_ ("%s Not added: %s"), added, error->message) : g_strdup (added);
  say (self, notice);
}

static void
on_paste (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (user_data), NULL, on_pasted, g_object_ref (user_data));
}

static void
on_activate (GtkListView *list, guint position, MoptAddressList *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->actions), "edit", NULL);
}

static gboolean
on_space (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MoptAddressList *self = user_data;
  g_autoptr (MoptAddressItem) item = selected (self) != NULL ? g_object_ref (selected (self)) : NULL;

  if (item == NULL || mopt_address_item_is_pattern (item))
    return FALSE;
  use (self, item, !mopt_address_item_is_used (item));
  return TRUE;
}

static void
add_shortcuts (MoptAddressList *self)
{
  static const struct
  {
    const char *keys;
    const char *action;
  } keys[] = { { "Delete", "addresses.remove" }, { "F2", "addresses.edit" }, { "<Control>v", "addresses.paste" } };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].keys), gtk_named_action_new (keys[i].action)));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("space"), gtk_callback_action_new (on_space, self, NULL)));
  gtk_widget_add_controller (self->list, controller);
}

/* --- the row ---------------------------------------------------------------------------------------------------- */

static void
mopt_address_list_bind (MoptFieldRow *row, MoptAccount *account)
{
  static const GActionEntry entries[] = { { "add", on_add },
                                          { "edit", on_edit },
                                          { "remove", on_remove },
                                          { "make-default", on_make_default },
                                          { "paste", on_paste } };
  MoptAddressList *self = MOPT_ADDRESS_LIST (row);
  g_autoptr (GtkListItemFactory) factory = mopt_address_line_factory_new (on_use, self);

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "addresses", G_ACTION_GROUP (self->actions));

  g_type_ensure (MOPT_TYPE_ADDRESS_CHECK);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (MOPT_RESOURCES "address-list.ui");
  GtkWidget *whole = GTK_WIDGET (gtk_builder_get_object (builder, "whole"));
  self->list = GTK_WIDGET (gtk_builder_get_object (builder, "list"));
  self->stack = GTK_STACK (gtk_builder_get_object (builder, "stack"));
  self->notice = GTK_LABEL (gtk_builder_get_object (builder, "notice"));
  self->check = MOPT_ADDRESS_CHECK (gtk_builder_get_object (builder, "check"));
  self->editor = GTK_WIDGET (gtk_builder_get_object (builder, "editor"));
  self->entry = GTK_WIDGET (gtk_builder_get_object (builder, "entry"));
  self->entry_problem = GTK_LABEL (gtk_builder_get_object (builder, "entry_problem"));
  self->accept = GTK_BUTTON (gtk_builder_get_object (builder, "accept"));
  mopt_mend_accessible_names (whole);
  gtk_widget_set_parent (self->editor, GTK_WIDGET (gtk_builder_get_object (builder, "add")));

  GtkLabel *heading = GTK_LABEL (gtk_builder_get_object (builder, "heading"));
  gtk_label_set_text_with_mnemonic (heading, mopt_field_row_get_label (row));
  gtk_label_set_mnemonic_widget (heading, self->list);

  self->items = g_list_store_new (MOPT_TYPE_ADDRESS_ITEM);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->items)));
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (self->selection));
  mopt_field_row_set_start (row, NULL);
  mopt_field_row_set_editor (row, whole, self->list);
  add_shortcuts (self);

  g_signal_connect (self->list, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect_swapped (self->accept, "clicked", G_CALLBACK (on_accept), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (on_accept), self);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify", G_CALLBACK (on_account), self, 0);
  update (self);
  mopt_address_check_bind (self->check, account, G_LIST_MODEL (self->items));
}

void
mopt_address_list_set_passwords (MoptAddressList *self, MoptPasswordRow *incoming, MoptPasswordRow *outgoing)
{
  g_return_if_fail (MOPT_IS_ADDRESS_LIST (self));

  mopt_address_check_set_passwords (self->check, incoming, outgoing);
}

/* The list stays: which of the addresses are used is always the person's own. */
static void
mopt_address_list_set_locked (MoptFieldRow *row, gboolean locked)
{
  MOPT_ADDRESS_LIST (row)->locked = locked;
  update_actions (MOPT_ADDRESS_LIST (row));
}

static void
mopt_address_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MoptAddressList *self = MOPT_ADDRESS_LIST (object);

  g_free (self->own_address);
  self->own_address = g_value_dup_string (value);
  if (self->items == NULL)
    return;
  mopt_address_check_set_own_address (self->check, self->own_address);
  update (self);
  if (!gtk_widget_get_mapped (self->list)) /* a line has come before the one that was selected */
    gtk_single_selection_set_selected (self->selection, 0);
}

static void
mopt_address_list_dispose (GObject *object)
{
  MoptAddressList *self = MOPT_ADDRESS_LIST (object);

  g_clear_pointer (&self->editor, gtk_widget_unparent);
  g_clear_object (&self->items);
  g_clear_object (&self->selection);
  g_clear_object (&self->edited);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (mopt_address_list_parent_class)->dispose (object);
}

static void
mopt_address_list_finalize (GObject *object)
{
  g_free (MOPT_ADDRESS_LIST (object)->own_address);
  G_OBJECT_CLASS (mopt_address_list_parent_class)->finalize (object);
}

static void
mopt_address_list_class_init (MoptAddressListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = mopt_address_list_set_property;
  object_class->dispose = mopt_address_list_dispose;
  object_class->finalize = mopt_address_list_finalize;
  MOPT_FIELD_ROW_CLASS (klass)->bind = mopt_address_list_bind;
  MOPT_FIELD_ROW_CLASS (klass)->set_locked = mopt_address_list_set_locked;
  g_object_class_install_property (
      object_class, PROP_OWN_ADDRESS,
      g_param_spec_string ("own-address", NULL, NULL, "", G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
}

static void
mopt_address_list_init (MoptAddressList *self)
{
  self->own_address = g_strdup ("");
}
