/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/check-all.h"

G_BEGIN_DECLS

/* What Check All itself does to its rows; readers use check-all.h. */
MoptCheckedAccount *mopt_checked_account_new (MoptAccount *account);
/* @run: kept from then on, nullable. */
void mopt_checked_account_begin (MoptCheckedAccount *self, MoptTestRun *run);
/* @line: nullable: what the state says by itself. @advice, @code: nullable. */
void mopt_checked_account_end (MoptCheckedAccount *self, MoptTestState state, const char *line, const char *advice,
                               const char *code);

G_END_DECLS
