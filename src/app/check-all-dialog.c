/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/check-all-dialog.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/state-mark.h"
#include "app/wrap-layout.h"
#include "base/harmful.h"

struct _MoptCheckAllDialog
{
  GtkWindow parent_instance;

  GtkWidget *result;
  GtkLabel *summary;
  GtkListView *list;
  GtkButton *again;
  GtkButton *close;

  GListModel *accounts;
  MoptCheckAll *check;
};

G_DEFINE_FINAL_TYPE (MoptCheckAllDialog, mopt_check_all_dialog, GTK_TYPE_WINDOW)

static guint open_signal;

static void
set_button (GtkButton *button, const char *label)
{
  gtk_button_set_label (button, label);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static gboolean
is_running (MoptCheckAllDialog *self)
{
  return mopt_check_all_get_result (self->check) == MOPT_RESULT_NONE;
}

/* --- a line ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget *mark;
  GtkLabel *name;
  GtkLabel *words;
  GtkLabel *time;
  gulong changed;
} Line;

static Line *
line_of (GtkListItem *list_item)
{
  return g_object_get_data (G_OBJECT (gtk_list_item_get_child (list_item)), "line");
}

static void
show_line (GtkListItem *list_item)
{
  MoptCheckedAccount *row = gtk_list_item_get_item (list_item);
  GtkWidget *child = gtk_list_item_get_child (list_item);
  MoptTestState state = mopt_checked_account_get_state (row);
  const char *words = mopt_checked_account_get_line (row);
  const char *advice = mopt_checked_account_get_advice (row);
  g_autofree char *name = mopt_clean_words (mopt_account_get_name (mopt_checked_account_get_account (row)), -1);
  g_autofree char *time = mopt_state_mark_time (state, mopt_checked_account_get_ms (row));
  /* Translators: what a screen reader says of an account that is checked: its name, and how it is */
  g_autofree char *sentence = g_strdup_printf (_ ("%s: %s"), *name != '\0' ? name : _ ("Without a name"), words);
  Line *line = line_of (list_item);

  mopt_state_mark_set (MOPT_STATE_MARK (line->mark), state);
  gtk_label_set_label (line->name, *name != '\0' ? name : _ ("Without a name"));
  gtk_label_set_label (line->words, words);
  gtk_label_set_label (line->time, time);
  gtk_widget_set_tooltip_text (child, *advice != '\0' ? advice : NULL);
  /* GTK 4.8 has no names for list items: the row is the parent of what stands in it */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (child)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sentence, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, advice, -1);
}

static GtkLabel *
add_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
on_setup (GtkListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  Line *line = g_new0 (Line, 1);

  line->mark = mopt_state_mark_new ();
  gtk_widget_add_css_class (box, "account");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (box), line->mark);
  gtk_box_append (GTK_BOX (box), texts);
  line->name = add_label (texts, "heading");
  line->words = add_label (texts, "quiet");
  line->time = add_label (box, "helper");
  gtk_widget_add_css_class (GTK_WIDGET (line->time), "numeric");
  gtk_widget_set_valign (GTK_WIDGET (line->time), GTK_ALIGN_START);
  gtk_label_set_wrap (line->time, FALSE);
  g_object_set_data_full (G_OBJECT (box), "line", line, g_free);
  gtk_list_item_set_child (list_item, box);
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  line_of (list_item)->changed = g_signal_connect_swapped (gtk_list_item_get_item (list_item), "notify::state",
                                                           G_CALLBACK (show_line), list_item);
  show_line (list_item);
}

static void
on_unbind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  g_clear_signal_handler (&line_of (list_item)->changed, gtk_list_item_get_item (list_item));
}

/* --- the check -------------------------------------------------------------------------------------------------- */

static void
update (MoptCheckAllDialog *self)
{
  gboolean runs = is_running (self);

  gtk_label_set_label (self->summary, runs ? _ ("Checking the connections of all accounts. No message is sent.")
                                           : mopt_check_all_get_summary (self->check));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->result), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_label (self->summary), -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->again), !runs);
  set_button (self->close, runs ? _ ("_Cancel") : _ ("_Close"));
}

static void
on_finished (MoptCheckAllDialog *self)
{
  update (self);
  /* a screen reader says what has the focus; GTK 4.8 has no other way to speak up. Whoever reads the list goes on. */
  if (gtk_window_get_focus (GTK_WINDOW (self)) == GTK_WIDGET (self->close))
    gtk_widget_grab_focus (self->result);
}

static void
drop_check (MoptCheckAllDialog *self)
{
  if (self->check == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->check, self);
  mopt_check_all_cancel (self->check);
  g_clear_object (&self->check);
}

static void
on_again (MoptCheckAllDialog *self)
{
  drop_check (self);
  self->check = mopt_check_all_new (self->accounts, 0);
  g_autoptr (GtkSingleSelection) selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->check)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_signal_connect_swapped (self->check, "finished", G_CALLBACK (on_finished), self);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->close));
  mopt_check_all_start (self->check);
}

static void
cancel_or_close (MoptCheckAllDialog *self)
{
  if (is_running (self))
    mopt_check_all_cancel (self->check);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  cancel_or_close (MOPT_CHECK_ALL_DIALOG (widget));
  return TRUE;
}

static void
on_activate (GtkListView *list, guint position, MoptCheckAllDialog *self)
{
  g_autoptr (MoptCheckAllDialog) alive = g_object_ref (self);
  g_autoptr (MoptCheckedAccount) row = g_list_model_get_item (G_LIST_MODEL (self->check), position);

  gtk_window_destroy (GTK_WINDOW (self));
  g_signal_emit (self, open_signal, 0, mopt_checked_account_get_account (row));
}

static void
on_left (gpointer self)
{
  drop_check (self);
}

static void
mopt_check_all_dialog_dispose (GObject *object)
{
  MoptCheckAllDialog *self = MOPT_CHECK_ALL_DIALOG (object);

  drop_check (self);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (mopt_check_all_dialog_parent_class)->dispose (object);
}

static void
mopt_check_all_dialog_class_init (MoptCheckAllDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_check_all_dialog_dispose;
  open_signal = g_signal_new ("open-account", MOPT_TYPE_CHECK_ALL_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, MOPT_TYPE_ACCOUNT);

  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "check-all-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptCheckAllDialog, result);
  gtk_widget_class_bind_template_child (widget_class, MoptCheckAllDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, MoptCheckAllDialog, list);
  gtk_widget_class_bind_template_child (widget_class, MoptCheckAllDialog, again);
  gtk_widget_class_bind_template_child (widget_class, MoptCheckAllDialog, close);
  gtk_widget_class_bind_template_callback (widget_class, cancel_or_close);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
}

static void
mopt_check_all_dialog_init (MoptCheckAllDialog *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  gtk_list_view_set_factory (self->list, factory);
  mopt_leaving_init (GTK_WINDOW (self), on_left);
  mopt_mend_accessible_names (GTK_WIDGET (self));
}

GtkWindow *
mopt_check_all_dialog_new (GtkWindow *parent, GListModel *accounts)
{
  MoptCheckAllDialog *self = g_object_new (MOPT_TYPE_CHECK_ALL_DIALOG, "transient-for", parent, NULL);

  self->accounts = g_object_ref (accounts);
  on_again (self);
  return GTK_WINDOW (self);
}
