/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 1. The name is looked up once, here.
 * 2. Each attempt is a runner: a thread with a client of its own. It tells of its stages by events; the caller's
 *    thread passes on those of the runner that leads and keeps the others for when they take the lead.
 * 3. When somebody has won, or nobody can win any more, the rest is stopped and joined: nothing outlives the call.
 * 4. Only where all of them found that there is no TLS to be had comes the one without. */
#include "mail/race.h"

#include "base/error.h"
#include "mail/addresses.h"

/* What silent ports still get once the server was heard on another one, where it had no TLS for us. */
#define PATIENCE_MS 5000

typedef struct
{
  MoptStage stage;
  char *evidence;   /* NULL: it began */
  MoptTlsInfo *tls; /* the handshake instead */
} Event;

typedef struct _Race Race;

typedef struct
{
  Race *race;
  MoptTried *tried;   /* the thread's until it has ended */
  MoptClient *client; /* so, too; NULL: not begun */
  GThread *thread;
  gint64 begun; /* monotonic µs */

  /* guarded by the race's mutex */
  GQueue events;
  gboolean given_up; /* stopped because it was silent */
  gboolean ended;
  GError *error; /* then: NULL if it is secured */
} Runner;

struct _Race
{
  const MoptSessionOptions *options;
  GCancellable *cancellable; /* nullable */
  GPtrArray *addresses;      /* NULL: a single attempt finds them by itself */
  gint64 connect_by;         /* one limit for all: to whoever waits connecting is one stage */

  Runner runners[MOPT_ATTEMPTS_MAX];
  guint n;
  guint n_begun;
  guint n_ended_then; /* when the last one began */
  gint64 patience;    /* monotonic µs: then silent ones are given up; 0 = never */
  Runner *leader;

  GMutex mutex;
  GCond changed; /* events or an end */
};

/* ---- what an end means ---- */

/* The first of those that tell most. */
static Runner *
find_worst (Race *self)
{
  Runner *worst = NULL;

  for (guint i = 0; i < self->n_begun; i++)
    {
      Runner *runner = &self->runners[i];

      if (runner->ended && runner->error != NULL && (worst == NULL || mopt_tried_weigh (runner->error) > mopt_tried_weigh (worst->error)))
        worst = runner;
    }
  return worst;
}

/* Whoever decides: the best of those that are secured or end the search, else what tells most. Never NULL once it is
 * over. */
static Runner *
judge (Race *self)
{
  for (guint i = 0; i < self->n_begun; i++)
    {
      Runner *runner = &self->runners[i];

      if (runner->ended && !runner->tried->abandoned && (runner->error == NULL || mopt_tried_weigh (runner->error) == 3))
        return runner;
    }
  return find_worst (self);
}

static guint
count_ended (Race *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_begun; i++)
    n += self->runners[i].ended;
  return n;
}

static gboolean
is_over (Race *self)
{
  Runner *best = judge (self);

  if (count_ended (self) == self->n)
    return TRUE;
  return !self->options->explore && best != NULL && (best->error == NULL || mopt_tried_weigh (best->error) == 3);
}

/* ---- runners ---- */

static void
push_event (Runner *self, MoptStage stage, const char *evidence, const MoptTlsInfo *tls)
{
  Event *event = g_new0 (Event, 1);

  event->stage = stage;
  event->evidence = g_strdup (evidence);
  event->tls = tls != NULL ? mopt_tls_info_copy (tls) : NULL;
  g_mutex_lock (&self->race->mutex);
  g_queue_push_tail (&self->events, event);
  g_cond_signal (&self->race->changed);
  g_mutex_unlock (&self->race->mutex);
}

static void
event_free (Event *event)
{
  g_free (event->evidence);
  g_clear_pointer (&event->tls, mopt_tls_info_free);
  g_free (event);
}

static void
on_stage (MoptStage stage, const char *evidence, gpointer user_data)
{
  push_event (user_data, stage, evidence, NULL);
}

static void
on_tls (const MoptTlsInfo *info, gpointer user_data)
{
  push_event (user_data, MOPT_STAGE_SECURE, NULL, info);
}

static gboolean
run_client (Runner *self, GError **error)
{
  gboolean ok;

  self->begun = g_get_monotonic_time ();
  ok = mopt_client_connect (self->client, self->race->connect_by, error);
  self->tried->ms = (guint) ((g_get_monotonic_time () - self->begun) / 1000);
  ok = ok && (!self->race->options->explore || mopt_client_ask (self->client, error));
  if (!ok)
    mopt_client_hang_up (self->client);
  return ok;
}

static gpointer
run_in_thread (gpointer data)
{
  Runner *self = data;
  Race *race = self->race;
  g_autoptr (GError) error = NULL;

  run_client (self, &error);
  g_mutex_lock (&race->mutex);
  if (self->given_up && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && !g_cancellable_is_cancelled (race->cancellable))
    {
      g_clear_error (&error);
      g_set_error (&error, MOPT_ERROR,
                   self->tried->peer == NULL ? MOPT_ERROR_CONNECT_TIMED_OUT : MOPT_ERROR_TIMED_OUT,
                   "port %u: still silent after the server was heard on another one", self->tried->attempt.port);
    }
  if (error != NULL && mopt_tried_weigh (error) == 2 && race->patience == 0)
    race->patience
        = g_get_monotonic_time () + MIN (race->options->limit_ms / 2, PATIENCE_MS) * (gint64) 1000;
  self->error = g_steal_pointer (&error);
  self->ended = TRUE;
  g_cond_signal (&race->changed);
  g_mutex_unlock (&race->mutex);
  return NULL;
}

static void
begin_runner (Runner *self)
{
  Race *race = self->race;

  self->client = mopt_client_new (race->options, self->tried, race->cancellable);
  self->client->addresses = race->addresses;
  self->tried->abandoned = FALSE;
  race->n_begun++;
}

/* ---- the race, in the caller's thread with the mutex held ---- */

static gboolean
is_next_due (Race *self, gint64 now)
{
  if (self->n_begun == self->n)
    return FALSE;
  return self->n_begun == 0 || count_ended (self) > self->n_ended_then
         || now >= self->runners[self->n_begun - 1].begun + MOPT_HEAD_START_MS * 1000;
}

static void
begin_next (Race *self)
{
  Runner *runner = &self->runners[self->n_begun];

  self->n_ended_then = count_ended (self);
  begin_runner (runner);
  runner->begun = g_get_monotonic_time ();
  runner->client->stage = on_stage;
  runner->client->tls = on_tls;
  runner->client->user_data = runner;
  runner->thread = g_thread_new ("mopt-attempt", run_in_thread, runner);
}

/* The best one that has not failed leads: rows that people watch go back only when it fails. */
static void
choose_leader (Race *self)
{
  if (self->leader != NULL && (self->leader->error == NULL || !g_queue_is_empty (&self->leader->events)))
    return;
  for (guint i = 0; i < self->n_begun; i++)
    if (self->runners[i].error == NULL)
      {
        self->leader = &self->runners[i];
        return;
      }
}

/* FALSE: the leader has no news. The mutex is open while the caller is told. */
static gboolean
tell_news (Race *self)
{
  const MoptSessionOptions *options = self->options;
  Event *event = self->leader != NULL ? g_queue_pop_head (&self->leader->events) : NULL;

  if (event == NULL)
    return FALSE;
  g_mutex_unlock (&self->mutex);
  if (event->tls == NULL && options->stage != NULL)
    options->stage (event->stage, event->evidence, options->user_data);
  if (event->tls != NULL && options->tls != NULL)
    options->tls (event->tls, options->user_data);
  event_free (event);
  g_mutex_lock (&self->mutex);
  return TRUE;
}

static void
give_up (Race *self)
{
  self->patience = G_MAXINT64;
  for (guint i = 0; i < self->n_begun; i++)
    {
      self->runners[i].given_up = TRUE;
      if (!self->runners[i].ended)
        mopt_client_stop (self->runners[i].client);
    }
}

static void
run_side_by_side (Race *self)
{
  g_mutex_lock (&self->mutex);
  while (!is_over (self))
    {
      gint64 now = g_get_monotonic_time ();
      gint64 until = self->patience != 0 ? MIN (self->patience, now + G_TIME_SPAN_HOUR) : now + G_TIME_SPAN_HOUR;

      choose_leader (self);
      if (tell_news (self))
        continue;
      if (is_next_due (self, now))
        begin_next (self);
      else if (self->patience != 0 && now >= self->patience)
        give_up (self);
      else
        {
          if (self->n_begun < self->n)
            until = MIN (until, self->runners[self->n_begun - 1].begun + MOPT_HEAD_START_MS * 1000);
          g_cond_wait_until (&self->changed, &self->mutex, until);
        }
    }

  self->leader = judge (self);
  while (tell_news (self))
    ;
  for (guint i = 0; i < self->n_begun; i++)
    if (!self->runners[i].ended)
      {
        self->runners[i].tried->abandoned = TRUE;
        mopt_client_stop (self->runners[i].client);
      }
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < self->n_begun; i++)
    g_thread_join (g_steal_pointer (&self->runners[i].thread));
}

/* A single attempt needs no thread. */
static void
run_alone (Runner *self)
{
  begin_runner (self);
  run_client (self, &self->error);
  self->ended = TRUE;
}

/* ---- before and after ---- */

static gboolean
find_server (Race *self, GError **error)
{
  const MoptSessionOptions *options = self->options;
  gint64 deadline = g_get_monotonic_time () + options->limit_ms * (gint64) 1000;

  if (options->deadline != 0)
    deadline = MIN (deadline, options->deadline);
  if (options->stage != NULL)
    options->stage (MOPT_STAGE_FIND, NULL, options->user_data);
  self->addresses = mopt_addresses_find (options->server->host, deadline, self->cancellable, error);
  if (self->addresses == NULL)
    return FALSE;

  g_autofree char *first = g_inet_address_to_string (self->addresses->pdata[0]);
  if (options->stage != NULL)
    options->stage (MOPT_STAGE_FIND, first, options->user_data);
  return TRUE;
}

static Runner *
add_runner (Race *self, const MoptAttempt *attempt, GPtrArray *tried)
{
  Runner *runner = &self->runners[self->n++];

  runner->race = self;
  runner->tried = mopt_tried_new (attempt);
  runner->tried->abandoned = TRUE; /* until it begins */
  g_queue_init (&runner->events);
  g_ptr_array_add (tried, runner->tried);
  return runner;
}

/* Where a server was heard that has no TLS, but what we want of it; NULL: nowhere. */
static Runner *
find_unencrypted (Race *self)
{
  const MoptServer *server = self->options->server;
  Runner *heard = NULL;

  for (guint i = 0; i < self->n; i++)
    {
      Runner *runner = &self->runners[i];

      if (runner->error == NULL || !mopt_tried_is_without_tls (runner->error))
        return NULL;
      if (heard == NULL && g_error_matches (runner->error, MOPT_ERROR, MOPT_ERROR_TLS_NOT_OFFERED)
          && (!server->authenticate || runner->client->has_login))
        heard = runner;
    }
  return heard;
}

/* Auto's last attempt, on the port where @heard was; @attempt: that row of the table. */
static void
run_unencrypted (Race *self, Runner *heard, const MoptAttempt *attempt, GPtrArray *tried)
{
  Runner *runner = add_runner (self, attempt, tried);

  if (mopt_server_check_unencrypted (self->options->server, heard->client->loopback, &runner->error))
    {
      self->connect_by = g_get_monotonic_time () + self->options->limit_ms * (gint64) 1000;
      run_alone (runner);
      return;
    }
  /* whoever asks why wants to see it, although nobody connected */
  runner->tried->abandoned = FALSE;
  runner->tried->stage = MOPT_STAGE_SECURE;
  runner->ended = TRUE;
}

/* What @decider says; what the others said goes into @history. */
static MoptClient *
finish (Race *self, Runner *decider, GString *history, MoptStage *stage, GError **error)
{
  MoptClient *client = NULL;

  if (decider->error != NULL)
    {
      *stage = decider->tried->stage;
      g_propagate_error (error, g_error_copy (decider->error));
    }
  else
    {
      client = g_steal_pointer (&decider->client);
      client->stage = self->options->stage;
      client->tls = self->options->tls;
      client->user_data = self->options->user_data;
      client->addresses = NULL;
      decider->tried->chosen = TRUE;
    }

  for (guint i = 0; i < self->n; i++)
    {
      Runner *runner = &self->runners[i];
      g_autofree char *said = runner->client != NULL ? mopt_client_get_transcript (runner->client) : NULL;

      if (said != NULL)
        g_string_append (history, said);
      if (runner->client != NULL && runner->tried->abandoned)
        g_string_append_printf (history, "-- port %u: not waited for\n", runner->tried->attempt.port);
      else if (runner->error != NULL && runner->tried->peer == NULL)
        g_string_append_printf (history, "-- %s\n", runner->error->message);
      if (runner->error != NULL && !runner->tried->abandoned)
        runner->tried->error = g_steal_pointer (&runner->error);
      g_clear_error (&runner->error);
      g_clear_pointer (&runner->client, mopt_client_free);
      g_queue_clear_full (&runner->events, (GDestroyNotify) event_free);
    }
  return client;
}

MoptClient *
mopt_race_run (const MoptSessionOptions *options, GPtrArray *tried, GString *history, MoptStage *stage,
               GCancellable *cancellable, GError **error)
{
  const MoptServer *server = options->server;
  MoptAttempt attempts[MOPT_ATTEMPTS_MAX];
  guint n = mopt_auto_attempts (server->protocol, server->security, server->custom_port, attempts);
  guint n_racing = 0;
  Race self = { .options = options, .cancellable = cancellable };
  Runner *last = NULL;
  MoptClient *client;

  for (; n_racing < n && (n_racing == 0 || attempts[n_racing].tls != MOPT_TLS_NONE); n_racing++)
    add_runner (&self, &attempts[n_racing], tried);
  if (n_racing > 1 && !find_server (&self, error))
    {
      *stage = MOPT_STAGE_FIND;
      return NULL;
    }
  self.connect_by = g_get_monotonic_time () + options->limit_ms * (gint64) 1000;
  g_mutex_init (&self.mutex);
  g_cond_init (&self.changed);
  if (n_racing > 1)
    run_side_by_side (&self);
  else
    run_alone (&self.runners[0]);

  Runner *heard = n > n_racing ? find_unencrypted (&self) : NULL;
  for (guint i = n_racing; heard != NULL && last == NULL && i < n && !server->requires_tls; i++)
    if (attempts[i].port == heard->tried->attempt.port)
      {
        last = &self.runners[self.n];
        run_unencrypted (&self, heard, &attempts[i], tried);
      }
  client = finish (&self, last != NULL ? last : judge (&self), history, stage, error);
  g_clear_pointer (&self.addresses, g_ptr_array_unref);
  g_mutex_clear (&self.mutex);
  g_cond_clear (&self.changed);
  return client;
}
