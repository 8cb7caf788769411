/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/imap-cause.h"

#include "mail/offers.h"
#include "mail/words.h"

#define GREETING MOPT_IMAP_STEP_GREETING
#define LOGIN MOPT_IMAP_STEP_LOGIN
#define MAILBOX MOPT_IMAP_STEP_MAILBOX
#define OTHER MOPT_IMAP_STEP_OTHER
#define ALL (GREETING | LOGIN | MAILBOX | OTHER)

/* The first row counts. */
static const struct
{
  guint steps;
  const char *code;
  MoptError cause;
  gboolean vague; /* words may say more */
} rows[] = {
  { LOGIN, "AUTHENTICATIONFAILED", MOPT_ERROR_AUTH_REFUSED, TRUE },
  { LOGIN, "AUTHORIZATIONFAILED", MOPT_ERROR_AUTH_NOT_PERMITTED, FALSE },
  { LOGIN, "EXPIRED", MOPT_ERROR_AUTH_EXPIRED, FALSE },
  { LOGIN, "NOPERM", MOPT_ERROR_AUTH_NOT_PERMITTED, FALSE },
  { LOGIN, "ALERT", MOPT_ERROR_AUTH_MESSAGE, TRUE },
  { LOGIN, "WEBALERT", MOPT_ERROR_AUTH_WEB_FIRST, FALSE }, /* Gmail, with an address to open */
  { LOGIN, "UNAVAILABLE", MOPT_ERROR_AUTH_TEMPORARY, TRUE },
  { LOGIN, "OVERQUOTA", MOPT_ERROR_MAILBOX_FULL, TRUE },
  { LOGIN, "THROTTLED", MOPT_ERROR_USED_TOO_OFTEN, FALSE }, /* Gmail */
  { LOGIN | MAILBOX, "INUSE", MOPT_ERROR_MAILBOX_IN_USE, FALSE },
  { MAILBOX, "NONEXISTENT", MOPT_ERROR_MAILBOX_MISSING, FALSE },
  { MAILBOX, "TRYCREATE", MOPT_ERROR_MAILBOX_MISSING, FALSE },
  { MAILBOX, "NOPERM", MOPT_ERROR_MAILBOX_NO_PERMISSION, FALSE },
  { MAILBOX, "AUTHORIZATIONFAILED", MOPT_ERROR_MAILBOX_NO_PERMISSION, FALSE },
  { MAILBOX, "OVERQUOTA", MOPT_ERROR_MAILBOX_FULL, FALSE },
  { MAILBOX, "CORRUPTION", MOPT_ERROR_MAILBOX_DAMAGED, FALSE },
  { MAILBOX, "UNAVAILABLE", MOPT_ERROR_MAILBOX_UNAVAILABLE, TRUE },
  { GREETING, "UNAVAILABLE", MOPT_ERROR_GREETING_BUSY, TRUE },
  { ALL, "LIMIT", MOPT_ERROR_TOO_MANY_CONNECTIONS, TRUE },
  { ALL, "PRIVACYREQUIRED", MOPT_ERROR_TLS_REQUIRED, FALSE },
  { ALL, "CONTACTADMIN", MOPT_ERROR_CONTACT_ADMIN, FALSE },
  { ALL, "SERVERBUG", MOPT_ERROR_SERVER_FAULT, FALSE },
};

static MoptError
otherwise (MoptImapStep step, const MoptImapStatus *status)
{
  switch (step)
    {
    case MOPT_IMAP_STEP_GREETING:
      return MOPT_ERROR_GREETING_REFUSED;
    case MOPT_IMAP_STEP_LOGIN:
      return status->condition == MOPT_IMAP_NO ? MOPT_ERROR_AUTH_REFUSED : MOPT_ERROR_COMMAND_REFUSED;
    case MOPT_IMAP_STEP_MAILBOX:
      return MOPT_ERROR_MAILBOX_REFUSED;
    case MOPT_IMAP_STEP_OTHER:
    default:
      return MOPT_ERROR_COMMAND_REFUSED;
    }
}

MoptError
mopt_imap_cause (MoptImapStep step, const MoptImapStatus *status, const char *const *offers)
{
  MoptError cause = otherwise (step, status);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((rows[i].steps & step) != 0 && g_ascii_strcasecmp (status->code, rows[i].code) == 0)
      {
        cause = rows[i].cause;
        if (!rows[i].vague)
          return cause;
        break;
      }
  /* iCloud, the only one with this mechanism, takes no other password and says no more than that it was wrong */
  if (cause == MOPT_ERROR_AUTH_REFUSED && mopt_offers_find (offers, "AUTH=ATOKEN") != NULL)
    return MOPT_ERROR_AUTH_APP_PASSWORD;
  return step == MOPT_IMAP_STEP_LOGIN ? mopt_words_login_cause (status->text, cause)
                                      : mopt_words_access_cause (status->text, cause);
}
