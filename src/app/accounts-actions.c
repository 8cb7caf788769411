/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/account-dialog.h"
#include "app/accounts-window-private.h"
#include "app/check-all-dialog.h"
#include "app/file-notice.h"
#include "app/leaving.h"
#include "app/withdrawn-dialog.h"
#include "check/standing.h"
#include "model/draft.h"
#include "model/validate.h"
#include "store/withdrawn.h"

static void
set_enabled (MoptAccountsWindow *self, const char *action, gboolean enabled)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, enabled);
}

/* Of a published account there is nothing to delete but what the person changed. The button is the last one: nothing
 * moves when its name grows. */
static void
name_delete_button (MoptAccountsWindow *self, MoptAccount *account)
{
  gboolean published
      = account != NULL && !mopt_account_is_personal (account) && !mopt_account_is_publishing (account);

  gtk_button_set_label (self->delete_button, published ? _ ("Remove _My Changes") : _ ("_Delete"));
  mopt_mend_accessible_names (GTK_WIDGET (self->delete_button));
}

static void
say_what_is_not_allowed (MoptAccountsWindow *self, gboolean may_add)
{
  const MoptPublication *publication = mopt_accounts_get_publication (self->accounts);

  gtk_widget_set_visible (GTK_WIDGET (self->not_allowed), !may_add && publication != NULL);
  if (may_add || publication == NULL)
    return;
  g_autofree char *text
      = g_strdup_printf (_ ("Accounts of your own are not allowed by %s. If you need one, ask %s."),
                         mopt_publication_who (publication), mopt_publication_whom_to_ask (publication));
  gtk_label_set_label (self->not_allowed, text);
}

/* Not while the window goes (then accounts is NULL) and its list empties itself. */
void
mopt_accounts_actions_update (MoptAccountsWindow *self)
{
  if (self->accounts == NULL)
    return;

  MoptAccount *account = mopt_account_list_get_selected (self->list);
  gboolean writable = !mopt_accounts_is_read_only (self->accounts);
  gboolean sound = account != NULL && mopt_account_get_problem (account, NULL) == NULL;

  gboolean may_add = (mopt_accounts_get_rights (self->accounts) & MOPT_RIGHT_ADD_ACCOUNTS) != 0;
  gboolean may_delete = account != NULL
                        && (mopt_account_is_personal (account) || mopt_account_is_publishing (account)
                            || mopt_draft_has_overlay (account));

  g_signal_group_set_target (self->selected, account);
  name_delete_button (self, account);
  say_what_is_not_allowed (self, may_add);
  set_enabled (self, "win.add", may_add && writable && mopt_accounts_is_loaded (self->accounts));
  set_enabled (self, "win.edit", account != NULL);
  set_enabled (self, "win.copy", sound && may_add && writable);
  set_enabled (self, "win.delete", may_delete && writable);
  set_enabled (self, "win.set-default", sound && writable && account != mopt_accounts_get_default (self->accounts));
}

static void
on_dialog_saved (MoptAccountsWindow *self, MoptAccount *account)
{
  mopt_account_list_select (self->list, account);
}

static void
on_dialog_gone (MoptAccountsWindow *self)
{
  g_clear_weak_pointer (&self->dialog); /* something may hold it a little longer */
  if (mopt_leaving_is_gone (self))
    return;
  mopt_account_list_refresh (self->list); /* it may have tested */
  mopt_account_list_look_for_passwords (self->list);
  mopt_accounts_actions_update (self);
}

static void
open_dialog (MoptAccountsWindow *self, MoptAccount *account, MoptKind kind, MoptAccount *source)
{
  if (self->dialog != NULL)
    {
      gtk_window_present (self->dialog);
      return;
    }
  /* what is shown above is what its test uses */
  mopt_person_form_save (self->person_form, TRUE);
  g_set_weak_pointer (&self->dialog, mopt_account_dialog_new (GTK_WINDOW (self), self->accounts, account, kind));
  if (source != NULL)
    mopt_account_dialog_set_source (MOPT_ACCOUNT_DIALOG (self->dialog), source);
  g_signal_connect_object (self->dialog, "saved", G_CALLBACK (on_dialog_saved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialog, "unmap", G_CALLBACK (on_dialog_gone), self, G_CONNECT_SWAPPED);
  gtk_window_present (self->dialog);
}

void
mopt_accounts_actions_edit (MoptAccountsWindow *self, MoptAccount *account)
{
  const char *wanted = mopt_standing_find_wanted (account, mopt_account_list_get_stored (self->list));
  gboolean opens = self->dialog == NULL;

  if (mopt_account_get_problem (account, NULL) != NULL)
    {
      mopt_file_explain (GTK_WINDOW (self), self->accounts, account);
      return;
    }
  open_dialog (self, account, mopt_account_get_kind (account), NULL);
  if (opens && wanted != NULL) /* the one thing that is the person's to enter */
    mopt_account_dialog_go_to (MOPT_ACCOUNT_DIALOG (self->dialog), wanted);
}

void
mopt_accounts_window_add (MoptAccountsWindow *self, MoptKind kind)
{
  g_return_if_fail (MOPT_IS_ACCOUNTS_WINDOW (self));

  if (mopt_accounts_is_loaded (self->accounts) && !mopt_accounts_is_read_only (self->accounts)
      && (mopt_accounts_get_rights (self->accounts) & MOPT_RIGHT_ADD_ACCOUNTS) != 0)
    open_dialog (self, NULL, kind, NULL);
}

static void
on_add (GtkWidget *widget, const char *action, GVariant *kind)
{
  mopt_accounts_window_add (MOPT_ACCOUNTS_WINDOW (widget), mopt_kind_by_name (g_variant_get_string (kind, NULL)));
}

static void
on_add_menu (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);

  if (gtk_widget_get_visible (self->list_header))
    gtk_menu_button_popup (self->add_button);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->list)); /* the empty page has the choices */
}

static void
on_edit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);

  mopt_accounts_actions_edit (self, mopt_account_list_get_selected (self->list));
}

/* The first that no account has; a name that gets too long by it loses its end. Caller frees. */
static char *
name_copy (MoptAccountsWindow *self, MoptAccount *account)
{
  g_autofree char *name = g_strdup (mopt_account_get_name (account));

  for (guint i = 1;;)
    {
      g_autofree char *copy = i == 1 ? g_strdup_printf (_ ("Copy of %s"), name)
                                     : g_strdup_printf (_ ("Copy %u of %s"), i, name);
      glong excess = g_utf8_strlen (copy, -1) - MOPT_NAME_MAX;
      glong length = g_utf8_strlen (name, -1);

      if (excess > 0 && length > excess + 1)
        {
          g_autofree char *start = g_utf8_substring (name, 0, length - excess - 1);

          g_free (name);
          name = g_strconcat (g_strchomp (start), "…", NULL);
        }
      else if (++i > 100 || mopt_validate_name (copy, G_LIST_MODEL (self->accounts), NULL, NULL))
        return g_steal_pointer (&copy);
    }
}

static void
on_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);
  MoptAccount *account = mopt_account_list_get_selected (self->list);
  g_autofree char *name = name_copy (self, account);
  g_autoptr (MoptAccount) copy = mopt_account_copy (account, name);

  open_dialog (self, copy, mopt_account_get_kind (copy), account);
}

static void
on_delete (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);

  if (mopt_accounts_is_draft (self->accounts))
    {
      mopt_draft_actions_delete (self, mopt_account_list_get_selected (self->list));
      return;
    }
  self->deletes_in_list = gtk_widget_get_focus_child (GTK_WIDGET (self->list)) != NULL;
  mopt_undo_bar_delete (self->undo_bar, self->accounts, mopt_account_list_get_selected (self->list));
}

static void
on_check_all_gone (MoptAccountsWindow *self)
{
  if (!mopt_leaving_is_gone (self))
    mopt_account_list_refresh (self->list);
}

static void
on_check_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);
  GtkWindow *window = mopt_check_all_dialog_new (GTK_WINDOW (self), G_LIST_MODEL (self->accounts));

  g_signal_connect_object (window, "open-account", G_CALLBACK (mopt_accounts_actions_edit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "unmap", G_CALLBACK (on_check_all_gone), self, G_CONNECT_SWAPPED);
  gtk_window_present (window);
}

static void
on_undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  mopt_undo_bar_undo (MOPT_ACCOUNTS_WINDOW (widget)->undo_bar);
}

static void
on_default_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountsWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error))
    mopt_accounts_window_failed (self, error);
}

static void
on_set_default (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);
  MoptAccount *account = mopt_account_list_get_selected (self->list);
  MoptChange change = { .what = MOPT_CHANGE_GENERAL, .default_id = mopt_account_get_id (account) };

  mopt_accounts_apply_async (self->accounts, &change, NULL, on_default_set, g_object_ref (self));
}

void
mopt_accounts_actions_look_for_withdrawn (MoptAccountsWindow *self)
{
  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();

  set_enabled (self, "win.withdrawn", list->len > 0 && !mopt_accounts_is_draft (self->accounts));
}

static void
on_withdrawn (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MoptAccountsWindow *self = MOPT_ACCOUNTS_WINDOW (widget);
  GtkWindow *dialog = mopt_withdrawn_dialog_new (GTK_WINDOW (self), self->accounts);

  g_signal_connect_object (dialog, "taken-back", G_CALLBACK (on_dialog_saved), self, G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}

void
mopt_accounts_actions_install (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.add", "s", on_add);
  gtk_widget_class_install_action (widget_class, "win.add-menu", NULL, on_add_menu);
  gtk_widget_class_install_action (widget_class, "win.edit", NULL, on_edit);
  gtk_widget_class_install_action (widget_class, "win.copy", NULL, on_copy);
  gtk_widget_class_install_action (widget_class, "win.delete", NULL, on_delete);
  gtk_widget_class_install_action (widget_class, "win.check-all", NULL, on_check_all);
  gtk_widget_class_install_action (widget_class, "win.set-default", NULL, on_set_default);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, on_undo);
  gtk_widget_class_install_action (widget_class, "win.withdrawn", NULL, on_withdrawn);
  /* not an accelerator of the application: entries undo first */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
}
