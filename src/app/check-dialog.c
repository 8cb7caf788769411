/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/check-dialog.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/wrap-layout.h"
#include "base/file.h"
#include "check/worker.h"
#include "store/keyfile.h"
#include "store/published-lint.h"

/* A finding in the list. */
#define MOPT_TYPE_CHECK_ITEM (mopt_check_item_get_type ())
G_DECLARE_FINAL_TYPE (MoptCheckItem, mopt_check_item, MOPT, CHECK_ITEM, GObject)

struct _MoptCheckItem
{
  GObject parent_instance;

  gboolean is_error;
  char *text;
  char *account; /* nullable */
  char *key;     /* of its line; nullable */
};

G_DEFINE_FINAL_TYPE (MoptCheckItem, mopt_check_item, G_TYPE_OBJECT)

static void
mopt_check_item_finalize (GObject *object)
{
  MoptCheckItem *self = MOPT_CHECK_ITEM (object);

  g_free (self->text);
  g_free (self->account);
  g_free (self->key);
  G_OBJECT_CLASS (mopt_check_item_parent_class)->finalize (object);
}

static void
mopt_check_item_class_init (MoptCheckItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mopt_check_item_finalize;
}

static void
mopt_check_item_init (MoptCheckItem *self)
{
}

struct _MoptCheckDialog
{
  GtkWindow parent_instance;

  GtkLabel *summary;
  GtkListView *list;

  char *draft;
  GListStore *items;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MoptCheckDialog, mopt_check_dialog, GTK_TYPE_WINDOW)

static guint go_to_signal;

/* --- Checking ---------------------------------------------------------------------------------------------------- */

/* The key that stands in @line, or NULL. Caller frees. */
static char *
find_key (MoptKeyfile *file, guint line)
{
  for (guint i = 0; i < mopt_keyfile_get_n_groups (file); i++)
    {
      const char *key;
      guint at = 0;

      while ((key = mopt_keyfile_next_key (file, i, &at)) != NULL)
        if (at == line)
          return g_strdup (key);
    }
  return NULL;
}

static void
check_thread (gpointer data)
{
  GTask *task = data;
  const char *path = g_task_get_task_data (task);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;
  gsize length;
  char *text = mopt_file_read (path, &length, NULL, &error);

  if (text == NULL)
    {
      g_ptr_array_unref (items);
      g_task_return_error (task, error);
      return;
    }
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, length);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (GPtrArray) findings = mopt_published_lint (bytes, path, MOPT_LINT_SYSTEM);
  for (guint i = 0; i < findings->len; i++)
    {
      const MoptLintFinding *finding = findings->pdata[i];
      MoptCheckItem *item = g_object_new (MOPT_TYPE_CHECK_ITEM, NULL);

      item->is_error = finding->severity == MOPT_LINT_ERROR;
      item->text = g_strdup (finding->text);
      item->account = g_strdup (finding->account);
      item->key = finding->line > 0 ? find_key (file, finding->line) : NULL;
      g_ptr_array_add (items, item);
    }
  g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
}

static void
summarise (MoptCheckDialog *self, GPtrArray *items)
{
  g_autofree char *text = NULL;
  guint errors = 0;

  for (guint i = 0; i < items->len; i++)
    errors += ((MoptCheckItem *) items->pdata[i])->is_error;
  if (items->len == 0)
    text = g_strdup (_ ("All is well: this can be published."));
  else if (errors == 0)
    text = g_strdup (_ ("This can be published. Look at the warnings first."));
  else
    text = g_strdup_printf (ngettext ("%u error hinders publishing.", "%u errors hinder publishing.", errors), errors);
  gtk_label_set_label (self->summary, text);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptCheckDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (items == NULL)
    {
      gtk_label_set_label (self->summary, error->message);
      return;
    }
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)), items->pdata, items->len);
  summarise (self, items);
}

static void
on_again (MoptCheckDialog *self)
{
  g_autoptr (GTask) task = NULL;

  gtk_label_set_label (self->summary, _ ("Checking…"));
  task = g_task_new (self, self->cancellable, on_checked, g_object_ref (self));
  g_task_set_task_data (task, g_strdup (self->draft), g_free);
  mopt_worker_run_apart ("draft-check", task, check_thread);
}

/* --- The list ---------------------------------------------------------------------------------------------------- */

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (row, "finding");
  gtk_box_append (GTK_BOX (row), gtk_image_new ());
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), label);
  gtk_list_item_set_child (item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  MoptCheckItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *row = gtk_list_item_get_child (list_item);
  GtkWidget *icon = gtk_widget_get_first_child (row);
  GtkWidget *label = gtk_widget_get_next_sibling (icon);
  g_autofree char *text = g_strdup_printf (item->is_error ? _ ("Error: %s") : _ ("Warning: %s"), item->text);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), item->is_error ? "dialog-error-symbolic" : "dialog-warning-symbolic");
  gtk_widget_add_css_class (icon, item->is_error ? "error" : "warning");
  gtk_widget_remove_css_class (icon, item->is_error ? "warning" : "error");
  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (row)), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  -1);
}

static void
on_activate (GtkListView *list, guint position, MoptCheckDialog *self)
{
  g_autoptr (MoptCheckDialog) alive = g_object_ref (self);
  g_autoptr (MoptCheckItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  gtk_window_destroy (GTK_WINDOW (self));
  g_signal_emit (self, go_to_signal, 0, item->account, item->key);
}

static void
on_left (gpointer self)
{
  g_cancellable_cancel (MOPT_CHECK_DIALOG (self)->cancellable);
}

static void
mopt_check_dialog_dispose (GObject *object)
{
  MoptCheckDialog *self = MOPT_CHECK_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->items);
  g_clear_pointer (&self->draft, g_free);
  G_OBJECT_CLASS (mopt_check_dialog_parent_class)->dispose (object);
}

static void
mopt_check_dialog_class_init (MoptCheckDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_check_dialog_dispose;
  go_to_signal = g_signal_new ("go-to", MOPT_TYPE_CHECK_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                               G_TYPE_STRING, G_TYPE_STRING);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "check-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptCheckDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, MoptCheckDialog, list);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_check_dialog_init (MoptCheckDialog *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_mend_accessible_names (GTK_WIDGET (self));
  self->items = g_list_store_new (MOPT_TYPE_CHECK_ITEM);
  self->cancellable = g_cancellable_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  gtk_list_view_set_factory (self->list, factory);
  g_autoptr (GtkSingleSelection) selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->items)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  mopt_leaving_init (GTK_WINDOW (self), on_left);
}

GtkWindow *
mopt_check_dialog_new (GtkWindow *parent, const char *draft)
{
  MoptCheckDialog *self = g_object_new (MOPT_TYPE_CHECK_DIALOG, "transient-for", parent, NULL);

  self->draft = g_strdup (draft);
  on_again (self);
  return GTK_WINDOW (self);
}
