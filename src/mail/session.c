/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The road to a login: the attempt that won the race is asked what it offers and logs in. No password is sent while
 * finding out. */
#include "mail/session.h"

#include "base/error.h"
#include "mail/imap-mailbox.h"
#include "mail/login.h"
#include "mail/pop-mailbox.h"
#include "mail/race.h"

#define GOOD_BYE_LIMIT_MS 500
#define LOOK_BACK 50 /* UIDs: as much other mail as may come in the seconds that a login takes */

struct _MoptSession
{
  MoptProtocol protocol;
  GCancellable *cancellable; /* nullable */
  guint limit_ms;
  gint64 deadline;      /* monotonic µs, of all stages together; 0 = none */
  gboolean must_log_in; /* nothing is sent for people who did not */

  MoptClient *client; /* NULL: not connected */
  GPtrArray *tried;
  GString *history;      /* what was said to the attempts that were not chosen */
  const char *mechanism; /* NULL: not logged in */

  guint64 next_uid; /* IMAP: where new messages begin */
  GHashTable *seen; /* POP */
};

/* ---- open ---- */

/* The password that is at hand, or is by now. Transfer full. */
static MoptPassword *
get_password (MoptSession *self, const MoptSessionOptions *options, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  if (options->password != NULL)
    return mopt_password_ref (options->password);
  MoptPassword *password = options->find_password (options->user_data, error);
  if (password == NULL)
    return NULL;
  mopt_client_guard (self->client, password);
  mopt_connection_postpone (mopt_dialogue_get_connection (self->client->dialogue), g_get_monotonic_time () - start);
  return password;
}

static gboolean
log_in (MoptSession *self, const MoptSessionOptions *options, GError **error)
{
  MoptClient *client = self->client;

  if (!mopt_client_begin (client, MOPT_STAGE_LOGIN, error))
    return FALSE;
  g_autoptr (MoptPassword) password = get_password (self, options, error);
  if (password == NULL)
    return FALSE;

  const MoptSaslOptions sasl = {
    .user = options->server->user,
    .password = password,
    .connection = mopt_dialogue_get_connection (client->dialogue),
    .allow_clear_text = client->tried->attempt.tls == MOPT_TLS_NONE,
    .at_least = mopt_server_least_strength (options->server, client->tried->attempt.tls != MOPT_TLS_NONE),
    .tries = options->tries,
  };
  const char *mechanism;

  if (!mopt_login (client->table, client->protocol, &sasl, self->cancellable, &mechanism, error))
    return FALSE;
  self->mechanism = mechanism;
  mopt_client_end (client, mechanism);
  return TRUE;
}

static gboolean
open_client (MoptSession *self, const MoptSessionOptions *options, MoptStage *stage, GError **error)
{
  gboolean wants_login = options->server->authenticate && !options->explore
                         && (options->password != NULL || options->find_password != NULL);
  g_autoptr (GError) cause = NULL;

  self->client = mopt_race_run (options, self->tried, self->history, stage, self->cancellable, error);
  if (self->client == NULL)
    return FALSE;

  gboolean asked = mopt_client_ask (self->client, &cause);
  gboolean ok = asked && (!wants_login || log_in (self, options, &cause));
  *stage = self->client->tried->stage;
  self->client->options = NULL;
  self->client->stage = NULL;
  self->client->tls = NULL;
  if (!asked)
    self->client->tried->error = g_error_copy (cause);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&cause));
  return ok;
}

MoptSession *
mopt_session_open (const MoptSessionOptions *options, MoptStage *failed_stage, char **transcript,
                   GCancellable *cancellable, GError **error)
{
  MoptSession *self = g_new0 (MoptSession, 1);
  MoptStage stage;

  self->protocol = options->server->protocol;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->limit_ms = options->limit_ms;
  self->deadline = options->deadline;
  self->must_log_in = options->server->authenticate;
  self->tried = options->tried != NULL ? g_ptr_array_ref (options->tried) : mopt_tried_array_new ();
  self->history = g_string_new (NULL);

  gboolean ok = open_client (self, options, &stage, error);
  if (transcript != NULL)
    *transcript = mopt_session_get_transcript (self);
  if (ok)
    return self;
  if (failed_stage != NULL)
    *failed_stage = stage;
  g_clear_pointer (&self->client, mopt_client_free);
  mopt_session_close (self);
  return NULL;
}

static gint64
deadline_in (MoptSession *self, guint ms)
{
  gint64 deadline = g_get_monotonic_time () + ms * (gint64) 1000;

  return self->deadline != 0 ? MIN (deadline, self->deadline) : deadline;
}

void
mopt_session_close (MoptSession *self)
{
  if (self->client != NULL && self->client->dialogue != NULL)
    {
      mopt_dialogue_set_deadline (self->client->dialogue, deadline_in (self, GOOD_BYE_LIMIT_MS));
      self->client->table->quit (self->client->protocol, NULL);
    }
  g_clear_pointer (&self->client, mopt_client_free);
  g_ptr_array_unref (self->tried);
  g_string_free (self->history, TRUE);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_free (self);
}

const MoptAttempt *
mopt_session_get_attempt (MoptSession *self)
{
  return &self->client->tried->attempt;
}

const MoptTlsInfo *
mopt_session_get_tls_info (MoptSession *self)
{
  return mopt_connection_get_tls_info (mopt_dialogue_get_connection (self->client->dialogue));
}

const char *
mopt_session_get_mechanism (MoptSession *self)
{
  return self->mechanism;
}

const char *const *
mopt_session_get_offers (MoptSession *self)
{
  return (const char *const *) self->client->tried->offers;
}

char *
mopt_session_get_transcript (MoptSession *self)
{
  g_autofree char *now = self->client != NULL ? mopt_client_get_transcript (self->client) : g_strdup ("");

  return g_strconcat (self->history->str, now, NULL);
}

void
mopt_session_set_limit (MoptSession *self, guint limit_ms)
{
  self->limit_ms = limit_ms;
}

/* ---- what comes after the login ---- */

static void
start_clock (MoptSession *self)
{
  mopt_dialogue_set_deadline (self->client->dialogue, deadline_in (self, self->limit_ms));
}

gboolean
mopt_session_open_mailbox (MoptSession *self, const char *mailbox, guint64 *n_messages, GError **error)
{
  g_return_val_if_fail (self->protocol != MOPT_PROTOCOL_SMTP, FALSE);

  start_clock (self);
  if (self->protocol == MOPT_PROTOCOL_IMAP)
    return mopt_imap_examine (self->client->protocol, mailbox, n_messages, error)
           && mopt_imap_next_uid (self->client->protocol, &self->next_uid, error);

  g_clear_pointer (&self->seen, g_hash_table_unref);
  return mopt_pop_stat (self->client->protocol, n_messages, error)
         && (self->seen = mopt_pop_get_ids (self->client->protocol, error)) != NULL;
}

gboolean
mopt_session_read_newest (MoptSession *self, const char *mailbox, guint64 *n_messages, guint64 *size, GBytes **message,
                          GError **error)
{
  g_return_val_if_fail (self->protocol != MOPT_PROTOCOL_SMTP, FALSE);

  start_clock (self);
  if (self->protocol == MOPT_PROTOCOL_IMAP)
    return mopt_imap_examine (self->client->protocol, mailbox, n_messages, error)
           && mopt_imap_newest (self->client->protocol, size, message, error);
  return mopt_pop_stat (self->client->protocol, n_messages, error)
         && mopt_pop_newest (self->client->protocol, *n_messages, size, message, error);
}

void
mopt_session_look_back (MoptSession *self)
{
  g_return_if_fail (self->next_uid != 0);

  self->next_uid = self->next_uid > LOOK_BACK ? self->next_uid - LOOK_BACK : 1;
}

GHashTable *
mopt_session_get_seen (MoptSession *self)
{
  return self->seen;
}

void
mopt_session_set_seen (MoptSession *self, GHashTable *seen)
{
  g_hash_table_ref (seen);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  self->seen = seen;
}

GBytes *
mopt_session_find_message (MoptSession *self, const char *message_id, GError **error)
{
  GBytes *message = NULL;

  g_return_val_if_fail (self->next_uid != 0 || self->seen != NULL, NULL);

  start_clock (self);
  if (self->protocol == MOPT_PROTOCOL_IMAP)
    mopt_imap_find (self->client->protocol, message_id, &self->next_uid, &message, error);
  else
    mopt_pop_find (self->client->protocol, message_id, self->seen, &message, error);
  return message;
}

char **
mopt_session_list_mailboxes (MoptSession *self, GError **error)
{
  g_return_val_if_fail (self->protocol == MOPT_PROTOCOL_IMAP, NULL);

  start_clock (self);
  return mopt_imap_list (self->client->protocol, error);
}

gboolean
mopt_session_envelope (MoptSession *self, const MoptEnvelope *envelope, char ***refused, GError **error)
{
  g_return_val_if_fail (self->protocol == MOPT_PROTOCOL_SMTP, FALSE);

  if (refused != NULL)
    *refused = NULL;
  if (self->must_log_in && self->mechanism == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_REQUIRED, "this account sends only after a login");
      return FALSE;
    }
  start_clock (self);
  if (mopt_smtp_envelope (self->client->protocol, envelope, refused, error))
    return TRUE;
  /* the server may wait for a message now: whatever came next would be one */
  if (envelope->at_once)
    mopt_client_hang_up (self->client);
  return FALSE;
}

gboolean
mopt_session_reset (MoptSession *self, GError **error)
{
  g_return_val_if_fail (self->protocol == MOPT_PROTOCOL_SMTP, FALSE);

  start_clock (self);
  return mopt_smtp_reset (self->client->protocol, error);
}

gboolean
mopt_session_send_message (MoptSession *self, const MoptEnvelope *envelope, MoptPieces *message, char **reply,
                           GError **error)
{
  g_return_val_if_fail (self->protocol == MOPT_PROTOCOL_SMTP, FALSE);

  g_autoptr (GError) cause = NULL;

  start_clock (self);
  if (mopt_smtp_message (self->client->protocol, envelope, message, self->limit_ms, reply, &cause))
    return TRUE;
  /* unless the server refused it, it is in the middle of the message */
  if (mopt_error_get_server_words (cause) == NULL)
    mopt_client_hang_up (self->client);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}
