/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/test-leg.h"
#include "check/test-summary.h"

#define N_LEGS (MOPT_TEST_SIDE_ARRIVAL + 1)

struct _MoptTestRun
{
  MoptRun parent_instance;

  GPtrArray *stages; /* of the parent; borrowed */
  MoptTestLeg *legs[N_LEGS]; /* NULL: that side is not in this run */
  gboolean ended[N_LEGS];
  gboolean no_keyring;
  gboolean no_prompt; /* of the keyring: not wanted, or closed once in this run */
  guint looking_up;          /* the side whose password is being looked up */
  GCancellable *cancellable; /* of the look-ups */

  char *summary;
  char *advice;
  char *transcript; /* made when asked for */
};

G_DEFINE_FINAL_TYPE (MoptTestRun, mopt_test_run, MOPT_TYPE_RUN)

static MoptTestStage *
find_stage (MoptTestRun *self, MoptTestSide side, MoptStage stage)
{
  for (guint i = 0; i < self->stages->len; i++)
    {
      MoptTestStage *s = g_ptr_array_index (self->stages, i);

      if (mopt_test_stage_get_side (s) == side && mopt_test_stage_get_stage (s) == stage)
        return s;
    }
  return NULL;
}

/* What was not reached is skipped; @title (nullable): instead of the title that such a stage has. */
static void
skip_rest (MoptTestRun *self, MoptTestSide side, const char *title)
{
  for (guint i = 0; i < self->stages->len; i++)
    {
      MoptTestStage *s = g_ptr_array_index (self->stages, i);
      MoptTestState state = mopt_test_stage_get_state (s);

      if (mopt_test_stage_get_side (s) == side && (state == MOPT_TEST_WAITING || state == MOPT_TEST_RUNNING))
        mopt_test_stage_change (s, &(MoptTestChange){ .state = MOPT_TEST_SKIPPED, .title = title });
    }
}

/* --- how it ends --- */

static void
finish (MoptTestRun *self, MoptTestResult result)
{
  const MoptTestLeg *out = self->legs[MOPT_TEST_SIDE_OUTGOING];
  const char *note = mopt_test_run_get_note (self);

  g_free (self->summary);
  g_free (self->advice);
  mopt_test_summarise (G_LIST_MODEL (self), result, mopt_test_run_get_settings (self), out != NULL ? out->to : NULL,
                       &self->summary, &self->advice);
  /* beside whatever came of it: the next run begins where this one did */
  if (note != NULL)
    {
      g_autofree char *before = g_steal_pointer (&self->advice);

      self->advice = g_strconcat (before, *before != '\0' ? "\n" : "", note, NULL);
    }
  mopt_run_finish (MOPT_RUN (self), result);
}

/* --- how it goes on --- */

static void on_leg (MoptTestLeg *leg, MoptStage stage, const MoptTestChange *change, gpointer user_data);

/* The arrival goes on with what the other two found: the open session, the password, the message to look for. */
static void
start_arrival (MoptTestRun *self)
{
  MoptTestLeg *in = self->legs[MOPT_TEST_SIDE_INCOMING];
  MoptTestLeg *out = self->legs[MOPT_TEST_SIDE_OUTGOING];
  MoptTestLeg *arrival = self->legs[MOPT_TEST_SIDE_ARRIVAL];

  arrival->attempt = in->attempt;
  arrival->tls = in->tls != NULL ? mopt_tls_info_copy (in->tls) : NULL;
  arrival->session = g_steal_pointer (&in->session);
  arrival->seen = g_steal_pointer (&in->seen);
  arrival->password = in->password != NULL ? mopt_password_ref (in->password) : NULL;
  arrival->message = g_steal_pointer (&out->message);
  if (arrival->session != NULL && out->sent_early)
    mopt_session_look_back (arrival->session);
  /* The session goes on under the cancellable it was opened with. */
  g_set_object (&arrival->cancellable, in->cancellable);
  mopt_test_leg_start (arrival, on_leg, self);
}

static void
advance (MoptTestRun *self)
{
  MoptTestLeg *arrival = self->legs[MOPT_TEST_SIDE_ARRIVAL];
  gboolean ok = TRUE;

  for (guint i = 0; i < MOPT_TEST_SIDE_ARRIVAL; i++)
    {
      if (self->legs[i] == NULL)
        continue;
      if (!self->ended[i])
        return;
      ok = ok && self->legs[i]->ok;
    }
  if (arrival != NULL && !self->ended[MOPT_TEST_SIDE_ARRIVAL])
    {
      if (ok)
        {
          start_arrival (self);
          return;
        }
      skip_rest (self, MOPT_TEST_SIDE_ARRIVAL, NULL);
      mopt_test_leg_close_session (self->legs[MOPT_TEST_SIDE_INCOMING]);
    }
  if (arrival == NULL)
    skip_rest (self, MOPT_TEST_SIDE_ARRIVAL, _ ("Not looked for: it does not go to you"));
  finish (self, mopt_test_run_get_failed (self) == NULL ? MOPT_RESULT_PASSED : MOPT_RESULT_FAILED);
}

static void
on_leg (MoptTestLeg *leg, MoptStage stage, const MoptTestChange *change, gpointer user_data)
{
  MoptTestRun *self = user_data;

  if (change != NULL)
    {
      MoptTestStage *s = find_stage (self, leg->side, stage);

      if (s != NULL)
        mopt_test_stage_change (s, change);
      else
        g_clear_pointer ((MoptFailure **) &change->failure, mopt_failure_free);
      return;
    }
  self->ended[leg->side] = TRUE;
  /* The arrival's dialogue is that of the incoming session going on. */
  if (leg->side == MOPT_TEST_SIDE_ARRIVAL && leg->settings->incoming.protocol == MOPT_PROTOCOL_IMAP)
    {
      g_free (self->legs[MOPT_TEST_SIDE_INCOMING]->transcript);
      self->legs[MOPT_TEST_SIDE_INCOMING]->transcript = g_steal_pointer (&leg->transcript);
    }
  skip_rest (self, leg->side, NULL);
  advance (self);
}

/* --- passwords, then the start --- */

/* Two servers are often one directory: both sides together try a user's password as often as one alone would, and
 * what the one finds out about it spares the other. With two passwords each has half of it. */
static void
share_tries (MoptTestRun *self)
{
  MoptTestLeg *in = self->legs[MOPT_TEST_SIDE_INCOMING];
  MoptTestLeg *out = self->legs[MOPT_TEST_SIDE_OUTGOING];

  if (in == NULL || out == NULL || in->password == NULL || out->password == NULL
      || g_strcmp0 (in->settings->incoming.user, out->settings->outgoing.user) != 0)
    return;
  if (mopt_password_equal (in->password, out->password))
    {
      in->tries = mopt_tries_new (MOPT_TRIES_MAX);
      out->tries = mopt_tries_ref (in->tries);
    }
  else
    {
      in->tries = mopt_tries_new (MOPT_TRIES_MAX / 2);
      out->tries = mopt_tries_new (MOPT_TRIES_MAX / 2);
    }
}

static void look_up_next (MoptTestRun *self);

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptTestRun) self = user_data;

  if (mopt_run_get_result (MOPT_RUN (self)) != MOPT_RESULT_NONE)
    return; /* cancelled meanwhile */
  MoptTestLeg *leg = self->legs[self->looking_up];
  mopt_test_leg_find_password_finish (leg, result);
  self->no_prompt |= g_error_matches (leg->password_error, MOPT_ERROR, MOPT_ERROR_KEYRING_DISMISSED);
  look_up_next (self);
}

/* One after the other: a keyring asks once, and its second answer needs no prompt. */
static void
look_up_next (MoptTestRun *self)
{
  for (guint i = 0; i < MOPT_TEST_SIDE_ARRIVAL; i++)
    {
      MoptTestLeg *leg = self->legs[i];

      if (leg == NULL || !mopt_test_leg_needs_password (leg))
        continue;
      self->looking_up = i;
      mopt_test_leg_find_password_async (leg, self->no_keyring, self->no_prompt, self->cancellable, on_password,
                                         g_object_ref (self));
      return;
    }

  share_tries (self);
  for (guint i = 0; i < MOPT_TEST_SIDE_ARRIVAL; i++)
    if (self->legs[i] != NULL)
      mopt_test_leg_start (self->legs[i], on_leg, self);
}

void
mopt_test_run_start (MoptTestRun *self)
{
  g_return_if_fail (mopt_run_get_result (MOPT_RUN (self)) == MOPT_RESULT_NONE);

  look_up_next (self);
}

static void
abandon (MoptTestRun *self)
{
  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < N_LEGS; i++)
    if (self->legs[i] != NULL)
      mopt_test_leg_abandon (self->legs[i]);
}

void
mopt_test_run_cancel (MoptTestRun *self)
{
  if (mopt_run_get_result (MOPT_RUN (self)) != MOPT_RESULT_NONE)
    return;
  abandon (self);
  for (guint side = 0; side < N_LEGS; side++)
    skip_rest (self, side, NULL);
  finish (self, MOPT_RESULT_CANCELLED);
}

MoptTestRun *
mopt_test_run_new (const MoptTestOptions *options)
{
  MoptTestRun *self = g_object_new (MOPT_TYPE_TEST_RUN, NULL);
  const MoptSettings *settings = options->settings;

  mopt_test_plan (options, self->stages);
  for (guint i = 0; i < self->stages->len; i++)
    {
      MoptTestSide side = mopt_test_stage_get_side (g_ptr_array_index (self->stages, i));

      if (self->legs[side] == NULL)
        self->legs[side] = mopt_test_leg_new (side, options);
    }

  if (options->mail != NULL && !mopt_test_mail_goes_to (options->mail, options->own_address))
    g_clear_pointer (&self->legs[MOPT_TEST_SIDE_ARRIVAL], mopt_test_leg_unref);

  MoptTestLeg *in = self->legs[MOPT_TEST_SIDE_INCOMING];
  MoptTestLeg *out = self->legs[MOPT_TEST_SIDE_OUTGOING];
  MoptPassword *outgoing = options->outgoing_password;
  if (outgoing == NULL && settings->same_login)
    outgoing = options->incoming_password;
  if (in != NULL && options->incoming_password != NULL)
    in->password = mopt_password_ref (options->incoming_password);
  if (out != NULL && outgoing != NULL)
    out->password = mopt_password_ref (outgoing);
  if (in != NULL)
    in->keep_session = self->legs[MOPT_TEST_SIDE_ARRIVAL] != NULL && settings->incoming.protocol == MOPT_PROTOCOL_IMAP;
  if (self->legs[MOPT_TEST_SIDE_ARRIVAL] != NULL)
    {
      in->baseline = g_cancellable_new ();
      out->baseline = g_object_ref (in->baseline);
    }
  self->no_keyring = options->no_keyring;
  self->no_prompt = options->no_prompt;
  return self;
}

/* --- what there is to know --- */

const MoptSettings *
mopt_test_run_get_settings (MoptTestRun *self)
{
  for (guint i = 0; i < N_LEGS; i++)
    if (self->legs[i] != NULL)
      return self->legs[i]->settings;
  return NULL;
}

MoptTestResult
mopt_test_run_get_result (MoptTestRun *self)
{
  return mopt_run_get_result (MOPT_RUN (self));
}

MoptTestStage *
mopt_test_run_get_failed (MoptTestRun *self)
{
  for (guint i = 0; i < self->stages->len; i++)
    if (mopt_test_stage_get_state (g_ptr_array_index (self->stages, i)) == MOPT_TEST_FAILED)
      return g_ptr_array_index (self->stages, i);
  return NULL;
}

const char *
mopt_test_run_get_summary (MoptTestRun *self)
{
  return self->summary;
}

const char *
mopt_test_run_get_advice (MoptTestRun *self)
{
  return self->advice;
}

const char *
mopt_test_run_get_note (MoptTestRun *self)
{
  for (guint i = 0; i < MOPT_TEST_SIDE_ARRIVAL; i++)
    if (self->legs[i] != NULL && self->ended[i] && self->legs[i]->note != NULL)
      return self->legs[i]->note; /* what is said of one server is true of both: it is one folder */
  return NULL;
}

const char *
mopt_test_run_get_transcript (MoptTestRun *self)
{
  static const char *const names[] = { N_ ("Incoming"), N_ ("Outgoing"), N_ ("Arrival") };
  GString *text = g_string_new (NULL);

  /* Only of sides that have ended: before that the transcript is the worker's. */
  for (guint i = 0; i < N_LEGS; i++)
    if (self->legs[i] != NULL && self->ended[i] && self->legs[i]->transcript != NULL)
      g_string_append_printf (text, "%s%s:\n%s", text->len > 0 ? "\n" : "", _ (names[i]), self->legs[i]->transcript);
  g_free (self->transcript);
  self->transcript = g_string_free (text, FALSE);
  return self->transcript;
}

GPtrArray *
mopt_test_run_get_tried (MoptTestRun *self, MoptTestSide side)
{
  return self->legs[side] != NULL && self->ended[side] ? self->legs[side]->tried : NULL;
}

const MoptTlsInfo *
mopt_test_run_get_tls (MoptTestRun *self, MoptTestSide side)
{
  return self->legs[side] != NULL && self->ended[side] ? self->legs[side]->tls : NULL;
}

GBytes *
mopt_test_run_get_message (MoptTestRun *self)
{
  MoptTestLeg *arrival = self->legs[MOPT_TEST_SIDE_ARRIVAL];

  return arrival != NULL && self->ended[MOPT_TEST_SIDE_ARRIVAL] ? arrival->arrived : NULL;
}

static void
mopt_test_run_dispose (GObject *object)
{
  abandon (MOPT_TEST_RUN (object));
  G_OBJECT_CLASS (mopt_test_run_parent_class)->dispose (object);
}

static void
mopt_test_run_finalize (GObject *object)
{
  MoptTestRun *self = MOPT_TEST_RUN (object);

  for (guint i = 0; i < N_LEGS; i++)
    g_clear_pointer (&self->legs[i], mopt_test_leg_unref);
  g_object_unref (self->cancellable);
  g_free (self->summary);
  g_free (self->advice);
  g_free (self->transcript);
  G_OBJECT_CLASS (mopt_test_run_parent_class)->finalize (object);
}

static void
mopt_test_run_class_init (MoptTestRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mopt_test_run_dispose;
  object_class->finalize = mopt_test_run_finalize;
  MOPT_RUN_CLASS (klass)->item_type = MOPT_TYPE_TEST_STAGE;
}

static void
mopt_test_run_init (MoptTestRun *self)
{
  self->stages = mopt_run_get_rows (MOPT_RUN (self));
  self->cancellable = g_cancellable_new ();
  self->summary = g_strdup ("");
  self->advice = g_strdup ("");
}
