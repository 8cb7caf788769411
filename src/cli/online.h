/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "check/test-run.h"
#include "model/validate.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* What the verbs that talk to mail servers need before they can. */

/* --limit as typed, in seconds; FALSE: it has been said what is wrong with it, and @verb ends with MOPT_EXIT_USAGE. */
gboolean mopt_online_check_limit (int limit, const char *verb);
#define MOPT_ONLINE_NO_LIMIT G_MININT /* it was not given */

/* --side as typed (nullable: both); FALSE: so. */
gboolean mopt_online_read_side (const char *text, const char *verb, MoptSide *sides);

/* --allow-unencrypted: the consent to go on without encryption, for this run alone. */
#define MOPT_ONLINE_ENTRY_UNENCRYPTED(allow)                                                                           \
  {                                                                                                                    \
    "allow-unencrypted", 0, 0, G_OPTION_ARG_NONE, &(allow),                                                            \
        N_ ("Log in without encryption where the server has none, this once"), NULL                                    \
  }
void mopt_online_allow_unencrypted (MoptSettings *settings);
/* Auto's question, at a terminal, where @failure (nullable) of @side's server of @settings leaves that to the person;
 * remembers a yes. TRUE: so once more. FALSE: it is about something else, nobody is there, or he said no, or it could
 * not be remembered, which has been said. */
gboolean mopt_online_agree_unencrypted (const MoptFailure *failure, const MoptSettings *settings, MoptSide side);
/* The same for each side of a run that has ended. */
gboolean mopt_online_agree_run (MoptTestRun *run);

/* Says all that is missing for @sides; TRUE: nothing. */
gboolean mopt_online_is_complete (MoptAccount *account, MoptSide sides);

/* Your e-mail address: from the file, else what the system knows, else the one that the person names as the
 * recipient, @to (nullable): mail has to come from somewhere, too. "" if there is none. Caller frees. */
char *mopt_online_own_address (MoptAccounts *accounts, const char *to);

/* Whether that or @to (nullable) is one address that mail can go to; else it has been said what to do. */
gboolean mopt_online_has_recipient (const char *own_address, const char *to);

/* Where there is no password and somebody sits at the terminal, he is asked; *@password stays NULL where one is stored
 * or none is needed. FALSE + error: he cancelled. */
gboolean mopt_online_ask_password (const MoptSettings *settings, MoptSide side, MoptPassword **password,
                                   GError **error);

G_END_DECLS
