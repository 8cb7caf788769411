/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/words.h"

#include <string.h>

typedef struct
{
  const char *words; /* somewhere in the text, without regard to case */
  MoptError cause;
} Row;

/* The first row counts. */
static const Row login_rows[] = {
  /* Gmail, iCloud, Fastmail, Mail.ru; "authorization code" is what QQ and NetEase call it; Yahoo and AOL say #AUTH005
   * to everybody who comes with the usual password */
  { "application-specific password", MOPT_ERROR_AUTH_APP_PASSWORD },
  { "application specific password", MOPT_ERROR_AUTH_APP_PASSWORD },
  { "app-specific password", MOPT_ERROR_AUTH_APP_PASSWORD },
  { "application password", MOPT_ERROR_AUTH_APP_PASSWORD },
  { "app password", MOPT_ERROR_AUTH_APP_PASSWORD },
  { "authorization code", MOPT_ERROR_AUTH_APP_PASSWORD },
  { "#auth005", MOPT_ERROR_AUTH_APP_PASSWORD },
  /* Microsoft; the next two where a mailbox or a whole organisation may not send in this way */
  { "smtpclientauthentication is disabled", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "smtp_auth_disabled", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "basic authentication", MOPT_ERROR_AUTH_WEB_ONLY },
  { "basicauthblocked", MOPT_ERROR_AUTH_WEB_ONLY },
  { "modern authentication", MOPT_ERROR_AUTH_WEB_ONLY },
  { "oauth", MOPT_ERROR_AUTH_WEB_ONLY },
  /* Gmail, Zoho, GMX, NetEase */
  { "not enabled for imap", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "not enabled for pop", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "imap access is disabled", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "pop access is disabled", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "to enable imap", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "to enable pop", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "service is not open", MOPT_ERROR_AUTH_SERVICE_OFF },
  { "web browser", MOPT_ERROR_AUTH_WEB_FIRST },
  { "web login required", MOPT_ERROR_AUTH_WEB_FIRST },
  { "password has expired", MOPT_ERROR_AUTH_EXPIRED },
  { "password expired", MOPT_ERROR_AUTH_EXPIRED },
  { "expired password", MOPT_ERROR_AUTH_EXPIRED },
  { "account is disabled", MOPT_ERROR_AUTH_DISABLED },
  { "account disabled", MOPT_ERROR_AUTH_DISABLED },
  { "account has been disabled", MOPT_ERROR_AUTH_DISABLED },
  { "account is locked", MOPT_ERROR_AUTH_DISABLED },
  { "account locked", MOPT_ERROR_AUTH_DISABLED },
  { "account is suspended", MOPT_ERROR_AUTH_DISABLED },
  { "account suspended", MOPT_ERROR_AUTH_DISABLED },
  { "user is disabled", MOPT_ERROR_AUTH_DISABLED },
  { "user disabled", MOPT_ERROR_AUTH_DISABLED },
  { "too many bad", MOPT_ERROR_USED_TOO_OFTEN },
  { "too many failed", MOPT_ERROR_USED_TOO_OFTEN },
  { "too many invalid", MOPT_ERROR_USED_TOO_OFTEN },
  { "too many login", MOPT_ERROR_USED_TOO_OFTEN },
  { "too many auth", MOPT_ERROR_USED_TOO_OFTEN },
  { "bandwidth limit", MOPT_ERROR_USED_TOO_OFTEN },
  { "rate limit", MOPT_ERROR_USED_TOO_OFTEN },
  { NULL },
};

static const Row access_rows[] = {
  { "too many connections", MOPT_ERROR_TOO_MANY_CONNECTIONS },
  { "too many concurrent", MOPT_ERROR_TOO_MANY_CONNECTIONS },
  { "too many simultaneous", MOPT_ERROR_TOO_MANY_CONNECTIONS },
  { "too many sessions", MOPT_ERROR_TOO_MANY_CONNECTIONS },
  { "concurrent connections limit", MOPT_ERROR_TOO_MANY_CONNECTIONS },
  { "maximum number of connections", MOPT_ERROR_TOO_MANY_CONNECTIONS },
  { "connection limit exceeded", MOPT_ERROR_TOO_MANY_CONNECTIONS },
  { "blocked using", MOPT_ERROR_NETWORK_BLOCKED },
  { "blocklist", MOPT_ERROR_NETWORK_BLOCKED },
  { "block list", MOPT_ERROR_NETWORK_BLOCKED },
  { "blacklist", MOPT_ERROR_NETWORK_BLOCKED },
  { "black list", MOPT_ERROR_NETWORK_BLOCKED },
  { "spamhaus", MOPT_ERROR_NETWORK_BLOCKED },
  { "poor reputation", MOPT_ERROR_NETWORK_BLOCKED },
  { "client host rejected", MOPT_ERROR_NETWORK_BLOCKED },
  { NULL },
};

static MoptError
find (const Row *rows, const char *text, MoptError otherwise)
{
  for (const Row *row = rows; row->words != NULL; row++)
    if (strcasestr (text, row->words) != NULL)
      return row->cause;
  return otherwise;
}

MoptError
mopt_words_access_cause (const char *text, MoptError otherwise)
{
  return find (access_rows, text, otherwise);
}

MoptError
mopt_words_login_cause (const char *text, MoptError otherwise)
{
  return find (login_rows, text, find (access_rows, text, otherwise));
}

MoptError
mopt_words_other_server (const char *line)
{
  static const Row beginnings[] = {
    { "HTTP/", MOPT_ERROR_WEB_SERVER }, { "<", MOPT_ERROR_WEB_SERVER },      { "SSH-", MOPT_ERROR_SSH_SERVER },
    { "* OK", MOPT_ERROR_IMAP_SERVER }, { "* BYE", MOPT_ERROR_IMAP_SERVER }, { "* PREAUTH", MOPT_ERROR_IMAP_SERVER },
    { "+OK", MOPT_ERROR_POP_SERVER },   { "-ERR", MOPT_ERROR_POP_SERVER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (g_ascii_strncasecmp (line, beginnings[i].words, strlen (beginnings[i].words)) == 0)
      return beginnings[i].cause;
  if (!g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) || !g_ascii_isdigit (line[2])
      || strchr (" -", line[3]) == NULL)
    return MOPT_ERROR_NOT_MAIL_SERVER;
  /* they greet alike: only words tell them apart */
  return strcasestr (line, "FTP") != NULL ? MOPT_ERROR_FTP_SERVER : MOPT_ERROR_SMTP_SERVER;
}

void
mopt_words_no_greeting (GError *cause, MoptConnection *connection)
{
  static const guint tls_ports[] = { 993, 995, 465 };
  static const guint web_ports[] = { 80, 443, 8080, 8443 };

  const char *peer = mopt_connection_get_peer (connection);
  const char *colon = strrchr (peer, ':');
  guint64 port = colon != NULL ? g_ascii_strtoull (colon + 1, NULL, 10) : 0;

  if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_HUNG_UP))
    cause->code = MOPT_ERROR_HUNG_UP_EARLY;
  if (!g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_TIMED_OUT))
    return;
  cause->code = MOPT_ERROR_NO_GREETING;
  for (guint i = 0; i < G_N_ELEMENTS (tls_ports); i++)
    if (port == tls_ports[i] && !mopt_connection_is_tls (connection))
      cause->code = MOPT_ERROR_TLS_EXPECTED;
  for (guint i = 0; i < G_N_ELEMENTS (web_ports); i++)
    if (port == web_ports[i])
      cause->code = MOPT_ERROR_WEB_SERVER; /* these wait to be asked */
}
