/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/tried.h"

#include "base/error.h"
#include "mail/offers.h"

const char *
mopt_stage_name (MoptStage stage)
{
  static const char *const names[MOPT_N_STAGES] = { "find",    "connect", "secure",   "offers",  "login",
                                                    "mailbox", "sender",  "accepted", "arrived", "conversation-id" };

  g_return_val_if_fail ((guint) stage < MOPT_N_STAGES, "");

  return names[stage];
}

MoptTried *
mopt_tried_new (const MoptAttempt *attempt)
{
  MoptTried *self = g_new0 (MoptTried, 1);

  self->attempt = *attempt;
  return self;
}

MoptTried *
mopt_tried_copy (const MoptTried *self)
{
  MoptTried *copy = g_memdup2 (self, sizeof *self);

  copy->error = self->error != NULL ? g_error_copy (self->error) : NULL;
  copy->offers_before = g_strdupv (self->offers_before);
  copy->offers = g_strdupv (self->offers);
  copy->tls = self->tls != NULL ? mopt_tls_info_copy (self->tls) : NULL;
  copy->peer = g_strdup (self->peer);
  return copy;
}

void
mopt_tried_free (MoptTried *self)
{
  g_clear_error (&self->error);
  g_strfreev (self->offers_before);
  g_strfreev (self->offers);
  g_clear_pointer (&self->tls, mopt_tls_info_free);
  g_free (self->peer);
  g_free (self);
}

GPtrArray *
mopt_tried_array_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_tried_free);
}

guint
mopt_tried_weigh (const GError *error)
{
  if (error->domain != MOPT_ERROR)
    return 3;
  switch ((int) mopt_error_general ((MoptError) error->code))
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

gboolean
mopt_tried_is_without_tls (const GError *error)
{
  return mopt_tried_weigh (error) < 2 || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_TLS_NOT_OFFERED);
}

gboolean
mopt_tried_was_offered_tls (const MoptTried *self)
{
  const char *const *offers = (const char *const *) self->offers_before;

  return mopt_offers_find (offers, "STARTTLS") != NULL || mopt_offers_find (offers, "STLS") != NULL;
}
