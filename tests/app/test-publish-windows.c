/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The windows of an administrator, while others work on the same files. */
#include <glib/gstdio.h>

#include "app-test.h"

#include "app/accounts-window.h"
#include "app/availability.h"
#include "app/notice-bar.h"
#include "app/publication-dialog.h"
#include "app/publish-dialog.h"
#include "app/text-row.h"

static const char text[] = "[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=1\n\n"
                           "[Account helpdesk]\nKind=imap\nName=Help desk\nincoming-host=imap.example.com\n"
                           "incoming-user=%USER%\noutgoing-host=smtp.example.com\n";

typedef struct
{
  char *folder, *draft, *target;
  MoptAccounts *accounts;
  GtkWindow *window; /* NULL once closed */
} Fixture;

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer loaded)
{
  g_assert_true (mopt_accounts_load_finish (MOPT_ACCOUNTS (source), result, NULL));
  *(gboolean *) loaded = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  gboolean loaded = FALSE;

  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->draft = g_build_filename (f->folder, "draft.conf", NULL);
  f->target = g_build_filename (f->folder, "published.conf", NULL);
  g_assert_true (g_file_set_contents (f->draft, text, -1, NULL));
  g_setenv ("MAIL_OPTIONS_PUBLISHED", f->target, TRUE);
  f->accounts = mopt_accounts_new_draft (f->draft);
  mopt_accounts_load_async (f->accounts, NULL, on_loaded, &loaded);
  app_test_wait (is_true, &loaded);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->window != NULL)
    gtk_window_destroy (f->window);
  app_test_run (50);
  g_object_unref (f->accounts);
  g_remove (f->draft);
  g_remove (f->target);
  g_rmdir (f->folder);
  g_free (f->draft);
  g_free (f->target);
  g_free (f->folder);
}

static void
show_without_waiting (Fixture *f, GtkWindow *window)
{
  g_set_weak_pointer (&f->window, window);
  gtk_window_present (window);
}

static void
show (Fixture *f, GtkWindow *window)
{
  show_without_waiting (f, window);
  app_test_run (100);
}

static gboolean
is_closed (gpointer fixture)
{
  return ((Fixture *) fixture)->window == NULL;
}

/* --- for whom an account is --------------------------------------------------------------------------------------- */

/* "everyone", typed where groups are typed, does not take the entry away from under the hands. */
static void
test_everyone_is_typed (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  mopt_account_set_publishing (account, TRUE);
  GtkWidget *page = mopt_availability_new (account, TRUE);
  show (f, GTK_WINDOW (gtk_window_new ()));
  gtk_window_set_child (f->window, page);
  g_assert_true (gtk_check_button_get_active (app_test_child (page, "everyone")));
  gtk_check_button_set_active (app_test_child (page, "some"), TRUE);
  GtkWidget *words = app_test_child (page, "words");
  gtk_widget_grab_focus (words);
  mopt_text_row_set_text (MOPT_TEXT_ROW (words), "everyone");
  g_assert_true (gtk_check_button_get_active (app_test_child (page, "some")));
  g_assert_true (gtk_widget_get_sensitive (words));
  mopt_text_row_set_text (MOPT_TEXT_ROW (words), "everyones-boss");
  g_assert_cmpstr (mopt_account_get_term (account, MOPT_TERM_AVAILABLE_TO), ==, "everyones-boss");
  gtk_check_button_set_active (app_test_child (page, "everyone"), TRUE);
  g_assert_cmpstr (mopt_account_get_term (account, MOPT_TERM_AVAILABLE_TO), ==, "everyone");
  g_assert_false (gtk_widget_get_sensitive (words));
}

static void
test_earlier_names (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  mopt_account_set_publishing (account, TRUE);
  mopt_account_set_term (account, MOPT_TERM_INCOMING_HOST_PREVIOUS, "old.example.com\nolder.example.com");
  GtkWidget *page = mopt_availability_new (account, TRUE);
  show (f, GTK_WINDOW (gtk_window_new ()));
  gtk_window_set_child (f->window, page);
  MoptTextRow *row = app_test_child (page, "incoming_previous");
  g_assert_cmpstr (mopt_text_row_get_text (row), ==, "old.example.com, older.example.com");
  mopt_text_row_set_text (row, "mail.example.com, not a host!");
  g_assert_false (mopt_availability_check (MOPT_AVAILABILITY (page)));
  g_assert_true (mopt_text_row_has_problem (row));
  mopt_text_row_set_text (row, "mail.example.com, ");
  g_assert_cmpstr (mopt_text_row_get_text (row), ==, "mail.example.com, "); /* as it is typed */
  g_assert_true (mopt_availability_check (MOPT_AVAILABILITY (page)));
  g_assert_cmpstr (mopt_account_get_term (account, MOPT_TERM_INCOMING_HOST_PREVIOUS), ==, "mail.example.com");
  mopt_text_row_set_text (row, "");
  g_assert_false (mopt_account_has_term (account, MOPT_TERM_INCOMING_HOST_PREVIOUS));
}

/* Somebody else shuts the entry in which one is: the keyboard goes where it was decided, and is not lost. */
static void
test_focus_leaves_what_is_shut (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  mopt_account_set_publishing (account, TRUE);
  mopt_account_set_term (account, MOPT_TERM_AVAILABLE_TO, "bob");
  GtkWidget *page = mopt_availability_new (account, TRUE);
  show (f, GTK_WINDOW (gtk_window_new ()));
  gtk_window_set_child (f->window, page);
  gtk_widget_grab_focus (app_test_child (page, "words"));
  mopt_account_set_term (account, MOPT_TERM_AVAILABLE_TO, NULL);
  g_assert_true (gtk_window_get_focus (f->window) == app_test_child (page, "everyone"));
  mopt_account_set_term (account, MOPT_TERM_AVAILABLE, "false");
  g_assert_true (gtk_window_get_focus (f->window) == app_test_child (page, "available"));
}

/* --- the page of the publication --------------------------------------------------------------------------------- */

static void
type_in (GtkWindow *window, const char *key, const char *typed)
{
  GtkWidget *row = gtk_widget_get_first_child (app_test_child (window, "rows"));

  while (!MOPT_IS_TEXT_ROW (row) || !g_str_equal (gtk_widget_get_name (row), key))
    row = gtk_widget_get_next_sibling (row);
  mopt_text_row_set_text (MOPT_TEXT_ROW (row), typed);
}

static gboolean
has_new_contact (gpointer accounts)
{
  return g_str_equal (mopt_accounts_get_publication (accounts)->contact, "other@example.com");
}

/* What another program wrote meanwhile, where nothing was typed, stays. */
static void
test_keeps_what_others_write (Fixture *f, gconstpointer data)
{
  g_autofree char *written = NULL;

  show (f, mopt_publication_dialog_new (NULL, f->accounts));
  g_assert_true (g_file_set_contents (f->draft,
                                      "[Publication]\nFormat=1\nOrganization=Example Corp\n"
                                      "Contact=other@example.com\nSerial=9\nMessageFormat=html\n",
                                      -1, NULL));
  mopt_accounts_look (f->accounts);
  app_test_wait (has_new_contact, f->accounts);
  type_in (f->window, "Organization", "New Corp");
  g_signal_emit_by_name (app_test_child (f->window, "ok"), "clicked");
  app_test_wait (is_closed, f);
  g_assert_true (g_file_get_contents (f->draft, &written, NULL, NULL));
  g_assert_nonnull (strstr (written, "Organization=New Corp\n"));
  g_assert_nonnull (strstr (written, "Contact=other@example.com\n"));
  g_assert_nonnull (strstr (written, "Serial=9\n"));
  g_assert_nonnull (strstr (written, "MessageFormat=html\n"));
}

/* Nothing was typed: closing asks nothing, whatever others wrote. */
static void
test_closes_unasked (Fixture *f, gconstpointer data)
{
  show (f, mopt_publication_dialog_new (NULL, f->accounts));
  g_assert_true (g_file_set_contents (f->draft, "[Publication]\nFormat=1\nContact=other@example.com\nSerial=9\n", -1,
                                      NULL));
  mopt_accounts_look (f->accounts);
  app_test_wait (has_new_contact, f->accounts);
  gtk_window_close (f->window);
  app_test_run (50);
  g_assert_true (is_closed (f));
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

/* What the button does in a draft is to delete, or to withdraw. */
static void
test_delete_is_called_so (Fixture *f, gconstpointer data)
{
  g_autoptr (GtkApplication) application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);

  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  show (f, mopt_accounts_window_new_draft (application, f->draft));
  g_assert_cmpstr (gtk_button_get_label (app_test_child (f->window, "delete_button")), ==, "_Delete");
  gtk_window_destroy (f->window);
}

/* A draft's faults are the publisher's to mend, in the draft. */
static void
test_broken_draft (Fixture *f, gconstpointer data)
{
  g_autoptr (GtkApplication) application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_autofree char *broken = g_strconcat (text, "Kind=pop\n", NULL);
  GListModel *toplevels = gtk_window_get_toplevels ();

  g_assert_true (g_file_set_contents (f->draft, broken, -1, NULL));
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  show (f, mopt_accounts_window_new_draft (application, f->draft));
  gtk_widget_activate_action (GTK_WIDGET (f->window), "win.edit", NULL);
  g_autoptr (GtkWindow) message = g_list_model_get_item (toplevels, 0);
  if (message == f->window)
    {
      g_object_unref (message);
      message = g_list_model_get_item (toplevels, 1);
    }
  const char *body = gtk_label_get_label (app_test_child (message, "body"));
  g_assert_nonnull (strstr (body, "draft.conf, line "));
  g_assert_null (strstr (body, "Only who publishes"));
  gtk_window_close (message);
  gtk_window_destroy (f->window);
}

/* --- publishing --------------------------------------------------------------------------------------------------- */

static gboolean
can_publish (gpointer window)
{
  return gtk_widget_get_sensitive (app_test_child (window, "publish"));
}

static const char *
notice_of (GtkWindow *window)
{
  MoptNoticeBar *notice = app_test_child (window, "notice");

  return mopt_notice_bar_is_shown (notice) ? gtk_label_get_label (app_test_child (notice, "text")) : "";
}

static gboolean
is_told (gpointer window)
{
  return *notice_of (window) != '\0';
}

/* Why it was not published stays on the screen, and the focus where one goes on; a second try works. */
static void
test_failure_is_told (Fixture *f, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (f->folder, "no-key.pem", NULL);

  show (f, mopt_publish_dialog_new (NULL, f->draft));
  app_test_wait (can_publish, f->window);
  mopt_text_row_set_text (app_test_child (f->window, "reason"), "moved");
  mopt_text_row_set_text (app_test_child (f->window, "key"), nowhere);
  gtk_widget_grab_focus (app_test_child (f->window, "reason"));
  g_signal_emit_by_name (app_test_child (f->window, "publish"), "clicked");
  gtk_window_close (f->window); /* not while it is being published */
  app_test_run (50);
  g_assert_false (is_closed (f));
  app_test_wait (can_publish, f->window);
  app_test_run (2000); /* a cursor that blinks without the focus would warn */
  g_assert_nonnull (strstr (notice_of (f->window), "no-key.pem"));
  g_assert_nonnull (gtk_window_get_focus (f->window));
  g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));

  mopt_text_row_set_text (app_test_child (f->window, "key"), "");
  g_signal_emit_by_name (app_test_child (f->window, "publish"), "clicked");
  app_test_wait (is_closed, f);
  g_assert_true (g_file_test (f->target, G_FILE_TEST_EXISTS));
}

/* What a slow look finds is of the file that was typed when it began: it must not be published to. */
static void
test_target_changes_while_looking (Fixture *f, gconstpointer data)
{
  g_autofree char *other = g_build_filename (f->folder, "other.conf", NULL);

  show (f, mopt_publish_dialog_new (NULL, f->draft));
  app_test_wait (can_publish, f->window);
  mopt_text_row_set_text (app_test_child (f->window, "target"), f->folder);
  app_test_wait (is_told, f->window);
  g_assert_nonnull (strstr (notice_of (f->window), "is not a regular file"));
  mopt_text_row_set_text (app_test_child (f->window, "target"), f->target);
  g_assert_cmpstr (notice_of (f->window), ==, ""); /* that was of the other one */
  app_test_wait (can_publish, f->window);
  gtk_window_destroy (f->window);

  /* a look has begun, and its answer waits: now another file is typed */
  GtkWindow *window = mopt_publish_dialog_new (NULL, f->draft);
  show_without_waiting (f, window);
  mopt_text_row_set_text (app_test_child (window, "target"), "not-a-path");
  app_test_run (300);
  g_assert_false (can_publish (window));
  mopt_text_row_set_text (app_test_child (window, "target"), other);
  app_test_wait (can_publish, window);
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  g_test_add ("/publish-windows/everyone-is-typed", Fixture, NULL, set_up, test_everyone_is_typed, tear_down);
  g_test_add ("/publish-windows/earlier-names", Fixture, NULL, set_up, test_earlier_names, tear_down);
  g_test_add ("/publish-windows/focus-leaves-what-is-shut", Fixture, NULL, set_up, test_focus_leaves_what_is_shut,
              tear_down);
  g_test_add ("/publish-windows/keeps-what-others-write", Fixture, NULL, set_up, test_keeps_what_others_write, tear_down);
  g_test_add ("/publish-windows/closes-unasked", Fixture, NULL, set_up, test_closes_unasked, tear_down);
  g_test_add ("/publish-windows/delete-is-called-so", Fixture, NULL, set_up, test_delete_is_called_so, tear_down);
  g_test_add ("/publish-windows/broken-draft", Fixture, NULL, set_up, test_broken_draft, tear_down);
  g_test_add ("/publish-windows/failure-is-told", Fixture, NULL, set_up, test_failure_is_told, tear_down);
  g_test_add ("/publish-windows/target-changes-while-looking", Fixture, NULL, set_up, test_target_changes_while_looking,
              tear_down);
  return g_test_run ();
}
