/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/client.h"

#include <string.h>

#include "base/error.h"
#include "mail/imap.h"
#include "mail/imap-parse.h"
#include "mail/pop.h"
#include "mail/smtp.h"

static void
on_caller_cancelled (GCancellable *caller, gpointer stop)
{
  g_cancellable_cancel (stop);
}

MoptClient *
mopt_client_new (const MoptSessionOptions *options, MoptTried *tried, GCancellable *cancellable)
{
  static const MoptProtocolTable *const tables[] = {
    [MOPT_PROTOCOL_IMAP] = &mopt_imap_protocol,
    [MOPT_PROTOCOL_POP3] = &mopt_pop_protocol,
    [MOPT_PROTOCOL_SMTP] = &mopt_smtp_protocol,
  };
  MoptClient *self = g_new0 (MoptClient, 1);

  self->options = options;
  self->stage = options->stage;
  self->tls = options->tls;
  self->user_data = options->user_data;
  self->table = tables[options->server->protocol];
  self->tried = tried;
  self->stop = g_cancellable_new ();
  if (cancellable != NULL)
    {
      self->caller = g_object_ref (cancellable);
      self->chain = g_cancellable_connect (cancellable, G_CALLBACK (on_caller_cancelled), g_object_ref (self->stop),
                                           g_object_unref);
    }
  return self;
}

void
mopt_client_hang_up (MoptClient *self)
{
  if (self->dialogue == NULL)
    return;
  self->transcript = mopt_dialogue_get_transcript (self->dialogue);
  self->table->free (self->protocol);
  g_clear_pointer (&self->dialogue, mopt_dialogue_free);
}

void
mopt_client_free (MoptClient *self)
{
  mopt_client_hang_up (self);
  g_free (self->transcript);
  g_cancellable_disconnect (self->caller, self->chain);
  g_clear_object (&self->caller);
  g_object_unref (self->stop);
  g_free (self);
}

void
mopt_client_stop (MoptClient *self)
{
  g_cancellable_cancel (self->stop);
}

/* ---- stages ---- */

gint64
mopt_client_deadline_in (MoptClient *self, guint ms)
{
  gint64 deadline = g_get_monotonic_time () + ms * (gint64) 1000;

  return self->options->deadline != 0 ? MIN (deadline, self->options->deadline) : deadline;
}

gboolean
mopt_client_begin (MoptClient *self, MoptStage stage, GError **error)
{
  self->tried->stage = stage;
  if (self->dialogue != NULL)
    mopt_dialogue_set_deadline (self->dialogue, mopt_client_deadline_in (self, self->options->limit_ms) - self->behind);
  if (self->stage != NULL)
    self->stage (stage, NULL, self->user_data);
  return !g_cancellable_set_error_if_cancelled (self->stop, error);
}

void
mopt_client_end (MoptClient *self, const char *evidence)
{
  if (self->stage != NULL)
    self->stage (self->tried->stage, evidence, self->user_data);
}

static void
on_found (const char *first, gpointer user_data)
{
  MoptClient *self = user_data;

  mopt_client_end (self, first);
  mopt_client_begin (self, MOPT_STAGE_CONNECT, NULL);
}

void
mopt_client_guard (MoptClient *self, MoptPassword *password)
{
  const MoptServer *server = self->options->server;

  if (server->user == NULL)
    return;

  const char *bytes = mopt_password_peek (password);
  gsize length = mopt_password_length (password), user_length = strlen (server->user);
  gsize plain_length = 1 + user_length + 1 + length; /* NUL user NUL password: SASL PLAIN */
  char *plain = g_malloc0 (plain_length);
  memcpy (plain + 1, server->user, user_length);
  memcpy (plain + 1 + user_length + 1, bytes, length);
  mopt_autowipe char *plain_base64 = g_base64_encode ((const guchar *) plain, plain_length);
  mopt_autowipe char *base64 = g_base64_encode ((const guchar *) bytes, length);
  mopt_autowipe char *escaped = mopt_imap_quote (bytes, TRUE);
  mopt_wipe (plain, plain_length);
  g_free (plain);

  mopt_dialogue_guard (self->dialogue, plain_base64);
  mopt_dialogue_guard (self->dialogue, base64);
  if (escaped != NULL)
    {
      /* without the quotes: they may be others, or none */
      escaped[strlen (escaped) - 1] = '\0';
      mopt_dialogue_guard (self->dialogue, escaped + 1);
    }
  mopt_dialogue_guard (self->dialogue, bytes);
}

static gboolean
connect_to_server (MoptClient *self, gint64 connect_by, GError **error)
{
  const MoptSessionOptions *options = self->options;
  guint16 port = self->tried->attempt.port;
  gint64 deadline = options->deadline != 0 ? MIN (connect_by, options->deadline) : connect_by;

  if (!mopt_client_begin (self, self->addresses == NULL ? MOPT_STAGE_FIND : MOPT_STAGE_CONNECT, error))
    return FALSE;

  MoptConnection *connection = mopt_connection_open (options->server->host, self->addresses, port, deadline, on_found,
                                                     self, self->stop, error);
  if (connection == NULL)
    return FALSE;
  if (self->tried->attempt.tls != MOPT_TLS_NONE)
    mopt_certificate_context (); /* takes some ms: while the server gets its greeting ready */
  mopt_connection_set_trust (connection, options->server);
  self->loopback = mopt_connection_is_loopback (connection);
  self->tried->peer = g_strdup (mopt_connection_get_peer (connection));
  self->dialogue = mopt_dialogue_new (connection);
  if (self->addresses != NULL)
    mopt_dialogue_note (self->dialogue, "port %u", port);
  if (options->password != NULL)
    mopt_client_guard (self, options->password);
  self->protocol = self->table->new (self->dialogue);

  g_autofree char *evidence = g_strdup_printf ("%u", port);
  mopt_client_end (self, evidence);
  return TRUE;
}

/* What is on offer now, without what the server knows of the password. */
static char **
copy_offers (MoptClient *self)
{
  char **offers = g_strdupv ((char **) self->table->get_offers (self->protocol));

  for (guint i = 0; offers[i] != NULL; i++)
    mopt_dialogue_mask (self->dialogue, offers[i], strlen (offers[i]));
  return offers;
}

/* Whether the password could be used here and now, in clear. */
static gboolean
has_login (MoptClient *self)
{
  g_auto (GStrv) mechanisms = self->table->get_mechanisms (self->protocol);
  g_autoptr (MoptPassword) any = mopt_password_new ("");
  const MoptSaslOptions options = {
    .user = "",
    .password = any,
    .connection = mopt_dialogue_get_connection (self->dialogue),
    .allow_clear_text = TRUE,
  };

  return mopt_sasl_choose ((const char *const *) mechanisms, &options, NULL) != NULL
         || self->table->get_own_login (self->protocol, TRUE, NULL) != NULL;
}

/* TLS from the first byte. A server that never says one did not stop answering: it does not answer. */
static gboolean
begin_with_tls (MoptClient *self, const char *host, gboolean verify, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (mopt_dialogue_start_tls (self->dialogue, host, verify, &cause))
    return TRUE;
  if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_TIMED_OUT)
      && !mopt_connection_was_heard (mopt_dialogue_get_connection (self->dialogue)))
    cause->code = MOPT_ERROR_NO_GREETING;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
start_tls (MoptClient *self, GError **error)
{
  const char *host = self->options->server->host;
  const MoptAttempt *attempt = &self->tried->attempt;

  if (attempt->tls == MOPT_TLS_IMPLICIT)
    return begin_with_tls (self, host, attempt->verify, error);
  if (!self->table->greet (self->protocol, TRUE, error) || !self->table->ask (self->protocol, error))
    return FALSE;
  self->tried->offers_before = copy_offers (self);
  self->has_login = has_login (self);
  return self->table->start_tls (self->protocol, host, attempt->verify, error);
}

static gboolean
secure (MoptClient *self, GError **error)
{
  if (!mopt_client_begin (self, MOPT_STAGE_SECURE, error))
    return FALSE;
  if (self->tried->attempt.tls == MOPT_TLS_NONE)
    {
      mopt_client_end (self, "none");
      return TRUE;
    }

  gboolean ok = start_tls (self, error);
  const MoptTlsInfo *info = mopt_connection_get_tls_info (mopt_dialogue_get_connection (self->dialogue));
  if (info != NULL)
    {
      self->tried->tls = mopt_tls_info_copy (info);
      if (self->tls != NULL)
        self->tls (info, self->user_data);
    }
  if (!ok)
    return FALSE;

  g_autofree char *evidence = g_strdup_printf ("%s %s", info->protocol, info->cipher);
  mopt_client_end (self, evidence);
  return TRUE;
}

gboolean
mopt_client_connect (MoptClient *self, gint64 connect_by, GError **error)
{
  return connect_to_server (self, connect_by, error) && secure (self, error);
}

gboolean
mopt_client_ask (MoptClient *self, GError **error)
{
  if (self->tried->offers != NULL)
    return TRUE;
  if (!mopt_client_begin (self, MOPT_STAGE_OFFERS, error))
    return FALSE;
  if (self->tried->attempt.tls != MOPT_TLS_STARTTLS && !self->table->greet (self->protocol, FALSE, error))
    return FALSE;
  if (!self->table->ask (self->protocol, error))
    return FALSE;
  self->tried->offers = copy_offers (self);

  g_autofree char *evidence = g_strjoinv (", ", self->tried->offers);
  mopt_client_end (self, evidence);
  return TRUE;
}

char *
mopt_client_get_transcript (MoptClient *self)
{
  if (self->dialogue != NULL)
    return mopt_dialogue_get_transcript (self->dialogue);
  return g_strdup (self->transcript != NULL ? self->transcript : "");
}
