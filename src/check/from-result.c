/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/from-result.h"

struct _MoptFromResult
{
  GObject parent_instance;

  char *address;
  MoptFromState state;
  guint ms;
  MoptFailure *failure; /* nullable */
};

G_DEFINE_FINAL_TYPE (MoptFromResult, mopt_from_result, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

const char *
mopt_from_state_name (MoptFromState state)
{
  static const char *const names[] = { "waiting", "running", "accepted", "refused", "not-checked" };

  return names[state];
}

MoptFromResult *
mopt_from_result_new (const char *address)
{
  MoptFromResult *self = g_object_new (MOPT_TYPE_FROM_RESULT, NULL);

  self->address = g_strdup (address);
  return self;
}

void
mopt_from_result_change (MoptFromResult *self, MoptFromState state, guint ms, MoptFailure *failure)
{
  g_clear_pointer (&self->failure, mopt_failure_free);
  self->state = state;
  self->ms = ms;
  self->failure = failure;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

const char *
mopt_from_result_get_address (MoptFromResult *self)
{
  return self->address;
}

MoptFromState
mopt_from_result_get_state (MoptFromResult *self)
{
  return self->state;
}

guint
mopt_from_result_get_ms (MoptFromResult *self)
{
  return self->ms;
}

const char *
mopt_from_result_get_title (MoptFromResult *self)
{
  static const char *const titles[] = {
    [MOPT_FROM_STATE_WAITING] = N_ ("Waiting"),   [MOPT_FROM_STATE_RUNNING] = N_ ("Asking the server"),
    [MOPT_FROM_STATE_ACCEPTED] = N_ ("Accepted"), [MOPT_FROM_STATE_REFUSED] = N_ ("Refused"),
    [MOPT_FROM_STATE_NOT_CHECKED] = N_ ("Not checked"),
  };

  return _ (titles[self->state]);
}

const MoptFailure *
mopt_from_result_get_failure (MoptFromResult *self)
{
  return self->failure;
}

static void
mopt_from_result_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, MOPT_FROM_RESULT (object)->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mopt_from_result_finalize (GObject *object)
{
  MoptFromResult *self = MOPT_FROM_RESULT (object);

  g_free (self->address);
  g_clear_pointer (&self->failure, mopt_failure_free);
  G_OBJECT_CLASS (mopt_from_result_parent_class)->finalize (object);
}

static void
mopt_from_result_class_init (MoptFromResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mopt_from_result_get_property;
  object_class->finalize = mopt_from_result_finalize;
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, MOPT_FROM_STATE_WAITING, MOPT_FROM_STATE_NOT_CHECKED,
                                         MOPT_FROM_STATE_WAITING, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mopt_from_result_init (MoptFromResult *self)
{
}
