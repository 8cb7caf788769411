/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"

G_BEGIN_DECLS

/* Why a POP server refused a step: one table of response codes (RFC 2449, 3206) and, where no code says it, words. */
typedef enum
{
  MOPT_POP_STEP_GREETING = 1 << 0,
  MOPT_POP_STEP_LOGIN = 1 << 1,
  MOPT_POP_STEP_MAILBOX = 1 << 2, /* STAT, the first that needs it */
  MOPT_POP_STEP_OTHER = 1 << 3,
} MoptPopStep;

/* The cause of "-ERR @text". */
MoptError mopt_pop_cause (MoptPopStep step, const char *text);

G_END_DECLS
