/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "check/failure.h"
#include "check/run.h"
#include "check/test-mail.h"

G_BEGIN_DECLS

/* One run of Test Account or Check Connection: a GListModel of MoptTestStage, all of them there from the start in
 * the order incoming, outgoing, arrival; the window and `mopt test` watch the same thing. Main thread; the work is
 * in threads of its own. */
#define MOPT_TYPE_TEST_STAGE (mopt_test_stage_get_type ())
G_DECLARE_FINAL_TYPE (MoptTestStage, mopt_test_stage, MOPT, TEST_STAGE, GObject)

#define MOPT_TYPE_TEST_RUN (mopt_test_run_get_type ())
G_DECLARE_FINAL_TYPE (MoptTestRun, mopt_test_run, MOPT, TEST_RUN, MoptRun)

typedef enum
{
  MOPT_TEST_WAITING,
  MOPT_TEST_RUNNING,
  MOPT_TEST_PASSED,
  MOPT_TEST_FAILED,
  MOPT_TEST_SKIPPED, /* not needed, or not reached */
} MoptTestState;

typedef enum
{
  MOPT_TEST_SIDE_INCOMING,
  MOPT_TEST_SIDE_OUTGOING,
  MOPT_TEST_SIDE_ARRIVAL,
} MoptTestSide;

/* "incoming", "passed", "cancelled": stable English words for --json and reports. */
const char *mopt_test_side_name (MoptTestSide side);
const char *mopt_test_state_name (MoptTestState state);
const char *mopt_test_result_name (MoptTestResult result);

/* A stage; "state" notifies (all the rest changes only together with it). Strings are borrowed. */
MoptTestSide mopt_test_stage_get_side (MoptTestStage *self);
MoptStage mopt_test_stage_get_stage (MoptTestStage *self);
MoptTestState mopt_test_stage_get_state (MoptTestStage *self);
/* What the row says in this state, translated: "Connected, port 993", "Login refused", "Message not sent". */
const char *mopt_test_stage_get_title (MoptTestStage *self);
/* Technical evidence in English, or the server's words; "" if none. */
const char *mopt_test_stage_get_detail (MoptTestStage *self);
guint mopt_test_stage_get_ms (MoptTestStage *self);
/* Of a failed stage, else NULL; also of a skipped arrival ("not-seen"). */
const MoptFailure *mopt_test_stage_get_failure (MoptTestStage *self);

typedef enum
{
  MOPT_TEST_SEND_MESSAGE = 1 << 0, /* Test Account; without: Check Connection */
  MOPT_TEST_HTML = 1 << 1,         /* its message has an HTML part (MessageFormat=html) */
} MoptTestFlags;

typedef struct
{
  MoptSettings *settings; /* copied */
  MoptSide sides;         /* arrival needs both */
  MoptTestFlags flags;
  MoptPassword *incoming_password; /* typed just now; NULL: the stored one is looked up (may prompt) */
  MoptPassword *outgoing_password;
  gboolean no_keyring;     /* passwords by fd: never look */
  gboolean no_prompt;      /* look, but the keyring must not show its prompt */
  const char *own_name;    /* Your name, "" if not known */
  const char *own_address; /* Your e-mail address: where the message goes */
  const char *to;          /* NULL, or where it goes instead because the person typed that just now */
  /* The Advanced Test, in place of the usual message and @to; copied. NULL: Test Account. Its arrival is looked for
   * only where @own_address is among the recipients, else skipped with words. */
  const MoptTestMail *mail;
  guint limit_ms;          /* per stage; 0 = MOPT_TEST_LIMIT_MS */
  guint arrival_ms;        /* 0 = MOPT_TEST_ARRIVAL_MS */
} MoptTestOptions;

#define MOPT_TEST_LIMIT_MS 30000
#define MOPT_TEST_ARRIVAL_MS 30000

/* Test Account needs the right to send; Check Connection does not. NULL: the person has it; else who decided and whom
 * to ask, translated. Caller frees. */
char *mopt_test_why_not_send (MoptAccount *account);

MoptTestRun *mopt_test_run_new (const MoptTestOptions *options);
void mopt_test_run_start (MoptTestRun *self);
/* Felt at once: every running stage becomes skipped, "finished" comes from the main loop's next turn; threads
 * that still wait are left to end by themselves. */
void mopt_test_run_cancel (MoptTestRun *self);
/* What is tested; borrowed. */
const MoptSettings *mopt_test_run_get_settings (MoptTestRun *self);
MoptTestResult mopt_test_run_get_result (MoptTestRun *self);
/* The first failed stage, or NULL. */
MoptTestStage *mopt_test_run_get_failed (MoptTestRun *self);
/* One sentence of what happened, one of what to do or what a pass does not prove; translated. Borrowed. */
const char *mopt_test_run_get_summary (MoptTestRun *self);
const char *mopt_test_run_get_advice (MoptTestRun *self);
/* What could not be remembered (as of mopt_learned_open), after the end; the advice says it, too. NULL: there is
 * nothing. Borrowed. */
const char *mopt_test_run_get_note (MoptTestRun *self);
/* The masked dialogue of both sides, for Details. Borrowed, never NULL. */
const char *mopt_test_run_get_transcript (MoptTestRun *self);
/* (element-type MoptTried) what was tried on the way to @side's server, once that side has ended; else NULL.
 * Borrowed. */
GPtrArray *mopt_test_run_get_tried (MoptTestRun *self, MoptTestSide side);
/* What the last handshake of @side brought to light, once that side has ended; NULL: there was none. Borrowed. */
const MoptTlsInfo *mopt_test_run_get_tls (MoptTestRun *self, MoptTestSide side);
/* The message as it arrived, or NULL. */
GBytes *mopt_test_run_get_message (MoptTestRun *self);

/* The text of Copy Report: English codes, the user's language, no secret (check/report). Caller frees. */
char *mopt_test_run_report (MoptTestRun *self);

G_END_DECLS
