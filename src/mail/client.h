/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/protocol.h"
#include "mail/tried.h"

G_BEGIN_DECLS

/* One attempt: a client that finds its server, connects, secures and asks what is offered, in the way of a row of
 * the table in auto.h; after that the session's. One thread at a time, but for mopt_client_stop(). */
typedef struct
{
  /* who is told; until the session is open */
  const MoptSessionOptions *options; /* borrowed */
  MoptStageFunc stage;
  MoptTlsFunc tls;
  gpointer user_data;

  GPtrArray *addresses; /* borrowed until it is connected: where the server is; NULL: to be found */
  const MoptProtocolTable *table;
  MoptDialogue *dialogue; /* NULL: not connected */
  gpointer protocol;      /* of table */
  MoptTried *tried;       /* borrowed: what came of it so far */
  gint64 behind;          /* µs: so much sooner do its stages end, because so much later than the first one it began */
  gboolean loopback;      /* both ends are on this machine */
  gboolean has_login;     /* STARTTLS: in clear there was a login that we could use, clear text included */
  char *transcript;       /* once it has hung up */

  GCancellable *caller; /* nullable */
  gulong chain;         /* from caller to stop */
  GCancellable *stop;
} MoptClient;

/* @options and @tried are borrowed (the former until the session is open), @cancellable (nullable) is kept. */
MoptClient *mopt_client_new (const MoptSessionOptions *options, MoptTried *tried, GCancellable *cancellable);
void mopt_client_free (MoptClient *self);

/* The stages FIND (unless there are addresses), CONNECT and SECURE; the first two end at @connect_by (monotonic µs).
 * What happened is in tried. Errors of mail/connection.h, mail/protocol.h. */
gboolean mopt_client_connect (MoptClient *self, gint64 connect_by, GError **error);
/* The stage OFFERS, unless that is over. */
gboolean mopt_client_ask (MoptClient *self, GError **error);
/* From now on nothing that the server says shows @password, as it is or as a login puts it: it may know it from the
 * session before this one. Done for options->password. */
void mopt_client_guard (MoptClient *self, MoptPassword *password);
/* Any thread: whatever it does ends at once by G_IO_ERROR_CANCELLED, and the connection is of no more use. */
void mopt_client_stop (MoptClient *self);

/* For the stages that the session does by itself. FALSE: cancelled, maybe by the callback. */
gboolean mopt_client_begin (MoptClient *self, MoptStage stage, GError **error);
void mopt_client_end (MoptClient *self, const char *evidence);
/* Monotonic µs, @ms from now or the options' deadline. */
gint64 mopt_client_deadline_in (MoptClient *self, guint ms);

/* Hangs up without a word; what was said can still be asked for. */
void mopt_client_hang_up (MoptClient *self);
/* What was said. Caller frees. */
char *mopt_client_get_transcript (MoptClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptClient, mopt_client_free)

G_END_DECLS
