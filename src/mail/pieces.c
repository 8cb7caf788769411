/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/pieces.h"

typedef struct
{
  GBytes *bytes; /* NULL: a range */
  guint64 start, end;
} Piece;

struct _MoptPieces
{
  MoptSpool *spool;
  GArray *pieces;
};

static void
clear_piece (gpointer piece)
{
  g_clear_pointer (&((Piece *) piece)->bytes, g_bytes_unref);
}

MoptPieces *
mopt_pieces_new (MoptSpool *spool)
{
  MoptPieces *self = g_new0 (MoptPieces, 1);

  self->spool = mopt_spool_ref (spool);
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_array_set_clear_func (self->pieces, clear_piece);
  return self;
}

MoptPieces *
mopt_pieces_new_whole (MoptSpool *spool)
{
  MoptPieces *self = mopt_pieces_new (spool);

  mopt_pieces_add_range (self, 0, mopt_spool_get_size (spool));
  return self;
}

void
mopt_pieces_free (MoptPieces *self)
{
  if (self == NULL)
    return;
  mopt_spool_unref (self->spool);
  g_array_unref (self->pieces);
  g_free (self);
}

void
mopt_pieces_add_bytes (MoptPieces *self, GBytes *bytes)
{
  Piece piece = { .bytes = g_bytes_ref (bytes) };

  g_array_append_val (self->pieces, piece);
}

void
mopt_pieces_add_range (MoptPieces *self, guint64 start, guint64 end)
{
  Piece piece = { .start = start, .end = end };

  if (start < end)
    g_array_append_val (self->pieces, piece);
}

static gboolean
read_range (MoptSpool *spool, const Piece *piece, MoptPiecesFunc func, gpointer user_data, GError **error)
{
  g_auto (MoptSpoolReader) reader = { 0 };

  mopt_spool_reader_init (&reader, spool, piece->start, piece->end);
  while (mopt_spool_reader_fill (&reader))
    if (!func (reader.block, reader.n, user_data, error))
      return FALSE;
  if (reader.error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reader.error));
  return FALSE;
}

gboolean
mopt_pieces_foreach (MoptPieces *self, MoptPiecesFunc func, gpointer user_data, GError **error)
{
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const Piece *piece = &g_array_index (self->pieces, Piece, i);
      gsize length;

      if (piece->bytes == NULL)
        {
          if (!read_range (self->spool, piece, func, user_data, error))
            return FALSE;
          continue;
        }
      const char *data = g_bytes_get_data (piece->bytes, &length);
      if (length > 0 && !func (data, length, user_data, error))
        return FALSE;
    }
  return TRUE;
}
