/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "model/field.h"
#include "model/publication.h"
#include "model/terms.h"

G_BEGIN_DECLS

/* An e-mail account: two layers of text (the user's and the published one) and one rule that says which layer a
 * section comes from:
 *
 *   A section comes from the user's layer if the account is personal, or if the user has customised the section
 *   and it is not locked or a right lets him through; otherwise from the published layer. What the chosen layer
 *   does not say is the field's default. Values in the other layer are kept, not shown.
 *
 * Each field of the table is a GObject property (string, its *effective* text), so rows bind to it by name.
 * Further properties: "name" (read-write), "id", "is-personal". Signal "rule-changed" (): something that the rule or
 * the terms go by has changed, be it without changing a value: a padlock, a Custom box, a right; of an account in a
 * list its problem, too. Not thread-safe: main thread, or one thread that owns it. */
#define MOPT_TYPE_ACCOUNT (mopt_account_get_type ())
G_DECLARE_FINAL_TYPE (MoptAccount, mopt_account, MOPT, ACCOUNT, GObject)

typedef enum
{
  MOPT_SOURCE_DEFAULT,
  MOPT_SOURCE_PUBLISHED,
  MOPT_SOURCE_USER,
} MoptValueSource;

typedef enum
{
  MOPT_LAYER_USER,
  MOPT_LAYER_PUBLISHED,
  MOPT_N_LAYERS
} MoptLayer;

typedef enum
{
  MOPT_STATE_OWN, /* of a personal account */
  MOPT_STATE_INHERITED,
  MOPT_STATE_CUSTOMISED,
  MOPT_STATE_PARKED, /* customised, but locked: kept, not in effect */
} MoptState;

/* A new personal account. @id: 1 to 64 of [A-Za-z0-9._-]; mopt_account_new_id makes one (a UUID). @kind_name: "pop",
 * "imap", or a word of a newer version, which gives MOPT_KIND_UNKNOWN and is kept. */
MoptAccount *mopt_account_new (const char *id, const char *kind_name);
char *mopt_account_new_id (void);
gboolean mopt_account_id_is_valid (const char *id);
/* The same values, kind and name under the same id: the working copy of a dialog. */
MoptAccount *mopt_account_dup (MoptAccount *self);
/* Takes over all values of @other (a working copy): notifies just what changed. */
void mopt_account_assign (MoptAccount *self, MoptAccount *other);
/* An independent personal account "Copy of …" (@new_name) with the effective values and a new id; while publishing one
 * that is published like this one. */
MoptAccount *mopt_account_copy (MoptAccount *self, const char *new_name);
/* Whether both say the same in both layers, with the same bits, rights and terms. */
gboolean mopt_account_equal (MoptAccount *self, MoptAccount *other);
/* The same for what is in effect, and the name. */
gboolean mopt_account_equal_effective (MoptAccount *self, MoptAccount *other);
/* The same for what is the user's: his layer, the name he gave, what he customised. */
gboolean mopt_account_equal_user (MoptAccount *self, MoptAccount *other);

const char *mopt_account_get_id (MoptAccount *self);
/* Only before it is in any file or list: a published account gets the id that its name gives at its first OK. */
void mopt_account_set_id (MoptAccount *self, const char *id);
MoptKind mopt_account_get_kind (MoptAccount *self);
/* The word that the file has for the kind, also one we don't know. */
const char *mopt_account_get_kind_name (MoptAccount *self);
/* The name in effect: the user's, else the publisher's; never NULL. Setting gives the user's (the publisher's while
 * publishing); the publisher's own name takes the user's away. */
const char *mopt_account_get_name (MoptAccount *self);
void mopt_account_set_name (MoptAccount *self, const char *name);
/* One layer's, NULL = not set. */
const char *mopt_account_get_layer_name (MoptAccount *self, MoptLayer layer);
void mopt_account_set_layer_name (MoptAccount *self, MoptLayer layer, const char *name);
gboolean mopt_account_is_personal (MoptAccount *self);

/* Why the account cannot be used: a whole translated sentence with file and line, or NULL if it is sound.
 * @line: 1-based line in the file, 0 if none. */
const char *mopt_account_get_problem (MoptAccount *self, guint *line);
void mopt_account_set_problem (MoptAccount *self, const char *problem, guint line);
/* Why what the user has in that section of a published account is parked although it is not locked: a sentence with
 * file and line; NULL: for no such reason. Borrowed. */
const char *mopt_account_get_section_problem (MoptAccount *self, MoptSection section);
void mopt_account_set_section_problem (MoptAccount *self, MoptSection section, const char *problem);
/* Both, as @other has them: where nothing else is taken over. */
void mopt_account_assign_problems (MoptAccount *self, MoptAccount *other);

/* The effective text of @field by the rule above; never NULL. */
const char *mopt_account_get (MoptAccount *self, MoptField field);
gboolean mopt_account_get_boolean (MoptAccount *self, MoptField field);
/* Where that text comes from. */
MoptValueSource mopt_account_get_source (MoptAccount *self, MoptField field);
MoptState mopt_account_get_state (MoptAccount *self, MoptSection section);

/* One layer's text of @field, NULL = not set. */
const char *mopt_account_get_layer (MoptAccount *self, MoptLayer layer, MoptField field);
/* Sets one layer's text (copied; NULL = not set). */
void mopt_account_set_layer (MoptAccount *self, MoptLayer layer, MoptField field, const char *text);
/* Sets the user's text, or the publisher's while publishing: what a row, `mopt set` and the dialog do. */
void mopt_account_set (MoptAccount *self, MoptField field, const char *text);

/* What the rule goes by. */
void mopt_account_set_published (MoptAccount *self, gboolean published);
/* The administrator's dialog works on this object: the published layer is in effect, can be edited whatever the
 * padlocks say, and is what set () writes. */
void mopt_account_set_publishing (MoptAccount *self, gboolean publishing);
gboolean mopt_account_is_publishing (MoptAccount *self);
/* A published user name is made of the person's own e-mail address, which is not known: it is blank in that layer. */
void mopt_account_set_wants_address (MoptAccount *self, gboolean wants_address);
gboolean mopt_account_wants_address (MoptAccount *self);
/* is_locked: the padlock is shut and no right opens it for this user; has_padlock: it is shut. */
gboolean mopt_account_is_locked (MoptAccount *self, MoptSection section);
gboolean mopt_account_has_padlock (MoptAccount *self, MoptSection section);
void mopt_account_set_locked (MoptAccount *self, MoptSection section, gboolean locked);
gboolean mopt_account_is_customised (MoptAccount *self, MoptSection section);
void mopt_account_set_customised (MoptAccount *self, MoptSection section, gboolean customised);
gboolean mopt_account_is_parked (MoptAccount *self, MoptSection section);
void mopt_account_set_parked (MoptAccount *self, MoptSection section, gboolean parked);
/* The rights of the person who sees the account; MOPT_RIGHTS_DEFAULT at first. */
void mopt_account_set_rights (MoptAccount *self, MoptRights rights);
MoptRights mopt_account_get_rights (MoptAccount *self);

/* What follows from it for a dialog: whether Custom can be ticked, whether the section's rows can be edited now,
 * whether the name can. MOPT_SECTION_NONE can always be edited. */
gboolean mopt_account_may_customise (MoptAccount *self, MoptSection section);
gboolean mopt_account_may_edit (MoptAccount *self, MoptSection section);
gboolean mopt_account_may_rename (MoptAccount *self);

/* Who published it; borrowed, NULL for personal accounts. Setting takes a reference. */
const MoptPublication *mopt_account_get_publication (MoptAccount *self);
void mopt_account_set_publication (MoptAccount *self, MoptPublication *publication);
/* The terms on which it is published (terms.def): the text or its default, never NULL; NULL sets it back. */
const char *mopt_account_get_term (MoptAccount *self, MoptTerm term);
gboolean mopt_account_has_term (MoptAccount *self, MoptTerm term);
void mopt_account_set_term (MoptAccount *self, MoptTerm term, const char *text);

/* Every change happens between these; the last end notifies exactly the properties whose effective value
 * changed. Every setter above brackets itself. */
void mopt_account_begin (MoptAccount *self);
/* The same for an account that was just made and that nobody else knows: its end has nobody to tell, so nothing is
 * compared, which counts with ten thousand. */
void mopt_account_begin_new (MoptAccount *self);
void mopt_account_end (MoptAccount *self);

G_END_DECLS
