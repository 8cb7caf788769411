/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The road to a login: attempts in order, each by the stages find, connect, secure and offers; the first that gets
 * so far is the one that logs in. No password is sent while finding out. */
#include "mail/session.h"

#include "base/error.h"
#include "mail/imap-mailbox.h"
#include "mail/login.h"
#include "mail/pop-mailbox.h"
#include "mail/smtp-submit.h"

#define EARLY_LIMIT_MS 5000 /* to connect and shake hands while another attempt is left */
#define GOOD_BYE_LIMIT_MS 500

struct _MoptSession
{
  const MoptProtocolTable *table;
  MoptProtocol protocol;
  const MoptSessionOptions *options; /* until open returns */
  GCancellable *cancellable;         /* nullable */
  guint limit_ms;
  gint64 deadline;      /* monotonic µs, of all stages together; 0 = none */
  gboolean must_log_in; /* nothing is sent for people who did not */

  MoptStage stage; /* the one that runs, or failed */
  gboolean found;
  MoptAttempt attempt;
  MoptDialogue *dialogue; /* NULL: not connected */
  gpointer client;        /* of table */
  char **offers;
  const char *mechanism; /* NULL: not logged in */
  GString *history;      /* transcripts of the attempts before this one */

  guint64 next_uid; /* IMAP: where new messages begin */
  GHashTable *seen; /* POP */
};

const char *
mopt_stage_name (MoptStage stage)
{
  static const char *const names[MOPT_N_STAGES] = { "find",    "connect", "secure",   "offers",  "login",
                                                    "mailbox", "sender",  "accepted", "arrived", "conversation-id" };

  g_return_val_if_fail ((guint) stage < MOPT_N_STAGES, "");

  return names[stage];
}

/* ---- stages ---- */

static gint64
deadline_in (MoptSession *self, guint ms)
{
  gint64 deadline = g_get_monotonic_time () + ms * (gint64) 1000;

  return self->deadline != 0 ? MIN (deadline, self->deadline) : deadline;
}

/* FALSE: cancelled, maybe by the callback itself. */
static gboolean
begin_stage (MoptSession *self, MoptStage stage, guint limit_ms, GError **error)
{
  self->stage = stage;
  if (self->dialogue != NULL)
    mopt_dialogue_set_deadline (self->dialogue, deadline_in (self, limit_ms));
  if (self->options->stage != NULL)
    self->options->stage (stage, NULL, self->options->user_data);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static void
end_stage (MoptSession *self, const char *evidence)
{
  if (self->options->stage != NULL)
    self->options->stage (self->stage, evidence, self->options->user_data);
}

static void
on_found (const char *first, gpointer user_data)
{
  MoptSession *self = user_data;

  if (!self->found)
    end_stage (self, first);
  self->found = TRUE;
  begin_stage (self, MOPT_STAGE_CONNECT, self->limit_ms, NULL);
}

/* The server may know the password from the session before this one, and say it at any time, as it is or as a login
 * puts it. */
static void
guard_password (MoptSession *self)
{
  const MoptServer *server = self->options->server;
  MoptPassword *password = self->options->password;

  if (password == NULL || server->user == NULL)
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
connect_to_server (MoptSession *self, guint limit_ms, GError **error)
{
  const MoptServer *server = self->options->server;
  g_autofree char *port = g_strdup_printf ("%u", self->attempt.port);

  self->stage = MOPT_STAGE_CONNECT;
  if (!self->found && !begin_stage (self, MOPT_STAGE_FIND, limit_ms, error))
    return FALSE;

  MoptConnection *connection = mopt_connection_open (server->host, self->attempt.port, deadline_in (self, limit_ms),
                                                     on_found, self, self->cancellable, error);
  if (connection == NULL)
    return FALSE;
  mopt_connection_set_trust (connection, server);
  self->dialogue = mopt_dialogue_new (connection);
  guard_password (self);
  self->client = self->table->new (self->dialogue);
  end_stage (self, port);
  return TRUE;
}

static gboolean
secure (MoptSession *self, guint limit_ms, GError **error)
{
  const char *host = self->options->server->host;
  gboolean starts_tls = self->attempt.tls == MOPT_TLS_STARTTLS;
  gboolean ok;

  if (!begin_stage (self, MOPT_STAGE_SECURE, starts_tls ? self->limit_ms : limit_ms, error))
    return FALSE;
  if (self->attempt.tls == MOPT_TLS_NONE)
    {
      end_stage (self, "none");
      return TRUE;
    }
  if (starts_tls)
    ok = self->table->greet (self->client, TRUE, error)
         && self->table->start_tls (self->client, host, self->attempt.verify, error);
  else
    ok = mopt_dialogue_start_tls (self->dialogue, host, self->attempt.verify, error);

  const MoptTlsInfo *info = mopt_session_get_tls_info (self);
  if (info != NULL && self->options->tls != NULL)
    self->options->tls (info, self->options->user_data);
  if (!ok)
    return FALSE;

  g_autofree char *evidence = g_strdup_printf ("%s %s", info->protocol, info->cipher);
  end_stage (self, evidence);
  return TRUE;
}

static gboolean
ask_offers (MoptSession *self, GError **error)
{
  if (!begin_stage (self, MOPT_STAGE_OFFERS, self->limit_ms, error))
    return FALSE;
  if (self->attempt.tls != MOPT_TLS_STARTTLS && !self->table->greet (self->client, FALSE, error))
    return FALSE;
  if (!self->table->ask (self->client, error))
    return FALSE;
  self->offers = g_strdupv ((char **) self->table->get_offers (self->client));

  g_autofree char *evidence = g_strjoinv (", ", self->offers);
  mopt_dialogue_mask (self->dialogue, evidence, strlen (evidence));
  end_stage (self, evidence);
  return TRUE;
}

static gboolean
log_in (MoptSession *self, GError **error)
{
  const MoptServer *server = self->options->server;
  const MoptSaslOptions options = {
    .user = server->user,
    .password = self->options->password,
    .connection = mopt_dialogue_get_connection (self->dialogue),
    .allow_clear_text = server->security == MOPT_SECURITY_BASIC,
    .at_least = mopt_server_least_strength (server, self->attempt.tls != MOPT_TLS_NONE),
    .tries = self->options->tries,
  };
  const char *mechanism;

  if (!begin_stage (self, MOPT_STAGE_LOGIN, self->limit_ms, error)
      || !mopt_login (self->table, self->client, &options, self->cancellable, &mechanism, error))
    return FALSE;
  self->mechanism = mechanism;
  end_stage (self, mechanism);
  return TRUE;
}

/* ---- attempts ---- */

/* How much the failure of an attempt tells: 0 nobody there, 1 no sign of TLS, 2 a server that was heard; 3 ends the
 * run, because something other than the way to it is wrong, or somebody wants us to choose a weaker one. */
static guint
weigh (const GError *error)
{
  if (error->domain != MOPT_ERROR)
    return 3;
  switch (error->code)
    {
    case MOPT_ERROR_CONNECTION_REFUSED:
    case MOPT_ERROR_UNREACHABLE:
    case MOPT_ERROR_CONNECT_TIMED_OUT:
    case MOPT_ERROR_CONNECT_FAILED:
      return 0;
    case MOPT_ERROR_TLS_NOT_SPOKEN:
    case MOPT_ERROR_TIMED_OUT:
    case MOPT_ERROR_HUNG_UP:
      return 1;
    case MOPT_ERROR_TLS_HANDSHAKE:
    case MOPT_ERROR_TLS_NOT_OFFERED:
    case MOPT_ERROR_TLS_REFUSED:
    case MOPT_ERROR_NOT_MAIL_SERVER:
    case MOPT_ERROR_GREETING_REFUSED:
    case MOPT_ERROR_COMMAND_REFUSED:
    case MOPT_ERROR_PROTOCOL:
    case MOPT_ERROR_LINE_TOO_LONG:
    case MOPT_ERROR_REPLY_TOO_LONG:
      return 2;
    default:
      return 3;
    }
}

static void
disconnect (MoptSession *self)
{
  if (self->dialogue == NULL)
    return;

  g_autofree char *transcript = mopt_dialogue_get_transcript (self->dialogue);
  g_string_append (self->history, transcript);
  self->table->free (self->client);
  g_clear_pointer (&self->dialogue, mopt_dialogue_free);
}

/* The first attempt that is secure in its way stays connected. */
static gboolean
try_attempts (MoptSession *self, GError **error)
{
  const MoptServer *server = self->options->server;
  MoptAttempt attempts[MOPT_ATTEMPTS_MAX];
  guint n = mopt_auto_attempts (server->protocol, server->security, server->custom_port, attempts);
  g_autoptr (GError) best = NULL;
  MoptStage best_stage = MOPT_STAGE_FIND;
  /* to whoever waits connecting is one stage: silent ports share its limit */
  guint early_ms = MIN (self->limit_ms / MAX (n, 1), EARLY_LIMIT_MS);

  for (guint i = 0; i < n; i++)
    {
      guint limit_ms = i + 1 < n ? early_ms : self->limit_ms - (n - 1) * early_ms;
      g_autoptr (GError) cause = NULL;

      self->attempt = attempts[i];
      if (connect_to_server (self, limit_ms, &cause) && secure (self, limit_ms, &cause))
        return TRUE;
      if (self->dialogue == NULL)
        g_string_append_printf (self->history, "-- %s\n", cause->message);
      disconnect (self);

      guint weight = weigh (cause);
      if (best == NULL || weight > weigh (best))
        {
          g_clear_error (&best);
          best = g_steal_pointer (&cause);
          best_stage = self->stage;
        }
      if (weight == 3)
        break;
    }
  self->stage = best_stage;
  g_propagate_error (error, g_steal_pointer (&best));
  return FALSE;
}

MoptSession *
mopt_session_open (const MoptSessionOptions *options, MoptStage *failed_stage, char **transcript,
                   GCancellable *cancellable, GError **error)
{
  static const MoptProtocolTable *const tables[] = {
    [MOPT_PROTOCOL_IMAP] = &mopt_imap_protocol,
    [MOPT_PROTOCOL_POP3] = &mopt_pop_protocol,
    [MOPT_PROTOCOL_SMTP] = &mopt_smtp_protocol,
  };
  const MoptServer *server = options->server;
  MoptSession *self = g_new0 (MoptSession, 1);
  gboolean ok;

  self->table = tables[server->protocol];
  self->protocol = server->protocol;
  self->options = options;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->limit_ms = options->limit_ms;
  self->deadline = options->deadline;
  self->must_log_in = server->authenticate;
  self->history = g_string_new (NULL);

  ok = try_attempts (self, error) && ask_offers (self, error)
       && (!server->authenticate || options->password == NULL || log_in (self, error));
  self->options = NULL;
  if (transcript != NULL)
    *transcript = mopt_session_get_transcript (self);
  if (ok)
    return self;
  if (failed_stage != NULL)
    *failed_stage = self->stage;
  disconnect (self);
  mopt_session_close (self);
  return NULL;
}

void
mopt_session_close (MoptSession *self)
{
  if (self->dialogue != NULL)
    {
      mopt_dialogue_set_deadline (self->dialogue, deadline_in (self, GOOD_BYE_LIMIT_MS));
      self->table->quit (self->client, NULL);
    }
  disconnect (self);
  g_strfreev (self->offers);
  g_string_free (self->history, TRUE);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_free (self);
}

const MoptAttempt *
mopt_session_get_attempt (MoptSession *self)
{
  return &self->attempt;
}

const MoptTlsInfo *
mopt_session_get_tls_info (MoptSession *self)
{
  return mopt_connection_get_tls_info (mopt_dialogue_get_connection (self->dialogue));
}

const char *
mopt_session_get_mechanism (MoptSession *self)
{
  return self->mechanism;
}

const char *const *
mopt_session_get_offers (MoptSession *self)
{
  return (const char *const *) self->offers;
}

char *
mopt_session_get_transcript (MoptSession *self)
{
  g_autofree char *now = self->dialogue != NULL ? mopt_dialogue_get_transcript (self->dialogue) : g_strdup ("");

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
  mopt_dialogue_set_deadline (self->dialogue, deadline_in (self, self->limit_ms));
}

gboolean
mopt_session_open_mailbox (MoptSession *self, const char *mailbox, guint64 *n_messages, GError **error)
{
  g_return_val_if_fail (self->protocol != MOPT_PROTOCOL_SMTP, FALSE);

  start_clock (self);
  if (self->protocol == MOPT_PROTOCOL_IMAP)
    return mopt_imap_examine (self->client, mailbox, n_messages, error)
           && mopt_imap_next_uid (self->client, &self->next_uid, error);

  g_clear_pointer (&self->seen, g_hash_table_unref);
  return mopt_pop_stat (self->client, n_messages, error)
         && (self->seen = mopt_pop_get_ids (self->client, error)) != NULL;
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
    mopt_imap_find (self->client, message_id, &self->next_uid, &message, error);
  else
    mopt_pop_find (self->client, message_id, self->seen, &message, error);
  return message;
}

char **
mopt_session_list_mailboxes (MoptSession *self, GError **error)
{
  g_return_val_if_fail (self->protocol == MOPT_PROTOCOL_IMAP, NULL);

  start_clock (self);
  return mopt_imap_list (self->client, error);
}

gboolean
mopt_session_envelope (MoptSession *self, const char *sender, const char *const *recipients, gsize size,
                       gboolean has_8bit, GError **error)
{
  g_return_val_if_fail (self->protocol == MOPT_PROTOCOL_SMTP, FALSE);

  if (self->must_log_in && self->mechanism == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_REQUIRED, "this account sends only after a login");
      return FALSE;
    }
  start_clock (self);
  return mopt_smtp_envelope (self->client, sender, recipients, size, has_8bit, error);
}

gboolean
mopt_session_reset (MoptSession *self, GError **error)
{
  g_return_val_if_fail (self->protocol == MOPT_PROTOCOL_SMTP, FALSE);

  start_clock (self);
  return mopt_smtp_reset (self->client, error);
}

gboolean
mopt_session_send_message (MoptSession *self, GBytes *message, char **reply, GError **error)
{
  g_return_val_if_fail (self->protocol == MOPT_PROTOCOL_SMTP, FALSE);

  start_clock (self);
  return mopt_smtp_data (self->client, message, reply, error);
}
