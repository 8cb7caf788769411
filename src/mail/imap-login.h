/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/imap.h"

G_BEGIN_DECLS

/* IMAP's part of MoptProtocolTable that logs in: AUTHENTICATE (RFC 3501 §6.2.2, SASL-IR 4959) and LOGIN (§6.2.3,
 * LITERAL+ 7888); response codes 5530. @self is a MoptImap. */
char **mopt_imap_get_mechanisms (gpointer self);
gboolean mopt_imap_authenticate (gpointer self, MoptSasl *sasl, GCancellable *cancellable, GError **error);
const char *mopt_imap_get_own_login (gpointer self, gboolean clear_text, GError **error);
gboolean mopt_imap_log_in (gpointer self, const char *own_login, const char *user, MoptPassword *password,
                           GError **error);

G_END_DECLS
