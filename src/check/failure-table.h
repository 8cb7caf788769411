/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/certificate.h"
#include "base/error.h"

G_BEGIN_DECLS

/* The table of check/failure: what is said about each cause. */

/* Which control of the dialog can mend it; made a field of the side by failure.c. */
typedef enum
{
  MOPT_BLAME_NOBODY,
  MOPT_BLAME_HOST,
  MOPT_BLAME_SECURITY,
  MOPT_BLAME_PORT,    /* Custom Port if it is on, else Security, which stands for the port */
  MOPT_BLAME_ADDRESS, /* Custom Port if it is on, else the host */
  MOPT_BLAME_USER,
  MOPT_BLAME_PASSWORD,
  MOPT_BLAME_AUTHENTICATION, /* Requires Authentication; the incoming side has only Security to choose */
  MOPT_BLAME_NO_AUTHENTICATION, /* the same, if it is off; else nobody */
  MOPT_BLAME_MAILBOX,
  MOPT_BLAME_FROM,
  MOPT_BLAME_CONVERSATION_ID,
} MoptBlame;

typedef struct
{
  MoptBlame blame;
  const char *sentence; /* msgid, what happened and why; its places are listed in failure-table.c */
  const char *advice;   /* msgid, what to do; "" if there is nothing to advise */
  gboolean passes;      /* it may be over by itself: worth another try before anybody is asked */
} MoptCauseRow;

/* Never NULL. */
const MoptCauseRow *mopt_failure_get_row (MoptError code);

/* MOPT_ERROR_CERTIFICATE or the kind of it that @tls (nullable) speaks of. @now: seconds since the epoch. */
MoptError mopt_failure_certificate_cause (const MoptTlsInfo *tls, gint64 now);

G_END_DECLS
