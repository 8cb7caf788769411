/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/body-charset.h"
#include "mail/header.h"

G_BEGIN_DECLS

/* Where in a message its own words are: the text that people read first, plain and HTML, not what is attached. */

typedef enum
{
  MOPT_ENCODING_NONE, /* 7bit, 8bit, binary */
  MOPT_ENCODING_QUOTED_PRINTABLE,
  MOPT_ENCODING_BASE64,
} MoptEncoding;

typedef struct
{
  guint64 start, end; /* of its content in the message, without the line end before a boundary */
  MoptEncoding encoding;
  gboolean is_html;
  char charset[MOPT_CHARSET_MAX]; /* where ASCII is not written as ASCII; else "" */
  gboolean is_shifting; /* ISO-2022: between escape sequences its bytes only look like ASCII */
} MoptBodyPart;

typedef struct
{
  MoptBodyPart parts[2];
  guint n_parts;     /* at most one plain and one HTML */
  gboolean is_sealed; /* signed, encrypted or of two types at once: nothing of it may be altered; parts are there to be
                       * read as far as that goes */
  gboolean is_closed; /* some of what people read first cannot be altered: it is in a charset where ASCII is not written
                       * as ASCII (UTF-16, UTF-7), or encoded in an unknown way, and then none of the parts */
} MoptBodyParts;

/* Looks at the MIME structure (RFC 2045, 2046) from @body on, the header being @header. Of multipart/alternative all
 * forms count, of any other multipart the first part that has words. Multiparts that contradict themselves have none.
 * In memory that does not grow with the message. FALSE + error: the spool could not be read. */
gboolean mopt_body_parts_find (MoptSpool *spool, MoptHeader *header, guint64 body, MoptBodyParts *found,
                               GError **error);

G_END_DECLS
