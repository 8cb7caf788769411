/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The rights that a publication gives, as bits, so that an account can hold those of one person. */
typedef enum
{
  MOPT_RIGHT_SEND = 1 << 0,            /* Test Account, `mopt send`, arrival */
  MOPT_RIGHT_ADD_ACCOUNTS = 1 << 1,    /* Add, Copy, Custom, rename */
  MOPT_RIGHT_OVERRIDE_LOCKED = 1 << 2, /* opens every lock but that of the From addresses */
} MoptRights;
#define MOPT_N_RIGHTS 3
/* Where the publication says nothing, and for all where there is none. */
#define MOPT_RIGHTS_DEFAULT (MOPT_RIGHT_SEND | MOPT_RIGHT_ADD_ACCOUNTS)

/* The general part of a published file: who published it and what holds for all its accounts. Counted; nobody
 * changes one that others may see. Texts and lists are never NULL ("" or empty: not given). */
typedef struct
{
  char *organization;
  char *contact;  /* whom to ask: an address, a number, any words */
  guint64 serial; /* 0: not given */
  gint64 expires; /* seconds since the epoch; 0: never */
  char *reason;   /* of the last change, in the publisher's words */
  char **domains; /* lower case A-labels; empty: the user's address counts in any */
  char *prefix;   /* of Conversation IDs, upper case */
  char **previous_prefixes;
  char *counter; /* path of the shared number, or "" */
  char *default_id;
  gboolean html;                /* MessageFormat=html */
  char **rights[MOPT_N_RIGHTS]; /* words by bit number; NULL: not given, the default holds */
  gboolean verified;            /* rightly signed, as whoever loaded the file found: not a matter of its text */
} MoptPublication;

/* Empty, with one reference. */
MoptPublication *mopt_publication_new (void);
/* A changeable one of one's own. */
MoptPublication *mopt_publication_copy (const MoptPublication *other);
MoptPublication *mopt_publication_ref (MoptPublication *self);
void mopt_publication_unref (MoptPublication *self);
gboolean mopt_publication_equal (const MoptPublication *a, const MoptPublication *b);
/* The same but for what each edition has of its own: serial, expiry, reason. */
gboolean mopt_publication_same_rules (const MoptPublication *a, const MoptPublication *b);

/* The organisation, or "your administrator" where none is given: for sentences. Translated, borrowed. */
const char *mopt_publication_who (const MoptPublication *self);
/* Whom to ask: the contact, else the organisation, else "your administrator". Translated, borrowed. */
const char *mopt_publication_whom_to_ask (const MoptPublication *self);
/* The reason of the change, "" if none is given. Borrowed. */
const char *mopt_publication_why (const MoptPublication *self);

/* In characters: what is longer is cut, with "…", by the three above. */
#define MOPT_PUBLICATION_NAME_MAX 80
#define MOPT_PUBLICATION_REASON_MAX 300

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublication, mopt_publication_unref)

G_END_DECLS
