/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/accounts.h"

G_BEGIN_DECLS

#define MOPT_APPLICATION_ID "org.mailoptions.MailOptions"
#define MOPT_RESOURCES "/org/mailoptions/MailOptions/"

/* The program in the menu: one process, one window. Takes --version and --add=KIND ("pop", "imap"), which opens
 * the dialog of a new account in the process that is there already, and --published=FILE, a try-out in a process of
 * its own. --publish [DRAFT] opens the
 * window that publishes. Actions: "app.add" (s), "app.publish" (ay), "app.shortcuts", "app.help", "app.about",
 * "app.quit". */
#define MOPT_TYPE_APPLICATION (mopt_application_get_type ())
G_DECLARE_FINAL_TYPE (MoptApplication, mopt_application, MOPT, APPLICATION, GtkApplication)

GtkApplication *mopt_application_new (void);
/* The accounts for the window: a load has begun, in its thread, as early as the options were known. Any application
 * will do. Transfer full. */
MoptAccounts *mopt_application_take_accounts (GtkApplication *application);

G_END_DECLS
