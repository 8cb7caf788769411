/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/imap-parse.h"

G_BEGIN_DECLS

/* Why an IMAP server refused a step: one table of response codes (RFC 5530, 3501) and, where no code says it, words. */
typedef enum
{
  MOPT_IMAP_STEP_GREETING = 1 << 0, /* it began with BYE */
  MOPT_IMAP_STEP_LOGIN = 1 << 1,
  MOPT_IMAP_STEP_MAILBOX = 1 << 2, /* EXAMINE */
  MOPT_IMAP_STEP_OTHER = 1 << 3,
} MoptImapStep;

/* The cause of @status, which is not OK. @offers: CAPABILITY's words, as some providers can be told by them alone. A
 * mailbox that is refused without a code is _MAILBOX_REFUSED: LIST may tell more. */
MoptError mopt_imap_cause (MoptImapStep step, const MoptImapStatus *status, const char *const *offers);

G_END_DECLS
