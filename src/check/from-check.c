/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/from-check.h"
#include "check/from-result.h"
#include "check/road.h"
#include "check/template.h"
#include "check/worker.h"
#include "model/from-policy.h"

/* What the worker goes by: it owns it together with the check (g_atomic_rc_box). */
typedef struct
{
  MoptRoad *road;
  char **addresses;
  char *to;
  MoptFromCheck *listener; /* main context only; NULL once nobody waits any more */
} Work;

struct _MoptFromCheck
{
  MoptRun parent_instance;

  GPtrArray *results; /* of the parent; borrowed */
  Work *work;
  gboolean no_keyring;
  gboolean has_ended; /* the worker, or there was none: its transcript can be read */
  char *summary;
  char *advice;
};

G_DEFINE_FINAL_TYPE (MoptFromCheck, mopt_from_check, MOPT_TYPE_RUN)

static void
work_clear (gpointer data)
{
  Work *work = data;

  mopt_road_unref (work->road);
  g_strfreev (work->addresses);
  g_free (work->to);
}

static void
work_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, work_clear);
}

/* --- how it ends --- */

/* The first result in @state, and how many there are. */
static MoptFromResult *
find (MoptFromCheck *self, MoptFromState state, guint *n)
{
  MoptFromResult *first = NULL;

  *n = 0;
  for (guint i = 0; i < self->results->len; i++)
    {
      MoptFromResult *result = g_ptr_array_index (self->results, i);

      if (mopt_from_result_get_state (result) != state)
        continue;
      first = first != NULL ? first : result;
      (*n)++;
    }
  return first;
}

static void
summarise (MoptFromCheck *self, MoptTestResult result)
{
  const MoptSettings *settings = self->work->road->settings;
  guint n_refused, n_unknown;
  MoptFromResult *refused = find (self, MOPT_FROM_STATE_REFUSED, &n_refused);
  MoptFromResult *unknown = find (self, MOPT_FROM_STATE_NOT_CHECKED, &n_unknown);
  const MoptFailure *failure = unknown != NULL ? mopt_from_result_get_failure (unknown) : NULL;
  const char *said, *hint;

  if (result == MOPT_RESULT_CANCELLED)
    {
      said = _ ("The check was stopped.");
      hint = "";
    }
  else if (self->results->len == 0)
    {
      said = _ ("There is no From address that {account} may send with.");
      hint = _ ("Allow a From address on the Options page.");
    }
  else if (refused != NULL)
    {
      said = n_refused == 1 ? _ ("{host} does not let you send from {address}.")
                            : _ ("{host} refuses {refused} of {all} addresses.");
      hint = _ ("The words of the server say why. The person who runs it can allow the address; else do not use it.");
    }
  else if (unknown != NULL)
    {
      said = failure != NULL ? failure->sentence : "";
      hint = failure != NULL ? failure->advice : "";
    }
  else
    {
      said = self->results->len == 1 ? _ ("{host} lets you send from {first}.")
                                     : _ ("{host} lets you send from all {all} addresses.");
      hint = _ ("No message was sent. Some servers refuse an address only when they see a message.");
    }

  g_autofree char *n_text = g_strdup_printf ("%u", n_refused);
  g_autofree char *all_text = g_strdup_printf ("%u", self->results->len);
  const MoptPlace places[] = {
    { "host", settings->outgoing.host },
    { "account", settings->account_name },
    { "address", refused != NULL ? mopt_from_result_get_address (refused) : NULL },
    { "first", self->results->len > 0 ? mopt_from_result_get_address (g_ptr_array_index (self->results, 0)) : NULL },
    { "refused", n_text },
    { "all", all_text },
    { NULL },
  };
  g_free (self->summary);
  g_free (self->advice);
  /* a failure's sentence has its places filled */
  self->summary = failure != NULL && said == failure->sentence ? g_strdup (said) : mopt_template_fill (said, places);
  self->advice = g_strdup (hint);
}

/* What has no answer yet is not checked, for @error (nullable). */
static void
finish (MoptFromCheck *self, MoptTestResult result, const GError *error, MoptStage stage)
{
  for (guint i = 0; i < self->results->len; i++)
    {
      MoptFromResult *r = g_ptr_array_index (self->results, i);

      if (mopt_from_result_get_state (r) <= MOPT_FROM_STATE_RUNNING)
        mopt_from_result_change (r, MOPT_FROM_STATE_NOT_CHECKED, 0,
                                 error != NULL ? mopt_road_failure (self->work->road, error, stage) : NULL);
    }
  self->work->listener = NULL;
  summarise (self, result);
  mopt_run_finish (MOPT_RUN (self), result);
}

/* --- the worker --- */

#define THE_END G_MAXUINT

typedef struct
{
  Work *work;
  guint i; /* which address; THE_END: it is over */
  MoptFromState state;
  guint ms;
  MoptStage stage;
  GError *error; /* nullable */
} Event;

static void
event_free (gpointer data)
{
  Event *event = data;

  work_unref (event->work);
  g_clear_error (&event->error);
  g_free (event);
}

static gboolean
deliver (gpointer data)
{
  Event *event = data;
  MoptFromCheck *self = event->work->listener;
  guint n;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  if (event->i != THE_END)
    {
      mopt_from_result_change (g_ptr_array_index (self->results, event->i), event->state, event->ms,
                               event->error != NULL ? mopt_road_failure (event->work->road, event->error, event->stage)
                                                    : NULL);
      return G_SOURCE_REMOVE;
    }
  self->has_ended = TRUE;
  find (self, MOPT_FROM_STATE_ACCEPTED, &n);
  finish (self, n == self->results->len ? MOPT_RESULT_PASSED : MOPT_RESULT_FAILED, event->error, event->stage);
  return G_SOURCE_REMOVE;
}

/* @error: taken, nullable. */
static void
post (Work *work, guint i, MoptFromState state, guint ms, MoptStage stage, GError *error)
{
  Event *event = g_new0 (Event, 1);

  *event = (Event){ g_atomic_rc_box_acquire (work), i, state, ms, stage, error };
  mopt_road_post (work->road, deliver, event, event_free);
}

/* Whether @error is the server's no to an address, not "later", and not the end of the conversation. */
static gboolean
is_refusal (const GError *error)
{
  return mopt_error_is (error, MOPT_ERROR_SENDER_REFUSED) || mopt_error_is (error, MOPT_ERROR_RECIPIENT_REFUSED)
         || mopt_error_is (error, MOPT_ERROR_SMTPUTF8_MISSING) || mopt_error_is (error, MOPT_ERROR_INVALID);
}

/* FALSE + @lost: the session is of no use any more. */
static gboolean
try_address (Work *work, MoptSession *session, guint i, GError **lost)
{
  const char *const recipients[] = { work->to, NULL };
  const MoptEnvelope envelope = { .sender = work->addresses[i], .recipients = recipients };
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  MoptFromState state = MOPT_FROM_STATE_ACCEPTED;

  post (work, i, MOPT_FROM_STATE_RUNNING, 0, MOPT_STAGE_SENDER, NULL);
  if (!mopt_session_envelope (session, &envelope, NULL, &error))
    state = is_refusal (error) ? MOPT_FROM_STATE_REFUSED : MOPT_FROM_STATE_NOT_CHECKED;
  guint ms = (guint) ((g_get_monotonic_time () - began) / 1000);

  gboolean goes_on = mopt_session_reset (session, lost);
  /* "421 too many errors" and a hang-up: the rest gets the words, too */
  if (!goes_on && state == MOPT_FROM_STATE_NOT_CHECKED)
    {
      g_clear_error (lost);
      *lost = g_error_copy (error);
    }
  post (work, i, state, ms, MOPT_STAGE_SENDER, g_steal_pointer (&error));
  return goes_on;
}

static void
run (gpointer data)
{
  Work *work = data;
  MoptRoad *road = work->road;
  GError *error = NULL;
  MoptStage stage;
  g_autoptr (MoptSession) session = mopt_road_open (road, &stage, &error);

  if (session != NULL)
    {
      stage = MOPT_STAGE_SENDER;
      for (guint i = 0; work->addresses[i] != NULL && try_address (work, session, i, &error); i++)
        ;
      g_free (road->transcript);
      road->transcript = mopt_session_get_transcript (session);
    }
  post (work, THE_END, 0, 0, stage, error);
  /* saying good-bye may take a while; nobody has to wait for it */
  g_clear_pointer (&session, mopt_session_close);
  work_unref (work);
}

/* --- from beginning to end --- */

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptFromCheck) self = user_data;
  g_autoptr (GError) error = NULL;

  if (mopt_run_get_result (MOPT_RUN (self)) != MOPT_RESULT_NONE)
    return; /* cancelled meanwhile */
  if (mopt_road_find_password_finish (self->work->road, result, &error))
    mopt_worker_run ("mopt-from-check", run, g_atomic_rc_box_acquire (self->work));
  else
    finish (self, MOPT_RESULT_FAILED, error, MOPT_STAGE_LOGIN);
}

void
mopt_from_check_start (MoptFromCheck *self)
{
  g_return_if_fail (mopt_run_get_result (MOPT_RUN (self)) == MOPT_RESULT_NONE);

  if (self->results->len == 0)
    finish (self, MOPT_RESULT_FAILED, NULL, MOPT_STAGE_SENDER);
  else if (self->work->to == NULL || *self->work->to == '\0')
    {
      g_autoptr (GError) error
          = g_error_new (MOPT_ERROR, MOPT_ERROR_RECIPIENT_UNKNOWN, "Your e-mail address is not known (see --to)");

      finish (self, MOPT_RESULT_FAILED, error, MOPT_STAGE_SENDER);
    }
  else
    mopt_road_find_password_async (self->work->road, self->no_keyring, on_password, g_object_ref (self));
}

void
mopt_from_check_cancel (MoptFromCheck *self)
{
  if (mopt_run_get_result (MOPT_RUN (self)) != MOPT_RESULT_NONE)
    return;
  g_cancellable_cancel (self->work->road->cancellable);
  finish (self, MOPT_RESULT_CANCELLED, NULL, MOPT_STAGE_SENDER);
}

MoptFromCheck *
mopt_from_check_new (const MoptFromCheckOptions *options)
{
  MoptFromCheck *self = g_object_new (MOPT_TYPE_FROM_CHECK, NULL);
  Work *work = g_atomic_rc_box_new0 (Work);

  work->road = mopt_road_new (options->settings, MOPT_SIDE_OUTGOING, options->password, options->limit_ms, NULL);
  work->addresses = mopt_from_policy_list (options->settings, options->own_address);
  work->to = g_strdup (options->to != NULL ? options->to : options->own_address);
  work->listener = self;
  self->work = work;
  self->no_keyring = options->no_keyring;
  for (char **address = work->addresses; *address != NULL; address++)
    g_ptr_array_add (self->results, mopt_from_result_new (*address));
  return self;
}

/* --- what there is to know --- */

MoptTestResult
mopt_from_check_get_result (MoptFromCheck *self)
{
  return mopt_run_get_result (MOPT_RUN (self));
}

const char *
mopt_from_check_get_summary (MoptFromCheck *self)
{
  return self->summary;
}

const char *
mopt_from_check_get_advice (MoptFromCheck *self)
{
  return self->advice;
}

const char *
mopt_from_check_get_transcript (MoptFromCheck *self)
{
  return self->has_ended && self->work->road->transcript != NULL ? self->work->road->transcript : "";
}

const char *
mopt_from_check_get_note (MoptFromCheck *self)
{
  return self->has_ended ? self->work->road->note : NULL;
}

const MoptSettings *
mopt_from_check_get_settings (MoptFromCheck *self)
{
  return self->work->road->settings;
}

static void
mopt_from_check_dispose (GObject *object)
{
  MoptFromCheck *self = MOPT_FROM_CHECK (object);

  if (self->work != NULL)
    {
      self->work->listener = NULL;
      g_cancellable_cancel (self->work->road->cancellable);
      g_clear_pointer (&self->work, work_unref);
    }
  G_OBJECT_CLASS (mopt_from_check_parent_class)->dispose (object);
}

static void
mopt_from_check_finalize (GObject *object)
{
  MoptFromCheck *self = MOPT_FROM_CHECK (object);

  g_free (self->summary);
  g_free (self->advice);
  G_OBJECT_CLASS (mopt_from_check_parent_class)->finalize (object);
}

static void
mopt_from_check_class_init (MoptFromCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mopt_from_check_dispose;
  object_class->finalize = mopt_from_check_finalize;
  MOPT_RUN_CLASS (klass)->item_type = MOPT_TYPE_FROM_RESULT;
}

static void
mopt_from_check_init (MoptFromCheck *self)
{
  self->results = mopt_run_get_rows (MOPT_RUN (self));
  self->summary = g_strdup ("");
  self->advice = g_strdup ("");
}
