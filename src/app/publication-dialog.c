/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row is called by the key it holds, of [Publication] or of [Rights]: so a new one needs a row in the .ui alone. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/notice-bar.h"
#include "app/publication-dialog.h"
#include "app/row-layout.h"
#include "app/text-row.h"
#include "model/address.h"
#include "model/audience.h"
#include "model/publication-keys.h"

struct _MoptPublicationDialog
{
  GtkWindow parent_instance;

  MoptNoticeBar *notice;
  GtkWidget *rows;
  GtkWidget *default_label;
  GtkDropDown *default_account;
  GtkCheckButton *html;
  GtkButton *ok;

  MoptAccounts *accounts;
  MoptPublication *start;
  GPtrArray *ids; /* of the default accounts to choose from, the first one "" */
};

G_DEFINE_FINAL_TYPE (MoptPublicationDialog, mopt_publication_dialog, GTK_TYPE_WINDOW)

#define DATE_LENGTH 10 /* "2027-11-21" */

/* --- Keys and rows ----------------------------------------------------------------------------------------------- */

/* The bit of the right, or MOPT_N_RIGHTS. */
static guint
find_right (const char *key)
{
  guint bit = 0;

  while (bit < MOPT_N_RIGHTS && !g_str_equal (mopt_right_name (bit), key))
    bit++;
  return bit;
}

/* Lists are typed in one line. Caller frees. */
static char *
list_to_line (const char *text)
{
  g_auto (GStrv) entries = mopt_address_list_split (text);

  return g_strjoinv (", ", entries);
}

static char *
line_to_list (const char *typed)
{
  g_auto (GStrv) words = g_strsplit_set (typed, " ,;\t", -1);

  return mopt_address_list_join ((const char *const *) words);
}

/* What the row of @key shows. Caller frees. */
static char *
get_shown (const MoptPublication *publication, const char *key)
{
  guint bit = find_right (key);
  MoptPublicationKey number = mopt_publication_key_by_name (key);

  if (bit < MOPT_N_RIGHTS)
    return publication->rights[bit] != NULL ? g_strjoinv (", ", publication->rights[bit]) : g_strdup ("");
  g_autofree char *text = mopt_publication_get_text (publication, number);
  if (mopt_publication_key_is_list (number))
    return list_to_line (text);
  /* a day is enough, where it says no more than the day */
  if (number == MOPT_PUBLICATION_EXPIRES && g_str_has_suffix (text, "T00:00:00Z"))
    text[DATE_LENGTH] = '\0';
  return g_steal_pointer (&text);
}

static gboolean
set_right (MoptPublication *publication, guint bit, const char *typed, GError **error)
{
  g_autofree char *list = line_to_list (typed);
  g_auto (GStrv) words = mopt_address_list_split (list);

  if (!mopt_audience_check ((const char *const *) words, error))
    return FALSE;
  g_strfreev (publication->rights[bit]);
  publication->rights[bit] = words[0] != NULL ? g_steal_pointer (&words) : NULL;
  return TRUE;
}

static gboolean
set_typed (MoptPublication *publication, const char *key, const char *typed, GError **error)
{
  guint bit = find_right (key);
  MoptPublicationKey number = mopt_publication_key_by_name (key);
  g_autofree char *text = g_strstrip (g_strdup (typed));

  if (bit < MOPT_N_RIGHTS)
    return set_right (publication, bit, typed, error);
  if (mopt_publication_key_is_list (number))
    {
      g_autofree char *list = line_to_list (text);

      return mopt_publication_set_text (publication, number, list, error);
    }
  if (number == MOPT_PUBLICATION_EXPIRES && strlen (text) == DATE_LENGTH)
    {
      g_autofree char *midnight = g_strconcat (text, "T00:00:00Z", NULL);

      return mopt_publication_set_text (publication, number, midnight, error);
    }
  return mopt_publication_set_text (publication, number, text, error);
}

static MoptTextRow *
next_row (GtkWidget *widget)
{
  while (widget != NULL && !MOPT_IS_TEXT_ROW (widget))
    widget = gtk_widget_get_next_sibling (widget);
  return widget != NULL ? MOPT_TEXT_ROW (widget) : NULL;
}

#define FOR_EACH_ROW(self, row)                                                                                        \
  for (MoptTextRow *row = next_row (gtk_widget_get_first_child ((self)->rows)); row != NULL;                           \
       row = next_row (gtk_widget_get_next_sibling (GTK_WIDGET (row))))

/* --- Filling ----------------------------------------------------------------------------------------------------- */

static void
fill_default (MoptPublicationDialog *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  self->ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->ids, g_strdup (""));
  gtk_string_list_append (names, _ ("The first one that a user has"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      if (g_str_equal (mopt_account_get_id (account), self->start->default_id))
        selected = self->ids->len;
      g_ptr_array_add (self->ids, g_strdup (mopt_account_get_id (account)));
      gtk_string_list_append (names, mopt_account_get_name (account));
    }
  if (selected == 0 && *self->start->default_id != '\0') /* one that is not there is kept until another is chosen */
    {
      selected = self->ids->len;
      g_ptr_array_add (self->ids, g_strdup (self->start->default_id));
      gtk_string_list_append (names, self->start->default_id);
    }
  gtk_drop_down_set_model (self->default_account, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->default_account, selected);
}

static void
fill (MoptPublicationDialog *self)
{
  FOR_EACH_ROW (self, row)
    {
      g_autofree char *text = get_shown (self->start, gtk_widget_get_name (GTK_WIDGET (row)));

      mopt_text_row_set_text (row, text);
    }
  gtk_check_button_set_active (self->html, self->start->html);
  fill_default (self);
}

/* What is on the screen, over what the draft says by now: another program may have written what was not touched here.
 * NULL: something is malformed, the first such row has the focus. Transfer full. */
static MoptPublication *
collect (MoptPublicationDialog *self, gboolean mark)
{
  const MoptPublication *now = mopt_accounts_get_publication (self->accounts);
  g_autoptr (MoptPublication) publication = mopt_publication_copy (now != NULL ? now : self->start);
  const char *chosen = self->ids->pdata[gtk_drop_down_get_selected (self->default_account)];
  gboolean html = gtk_check_button_get_active (self->html);
  MoptTextRow *wrong = NULL;

  FOR_EACH_ROW (self, row)
    {
      g_autoptr (GError) error = NULL;
      const char *key = gtk_widget_get_name (GTK_WIDGET (row));
      g_autofree char *untouched = get_shown (self->start, key);
      gboolean sound = g_str_equal (untouched, mopt_text_row_get_text (row))
                       || set_typed (publication, key, mopt_text_row_get_text (row), &error);

      if (mark || sound)
        mopt_text_row_set_problem (row, sound ? NULL : error->message);
      if (!sound && wrong == NULL)
        wrong = row;
    }
  if (html != self->start->html)
    publication->html = html;
  if (!g_str_equal (chosen, self->start->default_id))
    {
      g_free (publication->default_id);
      publication->default_id = g_strdup (chosen);
    }
  if (wrong != NULL && mark)
    gtk_widget_grab_focus (GTK_WIDGET (wrong));
  return wrong == NULL ? g_steal_pointer (&publication) : NULL;
}

/* --- OK ---------------------------------------------------------------------------------------------------------- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPublicationDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  if (mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error))
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  if (mopt_leaving_is_gone (self))
    return;
  g_autofree char *text = g_strdup_printf (_ ("Not saved: %s"), error->message);
  mopt_notice_bar_show (self->notice, MOPT_NOTICE_ERROR, text, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->ok), TRUE);
}

static void
on_ok (MoptPublicationDialog *self)
{
  g_autoptr (MoptPublication) publication = collect (self, TRUE);
  const MoptChange change = { .what = MOPT_CHANGE_PUBLICATION, .publication = publication };

  if (publication == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->ok), FALSE);
  mopt_accounts_apply_async (self->accounts, &change, NULL, on_saved, g_object_ref (self));
}

static void
on_close_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPublicationDialog) self = user_data;
  guint answer = mopt_ask_finish (result);

  if (answer == 1)
    gtk_window_destroy (GTK_WINDOW (self));
  else if (answer == 2)
    on_ok (self);
}

static gboolean
mopt_publication_dialog_close_request (GtkWindow *window)
{
  MoptPublicationDialog *self = MOPT_PUBLICATION_DIALOG (window);
  const MoptAnswer answers[] = { { _ ("_Keep Editing"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Discard"), MOPT_ANSWER_DESTRUCTIVE },
                                 { _ ("_Save"), MOPT_ANSWER_SUGGESTED },
                                 { NULL } };
  const MoptPublication *now = mopt_accounts_get_publication (self->accounts);
  g_autoptr (MoptPublication) publication = collect (self, FALSE);

  if (!mopt_leaving_close_above (window))
    return TRUE;
  if (publication != NULL && mopt_publication_equal (publication, now != NULL ? now : self->start))
    return FALSE;
  mopt_ask_async (window, _ ("Save the changes to the publication?"), _ ("If you discard them they are lost."), answers,
                  on_close_answered, g_object_ref (self));
  return TRUE;
}

/* A problem goes as soon as it is mended. */
static void
on_text (MoptTextRow *row, GParamSpec *pspec, MoptPublicationDialog *self)
{
  if (mopt_text_row_has_problem (row))
    {
      g_autoptr (MoptPublication) unused = collect (self, FALSE);
    }
}

gboolean
mopt_publication_dialog_go_to (MoptPublicationDialog *self, const char *key)
{
  FOR_EACH_ROW (self, row)
    if (g_str_equal (gtk_widget_get_name (GTK_WIDGET (row)), key))
      return gtk_widget_grab_focus (GTK_WIDGET (row));
  return FALSE;
}

static void
mopt_publication_dialog_dispose (GObject *object)
{
  MoptPublicationDialog *self = MOPT_PUBLICATION_DIALOG (object);

  g_clear_object (&self->accounts);
  g_clear_pointer (&self->start, mopt_publication_unref);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  G_OBJECT_CLASS (mopt_publication_dialog_parent_class)->dispose (object);
}

static void
mopt_publication_dialog_class_init (MoptPublicationDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_publication_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = mopt_publication_dialog_close_request;
  g_type_ensure (MOPT_TYPE_NOTICE_BAR);
  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  g_type_ensure (MOPT_TYPE_TEXT_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "publication-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptPublicationDialog, notice);
  gtk_widget_class_bind_template_child (widget_class, MoptPublicationDialog, rows);
  gtk_widget_class_bind_template_child (widget_class, MoptPublicationDialog, default_label);
  gtk_widget_class_bind_template_child (widget_class, MoptPublicationDialog, default_account);
  gtk_widget_class_bind_template_child (widget_class, MoptPublicationDialog, html);
  gtk_widget_class_bind_template_child (widget_class, MoptPublicationDialog, ok);
  gtk_widget_class_bind_template_callback (widget_class, on_ok);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_publication_dialog_init (MoptPublicationDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->ok));
  mopt_mend_accessible_names (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), NULL);
}

GtkWindow *
mopt_publication_dialog_new (GtkWindow *parent, MoptAccounts *accounts)
{
  MoptPublicationDialog *self = g_object_new (MOPT_TYPE_PUBLICATION_DIALOG, "transient-for", parent, NULL);
  g_autoptr (GtkSizeGroup) labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autoptr (GtkSizeGroup) entries = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  const MoptPublication *now = mopt_accounts_get_publication (accounts);

  self->accounts = g_object_ref (accounts);
  self->start = now != NULL ? mopt_publication_copy (now) : mopt_publication_new ();
  fill (self);
  gtk_size_group_add_widget (labels, self->default_label);
  gtk_size_group_add_widget (entries, GTK_WIDGET (self->default_account));
  FOR_EACH_ROW (self, row)
    {
      mopt_text_row_align (row, labels, entries);
      g_signal_connect (row, "notify::text", G_CALLBACK (on_text), self);
    }
  gtk_widget_grab_focus (GTK_WIDGET (next_row (gtk_widget_get_first_child (self->rows))));
  return GTK_WINDOW (self);
}
