/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-test.h"

#include "app/app-resources.h"
#include "base/paths.h"

#define PATIENCE_SECONDS 5

void
app_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (gtk_init_check ());
  mopt_app_register_resource ();
}

static gboolean
on_timeout (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
app_test_wait (AppTestCondition condition, gpointer data)
{
  gboolean over = FALSE;
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, on_timeout, &over);

  while (!condition (data) && !over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (over);
  g_source_remove (timeout);
}

void
app_test_run (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_timeout, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

void
app_test_write_accounts (const char *text)
{
  g_autofree char *path = mopt_paths_accounts ();
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

char *
app_test_read_accounts (void)
{
  g_autofree char *path = mopt_paths_accounts ();
  char *text;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

gpointer
app_test_child (gpointer widget, const char *name)
{
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);

  g_assert_nonnull (child);
  return child;
}

gpointer
app_test_find_action (gpointer widget, const char *action)
{
  gpointer found = NULL;

  if (GTK_IS_ACTIONABLE (widget) && g_strcmp0 (gtk_actionable_get_action_name (widget), action) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = app_test_find_action (child, action);
  return found;
}
