/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "dialog-test.h"

#include "app/field-editor.h"

#define LIMIT_S 10

void
dialog_set_up (DialogFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", &error);

  g_assert_no_error (error);
  f->path = g_build_filename (folder, "accounts.conf", NULL);
  g_file_set_contents (f->path, data, -1, &error);
  g_assert_no_error (error);
  f->accounts = mopt_accounts_new (f->path);
  mopt_accounts_load (f->accounts, &error);
  g_assert_no_error (error);
}

void
dialog_tear_down (DialogFixture *f, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->path);

  if (f->dialog != NULL)
    gtk_window_destroy (f->dialog);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (f->accounts);
  g_unlink (f->path);
  g_rmdir (folder);
  g_free (f->path);
}

static void
on_saved (GtkWindow *dialog, MoptAccount *account, DialogFixture *f)
{
  g_assert_true (MOPT_IS_ACCOUNT (account));
  f->saved = TRUE;
}

void
dialog_open (DialogFixture *f, MoptAccount *account, MoptKind kind)
{
  g_set_weak_pointer (&f->dialog, mopt_account_dialog_new (NULL, f->accounts, account, kind));
  g_signal_connect (f->dialog, "saved", G_CALLBACK (on_saved), f);
  gtk_window_present (f->dialog);
}

void
dialog_close (DialogFixture *f)
{
  gtk_window_destroy (f->dialog);
  while (f->dialog != NULL)
    g_main_context_iteration (NULL, TRUE);
}

void
dialog_wait (DialogFixture *f, gboolean (*done) (DialogFixture *f))
{
  gint64 end = g_get_monotonic_time () + LIMIT_S * G_USEC_PER_SEC;

  while (!done (f))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

gboolean
dialog_is_closed (DialogFixture *f)
{
  return f->dialog == NULL;
}

void
for_each_widget (GtkWidget *widget, EachWidget func, gpointer data)
{
  func (widget, data);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    for_each_widget (child, func, data);
}

static void
add_row (GtkWidget *widget, gpointer rows)
{
  if (MOPT_IS_FIELD_ROW (widget) && gtk_widget_get_visible (widget))
    g_ptr_array_add (rows, widget);
}

/* The rows on @widget that the kind has. */
GPtrArray *
list_rows (GtkWidget *widget)
{
  GPtrArray *rows = g_ptr_array_new ();

  for_each_widget (widget, add_row, rows);
  return rows;
}

MoptFieldRow *
row_of (DialogFixture *f, const char *property)
{
  g_autoptr (GPtrArray) rows = list_rows (GTK_WIDGET (f->dialog));

  for (guint i = 0; i < rows->len; i++)
    if (mopt_field_row_shows (rows->pdata[i], property))
      return rows->pdata[i];
  g_assert_not_reached ();
}

MoptAccount *
draft_of (DialogFixture *f)
{
  return mopt_field_row_get_account (row_of (f, "name"));
}

static void
find_notebook (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_NOTEBOOK (widget))
    *(GtkNotebook **) data = GTK_NOTEBOOK (widget);
}

GtkNotebook *
notebook_of (DialogFixture *f)
{
  GtkNotebook *notebook = NULL;

  for_each_widget (GTK_WIDGET (f->dialog), find_notebook, &notebook);
  return notebook;
}

typedef struct
{
  const char *label;
  GtkWidget *found;
} Button;

static void
find_button (GtkWidget *widget, gpointer data)
{
  Button *button = data;

  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget))
    {
      const char *label = gtk_button_get_label (GTK_BUTTON (widget));
      g_autofree char *words = label != NULL ? mopt_label_strip (label) : NULL;

      if (g_strcmp0 (words, button->label) == 0)
        button->found = widget;
    }
}

void
click (GtkWindow *window, const char *label)
{
  Button button = { label, NULL };

  /* it may only just be coming up */
  for (gint64 end = g_get_monotonic_time () + LIMIT_S * G_USEC_PER_SEC; g_get_monotonic_time () < end;)
    {
      for_each_widget (GTK_WIDGET (window), find_button, &button);
      if (button.found != NULL)
        break;
      dialog_let_settle ();
    }
  g_assert_nonnull (button.found);
  g_signal_emit_by_name (button.found, "clicked");
}

GtkWindow *
question_of (DialogFixture *f)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (f->dialog != NULL && gtk_window_get_transient_for (window) == f->dialog)
        return window;
    }
  return NULL;
}

gboolean
is_asked (DialogFixture *f)
{
  return question_of (f) != NULL && gtk_widget_get_mapped (GTK_WIDGET (question_of (f)));
}

void
dialog_let_settle (void)
{
  for (gint64 end = g_get_monotonic_time () + 15 * 1000; g_get_monotonic_time () < end;)
    g_main_context_iteration (NULL, FALSE);
}

void
dialog_visit_pages (DialogFixture *f)
{
  GtkNotebook *notebook = notebook_of (f);

  for (int page = 0; page < gtk_notebook_get_n_pages (notebook); page++)
    {
      gtk_notebook_set_current_page (notebook, page);
      dialog_let_settle ();
    }
}
