/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "store/publish.h"

G_BEGIN_DECLS

/* What Publish… does in threads: files may lie on a share, and their owners in a directory. */

typedef struct
{
  gboolean may_write;    /* of mopt_publish_may_write */
  MoptPublishPlan *plan; /* NULL: @error says why, and the rest is NULL, too */
  GError *error;
  GPtrArray *findings; /* of mopt_publish_plan_check */
  char **changes;      /* of mopt_publish_plan_list_changes */
} MoptPublishLook;

/* Compares @draft with what is published at @target. finish: transfer full; NULL + G_IO_ERROR_CANCELLED. A share
 * that does not answer makes it wait, for ever if need be. */
void mopt_publish_look_async (const char *draft, const char *target, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
MoptPublishLook *mopt_publish_look_finish (GAsyncResult *result, GError **error);
void mopt_publish_look_free (MoptPublishLook *self);

/* Writes what @plan (transfer full) says, signed if there is a @key_path (nullable; @passphrase of it, nullable), and
 * tells @draft. It cannot be cancelled. finish: a sentence, transfer full; NULL + error of mopt_private_key_read and
 * mopt_publish_write. */
void mopt_publish_write_async (MoptPublishPlan *plan, const char *draft, const char *reason, const char *key_path,
                               MoptPassword *passphrase, GAsyncReadyCallback callback, gpointer user_data);
char *mopt_publish_write_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublishLook, mopt_publish_look_free)

G_END_DECLS
