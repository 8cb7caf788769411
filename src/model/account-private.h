/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

G_BEGIN_DECLS

/* The places of a layer's texts: a field is its own number, and each term stands in the published layer. */
enum
{
  MOPT_SLOT_NAME = MOPT_N_FIELDS,
  MOPT_SLOT_FIRST_TERM,
  MOPT_N_SLOTS = MOPT_SLOT_FIRST_TERM + MOPT_N_TERMS
};

/* Texts by slot (account-values.c). */
typedef struct _MoptAccountLayer MoptAccountLayer;

/* All that the rule goes by. Copies share the texts, so that they cost little. */
typedef struct
{
  MoptAccountLayer *layers[MOPT_N_LAYERS];          /* NULL = nothing is set */
  MoptPublication *publication;                     /* NULL: personal, or not known */
  gboolean published;                               /* there is a published layer: not personal */
  gboolean publishing;                              /* the published layer is what is edited */
  gboolean wants_address;                           /* a published user name is made of one that is not known */
  MoptRights rights;
  guint32 locked; /* bits: 1 << MoptSection */
  guint32 customised;
  guint32 parked;
} MoptAccountValues;

struct _MoptAccount
{
  GObject parent_instance;

  char *id;
  MoptKind kind;
  char *kind_name; /* as in the file; a word we don't know with MOPT_KIND_UNKNOWN */
  char *problem;   /* NULL: sound */
  guint problem_line;
  char **section_problems; /* by MoptSection; NULL: none at all */

  MoptAccountValues now;
  guint depth;               /* of begin () */
  MoptAccountValues *before; /* at the outermost begin (); NULL: nobody is to be told */
};

void mopt_account_clear_problems (MoptAccount *self);
/* The text in that slot, borrowed, NULL = not set; and setting it (copied). */
const char *mopt_account_values_get (const MoptAccountValues *self, MoptLayer layer, guint slot);
void mopt_account_values_set (MoptAccountValues *self, MoptLayer layer, guint slot, const char *text);
void mopt_account_values_assign (MoptAccountValues *self, const MoptAccountValues *other);
void mopt_account_values_clear (MoptAccountValues *self);
/* Whether that layer says the same in both. */
gboolean mopt_account_values_same_texts (const MoptAccountValues *a, const MoptAccountValues *b, MoptLayer layer);
/* Whether everything but values and name is the same: what "rule-changed" tells of. */
gboolean mopt_account_values_same_rule (const MoptAccountValues *a, const MoptAccountValues *b);

G_END_DECLS
