/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "mail/outgoing.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "mail/body-scan.h"
#include "mail/subject.h"

struct _MoptOutgoing
{
  MoptSpool *spool;
  MoptHeader *header;
  guint64 body; /* where it begins in the spool */
  MoptBodyParts parts;
  MoptBodyScan scans[2];  /* of the parts */
  MoptSplice splices[2];  /* in the order of the message */
  guint n_splices;
};

MoptOutgoing *
mopt_outgoing_new (MoptSpool *message, MoptHeaderMode mode, GError **error)
{
  g_autoptr (MoptOutgoing) self = g_new0 (MoptOutgoing, 1);

  self->spool = mopt_spool_ref (message);
  self->header = mopt_header_read (message, 0, mopt_spool_get_size (message), mode, &self->body, error);
  return self->header != NULL ? g_steal_pointer (&self) : NULL;
}

static void
clear_body (MoptOutgoing *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->scans); i++)
    {
      mopt_body_scan_clear (&self->scans[i]);
      g_clear_pointer (&self->splices[i].text, g_free);
    }
  self->n_splices = 0;
}

void
mopt_outgoing_free (MoptOutgoing *self)
{
  if (self == NULL)
    return;
  clear_body (self);
  mopt_spool_unref (self->spool);
  mopt_header_free (self->header);
  g_free (self);
}

MoptHeader *
mopt_outgoing_get_header (MoptOutgoing *self)
{
  return self->header;
}

gboolean
mopt_outgoing_find_id (MoptOutgoing *self, const char *const *prefixes, char **found, gboolean *in_body,
                       GError **error)
{
  gboolean unwanted;

  if (in_body == NULL)
    in_body = &unwanted;
  *in_body = FALSE;
  *found = mopt_subject_find_id (self->header, prefixes);
  if (*found != NULL)
    return TRUE;

  clear_body (self);
  if (!mopt_body_parts_find (self->spool, self->header, self->body, &self->parts, error))
    return FALSE;
  for (guint i = 0; i < self->parts.n_parts; i++)
    if (!mopt_body_scan (self->spool, &self->parts.parts[i], prefixes, &self->scans[i], error))
      return FALSE;
  for (guint i = 0; i < self->parts.n_parts && *found == NULL; i++)
    *found = g_strdup (self->scans[i].found);
  *in_body = *found != NULL;
  return TRUE;
}

MoptBodyState
mopt_outgoing_get_body_state (MoptOutgoing *self)
{
  gboolean is_sealed = self->parts.is_sealed || self->parts.is_closed;

  /* one form of it with an ID and the other without would be two messages */
  for (guint i = 0; i < self->parts.n_parts; i++)
    is_sealed = is_sealed || self->scans[i].is_sealed;
  return is_sealed ? MOPT_BODY_SEALED : self->parts.n_parts == 0 ? MOPT_BODY_NO_TEXT : MOPT_BODY_OPEN;
}

void
mopt_outgoing_add_to_subject (MoptOutgoing *self, const char *id)
{
  mopt_subject_add_id (self->header, id);
}

gboolean
mopt_outgoing_add_to_body (MoptOutgoing *self, const char *id, GError **error)
{
  g_return_val_if_fail (mopt_outgoing_get_body_state (self) == MOPT_BODY_OPEN && self->n_splices == 0, FALSE);

  for (guint i = 0; i < self->parts.n_parts; i++)
    {
      if (!mopt_body_scan_splice (&self->scans[i], self->spool, id, &self->splices[i], error))
        return FALSE;
      self->n_splices++;
    }
  return TRUE;
}

MoptPieces *
mopt_outgoing_get_pieces (MoptOutgoing *self)
{
  MoptPieces *pieces = mopt_pieces_new (self->spool);
  g_autoptr (GBytes) header = mopt_header_to_bytes (self->header);
  guint64 pos = self->body;

  mopt_pieces_add_bytes (pieces, header);
  for (guint i = 0; i < self->n_splices; i++)
    {
      const MoptSplice *splice = &self->splices[i];
      g_autoptr (GBytes) bytes = g_bytes_new (splice->text, strlen (splice->text));

      mopt_pieces_add_range (pieces, pos, splice->start);
      mopt_pieces_add_bytes (pieces, bytes);
      pos = splice->end;
    }
  mopt_pieces_add_range (pieces, pos, mopt_spool_get_size (self->spool));
  return pieces;
}

static gboolean
look (const char *data, gsize length, gpointer wire, GError **error)
{
  mopt_wire_text_add (wire, data, length, NULL);
  return TRUE;
}

gboolean
mopt_outgoing_survey (MoptPieces *pieces, MoptWireText *wire, GError **error)
{
  mopt_wire_text_init (wire, FALSE);
  if (!mopt_pieces_foreach (pieces, look, wire, error))
    return FALSE;
  mopt_wire_text_end (wire, NULL);
  if (!wire->has_nul)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID,
               _ ("The message has a NUL byte in it, which no mail server takes. Attach it as a file instead."));
  return FALSE;
}
