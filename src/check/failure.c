/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/harmful.h"
#include "base/when.h"
#include "check/failure.h"
#include "check/failure-table.h"
#include "check/template.h"

static const char *
blamed_property (MoptBlame blame, const MoptSettings *settings, MoptSide side)
{
  gboolean out = side == MOPT_SIDE_OUTGOING;
  const MoptServer *server = out ? &settings->outgoing : &settings->incoming;

  switch (blame)
    {
    case MOPT_BLAME_HOST:
      return mopt_field_info (out ? MOPT_FIELD_OUTGOING_HOST : MOPT_FIELD_INCOMING_HOST)->name;
    case MOPT_BLAME_PORT:
      if (server->custom_port != 0)
        return mopt_field_info (out ? MOPT_FIELD_OUTGOING_PORT : MOPT_FIELD_INCOMING_PORT)->name;
      G_GNUC_FALLTHROUGH;
    case MOPT_BLAME_SECURITY:
      return mopt_field_info (out ? MOPT_FIELD_OUTGOING_SECURITY : MOPT_FIELD_INCOMING_SECURITY)->name;
    case MOPT_BLAME_ADDRESS:
      return blamed_property (server->custom_port != 0 ? MOPT_BLAME_PORT : MOPT_BLAME_HOST, settings, side);
    case MOPT_BLAME_USER:
      return mopt_field_info (out && !settings->same_login ? MOPT_FIELD_OUTGOING_USER : MOPT_FIELD_INCOMING_USER)->name;
    case MOPT_BLAME_PASSWORD:
      return out && !settings->same_login ? "outgoing-password" : "incoming-password";
    case MOPT_BLAME_NO_AUTHENTICATION:
      return server->authenticate ? NULL : blamed_property (MOPT_BLAME_AUTHENTICATION, settings, side);
    case MOPT_BLAME_AUTHENTICATION:
      return mopt_field_info (out ? MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION : MOPT_FIELD_INCOMING_SECURITY)->name;
    case MOPT_BLAME_MAILBOX:
      return settings->mailbox != NULL ? mopt_field_info (MOPT_FIELD_INCOMING_MAILBOX)->name : NULL;
    case MOPT_BLAME_FROM:
      return mopt_field_info (MOPT_FIELD_FROM_DEFAULT)->name;
    case MOPT_BLAME_CONVERSATION_ID:
      return mopt_field_info (MOPT_FIELD_CONVERSATION_ID_PLACE)->name;
    case MOPT_BLAME_NOBODY:
    default:
      return NULL;
    }
}

/* Port 25 is for servers among themselves and often blocked for everybody else. */
static gboolean
should_try_587 (MoptError code, const MoptServer *server)
{
  return server->protocol == MOPT_PROTOCOL_SMTP && server->security == MOPT_SECURITY_TLS
         && (server->custom_port == 0 || server->custom_port == 25)
         && (code == MOPT_ERROR_CONNECT_TIMED_OUT || code == MOPT_ERROR_CONNECTION_REFUSED
             || code == MOPT_ERROR_UNREACHABLE || code == MOPT_ERROR_CONNECT_FAILED);
}

/* Whether the person can do nothing about @property. */
static gboolean
is_fixed (const char *property, const MoptSettings *settings)
{
  MoptField field = property != NULL ? mopt_field_by_name (property) : MOPT_FIELD_NONE;

  if (field != MOPT_FIELD_NONE)
    return (settings->fixed & 1u << mopt_field_info (field)->section) != 0;
  /* a password can be typed unless its login is behind the padlock */
  if (g_strcmp0 (property, "incoming-password") == 0)
    return (settings->locked & 1u << MOPT_SECTION_INCOMING_ACCOUNT) != 0;
  if (g_strcmp0 (property, "outgoing-password") == 0)
    return (settings->locked & 1u << MOPT_SECTION_OUTGOING_ACCOUNT) != 0;
  return FALSE;
}

/* "Example Corp (help@example.com)" */
static char *
whom_to_tell (const MoptPublication *publication)
{
  if (publication == NULL)
    return g_strdup (_ ("your administrator"));
  if (*publication->organization == '\0' || *publication->contact == '\0')
    return g_strdup (mopt_publication_whom_to_ask (publication));
  return g_strdup_printf ("%s (%s)", mopt_publication_who (publication), mopt_publication_whom_to_ask (publication));
}

/* Whether what is wrong with the certificate of @tls (nullable) would not matter once somebody trusts it by hand. */
static gboolean
is_about_trust (MoptError code, const MoptTlsInfo *tls)
{
  return mopt_error_general (code) == MOPT_ERROR_CERTIFICATE && code != MOPT_ERROR_CLOCK_WRONG
         && code != MOPT_ERROR_NO_AUTHORITIES && tls != NULL && tls->sha256 != NULL
         && !mopt_tls_info_has_reason (tls, "revoked");
}

static MoptRemedy
find_remedy (MoptError code, const MoptServer *server, const MoptTlsInfo *tls)
{
  if (code == MOPT_ERROR_UNENCRYPTED_NOT_AGREED)
    return MOPT_REMEDY_UNENCRYPTED;
  return is_about_trust (code, tls) && server->allow_trust ? MOPT_REMEDY_TRUST : MOPT_REMEDY_NONE;
}

static const char *
choose_advice (MoptError code, const char *property, const MoptSettings *settings, MoptSide side,
               const MoptTlsInfo *tls)
{
  const MoptServer *server = side == MOPT_SIDE_OUTGOING ? &settings->outgoing : &settings->incoming;
  MoptSection section = side == MOPT_SIDE_OUTGOING ? MOPT_SECTION_OUTGOING_SERVER : MOPT_SECTION_INCOMING_SERVER;
  const MoptCauseRow *row = mopt_failure_get_row (code);

  if (is_about_trust (code, tls) && !server->allow_trust && settings->publication != NULL)
    return (settings->locked & 1u << section) != 0
               ? N_ ("This server is locked, so its certificate cannot be trusted by hand. Tell {whom} and send the "
                     "report.")
               : N_ ("No certificate may be trusted by hand in this account, by decision of {whom}. Tell them and "
                     "send the report.");
  if (is_fixed (property, settings))
    return row->passes ? N_ ("Test again later. If it stays so, tell {whom} and send the report.")
                       : N_ ("This setting is locked. Tell {whom} and send the report.");
  if (should_try_587 (code, server))
    return N_ ("Many networks block port 25: tick Custom Port and enter 587.");
  if (code == MOPT_ERROR_TLS_NOT_OFFERED && server->security == MOPT_SECURITY_AUTO)
    return N_ ("Auto has tried every way there is. Somebody on this network may be hiding the encryption: try another "
               "network, or ask the person who runs the server.");
  return row->advice;
}

MoptFailure *
mopt_failure_new_tls (const GError *error, const MoptSettings *settings, MoptSide side, MoptStage stage,
                      const MoptTlsInfo *tls, const char *recipients)
{
  g_return_val_if_fail (error != NULL && settings != NULL, NULL);

  MoptError code = error->domain == MOPT_ERROR ? (MoptError) error->code : MOPT_ERROR_FAILED;
  gboolean out = side == MOPT_SIDE_OUTGOING;
  const MoptServer *server = out ? &settings->outgoing : &settings->incoming;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *today = mopt_when_day (now);
  g_autofree char *whom = whom_to_tell (settings->publication);
  g_autofree char *port = server->custom_port != 0 ? g_strdup_printf ("%u", server->custom_port)
                                                   : mopt_default_ports_text (server->protocol, server->security);
  g_autofree char *certificate = mopt_failure_certificate_text (tls, server->host);
  const MoptPlace places[] = {
    { "host", server->host },
    { "port", port },
    { "user", server->user },
    { "mailbox", settings->mailbox != NULL ? settings->mailbox : server->user },
    { "page", out && !settings->same_login ? _ ("Outgoing Server") : _ ("Incoming Server") },
    { "certificate", certificate },
    { "recipient", recipients != NULL ? recipients : _ ("the address the message goes to") },
    { "today", today },
    { "whom", whom },
    { "message", error->message },
    { NULL },
  };
  MoptFailure *self = g_new0 (MoptFailure, 1);

  if (code == MOPT_ERROR_CERTIFICATE)
    code = mopt_failure_certificate_cause (tls, now);
  self->property = blamed_property (mopt_failure_get_row (code)->blame, settings, side);
  const char *advice = choose_advice (code, self->property, settings, side, tls);
  self->sentence = mopt_template_fill (_ (mopt_failure_get_row (code)->sentence), places);
  self->advice = *advice != '\0' ? mopt_template_fill (_ (advice), places) : g_strdup ("");
  self->code = mopt_error_word (code);
  self->remedy = find_remedy (code, server, tls);
  self->server_words = g_strdup (mopt_error_get_server_words (error));
  self->in_clear = self->server_words != NULL && tls == NULL;
  return self;
}

MoptFailure *
mopt_failure_new (const GError *error, const MoptSettings *settings, MoptSide side, MoptStage stage)
{
  MoptFailure *self = mopt_failure_new_tls (error, settings, side, stage, NULL, NULL);

  if (self != NULL)
    self->in_clear = FALSE; /* nobody knows */
  return self;
}

const char *
mopt_failure_in_clear_text (void)
{
  return _ ("This was said without encryption: anybody on the way can have written it.");
}

char *
mopt_failure_words_text (const MoptFailure *self)
{
  return mopt_failure_said_text (self->server_words, self->in_clear);
}

char *
mopt_failure_said_text (const char *server_words, gboolean in_clear)
{
  if (server_words == NULL || *server_words == '\0')
    return NULL;
  g_autofree char *words = mopt_isolate_words (server_words);
  /* Translators: %s is what a mail server answered, word for word */
  g_autofree char *said = g_strdup_printf (_ ("The server said: %s"), words);
  return in_clear ? g_strdup_printf ("%s\n%s", said, mopt_failure_in_clear_text ()) : g_steal_pointer (&said);
}

void
mopt_failure_free (MoptFailure *self)
{
  if (self == NULL)
    return;
  g_free (self->sentence);
  g_free (self->advice);
  g_free (self->server_words);
  g_free (self);
}
