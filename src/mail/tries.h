/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How often a run may still try a password of one user: servers lock out who is refused too often, and two servers
 * are often one directory. The sides of a run that log in alike share it, each in a thread of its own. Attempts that
 * went well do not count. */
typedef struct _MoptTries MoptTries;

#define MOPT_TRIES_MAX 2 /* of one user and run */

MoptTries *mopt_tries_new (guint n);
MoptTries *mopt_tries_ref (MoptTries *self);
void mopt_tries_unref (MoptTries *self);

/* Takes @wanted attempts out (1, or 2 for one that may be followed by another), or fewer where there are no more;
 * waits for those that others have under way. What was taken, at least 1, to be given back by mopt_tries_return; or
 * 0 + MOPT_ERROR_AUTH_NOT_TRIED (none is left, or the password is known to be wrong) or cancelled. */
guint mopt_tries_take (MoptTries *self, guint wanted, GCancellable *cancellable, GError **error);
/* What was taken is over: @n_failed of them were made in vain, the rest went well or was not needed. */
void mopt_tries_return (MoptTries *self, guint taken, guint n_failed);
/* The password is wrong, or somebody is after it: nobody else is to try it. */
void mopt_tries_end (MoptTries *self);
/* A login with channel binding was refused, and went without: nobody else needs to find that out. */
void mopt_tries_set_binding_refused (MoptTries *self);
gboolean mopt_tries_is_binding_refused (MoptTries *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptTries, mopt_tries_unref)

G_END_DECLS
