/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long the service lives: until nothing has been asked of it for a while and nothing is under way. It gives its
 * name back first and lingers for what was on its way meanwhile; whoever calls after that starts the next one. */
typedef struct _MoptLife MoptLife;

/* As long as the program. @idle_ms: how long it stays without work. */
MoptLife *mopt_life_new (GDBusConnection *connection, guint idle_ms);

/* Something is under way until the matching release. The two together keep it for the idle time. */
void mopt_life_hold (MoptLife *self);
void mopt_life_release (MoptLife *self);

/* Takes @name on the bus and waits for the end. FALSE: another one has it. */
gboolean mopt_life_run (MoptLife *self, const char *name);
/* Ends as soon as nothing is under way, and in any case after @most_ms. */
void mopt_life_end (MoptLife *self, guint most_ms);

G_END_DECLS
