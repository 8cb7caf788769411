/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "check/failure.h"

G_BEGIN_DECLS

/* Show Newest Message: logs in to an account's incoming server, reads the last message of the mailbox and leaves. It
 * stays unread, nothing is changed, and nothing that it refers to is fetched. */
typedef struct
{
  guint64 n_messages; /* in the mailbox; 0: it is empty, and all below is, too */
  char *sender; /* one line each, "" where there is none; untrusted text of somebody else, see mail/message-view.h */
  char *subject;
  gint64 date;        /* as the sender says, seconds since the epoch; 0 = not known */
  gint64 arrived;     /* as the server says; 0 = not known */
  guint64 size;       /* bytes; 0 = not known */
  char *text;         /* of the plain part, or the HTML part reduced to text; at most 64 KiB */
  gboolean is_cut;    /* there was more of it */
  char *status;       /* "1 of 1,204, 3 minutes ago, 12.3 kB", or that the mailbox is empty; translated */
  char *note;         /* what could not be remembered, as of mopt_learned_open; nullable */
} MoptNewest;

void mopt_newest_free (MoptNewest *self);

/* @settings: copied. @password: typed just now, or NULL: the one that check/login-password finds (the keyring may show
 * its prompt), unless @no_keyring. @limit_ms: per stage, 0 = MOPT_ROAD_LIMIT_MS. In a thread of its own; @callback in
 * the thread-default main context of the caller; a cancel is felt at once. */
void mopt_newest_fetch_async (const MoptSettings *settings, MoptPassword *password, gboolean no_keyring, guint limit_ms,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* NULL + error (G_IO_ERROR_CANCELLED, or the cause), and @failure (out, optional, transfer full): the words for people;
 * NULL after a cancel. Transfer full. */
MoptNewest *mopt_newest_fetch_finish (GAsyncResult *result, MoptFailure **failure, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptNewest, mopt_newest_free)

G_END_DECLS
