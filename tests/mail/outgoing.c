/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outgoing.h"

#include <string.h>

#include "mail/message.h"

const char *const ours[] = { "ABCD", "WXYZ", NULL };

static gboolean
append (const char *data, gsize length, gpointer bytes, GError **error)
{
  g_byte_array_append (bytes, (const guint8 *) data, length);
  return TRUE;
}

Sent *
send_text (const char *text, gssize length, gboolean to_body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length >= 0 ? (gsize) length : strlen (text));
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptOutgoing) outgoing = mopt_outgoing_new (spool, MOPT_HEADER_STRICT, &error);
  Sent *sent = g_new0 (Sent, 1);

  g_assert_true ((outgoing == NULL) == (error != NULL));
  if (outgoing == NULL)
    return sent;
  g_assert_true (mopt_outgoing_find_id (outgoing, ours, &sent->found, &sent->in_body, NULL));
  if (sent->found == NULL)
    {
      sent->state = mopt_outgoing_get_body_state (outgoing);
      if (!to_body)
        mopt_outgoing_add_to_subject (outgoing, ID);
      else if (sent->state == MOPT_BODY_OPEN)
        g_assert_true (mopt_outgoing_add_to_body (outgoing, ID, NULL));
    }

  g_autoptr (MoptPieces) pieces = mopt_outgoing_get_pieces (outgoing);
  g_autoptr (GByteArray) raw = g_byte_array_new ();
  MoptWireText survey;
  gboolean ok = mopt_outgoing_survey (pieces, &survey, NULL);
  g_assert_true (mopt_pieces_foreach (pieces, append, raw, NULL));
  g_autoptr (GBytes) wire = mopt_message_to_wire ((const char *) raw->data, raw->len, FALSE);
  g_assert_cmpuint (survey.size, ==, g_bytes_get_size (wire));
  g_assert_cmpint (ok, ==, memchr (raw->data, 0, raw->len) == NULL);
  if (ok)
    sent->wire = g_strndup (g_bytes_get_data (wire, &sent->length), g_bytes_get_size (wire));
  return sent;
}

void
sent_free (Sent *sent)
{
  if (sent == NULL)
    return;
  g_free (sent->found);
  g_free (sent->wire);
  g_free (sent);
}

char *
with_crlf (const char *text)
{
  g_autoptr (GBytes) wire = mopt_message_to_wire (text, strlen (text), FALSE);

  return g_strndup (g_bytes_get_data (wire, NULL), g_bytes_get_size (wire));
}
