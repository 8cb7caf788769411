/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/smtp-reply.h"

G_BEGIN_DECLS

/* Why an SMTP server refused a step: one table of reply codes (RFC 5321), enhanced codes (RFC 3463, 4954, 5248, 7372,
 * 7505) and, where no code says it, words. */
typedef enum
{
  MOPT_SMTP_GREETING = 1 << 0,
  MOPT_SMTP_EHLO = 1 << 1,
  MOPT_SMTP_AUTH = 1 << 2,
  MOPT_SMTP_MAIL = 1 << 3,
  MOPT_SMTP_RCPT = 1 << 4,
  MOPT_SMTP_DATA = 1 << 5, /* the command, or the end of the message */
} MoptSmtpStep;

/* The cause of @reply, which is not what @step wanted. @lacks_tls: TLS is offered and not up. */
MoptError mopt_smtp_cause (MoptSmtpStep step, const MoptSmtpReply *reply, gboolean lacks_tls);

G_END_DECLS
