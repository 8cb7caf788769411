/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "attack-server.h"
#include "base/error.h"

/* Tables of attacks, and what must hold of each, whatever it is:
 *  - in clear no more is said than what asks for TLS: no password, no user name, in no form;
 *  - a session that opens is under TLS, its login was asked for and granted there;
 *  - what was said before TLS is in no offer, no evidence and no words of a stage after it. It holds "EVIL". */

/* One hostile reply, for every step that @steps has (1 << AttackStep). */
typedef struct
{
  const char *name;
  guint steps;
  const char *text;
  gboolean is_login; /* at STEP_ANSWER it does say that we are in */
} HostileReply;

/* Why nothing may be said in clear. */
typedef enum
{
  ATTACK_REQUIRES_TLS,
  ATTACK_HAD_TLS, /* a login with TLS is remembered */
  ATTACK_AGREED,  /* where there is no TLS the person wants to go on; but TLS was offered */
} AttackReason;

/* A single case. */
typedef struct
{
  const char *name;
  MoptSecurity security;
  AttackReason reason;
  Attack attack; /* protocol is filled in */
  int code;      /* of MOPT_ERROR; ATTACK_PASSES; ATTACK_ANY: only what holds of all */
  MoptStage stage;
} AttackCase;

#define ATTACK_PASSES (-1)
#define ATTACK_ANY (-2)
#define ATTACKS_MIN 150
#define EVERY_STEP ((1 << N_LOGIN_STEPS) - 1)

/* Plays all of @cases and the product of @replies with steps and modes, several at once; at least ATTACKS_MIN of
 * them, and each must have struck. The main () of a test with the one path "/starttls/PROTOCOL". */
int attack_main (int argc, char **argv, MoptProtocol protocol, const HostileReply *replies, guint n_replies,
                 const AttackCase *cases, guint n_cases);
