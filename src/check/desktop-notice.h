/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/secrets.h"

G_BEGIN_DECLS

/* A program that sends has nobody who reads what it says: where a person must act before mail goes out again, the
 * desktop says so, too. At most once in MOPT_DESKTOP_NOTICE_SECONDS for an account and server (STATE/notified); without
 * a bus or a server for notifications in silence. It is the service that shows it, so that a click opens the window
 * with the account; where that is not installed, the desktop may go by the name of the desktop file. Returns at once; a
 * worker speaks to the bus, and gives up after MOPT_DESKTOP_NOTICE_MS, or _START_MS where a program has to be started
 * first.
 *
 * @key: what the password is for. @text: what is wrong and what to do, translated. Main thread. */
#define MOPT_DESKTOP_NOTICE_SECONDS (24 * 60 * 60)
#define MOPT_DESKTOP_NOTICE_MS 300
#define MOPT_DESKTOP_NOTICE_START_MS 2000
void mopt_desktop_notice (const MoptSecretKey *key, const char *text);

/* Of the Desktop Notifications Specification: the parameters of Notify, floating. @action (nullable): what a click
 * does; translated. */
#define MOPT_DESKTOP_SERVER "org.freedesktop.Notifications"
#define MOPT_DESKTOP_SERVER_PATH "/org/freedesktop/Notifications"
GVariant *mopt_desktop_notice_make (const char *text, const char *action);

G_END_DECLS
