/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/client.h"

G_BEGIN_DECLS

/* An attempt in a race: a client in a thread of its own, which keeps what it has to tell until somebody asks. */
typedef struct
{
  GMutex *mutex;  /* the race's */
  GCond *changed; /* the race's: events or an end */

  /* the thread's until it has ended */
  MoptTried *tried;   /* borrowed */
  MoptClient *client; /* NULL: not begun */
  gint64 connect_by;  /* monotonic µs */
  gboolean heard;     /* the server has said something */

  GThread *thread; /* NULL: runs in the thread of the race */
  gint64 begun;    /* monotonic µs */

  /* guarded by the mutex */
  GQueue events;
  gboolean given_up; /* stopped because it was silent */
  gboolean ended;
  GError *error; /* then: NULL if it is secured */
} MoptRunner;

/* What a MoptStageFunc or, with @tls, a MoptTlsFunc is to be told. */
typedef struct
{
  MoptStage stage;
  char *evidence; /* nullable */
  MoptTlsInfo *tls;
} MoptRunnerEvent;

void mopt_runner_event_free (MoptRunnerEvent *event);

/* @tried is borrowed. */
void mopt_runner_init (MoptRunner *self, GMutex *mutex, GCond *changed, MoptTried *tried);
/* The thread must have been joined. */
void mopt_runner_clear (MoptRunner *self);

/* Makes the client; @addresses: nullable, see there. */
void mopt_runner_begin (MoptRunner *self, const MoptSessionOptions *options, GPtrArray *addresses, gint64 connect_by,
                        GCancellable *cancellable);
/* Then: runs it here, and the client tells its options; */
void mopt_runner_run (MoptRunner *self);
/* or in a thread, and the news are in events. */
void mopt_runner_start (MoptRunner *self);
/* With the mutex held: stops it; that counts as a time-out of its own. */
void mopt_runner_give_up (MoptRunner *self);

G_END_DECLS
