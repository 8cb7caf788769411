/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 1. The name is looked up once, here.
 * 2. Each attempt is a runner. The caller's thread passes on what the one that leads has to tell; what the others
 *    have to tell is kept for when they take the lead.
 * 3. When somebody has won, or nobody can win any more, the rest is stopped and joined: nothing outlives the call.
 * 4. Only where all of them found that there is no TLS to be had comes the one without. */
#include "mail/race.h"

#include "base/error.h"
#include "mail/addresses.h"
#include "mail/runner.h"

/* What silent ports still get once the server was heard on another one, where it had no TLS for us, or where all is
 * decided and somebody wants to see the rest: time for one lost packet (TCP says it again after a second). */
#define PATIENCE_MS 3000

/* To connect once more to a server that was heard. */
#define AGAIN_MS 400

typedef struct
{
  const MoptSessionOptions *options;
  GCancellable *cancellable; /* nullable */
  GPtrArray *addresses;      /* NULL: a single attempt finds them by itself */
  gint64 begun;              /* monotonic µs */
  gint64 connect_by;         /* one limit for all: to whoever waits connecting is one stage */

  GMutex mutex;
  GCond changed;

  MoptRunner runners[MOPT_ATTEMPTS_MAX];
  guint n;
  guint n_begun;
  guint n_ended_then; /* when the last one began */
  gint64 patience;    /* monotonic µs: then silent ones are given up; 0 = never */
  MoptRunner *leader;
} Race;

static gint64
deadline_in (Race *self, guint ms)
{
  gint64 deadline = g_get_monotonic_time () + ms * (gint64) 1000;

  return self->options->deadline != 0 ? MIN (deadline, self->options->deadline) : deadline;
}

static void
add_runner (Race *self, const MoptAttempt *attempt, GPtrArray *tried)
{
  MoptTried *notes = mopt_tried_new (attempt);

  notes->abandoned = TRUE; /* until it begins */
  g_ptr_array_add (tried, notes);
  mopt_runner_init (&self->runners[self->n++], &self->mutex, &self->changed, notes);
}

/* ---- what an end means ---- */

/* The first of those that tell most. */
static MoptRunner *
find_worst (Race *self)
{
  MoptRunner *worst = NULL;

  for (guint i = 0; i < self->n_begun; i++)
    {
      MoptRunner *runner = &self->runners[i];

      if (runner->ended && runner->error != NULL
          && (worst == NULL || mopt_tried_weigh (runner->error) > mopt_tried_weigh (worst->error)))
        worst = runner;
    }
  return worst;
}

/* Whoever decides: the best of those that are secured or end the search, else what tells most. Never NULL once it is
 * over. */
static MoptRunner *
judge (Race *self)
{
  for (guint i = 0; i < self->n_begun; i++)
    {
      MoptRunner *runner = &self->runners[i];

      if (runner->ended && !runner->tried->abandoned
          && (runner->error == NULL || mopt_tried_weigh (runner->error) == 3))
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
  MoptRunner *best = judge (self);

  if (count_ended (self) == self->n)
    return TRUE;
  return !self->options->explore && best != NULL && (best->error == NULL || mopt_tried_weigh (best->error) == 3);
}

/* ---- the race, in the caller's thread with the mutex held ---- */

/* When the next one begins: after the head start, or at once where another has ended since. */
static gint64
next_begin (Race *self)
{
  if (self->n_begun == self->n)
    return G_MAXINT64;
  if (self->n_begun == 0 || count_ended (self) > self->n_ended_then)
    return 0;
  return self->runners[self->n_begun - 1].begun + MOPT_HEAD_START_MS * 1000;
}

static void
begin_next (Race *self)
{
  MoptRunner *runner = &self->runners[self->n_begun];

  self->n_ended_then = count_ended (self);
  self->n_begun++;
  if (self->leader == NULL)
    self->leader = runner;
  mopt_runner_begin (runner, self->options, self->addresses, self->connect_by, self->cancellable);
  runner->client->behind = MIN (runner->begun - self->begun, self->options->limit_ms * (gint64) 500);
  mopt_runner_start (runner);
}

/* The best one that has not failed leads: rows that people watch go back only when it fails. */
static void
choose_leader (Race *self)
{
  if (self->leader == NULL || self->leader->error == NULL || !g_queue_is_empty (&self->leader->events))
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
  MoptRunnerEvent *event = self->leader != NULL ? g_queue_pop_head (&self->leader->events) : NULL;

  if (event == NULL)
    return FALSE;
  g_mutex_unlock (&self->mutex);
  if (event->tls == NULL && options->stage != NULL)
    options->stage (event->stage, event->evidence, options->user_data);
  if (event->tls != NULL && options->tls != NULL)
    options->tls (event->tls, options->user_data);
  mopt_runner_event_free (event);
  g_mutex_lock (&self->mutex);
  return TRUE;
}

/* FALSE: it is not time for that. Where it is decided all the same, and somebody only wants to see the others, they
 * count as not waited for. */
static gboolean
give_up_silent (Race *self, gint64 now)
{
  MoptRunner *best = judge (self);
  gboolean decided = best != NULL && (best->error == NULL || mopt_tried_weigh (best->error) == 3);

  if (self->patience == 0 && (decided || (best != NULL && mopt_tried_weigh (best->error) == 2)))
    self->patience = deadline_in (self, MIN (self->options->limit_ms / 2, PATIENCE_MS));
  if (self->patience == 0 || now < self->patience)
    return FALSE;
  for (guint i = 0; i < self->n_begun; i++)
    {
      if (decided && !self->runners[i].ended)
        self->runners[i].tried->abandoned = TRUE;
      mopt_runner_give_up (&self->runners[i]);
    }
  self->patience = G_MAXINT64;
  return TRUE;
}

static void
run_side_by_side (Race *self)
{
  self->begun = g_get_monotonic_time ();
  self->connect_by = deadline_in (self, self->options->limit_ms);
  g_mutex_lock (&self->mutex);
  while (!is_over (self))
    {
      gint64 now = g_get_monotonic_time ();

      choose_leader (self);
      if (tell_news (self) || give_up_silent (self, now))
        continue;
      if (next_begin (self) <= now)
        begin_next (self);
      else
        {
          gint64 until = MIN (next_begin (self), now + G_TIME_SPAN_HOUR);

          if (self->patience != 0)
            until = MIN (until, self->patience);
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

/* The one at the end of the list. A single attempt needs no thread. */
static void
run_alone (Race *self, gint64 connect_by)
{
  MoptRunner *runner = &self->runners[self->n - 1];

  self->n_begun = self->n;
  mopt_runner_begin (runner, self->options, self->addresses, connect_by, self->cancellable);
  mopt_runner_run (runner);
}

/* ---- before and after ---- */

static gboolean
find_server (Race *self, GError **error)
{
  const MoptSessionOptions *options = self->options;

  if (options->stage != NULL)
    options->stage (MOPT_STAGE_FIND, NULL, options->user_data);
  self->addresses
      = mopt_addresses_find (options->server->host, deadline_in (self, options->limit_ms), self->cancellable, error);
  if (self->addresses == NULL)
    return FALSE;

  g_autofree char *first = g_inet_address_to_string (self->addresses->pdata[0]);
  if (options->stage != NULL)
    options->stage (MOPT_STAGE_FIND, first, options->user_data);
  return TRUE;
}

/* Where a server was heard that has all we want of it but TLS, and there is none anywhere; NULL: nowhere. */
static MoptRunner *
find_unencrypted (Race *self)
{
  const MoptServer *server = self->options->server;
  MoptRunner *heard = NULL;

  for (guint i = 0; i < self->n; i++)
    {
      MoptRunner *runner = &self->runners[i];

      if (runner->error == NULL || !mopt_tried_is_without_tls (runner->error)
          || mopt_tried_was_offered_tls (runner->tried))
        return NULL;
      if (heard == NULL && g_error_matches (runner->error, MOPT_ERROR, MOPT_ERROR_TLS_NOT_OFFERED)
          && (!server->authenticate || runner->client->has_login || mopt_server_had_tls (server)))
        heard = runner;
    }
  return server->requires_tls ? NULL : heard;
}

/* Auto's last attempt: of the @rows without TLS the one that goes where @heard was, if that may be. Whoever asks why
 * wants to see it also if not. */
static void
run_unencrypted (Race *self, const MoptRunner *heard, const MoptAttempt *rows, GPtrArray *tried)
{
  MoptRunner *runner = &self->runners[self->n];

  while (rows->port != heard->tried->attempt.port)
    rows++;
  add_runner (self, rows, tried);
  if (mopt_server_check_unencrypted (self->options->server, heard->client->loopback, &runner->error))
    {
      /* whoever waits has waited for connecting before; a server that was just heard is quick */
      run_alone (self, MAX (self->connect_by, deadline_in (self, AGAIN_MS)));
      /* a name can stand for this machine and for another one */
      if (runner->error == NULL
          && !mopt_server_check_unencrypted (self->options->server, runner->client->loopback, &runner->error))
        {
          runner->tried->stage = MOPT_STAGE_SECURE;
          mopt_client_hang_up (runner->client);
        }
    }
  else
    runner->tried->stage = MOPT_STAGE_SECURE;
  runner->ended = TRUE;
  runner->tried->abandoned = FALSE;
}

/* What @decider says; what the others said goes into @history. */
static MoptClient *
finish (Race *self, MoptRunner *decider, GString *history, MoptStage *stage, GError **error)
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
      client->behind = 0;
      decider->tried->chosen = TRUE;
    }

  for (guint i = 0; i < self->n; i++)
    {
      MoptRunner *runner = &self->runners[i];
      g_autofree char *said = runner->client != NULL ? mopt_client_get_transcript (runner->client) : NULL;

      if (said != NULL)
        g_string_append (history, said);
      if (runner->client != NULL && runner->tried->abandoned)
        g_string_append_printf (history, "-- port %u: not waited for\n", runner->tried->attempt.port);
      else if (runner->error != NULL && runner->tried->peer == NULL)
        g_string_append_printf (history, "-- %s\n", runner->error->message);
      if (!runner->tried->abandoned)
        runner->tried->error = g_steal_pointer (&runner->error);
      mopt_runner_clear (runner);
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
  Race self = { .options = options, .cancellable = cancellable };
  MoptRunner *heard = NULL;
  MoptClient *client = NULL;

  /* whoever chose Basic may have done so before the publisher forbade it */
  if (attempts[0].tls == MOPT_TLS_NONE && server->requires_tls)
    {
      *stage = MOPT_STAGE_SECURE;
      return mopt_server_check_unencrypted (server, FALSE, error), NULL;
    }

  g_mutex_init (&self.mutex);
  g_cond_init (&self.changed);
  for (guint i = 0; i < n && (i == 0 || attempts[i].tls != MOPT_TLS_NONE); i++)
    add_runner (&self, &attempts[i], tried);

  *stage = MOPT_STAGE_FIND;
  if (self.n == 1 || find_server (&self, error))
    {
      if (self.n == 1)
        run_alone (&self, deadline_in (&self, options->limit_ms));
      else
        run_side_by_side (&self);
      if (n > self.n)
        heard = find_unencrypted (&self);
      if (heard != NULL)
        run_unencrypted (&self, heard, &attempts[self.n], tried);
      client = finish (&self, heard != NULL ? &self.runners[self.n - 1] : judge (&self), history, stage, error);
    }
  g_clear_pointer (&self.addresses, g_ptr_array_unref);
  g_mutex_clear (&self.mutex);
  g_cond_clear (&self.changed);
  return client;
}
