/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/session.h"
#include "model/validate.h"

G_BEGIN_DECLS

/* What only the person can decide, so that it goes on. */
typedef enum
{
  MOPT_REMEDY_NONE,
  MOPT_REMEDY_TRUST,       /* Trust This Certificate: of the TLS facts; never where nobody may */
  MOPT_REMEDY_UNENCRYPTED, /* to go on without encryption */
} MoptRemedy;

/* From a cause to words for people: the one table (failure.c). */
typedef struct
{
  char *sentence;       /* what happened and why; translated, no jargon */
  char *advice;         /* what to do; translated, "" if there is nothing to advise */
  const char *property; /* the field to blame: "incoming-host", …, "password"; NULL if none. Static. For a
                           password: "incoming-password" or "outgoing-password", whichever row has it typed in */
  const char *code;     /* stable English word */
  MoptRemedy remedy;    /* offered beside the advice; where the publisher forbids it, the advice says so */
  char *server_words;   /* nullable */
  gboolean in_clear;    /* they came before the connection was encrypted, or it never was: anybody on the way can have
                           written them */
} MoptFailure;

/* @error: of MOPT_ERROR or any other domain (then "failed"). @settings, @side: for host, port and user names in the
 * sentence. @stage: where it happened. */
MoptFailure *mopt_failure_new (const GError *error, const MoptSettings *settings, MoptSide side, MoptStage stage);
/* The same with the TLS facts of the connection (NULL: there was no handshake): names the reasons and dates of a
 * refused certificate, and tells words in clear from others; and with the recipients (nullable: "a@example.org,
 * b@example.org") that were refused, if it is that. */
MoptFailure *mopt_failure_new_tls (const GError *error, const MoptSettings *settings, MoptSide side, MoptStage stage,
                                   const MoptTlsInfo *tls, const char *recipients);
void mopt_failure_free (MoptFailure *self);

/* "The server said: …", and where that came in clear, so much. Translated; NULL: it said nothing. Caller frees. */
char *mopt_failure_words_text (const MoptFailure *self);
/* The same of words that were kept (nullable). */
char *mopt_failure_said_text (const char *server_words, gboolean in_clear);
/* What is to be known of words in clear, one sentence. Translated, static. */
const char *mopt_failure_in_clear_text (void);

/* What is wrong with a certificate, in words: "it expired on 2026-01-31; it is for www.example.com, not for
 * imap.example.com". @tls: nullable. Translated. Caller frees. */
char *mopt_failure_certificate_text (const MoptTlsInfo *tls, const char *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptFailure, mopt_failure_free)

G_END_DECLS
