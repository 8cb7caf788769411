/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/audience.h"
#include "store/published-text.h"
#include "store/published.h"

G_BEGIN_DECLS

/* What is read beside accounts.conf: the publication in force, what its text says, and for whom. Counted, immutable,
 * for any thread; what has not changed since the last time is taken over from there and not parsed or asked for
 * again. */
typedef struct
{
  MoptPublished *published;    /* NULL: a file of one's own choice */
  MoptPublishedText *text;     /* NULL: nothing is in force. Borrowed from one of the others, as bytes */
  GBytes *bytes;               /* the same as bytes; NULL likewise */
  char *file;                  /* where they are, for line numbers; NULL likewise */
  char *watched;               /* what is worth another look when it changes; NULL: a file of one's own choice */
  char *problem;               /* why what is published is not in force; NULL: it is, or there is nothing */
  MoptIdentity *who;           /* without address; groups are empty where no right and no account asks for groups */
  gint64 asked;                /* monotonic µs: when NSS was asked for them; 0: it was not */
  MoptPublishedText *own_text; /* of a file of one's own choice */
  GBytes *own_bytes;
} MoptInForce;

/* Blocking, and NSS can take seconds: for a job thread, or mopt. @old: the last one, NULL for none. @as: for whom, NULL
 * the person at the keyboard. @file: a published file to read as it is, unsigned, NULL: what is in force. */
MoptInForce *mopt_in_force_load (MoptInForce *old, const MoptIdentity *as, const char *file);
MoptInForce *mopt_in_force_ref (MoptInForce *self);
void mopt_in_force_unref (MoptInForce *self);
/* Whether it is time to ask NSS again. */
gboolean mopt_in_force_is_old (MoptInForce *self);
/* The person with the address @address. Transfer full. */
MoptIdentity *mopt_in_force_identity (MoptInForce *self, const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptInForce, mopt_in_force_unref)

G_END_DECLS
