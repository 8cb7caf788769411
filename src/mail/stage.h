/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/certificate.h"
#include "base/password.h"
#include "mail/tries.h"
#include "model/settings.h"

G_BEGIN_DECLS

/* What a session is to do, and whom it tells about its stages. */

/* The stages of a run, in order; the words are the contract of `mopt test --json`. */
typedef enum
{
  MOPT_STAGE_FIND,
  MOPT_STAGE_CONNECT,
  MOPT_STAGE_SECURE,
  MOPT_STAGE_OFFERS,
  MOPT_STAGE_LOGIN,
  MOPT_STAGE_MAILBOX,
  MOPT_STAGE_SENDER,
  MOPT_STAGE_ACCEPTED,
  MOPT_STAGE_ARRIVED,
  MOPT_STAGE_CONVERSATION_ID,
  MOPT_N_STAGES
} MoptStage;
/* "find", "connect", … "conversation-id" */
const char *mopt_stage_name (MoptStage stage);

/* Called in the session's thread: @stage begins (@evidence NULL), or ended well with @evidence, a technical
 * English detail such as "993" or "TLSv1.3 TLS_AES_256_GCM_SHA384" ("none" without encryption). A failure comes as
 * the call's error. FIND to LOGIN only. Auto tells of the attempt that leads, the best one that has not failed; when
 * another takes the lead it begins again with CONNECT. */
typedef void (*MoptStageFunc) (MoptStage stage, const char *evidence, gpointer user_data);

/* Called in the session's thread after each TLS handshake and before its stage ends, also where the certificate did
 * not check out: the reasons against it are in @info, borrowed for the call. */
typedef void (*MoptTlsFunc) (const MoptTlsInfo *info, gpointer user_data);

typedef struct
{
  const MoptServer *server; /* borrowed for the call */
  MoptPassword *password;   /* NULL: no login (server->authenticate is FALSE, or only offers are wanted) */
  guint limit_ms;           /* per stage */
  MoptStageFunc stage;      /* nullable */
  MoptTlsFunc tls;          /* nullable */
  gpointer user_data;
  gint64 deadline;  /* monotonic µs, for all stages together; 0 = none */
  MoptTries *tries; /* shared by the run's logins that are alike; NULL: this one is alone */
  char **note;      /* nullable; of check/learned: what could not be remembered */
  GPtrArray *tried; /* nullable: gets a MoptTried for each attempt, best first, also on failure; see mail/tried.h */
  /* Nullable: asked for the password, where there is none yet, when the server has said what it offers, so that it can
   * be looked for meanwhile; that time is not the server's. In the session's thread, may wait. Transfer full; NULL +
   * error: there is none. */
  MoptPassword *(*find_password) (gpointer user_data, GError **error);
  gboolean explore; /* every attempt runs to its end and asks what is offered; nobody logs in */
} MoptSessionOptions;

G_END_DECLS
