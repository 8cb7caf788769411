/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Looks at files that may lie on a share. One that is out of reach may never answer, and nothing ends the wait of a
 * thread that asked it; so a thread of its own asks, and whoever wants to know goes on without it. */

#define MOPT_PATIENCE 3000 /* ms; from then on the file is late */

typedef void (*MoptPatienceFunc) (gpointer work);

/* Calls @func (@work) in a thread, for the file @path. Takes over @work, which @free_func frees, and which must hold
 * all that @func needs. Gives @work back, transfer full, or an earlier one of the same @func and @path that has come
 * late; NULL: there is no answer. While one of @path is late, or has come and was not asked for again, no other is
 * begun and nobody waits. Any thread; blocks up to MOPT_PATIENCE. */
gpointer mopt_patience_run (const char *path, MoptPatienceFunc func, gpointer work, GDestroyNotify free_func);

G_END_DECLS
