/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/published.h"

G_BEGIN_DECLS

/* The rooms of store/published: published-place (where it comes from), published-pair (a text and its signature, from
 * files), published-copy (the same as it is kept in STATE), published-judge (may it come in force?), published-look
 * (all that together), published-words (the sentences), published-fetch (what comes from an address). */

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
  MoptSourceFile *source;          /* NULL where --published goes past it */
} MoptPublishedPlace;

/* NULL + MOPT_ERROR_SOURCE_BROKEN. */
MoptPublishedPlace *mopt_published_place_new (GError **error);
/* For a fetch; takes over @source. */
MoptPublishedPlace *mopt_published_place_new_for (MoptSourceFile *source);
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
  GBytes *notes;     /* what stands behind the text in the copy that it was read from; NULL: it comes from elsewhere */
} MoptPublishedPair;

void mopt_published_pair_free (MoptPublishedPair *self);
gboolean mopt_published_pair_equal (const MoptPublishedPair *a, const MoptPublishedPair *b);
/* Reads @path and, where @is_signed, @path + ".sig", which may be missing. Errors:
 * PUBLICATION_GONE, _UNREADABLE, _SILENT (store/patience.h). */
MoptPublishedPair *mopt_published_pair_read (const char *path, gboolean is_signed, GStrvBuilder *warnings,
                                             GError **error);
/* What the last fetch brought, whether it was refused or accepted. PUBLICATION_GONE. */
MoptPublishedPair *mopt_published_pair_read_fetched (const MoptPublishedPlace *place, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublishedPair, mopt_published_pair_free)

/* A copy is the text, so that line numbers are those of the text, and behind it one line of notes. */
GBytes *mopt_published_copy_pack (const MoptPublishedPair *pair, const char *origin);
/* NULL: it is none, or damaged. */
MoptPublishedPair *mopt_published_copy_unpack (GBytes *copy);
/* NULL: there is none, or it is damaged. @likely (nullable): the text that it most probably is of, which is shared then
 * and not held twice. */
MoptPublishedPair *mopt_published_copy_read (const char *path, GBytes *likely);
/* In the place of @old (NULL: of whatever is there). MOPT_ERROR_CHANGED: @old is there no more. */
gboolean mopt_published_copy_write (const char *path, const MoptPublishedPair *pair, const char *origin,
                                    const MoptPublishedPair *old, GError **error);

/* --- Whether --- */

/* A text and what it says. Counted: it is parsed once, however often it is looked at. */
typedef struct
{
  GBytes *text;
  char *path; /* for the sentences */
  MoptPublishedText *said;
} MoptPublishedReading;

/* @verified: it is signed, and rightly. @old: an earlier one that is given again where it is of the same text. */
MoptPublishedReading *mopt_published_reading_new (GBytes *text, const char *path, gboolean verified,
                                                  MoptPublishedReading *old);
guint64 mopt_published_reading_serial (const MoptPublishedReading *self);
MoptPublishedReading *mopt_published_reading_ref (MoptPublishedReading *self);
void mopt_published_reading_unref (MoptPublishedReading *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublishedReading, mopt_published_reading_unref)

/* Whether the signature is right, where one is asked for. */
gboolean mopt_published_is_trusted (const MoptPublishedPlace *place, const MoptPublishedPair *pair);
/* Whether a pair may be looked into at @now: PUBLICATION_CHANGING, _FORGED. */
gboolean mopt_published_judge_signature (const MoptPublishedPlace *place, const MoptPublishedPair *pair, gint64 now,
                                         GError **error);
/* Whether a pair whose text nobody has signed is all of it: where files are not replaced but written anew, half of one
 * may be read. PUBLICATION_CHANGING: its last line has no end, and it is new. */
gboolean mopt_published_judge_end (const MoptPublishedPlace *place, const MoptPublishedPair *pair, gint64 now,
                                   GError **error);
gboolean mopt_published_is_cut_off (GBytes *text);
/* Whether what it says may come in force at @now after @copy, which is trusted, readable and another text; NULL: there
 * is none. PUBLICATION_BROKEN, NEWER_FORMAT, PUBLICATION_ROLLED_BACK, _EXPIRED. */
gboolean mopt_published_judge_text (const MoptPublishedPlace *place, const MoptPublishedReading *reading,
                                    const MoptPublishedReading *copy, gint64 now, GError **error);

/* --- The verdict --- */

#define MOPT_PUBLISHED_TRIES 3 /* how often another process may write the copy under our hands */

/* What there is to judge. */
typedef struct
{
  MoptPublishedReading *old; /* of the last look, nullable, borrowed */
  MoptPublishedPair *now;    /* what is published; NULL: it cannot be had */
  MoptPublishedPair *copy;   /* of what was accepted last; NULL: there is none that is good */
  gboolean is_same;          /* both are one text with one signature */
  MoptPublishedReading *now_said, *copy_said;
  GError *error; /* why it cannot come in force; NULL: it can */
} MoptPublishedLook;

void mopt_published_look_clear (MoptPublishedLook *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptPublishedLook, mopt_published_look_clear)

/* Reads what is published into self->now, and judges it; @warnings: about the files. */
void mopt_published_look_around (MoptPublishedLook *self, const MoptPublishedPlace *place, gint64 now,
                                 GStrvBuilder *warnings);
/* Judges self->now, which is there or not, against the copy. */
void mopt_published_look_judge (MoptPublishedLook *self, const MoptPublishedPlace *place, gint64 now);
/* Copies self->now, which was found good, to STATE, if it is not there. MOPT_ERROR_CHANGED: another process did so
 * meanwhile; look again. MOPT_ERROR_NOT_WRITTEN. */
gboolean mopt_published_look_keep (MoptPublishedLook *self, const MoptPublishedPlace *place, GError **error);

/* --- What is said --- */

/* Of a look with an error: why, what it means, what to do. Caller frees. */
char *mopt_published_describe (const MoptPublishedLook *self, const MoptPublishedPlace *place);
void mopt_published_warn_of_serial (guint64 former_serial, guint64 now_serial, GStrvBuilder *warnings);
void mopt_published_warn_of_cut (GBytes *text, const char *origin, GStrvBuilder *warnings);
void mopt_published_warn_of_end (gint64 expires, gint64 now, GStrvBuilder *warnings);

/* --- All of it --- */

/* Seconds since the epoch. */
gint64 mopt_published_now (void);

/* @now: seconds since the epoch. @old: nullable. */
MoptPublished *mopt_published_load_at (const MoptPublishedPlace *place, MoptPublished *old, gint64 now);
gboolean mopt_published_accept_at (const MoptPublishedPlace *place, GBytes *text, GBytes *signature, const char *etag,
                                   gint64 now, GError **error);

G_END_DECLS
