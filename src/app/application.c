/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accounts-window.h"
#include "app/app-resources.h"
#include "app/application.h"
#include "app/leaving.h"
#include "base/paths.h"
#include "store/publish.h"

struct _MoptApplication
{
  GtkApplication parent_instance;

  MoptAccounts *accounts; /* being read, until the window takes them */
  gboolean has_opened; /* what the command line wanted: no further window is to be shown */
};

G_DEFINE_FINAL_TYPE (MoptApplication, mopt_application, GTK_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "add", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Open the dialog of a new account"), N_ ("pop|imap") },
  { "edit", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Open the dialog of this account"), N_ ("ACCOUNT") },
  { "published", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Try out a file of published accounts"), N_ ("FILE") },
  { "publish", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Publish accounts: open a draft"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_ ("[DRAFT]") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
  { NULL },
};

/* The window over that draft (NULL: the one of every day), or NULL. */
static MoptAccountsWindow *
find_window (MoptApplication *self, const char *draft)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (MOPT_IS_ACCOUNTS_WINDOW (l->data) && g_strcmp0 (mopt_accounts_window_get_draft (l->data), draft) == 0)
      return l->data;
  return NULL;
}

/* The window, made when it is needed first. */
static MoptAccountsWindow *
get_window (MoptApplication *self)
{
  MoptAccountsWindow *window = find_window (self, NULL);

  return window != NULL ? window : MOPT_ACCOUNTS_WINDOW (mopt_accounts_window_new (GTK_APPLICATION (self)));
}

/* "": the usual draft. */
static void
on_publish (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MoptApplication *self = user_data;
  const char *path = g_variant_get_bytestring (parameter);
  g_autofree char *draft = *path != '\0' ? g_strdup (path) : mopt_publish_default_draft ();
  MoptAccountsWindow *window = find_window (self, draft);

  gtk_window_present (window != NULL
                          ? GTK_WINDOW (window)
                          : mopt_accounts_window_new_draft (GTK_APPLICATION (self), draft));
}

static void
on_add (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MoptApplication *self = user_data;
  MoptAccountsWindow *window = get_window (self);

  gtk_window_present (GTK_WINDOW (window));
  mopt_accounts_window_add (window, mopt_kind_by_name (g_variant_get_string (parameter, NULL)));
}

/* Of a notice of the desktop: the account may be gone by now. */
static void
on_edit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MoptAccountsWindow *window = get_window (user_data);

  gtk_window_present (GTK_WINDOW (window));
  mopt_accounts_window_edit (window, g_variant_get_string (parameter, NULL));
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MoptApplication *self = user_data;

  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  /* close, not destroy: windows may have something to save or to ask */
  for (GList *l = windows; l != NULL; l = l->next)
    if (MOPT_IS_ACCOUNTS_WINDOW (l->data))
      gtk_window_close (l->data);
}

/* The window that has the keyboard, also a dialog. */
static GtkWindow *
get_active_window (MoptApplication *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_window_is_active (window))
        return window; /* GTK holds it */
    }
  return gtk_application_get_active_window (GTK_APPLICATION (self));
}

static void
present (MoptApplication *self, GtkWindow *window)
{
  mopt_leaving_init (window, NULL);
  gtk_window_set_transient_for (window, get_active_window (self));
  gtk_window_present (window);
}

/* Windows that are rarely opened are made when they are. */
static void
present_resource (MoptApplication *self, const char *file, const char *id)
{
  g_autofree char *path = g_strconcat (MOPT_RESOURCES, file, NULL);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (path);

  present (self, GTK_WINDOW (gtk_builder_get_object (builder, id)));
}

static void
on_shortcuts (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  present_resource (self, "help-overlay.ui", "help_overlay");
}

static void
on_help (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  present_resource (self, "help.ui", "help");
}

/* Not gtk_show_about_dialog: that hides its window, and GTK 4.8 crashes when a hidden one goes with its parent while a
 * screen reader looks on. */
static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *about
      = g_object_new (GTK_TYPE_ABOUT_DIALOG, "modal", TRUE, "program-name", _ ("E-mail Options"), "version",
                      MOPT_VERSION, "logo-icon-name", MOPT_APPLICATION_ID, "comments",
                      _ ("Your e-mail accounts at the service desk: set up, tested, ready."), "license-type",
                      GTK_LICENSE_GPL_3_0, "translator-credits", _ ("translator-credits"), NULL);

  present (user_data, about);
}

static const GActionEntry actions[] = {
  { "about", on_about }, { "add", on_add, "s" },          { "edit", on_edit, "s" },
  { "help", on_help },   { "publish", on_publish, "ay" }, { "quit", on_quit },
  { "shortcuts", on_shortcuts },
};

static const struct
{
  const char *action;
  const char *keys[3];
} accelerators[] = {
  { "app.help", { "F1" } },
  { "app.quit", { "<Control>q" } },
  { "app.shortcuts", { "<Control>question" } },
  { "win.add-menu", { "<Control>n" } },
  { "win.find", { "<Control>f" } },
  { "window.close", { "<Control>w" } },
};

/* Does it in the process that is there already, or here. Returns what handle_local_options does. */
static int
open_with (GApplication *application, const char *action, GVariant *parameter)
{
  MoptApplication *self = MOPT_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  g_variant_ref_sink (parameter);
  if (!g_application_register (application, NULL, &error))
    {
      g_variant_unref (parameter);
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_action_group_activate_action (G_ACTION_GROUP (application), action, parameter);
  g_variant_unref (parameter);
  if (!g_application_get_is_remote (application))
    {
      self->has_opened = TRUE;
      return -1;
    }
  g_dbus_connection_flush_sync (g_application_get_dbus_connection (application), NULL, NULL);
  return 0;
}

static int
open_draft (GApplication *application, const char *const *files)
{
  g_autofree char *path = NULL;

  if (files != NULL && files[0] != NULL && files[1] != NULL)
    {
      g_printerr ("%s\n", _ ("There can be one draft only."));
      return 2;
    }
  path = files != NULL && files[0] != NULL ? g_canonicalize_filename (files[0], NULL) : g_strdup ("");
  return open_with (application, "publish", g_variant_new_bytestring (path));
}

static int
mopt_application_handle_local_options (GApplication *application, GVariantDict *dict)
{
  const char *kind, *account, *published;
  g_autofree const char **files = NULL;

  if (g_variant_dict_lookup (dict, "published", "^&ay", &published))
    g_setenv ("MAIL_OPTIONS_PUBLISHED", published, TRUE);
  /* a try-out is a window of its own, beside that of every day */
  g_autofree char *tryout = mopt_paths_tryout ();
  if (tryout != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  if (g_variant_dict_contains (dict, "version"))
    {
      g_print ("mail-options %s\n", MOPT_VERSION);
      return 0;
    }
  g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&ay", &files);
  if (g_variant_dict_contains (dict, "publish"))
    return open_draft (application, files);
  if (files != NULL)
    {
      g_printerr (_ ("“%s” is too many. A draft is opened with --publish.\n"), files[0]);
      return 2;
    }
  /* beside all that GTK has to do before there is a window */
  MOPT_APPLICATION (application)->accounts = mopt_application_take_accounts (GTK_APPLICATION (application));
  if (g_variant_dict_lookup (dict, "edit", "&s", &account))
    return open_with (application, "edit", g_variant_new_string (account));
  if (!g_variant_dict_lookup (dict, "add", "&s", &kind))
    return -1;
  if (mopt_kind_by_name (kind) == MOPT_KIND_UNKNOWN)
    {
      g_printerr (_ ("There is no kind of account called “%s”; there are pop and imap.\n"), kind);
      return 2;
    }
  return open_with (application, "add", g_variant_new_string (kind));
}

MoptAccounts *
mopt_application_take_accounts (GtkApplication *application)
{
  MoptApplication *self = MOPT_IS_APPLICATION (application) ? MOPT_APPLICATION (application) : NULL;
  MoptAccounts *accounts = self != NULL ? g_steal_pointer (&self->accounts) : NULL;

  if (accounts == NULL)
    {
      accounts = mopt_accounts_new (NULL);
      mopt_accounts_load_async (accounts, NULL, NULL, NULL);
    }
  return accounts;
}

static void
mopt_application_dispose (GObject *object)
{
  g_clear_object (&MOPT_APPLICATION (object)->accounts);
  G_OBJECT_CLASS (mopt_application_parent_class)->dispose (object);
}

static void
mopt_application_startup (GApplication *application)
{
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();

  mopt_app_register_resource ();
  G_APPLICATION_CLASS (mopt_application_parent_class)->startup (application);
  gtk_css_provider_load_from_resource (css, MOPT_RESOURCES "style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accelerators[i].action, accelerators[i].keys);
}

static void
mopt_application_activate (GApplication *application)
{
  MoptApplication *self = MOPT_APPLICATION (application);

  if (!self->has_opened)
    gtk_window_present (GTK_WINDOW (get_window (self)));
  self->has_opened = FALSE;
}

static void
mopt_application_class_init (MoptApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_application_dispose;
  application_class->handle_local_options = mopt_application_handle_local_options;
  application_class->startup = mopt_application_startup;
  application_class->activate = mopt_application_activate;
}

static void
mopt_application_init (MoptApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

GtkApplication *
mopt_application_new (void)
{
  return g_object_new (MOPT_TYPE_APPLICATION, "application-id", MOPT_APPLICATION_ID, "resource-base-path",
                       "/org/mailoptions/MailOptions", NULL);
}
