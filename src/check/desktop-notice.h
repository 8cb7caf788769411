/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/secrets.h"

G_BEGIN_DECLS

/* A program that sends has nobody who reads what it says: where a person must act before mail goes out again, the
 * desktop says so, too. At most once in MOPT_DESKTOP_NOTICE_SECONDS for an account and server (STATE/notified); without
 * a bus or a server for notifications in silence. A click opens the window, where the desktop goes by the name of the
 * desktop file. Returns at once; a worker speaks to the bus and gives up after MOPT_DESKTOP_NOTICE_MS.
 *
 * @key: what the password is for. @text: what is wrong and what to do, translated. Main thread. */
#define MOPT_DESKTOP_NOTICE_SECONDS (24 * 60 * 60)
#define MOPT_DESKTOP_NOTICE_MS 300
void mopt_desktop_notice (const MoptSecretKey *key, const char *text);

G_END_DECLS
