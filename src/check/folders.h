/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "model/settings.h"

G_BEGIN_DECLS

/* The mailboxes of an account's incoming server, for the Mailbox drop-down: logs in, lists, leaves. Nothing is
 * changed there. In a thread of its own; callback in the thread-default main context of the caller.
 * @settings: copied; an IMAP account. @password: typed just now, or NULL: the one that check/login-password
 * finds; the keyring may show its prompt, because the person asked for the list. Each step has
 * MOPT_FOLDERS_LIMIT_MS. */
#define MOPT_FOLDERS_LIMIT_MS 15000
void mopt_folders_fetch_async (const MoptSettings *settings, MoptPassword *password, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* UTF-8 names, INBOX first, then by name; NULL-terminated, transfer full. @note (out, optional, transfer full): as of
 * mopt_learned_open, NULL: there is none. NULL + MOPT_ERROR (message: a whole translated sentence for people, made by
 * check/failure; the server's words beside it) or G_IO_ERROR_CANCELLED. */
char **mopt_folders_fetch_finish (GAsyncResult *result, char **note, GError **error);

G_END_DECLS
