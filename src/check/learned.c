/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "check/learned.h"
#include "check/template.h"
#include "store/known.h"
#include "store/security.h"

static const MoptServer *
get_server (const MoptSettings *settings, MoptSide side)
{
  return side == MOPT_SIDE_OUTGOING ? &settings->outgoing : &settings->incoming;
}

/* ---- sessions ---- */

static gboolean
raise_level (MoptKnownServer *known, gpointer level)
{
  return mopt_known_server_raise (known, *(const MoptLevel *) level);
}

/* A note that cannot be written does not make a good login a bad one: it is said, and the next login tries again. */
static void
say_lost (const MoptServer *server, const GError *error, char **note)
{
  if (note != NULL && *note == NULL)
    *note = g_strdup_printf (_ ("What was learned about the security of %s could not be remembered. %s"), server->host,
                             error->message);
}

static void
note_level (const MoptSettings *settings, MoptSide side, const MoptKnownServer *known, MoptSession *session,
            char **note)
{
  const MoptServer *server = get_server (settings, side);
  const char *mechanism = mopt_session_get_mechanism (session);
  MoptLevel level = { mopt_session_get_tls_info (session) != NULL, mopt_strength_of_mechanism (mechanism) };
  g_autoptr (GError) error = NULL;

  if ((server->authenticate && mechanism == NULL) || mopt_level_compare (level, known->level) <= 0)
    return;
  if (!mopt_security_edit (settings->account_id, server, raise_level, &level, &error))
    say_lost (server, error, note);
}

/* A pass that was had of another certificate is stale. */
static void
note_key (const MoptSettings *settings, const MoptServer *server, MoptSession *session, char **note)
{
  const MoptTlsInfo *tls = mopt_session_get_tls_info (session);
  g_autoptr (GError) error = NULL;

  if (tls == NULL || tls->sha256 == NULL || *settings->account_id == '\0')
    return;
  g_autofree char *name = g_strdup_printf ("%s/%s/%u", mopt_protocol_name (server->protocol), server->host,
                                           mopt_session_get_attempt (session)->port);
  g_strdelimit (name, ":", '.'); /* an IPv6 address: not for a key file */
  if (!mopt_known_note_key (settings->account_id, name, tls->sha256, &error))
    say_lost (server, error, note);
}

MoptSession *
mopt_learned_open (const MoptSettings *settings, MoptSide side, const MoptSessionOptions *options,
                   MoptStage *failed_stage, char **transcript, GCancellable *cancellable, GError **error)
{
  const MoptKnownServer *for_this_run = get_server (settings, side)->known;
  MoptServer server = options->server != NULL ? *options->server : *get_server (settings, side);
  g_autoptr (MoptKnownServer) known = mopt_learned_get (settings, side, error);
  MoptSessionOptions all = *options;

  if (known == NULL)
    {
      if (failed_stage != NULL)
        *failed_stage = MOPT_STAGE_SECURE;
      return NULL;
    }
  if (for_this_run != NULL)
    {
      known->unencrypted_agreed |= for_this_run->unencrypted_agreed;
      mopt_known_server_raise (known, for_this_run->level);
    }
  server.known = known;
  all.server = &server;

  MoptSession *session = mopt_session_open (&all, failed_stage, transcript, cancellable, error);
  if (session != NULL && !options->explore)
    {
      note_level (settings, side, known, session, options->note);
      note_key (settings, &server, session, options->note);
    }
  return session;
}

/* ---- what is known, and changes ---- */

char *
mopt_learned_level_text (MoptLevel level)
{
  static const char *const logins[MOPT_N_STRENGTHS] = {
    [MOPT_STRENGTH_CLEAR] = N_ ("with a login that sends the password itself"),
    [MOPT_STRENGTH_DIGEST] = N_ ("with a login from which the password can be guessed"),
    [MOPT_STRENGTH_SCRAM] = N_ ("with a login that does not show the password (SCRAM)"),
    [MOPT_STRENGTH_SCRAM_PLUS] = N_ ("with a login bound to the connection (SCRAM-PLUS)"),
  };
  const char *login = logins[level.strength];

  if (!level.tls && login == NULL)
    return g_strdup ("");
  const char *encrypted = level.tls ? _ ("encrypted") : _ ("not encrypted");
  return login != NULL ? g_strdup_printf ("%s, %s", encrypted, _ (login)) : g_strdup (encrypted);
}

MoptKnownServer *
mopt_learned_get (const MoptSettings *settings, MoptSide side, GError **error)
{
  return mopt_security_get (settings->account_id, get_server (settings, side), error);
}

/* @format names who decided, and whom to ask. Caller frees. */
static char *
say_who (const MoptSettings *settings, const char *format)
{
  const MoptPublication *publication = settings->publication;
  const char *who = publication != NULL ? mopt_publication_who (publication) : _ ("your administrator");
  const char *whom = publication != NULL ? mopt_publication_whom_to_ask (publication) : who;
  const MoptPlace places[] = { { "who", who }, { "whom", whom }, { NULL } };

  return mopt_template_fill (format, places);
}

char *
mopt_learned_why_not_trust (const MoptSettings *settings, MoptSide side)
{
  return get_server (settings, side)->allow_trust
             ? NULL
             : say_who (settings, _ ("Which servers this account trusts is decided by {who}. Ask {whom}."));
}

static gboolean
trust (MoptKnownServer *known, gpointer data)
{
  const MoptTlsInfo *tls = data;

  mopt_known_server_trust (known, tls->port, tls->sha256,
                           mopt_trusted_until (tls->not_after, g_get_real_time () / G_USEC_PER_SEC));
  return TRUE;
}

gboolean
mopt_learned_trust (const MoptSettings *settings, MoptSide side, const MoptTlsInfo *tls, GError **error)
{
  const MoptServer *server = get_server (settings, side);
  g_autofree char *forbidden = mopt_learned_why_not_trust (settings, side);

  g_return_val_if_fail (tls->port != 0, FALSE);

  if (forbidden != NULL)
    g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED, forbidden);
  else if (tls->sha256 == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED, _ ("%s showed no certificate."), server->host);
  else if (tls->reasons->len == 0)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED,
                 _ ("Nothing is wrong with the certificate of %s: it needs no trust of its own."), server->host);
  else if (mopt_tls_info_has_reason (tls, "revoked"))
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED,
                 _ ("The certificate of %s was revoked by those who issued it. It cannot be trusted any more."),
                 server->host);
  else
    return mopt_security_edit (settings->account_id, server, trust, (gpointer) tls, error);
  return FALSE;
}

typedef struct
{
  guint16 port;
  const char *sha256;
  guint n_revoked;
} Revocation;

static gboolean
take_back (MoptKnownServer *known, gpointer data)
{
  Revocation *revocation = data;

  revocation->n_revoked = mopt_known_server_revoke (known, revocation->port, revocation->sha256);
  return revocation->n_revoked > 0;
}

gboolean
mopt_learned_revoke (const MoptSettings *settings, MoptSide side, guint16 port, const char *sha256, GError **error)
{
  const MoptServer *server = get_server (settings, side);
  Revocation revocation = { port, sha256, 0 };

  if (!mopt_security_edit (settings->account_id, server, take_back, &revocation, error))
    return FALSE;
  if (revocation.n_revoked > 0)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("No such certificate of %s is trusted."), server->host);
  return FALSE;
}

char *
mopt_learned_unencrypted_text (const MoptSettings *settings, MoptSide side)
{
  const MoptServer *server = get_server (settings, side);
  const MoptServer *other = get_server (settings, side == MOPT_SIDE_OUTGOING ? MOPT_SIDE_INCOMING : MOPT_SIDE_OUTGOING);
  const char *text = _ ("Everybody on the way to this server can then read your password and your mail.");

  if (!server->authenticate || !other->authenticate || *other->host == '\0' || g_str_equal (server->host, other->host)
      || g_strcmp0 (server->user, other->user) != 0)
    return g_strdup (text);
  g_autofree char *also = g_strdup_printf (_ ("If %s has the same password, they can log in there, too, even if it is "
                                              "never sent there so that anybody could read it."), other->host);
  return g_strconcat (text, " ", also, NULL);
}

static gboolean
agree (MoptKnownServer *known, gpointer data)
{
  gboolean agreed = GPOINTER_TO_INT (data), changes = !known->unencrypted_agreed != !agreed;

  known->unencrypted_agreed = agreed;
  return changes;
}

gboolean
mopt_learned_agree_unencrypted (const MoptSettings *settings, MoptSide side, gboolean agreed, GError **error)
{
  const MoptServer *server = get_server (settings, side);

  if (agreed && server->requires_tls)
    {
      g_autofree char *forbidden
          = say_who (settings, _ ("Encryption is required for this account by {who}. Ask {whom}."));

      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED, forbidden);
      return FALSE;
    }
  return mopt_security_edit (settings->account_id, server, agree, GINT_TO_POINTER (agreed), error);
}

gboolean
mopt_learned_lower (const MoptSettings *settings, MoptSide side, GError **error)
{
  return mopt_security_forget_level (settings->account_id, get_server (settings, side), error);
}
