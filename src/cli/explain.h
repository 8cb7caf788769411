/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "model/account.h"
#include "store/accounts.h"
#include "store/keyfile.h"

G_BEGIN_DECLS

/* An account and the places where it is written: one for each layer. */
typedef struct
{
  MoptAccount *account;
  gboolean preview;     /* through somebody else's eyes: of his passwords nothing is known */
  MoptAccount *written; /* as it is published, placeholders not expanded; NULL: it is personal */
  struct
  {
    char *path;        /* NULL: that layer is nowhere */
    MoptKeyfile *file; /* likewise */
    int group;         /* -1: there is nothing of the account in it */
  } layers[MOPT_N_LAYERS];
} MoptExplained;

/* @accounts and @account must outlive it. @preview: somebody else's eyes, to whom accounts.conf is nothing. */
gboolean mopt_explained_init (MoptExplained *self, MoptAccounts *accounts, MoptAccount *account, gboolean preview,
                              GError **error);
void mopt_explained_clear (MoptExplained *self);
/* The line of @field in the file of the layer that @source names; 0: none. */
guint mopt_explained_line (const MoptExplained *self, MoptValueSource source, MoptField field);
const char *mopt_explained_path (const MoptExplained *self, MoptValueSource source);
/* The published text of @field where it has placeholders; NULL: it has none. Borrowed. */
const char *mopt_explained_raw (const MoptExplained *self, MoptField field);

/* "own", "inherited", "customised", "parked". */
const char *mopt_explain_state (MoptState state);

/* "stored", "not stored", "session", "published", or "unknown" where the keyring cannot say. @reason (out, transfer
 * full, nullable): what there is to add for people. */
const char *mopt_explain_password (const MoptExplained *self, MoptSection section, char **reason);

/* The contract of --json: the whole account, or one section. */
void mopt_explain_json (const MoptExplained *self);
void mopt_explain_section_json (const MoptExplained *self, MoptSection section);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptExplained, mopt_explained_clear)

G_END_DECLS
