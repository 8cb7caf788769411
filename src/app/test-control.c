/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/advanced-test-dialog.h"
#include "app/application.h"
#include "app/message-dialog.h"
#include "app/newest-dialog.h"
#include "app/row-layout.h"
#include "app/test-control.h"
#include "app/test-status.h"
#include "app/test-view.h"
#include "base/person.h"
#include "check/last-test.h"
#include "check/test-message.h"
#include "model/address.h"
#include "model/from-policy.h"
#include "model/validate.h"

struct _MoptTestControl
{
  GtkWidget parent_instance;

  GtkButton *button;
  GtkWidget *menu;
  MoptTestStatus *status;
  GtkPopover *asking; /* where to send the test to */
  GtkEditable *address;
  GtkLabel *address_problem;
  GtkButton *send;

  MoptAccounts *accounts; /* owned, all of these */
  MoptAccount *account;
  MoptPasswordRow *incoming; /* not owned: rows of the same window */
  MoptPasswordRow *outgoing;

  MoptSide needs;      /* what was asked for last needs: one side, or both */
  MoptTestRun *run;    /* the last one, or NULL */
  MoptTestFlags flags; /* of it, or of the one to come */
  MoptTestMail *mail;  /* of the Advanced Test, as typed last; or NULL */
  gboolean sends_mail; /* the run sends that */
};

G_DEFINE_FINAL_TYPE (MoptTestControl, mopt_test_control, GTK_TYPE_WIDGET)

static guint missing_signal, go_signal, tested_signal;

static GPtrArray *
list_missing (MoptTestControl *self, MoptSide sides)
{
  GPtrArray *all = mopt_validate_account (self->account, NULL);
  g_autoptr (GPtrArray) missing = mopt_validate_complete (self->account, sides);

  /* a test needs no name, but nothing malformed */
  for (guint i = all->len; i > 0; i--)
    if (g_str_equal (((MoptProblem *) all->pdata[i - 1])->property, "name"))
      g_ptr_array_remove_index (all, i - 1);
  g_ptr_array_extend_and_steal (all, g_steal_pointer (&missing));
  mopt_password_row_add_missing (self->incoming, "incoming-password", all);
  if ((sides & MOPT_SIDE_OUTGOING) != 0
      && mopt_account_get_boolean (self->account, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION)
      && gtk_widget_is_sensitive (GTK_WIDGET (self->outgoing)))
    mopt_password_row_add_missing (self->outgoing, "outgoing-password", all);
  return all;
}

GPtrArray *
mopt_test_control_list_missing (MoptTestControl *self)
{
  return list_missing (self, self->needs);
}

/* --- what stands beside the button ------------------------------------------------------------------------------ */

static void
update (MoptTestControl *self)
{
  g_autoptr (GPtrArray) missing = list_missing (self, MOPT_SIDE_BOTH);
  const MoptProblem *first = missing->len > 0 ? missing->pdata[0] : NULL;

  mopt_test_status_show (self->status, first == NULL ? NULL
                                       : g_error_matches (first->error, MOPT_ERROR, MOPT_ERROR_MISSING)
                                           ? first->error->message
                                           : "");
}

static void
on_password (MoptPasswordRow *row, MoptTestControl *self)
{
  g_autoptr (MoptPassword) typed = mopt_password_row_dup_typed (row);

  if (typed != NULL || mopt_password_row_get_forget (row))
    mopt_test_status_outdate (self->status);
  update (self);
}

/* --- the run ---------------------------------------------------------------------------------------------------- */

static void
on_finished (MoptTestRun *run, MoptTestControl *self)
{
  /* an Advanced Test went to whom one likes: it is no test of the account */
  if (run == self->run && !self->sends_mail && mopt_test_status_take (self->status, mopt_last_test_from_run (run)))
    g_signal_emit (self, tested_signal, 0);
}

char *
mopt_test_control_keep (MoptTestControl *self)
{
  return mopt_test_status_keep (self->status);
}

static GtkWindow *
window_of (MoptTestControl *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static const char *
name_of (MoptTestControl *self)
{
  const char *name = mopt_account_get_name (self->account);

  return *name != '\0' ? name : _ ("New account");
}

/* What is on the screen; NULL: it cannot be tested, which has been told. */
static MoptSettings *
make_settings (MoptTestControl *self)
{
  g_autoptr (GError) error = NULL;
  MoptSettings *settings = mopt_settings_new (self->account, &error);

  if (settings == NULL)
    mopt_tell (window_of (self), _ ("The account cannot be tested"), error->message);
  else if (mopt_account_is_publishing (self->account))
    {
      g_autofree char *user = mopt_person_user_name ();
      g_autoptr (MoptIdentity) me
          = mopt_identity_new (user, NULL, mopt_accounts_get_own_address (self->accounts));

      mopt_settings_expand (settings, me);
    }
  return settings;
}

/* A run of what is on the screen; NULL: it cannot be run, which has been told. */
static MoptTestRun *
make_run (MoptTestControl *self)
{
  g_autoptr (MoptSettings) settings = make_settings (self);
  g_autoptr (MoptPassword) incoming = mopt_password_row_dup_typed (self->incoming);
  g_autoptr (MoptPassword) outgoing = mopt_password_row_dup_typed (self->outgoing);

  if (settings == NULL)
    return NULL;
  const MoptTestOptions options = {
    .settings = settings,
    .sides = MOPT_SIDE_BOTH,
    .flags = self->flags | (mopt_accounts_writes_html (self->accounts) ? MOPT_TEST_HTML : 0),
    .incoming_password = incoming,
    .outgoing_password = outgoing == NULL && settings->same_login ? incoming : outgoing,
    .own_name = mopt_accounts_get_own_name (self->accounts),
    .own_address = mopt_accounts_get_own_address (self->accounts),
    .mail = self->sends_mail ? self->mail : NULL,
  };
  g_clear_object (&self->run);
  self->run = mopt_test_run_new (&options);
  g_signal_connect_object (self->run, "finished", G_CALLBACK (on_finished), self, 0);
  return self->run;
}

static void
run_again (MoptTestControl *self, MoptTestView *view)
{
  MoptTestRun *run = make_run (self);

  if (run != NULL)
    mopt_test_view_set_run (view, run);
}

static void
on_send_again_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptTestView) view = user_data;
  MoptTestControl *self = g_object_get_data (G_OBJECT (view), "control");

  if (mopt_ask_finish (result) == 1 && gtk_widget_get_visible (GTK_WIDGET (view)) && self->account != NULL)
    run_again (self, view);
}

/* Each message is sent only to those whom the person has just seen. */
static void
on_test_again (MoptTestView *view, MoptTestControl *self)
{
  if (self->sends_mail)
    mopt_ask_to_send_async (GTK_WINDOW (view), self->mail, on_send_again_answered, g_object_ref (view));
  else
    run_again (self, view);
}

static void
on_go_to_field (GtkWindow *view, const char *property, MoptTestControl *self)
{
  g_signal_emit (self, go_signal, 0, property);
}

static void
open_view (MoptTestControl *self)
{
  MoptTestRun *run = make_run (self);

  if (run == NULL)
    return;
  GtkWindow *view = mopt_test_view_new (window_of (self), name_of (self), run);
  g_object_set_data_full (G_OBJECT (view), "control", g_object_ref (self), g_object_unref);
  g_signal_connect_object (view, "test-again", G_CALLBACK (on_test_again), self, 0);
  g_signal_connect_object (view, "go-to-field", G_CALLBACK (on_go_to_field), self, 0);
  gtk_window_present (view);
}

/* --- where to send the message to ------------------------------------------------------------------------------- */

static void
ask_for_address (MoptTestControl *self)
{
  const char *user = mopt_account_get (self->account, MOPT_FIELD_INCOMING_USER);
  g_autoptr (MoptAddress) address = mopt_address_parse (user, NULL); /* only a proposal */

  gtk_editable_set_text (self->address, address != NULL ? user : "");
  gtk_widget_set_visible (GTK_WIDGET (self->address_problem), FALSE);
  gtk_popover_popup (self->asking);
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

static void
show_address_problem (MoptTestControl *self, const char *text)
{
  gtk_label_set_label (self->address_problem, text);
  gtk_widget_set_visible (GTK_WIDGET (self->address_problem), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->address), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
on_address_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptTestControl) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean saved = mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error);

  if (self->account == NULL)
    return; /* closed meanwhile */
  if (!saved)
    {
      show_address_problem (self, error->message);
      return;
    }
  gtk_popover_popdown (self->asking);
  open_view (self);
}

static void
on_send (MoptTestControl *self)
{
  const char *text = gtk_editable_get_text (self->address);
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptAddress) address = mopt_address_parse (text, &error);

  if (address == NULL)
    {
      show_address_problem (self, error->message);
      return;
    }
  g_autofree char *spec = mopt_address_to_spec (address);
  const MoptChange change = { .what = MOPT_CHANGE_GENERAL, .own_address = spec };
  mopt_accounts_apply_async (self->accounts, &change, NULL, on_address_saved, g_object_ref (self));
}

/* FALSE: it cannot be run, which has been told. */
static gboolean
may_begin (MoptTestControl *self, MoptTestFlags flags)
{
  g_autoptr (GPtrArray) missing = list_missing (self, MOPT_SIDE_BOTH);
  g_autofree char *why_not = (flags & MOPT_TEST_SEND_MESSAGE) != 0 ? mopt_test_why_not_send (self->account) : NULL;

  self->needs = MOPT_SIDE_BOTH;
  if (why_not != NULL)
    mopt_tell (window_of (self), _ ("Test Account is switched off"), why_not);
  else if (missing->len > 0)
    g_signal_emit (self, missing_signal, 0);
  return why_not == NULL && missing->len == 0;
}

static void
start (MoptTestControl *self, MoptTestFlags flags)
{
  if (!may_begin (self, flags))
    return;
  self->flags = flags;
  self->sends_mail = FALSE;
  if ((flags & MOPT_TEST_SEND_MESSAGE) != 0 && *mopt_accounts_get_own_address (self->accounts) == '\0')
    ask_for_address (self);
  else
    open_view (self);
}

void
mopt_test_control_start (MoptTestControl *self)
{
  start (self, MOPT_TEST_SEND_MESSAGE);
}

static void
on_check (GtkWidget *widget, const char *action, GVariant *parameter)
{
  start (MOPT_TEST_CONTROL (widget), 0);
}

static void
on_send_mail (MoptAdvancedTestDialog *dialog, MoptTestControl *self)
{
  mopt_test_mail_free (self->mail);
  self->mail = mopt_advanced_test_dialog_dup_mail (dialog);
  self->flags = MOPT_TEST_SEND_MESSAGE;
  self->sends_mail = TRUE;
  open_view (self);
}

static void
on_advanced (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptTestControl *self = MOPT_TEST_CONTROL (widget);

  if (!may_begin (self, MOPT_TEST_SEND_MESSAGE))
    return;
  const char *own_address = mopt_accounts_get_own_address (self->accounts);
  g_autoptr (MoptSettings) settings = make_settings (self);
  if (settings == NULL)
    return;
  g_autofree char *from = mopt_from_policy_default (settings, own_address);
  if (self->mail == NULL)
    self->mail = mopt_test_message_usual (settings, own_address, mopt_accounts_writes_html (self->accounts));
  GtkWindow *window = mopt_advanced_test_dialog_new (window_of (self), name_of (self), from, self->mail);
  g_signal_connect_object (window, "send", G_CALLBACK (on_send_mail), self, 0);
  gtk_window_present (window);
}

static void
on_newest (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptTestControl *self = MOPT_TEST_CONTROL (widget);
  g_autoptr (GPtrArray) missing = list_missing (self, MOPT_SIDE_INCOMING);

  self->needs = MOPT_SIDE_INCOMING;
  if (missing->len > 0)
    {
      g_signal_emit (self, missing_signal, 0);
      return;
    }
  g_autoptr (MoptSettings) settings = make_settings (self);
  if (settings == NULL)
    return;
  g_autoptr (MoptPassword) password = mopt_password_row_dup_typed (self->incoming);
  GtkWindow *window = mopt_newest_dialog_new (window_of (self), name_of (self), settings, password);
  g_signal_connect_object (window, "go-to-field", G_CALLBACK (on_go_to_field), self, 0);
  gtk_window_present (window);
}

void
mopt_test_control_bind (MoptTestControl *self, MoptAccounts *accounts, MoptAccount *account, MoptPasswordRow *incoming,
                        MoptPasswordRow *outgoing)
{
  self->accounts = g_object_ref (accounts);
  self->account = g_object_ref (account);
  self->incoming = incoming;
  self->outgoing = outgoing;
  mopt_test_status_bind (self->status, account);
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (incoming, "changed", G_CALLBACK (on_password), self, 0);
  g_signal_connect_object (outgoing, "changed", G_CALLBACK (on_password), self, 0);
  update (self);
}

static void
mopt_test_control_dispose (GObject *object)
{
  MoptTestControl *self = MOPT_TEST_CONTROL (object);
  GtkWidget *child;

  if (self->run != NULL && mopt_test_run_get_result (self->run) == MOPT_RESULT_NONE)
    mopt_test_run_cancel (self->run);
  g_clear_object (&self->run);
  g_clear_object (&self->accounts);
  g_clear_object (&self->account);
  g_clear_pointer ((GtkWidget **) &self->asking, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), MOPT_TYPE_TEST_CONTROL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mopt_test_control_parent_class)->dispose (object);
}

static void
mopt_test_control_finalize (GObject *object)
{
  g_clear_pointer (&MOPT_TEST_CONTROL (object)->mail, mopt_test_mail_free);
  G_OBJECT_CLASS (mopt_test_control_parent_class)->finalize (object);
}

static void
mopt_test_control_class_init (MoptTestControlClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_test_control_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_test_control_finalize;
  missing_signal
      = g_signal_new ("missing", MOPT_TYPE_TEST_CONTROL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  tested_signal
      = g_signal_new ("tested", MOPT_TYPE_TEST_CONTROL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  go_signal = g_signal_new ("go-to-field", MOPT_TYPE_TEST_CONTROL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                            1, G_TYPE_STRING);
  g_type_ensure (MOPT_TYPE_TEST_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "test-control.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, MOPT_TYPE_ROW_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, MoptTestControl, button);
  gtk_widget_class_bind_template_child (widget_class, MoptTestControl, menu);
  gtk_widget_class_bind_template_child (widget_class, MoptTestControl, status);
  gtk_widget_class_bind_template_child (widget_class, MoptTestControl, asking);
  gtk_widget_class_bind_template_child (widget_class, MoptTestControl, address);
  gtk_widget_class_bind_template_child (widget_class, MoptTestControl, address_problem);
  gtk_widget_class_bind_template_child (widget_class, MoptTestControl, send);
  gtk_widget_class_bind_template_callback (widget_class, mopt_test_control_start);
  gtk_widget_class_bind_template_callback (widget_class, on_send);
  gtk_widget_class_install_action (widget_class, "test.check", NULL, on_check);
  gtk_widget_class_install_action (widget_class, "test.advanced", NULL, on_advanced);
  gtk_widget_class_install_action (widget_class, "test.newest", NULL, on_newest);
}

static void
mopt_test_control_init (MoptTestControl *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->needs = MOPT_SIDE_BOTH;
  g_object_set (gtk_widget_get_layout_manager (GTK_WIDGET (self)), "wraps", TRUE, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->asking), GTK_WIDGET (self->button));
  mopt_mend_accessible_names (GTK_WIDGET (self));
}
