/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/smtp-cause.h"

#include <string.h>

#include "mail/words.h"

#define GREETING MOPT_SMTP_GREETING
#define EHLO MOPT_SMTP_EHLO
#define AUTH MOPT_SMTP_AUTH
#define MAIL MOPT_SMTP_MAIL
#define RCPT MOPT_SMTP_RCPT
#define DATA MOPT_SMTP_DATA
#define ENVELOPE (MAIL | RCPT | DATA) /* servers like to judge the sender only once they know the rest */

/* The first row counts whose every condition holds. */
typedef struct
{
  guint steps;
  guint code;         /* 535; 4 and 5 stand for all that begin so, an enhanced 4.x.y counts as 4; 0 = any */
  const char *detail; /* "7.8" of 5.7.8 and 4.7.8; NULL = any */
  const char *words;  /* somewhere in the reply, without regard to case; NULL = any */
  MoptError cause;
} Row;

static const Row rows[] = {
  { AUTH, 538, NULL, NULL, MOPT_ERROR_TLS_REQUIRED },
  { AUTH, 530, NULL, NULL, MOPT_ERROR_TLS_REQUIRED }, /* RFC 3207 */
  { AUTH, 0, "7.11", NULL, MOPT_ERROR_TLS_REQUIRED },
  { AUTH, 5, "7.13", NULL, MOPT_ERROR_AUTH_DISABLED }, /* RFC 5248 */
  { AUTH, 525, NULL, NULL, MOPT_ERROR_AUTH_DISABLED },
  { AUTH, 5, "7.14", NULL, MOPT_ERROR_AUTH_WEB_FIRST },     /* Gmail: "log in via your web browser" */
  { AUTH, 5, "7.139", "credentials", MOPT_ERROR_AUTH_REFUSED }, /* Microsoft, and the next */
  { AUTH, 5, "7.139", "basic auth", MOPT_ERROR_AUTH_WEB_ONLY },
  { AUTH, 5, "7.139", "smtpclientauth", MOPT_ERROR_AUTH_SERVICE_OFF },
  { AUTH, 5, "7.139", NULL, MOPT_ERROR_AUTH_NOT_PERMITTED },
  { AUTH, 534, NULL, "password", MOPT_ERROR_AUTH_APP_PASSWORD }, /* Gmail's "InvalidSecondFactor" */
  { AUTH, 534, NULL, NULL, MOPT_ERROR_AUTH_TOO_WEAK },           /* RFC 4954 §6, 5.7.9 */
  { AUTH, 504, NULL, NULL, MOPT_ERROR_AUTH_NO_MECHANISM },
  { AUTH, 500, NULL, NULL, MOPT_ERROR_AUTH_NOT_OFFERED },
  { AUTH, 502, NULL, NULL, MOPT_ERROR_AUTH_NOT_OFFERED },
  { AUTH, 503, NULL, NULL, MOPT_ERROR_AUTH_NOT_OFFERED },

  /* how often and how much, before other temporary failures */
  { ENVELOPE, 0, "7.28", NULL, MOPT_ERROR_SENDING_LIMIT }, /* Gmail, and the next */
  { ENVELOPE, 5, "4.5", NULL, MOPT_ERROR_SENDING_LIMIT },
  { ENVELOPE, 0, "7.232", NULL, MOPT_ERROR_SENDING_LIMIT }, /* Microsoft, up to 5.1.90 */
  { ENVELOPE, 0, "7.233", NULL, MOPT_ERROR_SENDING_LIMIT },
  { ENVELOPE, 0, "1.90", NULL, MOPT_ERROR_SENDING_LIMIT },
  { ENVELOPE, 0, NULL, "sending limit", MOPT_ERROR_SENDING_LIMIT },
  { ENVELOPE, 0, NULL, "sending quota", MOPT_ERROR_SENDING_LIMIT },
  { ENVELOPE, 0, NULL, "too many messages", MOPT_ERROR_SENDING_LIMIT },
  { ENVELOPE, 0, NULL, "message rate", MOPT_ERROR_SENDING_LIMIT },
  { ENVELOPE, 4, NULL, "rate limit", MOPT_ERROR_SENDING_LIMIT },
  { ENVELOPE, 4, NULL, "greylist", MOPT_ERROR_GREYLISTED },
  { ENVELOPE, 4, NULL, "graylist", MOPT_ERROR_GREYLISTED },
  { ENVELOPE, 4, NULL, "grey list", MOPT_ERROR_GREYLISTED },
  { RCPT, 4, "1.8", NULL, MOPT_ERROR_SENDER_DOMAIN },
  { ENVELOPE, 0, "2.2", NULL, MOPT_ERROR_RECIPIENT_FULL },
  { RCPT, 4, "7.1", NULL, MOPT_ERROR_GREYLISTED }, /* RFC 6647 §5 has no code of its own */
  { ENVELOPE, 4, "3.1", NULL, MOPT_ERROR_SERVER_FULL },
  { EHLO | ENVELOPE, 421, NULL, NULL, MOPT_ERROR_SHUTTING_DOWN },
  { ENVELOPE, 4, NULL, NULL, MOPT_ERROR_TEMPORARY },

  { ENVELOPE, 530, NULL, NULL, MOPT_ERROR_AUTH_REQUIRED },
  { ENVELOPE, 5, "7.57", NULL, MOPT_ERROR_AUTH_REQUIRED }, /* Exchange */
  { ENVELOPE, 5, NULL, "authentication required", MOPT_ERROR_AUTH_REQUIRED },
  { ENVELOPE, 552, NULL, NULL, MOPT_ERROR_MESSAGE_TOO_LARGE },
  { ENVELOPE, 5, "3.4", NULL, MOPT_ERROR_MESSAGE_TOO_LARGE },
  { ENVELOPE, 5, "2.3", NULL, MOPT_ERROR_MESSAGE_TOO_LARGE },

  /* the sender: 7.20 to 7.26 are RFC 7372's, 7.60 and 2.252 Exchange's "may not send as"; others have only words */
  { ENVELOPE, 5, "1.8", NULL, MOPT_ERROR_SENDER_DOMAIN },
  { ENVELOPE, 5, NULL, "domain not found", MOPT_ERROR_SENDER_DOMAIN },
  { ENVELOPE, 5, "1.7", NULL, MOPT_ERROR_SENDER_REFUSED },
  { ENVELOPE, 5, "7.60", NULL, MOPT_ERROR_SENDER_NOT_OWN },
  { ENVELOPE, 5, "2.252", NULL, MOPT_ERROR_SENDER_NOT_OWN },
  { ENVELOPE, 5, NULL, "not owned by", MOPT_ERROR_SENDER_NOT_OWN },
  { ENVELOPE, 5, NULL, "sendasdenied", MOPT_ERROR_SENDER_NOT_OWN },
  { ENVELOPE, 5, NULL, "allowed to send as", MOPT_ERROR_SENDER_NOT_OWN },
  { ENVELOPE, 5, NULL, "must equal auth", MOPT_ERROR_SENDER_NOT_OWN },
  { ENVELOPE, 5, NULL, "must be same as auth", MOPT_ERROR_SENDER_NOT_OWN },
  { ENVELOPE, 5, "7.20", NULL, MOPT_ERROR_SENDER_NOT_PROVEN },
  { ENVELOPE, 5, "7.21", NULL, MOPT_ERROR_SENDER_NOT_PROVEN },
  { ENVELOPE, 5, "7.22", NULL, MOPT_ERROR_SENDER_NOT_PROVEN },
  { ENVELOPE, 5, "7.23", NULL, MOPT_ERROR_SENDER_NOT_PROVEN },
  { ENVELOPE, 5, "7.24", NULL, MOPT_ERROR_SENDER_NOT_PROVEN },
  { ENVELOPE, 5, "7.26", NULL, MOPT_ERROR_SENDER_NOT_PROVEN },
  { ENVELOPE, 5, "7.25", NULL, MOPT_ERROR_NETWORK_BLOCKED },
  { ENVELOPE, 5, NULL, "sender address rejected", MOPT_ERROR_SENDER_REFUSED },

  { RCPT, 5, "7.54", NULL, MOPT_ERROR_RELAY_DENIED }, /* Exchange */
  { RCPT, 5, NULL, "relay", MOPT_ERROR_RELAY_DENIED },
  { RCPT, 551, NULL, NULL, MOPT_ERROR_RELAY_DENIED },
  { RCPT, 5, "1.1", NULL, MOPT_ERROR_RECIPIENT_MISSING },
  { RCPT, 5, "1.10", NULL, MOPT_ERROR_RECIPIENT_MISSING }, /* Exchange; RFC 7505: the domain takes no mail */
  { RCPT, 5, NULL, "user unknown", MOPT_ERROR_RECIPIENT_MISSING },
  { RCPT, 5, NULL, "unknown user", MOPT_ERROR_RECIPIENT_MISSING },
  { RCPT, 5, NULL, "no such user", MOPT_ERROR_RECIPIENT_MISSING },
  { RCPT, 5, "1.2", NULL, MOPT_ERROR_RECIPIENT_DOMAIN },
  { RCPT, 5, "4.4", NULL, MOPT_ERROR_RECIPIENT_DOMAIN },
  { RCPT, 5, "1.3", NULL, MOPT_ERROR_RECIPIENT_MALFORMED },
  { RCPT, 501, NULL, NULL, MOPT_ERROR_RECIPIENT_MALFORMED },
  { RCPT, 5, "2.1", NULL, MOPT_ERROR_RECIPIENT_DISABLED },

  { DATA, 5, "7.0", NULL, MOPT_ERROR_MESSAGE_SUSPECT },
  { DATA, 5, "7.1", NULL, MOPT_ERROR_MESSAGE_SUSPECT },
  { DATA, 5, NULL, "spam", MOPT_ERROR_MESSAGE_SUSPECT },
  { DATA, 5, NULL, "virus", MOPT_ERROR_MESSAGE_SUSPECT },

  { GREETING, 4, NULL, NULL, MOPT_ERROR_GREETING_BUSY },
};

/* What a refusal of the step means where the table says nothing. */
static MoptError
otherwise (MoptSmtpStep step, const MoptSmtpReply *reply)
{
  switch (step)
    {
    case MOPT_SMTP_GREETING:
      return MOPT_ERROR_GREETING_REFUSED;
    case MOPT_SMTP_EHLO:
      return MOPT_ERROR_COMMAND_REFUSED;
    case MOPT_SMTP_AUTH:
      if (mopt_smtp_reply_is_temporary (reply))
        return MOPT_ERROR_AUTH_TEMPORARY;
      return MOPT_ERROR_AUTH_REFUSED;
    case MOPT_SMTP_MAIL:
      return MOPT_ERROR_SENDER_REFUSED;
    case MOPT_SMTP_RCPT:
      return MOPT_ERROR_RECIPIENT_REFUSED;
    case MOPT_SMTP_DATA:
    default:
      return MOPT_ERROR_MESSAGE_REFUSED;
    }
}

static gboolean
fits (const Row *row, MoptSmtpStep step, const MoptSmtpReply *reply, const char *words)
{
  guint class = mopt_smtp_reply_is_temporary (reply) ? 4 : reply->code / 100;

  return (row->steps & step) != 0 && (row->code == 0 || row->code == reply->code || row->code == class)
         && (row->detail == NULL || mopt_smtp_reply_has_detail (reply, row->detail))
         && (row->words == NULL || strcasestr (words, row->words) != NULL);
}

/* Where the codes say no more than "no" or "later". */
static gboolean
is_vague (MoptError cause)
{
  return cause == MOPT_ERROR_TEMPORARY || cause == MOPT_ERROR_SHUTTING_DOWN || cause == MOPT_ERROR_GREETING_BUSY;
}

MoptError
mopt_smtp_cause (MoptSmtpStep step, const MoptSmtpReply *reply, gboolean lacks_tls)
{
  g_autofree char *words = mopt_smtp_reply_get_words (reply);
  MoptError cause = otherwise (step, reply);
  guint i = 0;

  /* a yes, or a go on, to something that nobody asked */
  if (reply->code < 400 && (step & (AUTH | ENVELOPE)) != 0)
    return MOPT_ERROR_PROTOCOL;
  while (i < G_N_ELEMENTS (rows) && !fits (&rows[i], step, reply, words))
    i++;
  if (i < G_N_ELEMENTS (rows))
    cause = rows[i].cause;
  if (cause == MOPT_ERROR_AUTH_REQUIRED && lacks_tls)
    return MOPT_ERROR_TLS_REQUIRED;
  if (i < G_N_ELEMENTS (rows) && !is_vague (cause))
    return cause;
  return step == MOPT_SMTP_AUTH ? mopt_words_login_cause (words, cause) : mopt_words_access_cause (words, cause);
}
