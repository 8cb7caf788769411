/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/accounts-window-private.h"
#include "app/application.h"
#include "app/file-notice.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/row-layout.h"
#include "app/window-state.h"
#include "app/wrap-layout.h"

#define FIRST_FRAME_MS 300 /* that the files may take */
#define SEARCH_FROM 24     /* accounts: fewer are seen at a glance */
#define REFRESH_SECONDS 60 /* "3 minutes ago" stays true */

G_DEFINE_FINAL_TYPE (MoptAccountsWindow, mopt_accounts_window, GTK_TYPE_APPLICATION_WINDOW)

void
mopt_accounts_window_failed (MoptAccountsWindow *self, const GError *error)
{
  g_autofree char *text = g_strdup_printf (_ ("Not saved: %s"), error->message);

  if (self->accounts != NULL)
    mopt_notice_bar_show (self->save_notice, MOPT_NOTICE_ERROR, text, NULL);
  else
    g_printerr ("%s\n", text); /* the window has gone */
}

/* Each has a size of its own. */
static const char *
state_name (MoptAccountsWindow *self)
{
  return mopt_accounts_is_draft (self->accounts) ? "publish" : "accounts";
}

/* Not while the window goes, either. */
static void
update_header (MoptAccountsWindow *self)
{
  guint n;

  if (self->accounts == NULL)
    return;
  g_object_get (self->list, "n-accounts", &n, NULL);
  gtk_widget_set_visible (self->list_header, n > 0);
  gtk_widget_set_visible (self->buttons, n > 0);
  /* a search that is in use stays, however few are left */
  gtk_widget_set_visible (GTK_WIDGET (self->search), n >= SEARCH_FROM || *gtk_editable_get_text (self->search) != '\0');
  mopt_accounts_actions_update (self);
}

static void
on_accounts_changed (MoptAccountsWindow *self)
{
  mopt_file_notice (self->file_notice, self->accounts, NULL);
  update_header (self);
}

static void
open_file (MoptAccountsWindow *self)
{
  mopt_file_open (GTK_WINDOW (self), self->accounts);
}

/* Of what has changed in the publication. */
static void
on_show_account (MoptAccountsWindow *self, MoptAccount *account)
{
  mopt_account_list_select (self->list, account);
  mopt_accounts_actions_edit (self, account);
}

void
mopt_accounts_window_edit (MoptAccountsWindow *self, const char *id)
{
  g_return_if_fail (MOPT_IS_ACCOUNTS_WINDOW (self));

  MoptAccount *account = mopt_accounts_is_loaded (self->accounts) ? mopt_accounts_get (self->accounts, id) : NULL;

  g_clear_pointer (&self->wanted, g_free);
  if (account != NULL)
    on_show_account (self, account);
  else if (!mopt_accounts_is_loaded (self->accounts))
    self->wanted = g_strdup (id);
}

/* The person comes back, perhaps from changing something elsewhere. */
static void
on_is_active (MoptAccountsWindow *self)
{
  if (self->accounts == NULL || !gtk_window_is_active (GTK_WINDOW (self)))
    return;
  mopt_accounts_look (self->accounts);
  mopt_account_list_look_for_passwords (self->list);
}

static void
on_reloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountsWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  mopt_accounts_load_finish (MOPT_ACCOUNTS (source), result, &error);
  if (self->accounts == NULL)
    return;
  mopt_file_notice (self->file_notice, self->accounts, error);
  mopt_account_list_refresh (self->list);
  update_header (self);
  g_autofree char *wanted = g_steal_pointer (&self->wanted);
  if (wanted != NULL)
    mopt_accounts_window_edit (self, wanted);
}

static void
on_reload (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);

  mopt_accounts_load_async (self->accounts, NULL, on_reloaded, g_object_ref (self));
}

static void
on_find (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);

  /* who asks for it gets it, also with few accounts */
  if (gtk_widget_get_visible (self->list_header))
    {
      gtk_widget_set_visible (GTK_WIDGET (self->search), TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->search));
    }
}

static void
on_search_changed (GtkSearchEntry *entry, MoptAccountsWindow *self)
{
  mopt_account_list_set_search (self->list, gtk_editable_get_text (self->search));
}

static void
on_stop_search (GtkSearchEntry *entry, MoptAccountsWindow *self)
{
  gtk_editable_set_text (self->search, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
on_search_activate (GtkSearchEntry *entry, MoptAccountsWindow *self)
{
  if (mopt_account_list_get_selected (self->list) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
on_restored (MoptAccountsWindow *self, MoptAccount *account)
{
  MoptAccount *restored = mopt_accounts_get (self->accounts, mopt_account_get_id (account));

  if (restored != NULL)
    mopt_account_list_select (self->list, restored);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/* The focus stays in the list where it was there; GTK would take it elsewhere with the row. */
static void
on_deleted (MoptAccountsWindow *self)
{
  if (self->deletes_in_list || gtk_window_get_focus (GTK_WINDOW (self)) == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/* Menus are made when they are opened. */
static void
create_menu (GtkMenuButton *button, gpointer name)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (MOPT_RESOURCES "menus.ui");

  mopt_accounts_actions_look_for_withdrawn (MOPT_ACCOUNTS_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))));
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, G_MENU_MODEL (gtk_builder_get_object (builder, name)));
}

static gboolean
on_refresh (gpointer user_data)
{
  MoptAccountsWindow *self = user_data;

  mopt_account_list_refresh (self->list);
  return G_SOURCE_CONTINUE;
}

static void
on_close_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountsWindow) self = user_data;

  if (mopt_ask_finish (result) == 0)
    return;
  self->closes_unsaved = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
mopt_accounts_window_close_request (GtkWindow *window)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (window);
  const MoptAnswer answers[] = { { _ ("_Keep Editing"), MOPT_ANSWER_NORMAL },
                                 { _ ("Close _Without Saving"), MOPT_ANSWER_DESTRUCTIVE },
                                 { NULL } };

  /* those above first: they may have changes to ask about */
  if (!mopt_leaving_close_above (window))
    return TRUE;
  if (!mopt_person_form_save (self->person_form, FALSE) && !self->closes_unsaved)
    {
      mopt_ask_async (window, _ ("Your e-mail address is not saved"),
                      _ ("What is typed there is no e-mail address. Correct it, or close and keep the one before."),
                      answers, on_close_answer, g_object_ref (self));
      return TRUE;
    }
  mopt_undo_bar_finish (self->undo_bar);
  mopt_window_state_save (window, state_name (self));
  return GTK_WINDOW_CLASS (mopt_accounts_window_parent_class)->close_request (window);
}

static void
on_left (gpointer user_data)
{
  MoptAccountsWindow *self = user_data;

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_pointer (&self->fetch_child, mopt_fetch_child_free);
}

static void
mopt_accounts_window_dispose (GObject *object)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (object);

  on_left (self);
  g_clear_weak_pointer (&self->dialog);
  g_clear_object (&self->selected);
  g_clear_object (&self->accounts);
  g_clear_pointer (&self->wanted, g_free);
  G_OBJECT_CLASS (mopt_accounts_window_parent_class)->dispose (object);
}

static void
mopt_accounts_window_class_init (MoptAccountsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_accounts_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = mopt_accounts_window_close_request;

  g_type_ensure (MOPT_TYPE_ACCOUNT_LIST);
  g_type_ensure (MOPT_TYPE_NOTICE_BAR);
  g_type_ensure (MOPT_TYPE_PERSON_FORM);
  g_type_ensure (MOPT_TYPE_PUBLICATION_NOTICES);
  g_type_ensure (MOPT_TYPE_PUBLISH_BAR);
  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  g_type_ensure (MOPT_TYPE_UNDO_BAR);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "accounts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, file_notice);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, publication_notices);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, publish_bar);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, save_notice);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, person_form);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, add_button);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, list_header);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, search);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, list);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, undo_bar);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, buttons);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, delete_button);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountsWindow, not_allowed);
  gtk_widget_class_bind_template_callback (widget_class, mopt_accounts_actions_edit);
  gtk_widget_class_bind_template_callback (widget_class, on_deleted);
  gtk_widget_class_bind_template_callback (widget_class, mopt_accounts_window_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_restored);
  gtk_widget_class_bind_template_callback (widget_class, on_show_account);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, open_file);
  gtk_widget_class_bind_template_callback (widget_class, mopt_accounts_actions_update);
  gtk_widget_class_bind_template_callback (widget_class, update_header);

  mopt_accounts_actions_install (widget_class);
  gtk_widget_class_install_action (widget_class, "win.find", NULL, on_find);
  gtk_widget_class_install_action (widget_class, "win.reload", NULL, on_reload);
}

static void
mopt_accounts_window_init (MoptAccountsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_mend_accessible_names (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->menu_button, create_menu, (gpointer) "main", NULL);
  gtk_menu_button_set_create_popup_func (self->add_button, create_menu, (gpointer) "add", NULL);
  self->selected = g_signal_group_new (MOPT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->selected, "notify", G_CALLBACK (mopt_accounts_actions_update), self);
  g_signal_group_connect_swapped (self->selected, "rule-changed", G_CALLBACK (mopt_accounts_actions_update), self);
  self->refresh = g_timeout_add_seconds (REFRESH_SECONDS, on_refresh, self);
  mopt_leaving_init (GTK_WINDOW (self), on_left);
}

/* What the first frame need not wait for. */
static gboolean
on_shown (gpointer user_data)
{
  MoptAccountsWindow *self = user_data;

  if (mopt_leaving_is_gone (self))
    return G_SOURCE_REMOVE;
  gtk_widget_grab_focus (GTK_WIDGET (self->list)); /* its rows are there by now */
  mopt_account_list_show_all (self->list);
  mopt_accounts_watch (self->accounts);
  mopt_account_list_look_for_passwords (self->list);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_is_active), NULL);
  if (!mopt_accounts_is_draft (self->accounts))
    self->fetch_child = mopt_fetch_child_new ();
  /* drawing the icon takes longer than drawing the window */
  gtk_window_set_default_icon_name (MOPT_APPLICATION_ID);
  gtk_window_set_icon_name (GTK_WINDOW (self), MOPT_APPLICATION_ID);
  return G_SOURCE_REMOVE;
}

/* A complete first frame is soonest where the files are read by now, and they mostly are; but a share may be slow, and
 * a directory service, too: the window does not wait for them. */
static void
load_first (MoptAccountsWindow *self, GError **error)
{
  if (mopt_accounts_wait (self->accounts, FIRST_FRAME_MS))
    return;
  if (mopt_accounts_is_draft (self->accounts) && !mopt_draft_actions_prepare (self, FIRST_FRAME_MS))
    return;
  if (mopt_accounts_is_loading (self->accounts))
    mopt_accounts_load_async (self->accounts, NULL, on_reloaded, g_object_ref (self));
  else
    mopt_accounts_load (self->accounts, error); /* it could not be read, and says so again */
}

/* @accounts: transfer full. */
static GtkWindow *
window_new (GtkApplication *application, MoptAccounts *accounts)
{
  MoptAccountsWindow *self = g_object_new (MOPT_TYPE_ACCOUNTS_WINDOW, "application", application, NULL);
  g_autoptr (GError) error = NULL;

  self->accounts = accounts;
  mopt_window_state_restore (GTK_WINDOW (self), state_name (self));
  load_first (self, &error);
  mopt_account_list_set_accounts (self->list, self->accounts);
  if (!mopt_accounts_is_draft (self->accounts))
    mopt_person_form_set_accounts (self->person_form, self->accounts);
  mopt_publication_notices_bind (self->publication_notices, self->accounts);
  mopt_file_notice (self->file_notice, self->accounts, error);
  if (mopt_accounts_is_draft (self->accounts))
    mopt_draft_actions_bind (self);
  update_header (self);
  g_signal_connect_object (self->accounts, "notify", G_CALLBACK (on_accounts_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accounts, "items-changed", G_CALLBACK (on_accounts_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
  g_idle_add_full (G_PRIORITY_LOW, on_shown, g_object_ref (self), g_object_unref);
  return GTK_WINDOW (self);
}

GtkWindow *
mopt_accounts_window_new (GtkApplication *application)
{
  return window_new (application, mopt_application_take_accounts (application));
}

GtkWindow *
mopt_accounts_window_new_draft (GtkApplication *application, const char *draft)
{
  return window_new (application, mopt_accounts_new_draft (draft));
}

const char *
mopt_accounts_window_get_draft (MoptAccountsWindow *self)
{
  g_return_val_if_fail (MOPT_IS_ACCOUNTS_WINDOW (self), NULL);

  return self->accounts != NULL && mopt_accounts_is_draft (self->accounts) ? mopt_accounts_get_path (self->accounts)
                                                                          : NULL;
}
