/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-message.h"
#include "check/test-stage.h"

G_BEGIN_DECLS

/* One side of a test run as a worker goes through it: incoming, outgoing, or the arrival after both. It owns all that
 * it needs, so that a run can leave it behind; what happens is told in the main context. */
typedef struct _MoptTestLeg MoptTestLeg;

/* @stage has changed, or with @change NULL: the leg has ended and its results can be read. Main context. */
typedef void (*MoptTestLegFunc) (MoptTestLeg *leg, MoptStage stage, const MoptTestChange *change, gpointer user_data);

struct _MoptTestLeg
{
  gatomicrefcount refs;

  /* Fixed before the start. */
  MoptTestSide side;
  MoptSettings *settings;
  MoptPassword *password;
  gboolean shared;        /* it is the publisher's */
  GError *password_error; /* why there is no password: fails the login */
  gboolean send;          /* outgoing: the message, too */
  gboolean html;          /* outgoing: which is to be HTML, too */
  gboolean keep_session;  /* incoming: an IMAP session stays open for the arrival */
  char *own_name;
  char *own_address;
  char *to;           /* of the usual message; with mail all its recipients, for people */
  MoptTestMail *mail; /* nullable: the Advanced Test's */
  guint limit_ms;
  guint arrival_ms;
  MoptTries *tries; /* shared by incoming and outgoing where both log in alike; nullable */
  /* Shared by incoming and outgoing where there is an arrival, else NULL: an event (cancelled = it has happened) that
   * the incoming side knows what lay in the mailbox before, or will never know. A quick server may deliver the message
   * before a slow one has opened the mailbox, and it would pass for old mail. POP holds the message back until then;
   * with IMAP the arrival looks back for it. */
  GCancellable *baseline;
  gboolean sent_early; /* outgoing: before that had happened */
  GCancellable *cancellable;
  GMainContext *context;

  /* Main context only; cleared by mopt_test_leg_abandon(). */
  MoptTestLegFunc func;
  gpointer func_data;

  /* Results: the worker's until the end was told, then the main context's. */
  gboolean ok;
  char *transcript;         /* nullable */
  GPtrArray *tried;         /* (element-type MoptTried) the ways to the server; arrival: empty */
  MoptAttempt attempt;      /* the one that worked, once a session was open; arrival: taken over */
  MoptSession *session;     /* incoming: kept open; arrival: taken over */
  GHashTable *seen;         /* the same, POP: the messages that were there before, see mopt_session_get_seen() */
  MoptTestMessage *message; /* outgoing: sent; arrival: waited for */
  GBytes *arrived;

  /* The worker's own. */
  gint64 began[MOPT_N_STAGES]; /* monotonic µs, 0 = not yet */
  gboolean passed[MOPT_N_STAGES];
  char *note;    /* what could not be remembered; nullable */
  char *refused; /* the recipients that the server refused; nullable */
  MoptTlsInfo *tls; /* of the last handshake, arrival: taken over; nullable */
};

MoptTestLeg *mopt_test_leg_new (MoptTestSide side, const MoptTestOptions *options);
MoptTestLeg *mopt_test_leg_ref (MoptTestLeg *self);
void mopt_test_leg_unref (MoptTestLeg *self);

/* Before the start, where a login is needed and no password was typed: finds it as check/login-password says, and
 * the keyring may show its prompt, unless @no_prompt; with @no_keyring it is not asked at all. finish leaves the leg
 * with a password or with the reason why there is none. */
gboolean mopt_test_leg_needs_password (const MoptTestLeg *self);
void mopt_test_leg_find_password_async (MoptTestLeg *self, gboolean no_keyring, gboolean no_prompt,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void mopt_test_leg_find_password_finish (MoptTestLeg *self, GAsyncResult *result);

/* Starts the worker; @func is called in the thread-default main context of the caller. */
void mopt_test_leg_start (MoptTestLeg *self, MoptTestLegFunc func, gpointer user_data);
/* Cancels and forgets the listener; the worker ends by itself. */
void mopt_test_leg_abandon (MoptTestLeg *self);

/* Main context, after its end: says good-bye to a session that is not needed any more, in a worker. */
void mopt_test_leg_close_session (MoptTestLeg *self);

/* The server of the leg's side; of the arrival: the incoming one. Borrowed. */
const MoptServer *mopt_test_leg_get_server (const MoptTestLeg *self);
MoptSide mopt_test_leg_get_side (const MoptTestLeg *self);

/* Of the worker, for the roads in test-server.c and test-arrival.c. */
void mopt_test_leg_begin (MoptTestLeg *self, MoptStage stage);
void mopt_test_leg_pass (MoptTestLeg *self, MoptStage stage, const char *fact, const char *detail);
void mopt_test_leg_skip (MoptTestLeg *self, MoptStage stage, const char *title, MoptFailure *failure);
void mopt_test_leg_fail (MoptTestLeg *self, MoptStage stage, GError *error);
/* A MoptTlsFunc: keeps what the handshake brought to light. */
void mopt_test_leg_take_tls (const MoptTlsInfo *info, gpointer leg);
/* The roads; they fill in the results. Give back a session to say good-bye to once the end was told, or NULL. */
MoptSession *mopt_test_leg_run_server (MoptTestLeg *self);
MoptSession *mopt_test_leg_run_arrival (MoptTestLeg *self);
/* Waits until @event has happened, at most @ms (-1: for ever); NULL never happens. FALSE: the leg was cancelled. */
gboolean mopt_test_leg_wait (MoptTestLeg *self, GCancellable *event, gint ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptTestLeg, mopt_test_leg_unref)

G_END_DECLS
