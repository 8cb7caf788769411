/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "app/application.h"
#include "base/password.h"
#include "base/start.h"

int
main (int argc, char **argv)
{
  mopt_password_forbid_core ();
  mopt_start_classes ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_autoptr (GtkApplication) application = mopt_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
