/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/header.h"
#include "mail/pieces.h"
#include "mail/wire-text.h"

G_BEGIN_DECLS

/* A message that another program sends through an account. It leaves byte for byte as it came, line ends apart (CRLF on
 * the wire), except for what the header functions change and for the Conversation ID. Not for the main loop: it reads
 * files. */
typedef struct _MoptOutgoing MoptOutgoing;

/* Reads the header: MOPT_HEADER_STRICT, or _LENIENT for one that is only looked into. MOPT_ERROR_INVALID,
 * MOPT_ERROR_TOO_LARGE, or what the spool said. */
MoptOutgoing *mopt_outgoing_new (MoptSpool *message, MoptHeaderMode mode, GError **error);
void mopt_outgoing_free (MoptOutgoing *self);
/* Borrowed; change it as you like until the pieces are taken. */
MoptHeader *mopt_outgoing_get_header (MoptOutgoing *self);

/* Looks for one of our Conversation IDs, in the subject first, then in the body, and remembers where one would go.
 * @prefixes: those that are ours, NULL-terminated. @found (out, transfer full): NULL: none is there. @in_body (out,
 * optional): where it was. FALSE + error. */
gboolean mopt_outgoing_find_id (MoptOutgoing *self, const char *const *prefixes, char **found, gboolean *in_body,
                                GError **error);

typedef enum
{
  MOPT_BODY_OPEN,
  MOPT_BODY_SEALED,  /* signed or encrypted, or text of a kind that we cannot write: it must not be altered */
  MOPT_BODY_NO_TEXT, /* there are no words that it could stand among */
} MoptBodyState;

/* Whether an ID can be put into the body; after find_id, where none was found. */
MoptBodyState mopt_outgoing_get_body_state (MoptOutgoing *self);
/* Puts @id ("{CMI: ABCD1234}") at the end of the subject. */
void mopt_outgoing_add_to_subject (MoptOutgoing *self, const char *id);
/* Puts @id into the plain and the HTML text of a body that is MOPT_BODY_OPEN. FALSE + error. */
gboolean mopt_outgoing_add_to_body (MoptOutgoing *self, const char *id, GError **error);

/* The message as it is now. Transfer full. */
MoptPieces *mopt_outgoing_get_pieces (MoptOutgoing *self);
/* Looks through all of it: size on the wire and what the server must be able to take. MOPT_ERROR_INVALID (a whole
 * translated sentence) where it holds a NUL, which no server takes (RFC 5322 §2.1, §4). Lines of the body may be longer
 * than the 998 bytes of §2.1.1 (wire->longest): to break them would alter the message. */
gboolean mopt_outgoing_survey (MoptPieces *pieces, MoptWireText *wire, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptOutgoing, mopt_outgoing_free)

G_END_DECLS
