/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/row-layout.h"
#include "app/withdrawn-dialog.h"
#include "app/wrap-layout.h"
#include "base/when.h"
#include "store/withdrawn.h"

struct _MoptWithdrawnDialog
{
  GtkWindow parent_instance;

  GtkListBox *list;

  MoptAccounts *accounts;
  guint n_taking; /* that are under way */
  char *shown;    /* what the rows are about: they stay as long as that does */
};

G_DEFINE_FINAL_TYPE (MoptWithdrawnDialog, mopt_withdrawn_dialog, GTK_TYPE_WINDOW)

static guint taken_back_signal;

static void update (MoptWithdrawnDialog *self);

/* --- Taking back ------------------------------------------------------------------------------------------------- */

typedef struct
{
  MoptWithdrawnDialog *dialog;
  char *id;
  char *new_id; /* where it is not published again */
} Taking;

static void
taking_free (Taking *self)
{
  g_clear_object (&self->dialog);
  g_free (self->id);
  g_free (self->new_id);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Taking, taking_free)

static void
on_recovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Taking) taking = user_data;
  MoptWithdrawnDialog *self = taking->dialog;
  g_autoptr (GError) error = NULL;
  gboolean done = mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error);

  self->n_taking--;
  if (done && !mopt_leaving_is_gone (self))
    {
      MoptAccount *account = mopt_accounts_get (self->accounts, taking->id);

      if (account == NULL)
        account = mopt_accounts_get (self->accounts, taking->new_id);
      if (account != NULL) /* else somebody was quick to delete it */
        g_signal_emit (self, taken_back_signal, 0, account);
    }
  else if (!done)
    mopt_tell (GTK_WINDOW (self), _ ("This account was not taken back"), error->message);
  if (!mopt_leaving_is_gone (self))
    update (self);
}

static void
on_take_back (GtkButton *button, MoptWithdrawnDialog *self)
{
  const MoptWithdrawn *withdrawn = g_object_get_data (G_OBJECT (button), "withdrawn");
  Taking *taking = g_new0 (Taking, 1);
  const MoptChange change = { .what = MOPT_CHANGE_RECOVER, .id = withdrawn->id };

  self->n_taking++;
  taking->dialog = g_object_ref (self);
  taking->id = g_strdup (withdrawn->id);
  taking->new_id = g_strdup (withdrawn->new_id);
  mopt_accounts_apply_async (self->accounts, &change, NULL, on_recovered, taking);
}

/* --- The rows ---------------------------------------------------------------------------------------------------- */

static GtkWidget *
line_new (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* The button, which keeps @list, where @withdrawn lives. */
static GtkWidget *
add_row (MoptWithdrawnDialog *self, const MoptWithdrawn *withdrawn, GPtrArray *list)
{
  g_autofree char *date = mopt_when_day (withdrawn->date);
  g_autofree char *until = mopt_when_day (withdrawn->until);
  /* Translators: two dates */
  g_autofree char *dates = g_strdup_printf (_ ("Withdrawn on %s, kept until %s"), date, until);
  /* Translators: the name of an account, and what the line above says of it */
  g_autofree char *spoken = g_strdup_printf (_ ("%s, %s"), withdrawn->name, dates);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Take Back"));

  gtk_widget_set_layout_manager (content, g_object_new (MOPT_TYPE_ROW_LAYOUT, NULL));
  gtk_widget_add_css_class (content, "account");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), line_new (withdrawn->name, "heading"));
  gtk_box_append (GTK_BOX (words), line_new (dates, "helper"));
  gtk_box_append (GTK_BOX (content), words);
  gtk_box_append (GTK_BOX (content), button);

  mopt_mend_accessible_names (button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data_full (G_OBJECT (button), "list", g_ptr_array_ref (list), (GDestroyNotify) g_ptr_array_unref);
  g_object_set_data (G_OBJECT (button), "withdrawn", (gpointer) withdrawn);
  g_signal_connect (button, "clicked", G_CALLBACK (on_take_back), self);

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), content);
  gtk_list_box_append (self->list, row);
  return button;
}

static char *
describe (GPtrArray *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (text, "%s %" G_GINT64_FORMAT "\n", ((MoptWithdrawn *) list->pdata[i])->id,
                            ((MoptWithdrawn *) list->pdata[i])->date);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Which row the focus is in; 0 where it is in none. */
static guint
focused_row (MoptWithdrawnDialog *self)
{
  GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (self->list));

  return row != NULL ? (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) : 0;
}

/* Rows may have come or gone: the focus is in the list then, where the person was. What is under way says so first. */
static void
update (MoptWithdrawnDialog *self)
{
  if (self->n_taking > 0)
    return;

  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();
  g_autofree char *what = describe (list);
  guint at = focused_row (self);
  GtkListBoxRow *row;

  if (list->len == 0)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  if (g_strcmp0 (what, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&what);
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < list->len; i++)
    {
      GtkWidget *button = add_row (self, list->pdata[i], list);

      if (i == MIN (at, list->len - 1))
        gtk_widget_grab_focus (button);
    }
}

/* --- The window -------------------------------------------------------------------------------------------------- */

static void
mopt_withdrawn_dialog_dispose (GObject *object)
{
  MoptWithdrawnDialog *self = MOPT_WITHDRAWN_DIALOG (object);

  g_clear_object (&self->accounts);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (mopt_withdrawn_dialog_parent_class)->dispose (object);
}

static void
mopt_withdrawn_dialog_class_init (MoptWithdrawnDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_withdrawn_dialog_dispose;
  taken_back_signal = g_signal_new ("taken-back", MOPT_TYPE_WITHDRAWN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, MOPT_TYPE_ACCOUNT);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "withdrawn-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptWithdrawnDialog, list);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_withdrawn_dialog_init (MoptWithdrawnDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_mend_accessible_names (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), NULL);
}

GtkWindow *
mopt_withdrawn_dialog_new (GtkWindow *parent, MoptAccounts *accounts)
{
  MoptWithdrawnDialog *self = g_object_new (MOPT_TYPE_WITHDRAWN_DIALOG, "transient-for", parent, NULL);

  self->accounts = g_object_ref (accounts);
  /* another account may be withdrawn while this is open, or taken back by somebody else */
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update (self);
  return GTK_WINDOW (self);
}
