/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/connection.h"

G_BEGIN_DECLS

/* What servers can say in words alone: there is no code for it, or not every server has it. For all protocols, as the
 * big providers use the same words in each. Their own tables (imap-cause, pop-cause, smtp-cause) come first. */

/* Why a login was refused by the words of @text, or @otherwise where they say nothing that we know. */
MoptError mopt_words_login_cause (const char *text, MoptError otherwise);

/* The same for a server that wants no conversation: too many connections, an address on a list of bad ones. */
MoptError mopt_words_access_cause (const char *text, MoptError otherwise);

/* What kind of server begins with @line, which is no greeting of the protocol that was wanted:
 * MOPT_ERROR_NOT_MAIL_SERVER or a kind of it. */
MoptError mopt_words_other_server (const char *line);

/* Why there was no greeting: makes of @cause, where it is _TIMED_OUT or _HUNG_UP, the kind of it that says so. Silence
 * is also what the ports of TLS and the web have for whoever does not speak first. */
void mopt_words_no_greeting (GError *cause, MoptConnection *connection);

G_END_DECLS
