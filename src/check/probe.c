/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/learned.h"
#include "check/probe-words.h"
#include "check/worker.h"
#include "model/host.h"

const char *
mopt_probe_state_name (MoptProbeState state)
{
  static const char *const names[] = { "chosen", "works", "failed", "abandoned" };

  return names[state];
}

static void
row_free (gpointer data)
{
  MoptProbeRow *row = data;

  mopt_tried_free (row->tried);
  g_free (row->title);
  g_free (row->sentence);
  g_free (row->server_words);
  g_free (row->encryption);
  g_free (row->certificate);
  g_free (row->before);
  g_free (row->mechanisms);
  g_free (row->capabilities);
  g_free (row);
}

void
mopt_probe_free (MoptProbe *self)
{
  if (self == NULL)
    return;
  g_free (self->host);
  g_ptr_array_unref (self->rows);
  g_clear_pointer (&self->failure, mopt_failure_free);
  g_free (self->conclusion);
  g_free (self);
}

gboolean
mopt_probe_pin (const MoptProbe *self, MoptSecurity *security, guint16 *port)
{
  if (self->chosen < 0)
    return FALSE;

  const MoptAttempt *attempt = &((const MoptProbeRow *) g_ptr_array_index (self->rows, self->chosen))->tried->attempt;
  if (attempt->tls == MOPT_TLS_NONE || (attempt->tls == MOPT_TLS_STARTTLS && self->protocol == MOPT_PROTOCOL_POP3))
    return FALSE;
  *security = attempt->tls == MOPT_TLS_IMPLICIT ? MOPT_SECURITY_SSL : MOPT_SECURITY_TLS;
  *port = mopt_default_ports (self->protocol, *security)[0] == attempt->port ? 0 : attempt->port;
  return TRUE;
}

/* ---- the result ---- */

/* @error: why there is no session, nullable. Takes what is in @tried. */
static MoptProbe *
probe_new (const MoptSettings *settings, MoptSide side, GPtrArray *tried, const GError *error, MoptStage stage)
{
  const MoptServer *server = side == MOPT_SIDE_OUTGOING ? &settings->outgoing : &settings->incoming;
  MoptProbe *self = g_new0 (MoptProbe, 1);

  self->protocol = server->protocol;
  self->host = g_strdup (server->host);
  self->custom_port = server->custom_port;
  self->chosen = -1;
  self->rows = g_ptr_array_new_with_free_func (row_free);
  for (guint i = 0; i < tried->len; i++)
    {
      MoptProbeRow *row = g_new0 (MoptProbeRow, 1);
      const MoptTried *one = g_ptr_array_index (tried, i);

      row->tried = mopt_tried_copy (one);
      row->state = one->error != NULL ? MOPT_PROBE_FAILED
                   : one->abandoned   ? MOPT_PROBE_ABANDONED
                   : one->chosen      ? MOPT_PROBE_CHOSEN
                                      : MOPT_PROBE_WORKS;
      if (row->state == MOPT_PROBE_CHOSEN)
        self->chosen = (int) i;
      g_ptr_array_add (self->rows, row);
    }
  if (self->chosen < 0 && error != NULL)
    {
      const MoptTlsInfo *tls = NULL;

      /* the certificate that the error is about */
      for (guint i = 0; i < tried->len && tls == NULL; i++)
        {
          const MoptTried *one = g_ptr_array_index (tried, i);

          if (one->error != NULL && g_error_matches (error, one->error->domain, one->error->code))
            tls = one->tls;
        }
      self->failure = mopt_failure_new_tls (error, settings, side, stage, tls, NULL);
    }
  mopt_probe_say (self, settings, side);
  return self;
}

/* ---- the road ---- */

/* The task's data. */
typedef struct
{
  MoptSettings *settings;
  MoptSide side;
  guint limit_ms;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  mopt_settings_free (job->settings);
  g_free (job);
}

static void
probe_in_thread (gpointer data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GPtrArray) tried = mopt_tried_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSession) session = NULL;
  MoptStage stage = MOPT_STAGE_FIND;
  const MoptSessionOptions options = {
    .server = job->side == MOPT_SIDE_OUTGOING ? &job->settings->outgoing : &job->settings->incoming,
    .limit_ms = job->limit_ms,
    .tried = tried,
    .explore = TRUE,
  };

  if (*job->settings->account_id == '\0')
    session = mopt_session_open (&options, &stage, NULL, cancellable, &error);
  else
    session = mopt_learned_open (job->settings, job->side, &options, &stage, NULL, cancellable, &error);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (session == NULL && tried->len == 0)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, probe_new (job->settings, job->side, tried, error, stage),
                           (GDestroyNotify) mopt_probe_free);
}

void
mopt_probe_async (const MoptSettings *settings, MoptSide side, guint limit_ms, GCancellable *cancellable,
                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, mopt_probe_async);
  job->settings = mopt_settings_copy (settings);
  job->side = side;
  job->limit_ms = limit_ms != 0 ? limit_ms : MOPT_PROBE_LIMIT_MS;
  (side == MOPT_SIDE_OUTGOING ? &job->settings->outgoing : &job->settings->incoming)->security = MOPT_SECURITY_AUTO;
  g_task_set_task_data (task, job, job_free);
  mopt_worker_run_task ("mopt-probe", task, probe_in_thread);
}

MoptProbe *
mopt_probe_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

MoptSettings *
mopt_probe_settings (MoptProtocol protocol, const char *host, guint16 port, GError **error)
{
  static char *none[] = { NULL };
  g_autofree char *ascii = mopt_host_to_ascii (host, error);

  if (ascii == NULL)
    return NULL;

  MoptServer server
      = { .protocol = protocol, .host = ascii, .custom_port = port, .authenticate = TRUE, .user = (char *) "" };
  MoptSettings settings = {
    .account_id = (char *) "",
    .account_name = (char *) "",
    .incoming = server,
    .outgoing = server,
    .from_legal = none,
    .from_default = (char *) "",
  };
  return mopt_settings_copy (&settings);
}
