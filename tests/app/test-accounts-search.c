/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searching in the list of accounts, in the main window over a real accounts.conf. */
#include "app-test.h"

#include "app/account-list.h"
#include "app/accounts-window.h"

static GtkApplication *application;

static GtkWindow *
open_window (const char *text)
{
  app_test_write_accounts (text);
  GtkWindow *window = mopt_accounts_window_new (application);
  gtk_window_present (window);
  return window;
}

static GListModel *
shown (GtkWindow *window)
{
  return G_LIST_MODEL (gtk_list_view_get_model (app_test_child (app_test_child (window, "list"), "view")));
}

static void
select_nth (GtkWindow *window, guint n)
{
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (shown (window)), n);
}

static guint n_wanted;

static gboolean
shows_so_many (gpointer window)
{
  return g_list_model_get_n_items (shown (window)) == n_wanted;
}

static const char *
selected_name (GtkWindow *window)
{
  return mopt_account_get_name (mopt_account_list_get_selected (app_test_child (window, "list")));
}

static void
wait_for (GtkWindow *window, guint n)
{
  n_wanted = n;
  app_test_wait (shows_so_many, window);
}

static void
test_search (void)
{
  g_autoptr (GString) text = g_string_new ("[Mail Options]\nFormat=1\n");

  for (guint i = 0; i < 24; i++)
    g_string_append_printf (text, "[Account a%u]\nKind=%s\nName=%s %u\nincoming-host=mail%u.example.com\n", i,
                            i == 0 ? "pop" : "imap", i == 0 ? "Büro" : "Desk", i, i);
  GtkWindow *window = open_window (text->str);
  gpointer search = app_test_child (window, "search");
  MoptAccountList *list = app_test_child (window, "list");

  wait_for (window, 24);
  g_assert_true (gtk_widget_get_visible (search));
  mopt_account_list_set_search (list, "POP");
  g_assert_cmpuint (g_list_model_get_n_items (shown (window)), ==, 1);
  mopt_account_list_set_search (list, "BÜRO");
  g_assert_cmpuint (g_list_model_get_n_items (shown (window)), ==, 1);
  mopt_account_list_set_search (list, "desk MAIL17");
  g_assert_cmpuint (g_list_model_get_n_items (shown (window)), ==, 1);
  mopt_account_list_set_search (list, "nothing like this");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (app_test_child (list, "stack")), ==, "none-found-page");
  g_assert_null (mopt_account_list_get_selected (list));
  mopt_account_list_set_search (list, "  ");
  wait_for (window, 24);
  gtk_window_close (window);
}

/* More than GtkListView has rows for: those go before the search and come back after it. */
static void
test_search_in_many (void)
{
  g_autoptr (GString) text = g_string_new ("[Mail Options]\nFormat=1\n");

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (text, "[Account a%u]\nKind=imap\nName=Desk %u\n", i, i);
  GtkWindow *window = open_window (text->str);
  MoptAccountList *list = app_test_child (window, "list");

  wait_for (window, 300);
  select_nth (window, 250);
  mopt_account_list_set_search (list, "nothing like this");
  mopt_account_list_set_search (list, "DESK 29"); /* before the rows have gone */
  wait_for (window, 13);
  g_assert_cmpstr (selected_name (window), ==, "Desk 29"); /* what is seen, not what is far below */
  select_nth (window, 8);
  mopt_account_list_set_search (list, "desk 2 5");
  wait_for (window, 23);
  g_assert_cmpstr (selected_name (window), ==, "Desk 25"); /* the other is the 23rd, not seen either */
  mopt_account_list_set_search (list, "desk 29");
  wait_for (window, 13);
  select_nth (window, 8);
  g_assert_cmpstr (selected_name (window), ==, "Desk 295");
  mopt_account_list_set_search (list, "desk 295");
  wait_for (window, 1);
  g_assert_cmpstr (selected_name (window), ==, "Desk 295");
  mopt_account_list_set_search (list, "");
  wait_for (window, 300);
  g_assert_cmpstr (selected_name (window), ==, "Desk 295"); /* kept, wherever it is */
  g_autoptr (MoptAccount) last = g_list_model_get_item (shown (window), 299);
  mopt_account_list_set_search (list, "desk 29");
  mopt_account_list_select (list, last); /* before the rows have gone; the search is not lost by that */
  g_assert_cmpstr (selected_name (window), ==, "Desk 299");
  wait_for (window, 13);
  gtk_window_close (window);
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/accounts-search/few", test_search);
  g_test_add_func ("/accounts-search/many", test_search_in_many);
  return g_test_run ();
}
