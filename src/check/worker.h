/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Threads for blocking work, each of its own: GLib's pool is shared with name look-ups and file access and stalls
 * both when mail servers keep it busy. At most MOPT_WORKERS_MAX run at once, the rest waits its turn. Work that is
 * not wanted any more is told by its cancellable and left to end by itself: all it needs it must own. */
#define MOPT_WORKERS_MAX 16

typedef void (*MoptWorkFunc) (gpointer data);

/* Any thread. @name: for debuggers, static. */
void mopt_worker_run (const char *name, MoptWorkFunc func, gpointer data);

/* Runs @func for @task, which it must end by one g_task_return_…(). Keeps a reference meanwhile. */
void mopt_worker_run_task (const char *name, GTask *task, MoptWorkFunc func);

/* The same for work with files that the person named: where they lie on a share that is out of reach it may never end,
 * so it is none of those that run at once, and nothing waits for it. */
void mopt_worker_run_apart (const char *name, GTask *task, MoptWorkFunc func);

/* Before a program ends that has just been told a result: lets workers say good-bye to their servers, at most @ms.
 * FALSE: some still run. Blocks. */
gboolean mopt_worker_settle (guint ms);

G_END_DECLS
