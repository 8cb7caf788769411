/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/checked-account.h"

struct _MoptCheckedAccount
{
  GObject parent_instance;

  MoptAccount *account;
  MoptTestRun *run; /* NULL: not begun */
  MoptTestState state;
  char *line;
  char *advice;
  char *code;
  gint64 began; /* monotonic µs */
  guint ms;
};

G_DEFINE_FINAL_TYPE (MoptCheckedAccount, mopt_checked_account, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

MoptCheckedAccount *
mopt_checked_account_new (MoptAccount *account)
{
  MoptCheckedAccount *self = g_object_new (MOPT_TYPE_CHECKED_ACCOUNT, NULL);

  self->account = g_object_ref (account);
  return self;
}

static void
change (MoptCheckedAccount *self, MoptTestState state, const char *line, const char *advice, const char *code)
{
  g_free (self->line);
  g_free (self->advice);
  g_free (self->code);
  self->line = g_strdup (line);
  self->advice = g_strdup (advice != NULL ? advice : "");
  self->code = g_strdup (code != NULL ? code : "");
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
mopt_checked_account_begin (MoptCheckedAccount *self, MoptTestRun *run)
{
  self->began = g_get_monotonic_time ();
  self->run = g_object_ref (run);
  change (self, MOPT_TEST_RUNNING, _ ("Checking…"), NULL, NULL);
}

void
mopt_checked_account_end (MoptCheckedAccount *self, MoptTestState state, const char *line, const char *advice,
                          const char *code)
{
  if (self->began != 0)
    self->ms = (guint) ((g_get_monotonic_time () - self->began) / 1000);
  change (self, state, line != NULL ? line : _ ("Not checked"), advice, code);
}

MoptAccount *
mopt_checked_account_get_account (MoptCheckedAccount *self)
{
  return self->account;
}

MoptTestState
mopt_checked_account_get_state (MoptCheckedAccount *self)
{
  return self->state;
}

const char *
mopt_checked_account_get_line (MoptCheckedAccount *self)
{
  return self->line;
}

const char *
mopt_checked_account_get_advice (MoptCheckedAccount *self)
{
  return self->advice;
}

const char *
mopt_checked_account_get_code (MoptCheckedAccount *self)
{
  return self->code;
}

guint
mopt_checked_account_get_ms (MoptCheckedAccount *self)
{
  return self->ms;
}

MoptTestRun *
mopt_checked_account_get_run (MoptCheckedAccount *self)
{
  return self->run;
}

static void
mopt_checked_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, MOPT_CHECKED_ACCOUNT (object)->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mopt_checked_account_finalize (GObject *object)
{
  MoptCheckedAccount *self = MOPT_CHECKED_ACCOUNT (object);

  g_clear_object (&self->account);
  g_clear_object (&self->run);
  g_free (self->line);
  g_free (self->advice);
  g_free (self->code);
  G_OBJECT_CLASS (mopt_checked_account_parent_class)->finalize (object);
}

static void
mopt_checked_account_class_init (MoptCheckedAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mopt_checked_account_get_property;
  object_class->finalize = mopt_checked_account_finalize;
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, MOPT_TEST_WAITING, MOPT_TEST_SKIPPED, MOPT_TEST_WAITING,
                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mopt_checked_account_init (MoptCheckedAccount *self)
{
  self->line = g_strdup (_ ("Waiting"));
  self->advice = g_strdup ("");
  self->code = g_strdup ("");
}
