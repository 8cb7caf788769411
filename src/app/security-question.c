/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/message-dialog.h"
#include "app/security-question.h"
#include "base/when.h"
#include "check/failure.h"

typedef struct
{
  GtkWindow *parent; /* weak */
  MoptSecurityQuestion question;
  MoptSettings *settings;
  MoptSide side;
  MoptTlsInfo *tls; /* nullable */
} Asked;

static void
asked_free (Asked *self)
{
  g_clear_weak_pointer (&self->parent);
  mopt_settings_free (self->settings);
  g_clear_pointer (&self->tls, mopt_tls_info_free);
  g_free (self);
}

static const char *
host_of (const Asked *self)
{
  return self->side == MOPT_SIDE_OUTGOING ? self->settings->outgoing.host : self->settings->incoming.host;
}

static gboolean
keep (const Asked *self, GError **error)
{
  switch (self->question)
    {
    case MOPT_ASK_TRUST:
      return mopt_learned_trust (self->settings, self->side, self->tls, error);
    case MOPT_ASK_UNENCRYPTED:
      return mopt_learned_agree_unencrypted (self->settings, self->side, TRUE, error);
    case MOPT_ASK_LOWER:
      return mopt_learned_lower (self->settings, self->side, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Asked *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean agreed = mopt_ask_finish (result) == 1;
  gboolean kept = agreed && keep (self, &error);

  if (agreed && !kept && self->parent != NULL)
    mopt_tell (self->parent, _ ("This was not kept"), error->message);
  g_task_return_boolean (task, kept);
}

/* All that speaks against the certificate, and what names it. */
static char *
trust_text (const Asked *self)
{
  const MoptTlsInfo *tls = self->tls;
  g_autofree char *against = mopt_failure_certificate_text (tls, host_of (self));
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *from = mopt_when_day (tls->not_before);
  g_autofree char *to = mopt_when_day (tls->not_after);
  g_autofree char *until = mopt_when_day (mopt_trusted_until (tls->not_after, now));
  GString *text = g_string_new (NULL);

  /* Translators: %s is what is wrong with a certificate, “it expired on 2026-01-31; it is for another server” */
  g_string_append_printf (text, _ ("What speaks against it: %s."), against);
  g_string_append (text, "\n\n");
  g_string_append_printf (text, _ ("Made out to: %s"), tls->subject);
  g_string_append_c (text, '\n');
  g_string_append_printf (text, _ ("Issued by: %s"), tls->issuer);
  g_string_append_c (text, '\n');
  /* Translators: two dates */
  g_string_append_printf (text, _ ("Valid: %s to %s"), from, to);
  g_string_append (text, "\nSHA-256: ");
  g_string_append (text, tls->sha256);
  g_string_append (text, "\n\n");
  g_string_append_printf (text,
                          _ ("Compare the SHA-256 with what the person who runs the server tells you. If it is not the "
                             "same, somebody else would get your password and read your mail. Trusted until %s, for "
                             "this account and server only; you can revoke it under Security Details."),
                          until);
  return g_string_free (text, FALSE);
}

static void
ask (GTask *task, const char *title, const char *text, const char *yes)
{
  const Asked *self = g_task_get_task_data (task);
  const MoptAnswer answers[] = { { _ ("_Cancel"), MOPT_ANSWER_NORMAL }, { yes, MOPT_ANSWER_DESTRUCTIVE }, { NULL } };

  mopt_ask_async (self->parent, title, text, answers, on_answer, task);
}

void
mopt_security_ask_async (GtkWindow *parent, MoptSecurityQuestion question, const MoptSettings *settings, MoptSide side,
                         const MoptTlsInfo *tls, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Asked *self = g_new0 (Asked, 1);
  g_autofree char *title = NULL;

  g_return_if_fail (question != MOPT_ASK_TRUST || tls != NULL);

  g_task_set_source_tag (task, mopt_security_ask_async);
  g_set_weak_pointer (&self->parent, parent);
  self->question = question;
  self->settings = mopt_settings_copy (settings);
  self->side = side;
  self->tls = tls != NULL ? mopt_tls_info_copy (tls) : NULL;
  g_task_set_task_data (task, self, (GDestroyNotify) asked_free);

  if (question == MOPT_ASK_TRUST)
    {
      g_autofree char *text = trust_text (self);

      title = g_strdup_printf (_ ("Trust this certificate of %s?"), host_of (self));
      ask (task, title, text, _ ("_Trust This Certificate"));
    }
  else if (question == MOPT_ASK_UNENCRYPTED)
    {
      g_autofree char *dangers = mopt_learned_unencrypted_text (settings, side);
      const char *until = _ ("It counts for this account and server until you take it back under Security Details.");
      g_autofree char *text = g_strconcat (dangers, " ", until, NULL);

      title = g_strdup_printf (_ ("Go on without encryption with %s?"), host_of (self));
      ask (task, title, text, _ ("_Go On Unencrypted"));
    }
  else
    {
      title = g_strdup_printf (_ ("Forget how secure %s was?"), host_of (self));
      ask (task, title,
           _ ("The next login may then be less secure than it was: somebody who hides the encryption of the server "
              "would "
              "not be noticed. Do it only if the person who runs the server says that it has changed."),
           _ ("_Forget"));
    }
}

gboolean
mopt_security_ask_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mopt_security_ask_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
