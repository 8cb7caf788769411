/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three copies of the account are at work here: `draft`, what is on the screen; `start`, what it was when there was
 * nothing to save yet; `base`, what the file has as far as we know (NULL: nothing), which MoptAccounts compares with
 * the file before it writes. */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/account-dialog.h"
#include "app/account-save.h"
#include "app/address-list.h"
#include "app/application.h"
#include "app/conversation-preview.h"
#include "app/field-editor.h"
#include "app/host-row.h"
#include "app/mailbox-row.h"
#include "app/message-dialog.h"
#include "app/notice-bar.h"
#include "app/page-tab.h"
#include "app/port-row.h"
#include "app/row-layout.h"
#include "app/section-box.h"
#include "app/test-control.h"
#include "app/wrap-layout.h"
#include "base/error.h"
#include "model/validate.h"

struct _MoptAccountDialog
{
  GtkWindow parent_instance;

  GtkNotebook *notebook;
  MoptNoticeBar *notice;
  MoptTestControl *test;
  GtkButton *ok;

  MoptAccounts *accounts;
  MoptAccount *draft;
  MoptAccount *start;
  MoptAccount *base;   /* nullable */
  MoptAccount *source; /* of a copy; nullable */

  GPtrArray *rows; /* of MoptFieldRow, in the order of the pages; not owned */
  MoptPasswordRow *incoming_password;
  MoptPasswordRow *outgoing_password;
  gboolean asks_for_test; /* Test Account was clicked: what it misses counts as a problem, too */
  GCancellable *saving;   /* while OK is at work, or NULL */
};

G_DEFINE_FINAL_TYPE (MoptAccountDialog, mopt_account_dialog, GTK_TYPE_WINDOW)

static guint saved_signal;

static const struct
{
  const char *resource;
  const char *label;
} pages[] = {
  { "incoming-page.ui", N_ ("_Incoming Server") },
  { "outgoing-page.ui", N_ ("_Outgoing Server") },
  { "options-page.ui", N_ ("O_ptions") },
};

static gboolean
has_changes (MoptAccountDialog *self)
{
  g_autoptr (MoptPassword) incoming = mopt_password_row_dup_typed (self->incoming_password);
  g_autoptr (MoptPassword) outgoing = mopt_password_row_dup_typed (self->outgoing_password);

  if (incoming != NULL || outgoing != NULL || mopt_password_row_get_forget (self->incoming_password)
      || mopt_password_row_get_forget (self->outgoing_password)
      || !g_str_equal (mopt_account_get_name (self->draft), mopt_account_get_name (self->start)))
    return TRUE;
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (!g_str_equal (mopt_account_get (self->draft, i), mopt_account_get (self->start, i)))
      return TRUE;
  return FALSE;
}

/* --- what is wrong, and where ----------------------------------------------------------------------------------- */

static GPtrArray *
list_problems (MoptAccountDialog *self)
{
  GPtrArray *problems = mopt_validate_account (self->draft, G_LIST_MODEL (self->accounts));

  if (self->asks_for_test)
    g_ptr_array_extend_and_steal (problems, mopt_test_control_list_missing (self->test));
  return problems;
}

static const MoptProblem *
find_problem (GPtrArray *problems, MoptFieldRow *row)
{
  for (guint i = 0; i < problems->len; i++)
    if (mopt_field_row_shows (row, ((MoptProblem *) problems->pdata[i])->property))
      return problems->pdata[i];
  return NULL;
}

static void
update_marks (MoptAccountDialog *self)
{
  for (int i = 0; i < gtk_notebook_get_n_pages (self->notebook); i++)
    {
      GtkWidget *page = gtk_notebook_get_nth_page (self->notebook, i);
      gboolean has_problem = FALSE;

      for (guint k = 0; k < self->rows->len; k++)
        has_problem = has_problem
                      || (mopt_field_row_get_problem (self->rows->pdata[k]) != NULL
                          && gtk_widget_is_ancestor (self->rows->pdata[k], page));
      mopt_page_tab_set_problem (MOPT_PAGE_TAB (gtk_notebook_get_tab_label (self->notebook, page)), has_problem);
    }
}

/* Brings the rows up to date: those that show a problem, and @also (nullable); with @all every row. So a problem
 * goes as soon as it is mended, and none appears while somebody types. */
static void
update_problems (MoptAccountDialog *self, MoptFieldRow *also, gboolean all)
{
  g_autoptr (GPtrArray) problems = list_problems (self);

  for (guint i = 0; i < self->rows->len; i++)
    {
      MoptFieldRow *row = self->rows->pdata[i];

      if (!all && row != also && mopt_field_row_get_problem (row) == NULL)
        continue;
      const MoptProblem *problem = find_problem (problems, row);
      mopt_field_row_set_problem (row, problem != NULL ? problem->error->message : NULL);
    }
  update_marks (self);
}

static void
on_left (MoptFieldRow *row, MoptAccountDialog *self)
{
  if (self->draft != NULL && mopt_field_row_is_touched (row)) /* a closing window loses the focus, too */
    update_problems (self, row, FALSE);
}

static void
on_draft (MoptAccountDialog *self)
{
  const char *name = mopt_account_get_name (self->draft);
  g_autofree char *title = NULL;

  /* Translators: %s is "POP" or "IMAP" */
  title = *name != '\0' ? g_strdup (name)
                        : g_strdup_printf (_ ("New %s Account"), mopt_kind_label (mopt_account_get_kind (self->draft)));
  gtk_window_set_title (GTK_WINDOW (self), title);
  update_problems (self, NULL, FALSE);
}

static void
on_password (MoptAccountDialog *self)
{
  update_problems (self, NULL, FALSE);
}

/* What was tested is what the file has: the list may know. */
static void
on_tested (MoptAccountDialog *self)
{
  if (self->base != NULL && !has_changes (self))
    mopt_test_control_keep (self->test);
}

gboolean
mopt_account_dialog_go_to (MoptAccountDialog *self, const char *property)
{
  int current = gtk_notebook_get_current_page (self->notebook);
  MoptFieldRow *found = NULL;
  int found_page = 0;

  /* the name is on two pages: the one that is seen wins */
  for (guint i = 0; i < self->rows->len; i++)
    for (int page = 0; page < gtk_notebook_get_n_pages (self->notebook); page++)
      if (mopt_field_row_shows (self->rows->pdata[i], property)
          && gtk_widget_is_ancestor (self->rows->pdata[i], gtk_notebook_get_nth_page (self->notebook, page))
          && (found == NULL || (page == current && found_page != current)))
        {
          found = self->rows->pdata[i];
          found_page = page;
        }
  if (found == NULL)
    return FALSE;
  gtk_notebook_set_current_page (self->notebook, found_page);
  gtk_widget_grab_focus (GTK_WIDGET (found));
  return TRUE;
}

/* Shows every problem at its row and goes to the first one. FALSE: there is none. */
static gboolean
show_problems (MoptAccountDialog *self)
{
  update_problems (self, NULL, TRUE);

  g_autoptr (GPtrArray) problems = list_problems (self);
  if (problems->len == 0)
    return FALSE;
  mopt_account_dialog_go_to (self, ((MoptProblem *) problems->pdata[0])->property);
  return TRUE;
}

static void
on_missing (MoptAccountDialog *self)
{
  self->asks_for_test = TRUE;
  show_problems (self);
}

/* --- OK --------------------------------------------------------------------------------------------------------- */

static void save (MoptAccountDialog *self);

static void
tell (MoptAccountDialog *self, const char *text)
{
  if (text != NULL)
    mopt_notice_bar_show (self->notice, MOPT_NOTICE_ERROR, text, NULL);
  else
    mopt_notice_bar_hide (self->notice);
}

/* What is on the screen is now what the file has. */
static void
set_base (MoptAccountDialog *self, MoptAccount *account)
{
  g_set_object (&self->base, account);
  if (account == NULL)
    return;
  g_clear_object (&self->start);
  self->start = mopt_account_dup (account);
}

static void
on_conflict_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountDialog) self = user_data;
  guint answer = mopt_ask_finish (result);

  if (self->draft == NULL || answer == 0)
    return;

  MoptAccount *theirs = mopt_accounts_get (self->accounts, mopt_account_get_id (self->draft));
  g_autoptr (MoptAccount) copy = theirs != NULL ? mopt_account_dup (theirs) : NULL;
  if (answer == 1 && copy == NULL)
    {
      gtk_window_destroy (GTK_WINDOW (self)); /* theirs is: no account */
      return;
    }
  set_base (self, copy);
  if (answer == 1)
    {
      mopt_account_assign (self->draft, copy);
      mopt_password_row_reset (self->incoming_password);
      mopt_password_row_reset (self->outgoing_password);
      return;
    }
  save (self);
}

static void
ask_about_conflict (MoptAccountDialog *self)
{
  const char *name = mopt_account_get_name (self->draft);
  gboolean gone = mopt_accounts_get (self->accounts, mopt_account_get_id (self->draft)) == NULL;
  g_autofree char *title = g_strdup_printf (
      gone ? _ ("“%s” was deleted by another program meanwhile") : _ ("“%s” was changed by another program meanwhile"),
      name);
  const MoptAnswer changed[] = { { _ ("_Keep Editing"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Load Theirs"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Overwrite with Mine"), MOPT_ANSWER_DESTRUCTIVE },
                                 { NULL } };
  const MoptAnswer deleted[] = { { _ ("_Keep Editing"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Discard Mine"), MOPT_ANSWER_DESTRUCTIVE },
                                 { _ ("_Add Mine Again"), MOPT_ANSWER_NORMAL },
                                 { NULL } };

  mopt_ask_async (GTK_WINDOW (self), title,
                  gone ? _ ("Nothing has been written. What you see here can be added again.")
                       : _ ("Nothing has been written. Loading theirs gives up what you changed here; overwriting "
                            "gives up what they changed."),
                  gone ? deleted : changed, on_conflict_answered, g_object_ref (self));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean written;

  mopt_account_save_finish (result, &written, &error);
  g_clear_object (&self->saving);
  if (self->draft == NULL)
    return; /* closed meanwhile */
  gtk_widget_set_sensitive (GTK_WIDGET (self->ok), TRUE);

  if (g_error_matches (error, MOPT_ERROR, MOPT_ERROR_CHANGED))
    {
      ask_about_conflict (self);
      return;
    }
  if (!written)
    {
      tell (self, error->message);
      return;
    }
  g_autoptr (MoptAccount) written_account = mopt_account_dup (self->draft);
  set_base (self, written_account);
  mopt_test_control_keep (self->test);
  g_signal_emit (self, saved_signal, 0, mopt_accounts_get (self->accounts, mopt_account_get_id (self->draft)));
  if (g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_SERVICE)
      || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_BUS))
    {
      mopt_tell (gtk_window_get_transient_for (GTK_WINDOW (self)),
                 _ ("The password is kept for this session only"), error->message);
      g_clear_error (&error);
    }
  if (error != NULL)
    {
      g_autofree char *text
          = g_strdup_printf (_ ("The account is saved, but its password is not stored. %s"), error->message);
      tell (self, text);
      return;
    }
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
save (MoptAccountDialog *self)
{
  g_autoptr (MoptPassword) incoming = mopt_password_row_dup_typed (self->incoming_password);
  g_autoptr (MoptPassword) outgoing = mopt_password_row_dup_typed (self->outgoing_password);
  const MoptAccountSave plan = {
    .accounts = self->accounts,
    .account = self->draft,
    .base = self->base,
    .source = self->source,
    .incoming_password = incoming,
    .outgoing_password = outgoing,
    .forget_incoming = mopt_password_row_get_forget (self->incoming_password),
    .forget_outgoing = mopt_password_row_get_forget (self->outgoing_password),
  };

  /* a number that was typed while Custom Port was on is kept until here */
  if (!mopt_account_get_boolean (self->draft, MOPT_FIELD_INCOMING_CUSTOM_PORT))
    mopt_account_set (self->draft, MOPT_FIELD_INCOMING_PORT, NULL);
  if (!mopt_account_get_boolean (self->draft, MOPT_FIELD_OUTGOING_CUSTOM_PORT))
    mopt_account_set (self->draft, MOPT_FIELD_OUTGOING_PORT, NULL);

  tell (self, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->ok), FALSE);
  self->saving = g_cancellable_new ();
  mopt_account_save_async (&plan, self->saving, on_saved, g_object_ref (self));
}

static void
on_ok (MoptAccountDialog *self)
{
  if (self->saving != NULL)
    return;
  self->asks_for_test = FALSE;
  if (show_problems (self))
    return;
  if (self->base != NULL && !has_changes (self))
    gtk_window_destroy (GTK_WINDOW (self));
  else
    save (self);
}

/* --- closing ---------------------------------------------------------------------------------------------------- */

static void
on_close_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountDialog) self = user_data;
  guint answer = mopt_ask_finish (result);

  if (self->draft == NULL)
    return;
  if (answer == 1)
    gtk_window_destroy (GTK_WINDOW (self));
  else if (answer == 2)
    on_ok (self);
}

static gboolean
mopt_account_dialog_close_request (GtkWindow *window)
{
  MoptAccountDialog *self = MOPT_ACCOUNT_DIALOG (window);
  const MoptAnswer answers[] = { { _ ("_Keep Editing"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Discard"), MOPT_ANSWER_DESTRUCTIVE },
                                 { _ ("_Save"), MOPT_ANSWER_SUGGESTED },
                                 { NULL } };

  if (self->draft == NULL || !has_changes (self))
    return FALSE;
  g_autofree char *title = g_strdup_printf (_ ("Save the changes to “%s”?"), gtk_window_get_title (window));
  mopt_ask_async (window, title, _ ("If you discard them they are lost."), answers, on_close_answered,
                  g_object_ref (self));
  return TRUE;
}

static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static gboolean
on_test_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  mopt_test_control_start (MOPT_ACCOUNT_DIALOG (widget)->test);
  return TRUE;
}

/* --- building --------------------------------------------------------------------------------------------------- */

/* Binds the rows and sections below @widget to the draft, and takes note of the rows. */
static void
bind_rows (MoptAccountDialog *self, GtkWidget *widget)
{
  if (MOPT_IS_SECTION_BOX (widget))
    mopt_section_box_bind (MOPT_SECTION_BOX (widget), self->draft);
  if (MOPT_IS_FIELD_ROW (widget))
    {
      if (mopt_field_row_get_account (MOPT_FIELD_ROW (widget)) == NULL)
        mopt_field_row_bind (MOPT_FIELD_ROW (widget), self->draft);
      g_ptr_array_add (self->rows, widget);
      g_signal_connect (widget, "left", G_CALLBACK (on_left), self);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    bind_rows (self, child);
}

static MoptFieldRow *
find_row (MoptAccountDialog *self, const char *property)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (mopt_field_row_shows (self->rows->pdata[i], property))
      return self->rows->pdata[i];
  g_assert_not_reached ();
}

static void
on_own_address (MoptAccountDialog *self)
{
  const char *address = mopt_accounts_get_own_address (self->accounts);

  mopt_field_row_set_hint (find_row (self, "from-user-address"),
                           *address != '\0' ? address
                                            : _ ("Not known yet: enter Your e-mail address in E-mail Options."));
  g_object_set (find_row (self, "from-legal"), "own-address", address, NULL);
}

static void
build_pages (MoptAccountDialog *self)
{
  g_autoptr (GtkSizeGroup) labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autoptr (GtkSizeGroup) editors = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *path = g_strconcat (MOPT_RESOURCES, pages[i].resource, NULL);
      g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (path);
      GtkWidget *page = GTK_WIDGET (gtk_builder_get_object (builder, "page"));

      mopt_page_tab_append (self->notebook, page, _ (pages[i].label));
      bind_rows (self, page);
    }
  for (guint i = 0; i < self->rows->len; i++)
    mopt_field_row_align (self->rows->pdata[i], labels, editors);
}

static void
connect_rows (MoptAccountDialog *self)
{
  self->incoming_password = MOPT_PASSWORD_ROW (find_row (self, "incoming-password"));
  self->outgoing_password = MOPT_PASSWORD_ROW (find_row (self, "outgoing-password"));
  mopt_password_row_set_incoming (self->outgoing_password, self->incoming_password);
  mopt_mailbox_row_set_password (MOPT_MAILBOX_ROW (find_row (self, "incoming-mailbox")), self->incoming_password);
  mopt_test_control_bind (self->test, self->accounts, self->draft, self->incoming_password,
                          self->outgoing_password);
  g_signal_connect_object (self->draft, "notify", G_CALLBACK (on_draft), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->incoming_password, "changed", G_CALLBACK (on_password), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->outgoing_password, "changed", G_CALLBACK (on_password), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accounts, "notify::own-address", G_CALLBACK (on_own_address), self,
                           G_CONNECT_SWAPPED);
  on_own_address (self);
  on_draft (self);
}

GtkWindow *
mopt_account_dialog_new (GtkWindow *parent, MoptAccounts *accounts, MoptAccount *account, MoptKind kind)
{
  MoptAccountDialog *self = g_object_new (MOPT_TYPE_ACCOUNT_DIALOG, "transient-for", parent, NULL);
  g_autofree char *id = mopt_account_new_id ();

  self->accounts = g_object_ref (accounts);
  self->draft = account != NULL ? mopt_account_dup (account) : mopt_account_new (id, mopt_kind_name (kind));
  self->start = mopt_account_dup (self->draft);
  if (account != NULL && mopt_accounts_get (accounts, mopt_account_get_id (account)) != NULL)
    self->base = mopt_account_dup (account);
  build_pages (self);
  connect_rows (self);
  gtk_widget_grab_focus (GTK_WIDGET (find_row (self, "name")));
  return GTK_WINDOW (self);
}

void
mopt_account_dialog_set_source (MoptAccountDialog *self, MoptAccount *source)
{
  g_set_object (&self->source, source);
}

static void
mopt_account_dialog_dispose (GObject *object)
{
  MoptAccountDialog *self = MOPT_ACCOUNT_DIALOG (object);

  if (self->saving != NULL)
    g_cancellable_cancel (self->saving);
  g_clear_object (&self->saving);
  g_clear_object (&self->draft); /* NULL also tells late callbacks that the window has gone */
  g_clear_object (&self->start);
  g_clear_object (&self->base);
  g_clear_object (&self->source);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (mopt_account_dialog_parent_class)->dispose (object);
}

static void
mopt_account_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (MOPT_ACCOUNT_DIALOG (object)->rows);
  G_OBJECT_CLASS (mopt_account_dialog_parent_class)->finalize (object);
}

static void
mopt_account_dialog_class_init (MoptAccountDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_account_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_account_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = mopt_account_dialog_close_request;
  saved_signal = g_signal_new ("saved", MOPT_TYPE_ACCOUNT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, MOPT_TYPE_ACCOUNT);

  for (const GType *type = (const GType[]){ MOPT_TYPE_ADDRESS_LIST, MOPT_TYPE_CONVERSATION_PREVIEW,
                                            MOPT_TYPE_FIELD_ROW, MOPT_TYPE_HOST_ROW, MOPT_TYPE_MAILBOX_ROW, MOPT_TYPE_NOTICE_BAR,
                                            MOPT_TYPE_PASSWORD_ROW, MOPT_TYPE_PORT_ROW, MOPT_TYPE_ROW_LAYOUT,
                                            MOPT_TYPE_SECTION_BOX, MOPT_TYPE_TEST_CONTROL, MOPT_TYPE_WRAP_LAYOUT, 0 };
       *type != 0; type++)
    g_type_ensure (*type);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "account-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptAccountDialog, notebook);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountDialog, notice);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountDialog, test);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountDialog, ok);
  gtk_widget_class_bind_template_callback (widget_class, on_ok);
  gtk_widget_class_bind_template_callback (widget_class, on_missing);
  gtk_widget_class_bind_template_callback (widget_class, on_tested);
  gtk_widget_class_bind_template_callback (widget_class, mopt_account_dialog_go_to);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_t, GDK_CONTROL_MASK, on_test_key, NULL);
}

static void
mopt_account_dialog_init (MoptAccountDialog *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->ok));
  mopt_mend_accessible_names (GTK_WIDGET (self));
}
