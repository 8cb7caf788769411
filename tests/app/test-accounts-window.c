/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main window over a real accounts.conf. */
#include "app-test.h"

#include "app/account-dialog.h"
#include "app/account-list.h"
#include "app/accounts-window-private.h"
#include "app/message-dialog.h"
#include "app/notice-bar.h"
#include "base/paths.h"

#include <glib/gstdio.h>

static const char three[] = "# mine\n[Mail Options]\nFormat=1\nName=Alice\nAddress=alice@example.com\nDefault=home\n\n"
                            "[Account home]\nKind=imap\nName=Home\nincoming-host=imap.example.net\n\n"
                            "# the second\n[Account work]\nKind=pop\nName=Work\n\n"
                            "[Account torn]\nKind=imap\nName=Torn\nincoming-host=a\nincoming-host=b\n";

static GtkApplication *application;

static gboolean
has_read (gpointer window)
{
  return !mopt_accounts_is_loading (MOPT_ACCOUNTS_WINDOW (window)->accounts);
}

static GtkWindow *
open_window (const char *text)
{
  if (text != NULL)
    app_test_write_accounts (text);
  GtkWindow *window = mopt_accounts_window_new (application);
  gtk_window_present (window);
  app_test_wait (has_read, window);
  app_test_run (50);
  return window;
}

static guint
n_accounts (GtkWindow *window)
{
  guint n;

  g_object_get (app_test_child (window, "list"), "n-accounts", &n, NULL);
  return n;
}

static const char *
page (GtkWindow *window)
{
  GtkStack *stack = app_test_child (app_test_child (window, "list"), "stack");

  return gtk_stack_get_visible_child_name (stack);
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

/* The button below the list that does @action. */
static gboolean
is_enabled (GtkWindow *window, const char *action)
{
  return gtk_widget_get_sensitive (app_test_find_action (app_test_child (window, "buttons"), action));
}

static GtkWindow *
find_toplevel (GType type)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (toplevels, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
        return window; /* GTK keeps it while it is open */
    }
  return NULL;
}

/* The question that is open over @window. */
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

/* conditions to wait for */
static const char *wanted;

static gboolean
file_has (gpointer data)
{
  g_autofree char *text = app_test_read_accounts ();

  return strstr (text, wanted) != NULL;
}

static gboolean
file_has_not (gpointer data)
{
  return !file_has (data);
}

static gboolean
bar_is_shown (gpointer bar)
{
  return mopt_notice_bar_is_shown (bar);
}

static gboolean
is_cleared (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

static gboolean
shows_three (gpointer window)
{
  return n_accounts (window) == 3;
}

static void
test_empty (void)
{
  GtkWindow *window = open_window (NULL);
  g_autofree char *text = NULL;

  g_assert_cmpstr (page (window), ==, "empty-page");
  g_assert_false (gtk_widget_get_visible (app_test_child (window, "buttons")));
  g_assert_false (gtk_widget_get_visible (app_test_child (window, "list_header")));
  gtk_window_close (window);
  /* opening and closing writes nothing */
  text = app_test_read_accounts ();
  g_assert_cmpstr (text, ==, "");
}

static void
test_list (void)
{
  GtkWindow *window = open_window (three);

  g_assert_cmpuint (n_accounts (window), ==, 3);
  g_assert_cmpstr (page (window), ==, "list");
  g_assert_false (gtk_widget_get_visible (app_test_child (window, "search")));
  g_assert_false (is_enabled (window, "win.set-default")); /* it is */
  g_assert_true (is_enabled (window, "win.copy"));

  select_nth (window, 1);
  g_assert_true (is_enabled (window, "win.set-default"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.set-default", NULL);
  wanted = "Default=work\n";
  app_test_wait (file_has, NULL);

  select_nth (window, 2); /* broken: can be looked at and deleted, nothing else */
  g_assert_true (is_enabled (window, "win.edit"));
  g_assert_true (is_enabled (window, "win.delete"));
  g_assert_false (is_enabled (window, "win.copy"));
  g_assert_false (is_enabled (window, "win.set-default"));
  gtk_window_close (window);
}

static void
test_names_for_readers (void)
{
  GtkWindow *window = open_window (three);
  GtkWidget *view = app_test_child (app_test_child (window, "list"), "view");
  GtkWidget *item = gtk_widget_get_first_child (view);

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Home, IMAP · Personal, default account, Not complete: "
                                       "Enter your user name for the incoming mail server.");
  gtk_window_close (window);
}

/* One press of Tab enters the list, one leaves it. */
static void
test_tab (void)
{
  GtkWindow *window = open_window (three);
  GtkWidget *list = app_test_child (window, "list");

  gtk_widget_grab_focus (app_test_child (window, "add_button"));
  gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), list));
  gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), app_test_child (window, "buttons")));
  gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_BACKWARD);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), list));
  gtk_window_close (window);
}

/* What was learned of the servers of Home and Work. */
static void
learn (void)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "[home imap imap.example.net]\nTLS=true\n\n"
                                            "[work pop3 pop.example.net]\nTLS=true\n", -1, NULL));
}

static gboolean
is_known (const char *id)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  g_autofree char *group = g_strdup_printf ("[%s ", id);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return strstr (text, group) != NULL;
}

static gboolean
is_not_known (gpointer id)
{
  return !is_known (id);
}

static void
test_delete_and_undo (void)
{
  learn ();
  GtkWindow *window = open_window (three);
  gpointer undo_bar = app_test_child (window, "undo_bar");
  GtkWidget *bar = gtk_widget_get_first_child (undo_bar);

  select_nth (window, 1);
  gtk_widget_grab_focus (app_test_child (window, "list"));
  wanted = "[Account work]";
  gtk_widget_activate_action (GTK_WIDGET (window), "win.delete", NULL);
  app_test_wait (file_has_not, NULL);
  app_test_wait (bar_is_shown, bar);
  g_assert_cmpuint (n_accounts (window), ==, 2);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), app_test_child (window, "list")));

  g_signal_emit_by_name (app_test_child (bar, "action"), "clicked");
  app_test_wait (shows_three, window);
  g_assert_false (mopt_notice_bar_is_shown (MOPT_NOTICE_BAR (bar)));
  g_assert_cmpuint (gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (shown (window))), ==, 1);
  g_autofree char *text = app_test_read_accounts ();
  g_assert_cmpstr (text, ==, three);

  /* the key does the same; once dismissed there is nothing to undo */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.delete", NULL);
  app_test_wait (bar_is_shown, bar);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  app_test_wait (shows_three, window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.delete", NULL);
  app_test_wait (bar_is_shown, bar);
  g_assert_true (is_known ("work"));
  g_signal_emit_by_name (gtk_widget_get_last_child (app_test_child (bar, "box")), "clicked");
  g_assert_false (mopt_notice_bar_is_shown (MOPT_NOTICE_BAR (bar)));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  app_test_run (100);
  g_assert_cmpuint (n_accounts (window), ==, 2);
  app_test_wait (is_not_known, (gpointer) "work");
  g_assert_true (is_known ("home"));
  gtk_window_close (window);
}

static gboolean
bar_says (gpointer bar)
{
  return g_str_equal (gtk_label_get_label (app_test_child (bar, "text")), wanted);
}

static void
delete_and_wait (GtkWindow *window, gpointer bar, const char *words)
{
  wanted = words;
  gtk_widget_activate_action (GTK_WIDGET (window), "win.delete", NULL);
  app_test_wait (bar_says, bar);
}

/* Who holds the key down deletes one after the other; one Undo brings them back, each to its place. */
static void
test_held_delete (void)
{
  learn ();
  GtkWindow *window = open_window (three);
  gpointer bar = gtk_widget_get_first_child (app_test_child (window, "undo_bar"));

  select_nth (window, 0);
  for (guint i = 0; i < 4; i++) /* the first is still being deleted when the next ones come */
    gtk_widget_activate_action (GTK_WIDGET (window), "win.delete", NULL);
  delete_and_wait (window, bar, "“Home” deleted");
  g_assert_false (mopt_notice_bar_is_shown (app_test_child (window, "save_notice")));
  delete_and_wait (window, bar, "2 accounts deleted");
  delete_and_wait (window, bar, "3 accounts deleted");
  g_assert_cmpuint (n_accounts (window), ==, 0);
  g_assert_true (is_known ("home"));
  g_assert_true (is_known ("work"));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  app_test_wait (shows_three, window);
  g_autofree char *text = app_test_read_accounts ();
  g_assert_cmpstr (text, ==, three);
  gtk_window_close (window);
}

/* A copy's name is no longer than names may be, and no other account's. */
static void
test_copy_of_long_name (void)
{
  g_autofree char *name = g_strnfill (199, 'n');
  g_autofree char *text = g_strdup_printf ("[Account a]\nKind=imap\nName=%sü\n\n"
                                           "[Account b]\nKind=imap\nName=Copy of %.191s…\n", name, name);
  GtkWindow *window = open_window (text);

  select_nth (window, 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.copy", NULL);
  GtkWindow *dialog = find_toplevel (MOPT_TYPE_ACCOUNT_DIALOG);
  const char *copy = gtk_window_get_title (dialog);
  g_assert_true (g_str_has_prefix (copy, "Copy 2 of nn"));
  g_assert_true (g_str_has_suffix (copy, "n…"));
  g_assert_cmpint (g_utf8_strlen (copy, -1), ==, 200);
  gtk_window_destroy (dialog);
  gtk_window_close (window);
}

static void
test_person (void)
{
  GtkWindow *window = open_window (three);
  gpointer form = app_test_child (window, "person_form");
  GtkEditable *address = app_test_child (form, "address");
  GtkEditable *name = app_test_child (form, "name");
  GtkLabel *hint = app_test_child (form, "hint");

  g_assert_cmpstr (gtk_editable_get_text (address), ==, "alice@example.com");

  /* no address: said in words when the field is left, and not saved */
  gtk_editable_set_text (address, "alice at example.com");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (address), "error"));
  g_signal_emit_by_name (address, "activate");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (address), "error"));
  g_assert_cmpstr (gtk_label_get_label (hint), !=, "Test messages are sent here.");
  app_test_run (100);
  wanted = "Address=alice@example.com\n";
  g_assert_true (file_has (NULL));

  /* closing asks: nothing that was typed is dropped in silence */
  gtk_window_close (window);
  g_assert_true (find_toplevel (MOPT_TYPE_ACCOUNTS_WINDOW) == window);
  gtk_window_close (find_message (window));
  app_test_run (50);

  /* the next letter ends the complaint; a sound one is saved */
  gtk_editable_set_text (address, " alice@example.org ");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (address), "error"));
  g_signal_emit_by_name (address, "activate");
  wanted = "Address=alice@example.org\n";
  app_test_wait (file_has, NULL);

  /* closing saves what is in a field */
  gtk_editable_set_text (name, "Alice Example");
  gtk_window_close (window);
  wanted = "Name=Alice Example\n";
  app_test_wait (file_has, NULL);
}

static void
test_broken (void)
{
  GtkWindow *window = open_window (three);

  select_nth (window, 2);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.edit", NULL);
  GtkWindow *message = find_message (window);
  const char *text = gtk_label_get_label (app_test_child (message, "body"));
  g_assert_nonnull (strstr (text, "accounts.conf"));
  g_assert_nonnull (strstr (text, "line 22"));
  gtk_window_close (message);
  gtk_window_close (window);
}

/* Closing while an account is open: without changes all goes, with changes the question comes first. */
static void
test_close_with_dialog (void)
{
  GtkWindow *window = open_window (three);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.edit", NULL);
  app_test_run (50);
  g_assert_nonnull (find_toplevel (MOPT_TYPE_ACCOUNT_DIALOG));
  gtk_window_close (window);
  g_assert_null (find_toplevel (MOPT_TYPE_ACCOUNT_DIALOG));
  g_assert_null (find_toplevel (MOPT_TYPE_ACCOUNTS_WINDOW));

  window = open_window (NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.edit", NULL);
  app_test_run (50);
  GtkWindow *dialog = find_toplevel (MOPT_TYPE_ACCOUNT_DIALOG);
  gtk_editable_set_text (GTK_EDITABLE (gtk_window_get_focus (dialog)), "Changed");
  gtk_window_close (window);
  g_assert_true (find_toplevel (MOPT_TYPE_ACCOUNTS_WINDOW) == window);
  g_assert_true (find_toplevel (MOPT_TYPE_ACCOUNT_DIALOG) == dialog);
  gtk_window_destroy (dialog);
  gtk_window_close (window);
}

static void
test_notices (void)
{
  GtkWindow *window = open_window ("[Mail Options]\nFormat=1\nthis is no line\n[Account a]\nKind=imap\nName=A\n");
  gpointer notice = app_test_child (window, "file_notice");

  g_assert_true (mopt_notice_bar_is_shown (notice));
  g_assert_cmpuint (n_accounts (window), ==, 1);
  gtk_window_close (window);

  window = open_window ("[Mail Options]\nFormat=99\n[Account a]\nKind=imap\nName=A\n");
  g_assert_true (mopt_notice_bar_is_shown (app_test_child (window, "file_notice")));
  g_assert_false (is_enabled (window, "win.delete"));
  g_assert_false (is_enabled (window, "win.copy"));
  g_assert_false (gtk_widget_get_sensitive (app_test_child (window, "person_form")));
  gtk_window_close (window);
}

/* What cannot be read is not taken for an empty list: nothing can be added over it, and it can be tried again. */
static void
test_unreadable (void)
{
  g_autofree char *path = mopt_paths_accounts ();

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0); /* a folder in its place */
  GtkWindow *window = open_window (NULL);
  g_assert_cmpstr (page (window), ==, "unreadable-page");
  g_assert_true (mopt_notice_bar_is_shown (app_test_child (window, "file_notice")));
  mopt_accounts_window_add (MOPT_ACCOUNTS_WINDOW (window), MOPT_KIND_IMAP);
  g_assert_null (find_toplevel (MOPT_TYPE_ACCOUNT_DIALOG));

  g_assert_cmpint (g_rmdir (path), ==, 0);
  app_test_write_accounts (three);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.reload", NULL);
  app_test_wait (shows_three, window);
  app_test_run (50);
  g_assert_cmpstr (page (window), ==, "list");
  g_assert_false (mopt_notice_bar_is_shown (app_test_child (window, "file_notice")));
  gtk_window_close (window);
}

static gboolean
menu_is_open (gpointer list)
{
  for (GtkWidget *child = gtk_widget_get_first_child (app_test_child (list, "view")); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER (child) && gtk_widget_get_mapped (child))
      return TRUE;
  return FALSE;
}

static gboolean
row_has_focus (gpointer list)
{
  return gtk_widget_get_focus_child (app_test_child (list, "view")) != NULL;
}

/* The window goes while the menu of a row is open. */
static void
test_menu (void)
{
  GtkWindow *window = open_window (three);
  GtkWidget *list = app_test_child (window, "list");
  gpointer watched = window;

  for (guint i = 0; i < 2; i++) /* once more after it was closed */
    {
      gtk_widget_grab_focus (list);
      app_test_wait (row_has_focus, list);
      gtk_widget_activate_action (list, "accounts.menu", NULL);
      app_test_wait (menu_is_open, list);
      if (i == 0)
        gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_last_child (app_test_child (list, "view"))));
    }
  g_object_add_weak_pointer (G_OBJECT (window), &watched);
  gtk_window_destroy (window);
  app_test_wait (is_cleared, &watched);
  app_test_run (10); /* nothing comes after it */
}

/* Someone else edits the file while the window is open. */
static void
test_watch (void)
{
  GtkWindow *window = open_window ("[Mail Options]\nFormat=1\n");

  app_test_run (300); /* the watch begins after the first frame */
  app_test_write_accounts (three);
  app_test_wait (shows_three, window);
  g_assert_cmpstr (page (window), ==, "list");
  gtk_window_close (window);
}

static void
test_size (void)
{
  GtkWindow *window = open_window (three);
  int width, height;

  gtk_window_set_default_size (window, 700, 600);
  app_test_run (100);
  gtk_window_close (window);
  window = open_window (NULL);
  gtk_window_get_default_size (window, &width, &height);
  g_assert_cmpint (width, ==, 700);
  g_assert_cmpint (height, ==, 600);
  gtk_window_close (window);
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
  application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/accounts-window/empty", test_empty);
  g_test_add_func ("/accounts-window/list", test_list);
  g_test_add_func ("/accounts-window/names-for-readers", test_names_for_readers);
  g_test_add_func ("/accounts-window/tab", test_tab);
  g_test_add_func ("/accounts-window/delete-and-undo", test_delete_and_undo);
  g_test_add_func ("/accounts-window/held-delete", test_held_delete);
  g_test_add_func ("/accounts-window/copy-of-long-name", test_copy_of_long_name);
  g_test_add_func ("/accounts-window/person", test_person);
  g_test_add_func ("/accounts-window/broken", test_broken);
  g_test_add_func ("/accounts-window/close-with-dialog", test_close_with_dialog);
  g_test_add_func ("/accounts-window/menu", test_menu);
  g_test_add_func ("/accounts-window/notices", test_notices);
  g_test_add_func ("/accounts-window/unreadable", test_unreadable);
  g_test_add_func ("/accounts-window/watch", test_watch);
  g_test_add_func ("/accounts-window/size", test_size);
  return g_test_run ();
}
