/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a program without a window begins with, before anything else: no core files and no other program of the same
 * user that looks into this one (a window needs that: portals do), standard streams that are open, a limit of file
 * sizes that is an error and no end, one heap for all threads, the language, and @name as g_get_prgname(). */
void mopt_start (const char *name);

/* What mopt_start() does for programs that begin in another way, once the standard streams are open. GLib locks up, for
 * ever, where one thread initialises a class (GSocketClient) that has a property of a type which another thread is just
 * registering with its interfaces (GSocketAddress, for the bus): each holds what the other waits for. So the classes by
 * which the bus and mail servers are spoken to are there before there are threads. */
void mopt_start_classes (void);

G_END_DECLS
