/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Who is at the keyboard, as the system knows it. */

/* The real name from the password database, or NULL. Quick where NSS is quick: from a worker thread, or in mopt.
 * Caller frees. */
char *mopt_person_real_name (void);
/* The login name; never NULL. Caller frees. */
char *mopt_person_user_name (void);

/* The names of all groups of @user by NSS, the primary one first; empty where NSS does not know the user (or cannot be
 * asked). Blocking, with a directory service for seconds: for a thread, or mopt. Transfer full, never NULL. */
char **mopt_person_groups (const char *user);
/* Whether NSS knows such a user, such a group. Blocking likewise. */
gboolean mopt_person_is_user (const char *name);
gboolean mopt_person_is_group (const char *name);

/* Asks AccountsService (system bus) for the user's e-mail address, never longer than two seconds.
 * finish: the address, or NULL where there is no bus, no service or no address (none of these is an error to
 * anyone). Caller frees. */
void mopt_person_find_address_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *mopt_person_find_address_finish (GAsyncResult *result);

G_END_DECLS
