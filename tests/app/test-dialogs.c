/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every window, in English and in German: by keyboard alone, and with a screen reader. The pages of the
 * account dialog have tests of their own. */
#include "config.h"

#include <glib/gi18n.h>

#include "app-test.h"

#include "app/accounts-window.h"
#include "app/advanced-test-dialog.h"
#include "app/check-all-dialog.h"
#include "app/check-dialog.h"
#include "app/newest-dialog.h"
#include "app/notice-bar.h"
#include "app/person-form.h"
#include "app/preview-dialog.h"
#include "app/publication-dialog.h"
#include "app/publish-bar.h"
#include "app/publish-dialog.h"
#include "app/security-dialog.h"
#include "app/security-question.h"
#include "app/test-view.h"
#include "base/paths.h"
#include "check/test-message.h"
#include "store/accounts.h"

static GtkApplication *application;

typedef struct
{
  GtkWindow *below;
  MoptAccount *account;
  MoptSettings *settings;
  char *draft;
  MoptAccounts *accounts; /* of it */
} Fixture;

static GtkWindow *
open_test (Fixture *f)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  g_autoptr (MoptTestRun) run = mopt_test_run_new (&(MoptTestOptions){
      .settings = f->settings,
      .sides = MOPT_SIDE_BOTH,
      .flags = MOPT_TEST_SEND_MESSAGE,
      .incoming_password = password,
      .outgoing_password = password,
      .own_name = "Alice",
      .own_address = "alice@example.com",
  });

  return mopt_test_view_new (f->below, "Home", run);
}

static GtkWindow *
open_why (Fixture *f)
{
  return mopt_security_dialog_new (f->below, f->account, MOPT_SIDE_INCOMING);
}

static GtkWindow *
open_newest (Fixture *f)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");

  return mopt_newest_dialog_new (f->below, "Home", f->settings, password);
}

static GtkWindow *
open_check_all (Fixture *f)
{
  g_autoptr (GListStore) accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);

  g_list_store_append (accounts, f->account);
  return mopt_check_all_dialog_new (f->below, G_LIST_MODEL (accounts));
}

static GtkWindow *
open_advanced (Fixture *f)
{
  g_autoptr (MoptTestMail) mail = mopt_test_message_usual (f->settings, "alice@example.com", FALSE);

  return mopt_advanced_test_dialog_new (f->below, "Home", "alice@example.com", mail);
}

static void
on_agreed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_false (mopt_security_ask_finish (result)); /* nobody did */
}

static GtkWindow *
open_question (Fixture *f)
{
  mopt_security_ask_async (f->below, MOPT_ASK_UNENCRYPTED, f->settings, MOPT_SIDE_INCOMING, NULL, on_agreed, NULL);
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (window) == f->below)
        return window;
    }
  g_assert_not_reached ();
}

static GtkWindow *
open_publication (Fixture *f)
{
  return mopt_publication_dialog_new (f->below, f->accounts);
}

static GtkWindow *
open_check (Fixture *f)
{
  return mopt_check_dialog_new (f->below, f->draft);
}

static GtkWindow *
open_preview (Fixture *f)
{
  return mopt_preview_dialog_new (f->below, f->draft);
}

static GtkWindow *
open_publish (Fixture *f)
{
  return mopt_publish_dialog_new (f->below, f->draft);
}

static GtkWindow *
open_accounts (Fixture *f)
{
  return mopt_accounts_window_new (application);
}

static GtkWindow *
open_draft (Fixture *f)
{
  return mopt_accounts_window_new_draft (application, f->draft);
}

static const struct
{
  const char *name;
  GtkWindow *(*open) (Fixture *f);
} windows[] = {
  { "test", open_test },         { "why", open_why },         { "newest", open_newest },
  { "check-all", open_check_all }, { "advanced", open_advanced }, { "question", open_question },
  { "publication", open_publication }, { "check", open_check }, { "preview", open_preview },
  { "publish", open_publish },   { "accounts", open_accounts }, { "draft", open_draft },
};

/* --- what must hold --------------------------------------------------------------------------------------------- */

static gboolean
has_escape (GtkWindow *window)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (window));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller)
                        && j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          g_autofree char *keys = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (g_str_equal (keys, "Escape"))
            return TRUE;
        }
    }
  return FALSE;
}

/* Also of what is not shown yet: it may be at any time. */
static void
check_mnemonic (GtkLabel *label, GHashTable *keys)
{
  guint key = gdk_keyval_to_lower (gtk_label_get_mnemonic_keyval (label));

  if (key == GDK_KEY_VoidSymbol)
    return;
  g_test_message ("%c: %s", key, gtk_label_get_text (label));
  g_assert_true (g_hash_table_add (keys, GUINT_TO_POINTER (key)));
}

static void
check_below (GtkWindow *window, GtkWidget *widget, GHashTable *keys)
{
  /* a window of its own; what most bars never show; what is for drafts only, and for all but drafts */
  if (GTK_IS_POPOVER (widget) || MOPT_IS_NOTICE_BAR (widget)
      || (!gtk_widget_get_visible (widget) && (MOPT_IS_PUBLISH_BAR (widget) || MOPT_IS_PERSON_FORM (widget))))
    return;
  if (GTK_IS_LABEL (widget))
    check_mnemonic (GTK_LABEL (widget), keys);
  /* its words name it, or it has a name */
  if (GTK_IS_BUTTON (widget) && GTK_IS_IMAGE (gtk_button_get_child (GTK_BUTTON (widget))))
    g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL));
  if (GTK_IS_ENTRY (widget) || GTK_IS_PASSWORD_ENTRY (widget))
    g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY)
                   || gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL));
  /* what stands out is what Enter does */
  if (gtk_widget_has_css_class (widget, "suggested-action") && !MOPT_IS_ACCOUNTS_WINDOW (window))
    g_assert_true (gtk_window_get_default_widget (window) == widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    check_below (window, child, keys);
}

static void
test_windows (void)
{
  Fixture f = { .account = mopt_account_new ("a", "imap"), .draft = mopt_paths_state ("draft.conf") };

  app_test_write_accounts ("[Mail Options]\nFormat=1\nName=Alice\nAddress=alice@example.com\n\n"
                           "[Account o]\nKind=imap\nName=Home\n");
  mopt_account_set_name (f.account, "Home");
  mopt_account_set (f.account, MOPT_FIELD_INCOMING_HOST, "127.0.0.1");
  mopt_account_set (f.account, MOPT_FIELD_INCOMING_CUSTOM_PORT, "true");
  mopt_account_set (f.account, MOPT_FIELD_INCOMING_PORT, "1");
  mopt_account_set (f.account, MOPT_FIELD_INCOMING_USER, "alice");
  mopt_account_set (f.account, MOPT_FIELD_OUTGOING_HOST, "127.0.0.1");
  mopt_account_set (f.account, MOPT_FIELD_OUTGOING_CUSTOM_PORT, "true");
  mopt_account_set (f.account, MOPT_FIELD_OUTGOING_PORT, "1");
  f.settings = mopt_settings_new (f.account, NULL);
  f.accounts = mopt_accounts_new_draft (f.draft);
  mopt_accounts_load (f.accounts, NULL);
  f.below = GTK_WINDOW (gtk_window_new ());
  gtk_window_present (f.below);
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autoptr (GHashTable) keys = g_hash_table_new (NULL, NULL);
      GtkWindow *window = windows[i].open (&f);

      g_test_message ("%s", windows[i].name);
      gtk_window_present (window);
      app_test_run (60);
      g_assert_cmpuint (strlen (gtk_window_get_title (window)), >, 0);
      g_assert_nonnull (gtk_window_get_focus (window));
      g_assert_true (has_escape (window) || MOPT_IS_ACCOUNTS_WINDOW (window));
      check_below (window, gtk_window_get_child (window), keys);
      gtk_window_destroy (window);
    }
  gtk_window_destroy (f.below);
  app_test_run (60);
  mopt_settings_free (f.settings);
  g_object_unref (f.account);
  g_object_unref (f.accounts);
  g_free (f.draft);
}

/* The catalogue that proves the translation; a language with letters to spare for keys. */
static void
test_german (void)
{
  g_autofree char *catalogues = g_test_build_filename (G_TEST_BUILT, "..", "po", NULL);

  g_setenv ("LANGUAGE", "de", TRUE);
  bindtextdomain (GETTEXT_PACKAGE, catalogues);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_assert_cmpstr (_ ("_Cancel"), ==, "_Abbrechen");
  test_windows ();
  textdomain ("none");
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  g_test_add_func ("/dialogs/english", test_windows);
  g_test_add_func ("/dialogs/german", test_german);
  int result = g_test_run ();
  g_object_unref (application);
  return result;
}
