/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/header.h"

G_BEGIN_DECLS

/* Who a message of another program is from and to. Addresses are addr-specs; one without an @ is a name of this
 * computer's own, such as "root". */

/* The addresses in all fields @name, groups and comments taken apart (RFC 5322 §3.4). Stricter than readers are: what
 * cannot be read is not skipped. MOPT_ERROR_INVALID (a whole translated sentence). Transfer full. */
char **mopt_envelope_addresses (MoptHeader *header, const char *name, GError **error);
/* Those that a message names itself ("-t"): To, Cc and Bcc; where it is resent, Resent-To, Resent-Cc and Resent-Bcc
 * instead (§3.6.6). */
char **mopt_envelope_recipients (MoptHeader *header, GError **error);
/* @recipients, each a list of addresses as in a field ("a@b, c@d": cron's MAILTO), as RCPT TO wants them: each sound,
 * one without a domain replaced by @own_address ("" or NULL: not known), none twice. MOPT_ERROR_INVALID,
 * MOPT_ERROR_RECIPIENT_UNKNOWN. Transfer full. */
char **mopt_envelope_complete (const char *const *recipients, const char *own_address, GError **error);

/* Takes out what no recipient may see: Bcc and Resent-Bcc. */
void mopt_envelope_hide (MoptHeader *header);
/* Adds Date and Message-ID (of @sender's domain) where they are missing (RFC 6409 §8.2, 8.3). */
void mopt_envelope_add_missing (MoptHeader *header, const char *sender);
/* Writes "Name <address>" or an address into the field @name (From, Sender), the name encoded where it needs to be; it
 * is the only one of that name then. */
void mopt_envelope_set_address (MoptHeader *header, const char *name, const char *address);

G_END_DECLS
