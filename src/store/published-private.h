/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/published.h"

G_BEGIN_DECLS

/* The rooms of store/published: published-place (where it comes from), published-pair (a text and its signature, from
 * files), published-copy (the same as it is kept in STATE), published-judge (may it come in force?). */

#define MOPT_PUBLISHED_GRACE_FILE 60            /* s that a wrong signature counts as "being replaced" */
#define MOPT_PUBLISHED_GRACE_FETCH 600          /* s, the same over HTTPS, where caches lie in between */
#define MOPT_PUBLISHED_SOON (14 * 24 * 60 * 60) /* s before the end when it is said that it comes */

/* --- Where --- */

typedef struct
{
  char *origin; /* path or address */
  char *key;    /* what its files in STATE are called: no two origins share one, a try-out none with the real one */
  gboolean is_fetched;
  gboolean is_tryout;
  const MoptPublicKey *public_key; /* NULL: no signature asked for; points into source */
  MoptSource *source;              /* NULL where --published goes past it */
} MoptPublishedPlace;

/* NULL + MOPT_ERROR_SOURCE_BROKEN. */
MoptPublishedPlace *mopt_published_place_new (GError **error);
/* For a fetch; takes over @source. */
MoptPublishedPlace *mopt_published_place_new_for (MoptSource *source);
void mopt_published_place_free (MoptPublishedPlace *self);
/* The last good copy, or what was fetched and refused. Caller frees. */
char *mopt_published_place_get_copy_path (const MoptPublishedPlace *self);
char *mopt_published_place_get_refused_path (const MoptPublishedPlace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublishedPlace, mopt_published_place_free)

/* --- What --- */

/* A text, its signature, and what is noted with it. */
typedef struct
{
  GBytes *text;
  GBytes *signature; /* nullable */
  gint64 since;      /* seconds since the epoch: when the pair came to be as it is */
  guint64 former;    /* the higher serial that this text came after, unsigned; 0: none */
  char *etag;        /* nullable */
  GBytes *copy;      /* the whole file that it was unpacked from; NULL: it comes from elsewhere */
} MoptPublishedPair;

void mopt_published_pair_free (MoptPublishedPair *self);
gboolean mopt_published_pair_equal (const MoptPublishedPair *a, const MoptPublishedPair *b);
/* Reads @path and, where @is_signed, @path + ".sig", which may be missing. Errors: PUBLICATION_GONE, _UNREADABLE. */
MoptPublishedPair *mopt_published_pair_read (const char *path, gboolean is_signed, GStrvBuilder *warnings,
                                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublishedPair, mopt_published_pair_free)

/* A copy is the text, so that line numbers are those of the text, and behind it one line of notes. */
GBytes *mopt_published_copy_pack (const MoptPublishedPair *pair, const char *origin);
/* NULL: it is none, or damaged. */
MoptPublishedPair *mopt_published_copy_unpack (GBytes *copy);
/* NULL: there is none, or it is damaged. */
MoptPublishedPair *mopt_published_copy_read (const char *path);
/* In the place of @old (NULL: of whatever is there). MOPT_ERROR_CHANGED: @old is there no more. */
gboolean mopt_published_copy_write (const char *path, const MoptPublishedPair *pair, const char *origin,
                                    const MoptPublishedPair *old, GError **error);

/* --- Whether --- */

/* What of the general part matters here. */
typedef struct
{
  guint64 serial;
  gint64 expires; /* 0: never */
} MoptPublishedHead;

/* Whether a text that is trusted can be used at all: PUBLICATION_BROKEN, NEWER_FORMAT. */
gboolean mopt_published_head_read (GBytes *text, const char *path, MoptPublishedHead *head, GError **error);
/* Whether the signature is right, where one is asked for. */
gboolean mopt_published_is_trusted (const MoptPublishedPlace *place, const MoptPublishedPair *pair);
/* Whether @pair may come in force at @now after @copy (nullable), which is trusted and readable, @copy_head. */
gboolean mopt_published_judge (const MoptPublishedPlace *place, const MoptPublishedPair *pair,
                               const MoptPublishedPair *copy, const MoptPublishedHead *copy_head, gint64 now,
                               MoptPublishedHead *head, GError **error);

/* --- All of it --- */

/* @now: seconds since the epoch. */
MoptPublished *mopt_published_load_at (const MoptPublishedPlace *place, gint64 now);
gboolean mopt_published_accept_at (const MoptPublishedPlace *place, GBytes *text, GBytes *signature, const char *etag,
                                   gint64 now, GError **error);

G_END_DECLS
