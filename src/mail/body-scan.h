/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/body-parts.h"
#include "model/body-place.h"

G_BEGIN_DECLS

/* One look through a text part, decoding it byte by byte, in memory that does not grow with it: is one of our
 * Conversation IDs there, and where would one go? */
typedef struct
{
  MoptBodyPart part;
  char *found;         /* the ID, NULL: none */
  gboolean is_sealed;  /* an inline PGP message (RFC 4880 §6.2), or written so that others read it differently */
  MoptBodyPlace plain; /* where a paragraph goes in a plain part ... */
  MoptTextPos place;   /* ... and in any */
  gboolean at_end;
  guint64 raw_end;     /* where the last letter of its base64 ended ... */
  guint64 last_group;  /* ... and where the last group of them began, if it is not full */
  gboolean ends_softly; /* quoted-printable that ends with a "=" */
  const char *raw_eol; /* the first line end in the part as it stands in the message; NULL: there is none */
} MoptBodyScan;

/* FALSE + error: the spool could not be read. @prefixes: NULL-terminated. */
gboolean mopt_body_scan (MoptSpool *spool, const MoptBodyPart *part, const char *const *prefixes, MoptBodyScan *scan,
                         GError **error);
void mopt_body_scan_clear (MoptBodyScan *scan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptBodyScan, mopt_body_scan_clear)

/* What has to be done to the message so that @id stands there: the bytes from @start to @end are replaced by @text.
 * Nothing else of the part changes, whatever its transfer encoding. */
typedef struct
{
  guint64 start, end;
  char *text;
} MoptSplice;

gboolean mopt_body_scan_splice (const MoptBodyScan *scan, MoptSpool *spool, const char *id, MoptSplice *splice,
                                GError **error);

G_END_DECLS
