/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/session.h"
#include "model/validate.h"

G_BEGIN_DECLS

/* From a cause to words for people: the one table (failure.c). */
typedef struct
{
  char *sentence;       /* what happened and why; translated, no jargon */
  char *advice;         /* what to do; translated, "" if there is nothing to advise */
  const char *property; /* the field to blame: "incoming-host", …, "password"; NULL if none. Static. For a
                           password: "incoming-password" or "outgoing-password" */
  const char *code;     /* stable English word */
  char *server_words;   /* nullable */
} MoptFailure;

/* @settings, @side: for host, port and user names in the sentence. */
MoptFailure *mopt_failure_new (const GError *error, const MoptSettings *settings, MoptSide side, MoptStage stage);
void mopt_failure_free (MoptFailure *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptFailure, mopt_failure_free)

G_END_DECLS
