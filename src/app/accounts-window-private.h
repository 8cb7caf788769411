/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/account-list.h"
#include "app/accounts-window.h"
#include "app/fetch-child.h"
#include "app/notice-bar.h"
#include "app/person-form.h"
#include "app/publication-notices.h"
#include "app/publish-bar.h"
#include "app/undo-bar.h"

G_BEGIN_DECLS

/* The rooms of the main window: the widget itself (accounts-window.c), and what can be done with its accounts
 * (accounts-actions.c). */
struct _MoptAccountsWindow
{
  GtkApplicationWindow parent_instance;

  MoptPublicationNotices *publication_notices;
  MoptPublishBar *publish_bar; /* of a draft */
  MoptNoticeBar *file_notice;
  MoptNoticeBar *save_notice;
  MoptPersonForm *person_form;
  GtkMenuButton *menu_button;
  GtkMenuButton *add_button;
  GtkWidget *list_header;
  GtkEditable *search;
  MoptAccountList *list;
  MoptUndoBar *undo_bar;
  GtkWidget *buttons;
  GtkButton *delete_button;
  GtkLabel *not_allowed; /* why accounts cannot be added; hidden where they can */

  MoptAccounts *accounts;
  GSignalGroup *selected;      /* the account */
  GtkWindow *dialog;           /* of an account, while it is open; weak */
  MoptFetchChild *fetch_child; /* made after the first frame */
  guint refresh;
  char *wanted; /* id of the account whose dialog is to open once the accounts are read; nullable */
  gboolean deletes_in_list; /* the focus was there when Delete was asked for */
  gboolean looks; /* at what is published, before it asks about deleting from a draft */
  gboolean closes_unsaved;  /* the person said so */
};

/* Installs the actions: "win.add" (s, the kind), "win.add-menu", "win.edit", "win.copy", "win.delete",
 * "win.check-all", "win.set-default", "win.undo", "win.withdrawn". */
void mopt_accounts_actions_install (GtkWidgetClass *widget_class);
/* Enables "win.withdrawn" while there is something to take back: before the menu that has it is shown. */
void mopt_accounts_actions_look_for_withdrawn (MoptAccountsWindow *self);
/* Enables what the selected account and the rights of the person allow, and names the Delete button after it. */
void mopt_accounts_actions_update (MoptAccountsWindow *self);
/* Opens the dialog of @account, or says why it cannot be edited. */
void mopt_accounts_actions_edit (MoptAccountsWindow *self, MoptAccount *account);
/* What is different where the accounts are those of a draft (draft-actions.c). prepare: a draft that is not there
 * begins with what is published, one that was published hears of it; TRUE: that has ended within @ms, FALSE: the window
 * reloads when it has. bind: the bar, the title. delete: asks what becomes of the account on the desktops that have
 * it. */
gboolean mopt_draft_actions_prepare (MoptAccountsWindow *self, guint ms);
void mopt_draft_actions_bind (MoptAccountsWindow *self);
void mopt_draft_actions_delete (MoptAccountsWindow *self, MoptAccount *account);
/* Says that something was not saved. */
void mopt_accounts_window_failed (MoptAccountsWindow *self, const GError *error);

G_END_DECLS
