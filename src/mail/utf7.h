/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of IMAP mailboxes: modified UTF-7 (RFC 3501 §5.1.3). */

/* @name (UTF-8) as it goes over the wire. Caller frees. */
char *mopt_utf7_encode (const char *name);
/* The UTF-8 of @wire; NULL if it is not well-formed. Caller frees. */
char *mopt_utf7_decode (const char *wire);

G_END_DECLS
