/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"

G_BEGIN_DECLS

/* STATE/security.conf: what each account has learned of its servers (model/known-server), made to be read by people.
 * A group for each account id, protocol, host and custom port:
 *
 *   [0b7c2d9e-6f5a-4c1e-9b1d-2f3a4b5c6d7e imap imap.example.com]
 *   TLS=true
 *   Strength=scram-plus
 *   UnencryptedAgreed=true
 *   Trusted=993 4F:…:9A 2027-11-21T00:00:00Z;
 *
 * The level counts on every port of the host, wherever it was reached: who changes the port does not begin anew. What
 * the person agreed to or trusts counts for that port alone.
 *
 * A level that cannot be read is not a level that is not there: a group with a line, or a value of TLS or Strength,
 * that makes no sense, or one that is there twice, fails what asks for its server. A consent that makes no sense
 * counts for nothing. A group is found however its name is written (HOST in capitals, a lost bracket); where a name is
 * so damaged that it may be that of a server, what asks for that server fails. All block (one small file); any thread;
 * programs that write at the same time lose nothing to each other. */

/* NULL + MOPT_ERROR_SECURITY_UNREADABLE, a translated sentence with the file, and the line if it is one: what it says
 * is not certain. Nothing known: an empty one. Free with mopt_known_server_free. */
MoptKnownServer *mopt_security_get (const char *account_id, const MoptServer *server, GError **error);

/* Changes what is known, under the lock of the file; FALSE: leave it as it is. */
typedef gboolean (*MoptSecurityEdit) (MoptKnownServer *known, gpointer user_data);
/* One step: reads what the file says now, has it edited, writes it; a server of which nothing is known any more goes.
 * The level is that of all ports; an edit may raise it. Quick, no fsync: what is lost with the power is asked, or
 * reached, again. MOPT_ERROR_NOT_WRITTEN, or SECURITY_UNREADABLE as above. */
gboolean mopt_security_edit (const char *account_id, const MoptServer *server, MoptSecurityEdit edit,
                             gpointer user_data, GError **error);
/* The one way down, and out of a level that cannot be read: it goes, on every port, with what may have
 * been the name of the server; consents stay. */
gboolean mopt_security_forget_level (const char *account_id, const MoptServer *server, GError **error);

/* The account is gone: so is all that was learned for it. Quick, no fsync: what came back would be nobody's. */
gboolean mopt_security_forget (const char *account_id, GError **error);
/* The account @old_id goes by @new_id from now on. @old_id, which may be another's now, keeps the levels: they never
 * fall, and where @new_id knows the server already, the higher one wins; what the person consented to moves, but not
 * there. To be called before the
 * account itself is written; twice does no harm. MOPT_ERROR_NOT_WRITTEN, SECURITY_UNREADABLE: nothing has changed. */
gboolean mopt_security_follow (const char *old_id, const char *new_id, GError **error);

G_END_DECLS
