/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/session.h"

/* A server that wants the password: it says yes to everything, with TLS and without, for as many connections at once
 * as come; only one reply of its, at one step, is the attack. */

/* What the client has just said. */
typedef enum
{
  STEP_GREETING, /* nothing yet */
  STEP_OFFERS,   /* CAPABILITY, CAPA, EHLO */
  STEP_TLS,      /* STARTTLS, STLS */
  STEP_AUTH,     /* AUTHENTICATE LOGIN, AUTH LOGIN */
  STEP_ANSWER,   /* the password */
  N_LOGIN_STEPS,
  STEP_EXAMINE = N_LOGIN_STEPS, /* or STAT: the mailbox */
  STEP_UIDL,
  STEP_MAIL,
  STEP_RCPT,
  STEP_DATA,
  STEP_DOT, /* the end of the message */
  N_STEPS
} AttackStep;

/* What is said to a command, bytes as they are, that is no step of the login; NULL: what is said else. "%C" in it
 * closes. Caller frees. In the thread of a client. */
typedef char *(*AttackOther) (gpointer data, const char *line, const char *tag);
/* A whole message has come. In the thread of a client. */
typedef void (*AttackTake) (gpointer data, const char *message);

typedef struct
{
  MoptProtocol protocol;
  AttackStep step;
  gboolean inside;   /* that step under TLS, not the one before */
  const char *reply; /* instead of the good one; see attack_bytes(). NULL: there is no attack */
  gboolean implicit; /* TLS from the first byte; else a client hello gets: */
  const char *hello; /* these bytes, or a certificate "TLS name"; NULL: the connection is closed */
  const char *offers; /* before TLS; NULL: STARTTLS and all kinds of AUTH */
  AttackOther other; /* nullable */
  AttackTake take;   /* nullable */
  gpointer data;
} Attack;

#define ATTACK_EXISTS 3 /* messages in the mailbox, if nobody says otherwise */

typedef struct _AttackServer AttackServer;

/* The bytes that @reply stands for: \r \n \\ \NNN (octal); %T the client's tag; %L a line too long; %C nothing. Where
 * it is sent %W is a pause, and %C anywhere in it closes the connection after it. Caller frees. */
GString *attack_bytes (const char *reply, const char *tag);

/* @attack is borrowed. */
AttackServer *attack_server_new (const Attack *attack);
guint16 attack_server_get_port (AttackServer *self);
/* Ends it; after that: */
void attack_server_finish (AttackServer *self);
/* what clients said that anybody could read, without client hellos; */
const char *attack_server_get_clear (AttackServer *self);
/* whether somebody logged in and was told so by the good reply; */
gboolean attack_server_has_login (AttackServer *self);
/* whether the attack took place. */
gboolean attack_server_has_struck (AttackServer *self);
void attack_server_free (AttackServer *self);
