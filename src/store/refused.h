/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/secrets.h"

G_BEGIN_DECLS

/* Stored passwords that a server has definitely refused, in STATE/refused: programs that send do not try them again
 * for a while, or the server would lock the account. Which one it was is kept as a digest of what it is for and when it
 * was stored; of the password itself there is nothing. Both block, quickly. */
#define MOPT_REFUSED_SECONDS (15 * 60)

/* @modified: when it was stored (mopt_secrets_state_finish), seconds since the epoch. FALSE +
 * MOPT_ERROR_NOT_WRITTEN. */
gboolean mopt_refused_note (const MoptSecretKey *key, guint64 modified, gint64 now, GError **error);
/* Until when it is not to be tried, seconds since the epoch; 0: it may be. @modified (out): when that one was stored;
 * another one for @key may be tried. */
gint64 mopt_refused_until (const MoptSecretKey *key, gint64 now, guint64 *modified);

G_END_DECLS
