/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/address.h"
#include "model/publication.h"

G_BEGIN_DECLS

/* For whom a publication is read: the person at the keyboard, or the one that `--as` names. */
typedef struct
{
  char *user;    /* login name */
  char **groups; /* names of all groups, never NULL */
  char *address; /* Your e-mail address, "" = not known */
  MoptAddress *parts; /* of it; NULL: not known, or malformed */
} MoptIdentity;

/* Copies all. @groups, @address: NULL = none. */
MoptIdentity *mopt_identity_new (const char *user, const char *const *groups, const char *address);
MoptIdentity *mopt_identity_copy (const MoptIdentity *self);
void mopt_identity_free (MoptIdentity *self);
/* "USER" or "USER:group,group": --as. MOPT_ERROR_INVALID. Without groups given @*groups_given is FALSE: the caller
 * asks NSS. */
MoptIdentity *mopt_identity_parse (const char *text, gboolean *groups_given, GError **error);

/* Audiences are words: everyone, nobody, @group, or a user name; the two first win over such names. No words =
 * nobody; NULL = everyone. */

/* MOPT_ERROR_INVALID: a word that cannot be (empty, blanks, a bare "@"). */
gboolean mopt_audience_check (const char *const *words, GError **error);
gboolean mopt_audience_includes (const char *const *words, const MoptIdentity *who);
/* "everyone", "nobody", "the group helpdesk and alice": for sentences. Translated, caller frees. */
char *mopt_audience_describe (const char *const *words);

/* The rights that @publication (NULL: none, then all but override-locked) gives to @who. */
MoptRights mopt_rights_of (const MoptPublication *publication, const MoptIdentity *who);
/* "send", "add-accounts", "override-locked": the keys of [Rights], by bit number. */
const char *mopt_right_name (guint bit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptIdentity, mopt_identity_free)

G_END_DECLS
