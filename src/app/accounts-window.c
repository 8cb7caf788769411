/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accounts-window.h"
#include "app/application.h"

struct _MoptAccountsWindow
{
  GtkApplicationWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (MoptAccountsWindow, mopt_accounts_window, GTK_TYPE_APPLICATION_WINDOW)

static void
mopt_accounts_window_class_init (MoptAccountsWindowClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass), MOPT_RESOURCES "accounts-window.ui");
}

static void
mopt_accounts_window_init (MoptAccountsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
mopt_accounts_window_new (GtkApplication *application)
{
  return g_object_new (MOPT_TYPE_ACCOUNTS_WINDOW, "application", application, NULL);
}

void
mopt_accounts_window_add (MoptAccountsWindow *self, MoptKind kind)
{
}
