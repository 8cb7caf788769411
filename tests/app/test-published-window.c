/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main window over a published file: whose the accounts are, what can be done with them, what is said of changes.
 */
#include <glib/gstdio.h>

#include "app-test.h"

#include "app/account-dialog.h"
#include "app/accounts-window-private.h"
#include "app/field-row.h"
#include "app/notice-bar.h"
#include "base/paths.h"

#define HEAD "[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\n"
#define DESK                                                                                                           \
  "[Account helpdesk]\nKind=imap\nName=Help desk\nincoming-host=imap.corp.example\n"                                   \
  "outgoing-host=smtp.corp.example\n"

static const char published[] = HEAD "Serial=1\n\n" DESK "incoming-user=alice\n\n"
                                     "[Account projects]\nKind=imap\nName=Projects\n"
                                     "incoming-host=imap.corp.example\noutgoing-host=smtp.corp.example\n\n"
                                     "[Account torn]\nKind=imap\nName=Torn\nincoming-host=a\nincoming-host=b\n";
static const char own[] = "[Mail Options]\nFormat=1\nName=Alice\nAddress=alice@example.com\n\n"
                          "[Account helpdesk]\nPublished=true\nKind=imap\nName=My desk\n"
                          "Customised=incoming-account;\nincoming-user=bob\n\n"
                          "[Account home]\nKind=imap\nName=Projects\nincoming-host=imap.example.net\n";

static GtkApplication *application;
static char *path; /* of the published file */

static void
publish (const char *text)
{
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static gboolean
has_read (gpointer window)
{
  return !mopt_accounts_is_loading (MOPT_ACCOUNTS_WINDOW (window)->accounts);
}

static GtkWindow *
open_window (const char *text)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  g_free (path);
  path = g_build_filename (folder, "published.conf", NULL);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", path, TRUE);
  publish (text);
  app_test_write_accounts (own);
  GtkWindow *window = mopt_accounts_window_new (application);
  gtk_window_present (window);
  app_test_wait (has_read, window);
  app_test_run (100);
  return window;
}

static void
close_window (GtkWindow *window)
{
  g_autofree char *folder = g_path_get_dirname (path);

  gtk_window_close (window);
  g_unlink (path);
  g_rmdir (folder);
}

static GtkSelectionModel *
shown (GtkWindow *window)
{
  return gtk_list_view_get_model (app_test_child (app_test_child (window, "list"), "view"));
}

static void
select_nth (GtkWindow *window, guint n)
{
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (shown (window)), n);
}

/* The row that wraps the nth account: its label is what a screen reader says. */
static GtkWidget *
nth_item (GtkWindow *window, guint n)
{
  GtkWidget *item = gtk_widget_get_first_child (app_test_child (app_test_child (window, "list"), "view"));

  for (; n > 0; n--)
    item = gtk_widget_get_next_sibling (item);
  return item;
}

static void
assert_row (GtkWindow *window, guint n, const char *words)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (nth_item (window, n)), GTK_ACCESSIBLE_PROPERTY_LABEL, words);
}

static gboolean
can_delete (GtkWindow *window)
{
  return gtk_widget_get_sensitive (app_test_child (window, "delete_button"));
}

static const char *
delete_label (GtkWindow *window)
{
  return gtk_button_get_label (app_test_child (window, "delete_button"));
}

static gboolean
has_overlay (gpointer wanted)
{
  g_autofree char *text = app_test_read_accounts ();

  return (strstr (text, "[Account helpdesk]") != NULL) == GPOINTER_TO_INT (wanted);
}

static void
test_rows (void)
{
  GtkWindow *window = open_window (published);

  assert_row (window, 0, "My desk, IMAP · Example Corp, customised, default account, Not tested yet");
  assert_row (window, 1, "Projects, IMAP · Example Corp, Needs your user name");
  g_assert_false (gtk_widget_get_visible (app_test_child (window, "not_allowed")));
  assert_row (window, 3,
              "Projects (personal), IMAP · Personal, Not complete: Enter your user name for the incoming mail server.");
  close_window (window);
}

static void
test_remove_my_changes (void)
{
  GtkWindow *window = open_window (published);

  select_nth (window, 3);
  g_assert_cmpstr (delete_label (window), ==, "_Delete");
  g_assert_true (can_delete (window));
  select_nth (window, 1);
  g_assert_cmpstr (delete_label (window), ==, "Remove _My Changes");
  g_assert_false (can_delete (window)); /* there are none */
  select_nth (window, 0);
  g_assert_true (can_delete (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.delete", NULL);
  app_test_wait (has_overlay, GINT_TO_POINTER (FALSE));
  app_test_run (50);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown (window))), ==, 4);
  assert_row (window, 0, "Help desk, IMAP · Example Corp, default account, Not tested yet");
  g_assert_false (can_delete (window));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  app_test_wait (has_overlay, GINT_TO_POINTER (TRUE));
  app_test_run (50);
  assert_row (window, 0, "My desk, IMAP · Example Corp, customised, default account, Not tested yet");
  g_autofree char *text = app_test_read_accounts ();
  g_assert_cmpstr (text, ==, own);
  close_window (window);
}

static GtkWindow *
find_dialog (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (toplevels, i);

      if (MOPT_IS_ACCOUNT_DIALOG (window))
        return window;
    }
  return NULL;
}

/* What is the person's to enter has the focus. */
static void
test_opens_on_wanted (void)
{
  GtkWindow *window = open_window (published);

  select_nth (window, 1);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.edit", NULL);
  app_test_run (100);
  GtkWidget *row = gtk_widget_get_ancestor (gtk_window_get_focus (find_dialog ()), MOPT_TYPE_FIELD_ROW);
  g_assert_cmpstr (mopt_field_row_get_field (MOPT_FIELD_ROW (row)), ==, "incoming-user");
  gtk_window_destroy (find_dialog ());
  close_window (window);
}

static GtkWindow *
find_message (GtkWindow *window)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (toplevels, i);

      if (gtk_window_get_transient_for (other) == window)
        return other;
    }
  g_assert_not_reached ();
}

static void
test_broken (void)
{
  GtkWindow *window = open_window (published);

  select_nth (window, 2);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.edit", NULL);
  GtkWindow *message = find_message (window);
  const char *text = gtk_label_get_label (app_test_child (message, "body"));
  g_assert_nonnull (strstr (text, "published.conf"));
  g_assert_nonnull (strstr (text, "line 24"));
  g_assert_nonnull (strstr (text, "Ask help@example.com."));
  gtk_window_close (message);
  close_window (window);
}

static gboolean
first_is_broken (gpointer window)
{
  g_autoptr (MoptAccount) first = g_list_model_get_item (G_LIST_MODEL (shown (window)), 0);

  return mopt_account_get_problem (first, NULL) != NULL;
}

/* What the person's own file says of a sound published account is the person's to mend: in that file. */
static void
test_broken_overlay (void)
{
  GtkWindow *window = open_window (published);

  app_test_write_accounts ("[Mail Options]\nFormat=1\n\n[Account helpdesk]\nPublished=true\nKind=imap\nKind=pop\n");
  app_test_wait (first_is_broken, window);
  select_nth (window, 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.edit", NULL);
  GtkWindow *message = find_message (window);
  const char *text = gtk_label_get_label (app_test_child (message, "body"));
  g_assert_nonnull (strstr (text, "accounts.conf, line 7"));
  g_assert_null (strstr (text, "Only who publishes"));
  gtk_window_close (message);
  close_window (window);
}

static gboolean
is_enabled (GtkWindow *window, const char *action)
{
  return gtk_widget_get_sensitive (app_test_find_action (app_test_child (window, "buttons"), action));
}

static gboolean
is_hidden (gpointer widget)
{
  return !gtk_widget_get_visible (widget);
}

static void
test_no_right (void)
{
  GtkWindow *window = open_window (HEAD "Serial=1\n\n[Rights]\nadd-accounts=nobody\n\n" DESK);
  GtkLabel *why = app_test_child (window, "not_allowed");

  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (why)));
  g_assert_cmpstr (gtk_label_get_label (why), ==,
                   "Accounts of your own are not allowed by Example Corp. If you need one, ask help@example.com.");
  g_assert_false (is_enabled (window, "win.copy"));
  g_assert_true (can_delete (window)); /* what is the person's own can always be taken back */
  mopt_accounts_window_add (MOPT_ACCOUNTS_WINDOW (window), MOPT_KIND_IMAP);
  g_assert_null (find_dialog ());

  /* the right comes while the window is open */
  publish (HEAD "Serial=2\n\n" DESK);
  app_test_wait (is_hidden, why);
  g_assert_true (is_enabled (window, "win.copy"));
  close_window (window);
}

static gboolean
is_told (gpointer bar)
{
  return mopt_notice_bar_is_shown (bar);
}

/* Of GtkBox: tryout, problem, news. */
static gpointer
nth_notice (GtkWindow *window, guint n)
{
  GtkWidget *child = gtk_widget_get_first_child (app_test_child (window, "publication_notices"));

  for (; n > 0; n--)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
test_notices (void)
{
  GtkWindow *window = open_window (published);
  g_autofree char *tryout = g_strdup_printf ("Try-out: %s", path);

  g_assert_true (gtk_widget_get_visible (nth_notice (window, 0)));
  g_assert_cmpstr (gtk_label_get_label (nth_notice (window, 0)), ==, tryout);
  g_assert_false (mopt_notice_bar_is_shown (nth_notice (window, 1)));

  app_test_run (300); /* the watch begins after the first frame */
  publish ("[Publication]\nFormat=99\n");
  app_test_wait (is_told, nth_notice (window, 1));
  g_assert_nonnull (strstr (gtk_label_get_label (app_test_child (nth_notice (window, 1), "text")),
                            "The last good copy of it stays in force."));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown (window))), ==, 4); /* the last good copy */
  close_window (window);
}

static void
test_news (void)
{
  GtkWindow *window = open_window (HEAD "Serial=1\n\n" DESK "incoming-user=alice\n");
  gpointer news = nth_notice (window, 2);

  app_test_run (300);
  g_assert_false (mopt_notice_bar_is_shown (news)); /* what is there at first is no news */
  publish (HEAD "Serial=2\nReason=moved\n\n" DESK "incoming-user=bob\n");
  app_test_wait (is_told, news);
  g_assert_cmpstr (gtk_label_get_label (app_test_child (news, "text")), ==,
                   "Example Corp changed “User Name” of “Help desk”: alice → bob. Reason: moved");
  g_signal_emit_by_name (app_test_child (news, "action"), "clicked");
  app_test_run (100);
  g_assert_nonnull (find_dialog ());
  g_assert_false (mopt_notice_bar_is_shown (news));
  gtk_window_destroy (find_dialog ());
  close_window (window);
}

static gboolean
is_third (gpointer news)
{
  return strstr (gtk_label_get_label (app_test_child (news, "text")), "Reason: third") != NULL;
}

/* However much changes before anybody looks: the bar stays small, and all of it can be read. */
static void
test_much_news (void)
{
  GtkWindow *window = open_window (HEAD "Serial=1\n\n" DESK "incoming-user=alice\n");
  gpointer news = nth_notice (window, 2);

  app_test_run (300);
  publish (HEAD "Serial=2\n\n" DESK "incoming-user=bob\noutgoing-user=b\noutgoing-login=own\n");
  app_test_wait (is_told, news);
  g_assert_false (gtk_widget_get_visible (app_test_child (news, "more")));
  publish (HEAD "Serial=3\nReason=third\n\n" DESK "incoming-user=carol\noutgoing-user=c\noutgoing-login=own\n");
  app_test_wait (is_third, news);
  g_assert_cmpstr (gtk_label_get_label (app_test_child (news, "text")), ==,
                   "Example Corp changed “User Name” of “Help desk”: bob → carol.\n"
                   "Example Corp changed “User Name” of “Help desk”: b → c.\n"
                   "Example Corp changed “User Name” of “Help desk”: alice → bob.\n"
                   "And 2 more changes. Reason: third");
  g_signal_emit_by_name (app_test_child (news, "more"), "clicked");
  GtkWindow *message = find_message (window);
  g_assert_nonnull (strstr (gtk_label_get_label (app_test_child (message, "body")), "(empty) → b"));
  gtk_window_close (message);
  g_assert_true (mopt_notice_bar_is_shown (news));
  close_window (window);
}

/* None of them is lost in the count. */
static void
test_a_thousand_news (void)
{
  GtkWindow *window = open_window (HEAD "Serial=1\n\n" DESK "incoming-user=alice\n");
  gpointer news = nth_notice (window, 2);
  g_autoptr (GString) text = g_string_new (HEAD "Serial=2\nReason=third\n\n" DESK "incoming-user=alice\n");

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "\n[Account a%u]\nKind=imap\nName=Team %u\nincoming-host=imap.corp.example\n", i, i);
  app_test_run (300);
  publish (text->str);
  app_test_wait (is_third, news);
  g_assert_cmpstr (gtk_label_get_label (app_test_child (news, "text")), ==,
                   "Example Corp published “Team 0”.\nExample Corp published “Team 1”.\n"
                   "Example Corp published “Team 2”.\nAnd 997 more changes. Reason: third");
  close_window (window);
}

/* Withdrawn with all that was made of it: said, and taken back. */
static void
test_withdrawn (void)
{
  GtkWindow *window = open_window (HEAD "Serial=1\n\n" DESK "incoming-user=alice\n");
  gpointer news = nth_notice (window, 2);

  app_test_run (300);
  publish (HEAD "Serial=2\n\n" DESK "incoming-user=alice\nWithdrawn=delete\n");
  app_test_wait (is_told, news);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown (window))), ==, 1);
  g_assert_true (has_overlay (GINT_TO_POINTER (FALSE)));
  g_signal_emit_by_name (app_test_child (news, "action"), "clicked");
  app_test_run (300);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown (window))), ==, 2);
  g_autofree char *text = app_test_read_accounts ();
  g_assert_nonnull (strstr (text, "Name=My desk\n"));
  close_window (window);
}

/* --- What was withdrawn and deleted, later ------------------------------------------------------------------------ */

/* Whether the menu, popped up as by a click, has an entry that says @text. */
static gboolean
menu_has (GtkWidget *widget, const char *text)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkModelButton"))
    {
      g_autofree char *label = NULL;

      g_object_get (widget, "text", &label, NULL);
      return gtk_widget_get_visible (widget) && g_strcmp0 (label, text) == 0;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (menu_has (child, text))
      return TRUE;
  return FALSE;
}

static gboolean
main_menu_has (GtkWindow *window, const char *text)
{
  GtkMenuButton *button = app_test_child (window, "menu_button");

  gtk_menu_button_popup (button);
  app_test_run (50);
  gboolean has = menu_has (GTK_WIDGET (gtk_menu_button_get_popover (button)), text);
  gtk_menu_button_popdown (button);
  app_test_run (50);
  return has;
}

static gboolean
has_n (gpointer list, guint n)
{
  return gtk_list_box_get_row_at_index (list, (int) n - 1) != NULL
         && gtk_list_box_get_row_at_index (list, (int) n) == NULL;
}

static gboolean
has_one (gpointer list)
{
  return has_n (list, 1);
}

static gboolean
is_gone (gpointer window)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (toplevels, i);

      if (other == window)
        return FALSE;
    }
  return TRUE;
}

static void
click_take_back (GtkWindow *dialog)
{
  GtkWidget *button = gtk_window_get_focus (dialog); /* on the first row at first, then on the one that is left */

  g_assert_true (GTK_IS_BUTTON (button));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "_Take Back");
  g_signal_emit_by_name (button, "clicked");
}

#define LAB "[Account lab]\nKind=imap\nName=Lab\nincoming-host=imap.corp.example\n"
#define OWN_LAB "\n[Account lab]\nPublished=true\nKind=imap\nName=My lab\n"

static void
test_withdrawn_accounts (void)
{
  g_autofree char *both = g_strconcat (own, OWN_LAB, NULL);
  GtkWindow *window = open_window (HEAD "Serial=1\n\n" DESK "\n" LAB);
  gpointer news = nth_notice (window, 2);

  app_test_write_accounts (both);
  app_test_run (500);
  g_assert_false (main_menu_has (window, "Withdrawn Accounts…"));
  g_assert_true (main_menu_has (window, "Help"));
  publish (HEAD "Serial=2\n\n" DESK "Withdrawn=delete\n\n" LAB "Withdrawn=delete\n");
  app_test_wait (is_told, news);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown (window))), ==, 1);
  g_assert_true (main_menu_has (window, "Withdrawn Accounts…"));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.withdrawn", NULL);
  GtkWindow *dialog = find_message (window);
  app_test_run (100);
  GtkListBox *list = app_test_child (dialog, "list");
  g_assert_true (has_n (list, 2));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) end = g_date_time_add_seconds (now, 30 * 24 * 60 * 60);
  g_autofree char *today = g_date_time_format (now, "%F");
  g_autofree char *until = g_date_time_format (end, "%F");
  g_autofree char *spoken = g_strdup_printf ("My desk, Withdrawn on %s, kept until %s", today, until);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (list, 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (gtk_window_get_focus (dialog)),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken);

  click_take_back (dialog);
  app_test_wait (has_one, list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown (window))), ==, 2);
  app_test_run (50);
  click_take_back (dialog);
  app_test_wait (is_gone, dialog);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (shown (window))), ==, 3);
  g_autofree char *text = app_test_read_accounts ();
  g_assert_nonnull (strstr (text, "Name=My desk\n"));
  g_assert_nonnull (strstr (text, "Name=My lab\n"));
  g_assert_false (main_menu_has (window, "Withdrawn Accounts…"));

  /* the news still offer to undo it: there is nothing left to do */
  g_signal_emit_by_name (app_test_child (news, "action"), "clicked");
  app_test_run (300);
  g_assert_false (mopt_notice_bar_is_shown (news));
  close_window (window);
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/published-window/rows", test_rows);
  g_test_add_func ("/published-window/remove-my-changes", test_remove_my_changes);
  g_test_add_func ("/published-window/opens-on-wanted", test_opens_on_wanted);
  g_test_add_func ("/published-window/broken", test_broken);
  g_test_add_func ("/published-window/broken-overlay", test_broken_overlay);
  g_test_add_func ("/published-window/no-right", test_no_right);
  g_test_add_func ("/published-window/notices", test_notices);
  g_test_add_func ("/published-window/news", test_news);
  g_test_add_func ("/published-window/much-news", test_much_news);
  g_test_add_func ("/published-window/a-thousand-news", test_a_thousand_news);
  g_test_add_func ("/published-window/withdrawn", test_withdrawn);
  g_test_add_func ("/published-window/withdrawn-accounts", test_withdrawn_accounts);
  return g_test_run ();
}
