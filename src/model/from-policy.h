/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/settings.h"

G_BEGIN_DECLS

/* Which From addresses an account may use. @own_address: Your e-mail address, "" or NULL if not known.
 *
 *   An address is allowed if it is the user's own and that is ticked (and it lies in the publisher's domains), if it is
 * a legal one, if it lies under a legal pattern and from-use names it, or if arbitrary ones are allowed; and, where the
 * user has picked addresses (from-use is set), if it is among these. */

/* The concrete addresses: the user's own first (if allowed), then the legal ones that are not patterns, then what
 * from-use adds under patterns or where arbitrary ones are allowed; narrowed by from-use. Each as it was written
 * ("Name <addr>"), no address twice. Transfer full; may be empty. */
char **mopt_from_policy_list (const MoptSettings *settings, const char *own_address);
/* The address to send from: from-default if allowed, else the own one if allowed, else the first legal one.
 * NULL: none. Caller frees. */
char *mopt_from_policy_default (const MoptSettings *settings, const char *own_address);
/* MOPT_ERROR_FROM_NOT_ALLOWED with the list of those that are; MOPT_ERROR_INVALID: @from is no address. */
gboolean mopt_from_policy_check (const MoptSettings *settings, const char *own_address, const char *from,
                                 GError **error);

/* ---- For messages of other programs ---- */

typedef enum
{
  MOPT_FROM_REFUSED,
  MOPT_FROM_PICKABLE,  /* would be allowed if from-use named it */
  MOPT_FROM_ARBITRARY, /* allowed by nothing but the right to send with any address: Sender has to say who it is */
  MOPT_FROM_ALLOWED,
} MoptFromRight;

/* How far the account may send as @from, an address or "Name <address>". What is no address is refused. */
MoptFromRight mopt_from_policy_judge (const MoptSettings *settings, const char *own_address, const char *from);

/* The account for a message from @from: one that may send as it, never by the right to send with any address; else one
 * that could once the address is picked, so that its refusal says so. Of several the one with @default_id (nullable),
 * else the first. An index into @accounts, or -1: none of them. */
int mopt_from_policy_choose (const MoptSettings *const *accounts, guint n_accounts, const char *default_id,
                             const char *own_address, const char *from);

/* Who a message is from, as it may be sent. */
typedef struct
{
  char *from;     /* what the From field has to become ("Name <address>" or the address), NULL: it stays */
  char *sender;   /* the same for the Sender field, NULL: it stays as it is, or away */
  char *envelope; /* addr-spec for MAIL FROM, "" for that of nobody */
} MoptFromVerdict;

/* Judges the addresses of a message: those of its From field (@from, NULL-terminated, may be empty: not given), of its
 * Sender field (@sender, nullable) and the envelope sender that the caller wants (@envelope, nullable or "": the first
 * From address; "<>": nobody, as of automatic answers, which must not be answered (RFC 5321 §4.5.5); it names nobody
 * whom the rules could be about). Any other of them without an @ is a name of this computer's own and stands for the
 * default From.
 *   Every address that stays must be allowed. Sender becomes the default From where an address of From is allowed by
 * the right to send with any alone, and the first From address where there are several and nobody says who sends
 * (RFC 5322 §3.6.2). MOPT_ERROR_FROM_NOT_ALLOWED with the list of those that are, MOPT_ERROR_INVALID.
 * Clear @verdict with mopt_from_verdict_clear. */
gboolean mopt_from_policy_apply (const MoptSettings *settings, const char *own_address, const char *const *from,
                                 const char *sender, const char *envelope, MoptFromVerdict *verdict, GError **error);
void mopt_from_verdict_clear (MoptFromVerdict *verdict);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptFromVerdict, mopt_from_verdict_clear)

/* ---- For the window ---- */

/* Why the user's own address does not count for a published account though it is ticked: it lies outside the
 * publisher's domains. A whole translated sentence, or NULL where it counts. Caller frees. */
char *mopt_from_policy_explain_own (MoptAccount *account, const char *own_address);

G_END_DECLS
