/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/pop-cause.h"

#include <string.h>

#include "mail/words.h"

#define GREETING MOPT_POP_STEP_GREETING
#define LOGIN MOPT_POP_STEP_LOGIN
#define MAILBOX MOPT_POP_STEP_MAILBOX
#define OTHER MOPT_POP_STEP_OTHER
#define ALL (GREETING | LOGIN | MAILBOX | OTHER)

/* The first row counts. */
static const struct
{
  guint steps;
  const char *code;
  MoptError cause;
  gboolean vague; /* words may say more */
} rows[] = {
  { LOGIN, "AUTH", MOPT_ERROR_AUTH_REFUSED, TRUE },       { ALL, "IN-USE", MOPT_ERROR_MAILBOX_IN_USE, FALSE },
  { ALL, "LOGIN-DELAY", MOPT_ERROR_LOGIN_DELAY, FALSE },  { GREETING, "SYS/TEMP", MOPT_ERROR_GREETING_BUSY, TRUE },
  { LOGIN, "SYS/TEMP", MOPT_ERROR_AUTH_TEMPORARY, TRUE }, { MAILBOX, "SYS/TEMP", MOPT_ERROR_MAILBOX_UNAVAILABLE, TRUE },
  { ALL, "SYS/PERM", MOPT_ERROR_SERVER_FAULT, TRUE },
};

static MoptError
otherwise (MoptPopStep step)
{
  switch (step)
    {
    case MOPT_POP_STEP_GREETING:
      return MOPT_ERROR_GREETING_REFUSED;
    case MOPT_POP_STEP_LOGIN:
      return MOPT_ERROR_AUTH_REFUSED;
    case MOPT_POP_STEP_MAILBOX:
      return MOPT_ERROR_MAILBOX_REFUSED;
    case MOPT_POP_STEP_OTHER:
    default:
      return MOPT_ERROR_COMMAND_REFUSED;
    }
}

static gboolean
has_code (const char *text, const char *code)
{
  gsize length = strlen (code);

  return text[0] == '[' && g_ascii_strncasecmp (text + 1, code, length) == 0 && text[length + 1] == ']';
}

MoptError
mopt_pop_cause (MoptPopStep step, const char *text)
{
  MoptError cause = otherwise (step);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((rows[i].steps & step) != 0 && has_code (text, rows[i].code))
      {
        cause = rows[i].cause;
        if (!rows[i].vague)
          return cause;
        break;
      }
  return step == MOPT_POP_STEP_LOGIN ? mopt_words_login_cause (text, cause) : mopt_words_access_cause (text, cause);
}
