/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/spool.h"

G_BEGIN_DECLS

/* A message put together from bytes of ours and ranges of what came in, to be read from front to end as often as
 * needed; never all in memory. */
typedef struct _MoptPieces MoptPieces;

MoptPieces *mopt_pieces_new (MoptSpool *spool);
/* All that is in @spool. */
MoptPieces *mopt_pieces_new_whole (MoptSpool *spool);
void mopt_pieces_free (MoptPieces *self);
void mopt_pieces_add_bytes (MoptPieces *self, GBytes *bytes);
/* Nothing where @start is @end. */
void mopt_pieces_add_range (MoptPieces *self, guint64 start, guint64 end);

/* Called with at most MOPT_SPOOL_BLOCK bytes of it, or with one piece of ours. FALSE + error ends it. */
typedef gboolean (*MoptPiecesFunc) (const char *data, gsize length, gpointer user_data, GError **error);
gboolean mopt_pieces_foreach (MoptPieces *self, MoptPiecesFunc func, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPieces, mopt_pieces_free)

G_END_DECLS
