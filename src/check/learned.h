/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/session.h"
#include "model/validate.h"

G_BEGIN_DECLS

/* What an account has learned of its servers: between STATE/security.conf (store/security), the sessions that go by it
 * and add to it, and whoever shows or changes it. @side: MOPT_SIDE_INCOMING or _OUTGOING. The file is small and read
 * and written without fsync: quick enough for the main loop, like the last test (store/known). What is written counts
 * from the next session on. An account has its id from Add; cancelled, it is forgotten by mopt_known_forget. */

/* What every road to a server opens its session by: mopt_session_open with what is known of @side's server. NULL for
 * options->server is that one; else a variation of it, which has learned the same. What settings->….known says already
 * is added, for this session alone (a consent for one run). Keeps the level that was reached: of a login that
 * succeeded, or where none is needed; never with options->explore. In the worker that runs the session, where the file
 * is read, too: one that cannot be read fails the session (MOPT_ERROR_SECURITY_UNREADABLE). *options->note
 * (optional, NULL before, transfer full): a translated sentence where what was learned could not be written. */
MoptSession *mopt_learned_open (const MoptSettings *settings, MoptSide side, const MoptSessionOptions *options,
                                MoptStage *failed_stage, char **transcript, GCancellable *cancellable, GError **error);

/* "encrypted, with a login that does not show the password"; "" where nothing was reached yet. Translated. Caller
 * frees. */
char *mopt_learned_level_text (MoptLevel level);

/* What is known of the server, maybe nothing. Free with mopt_known_server_free. NULL +
 * MOPT_ERROR_SECURITY_UNREADABLE. */
MoptKnownServer *mopt_learned_get (const MoptSettings *settings, MoptSide side, GError **error);

/* Why no certificate of this server may be trusted by hand, and whom to ask; translated, caller frees. NULL: it may. */
char *mopt_learned_why_not_trust (const MoptSettings *settings, MoptSide side);
/* Trust This Certificate: @tls, as the server showed it (its port counts), until mopt_trusted_until.
 * MOPT_ERROR_NOT_ALLOWED with a sentence: the publisher forbids it, nothing is wrong with it, or it is revoked. */
gboolean mopt_learned_trust (const MoptSettings *settings, MoptSide side, const MoptTlsInfo *tls, GError **error);
/* Takes the trust back; parameters as in mopt_known_server_revoke. MOPT_ERROR_NOT_FOUND: there was none. */
gboolean mopt_learned_revoke (const MoptSettings *settings, MoptSide side, guint16 port, const char *sha256,
                              GError **error);
/* What speaks against going on without encryption with @side's server, for the question: who can read what, and, where
 * the other server takes the same user name, that its password is known then, too, however well it is kept there.
 * Translated, caller frees. */
char *mopt_learned_unencrypted_text (const MoptSettings *settings, MoptSide side);
/* The answer to Auto's question whether to go on without encryption. MOPT_ERROR_NOT_ALLOWED where the publisher
 * requires it. FALSE for @agreed takes it back. */
gboolean mopt_learned_agree_unencrypted (const MoptSettings *settings, MoptSide side, gboolean agreed, GError **error);
/* Forgets the level, on every port of the server: the one way down, also from one that cannot be read. The next login
 * sets it anew. */
gboolean mopt_learned_lower (const MoptSettings *settings, MoptSide side, GError **error);

G_END_DECLS
