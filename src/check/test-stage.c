/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/template.h"
#include "check/test-stage.h"

/* What the row of a stage says: {host} is the server, {fact} what was found. */
static const struct
{
  const char *waiting;
  const char *running;
  const char *passed;
  const char *failed;
  const char *skipped;
} titles[MOPT_N_STAGES] = {
  [MOPT_STAGE_FIND] = { N_ ("Find {host}"), N_ ("Finding {host}"), N_ ("Found {host}"), N_ ("{host} not found"),
                        N_ ("{host} not looked for") },
  [MOPT_STAGE_CONNECT]
  = { N_ ("Connect"), N_ ("Connecting"), N_ ("Connected, port {fact}"), N_ ("No connection"), N_ ("Not connected") },
  [MOPT_STAGE_SECURE] = { N_ ("Secure the connection"), N_ ("Securing the connection"), N_ ("Secure: {fact}"),
                          N_ ("Not secure"), N_ ("Not secured") },
  [MOPT_STAGE_OFFERS]
  = { N_ ("Ask what the server offers"), N_ ("Asking what the server offers"), N_ ("Server says what it offers"),
      N_ ("Server does not say what it offers"), N_ ("Server not asked what it offers") },
  [MOPT_STAGE_LOGIN]
  = { N_ ("Log in"), N_ ("Logging in"), N_ ("Logged in ({fact})"), N_ ("Login failed"), N_ ("Not logged in") },
  [MOPT_STAGE_MAILBOX] = { N_ ("Open the mailbox"), N_ ("Opening the mailbox"), N_ ("Mailbox {fact}"),
                           N_ ("Mailbox not opened"), N_ ("Mailbox not opened") },
  [MOPT_STAGE_SENDER] = { N_ ("Name the sender"), N_ ("Naming the sender"), N_ ("Sender {fact} accepted"),
                          N_ ("Sender not accepted"), N_ ("Sender not checked") },
  [MOPT_STAGE_ACCEPTED] = { N_ ("Send the message"), N_ ("Sending the message"), N_ ("Message sent to {fact}"),
                            N_ ("Message not accepted"), N_ ("Message not sent") },
  [MOPT_STAGE_ARRIVED]
  = { N_ ("Wait for the message"), N_ ("Waiting for the message"), N_ ("Message arrived after {fact}"),
      N_ ("Message not fetched"), N_ ("Message not waited for") },
  [MOPT_STAGE_CONVERSATION_ID]
  = { N_ ("Find the Conversation ID"), N_ ("Looking for the Conversation ID"), N_ ("Conversation ID {fact} survived"),
      N_ ("Conversation ID lost"), N_ ("Conversation ID not looked for") },
};

/* A refused login deserves its own word: it is by far the most frequent failure. */
static const struct
{
  MoptError cause;
  const char *title;
} failed_titles[] = {
  { MOPT_ERROR_AUTH_REFUSED, N_ ("Login refused") },          { MOPT_ERROR_KEYRING_NOT_STORED, N_ ("No password") },
  { MOPT_ERROR_CERTIFICATE, N_ ("Identity not confirmed") },  { MOPT_ERROR_SENDER_REFUSED, N_ ("Sender refused") },
  { MOPT_ERROR_RECIPIENT_REFUSED, N_ ("Recipient refused") }, { MOPT_ERROR_MESSAGE_REFUSED, N_ ("Message refused") },
};

struct _MoptTestStage
{
  GObject parent_instance;

  MoptTestSide side;
  MoptStage stage;
  char *host;

  MoptTestState state;
  char *title;
  char *detail;
  guint ms;
  MoptFailure *failure;
};

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (MoptTestStage, mopt_test_stage, G_TYPE_OBJECT)

/* Whether @word is that of @cause, or of a kind of it. */
static gboolean
is_kind_of (const char *word, MoptError cause)
{
  for (guint code = 0; code < MOPT_N_ERRORS; code++)
    if (g_strcmp0 (word, mopt_error_word (code)) == 0)
      return code == cause || mopt_error_general (code) == cause;
  return FALSE;
}

static char *
make_title (MoptTestStage *self, MoptTestState state, const char *fact, const MoptFailure *failure)
{
  const char *const by_state[] = {
    [MOPT_TEST_WAITING] = titles[self->stage].waiting, [MOPT_TEST_RUNNING] = titles[self->stage].running,
    [MOPT_TEST_PASSED] = titles[self->stage].passed,   [MOPT_TEST_FAILED] = titles[self->stage].failed,
    [MOPT_TEST_SKIPPED] = titles[self->stage].skipped,
  };
  const char *template = by_state[state];
  const MoptPlace places[] = { { "host", self->host }, { "fact", fact }, { NULL } };

  if (state == MOPT_TEST_FAILED && failure != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (failed_titles); i++)
      if (is_kind_of (failure->code, failed_titles[i].cause))
        template = failed_titles[i].title;
  return mopt_template_fill (_ (template), places);
}

void
mopt_test_stage_change (MoptTestStage *self, const MoptTestChange *change)
{
  g_free (self->title);
  self->title = change->title != NULL ? g_strdup (change->title)
                                      : make_title (self, change->state, change->fact, change->failure);
  g_free (self->detail);
  self->detail = g_strdup (change->detail != NULL ? change->detail : "");
  self->ms = change->ms;
  g_clear_pointer (&self->failure, mopt_failure_free);
  self->failure = change->failure;
  self->state = change->state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
mopt_test_stage_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MoptTestStage *self = MOPT_TEST_STAGE (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mopt_test_stage_finalize (GObject *object)
{
  MoptTestStage *self = MOPT_TEST_STAGE (object);

  g_free (self->host);
  g_free (self->title);
  g_free (self->detail);
  g_clear_pointer (&self->failure, mopt_failure_free);
  G_OBJECT_CLASS (mopt_test_stage_parent_class)->finalize (object);
}

static void
mopt_test_stage_class_init (MoptTestStageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mopt_test_stage_get_property;
  object_class->finalize = mopt_test_stage_finalize;
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, MOPT_TEST_WAITING, MOPT_TEST_SKIPPED, MOPT_TEST_WAITING,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mopt_test_stage_init (MoptTestStage *self)
{
}

MoptTestStage *
mopt_test_stage_new (MoptTestSide side, MoptStage stage, const char *host)
{
  MoptTestStage *self = g_object_new (MOPT_TYPE_TEST_STAGE, NULL);

  self->side = side;
  self->stage = stage;
  self->host = g_strdup (host);
  self->title = make_title (self, MOPT_TEST_WAITING, NULL, NULL);
  self->detail = g_strdup ("");
  return self;
}

MoptTestSide
mopt_test_stage_get_side (MoptTestStage *self)
{
  return self->side;
}

MoptStage
mopt_test_stage_get_stage (MoptTestStage *self)
{
  return self->stage;
}

MoptTestState
mopt_test_stage_get_state (MoptTestStage *self)
{
  return self->state;
}

const char *
mopt_test_stage_get_title (MoptTestStage *self)
{
  return self->title;
}

const char *
mopt_test_stage_get_detail (MoptTestStage *self)
{
  return self->detail;
}

guint
mopt_test_stage_get_ms (MoptTestStage *self)
{
  return self->ms;
}

const MoptFailure *
mopt_test_stage_get_failure (MoptTestStage *self)
{
  return self->failure;
}
