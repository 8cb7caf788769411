/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/imap-login.h"

#include <string.h>

#include "mail/offers.h"

char **
mopt_imap_get_mechanisms (gpointer data)
{
  return mopt_offers_words (mopt_imap_protocol.get_offers (data), "AUTH");
}

gboolean
mopt_imap_authenticate (gpointer data, MoptSasl *sasl, GCancellable *cancellable, GError **error)
{
  MoptImap *self = data;
  MoptDialogue *dialogue = mopt_imap_get_dialogue (self);
  g_autofree char *tag = mopt_imap_new_tag (self);
  g_autofree char *command = g_strdup_printf ("%s AUTHENTICATE %s", tag, mopt_sasl_get_mechanism (sasl));
  gboolean initial = mopt_sasl_has_initial (sasl); /* still to be sent */

  if (initial && mopt_imap_offers (self, "SASL-IR"))
    {
      mopt_autowipe char *answer = mopt_sasl_step (sasl, NULL, cancellable, error);
      if (answer == NULL)
        return FALSE;
      mopt_autowipe char *line = g_strconcat (command, " ", *answer != '\0' ? answer : "=", NULL);
      g_autofree char *mask = g_strdup_printf ("%s ***", command);

      initial = FALSE;
      if (!mopt_dialogue_send_secret (dialogue, line, mask, error))
        return FALSE;
    }
  else if (!mopt_dialogue_send (dialogue, error, "%s", command))
    return FALSE;

  for (guint i = 0; i < MOPT_CHALLENGES_MAX; i++)
    {
      g_auto (MoptImapStatus) status = { 0 };
      g_autofree char *challenge = NULL;

      if (!mopt_imap_read (self, NULL, NULL, FALSE, &challenge, &status, error))
        return FALSE;
      if (challenge == NULL && status.condition == MOPT_IMAP_OK)
        return mopt_sasl_finish (sasl, NULL, cancellable, error);
      if (challenge == NULL)
        return mopt_imap_refuse (self, &status, MOPT_IMAP_STEP_LOGIN, "AUTHENTICATE", error);

      mopt_autowipe char *answer = mopt_sasl_step (sasl, initial ? NULL : challenge, cancellable, error);
      initial = FALSE;
      if (answer == NULL || !mopt_dialogue_send_secret (dialogue, answer, "***", error))
        return FALSE;
    }
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "AUTHENTICATE: no end of challenges");
  return FALSE;
}

const char *
mopt_imap_get_own_login (gpointer data, gboolean clear_text, GError **error)
{
  MoptImap *self = data;

  if (mopt_imap_offers (self, "LOGINDISABLED"))
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_LOGIN_DISABLED, "the server says LOGINDISABLED");
  else if (!clear_text)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_CLEAR_TEXT, "only LOGIN is left, without encryption");
  else
    return "LOGIN";
  return NULL;
}

/* "@before {n}" announces a literal of @length bytes; the next line is its beginning. With LITERAL+ or LITERAL-
 * (RFC 7888) nobody waits. */
static gboolean
announce_literal (MoptImap *self, const char *before, gsize length, GError **error)
{
  gboolean waits = !mopt_imap_offers (self, "LITERAL+") && !(mopt_imap_offers (self, "LITERAL-") && length <= 4096);
  g_auto (MoptImapStatus) status = { 0 };
  g_autofree char *go_ahead = NULL;

  if (!mopt_dialogue_send (mopt_imap_get_dialogue (self), error, "%s {%" G_GSIZE_FORMAT "%s}", before, length,
                           waits ? "" : "+"))
    return FALSE;
  if (!waits)
    return TRUE;
  if (!mopt_imap_read (self, NULL, NULL, FALSE, &go_ahead, &status, error))
    return FALSE;
  if (go_ahead == NULL)
    return mopt_imap_refuse (self, &status, MOPT_IMAP_STEP_LOGIN, "LOGIN", error);
  return TRUE;
}

gboolean
mopt_imap_log_in (gpointer data, const char *own_login, const char *user, MoptPassword *password, GError **error)
{
  MoptImap *self = data;
  MoptDialogue *dialogue = mopt_imap_get_dialogue (self);
  g_auto (MoptImapStatus) status = { 0 };
  g_autofree char *quoted_user = mopt_imap_quote (user, FALSE);
  mopt_autowipe char *quoted_password = mopt_imap_quote (mopt_password_peek (password), FALSE);
  g_autofree char *tag = mopt_imap_new_tag (self);
  g_autofree char *command = g_strdup_printf ("%s LOGIN", tag);
  g_autofree char *before = NULL; /* what stands before the password on its line */

  if (quoted_user != NULL)
    before = g_strdup_printf ("%s %s", command, quoted_user);
  else if (announce_literal (self, command, strlen (user), error))
    before = g_strdup (user);
  else
    return FALSE;

  if (quoted_password != NULL)
    {
      mopt_autowipe char *line = g_strconcat (before, " ", quoted_password, NULL);
      g_autofree char *mask = g_strdup_printf ("%s ***", before);

      if (!mopt_dialogue_send_secret (dialogue, line, mask, error))
        return FALSE;
    }
  else if (!announce_literal (self, before, mopt_password_length (password), error)
           || !mopt_dialogue_send_secret (dialogue, mopt_password_peek (password), "***", error))
    return FALSE;

  if (!mopt_imap_read (self, NULL, NULL, FALSE, NULL, &status, error))
    return FALSE;
  if (status.condition != MOPT_IMAP_OK)
    return mopt_imap_refuse (self, &status, MOPT_IMAP_STEP_LOGIN, "LOGIN", error);
  return TRUE;
}
