/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/test-stage.h"

/* What a run needs for a stage to be in it. */
enum
{
  NEEDS_INCOMING = 1 << 0,
  NEEDS_OUTGOING = 1 << 1,
  NEEDS_MESSAGE = 1 << 2,
  NEEDS_ID = 1 << 3,
  NEEDS_ARRIVAL = NEEDS_INCOMING | NEEDS_OUTGOING | NEEDS_MESSAGE,
};

static const struct
{
  MoptTestSide side;
  MoptStage stage;
  guint needs;
} plan[] = {
  { MOPT_TEST_SIDE_INCOMING, MOPT_STAGE_FIND, NEEDS_INCOMING },
  { MOPT_TEST_SIDE_INCOMING, MOPT_STAGE_CONNECT, NEEDS_INCOMING },
  { MOPT_TEST_SIDE_INCOMING, MOPT_STAGE_SECURE, NEEDS_INCOMING },
  { MOPT_TEST_SIDE_INCOMING, MOPT_STAGE_OFFERS, NEEDS_INCOMING },
  { MOPT_TEST_SIDE_INCOMING, MOPT_STAGE_LOGIN, NEEDS_INCOMING },
  { MOPT_TEST_SIDE_INCOMING, MOPT_STAGE_MAILBOX, NEEDS_INCOMING },
  { MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_FIND, NEEDS_OUTGOING },
  { MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_CONNECT, NEEDS_OUTGOING },
  { MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_SECURE, NEEDS_OUTGOING },
  { MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_OFFERS, NEEDS_OUTGOING },
  { MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_LOGIN, NEEDS_OUTGOING },
  { MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_SENDER, NEEDS_OUTGOING | NEEDS_MESSAGE },
  { MOPT_TEST_SIDE_OUTGOING, MOPT_STAGE_ACCEPTED, NEEDS_OUTGOING | NEEDS_MESSAGE },
  { MOPT_TEST_SIDE_ARRIVAL, MOPT_STAGE_ARRIVED, NEEDS_ARRIVAL },
  { MOPT_TEST_SIDE_ARRIVAL, MOPT_STAGE_CONVERSATION_ID, NEEDS_ARRIVAL | NEEDS_ID },
};

void
mopt_test_plan (const MoptTestOptions *options, GPtrArray *stages)
{
  const MoptSettings *settings = options->settings;
  guint has = 0;

  if (options->sides & MOPT_SIDE_INCOMING)
    has |= NEEDS_INCOMING;
  if (options->sides & MOPT_SIDE_OUTGOING)
    has |= NEEDS_OUTGOING;
  if (options->flags & MOPT_TEST_SEND_MESSAGE)
    has |= NEEDS_MESSAGE;
  if (settings->conversation_id_add)
    has |= NEEDS_ID;

  for (guint i = 0; i < G_N_ELEMENTS (plan); i++)
    if ((plan[i].needs & ~has) == 0)
      g_ptr_array_add (stages, mopt_test_stage_new (plan[i].side, plan[i].stage,
                                                    plan[i].side == MOPT_TEST_SIDE_OUTGOING ? settings->outgoing.host
                                                                                            : settings->incoming.host));
}

char *
mopt_test_why_not_send (MoptAccount *account)
{
  const MoptPublication *publication = mopt_account_get_publication (account);

  if (mopt_account_is_publishing (account) || (mopt_account_get_rights (account) & MOPT_RIGHT_SEND))
    return NULL;
  return g_strdup_printf (_ ("You may not send mail with this program; that is how %s wants it. If you need to, ask "
                             "%s."),
                          publication != NULL ? mopt_publication_who (publication) : _ ("your administrator"),
                          publication != NULL ? mopt_publication_whom_to_ask (publication) : _ ("your administrator"));
}
