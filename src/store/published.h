/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/published-text.h"
#include "store/source.h"

G_BEGIN_DECLS

/* Which publication is in force, whether it can be trusted, and what it says.
 *
 * Where it comes from: the file that --published or $MAIL_OPTIONS_PUBLISHED names (a try-out: no signature is asked
 * for), else the Url= of source.conf (the copy that the last fetch left here), else published.conf beside source.conf.
 * What was accepted is copied to STATE with its signature, and that last good copy stays in force where what is there
 * now is broken, forged, rolled back, expired, unreadable or gone. With a key in source.conf every text, the copy,
 * too, is verified at each load, before any of it is read. */

/* The largest text that is read or fetched, in bytes. */
#define MOPT_PUBLISHED_MAX (64 * 1024 * 1024)

typedef enum
{
  MOPT_PUBLISHED_NONE,      /* nothing is in force; with a problem: although something should be */
  MOPT_PUBLISHED_CURRENT,   /* what is published is in force */
  MOPT_PUBLISHED_LAST_GOOD, /* it cannot be accepted, or has expired: the last good copy is in force */
} MoptPublishedState;

/* Counted, immutable, for any thread. */
typedef struct
{
  MoptPublishedState state;
  char *origin;            /* the path or the address, for people; "" where nothing was ever published */
  char *file;              /* the local file that holds the text, for line numbers; NULL with NONE */
  GBytes *text;            /* what is in force, without a NUL behind it; NULL with NONE */
  MoptPublishedText *said; /* what the text says, read once and shared by all who look; no refusal; NULL with NONE */
  guint64 serial;          /* of it; 0 with NONE */
  gboolean verified;       /* it is signed, and rightly */
  gboolean is_tryout;
  char *problem;   /* why it is not CURRENT and what to do, whole translated sentences; NULL: all is well */
  GError *error;   /* the same as a cause: PUBLICATION_*, SOURCE_BROKEN, NEWER_FORMAT; NULL: all is well */
  char **warnings; /* translated sentences about what does not hinder; never NULL */
  guint retry;     /* seconds until it is worth to look again, since it is being replaced or is silent; 0: no need */
} MoptPublished;

/* Looks; never fails. Reads files and may write the copy: for a job thread. Where nothing is published it costs three
 * failed open ()s. */
MoptPublished *mopt_published_load (void);
/* The same, but what has not changed since @old (nullable) is not parsed again: said is the same then. */
MoptPublished *mopt_published_reload (MoptPublished *old);
MoptPublished *mopt_published_ref (MoptPublished *self);
void mopt_published_unref (MoptPublished *self);

/* Beside the copy of what an address has: what came last, where that was refused. */
#define MOPT_PUBLISHED_REFUSED_SUFFIX ".refused"

/* The file whose changes are worth another look, there or not: what is published, or with an address the copy of it;
 * and what lies beside it with MOPT_SIGNATURE_SUFFIX or MOPT_PUBLISHED_REFUSED_SUFFIX. Reads source.conf; never NULL.
 * Caller frees. */
char *mopt_published_get_watched (void);

/* For whoever fetched from @source->url: judges the pair and, where it is good, puts it in force. @signature: NULL
 * where there is none. @etag (nullable): any note to be given back by mopt_published_get_etag.
 * PUBLICATION_CHANGING: text and signature do not belong together, which counts as "being replaced" for ten minutes
 * from the first time on: fetch both again. PUBLICATION_FORGED, _ROLLED_BACK, _EXPIRED, _BROKEN, NEWER_FORMAT: refused;
 * the pair is kept so that each load says so. MOPT_ERROR_NOT_WRITTEN. */
gboolean mopt_published_accept (const MoptSourceFile *source, GBytes *text, GBytes *signature, const char *etag,
                                GError **error);
/* The note of the pair that was fetched last, accepted or refused; NULL: there is none, or the pair must be fetched
 * again whatever the server says. Caller frees. */
char *mopt_published_get_etag (const MoptSourceFile *source);

/* Drops the last good copy and what was fetched: the next load judges what is there as if for the first time.
 * FALSE + MOPT_ERROR_NOT_WRITTEN. */
gboolean mopt_published_forget (GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublished, mopt_published_unref)

G_END_DECLS
