/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/audience.h"
#include "store/keyfile.h"

G_BEGIN_DECLS

/* What the user made of a published account: a group of accounts.conf with Published=true. It is read without the
 * published account, which may be missing ("dormant"), and laid over it by mopt_overlay_merge. */
typedef struct
{
  MoptAccount *account; /* his layer, his name, what he customised and what is parked; its problem: the group's text
                         * is damaged, so that nobody can say what it means */
  char *name_problem;   /* nullable; as the ones below a sentence with file and line */
  char *problems[MOPT_N_FIELDS];
  guint lines[MOPT_N_FIELDS];
  gboolean has_kind; /* the group says of which Kind the account was; where not, it was read as IMAP, which has all */
  char *path;        /* for the sentences */
} MoptOverlay;

/* @path is for the sentences. */
MoptOverlay *mopt_overlay_read (MoptKeyfile *file, guint group, const char *path);
void mopt_overlay_free (MoptOverlay *self);

/* The account as @who sees it: @published with its placeholders expanded, @rights, and @self (nullable) laid over it.
 * What cannot be taken from @self - a malformed value, everything where the kind has changed - is parked and told of
 * in @warnings (nullable). Transfer full. */
MoptAccount *mopt_overlay_merge (const MoptOverlay *self, MoptAccount *published, const MoptIdentity *who,
                                 MoptRights rights, GStrvBuilder *warnings);

/* Brings the group of @account in @file in line with it. @old: the merged account as it is now, by the text and
 * the publication in force; its padlocks count: what is customised and locked is written as parked. The group comes
 * with the first thing that is the user's and goes with the last one. MOPT_ERROR_BROKEN: the group's text must be
 * repaired first. */
gboolean mopt_overlay_write (MoptKeyfile *file, MoptAccount *old, MoptAccount *account, GError **error);
/* Moves what is locked by now from Customised= to Parked= in the groups of @accounts (of MoptAccount, as
 * mopt_overlay_merge has made them); what is damaged stays. */
void mopt_overlay_park (MoptKeyfile *file, GPtrArray *accounts);

/* Writes the value of @field in its file form; NULL takes the line out. */
void mopt_overlay_set_field (MoptKeyfile *file, guint group, MoptField field, const char *text);

/* Whether both hold the same of the user's: his values, his name, what he customised. Whether that is parked is the
 * publisher's doing as well and does not count. */
gboolean mopt_overlay_same (MoptAccount *a, MoptAccount *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptOverlay, mopt_overlay_free)

G_END_DECLS
