/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a program without a window begins with, before anything else: no core files and no other program of the same
 * user that looks into this one (a window needs that: portals do), standard streams that are open, a limit of file
 * sizes that is an error and no end, one heap for all threads, the language, and @name as g_get_prgname(). */
void mopt_start (const char *name);

G_END_DECLS
