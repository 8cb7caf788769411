/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <sysexits.h>

#include "base/error.h"
#include "check/send.h"

typedef struct
{
  MoptError cause; /* and its kinds, unless they have a row before it */
  int status;
} Row;

static const Row rows[] = {
  /* the message */
  { MOPT_ERROR_INVALID, EX_DATAERR },
  { MOPT_ERROR_TOO_LARGE, EX_DATAERR },
  { MOPT_ERROR_CONTROL_BYTES, EX_DATAERR },
  { MOPT_ERROR_CHANGED, EX_TEMPFAIL },
  { MOPT_ERROR_FAILED, EX_IOERR }, /* of the spool */

  /* the account */
  { MOPT_ERROR_MISSING, EX_CONFIG },
  { MOPT_ERROR_NOT_FOUND, EX_CONFIG },
  { MOPT_ERROR_AMBIGUOUS, EX_CONFIG },
  { MOPT_ERROR_BROKEN, EX_CONFIG },
  { MOPT_ERROR_MALFORMED, EX_CONFIG },
  { MOPT_ERROR_NEWER_FORMAT, EX_CONFIG },
  { MOPT_ERROR_NOT_ALLOWED, EX_NOPERM },
  { MOPT_ERROR_LOCKED, EX_NOPERM },
  { MOPT_ERROR_FROM_NOT_ALLOWED, EX_NOPERM },
  { MOPT_ERROR_RECIPIENT_UNKNOWN, EX_NOUSER },
  { MOPT_ERROR_NOT_WRITTEN, EX_TEMPFAIL }, /* the spool, the number of a Conversation ID: a full disk, a lock */

  /* the password */
  { MOPT_ERROR_KEYRING_NO_BUS, EX_TEMPFAIL },
  { MOPT_ERROR_KEYRING_NO_SERVICE, EX_TEMPFAIL },
  { MOPT_ERROR_KEYRING_LOCKED, EX_TEMPFAIL },
  { MOPT_ERROR_KEYRING_DISMISSED, EX_TEMPFAIL },
  { MOPT_ERROR_KEYRING_FAILED, EX_TEMPFAIL },
  { MOPT_ERROR_KEYRING_NOT_STORED, EX_CONFIG },
  { MOPT_ERROR_PASSWORD_ELSEWHERE, EX_TEMPFAIL },
  { MOPT_ERROR_SHARED_PASSWORD, EX_CONFIG },

  /* the way to the server */
  { MOPT_ERROR_HOST_NOT_FOUND, EX_NOHOST },
  { MOPT_ERROR_HOST_NO_ADDRESS, EX_NOHOST },
  { MOPT_ERROR_RESOLVER_FAILED, EX_TEMPFAIL },
  { MOPT_ERROR_CONNECTION_REFUSED, EX_TEMPFAIL },
  { MOPT_ERROR_UNREACHABLE, EX_TEMPFAIL },
  { MOPT_ERROR_CONNECT_TIMED_OUT, EX_TEMPFAIL },
  { MOPT_ERROR_CONNECT_FAILED, EX_TEMPFAIL },
  { MOPT_ERROR_TIMED_OUT, EX_TEMPFAIL },
  { MOPT_ERROR_HUNG_UP, EX_TEMPFAIL },
  { MOPT_ERROR_GREETING_BUSY, EX_TEMPFAIL },
  { MOPT_ERROR_GREETING_REFUSED, EX_UNAVAILABLE },
  { MOPT_ERROR_SERVER_FAULT, EX_TEMPFAIL },
  { MOPT_ERROR_COMMAND_REFUSED, EX_UNAVAILABLE },
  { MOPT_ERROR_LINE_TOO_LONG, EX_PROTOCOL },
  { MOPT_ERROR_REPLY_TOO_LONG, EX_PROTOCOL },
  { MOPT_ERROR_PROTOCOL, EX_PROTOCOL },
  { MOPT_ERROR_NOT_MAIL_SERVER, EX_PROTOCOL },

  /* what is not secure enough, until a person has looked at it */
  { MOPT_ERROR_TLS_NOT_OFFERED, EX_CONFIG },
  { MOPT_ERROR_TLS_NOT_SPOKEN, EX_CONFIG },
  { MOPT_ERROR_TLS_REFUSED, EX_TEMPFAIL },
  { MOPT_ERROR_TLS_HANDSHAKE, EX_PROTOCOL },
  { MOPT_ERROR_TLS_TOO_OLD, EX_PROTOCOL },
  { MOPT_ERROR_TLS_INJECTION, EX_NOPERM },
  { MOPT_ERROR_TLS_PREAUTH, EX_NOPERM },
  { MOPT_ERROR_TLS_GONE, EX_NOPERM },
  { MOPT_ERROR_TLS_REQUIRED, EX_CONFIG },
  { MOPT_ERROR_SECURITY_UNREADABLE, EX_CONFIG },
  { MOPT_ERROR_CERTIFICATE, EX_NOPERM },
  { MOPT_ERROR_UNENCRYPTED_NOT_AGREED, EX_NOPERM },
  { MOPT_ERROR_PREAUTH, EX_NOPERM },

  /* the login */
  { MOPT_ERROR_AUTH_TEMPORARY, EX_TEMPFAIL },
  { MOPT_ERROR_AUTH_REQUIRED, EX_CONFIG },
  { MOPT_ERROR_AUTH_NOT_OFFERED, EX_CONFIG },
  { MOPT_ERROR_AUTH_NO_MECHANISM, EX_CONFIG },
  { MOPT_ERROR_AUTH_LOGIN_DISABLED, EX_CONFIG },
  { MOPT_ERROR_AUTH_CLEAR_TEXT, EX_NOPERM },
  { MOPT_ERROR_AUTH_PASSWORD_TEXT, EX_CONFIG },
  { MOPT_ERROR_AUTH_REFUSED, EX_NOPERM },
  { MOPT_ERROR_AUTH_NOT_PERMITTED, EX_NOPERM },
  { MOPT_ERROR_AUTH_SERVICE_OFF, EX_NOPERM },
  { MOPT_ERROR_AUTH_TOO_WEAK, EX_NOPERM },
  { MOPT_ERROR_AUTH_SERVER_SIGNATURE, EX_NOPERM },
  { MOPT_ERROR_AUTH_ITERATIONS, EX_NOPERM },
  { MOPT_ERROR_AUTH_WEAKER, EX_NOPERM },
  { MOPT_ERROR_AUTH_NOT_TRIED, EX_NOPERM },

  /* what the server says of the message */
  { MOPT_ERROR_SENDER_REFUSED, EX_NOPERM },
  { MOPT_ERROR_RECIPIENT_MISSING, EX_NOUSER },
  { MOPT_ERROR_RECIPIENT_MALFORMED, EX_NOUSER },
  { MOPT_ERROR_RECIPIENT_DISABLED, EX_NOUSER },
  { MOPT_ERROR_RECIPIENT_DOMAIN, EX_NOHOST },
  { MOPT_ERROR_RECIPIENT_FULL, EX_TEMPFAIL },
  { MOPT_ERROR_RELAY_DENIED, EX_NOPERM },
  { MOPT_ERROR_RECIPIENT_REFUSED, EX_UNAVAILABLE },
  { MOPT_ERROR_MESSAGE_REFUSED, EX_UNAVAILABLE },
  { MOPT_ERROR_MESSAGE_TOO_LARGE, EX_UNAVAILABLE },
  { MOPT_ERROR_SMTPUTF8_MISSING, EX_UNAVAILABLE },
  { MOPT_ERROR_TEMPORARY, EX_TEMPFAIL },
};

int
mopt_send_status (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return EX_TEMPFAIL;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (mopt_error_is (error, rows[i].cause))
      return rows[i].status;
  return EX_SOFTWARE;
}

const char *
mopt_send_code (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "cancelled";
  return mopt_error_word (error->domain == MOPT_ERROR ? (MoptError) error->code : MOPT_ERROR_FAILED);
}

char *
mopt_send_result_describe (const MoptSendResult *self, gboolean advises)
{
  g_autofree char *text = advises && self->advice != NULL ? g_strconcat (self->sentence, " ", self->advice, NULL)
                                                          : g_strdup (self->sentence);

  if (self->server_words == NULL)
    return g_steal_pointer (&text);
  /* Translators: what went wrong, and the server's words */
  return g_strdup_printf (_ ("%s The server said: %s"), text, self->server_words);
}

void
mopt_send_result_free (MoptSendResult *self)
{
  if (self == NULL)
    return;
  g_free (self->sentence);
  g_free (self->advice);
  g_free (self->server_words);
  g_strfreev (self->notes);
  g_free (self->account_id);
  g_free (self->sender);
  g_strfreev (self->recipients);
  g_free (self->message_id);
  g_free (self->conversation_id);
  g_free (self->reply);
  g_free (self);
}
