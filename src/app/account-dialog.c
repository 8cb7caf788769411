/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/account-conflict.h"
#include "app/account-dialog.h"
#include "app/account-live.h"
#include "app/account-pages.h"
#include "app/account-save.h"
#include "app/application.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/notice-bar.h"
#include "app/row-layout.h"
#include "app/test-control.h"
#include "base/error.h"

#define WAITING_MS 1000 /* after that the dialog says what OK is waiting for */

struct _MoptAccountDialog
{
  GtkWindow parent_instance;

  MoptAccountPages *pages;
  MoptNoticeBar *notice;
  MoptTestControl *test;
  GtkButton *ok;

  MoptAccounts *accounts;
  MoptAccountLive *live;
  MoptAccount *draft;  /* of live */
  MoptAccount *source; /* of a copy; nullable */

  MoptPasswordRow *incoming_password;
  MoptPasswordRow *outgoing_password;
  MoptAccount *written; /* what OK writes, or wrote last; nullable */
  gboolean tried_again; /* this OK did */
  GCancellable *saving; /* while OK is at work, or NULL */
  guint waiting;        /* source: OK takes longer than usual */
};

G_DEFINE_FINAL_TYPE (MoptAccountDialog, mopt_account_dialog, GTK_TYPE_WINDOW)

static guint saved_signal;

static gboolean
has_changes (MoptAccountDialog *self)
{
  g_autoptr (MoptPassword) incoming = mopt_password_row_dup_typed (self->incoming_password);
  g_autoptr (MoptPassword) outgoing = mopt_password_row_dup_typed (self->outgoing_password);

  if (incoming != NULL || outgoing != NULL || mopt_password_row_get_forget (self->incoming_password)
      || mopt_password_row_get_forget (self->outgoing_password))
    return TRUE;
  return mopt_account_live_is_changed (self->live);
}

/* What was tested is what the file has: the list may know. */
static void
on_tested (MoptAccountDialog *self)
{
  if (mopt_account_live_get_base (self->live) == NULL || has_changes (self))
    return;
  g_autofree char *lost = mopt_test_control_keep (self->test);
  if (lost != NULL)
    mopt_notice_bar_show (self->notice, MOPT_NOTICE_WARNING, lost, NULL);
}

/* Test Account was clicked: what it misses counts as a problem, too. */
static void
on_missing (MoptAccountDialog *self)
{
  mopt_account_pages_set_more_problems (self->pages, (MoptListProblems) mopt_test_control_list_missing, self->test);
  mopt_account_pages_show_problems (self->pages);
}

gboolean
mopt_account_dialog_go_to (MoptAccountDialog *self, const char *property)
{
  return mopt_account_pages_go_to (self->pages, property);
}

static void
on_name (MoptAccountDialog *self)
{
  const char *name = mopt_account_get_name (self->draft);
  /* Translators: %s is "POP" or "IMAP" */
  g_autofree char *title
      = *name != '\0' ? g_strdup (name)
                      : g_strdup_printf (_ ("New %s Account"), mopt_kind_label (mopt_account_get_kind (self->draft)));

  gtk_window_set_title (GTK_WINDOW (self), title);
}

/* --- OK --------------------------------------------------------------------------------------------------------- */

static void save (MoptAccountDialog *self);

static void
save_again (MoptAccountDialog *self)
{
  self->tried_again = TRUE;
  save (self);
}

static void
tell (MoptAccountDialog *self, const char *text)
{
  if (text != NULL)
    mopt_notice_bar_show (self->notice, MOPT_NOTICE_ERROR, text, NULL);
  else
    mopt_notice_bar_hide (self->notice);
}

/* Published no more, and not made the person's own yet. */
static gboolean
is_unpublished (MoptAccountDialog *self)
{
  return mopt_account_live_is_gone (self->live) && !mopt_account_is_personal (self->draft);
}

static void
keep_as_own (MoptAccountDialog *self)
{
  /* its stored passwords are copied, but for those that are shared */
  g_set_object (&self->source, mopt_account_live_get_base (self->live));
  mopt_account_live_make_own (self->live);
}

static void
on_conflict_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountDialog) self = user_data;
  guint answer = mopt_ask_finish (result);
  MoptAccount *theirs = mopt_accounts_get (self->accounts, mopt_account_get_id (self->draft));
  if (mopt_leaving_is_gone (self) || answer == 0)
    return;
  if (answer == 2 && is_unpublished (self))
    {
      keep_as_own (self);
      save (self);
    }
  else if (answer == 1 && !mopt_account_live_load (self->live))
    gtk_window_destroy (GTK_WINDOW (self)); /* theirs is no account, or has other rows */
  else if (answer == 1)
    {
      mopt_password_row_reset (self->incoming_password);
      mopt_password_row_reset (self->outgoing_password);
    }
  else
    {
      mopt_account_live_set_base (self->live, theirs);
      save (self);
    }
}

static void
ask_about_conflict (MoptAccountDialog *self)
{
  mopt_ask_about_conflict_async (GTK_WINDOW (self), mopt_account_get_name (self->draft),
                                 is_unpublished (self)                           ? MOPT_CONFLICT_UNPUBLISHED
                                 : mopt_account_live_has_other_kind (self->live) ? MOPT_CONFLICT_CHANGED
                                 : mopt_account_live_is_gone (self->live)        ? MOPT_CONFLICT_DELETED
                                                                                 : MOPT_CONFLICT_CHANGED,
                                 on_conflict_answered, g_object_ref (self));
}

static void
on_told (MoptAccountDialog *self, const char *text)
{
  mopt_notice_bar_show (self->notice, MOPT_NOTICE_INFO, text, NULL);
}

static void
on_gone (MoptAccountDialog *self)
{
  gboolean may_keep = (mopt_account_get_rights (self->draft) & MOPT_RIGHT_ADD_ACCOUNTS) != 0;
  if (!mopt_account_live_is_gone (self->live))
    {
      mopt_notice_bar_hide (self->notice);
      return;
    }
  g_autofree char *text
      = g_strdup_printf (is_unpublished (self) && may_keep ? _ ("“%s” is not published any more. What you see here can "
                                                                "be kept as an account of your own.")
                         : is_unpublished (self) ? _ ("“%s” is not published any more.")
                         : mopt_account_live_has_other_kind (self->live)
                             ? _ ("Another program has changed the kind of “%s”. OK asks which one to keep.")
                             : _ ("“%s” was deleted by another program. OK adds it again."),
                         mopt_account_get_name (self->draft));
  mopt_notice_bar_show (self->notice, MOPT_NOTICE_WARNING, text,
                        is_unpublished (self) && may_keep ? _ ("Keep as My _Own") : NULL);
}

/* Its only button: Keep as My Own. */
static void
on_notice_action (MoptAccountDialog *self)
{
  keep_as_own (self);
  mopt_notice_bar_show (self->notice, MOPT_NOTICE_INFO, _ ("This is an account of your own now. OK adds it."), NULL);
}

/* Only a person can take that long: the keyring has opened a window of its own. */
static gboolean
on_waiting (gpointer user_data)
{
  MoptAccountDialog *self = user_data;

  self->waiting = 0;
  mopt_notice_bar_show (self->notice, MOPT_NOTICE_INFO, _ ("Waiting for the keyring, which may ask to be unlocked."),
                        NULL);
  /* the dialog closes when the answer comes: what is typed until then would be lost */
  gtk_widget_set_sensitive (GTK_WIDGET (self->pages), FALSE);
  return G_SOURCE_REMOVE;
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean written;

  mopt_account_save_finish (result, &written, &error);
  g_clear_object (&self->saving);
  if (mopt_leaving_is_gone (self))
    return;
  g_clear_handle_id (&self->waiting, g_source_remove);
  tell (self, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->pages), TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->ok), TRUE);
  if (gtk_window_get_focus (GTK_WINDOW (self)) == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->ok));

  if (g_error_matches (error, MOPT_ERROR, MOPT_ERROR_CHANGED))
    {
      /* what they changed has reached the draft by now; where both changed the same, the person decides */
      if (mopt_account_live_is_gone (self->live) || mopt_account_live_get_clash (self->live) != NULL
          || self->tried_again)
        ask_about_conflict (self);
      else
        save_again (self);
      return;
    }
  if (!written)
    {
      tell (self, error->message);
      return;
    }
  mopt_account_live_set_base (self->live, self->written);
  g_autofree char *lost = mopt_test_control_keep (self->test);
  g_signal_emit (self, saved_signal, 0, mopt_accounts_get (self->accounts, mopt_account_get_id (self->written)));
  if (g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_SERVICE)
      || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_BUS))
    {
      mopt_tell (gtk_window_get_transient_for (GTK_WINDOW (self)), _ ("The password is kept for this session only"),
                 error->message);
      g_clear_error (&error);
    }
  if (error != NULL)
    {
      g_autofree char *text
          = g_strdup_printf (_ ("The account is saved, but its password is not stored. %s"), error->message);
      tell (self, text);
      return;
    }
  if (lost != NULL)
    mopt_tell (gtk_window_get_transient_for (GTK_WINDOW (self)), _ ("The account is saved"), lost);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
save (MoptAccountDialog *self)
{
  g_autoptr (MoptPassword) incoming = mopt_password_row_dup_typed (self->incoming_password);
  g_autoptr (MoptPassword) outgoing = mopt_password_row_dup_typed (self->outgoing_password);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->written);
  if (!mopt_account_live_make_id (self->live, &error))
    mopt_tell (GTK_WINDOW (self), _ ("What was learned about the security of its servers is not remembered"),
               error->message);
  self->written = mopt_account_live_dup_tidy (self->live);
  const MoptAccountSave plan = {
    .accounts = self->accounts,
    .account = self->written,
    .base = mopt_account_live_get_base (self->live),
    .source = self->source,
    .incoming_password = incoming,
    .outgoing_password = outgoing,
    .forget_incoming = mopt_password_row_get_forget (self->incoming_password),
    .forget_outgoing = mopt_password_row_get_forget (self->outgoing_password),
  };

  tell (self, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->ok), FALSE);
  self->saving = g_cancellable_new ();
  self->waiting = g_timeout_add (WAITING_MS, on_waiting, self);
  mopt_account_save_async (&plan, self->saving, on_saved, g_object_ref (self));
}

static void
on_ok (MoptAccountDialog *self)
{
  if (self->saving != NULL)
    return;
  mopt_account_pages_set_more_problems (self->pages, NULL, NULL);
  if (mopt_account_pages_show_problems (self->pages))
    return;
  self->tried_again = FALSE;
  if (mopt_account_live_get_base (self->live) != NULL && !has_changes (self)
      && mopt_account_live_is_gone (self->live) == is_unpublished (self)) /* else OK was said to do something */
    gtk_window_destroy (GTK_WINDOW (self));
  else if (is_unpublished (self))
    ask_about_conflict (self);
  else
    save (self);
}

/* --- closing ---------------------------------------------------------------------------------------------------- */

static void
on_close_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountDialog) self = user_data;
  guint answer = mopt_ask_finish (result);

  if (mopt_leaving_is_gone (self))
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

  if (!mopt_leaving_close_above (window))
    return TRUE;
  if (!has_changes (self))
    return FALSE;
  g_autofree char *title = g_strdup_printf (_ ("Save the changes to “%s”?"), gtk_window_get_title (window));
  mopt_ask_async (window, title, _ ("If you discard them they are lost."), answers, on_close_answered,
                  g_object_ref (self));
  return TRUE;
}

/* OK may still be at work. */
static void
on_left (gpointer user_data)
{
  MoptAccountDialog *self = user_data;

  g_clear_handle_id (&self->waiting, g_source_remove);
  g_cancellable_cancel (self->saving);
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

/* A personal account of someone who may have none says it here; a published one in its sections. */
static void
say_what_is_not_allowed (MoptAccountDialog *self)
{
  const MoptPublication *publication = mopt_accounts_get_publication (self->accounts);

  if (!mopt_account_is_personal (self->draft) || mopt_account_may_rename (self->draft) || publication == NULL)
    return;
  g_autofree char *text = g_strdup_printf (
      _ ("You can go on using this account, but %s does not let you change it. To change it, ask %s."),
      mopt_publication_who (publication), mopt_publication_whom_to_ask (publication));
  mopt_notice_bar_show (self->notice, MOPT_NOTICE_INFO, text, NULL);
}

static void
connect_rows (MoptAccountDialog *self)
{
  self->incoming_password = MOPT_PASSWORD_ROW (mopt_account_pages_find (self->pages, "incoming-password"));
  self->outgoing_password = MOPT_PASSWORD_ROW (mopt_account_pages_find (self->pages, "outgoing-password"));
  mopt_test_control_bind (self->test, self->accounts, self->draft, self->incoming_password, self->outgoing_password);
  g_signal_connect_object (self->draft, "notify::name", G_CALLBACK (on_name), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->incoming_password, "changed", G_CALLBACK (mopt_account_pages_update), self->pages,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->outgoing_password, "changed", G_CALLBACK (mopt_account_pages_update), self->pages,
                           G_CONNECT_SWAPPED);
  on_name (self);
}

GtkWindow *
mopt_account_dialog_new (GtkWindow *parent, MoptAccounts *accounts, MoptAccount *account, MoptKind kind)
{
  MoptAccountDialog *self = g_object_new (MOPT_TYPE_ACCOUNT_DIALOG, "transient-for", parent, NULL);

  self->accounts = g_object_ref (accounts);
  self->live = mopt_account_live_new (accounts, account, kind);
  self->draft = mopt_account_live_get_draft (self->live);
  g_signal_connect_object (self->live, "told", G_CALLBACK (on_told), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->live, "gone", G_CALLBACK (on_gone), self, G_CONNECT_SWAPPED);
  mopt_account_pages_bind (self->pages, accounts, self->draft);
  connect_rows (self);
  say_what_is_not_allowed (self);
  gtk_widget_grab_focus (GTK_WIDGET (mopt_account_pages_find (self->pages, "name")));
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  if (GTK_IS_EDITABLE (focus)) /* a letter typed too early must not replace the name */
    gtk_editable_set_position (GTK_EDITABLE (focus), -1);
  return GTK_WINDOW (self);
}

void
mopt_account_dialog_set_source (MoptAccountDialog *self, MoptAccount *source)
{
  g_set_object (&self->source, source);
}

/* The dialog is no window of the application's, whose keys would reach too far: Ctrl+Q must not close what stands
 * below an unanswered question. */
static gboolean
on_help_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  GApplication *application = g_application_get_default ();

  if (application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "help", NULL);
  return TRUE;
}

static void
mopt_account_dialog_dispose (GObject *object)
{
  MoptAccountDialog *self = MOPT_ACCOUNT_DIALOG (object);

  on_left (self);
  g_clear_object (&self->saving);
  self->draft = NULL;
  g_clear_object (&self->live);
  g_clear_object (&self->written);
  g_clear_object (&self->source);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (mopt_account_dialog_parent_class)->dispose (object);
}

static void
mopt_account_dialog_class_init (MoptAccountDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_account_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = mopt_account_dialog_close_request;
  saved_signal = g_signal_new ("saved", MOPT_TYPE_ACCOUNT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                               1, MOPT_TYPE_ACCOUNT);

  g_type_ensure (MOPT_TYPE_ACCOUNT_PAGES);
  g_type_ensure (MOPT_TYPE_NOTICE_BAR);
  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  g_type_ensure (MOPT_TYPE_TEST_CONTROL);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "account-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptAccountDialog, pages);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountDialog, notice);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountDialog, test);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountDialog, ok);
  gtk_widget_class_bind_template_callback (widget_class, on_ok);
  gtk_widget_class_bind_template_callback (widget_class, on_missing);
  gtk_widget_class_bind_template_callback (widget_class, on_notice_action);
  gtk_widget_class_bind_template_callback (widget_class, on_tested);
  gtk_widget_class_bind_template_callback (widget_class, mopt_account_dialog_go_to);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F1, 0, on_help_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_t, GDK_CONTROL_MASK, on_test_key, NULL);
}

static void
mopt_account_dialog_init (MoptAccountDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), on_left);
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->ok));
  mopt_mend_accessible_names (GTK_WIDGET (self));
}
