/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

G_BEGIN_DECLS

/* What `mopt add` and `mopt set` are told: FIELD=VALUE words. */
typedef struct
{
  char *name;                  /* NULL: not given */
  char *fields[MOPT_N_FIELDS]; /* NULL: not given; lists with an entry a line */
} MoptValues;

/* Reads @words (NULL-terminated). A list may be given in one word, its entries separated by comma or semicolon, or
 * in several. FALSE: it has been said what is wrong, the verb @verb ends with MOPT_EXIT_USAGE. */
gboolean mopt_values_parse (MoptValues *self, const char *verb, const char *const *words);
void mopt_values_clear (MoptValues *self);

/* Puts the values into @account, a working copy, and checks it among @accounts. FALSE: all that is wrong has been
 * said, MOPT_EXIT_FAILED. */
gboolean mopt_values_apply (const MoptValues *self, MoptAccount *account, GListModel *accounts);

/* Says what hinders saving @account; TRUE: nothing. */
gboolean mopt_values_check (MoptAccount *account, GListModel *accounts);

/* Whether there is a field called @name ("name" is none); else it has been said. */
gboolean mopt_values_field (const char *verb, const char *name, MoptField *field);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptValues, mopt_values_clear)

G_END_DECLS
