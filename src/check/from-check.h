/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "check/test-run.h"
#include "store/known.h"

G_BEGIN_DECLS

/* Check From Addresses: whether the outgoing server lets this account send from each address that it may use
 * (model/from-policy: patterns count only through the addresses that from-use names). One connection, one login, then
 * for each address MAIL FROM, RCPT TO (the person himself) and RSET; never a message. A GListModel of
 * MoptFromResult, all of them there from the start. Main thread; the work is in a thread of its own. */
#define MOPT_TYPE_FROM_RESULT (mopt_from_result_get_type ())
G_DECLARE_FINAL_TYPE (MoptFromResult, mopt_from_result, MOPT, FROM_RESULT, GObject)

#define MOPT_TYPE_FROM_CHECK (mopt_from_check_get_type ())
G_DECLARE_FINAL_TYPE (MoptFromCheck, mopt_from_check, MOPT, FROM_CHECK, MoptRun)

typedef enum
{
  MOPT_FROM_STATE_WAITING,
  MOPT_FROM_STATE_RUNNING,
  MOPT_FROM_STATE_ACCEPTED,
  MOPT_FROM_STATE_REFUSED,     /* the server said no to this address */
  MOPT_FROM_STATE_NOT_CHECKED, /* not reached, or the server asks to come again later: it can be either */
} MoptFromState;

/* "waiting", "running", "accepted", "refused", "not-checked": stable English words for --json and STATE. */
const char *mopt_from_state_name (MoptFromState state);

/* One address; "state" notifies (all the rest changes only together with it). Strings are borrowed. */
/* As it is written in the list, "Name <addr>" maybe. */
const char *mopt_from_result_get_address (MoptFromResult *self);
MoptFromState mopt_from_result_get_state (MoptFromResult *self);
guint mopt_from_result_get_ms (MoptFromResult *self);
/* What the state means, a translated line: "Accepted", "Refused", "Not checked", … */
const char *mopt_from_result_get_title (MoptFromResult *self);
/* Why it was refused or not checked, with the server's words; NULL in the other states, and after a cancel. */
const MoptFailure *mopt_from_result_get_failure (MoptFromResult *self);

typedef struct
{
  const MoptSettings *settings; /* copied */
  MoptPassword *password;       /* typed just now (of the login that the outgoing side uses); NULL: it is looked up */
  gboolean no_keyring;          /* passwords by fd: never look */
  const char *own_address;      /* Your e-mail address, "" if not known */
  const char *to;               /* NULL, or whom RCPT TO names instead */
  guint limit_ms;               /* per stage and per address; 0 = MOPT_TEST_LIMIT_MS */
} MoptFromCheckOptions;

MoptFromCheck *mopt_from_check_new (const MoptFromCheckOptions *options);
void mopt_from_check_start (MoptFromCheck *self);
/* Felt at once: what has no answer yet becomes "not checked", "finished" comes from the main loop's next turn. */
void mopt_from_check_cancel (MoptFromCheck *self);
/* What is checked; borrowed. */
const MoptSettings *mopt_from_check_get_settings (MoptFromCheck *self);
/* PASSED: every address was accepted. FAILED: one was refused or could not be checked, or there is none. */
MoptTestResult mopt_from_check_get_result (MoptFromCheck *self);
/* What came of it and what to do, or what it does not prove; translated. Borrowed. */
const char *mopt_from_check_get_summary (MoptFromCheck *self);
const char *mopt_from_check_get_advice (MoptFromCheck *self);
/* The masked dialogue, after the end; "" if there was none. Borrowed. */
const char *mopt_from_check_get_transcript (MoptFromCheck *self);

/* Keeps the results in STATE (store/known), replacing the last ones, but not of a run that was cancelled. NULL, or a
 * translated sentence to be told beside the result: what was found out could not be remembered. Caller frees. */
char *mopt_from_check_remember (MoptFromCheck *self);
/* For that: as of mopt_learned_open; NULL: nothing was lost on the way. Borrowed. */
const char *mopt_from_check_get_note (MoptFromCheck *self);
/* The results kept for the account of @settings, or NULL: there are none, or its outgoing server or login are others
 * now. Look an address up by mopt_last_from_check_find(). Blocking, quick. Transfer full. */
MoptLastFromCheck *mopt_from_check_recall (const MoptSettings *settings);

G_END_DECLS
