/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/application.h"
#include "app/field-editor.h"
#include "app/mailbox-row.h"
#include "check/folders.h"
#include "model/validate.h"

struct _MoptMailboxRow
{
  MoptFieldRow parent_instance;

  GtkWidget *entry;
  GtkMenuButton *arrow;
  GtkWidget *refresh;
  GtkWidget *popover;
  GtkStack *stack; /* "asking", "list", "message" */
  GtkLabel *asking_label;
  GtkLabel *message;
  GtkLabel *note; /* below the list */
  GtkListView *list;
  GtkSingleSelection *selection;
  GtkStringList *mailboxes; /* what the server said last */

  MoptPasswordRow *password; /* not owned: a row of the same window; nullable */
  gboolean is_filled;
  GCancellable *cancellable; /* of the asking that is under way, or NULL */
};

G_DEFINE_FINAL_TYPE (MoptMailboxRow, mopt_mailbox_row, MOPT_TYPE_FIELD_ROW)

static void
show_message (MoptMailboxRow *self, const char *text)
{
  gtk_label_set_label (self->message, text);
  gtk_stack_set_visible_child_name (self->stack, "message");
}

/* Once the rows have been laid out the one of the present mailbox takes the focus. GTK 4.8 offers no way but to look
 * for its widget; far down a long list there is none yet: then the first row takes it. */
static gboolean
on_first_frame (GtkWidget *list, GdkFrameClock *clock, gpointer user_data)
{
  MoptMailboxRow *self = user_data;
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  if (gtk_widget_get_first_child (list) == NULL)
    return G_SOURCE_CONTINUE;
  gtk_widget_grab_focus (list);
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *label = gtk_widget_get_first_child (row);

      if (GTK_IS_LABEL (label) && g_str_equal (gtk_label_get_label (GTK_LABEL (label)), name))
        gtk_widget_grab_focus (row);
    }
  return G_SOURCE_REMOVE;
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL;
  g_auto (GStrv) names = mopt_folders_fetch_finish (result, &note, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the row may be gone, or asks again */
  MoptMailboxRow *self = user_data;

  /* It does not open by itself: whoever closed it meanwhile does something else now. */
  g_clear_object (&self->cancellable);
  if (names == NULL)
    {
      show_message (self, error->message);
      return;
    }
  gtk_string_list_splice (self->mailboxes, 0, g_list_model_get_n_items (G_LIST_MODEL (self->mailboxes)),
                          (const char *const *) names);
  self->is_filled = TRUE;
  gtk_label_set_label (self->note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
  gtk_stack_set_visible_child_name (self->stack, "list");
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], gtk_editable_get_text (GTK_EDITABLE (self->entry))))
      gtk_single_selection_set_selected (self->selection, i);
  if (gtk_widget_get_mapped (self->popover))
    gtk_widget_add_tick_callback (GTK_WIDGET (self->list), on_first_frame, self, NULL);
}

/* Why the server cannot be asked yet: the first thing that is missing, or NULL. */
static char *
find_missing (MoptMailboxRow *self, MoptAccount *account)
{
  g_autoptr (GPtrArray) problems = mopt_validate_complete (account, MOPT_SIDE_INCOMING);

  for (guint i = 0; i < problems->len; i++)
    {
      const MoptProblem *problem = problems->pdata[i];

      if (!g_str_equal (problem->property, "incoming-mailbox"))
        return g_strdup (problem->error->message);
    }
  return self->password != NULL ? mopt_password_row_dup_missing (self->password) : NULL;
}

static void
stop_asking (MoptMailboxRow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
ask (MoptMailboxRow *self)
{
  MoptAccount *account = mopt_field_row_get_account (MOPT_FIELD_ROW (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSettings) settings = NULL;
  g_autofree char *missing = find_missing (self, account);

  if (missing != NULL)
    {
      g_autofree char *text = g_strdup_printf (_ ("The server cannot be asked for its mailboxes yet. %s"), missing);
      show_message (self, text);
      gtk_menu_button_popup (self->arrow);
      return;
    }
  settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    {
      show_message (self, error->message);
      gtk_menu_button_popup (self->arrow);
      return;
    }
  stop_asking (self);
  self->cancellable = g_cancellable_new ();

  g_autofree char *text = g_strdup_printf (_ ("Asking %s…"), settings->incoming.host);
  g_autoptr (MoptPassword) typed = self->password != NULL ? mopt_password_row_dup_typed (self->password) : NULL;
  gtk_label_set_label (self->asking_label, text);
  gtk_stack_set_visible_child_name (self->stack, "asking");
  gtk_menu_button_popup (self->arrow);
  mopt_folders_fetch_async (settings, typed, self->cancellable, on_fetched, self);
}

static void
on_popover_shown (MoptMailboxRow *self)
{
  if (self->is_filled)
    gtk_widget_add_tick_callback (GTK_WIDGET (self->list), on_first_frame, self, NULL);
  else if (self->cancellable == NULL && g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "message") != 0)
    ask (self);
}

/* The next opening asks again after a failure. */
static void
on_popover_closed (MoptMailboxRow *self)
{
  if (!self->is_filled && self->cancellable == NULL)
    gtk_stack_set_visible_child_name (self->stack, "asking");
}

static void
on_activate (GtkListView *list, guint position, MoptMailboxRow *self)
{
  const char *name = gtk_string_list_get_string (self->mailboxes, position);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), name);
  gtk_menu_button_popdown (self->arrow);
  gtk_widget_grab_focus (self->entry);
}

static void
on_setup (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  const char *name = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (label), name);
  /* GTK 4.8 has no names for list items: the row is the label's parent */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (label)), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

/* Another server, port or user has other mailboxes. */
static void
on_account (MoptAccount *account, GParamSpec *pspec, MoptMailboxRow *self)
{
  if (!g_str_has_prefix (pspec->name, "incoming-") || g_str_equal (pspec->name, "incoming-mailbox"))
    return;
  self->is_filled = FALSE;
  stop_asking (self);
  gtk_stack_set_visible_child_name (self->stack, "asking");
}

void
mopt_mailbox_row_set_password (MoptMailboxRow *self, MoptPasswordRow *password)
{
  self->password = password;
}

static void
mopt_mailbox_row_bind (MoptFieldRow *row, MoptAccount *account)
{
  MoptMailboxRow *self = MOPT_MAILBOX_ROW (row);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *linked = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (MOPT_RESOURCES "mailbox-list.ui");
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->entry = mopt_entry_new_bound (account, mopt_field_row_get_field (row));
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 12);
  self->arrow = GTK_MENU_BUTTON (gtk_menu_button_new ());
  self->popover = GTK_WIDGET (gtk_builder_get_object (builder, "popover"));
  self->stack = GTK_STACK (gtk_builder_get_object (builder, "stack"));
  self->asking_label = GTK_LABEL (gtk_builder_get_object (builder, "asking_label"));
  self->message = GTK_LABEL (gtk_builder_get_object (builder, "message"));
  self->note = GTK_LABEL (gtk_builder_get_object (builder, "note"));
  self->list = GTK_LIST_VIEW (gtk_builder_get_object (builder, "list"));
  self->mailboxes = gtk_string_list_new (NULL);
  gtk_menu_button_set_popover (self->arrow, self->popover);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->arrow), _ ("Mailboxes of the server"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->arrow), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Mailboxes of the server"), -1);

  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->mailboxes)));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));

  self->refresh = gtk_button_new_from_icon_name ("view-refresh-symbolic");
  gtk_widget_set_tooltip_text (self->refresh, _ ("Ask the server for its mailboxes"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->refresh), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Ask the server for its mailboxes"), -1);
  gtk_widget_add_css_class (linked, "linked");
  gtk_widget_set_hexpand (linked, TRUE);
  gtk_box_append (GTK_BOX (linked), self->entry);
  gtk_box_append (GTK_BOX (linked), GTK_WIDGET (self->arrow));
  gtk_box_append (GTK_BOX (line), linked);
  gtk_box_append (GTK_BOX (line), self->refresh);
  mopt_field_row_set_editor (row, line, self->entry);

  g_signal_connect_swapped (self->refresh, "clicked", G_CALLBACK (ask), self);
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (on_popover_shown), self);
  g_signal_connect_swapped (self->popover, "closed", G_CALLBACK (on_popover_closed), self);
  g_signal_connect (self->list, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect_object (account, "notify", G_CALLBACK (on_account), self, 0);
}

static void
mopt_mailbox_row_dispose (GObject *object)
{
  MoptMailboxRow *self = MOPT_MAILBOX_ROW (object);

  stop_asking (self);
  g_clear_object (&self->selection);
  g_clear_object (&self->mailboxes);
  G_OBJECT_CLASS (mopt_mailbox_row_parent_class)->dispose (object);
}

static void
mopt_mailbox_row_class_init (MoptMailboxRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_mailbox_row_dispose;
  MOPT_FIELD_ROW_CLASS (klass)->bind = mopt_mailbox_row_bind;
}

static void
mopt_mailbox_row_init (MoptMailboxRow *self)
{
  /* its window goes; something may hold that longer */
  g_signal_connect (self, "unrealize", G_CALLBACK (stop_asking), NULL);
}
