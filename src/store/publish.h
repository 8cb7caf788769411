/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/signature.h"
#include "store/published-text.h"

G_BEGIN_DECLS

/* From a draft to what is published: the draft's text with the next serial and the reason of the change, and its
 * signature beside it. Everything here blocks: for mopt, or for a job thread. Checks are store/published-lint's,
 * what has changed is told by model/difference. */

/* One text and what it says. */
typedef struct
{
  char *path;
  GBytes *text; /* empty: there is no such file */
  MoptPublishedText *said;
} MoptPublishSide;

/* What publishing would do, as things stand. */
typedef struct
{
  MoptPublishSide draft;
  MoptPublishSide target;
  char *etag;          /* of the target, so that nobody publishes in between */
  guint64 serial;      /* the one that it will have */
  GBytes *signature;   /* what lies beside the target as its signature; NULL: nothing */
  gboolean overtaken;  /* the target's serial is not the one that the draft was begun with: somebody else published */
  gboolean unchanged;  /* the target holds the draft already, but for serial and reason */
} MoptPublishPlan;

/* Reads both. NULL + error: one of them cannot be read, or MOPT_ERROR_NOT_FOUND: there is no draft. That the draft is
 * sound is not asked here (draft.said->refusal). */
MoptPublishPlan *mopt_publish_plan_new (const char *draft, const char *target, GError **error);
void mopt_publish_plan_free (MoptPublishPlan *self);
/* Whether nothing is left to do: the target holds the draft, and is signed by @key where there is one. */
gboolean mopt_publish_plan_is_done (MoptPublishPlan *self, MoptPrivateKey *key);
/* How many accounts the draft has that are not withdrawn. */
guint mopt_publish_plan_count (MoptPublishPlan *self);

/* What the checks say of the draft (element-type MoptLintFinding): those of store/published-lint, the system's too,
 * but for what publishing itself sees to, the serial number. Free with unref. */
GPtrArray *mopt_publish_plan_check (MoptPublishPlan *self);
/* What changes for those who have what is published now, a translated sentence each. Transfer full. */
char **mopt_publish_plan_list_changes (MoptPublishPlan *self);

/* Writes: first the signature by @key, where there is one, then the text; so that who looks in between sees a pair
 * that is being replaced. Both are readable by all (0644); the folder is made where it is missing (0755).
 * MOPT_ERROR_CHANGED: the target is no longer what the plan saw; MOPT_ERROR_MISSING: what was signed is not to be
 * replaced by what is not; MOPT_ERROR_BROKEN: the draft's general part cannot be edited; MOPT_ERROR_NOT_WRITTEN.
 * Whatever fails, the old pair is still there. */
gboolean mopt_publish_write (MoptPublishPlan *self, const char *reason, MoptPrivateKey *key, GError **error);

/* Where desktops look on this computer: published.conf, or what --published names. Caller frees. */
char *mopt_publish_default_target (void);

/* Tells the draft that it has been published: its Serial and Reason become those of the target, if it says the same
 * otherwise. A draft without Serial is left alone, unless @begin: it does not want to know who published meanwhile.
 * Nothing is written where nothing is to be told. */
gboolean mopt_publish_adopt (const char *draft, const char *target, gboolean begin, GError **error);

/* The draft that is edited where none is named: $XDG_DATA_HOME/mail-options/draft.conf. Caller frees. */
char *mopt_publish_default_draft (void);
/* What was used last: where to, and the private key, a path; NULL: none yet. Both are kept in publish.conf beside
 * accounts.conf. Caller frees. */
void mopt_publish_recall (char **target, char **key);
gboolean mopt_publish_remember (const char *target, const char *key, GError **error);
/* Whether we may write @target: its folder, or the one that it would be made in. */
gboolean mopt_publish_may_write (const char *target);
/* What a person who may write there would type: "sudo mopt publish DRAFT --to FILE --key PEM --reason 'TEXT'". @key,
 * @reason: nullable. Caller frees. */
char *mopt_publish_get_command (const char *draft, const char *target, const char *key, const char *reason);

/* Begins a draft at @draft, where there is none, with what is published at @target, or with nothing. */
gboolean mopt_publish_begin (const char *draft, const char *target, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPublishPlan, mopt_publish_plan_free)

G_END_DECLS
