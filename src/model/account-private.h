/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

G_BEGIN_DECLS

/* All that the rule goes by. Texts are counted, so that copies of it cost little. */
typedef struct
{
  GRefString *layers[MOPT_N_LAYERS][MOPT_N_FIELDS]; /* NULL = not set */
  GRefString *names[MOPT_N_LAYERS];                 /* NULL = not set */
  GRefString *terms[MOPT_N_TERMS];                  /* NULL = not set */
  MoptPublication *publication;                     /* NULL: personal, or not known */
  gboolean published;                               /* there is a published layer: not personal */
  gboolean publishing;                              /* the published layer is what is edited */
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
void mopt_account_values_assign (MoptAccountValues *self, const MoptAccountValues *other);
void mopt_account_values_clear (MoptAccountValues *self);
/* Whether everything but values and name is the same: what "rule-changed" tells of. */
gboolean mopt_account_values_same_rule (const MoptAccountValues *a, const MoptAccountValues *b);

G_END_DECLS
