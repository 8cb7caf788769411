/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "check/failure.h"

G_BEGIN_DECLS

/* What every short road has in common (From addresses, the newest message): the password of one side of an account,
 * a session in a thread of its own, and the way back to whoever waits. Counted: a worker that nobody waits for any
 * more keeps what it needs. */
typedef struct
{
  gatomicrefcount refs;

  /* Fixed before the worker starts. */
  MoptSettings *settings;
  MoptSide side; /* INCOMING or OUTGOING */
  guint limit_ms;
  MoptPassword *password; /* nullable: not found yet, or no login */
  GCancellable *cancellable;
  GMainContext *context;

  /* The worker's, while it runs. */
  MoptTlsInfo *tls; /* of the last handshake; nullable */
  char *transcript; /* masked; nullable */
  char *note;       /* what could not be remembered, as of mopt_learned_open; nullable */
} MoptRoad;

/* @settings: copied. @password: typed just now, nullable. @limit_ms: per stage, 0 = MOPT_ROAD_LIMIT_MS.
 * @cancellable: NULL makes one. What is posted comes in the thread-default main context of the caller. */
MoptRoad *mopt_road_new (const MoptSettings *settings, MoptSide side, MoptPassword *password, guint limit_ms,
                         GCancellable *cancellable);
MoptRoad *mopt_road_ref (MoptRoad *self);
void mopt_road_unref (MoptRoad *self);
#define MOPT_ROAD_LIMIT_MS 30000

const MoptServer *mopt_road_get_server (const MoptRoad *self);

/* Main context, before the worker: sees to the password where a login needs one and none was typed, as
 * check/login-password says; the keyring may show its prompt, unless @no_keyring. finish: FALSE + error: there is
 * none. A cancel of the road's cancellable ends it. */
void mopt_road_find_password_async (MoptRoad *self, gboolean no_keyring, GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean mopt_road_find_password_finish (MoptRoad *self, GAsyncResult *result, GError **error);

/* In the worker: a session, logged in where that is wanted. NULL + error, @stage (out): where it failed. */
MoptSession *mopt_road_open (MoptRoad *self, MoptStage *stage, GError **error);

/* The words for people. Any thread, but the worker must not be connecting. */
MoptFailure *mopt_road_failure (const MoptRoad *self, const GError *error, MoptStage stage);

/* From the worker: calls @func with @data in the road's main context, then frees it by @notify there. */
void mopt_road_post (MoptRoad *self, GSourceFunc func, gpointer data, GDestroyNotify notify);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptRoad, mopt_road_unref)

G_END_DECLS
