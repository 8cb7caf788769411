/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/imap.h"

#include <string.h>

#include "mail/imap-login.h"
#include "mail/offers.h"
#include "mail/words.h"

struct _MoptImap
{
  MoptDialogue *dialogue;
  char **offers; /* CAPABILITY's words; NULL: not said, or forgotten after TLS */
  char *bye;     /* the words of an untagged BYE: why the server is about to hang up */
  guint last_tag;
  gboolean has_exists; /* of the open mailbox: */
  guint64 exists;
  guint64 uid_next;
};

static gpointer
mopt_imap_new (MoptDialogue *dialogue)
{
  MoptImap *self = g_new0 (MoptImap, 1);

  self->dialogue = dialogue;
  return self;
}

static void
mopt_imap_free (gpointer data)
{
  MoptImap *self = data;

  g_strfreev (self->offers);
  g_free (self->bye);
  g_free (self);
}

static const char *const *
mopt_imap_get_offers (gpointer data)
{
  static const char *const none[] = { NULL };
  MoptImap *self = data;

  return self->offers != NULL ? (const char *const *) self->offers : none;
}

gboolean
mopt_imap_offers (MoptImap *self, const char *word)
{
  return mopt_offers_find (mopt_imap_get_offers (self), word) != NULL;
}

MoptDialogue *
mopt_imap_get_dialogue (MoptImap *self)
{
  return self->dialogue;
}

char *
mopt_imap_new_tag (MoptImap *self)
{
  return g_strdup_printf ("a%u", ++self->last_tag);
}

gboolean
mopt_imap_has_exists (MoptImap *self)
{
  return self->has_exists;
}

guint64
mopt_imap_get_exists (MoptImap *self)
{
  return self->exists;
}

guint64
mopt_imap_get_uid_next (MoptImap *self)
{
  return self->uid_next;
}

void
mopt_imap_forget_mailbox (MoptImap *self)
{
  self->has_exists = FALSE;
  self->exists = 0;
  self->uid_next = 0;
}

/* ---- responses ---- */

/* One response with its literals. */
static char *
read_response (MoptImap *self, gsize *length, GError **error)
{
  g_autoptr (GString) response = g_string_new (NULL);
  gboolean more = TRUE;

  while (more)
    {
      gsize line_length, literal_length;
      g_autoptr (GError) cause = NULL;
      g_autofree char *line = mopt_dialogue_read_line (self->dialogue, &line_length, &cause);

      if (line == NULL)
        {
          if (self->bye != NULL && g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_HUNG_UP))
            mopt_set_error_with_words (error, MOPT_ERROR_HUNG_UP, self->bye, "%s", cause->message);
          else
            g_propagate_error (error, g_steal_pointer (&cause));
          return NULL;
        }
      g_string_append_len (response, line, line_length);
      more = mopt_imap_ends_in_literal (line, line_length, &literal_length)
             && mopt_imap_may_hold_literal (response->str);
      if (more)
        {
          g_autoptr (GBytes) literal = mopt_dialogue_read_bytes (self->dialogue, literal_length, error);

          if (literal == NULL)
            return NULL;
          g_string_append (response, "\r\n");
          g_string_append_len (response, g_bytes_get_data (literal, NULL), g_bytes_get_size (literal));
        }
    }
  *length = response->len;
  return g_string_free (g_steal_pointer (&response), FALSE);
}

static void
set_offers (MoptImap *self, const char *words)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) split = g_strsplit (words, " ", -1);

  for (guint i = 0; split[i] != NULL; i++)
    if (split[i][0] != '\0')
      g_strv_builder_add (builder, split[i]);
  g_strfreev (self->offers);
  self->offers = g_strv_builder_end (builder);
}

static void
note_status (MoptImap *self, const MoptImapStatus *status)
{
  if (g_ascii_strcasecmp (status->code, "CAPABILITY") == 0)
    set_offers (self, status->argument);
  else if (g_ascii_strcasecmp (status->code, "UIDNEXT") == 0)
    self->uid_next = g_ascii_strtoull (status->argument, NULL, 10);
  if (status->condition == MOPT_IMAP_BYE)
    {
      g_free (self->bye);
      self->bye = g_strdup (status->text);
      mopt_dialogue_mask (self->dialogue, self->bye, strlen (self->bye));
    }
}

/* What any untagged response tells us, whatever was asked. */
static void
note_untagged (MoptImap *self, const char *response, gsize length, MoptImapFunc func, gpointer user_data)
{
  g_auto (MoptImapStatus) status = { 0 };

  if (mopt_imap_parse_status (response + 2, &status))
    {
      note_status (self, &status);
      return;
    }
  if (g_ascii_strncasecmp (response, "* CAPABILITY ", 13) == 0)
    set_offers (self, response + 13);
  self->has_exists |= mopt_imap_parse_number (response, "EXISTS", &self->exists);
  if (func != NULL)
    func (response, length, user_data);
}

gboolean
mopt_imap_read (MoptImap *self, MoptImapFunc func, gpointer user_data, gboolean many, char **challenge,
                MoptImapStatus *status, GError **error)
{
  g_autofree char *tag = g_strdup_printf ("a%u ", self->last_tag);

  mopt_dialogue_begin_reply (self->dialogue);
  for (guint i = 0; i < MOPT_IMAP_RESPONSES_MAX; i++)
    {
      gsize length;
      g_autofree char *response = read_response (self, &length, error);

      if (response == NULL)
        return FALSE;
      if (many)
        mopt_dialogue_begin_reply (self->dialogue);
      if (g_str_has_prefix (response, "* "))
        note_untagged (self, response, length, func, user_data);
      else if (g_ascii_strncasecmp (response, tag, strlen (tag)) == 0
               && mopt_imap_parse_status (response + strlen (tag), status) && status->condition <= MOPT_IMAP_BAD)
        {
          note_status (self, status);
          return TRUE;
        }
      else if (challenge != NULL && response[0] == '+' && (response[1] == ' ' || response[1] == '\0'))
        {
          *challenge = g_strdup (response[1] == ' ' ? response + 2 : "");
          return TRUE;
        }
      else
        {
          mopt_dialogue_mask (self->dialogue, response, length);
          mopt_set_error_with_words (error, MOPT_ERROR_PROTOCOL, response, "not an answer to what was asked");
          return FALSE;
        }
    }
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_REPLY_TOO_LONG, "over %d responses", MOPT_IMAP_RESPONSES_MAX);
  return FALSE;
}

gboolean
mopt_imap_run (MoptImap *self, const char *command, MoptImapFunc func, gpointer user_data, gboolean many,
               MoptImapStatus *status, GError **error)
{
  g_autofree char *tag = mopt_imap_new_tag (self);

  return mopt_dialogue_send (self->dialogue, error, "%s %s", tag, command)
         && mopt_imap_read (self, func, user_data, many, NULL, status, error);
}

gboolean
mopt_imap_refuse (MoptImap *self, const MoptImapStatus *status, MoptImapStep step, const char *command, GError **error)
{
  return mopt_imap_fail (self, status, mopt_imap_cause (step, status, mopt_imap_get_offers (self)), command, error);
}

gboolean
mopt_imap_fail (MoptImap *self, const MoptImapStatus *status, MoptError code, const char *command, GError **error)
{
  g_autofree char *words = g_strdup (status->text);

  mopt_dialogue_mask (self->dialogue, words, strlen (words));
  mopt_set_error_with_words (error, code, words, "%s: %s %s", command, status->condition == MOPT_IMAP_NO ? "NO" : "BAD",
                             status->code);
  return FALSE;
}

/* ---- greeting, CAPABILITY, STARTTLS, LOGOUT ---- */

static gboolean
mopt_imap_greet (gpointer data, gboolean starts_tls, GError **error)
{
  MoptImap *self = data;
  g_auto (MoptImapStatus) status = { 0 };
  g_autoptr (GError) cause = NULL;

  mopt_dialogue_begin_reply (self->dialogue);
  g_autofree char *line = mopt_dialogue_read_line (self->dialogue, NULL, &cause);
  if (line == NULL)
    {
      mopt_words_no_greeting (cause, mopt_dialogue_get_connection (self->dialogue));
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (!g_str_has_prefix (line, "* ") || !mopt_imap_parse_status (line + 2, &status))
    {
      mopt_dialogue_mask (self->dialogue, line, strlen (line));
      mopt_set_error_with_words (error, mopt_words_other_server (line), line, "not the greeting of an IMAP server");
      return FALSE;
    }
  mopt_dialogue_mask (self->dialogue, status.text, strlen (status.text));
  switch (status.condition)
    {
    case MOPT_IMAP_OK:
      note_status (self, &status);
      return TRUE;
    case MOPT_IMAP_PREAUTH:
      /* STARTTLS is impossible then, and nobody has checked anything: whoever says so may not be our server */
      mopt_set_error_with_words (error, starts_tls ? MOPT_ERROR_TLS_PREAUTH : MOPT_ERROR_PREAUTH, status.text,
                                 "the server greets with PREAUTH");
      return FALSE;
    default:
      mopt_set_error_with_words (error, mopt_imap_cause (MOPT_IMAP_STEP_GREETING, &status, mopt_imap_get_offers (self)),
                                 status.text, "the server greets with BYE");
      return FALSE;
    }
}

static gboolean
mopt_imap_ask (gpointer data, GError **error)
{
  MoptImap *self = data;
  g_auto (MoptImapStatus) status = { 0 };

  if (self->offers != NULL)
    return TRUE;
  if (!mopt_imap_run (self, "CAPABILITY", NULL, NULL, FALSE, &status, error))
    return FALSE;
  if (status.condition != MOPT_IMAP_OK)
    return mopt_imap_refuse (self, &status, MOPT_IMAP_STEP_OTHER, "CAPABILITY", error);
  if (self->offers == NULL)
    set_offers (self, "");
  return TRUE;
}

static gboolean
mopt_imap_start_tls (gpointer data, const char *host, gboolean verify, GError **error)
{
  MoptImap *self = data;
  g_auto (MoptImapStatus) status = { 0 };

  if (!mopt_imap_ask (self, error))
    return FALSE;
  if (!mopt_imap_offers (self, "STARTTLS"))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_TLS_NOT_OFFERED, "STARTTLS is not among what the server offers");
      return FALSE;
    }
  if (!mopt_imap_run (self, "STARTTLS", NULL, NULL, FALSE, &status, error))
    return FALSE;
  if (status.condition != MOPT_IMAP_OK)
    return mopt_imap_fail (self, &status, MOPT_ERROR_TLS_REFUSED, "STARTTLS", error);
  g_clear_pointer (&self->offers, g_strfreev);
  g_clear_pointer (&self->bye, g_free);
  return mopt_dialogue_start_tls (self->dialogue, host, verify, error);
}

static gboolean
mopt_imap_quit (gpointer data, GError **error)
{
  g_auto (MoptImapStatus) status = { 0 };

  return mopt_imap_run (data, "LOGOUT", NULL, NULL, FALSE, &status, error);
}

const MoptProtocolTable mopt_imap_protocol = {
  .new = mopt_imap_new,
  .free = mopt_imap_free,
  .greet = mopt_imap_greet,
  .ask = mopt_imap_ask,
  .start_tls = mopt_imap_start_tls,
  .get_offers = mopt_imap_get_offers,
  .get_mechanisms = mopt_imap_get_mechanisms,
  .authenticate = mopt_imap_authenticate,
  .get_own_login = mopt_imap_get_own_login,
  .log_in = mopt_imap_log_in,
  .quit = mopt_imap_quit,
};
