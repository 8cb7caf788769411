/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/pop.h"

#include <string.h>

#include "base/error.h"
#include "mail/offers.h"
#include "mail/words.h"

#define LINE_MAX_AUTH 255 /* bytes of an AUTH line with initial response, CRLF included (RFC 5034 §4) */

struct _MoptPop
{
  MoptDialogue *dialogue;
  char *timestamp;  /* of the greeting, "<1896.697170952@dbc.mtview.ca.us>"; NULL: no APOP */
  char **offers;    /* CAPA's lines; NULL: not asked, or forgotten after TLS */
  gboolean no_capa; /* the server does not know CAPA: then USER, TOP, UIDL may well be there */
};

static gpointer
mopt_pop_new (MoptDialogue *dialogue)
{
  MoptPop *self = g_new0 (MoptPop, 1);

  self->dialogue = dialogue;
  mopt_dialogue_take_turns (dialogue);
  return self;
}

static void
mopt_pop_free (gpointer data)
{
  MoptPop *self = data;

  g_free (self->timestamp);
  g_strfreev (self->offers);
  g_free (self);
}

static const char *const *
mopt_pop_get_offers (gpointer data)
{
  static const char *const none[] = { NULL };
  MoptPop *self = data;

  return self->offers != NULL ? (const char *const *) self->offers : none;
}

static gboolean
offers (MoptPop *self, const char *keyword)
{
  return mopt_offers_find (mopt_pop_get_offers (self), keyword) != NULL;
}

static gboolean
is_tls (MoptPop *self)
{
  return mopt_connection_is_tls (mopt_dialogue_get_connection (self->dialogue));
}

/* ---- replies ---- */

/* What stands behind "+OK" or "-ERR", or NULL if @line begins with neither. */
static const char *
after_status (const char *line, const char *status)
{
  gsize length = strlen (status);

  if (g_ascii_strncasecmp (line, status, length) != 0 || (line[length] != ' ' && line[length] != '\0'))
    return NULL;
  return line + length + (line[length] == ' ');
}

/* One line that is +OK or -ERR: @ok (out). The text behind it; NULL + error where it is neither. */
static char *
read_status (MoptPop *self, gboolean *ok, GError **error)
{
  mopt_dialogue_begin_reply (self->dialogue);

  g_autofree char *line = mopt_dialogue_read_line (self->dialogue, NULL, error);
  if (line == NULL)
    return NULL;

  const char *text = after_status (line, "+OK");
  *ok = text != NULL;
  if (text == NULL)
    text = after_status (line, "-ERR");
  if (text != NULL)
    return g_strdup (text);
  mopt_dialogue_mask (self->dialogue, line, strlen (line));
  mopt_set_error_with_words (error, MOPT_ERROR_PROTOCOL, line, "not a reply of a POP server");
  return NULL;
}

/* -ERR @text to @command: an error with the server's words. Always FALSE. */
static gboolean
fail (MoptPop *self, const char *text, MoptError code, const char *command, GError **error)
{
  g_autofree char *words = g_strdup (text);

  mopt_dialogue_mask (self->dialogue, words, strlen (words));
  mopt_set_error_with_words (error, code, words, "%s: -ERR", command);
  return FALSE;
}

gboolean
mopt_pop_run (MoptPop *self, const char *command, MoptPopStep step, char **text, GError **error)
{
  g_autofree char *reply = NULL;
  gboolean ok;

  if (!mopt_dialogue_send (self->dialogue, error, "%s", command) || (reply = read_status (self, &ok, error)) == NULL)
    return FALSE;
  if (!ok)
    return fail (self, reply, mopt_pop_cause (step, reply), command, error);
  if (text != NULL)
    *text = g_steal_pointer (&reply);
  return TRUE;
}

char *
mopt_pop_read_line (MoptPop *self, gboolean many, gsize *length, GError **error)
{
  if (many)
    mopt_dialogue_begin_reply (self->dialogue);

  g_autofree char *line = mopt_dialogue_read_line (self->dialogue, length, error);

  if (line == NULL || (line[0] == '.' && *length == 1))
    return NULL;
  if (line[0] == '.')
    memmove (line, line + 1, (*length)--);
  return g_steal_pointer (&line);
}

void
mopt_pop_set_private (MoptPop *self, gboolean on)
{
  mopt_dialogue_set_private (self->dialogue, on);
}

/* ---- greeting, CAPA, STLS, QUIT ---- */

/* A timestamp is only taken if it is a msg-id of plain ASCII: what else a server sends could be chosen to make
 * MD5 tell about the password (RFC 1939 §7, CVE-2007-1558). */
static char *
find_timestamp (const char *greeting)
{
  const char *open = strchr (greeting, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  gboolean has_at = FALSE;

  if (close == NULL)
    return NULL;
  for (const char *p = open + 1; p < close; p++)
    {
      if (*p <= ' ' || *p > '~' || *p == '<')
        return NULL;
      has_at = has_at || (*p == '@' && p > open + 1 && p + 1 < close);
    }
  return has_at ? g_strndup (open, close + 1 - open) : NULL;
}

static gboolean
mopt_pop_greet (gpointer data, gboolean starts_tls, GError **error)
{
  MoptPop *self = data;
  g_autoptr (GError) cause = NULL;
  gboolean ok;
  g_autofree char *text = read_status (self, &ok, &cause);

  if (text == NULL)
    {
      if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_PROTOCOL))
        cause->code = mopt_words_other_server (mopt_error_get_server_words (cause));
      mopt_words_no_greeting (cause, mopt_dialogue_get_connection (self->dialogue));
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (!ok)
    return fail (self, text, mopt_pop_cause (MOPT_POP_STEP_GREETING, text), "greeting", error);
  self->timestamp = find_timestamp (text);
  return TRUE;
}

static gboolean
mopt_pop_ask (gpointer data, GError **error)
{
  MoptPop *self = data;
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = NULL;
  gboolean ok;

  if (self->offers != NULL)
    return TRUE;
  if (!mopt_dialogue_send (self->dialogue, error, "CAPA") || (text = read_status (self, &ok, error)) == NULL)
    return FALSE;
  self->no_capa = !ok;
  while (ok)
    {
      gsize length;
      g_autofree char *line = mopt_pop_read_line (self, FALSE, &length, &cause);

      if (line == NULL)
        break;
      g_strv_builder_add (lines, line);
    }
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  self->offers = g_strv_builder_end (lines);
  return TRUE;
}

static gboolean
mopt_pop_start_tls (gpointer data, const char *host, gboolean verify, GError **error)
{
  MoptPop *self = data;

  if (!mopt_pop_ask (self, error))
    return FALSE;
  if (!offers (self, "STLS"))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_TLS_NOT_OFFERED, "STLS is not among what the server offers");
      return FALSE;
    }

  gboolean ok;
  g_autofree char *text = NULL;
  if (!mopt_dialogue_send (self->dialogue, error, "STLS") || (text = read_status (self, &ok, error)) == NULL)
    return FALSE;
  if (!ok)
    return fail (self, text, MOPT_ERROR_TLS_REFUSED, "STLS", error);
  g_clear_pointer (&self->offers, g_strfreev);
  /* it came in clear: anybody may have written it (RFC 2595 §4) */
  g_clear_pointer (&self->timestamp, g_free);
  return mopt_dialogue_start_tls (self->dialogue, host, verify, error);
}

static gboolean
mopt_pop_quit (gpointer data, GError **error)
{
  return mopt_pop_run (data, "QUIT", MOPT_POP_STEP_OTHER, NULL, error);
}

/* ---- AUTH, APOP, USER and PASS ---- */

static char **
mopt_pop_get_mechanisms (gpointer data)
{
  return mopt_offers_words (mopt_pop_get_offers (data), "SASL");
}

/* A secret line that must be answered by +OK. */
static gboolean
run_secret (MoptPop *self, const char *line, const char *mask, const char *command, GError **error)
{
  g_autofree char *text = NULL;
  gboolean ok;

  if (!mopt_dialogue_send_secret (self->dialogue, line, mask, error) || (text = read_status (self, &ok, error)) == NULL)
    return FALSE;
  return ok || fail (self, text, mopt_pop_cause (MOPT_POP_STEP_LOGIN, text), command, error);
}

static gboolean
mopt_pop_authenticate (gpointer data, MoptSasl *sasl, GCancellable *cancellable, GError **error)
{
  MoptPop *self = data;
  g_autofree char *command = g_strdup_printf ("AUTH %s", mopt_sasl_get_mechanism (sasl));
  mopt_autowipe char *initial = NULL; /* still to be sent */
  mopt_autowipe char *line = NULL;

  if (mopt_sasl_has_initial (sasl) && (initial = mopt_sasl_step (sasl, NULL, cancellable, error)) == NULL)
    return FALSE;
  if (initial != NULL)
    line = g_strconcat (command, " ", *initial != '\0' ? initial : "=", NULL);
  if (line != NULL && strlen (line) + 2 <= LINE_MAX_AUTH)
    {
      g_autofree char *mask = g_strdup_printf ("%s ***", command);

      if (!mopt_dialogue_send_secret (self->dialogue, line, mask, error))
        return FALSE;
      mopt_wipe_free (g_steal_pointer (&initial));
    }
  else if (!mopt_dialogue_send (self->dialogue, error, "%s", command))
    return FALSE;

  for (guint i = 0; i < MOPT_CHALLENGES_MAX; i++)
    {
      mopt_dialogue_begin_reply (self->dialogue);
      g_autofree char *reply = mopt_dialogue_read_line (self->dialogue, NULL, error);
      if (reply == NULL)
        return FALSE;
      if (after_status (reply, "+OK") != NULL)
        return mopt_sasl_finish (sasl, NULL, cancellable, error);
      if (after_status (reply, "-ERR") != NULL)
        {
          const char *text = after_status (reply, "-ERR");

          return fail (self, text, mopt_pop_cause (MOPT_POP_STEP_LOGIN, text), command, error);
        }
      if (reply[0] != '+' || (reply[1] != ' ' && reply[1] != '\0'))
        {
          mopt_dialogue_mask (self->dialogue, reply, strlen (reply));
          mopt_set_error_with_words (error, MOPT_ERROR_PROTOCOL, reply, "%s: not a challenge", command);
          return FALSE;
        }

      const char *challenge = reply[1] == ' ' ? reply + 2 : "";
      mopt_autowipe char *answer
          = initial != NULL ? g_steal_pointer (&initial) : mopt_sasl_step (sasl, challenge, cancellable, error);
      if (answer == NULL || !mopt_dialogue_send_secret (self->dialogue, answer, "***", error))
        return FALSE;
    }
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "%s: no end of challenges", command);
  return FALSE;
}

static const char *
mopt_pop_get_own_login (gpointer data, gboolean clear_text, GError **error)
{
  MoptPop *self = data;
  gboolean has_user = self->no_capa || offers (self, "USER");

  /* under TLS a digest is the last choice: it only works where the server keeps passwords readable */
  if (self->timestamp != NULL && !(is_tls (self) && clear_text && has_user))
    return "APOP";
  if (has_user && clear_text)
    return "USER";
  if (has_user)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_CLEAR_TEXT, "only USER and PASS are left, without encryption");
  else if (!is_tls (self) && offers (self, "STLS"))
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_TLS_REQUIRED, "a login is offered only after STLS");
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_NOT_OFFERED, "neither SASL nor APOP nor USER is offered");
  return NULL;
}

static gboolean
mopt_pop_log_in (gpointer data, const char *own_login, const char *user, MoptPassword *password, GError **error)
{
  MoptPop *self = data;

  if (g_str_equal (own_login, "APOP"))
    {
      mopt_autowipe char *digest = mopt_sasl_apop (self->timestamp, password);
      if (digest == NULL)
        {
          g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, "this system's OpenSSL has no MD5");
          return FALSE;
        }
      mopt_autowipe char *line = g_strconcat ("APOP ", user, " ", digest, NULL);
      g_autofree char *mask = g_strdup_printf ("APOP %s ***", user);

      return run_secret (self, line, mask, "APOP", error);
    }

  gboolean ok;
  g_autofree char *text = NULL;
  if (!mopt_dialogue_send (self->dialogue, error, "USER %s", user) || (text = read_status (self, &ok, error)) == NULL)
    return FALSE;
  if (!ok)
    return fail (self, text, mopt_pop_cause (MOPT_POP_STEP_LOGIN, text), "USER", error);

  mopt_autowipe char *line = g_strconcat ("PASS ", mopt_password_peek (password), NULL);
  return run_secret (self, line, "PASS ***", "PASS", error);
}

const MoptProtocolTable mopt_pop_protocol = {
  .new = mopt_pop_new,
  .free = mopt_pop_free,
  .greet = mopt_pop_greet,
  .ask = mopt_pop_ask,
  .start_tls = mopt_pop_start_tls,
  .get_offers = mopt_pop_get_offers,
  .get_mechanisms = mopt_pop_get_mechanisms,
  .authenticate = mopt_pop_authenticate,
  .get_own_login = mopt_pop_get_own_login,
  .log_in = mopt_pop_log_in,
  .quit = mopt_pop_quit,
};
