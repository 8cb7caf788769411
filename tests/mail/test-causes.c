/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every cause that a mail account can meet, provoked by a server that plays a script (or by none), through a whole test
 * of the account: the cause is told apart, and what is said about it is plain and complete. */
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "certificates.h"
#include "check/test-run.h"
#include "check/worker.h"
#include "scripted-server.h"

#define PASSWORD "s3cret-Pass"
#define USER "alice@example.test"
#define SHORT_MS 400

/* ---- what the C library says for hosts of ours, and the clock: GLib and OpenSSL call these (the program exports its
 * symbols) ---- */

#define REAL(name) ((typeof (&name)) dlsym (RTLD_NEXT, #name))
#define YEAR_2020 1577836800
#define BEFORE_BUILD (-200 * 24 * 3600) /* seconds: half a year slow */

static gint wrong_clock; /* 0, what it says, or how far it is off */

static gint64
clock_of (gint64 now)
{
  gint clock = g_atomic_int_get (&wrong_clock);

  return clock > 0 ? clock : now + clock;
}

int
getaddrinfo (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
  if (g_strcmp0 (node, "nowhere.invalid") == 0)
    return EAI_NONAME;
  if (g_strcmp0 (node, "empty.invalid") == 0)
    return EAI_NODATA;
  if (g_strcmp0 (node, "down.invalid") == 0)
    return EAI_AGAIN;
  return REAL (getaddrinfo) (node, service, hints, result);
}

int
connect (int fd, const struct sockaddr *address, socklen_t length)
{
  const struct sockaddr_in *in = (const struct sockaddr_in *) address;
  in_addr_t ip = address->sa_family == AF_INET ? ntohl (in->sin_addr.s_addr) : 0;

  if (ip != INADDR_LOOPBACK + 2 && ip != INADDR_LOOPBACK + 3)
    return REAL (connect) (fd, address, length);
  errno = ip == INADDR_LOOPBACK + 2 ? EHOSTUNREACH : EACCES;
  return -1;
}

time_t
time (time_t *result)
{
  time_t now = clock_of (REAL (time) (NULL));

  if (result != NULL)
    *result = now;
  return now;
}

gint64
g_get_real_time (void)
{
  gint64 now = REAL (g_get_real_time) ();

  return clock_of (now / G_USEC_PER_SEC) * G_USEC_PER_SEC + now % G_USEC_PER_SEC;
}

/* ---- the cases ---- */

typedef struct
{
  MoptError cause;
  MoptProtocol protocol;
  MoptSecurity security;
  const char *script; /* NULL: nobody listens on the port */
  const char *host;   /* default 127.0.0.1 */
  const char *user;
  const char *own_address;
  const char *password;
  gboolean no_login;  /* Requires Authentication is off */
  gboolean no_sender; /* no From address is allowed */
  gboolean no_password;
  gint wrong_clock;
  gboolean quick; /* has to run into the limit, so that is short */
} Case;

#define IMAP MOPT_PROTOCOL_IMAP
#define POP MOPT_PROTOCOL_POP3
#define SMTP MOPT_PROTOCOL_SMTP
#define AUTO MOPT_SECURITY_AUTO
#define BASIC MOPT_SECURITY_BASIC
#define SSL MOPT_SECURITY_SSL
#define STARTTLS MOPT_SECURITY_TLS

#define EHLO "S: 220 hi\nC: EHLO *\n"
#define AUTH EHLO "S: 250-m\nS: 250-SIZE 1000000\nS: 250 AUTH PLAIN\nC: AUTH PLAIN *\n"
#define MAIL AUTH "S: 235 in\nC: MAIL *\n"
#define RCPT MAIL "S: 250 ok\nC: RCPT *\n"
#define BODY RCPT "S: 250 ok\nC: DATA\nS: 354 go\nBODY\n"
#define LOGIN "S: * OK [CAPABILITY IMAP4rev1] hi\nC: a1 LOGIN *\n"
#define EXAMINE LOGIN "S: a1 OK [CAPABILITY IMAP4rev1] in\nC: a2 EXAMINE *\n"
#define PASS "S: +OK hi\nC: CAPA\nS: -ERR what\nC: USER *\nS: +OK\nC: PASS *\n"
#define STAT PASS "S: +OK in\nC: STAT\n"
#define ALERT(number) "BYTES 50\nRAW \\025\\003\\003\\000\\002\\002" number "\nHOLD"
#define CAUSE(symbol) MOPT_ERROR_##symbol

static const Case cases[] = {
  { CAUSE (KEYRING_NOT_STORED), IMAP, BASIC, "S: * OK [CAPABILITY IMAP4rev1] hi\nHOLD", .no_password = TRUE },

  { CAUSE (HOST_NOT_FOUND), IMAP, BASIC, NULL, "nowhere.invalid" },
  { CAUSE (HOST_NO_ADDRESS), IMAP, BASIC, NULL, "empty.invalid" },
  { CAUSE (RESOLVER_FAILED), IMAP, BASIC, NULL, "down.invalid" },
  { CAUSE (CONNECTION_REFUSED), IMAP, BASIC, NULL },
  { CAUSE (UNREACHABLE), IMAP, BASIC, NULL, "127.0.0.3" },
  { CAUSE (CONNECT_FAILED), IMAP, BASIC, NULL, "127.0.0.4" },

  { CAUSE (TIMED_OUT), SMTP, BASIC, EHLO "HOLD", .quick = TRUE },
  { CAUSE (NO_GREETING), IMAP, BASIC, "HOLD", .quick = TRUE },
  { CAUSE (NO_GREETING), IMAP, SSL, "HOLD", .quick = TRUE },
  { CAUSE (NO_GREETING), IMAP, AUTO, "HOLD\nACCEPT\nHOLD", .quick = TRUE },
  { CAUSE (TIMED_OUT), IMAP, SSL, "DRIP 20 \\026\\003\\003\\040\\000", .quick = TRUE },
  { CAUSE (HUNG_UP), SMTP, BASIC, EHLO "CLOSE" },
  { CAUSE (HUNG_UP_EARLY), POP, BASIC, "CLOSE" },
  { CAUSE (HUNG_UP_EARLY), IMAP, BASIC, "CLOSE" },
  { CAUSE (HUNG_UP_EARLY), SMTP, BASIC, "CLOSE" },
  { CAUSE (LINE_TOO_LONG), IMAP, BASIC, "FLOOD 80000\nHOLD" },
  { CAUSE (REPLY_TOO_LONG), POP, BASIC,
    "S: +OK hi\nC: CAPA\nS: +OK\nREPEAT 90000 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nHOLD" },
  { CAUSE (PROTOCOL), SMTP, BASIC, EHLO "S: hello yourself\nHOLD" },

  { CAUSE (NOT_MAIL_SERVER), IMAP, BASIC, "S: RFB 003.008\nHOLD" },
  { CAUSE (WEB_SERVER), POP, BASIC, "S: HTTP/1.1 408 Request Timeout\nHOLD" },
  { CAUSE (WEB_SERVER), IMAP, SSL, "BYTES 20\nS: HTTP/1.1 400 Bad Request\nHOLD" },
  { CAUSE (SSH_SERVER), SMTP, BASIC, "S: SSH-2.0-OpenSSH_9.2p1\nHOLD" },
  { CAUSE (SSH_SERVER), SMTP, SSL, "S: SSH-2.0-OpenSSH_9.2p1\nHOLD" },
  { CAUSE (FTP_SERVER), IMAP, BASIC, "S: 220 (vsFTPd 3.0.3)\nHOLD" },
  { CAUSE (FTP_SERVER), SMTP, BASIC, "S: 220 ProFTPD Server\nC: EHLO *\nS: 530 Please login with USER and PASS\nHOLD" },
  { CAUSE (IMAP_SERVER), SMTP, BASIC, "S: * OK IMAP4 ready\nHOLD" },
  { CAUSE (IMAP_SERVER), POP, BASIC, "S: * OK IMAP4 ready\nHOLD" },
  { CAUSE (POP_SERVER), IMAP, BASIC, "S: +OK POP3 ready\nHOLD" },
  { CAUSE (POP_SERVER), SMTP, BASIC, "S: +OK POP3 ready\nHOLD" },
  { CAUSE (SMTP_SERVER), IMAP, BASIC, "S: 220 mail.example.test ESMTP\nHOLD" },
  { CAUSE (SMTP_SERVER), POP, BASIC, "S: 220 mail.example.test ESMTP\nHOLD" },

  { CAUSE (GREETING_REFUSED), SMTP, BASIC, "S: 554 no service here\nHOLD" },
  { CAUSE (GREETING_REFUSED), IMAP, BASIC, "S: * BYE go away\nHOLD" },
  { CAUSE (GREETING_BUSY), SMTP, BASIC, "S: 421 4.3.2 try again later\nHOLD" },
  { CAUSE (GREETING_BUSY), IMAP, BASIC, "S: * BYE [UNAVAILABLE] later\nHOLD" },
  { CAUSE (GREETING_BUSY), POP, BASIC, "S: -ERR [SYS/TEMP] later\nHOLD" },
  { CAUSE (NETWORK_BLOCKED), SMTP, BASIC, "S: 554 5.7.1 192.0.2.1 blocked using zen.spamhaus.org\nHOLD" },
  { CAUSE (NETWORK_BLOCKED), SMTP, BASIC, BODY "S: 550 5.7.25 no reverse DNS\nHOLD" },
  { CAUSE (COMMAND_REFUSED), SMTP, BASIC, EHLO "S: 550 go away\nHOLD" },
  { CAUSE (SERVER_FAULT), IMAP, BASIC, LOGIN "S: a1 NO [SERVERBUG] oops\nHOLD" },
  { CAUSE (SERVER_FAULT), POP, BASIC, PASS "S: -ERR [SYS/PERM] broken\nHOLD" },
  { CAUSE (CONTACT_ADMIN), IMAP, BASIC, LOGIN "S: a1 NO [CONTACTADMIN] call us\nHOLD" },
  { CAUSE (CONTROL_BYTES), POP, BASIC, "S: +OK hi\nC: CAPA\nS: -ERR what\nHOLD", .user = "ali\001ce" },

  { CAUSE (TLS_NOT_OFFERED), SMTP, STARTTLS, EHLO "S: 250-m\nS: 250 AUTH PLAIN\nHOLD" },
  { CAUSE (TLS_REFUSED), SMTP, STARTTLS, EHLO "S: 250-m\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 4.7.0 not now\nHOLD" },
  { CAUSE (TLS_INJECTION), SMTP, STARTTLS, EHLO "S: 250-m\nS: 250 STARTTLS\nC: STARTTLS\nRAW 220 go\\r\\n250 x\\r\\n\nHOLD" },
  { CAUSE (TLS_PREAUTH), IMAP, STARTTLS, "S: * PREAUTH hi\nHOLD" },
  { CAUSE (TLS_HANDSHAKE), IMAP, SSL, ALERT ("\\120") },    /* internal_error */
  { CAUSE (TLS_NO_CIPHER), IMAP, SSL, ALERT ("\\050") },    /* handshake_failure */
  { CAUSE (TLS_NAME_UNKNOWN), IMAP, SSL, ALERT ("\\160") }, /* unrecognized_name */
  { CAUSE (TLS_NOT_SPOKEN), IMAP, SSL, "S: * OK hi\nHOLD" },
  { CAUSE (TLS_TOO_OLD), IMAP, SSL, "TLS valid 1.1" },
  { CAUSE (CERTIFICATE), IMAP, SSL, "TLS everything\nHOLD" },
  { CAUSE (CERTIFICATE_EXPIRED), IMAP, SSL, "TLS expired\nHOLD" },
  { CAUSE (CERTIFICATE_NOT_YET_VALID), IMAP, SSL, "TLS not-yet\nHOLD" },
  { CAUSE (CERTIFICATE_WRONG_HOST), IMAP, SSL, "TLS wrong-ip\nHOLD" },
  { CAUSE (CERTIFICATE_SELF_SIGNED), IMAP, SSL, "TLS self-signed\nHOLD" },
  { CAUSE (CERTIFICATE_UNKNOWN_ISSUER), IMAP, SSL, "TLS unknown-ca\nHOLD" },
  { CAUSE (CERTIFICATE_WEAK_KEY), IMAP, SSL, "TLS weak-key\nHOLD" },
  { CAUSE (CERTIFICATE_WEAK_SIGNATURE), IMAP, SSL, "TLS weak-signature\nHOLD" },
  { CAUSE (CERTIFICATE_BAD_PURPOSE), IMAP, SSL, "TLS client-only\nHOLD" },
  { CAUSE (CLOCK_WRONG), IMAP, SSL, "TLS valid\nHOLD", .wrong_clock = YEAR_2020 },
  { CAUSE (CLOCK_WRONG), IMAP, SSL, "TLS valid\nHOLD", .wrong_clock = BEFORE_BUILD },

  { CAUSE (PREAUTH), IMAP, BASIC, "S: * PREAUTH hi\nHOLD" },
  { CAUSE (AUTH_NOT_OFFERED), SMTP, SSL, "TLS\n" EHLO "S: 250 m\nHOLD" },
  { CAUSE (AUTH_NO_MECHANISM), SMTP, SSL, "TLS\n" EHLO "S: 250-m\nS: 250 AUTH GSSAPI\nHOLD" },
  { CAUSE (AUTH_LOGIN_DISABLED), IMAP, BASIC, "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\nHOLD" },
  { CAUSE (AUTH_SERVER_SIGNATURE), SMTP, BASIC, EHLO "S: 250-m\nS: 250 AUTH SCRAM-SHA-256\nC: AUTH *\nS: 235 in\nHOLD" },
  { CAUSE (AUTH_PASSWORD_TEXT), SMTP, BASIC, EHLO "S: 250-m\nS: 250 AUTH SCRAM-SHA-256\nHOLD", .password = "\xc2\xad" },
  { CAUSE (AUTH_REFUSED), SMTP, BASIC, AUTH "S: 535 5.7.8 wrong\nHOLD" },
  { CAUSE (AUTH_REFUSED), SMTP, BASIC, AUTH "S: 535 5.7.139 Authentication unsuccessful, the user credentials were wrong\nHOLD" },
  { CAUSE (AUTH_REFUSED), POP, BASIC, PASS "S: -ERR [AUTH] no\nHOLD" },
  { CAUSE (AUTH_REFUSED), IMAP, BASIC, LOGIN "S: a1 NO [AUTHENTICATIONFAILED] Invalid credentials\nHOLD" },
  { CAUSE (AUTH_APP_PASSWORD), SMTP, BASIC, AUTH "S: 534-5.7.9 Application-specific password required.\nS: 534 5.7.9 see\nHOLD" },
  { CAUSE (AUTH_APP_PASSWORD), SMTP, BASIC, AUTH "S: 535 5.7.0 (#AUTH005) Too many bad auth attempts.\nHOLD" },
  { CAUSE (AUTH_APP_PASSWORD), IMAP, BASIC, LOGIN "S: a1 NO [ALERT] Application-specific password required: x (Failure)\nHOLD" },
  { CAUSE (AUTH_APP_PASSWORD), IMAP, BASIC,
    "S: * OK [CAPABILITY IMAP4rev1 AUTH=ATOKEN] hi\nC: a1 LOGIN *\nS: a1 NO [AUTHENTICATIONFAILED] Authentication failed\nHOLD" },
  { CAUSE (AUTH_APP_PASSWORD), POP, BASIC, PASS "S: -ERR [AUTH] Application-specific password required: x\nHOLD" },
  { CAUSE (AUTH_WEB_ONLY), SMTP, BASIC, AUTH "S: 535 5.7.139 Authentication unsuccessful, basic authentication is disabled.\nHOLD" },
  { CAUSE (AUTH_WEB_ONLY), IMAP, BASIC, LOGIN "S: a1 NO LOGIN failed (BasicAuthBlocked)\nHOLD" },
  { CAUSE (AUTH_WEB_FIRST), SMTP, BASIC, AUTH "S: 534-5.7.14 <x> Please log in\nS: 534-5.7.14 via your web browser\nS: 534 5.7.14 x\nHOLD" },
  { CAUSE (AUTH_WEB_FIRST), IMAP, BASIC, LOGIN "S: a1 NO [WEBALERT https://x.example] Web login required. (Failure)\nHOLD" },
  { CAUSE (AUTH_EXPIRED), IMAP, BASIC, LOGIN "S: a1 NO [EXPIRED] change it\nHOLD" },
  { CAUSE (AUTH_EXPIRED), POP, BASIC, PASS "S: -ERR your password has expired\nHOLD" },
  { CAUSE (AUTH_DISABLED), SMTP, BASIC, AUTH "S: 525 5.7.13 no\nHOLD" },
  { CAUSE (AUTH_DISABLED), IMAP, BASIC, LOGIN "S: a1 NO Account is locked\nHOLD" },
  { CAUSE (AUTH_MESSAGE), IMAP, BASIC, LOGIN "S: a1 NO [ALERT] Dial 0900 now\nHOLD" },
  { CAUSE (AUTH_NOT_PERMITTED), IMAP, BASIC, LOGIN "S: a1 NO [AUTHORIZATIONFAILED] not you\nHOLD" },
  { CAUSE (AUTH_NOT_PERMITTED), SMTP, BASIC, AUTH "S: 535 5.7.139 did not meet the criteria\nHOLD" },
  { CAUSE (AUTH_SERVICE_OFF), SMTP, BASIC, AUTH "S: 535 5.7.139 SmtpClientAuthentication is disabled for the Tenant\nHOLD" },
  { CAUSE (AUTH_SERVICE_OFF), IMAP, BASIC, LOGIN "S: a1 NO [ALERT] Your account is not enabled for IMAP use.\nHOLD" },
  { CAUSE (AUTH_SERVICE_OFF), POP, BASIC, PASS "S: -ERR [SYS/PERM] Your account is not enabled for POP access.\nHOLD" },
  { CAUSE (AUTH_TOO_WEAK), SMTP, BASIC, AUTH "S: 534 5.7.9 mechanism too weak\nHOLD" },
  { CAUSE (AUTH_TEMPORARY), SMTP, BASIC, AUTH "S: 454 4.7.0 later\nHOLD" },
  { CAUSE (AUTH_TEMPORARY), IMAP, BASIC, LOGIN "S: a1 NO [UNAVAILABLE] later\nHOLD" },
  { CAUSE (AUTH_TEMPORARY), POP, BASIC, PASS "S: -ERR [SYS/TEMP] later\nHOLD" },
  { CAUSE (LOGIN_DELAY), POP, BASIC, PASS "S: -ERR [LOGIN-DELAY] too soon\nHOLD" },
  { CAUSE (USED_TOO_OFTEN), IMAP, BASIC, LOGIN "S: a1 NO [LIMIT] Too many login attempts\nHOLD" },

  { CAUSE (MAILBOX_MISSING), IMAP, BASIC, EXAMINE "S: a2 NO [NONEXISTENT] none\nHOLD" },
  { CAUSE (MAILBOX_REFUSED), IMAP, BASIC, EXAMINE "S: a2 BAD what\nHOLD" },
  { CAUSE (MAILBOX_REFUSED), POP, BASIC, STAT "S: -ERR no\nHOLD" },
  { CAUSE (MAILBOX_NO_PERMISSION), IMAP, BASIC, EXAMINE "S: a2 NO [NOPERM] no\nHOLD" },
  { CAUSE (MAILBOX_FULL), IMAP, BASIC, EXAMINE "S: a2 NO [OVERQUOTA] full\nHOLD" },
  { CAUSE (MAILBOX_DAMAGED), IMAP, BASIC, EXAMINE "S: a2 NO [CORRUPTION] torn\nHOLD" },
  { CAUSE (MAILBOX_UNAVAILABLE), IMAP, BASIC, EXAMINE "S: a2 NO [UNAVAILABLE] later\nHOLD" },
  { CAUSE (MAILBOX_UNAVAILABLE), POP, BASIC, STAT "S: -ERR [SYS/TEMP] later\nHOLD" },
  { CAUSE (MAILBOX_IN_USE), IMAP, BASIC, EXAMINE "S: a2 NO [INUSE] no\nHOLD" },
  { CAUSE (MAILBOX_IN_USE), POP, BASIC, PASS "S: -ERR [IN-USE] no\nHOLD" },

  { CAUSE (SENDER_REFUSED), SMTP, BASIC, MAIL "S: 550 5.7.1 no\nHOLD" },
  { CAUSE (SENDER_NOT_OWN), SMTP, BASIC, MAIL "S: 550 5.7.60 no\nHOLD" },
  { CAUSE (SENDER_NOT_OWN), SMTP, BASIC, RCPT "S: 553 5.7.1 Sender address rejected: not owned by user x\nHOLD" },
  { CAUSE (SENDER_NOT_OWN), SMTP, BASIC, BODY "S: 554 5.2.252 SendAsDenied\nHOLD" },
  { CAUSE (SENDER_DOMAIN), SMTP, BASIC, MAIL "S: 550 5.1.8 no\nHOLD" },
  { CAUSE (SENDER_NOT_PROVEN), SMTP, BASIC, BODY "S: 550-5.7.26 Unauthenticated\nS: 550 5.7.26 mail\nHOLD" },
  { CAUSE (RECIPIENT_REFUSED), SMTP, BASIC, RCPT "S: 550 no\nHOLD" },
  { CAUSE (RELAY_DENIED), SMTP, BASIC, RCPT "S: 550 5.7.1 Unable to relay\nHOLD" },
  { CAUSE (RELAY_DENIED), SMTP, BASIC, RCPT "S: 554 5.7.1 <x>: Relay access denied\nHOLD" },
  { CAUSE (RECIPIENT_MISSING), SMTP, BASIC, RCPT "S: 550 5.1.1 who\nHOLD" },
  { CAUSE (RECIPIENT_MALFORMED), SMTP, BASIC, RCPT "S: 553 5.1.3 what\nHOLD" },
  { CAUSE (RECIPIENT_DOMAIN), SMTP, BASIC, RCPT "S: 550 5.1.2 where\nHOLD" },
  { CAUSE (RECIPIENT_FULL), SMTP, BASIC, RCPT "S: 552 5.2.2 full\nHOLD" },
  { CAUSE (RECIPIENT_DISABLED), SMTP, BASIC, RCPT "S: 550 5.2.1 off\nHOLD" },
  { CAUSE (MESSAGE_REFUSED), SMTP, BASIC, BODY "S: 554 5.6.0 no\nHOLD" },
  { CAUSE (MESSAGE_SUSPECT), SMTP, BASIC, BODY "S: 554 5.7.1 looks like spam\nHOLD" },
  { CAUSE (MESSAGE_TOO_LARGE), SMTP, BASIC, MAIL "S: 552 5.3.4 big\nHOLD" },
  { CAUSE (SMTPUTF8_MISSING), SMTP, BASIC, AUTH "S: 235 in\nHOLD", .own_address = "jö@example.test" },
  { CAUSE (TEMPORARY), SMTP, BASIC, MAIL "S: 451 4.3.0 later\nHOLD" },
  { CAUSE (GREYLISTED), SMTP, BASIC, RCPT "S: 450 4.2.0 Greylisted\nHOLD" },
  { CAUSE (SHUTTING_DOWN), SMTP, BASIC, RCPT "S: 421 4.3.0 bye\nCLOSE" },
  { CAUSE (SENDING_LIMIT), SMTP, BASIC, BODY "S: 550 5.4.5 Daily user sending limit exceeded\nHOLD" },
  { CAUSE (SERVER_FULL), SMTP, BASIC, MAIL "S: 452 4.3.1 disk\nHOLD" },
  { CAUSE (MAYBE_DELIVERED), SMTP, BASIC, BODY "CLOSE" },
  { CAUSE (TOO_MANY_CONNECTIONS), SMTP, BASIC, "S: 421 4.7.0 Too many concurrent sessions\nHOLD" },
  { CAUSE (TOO_MANY_CONNECTIONS), IMAP, BASIC, LOGIN "S: a1 NO [ALERT] Too many simultaneous connections. (Failure)\nHOLD" },
  { CAUSE (TOO_MANY_CONNECTIONS), IMAP, BASIC, LOGIN "S: a1 NO [LIMIT] Maximum number of connections exceeded\nHOLD" },
  { CAUSE (FROM_NOT_ALLOWED), SMTP, BASIC, AUTH "S: 235 in\nHOLD", .no_sender = TRUE },
  { CAUSE (RECIPIENT_UNKNOWN), SMTP, BASIC, AUTH "S: 235 in\nHOLD", .own_address = "" },
  { CAUSE (AUTH_REQUIRED), SMTP, BASIC, EHLO "S: 250 m\nC: MAIL *\nS: 530 5.7.0 log in\nHOLD", .no_login = TRUE },
  { CAUSE (TLS_REQUIRED), IMAP, BASIC, LOGIN "S: a1 NO [PRIVACYREQUIRED] encrypt\nHOLD" },
  { CAUSE (TLS_REQUIRED), SMTP, BASIC, AUTH "S: 538 5.7.11 encrypt\nHOLD" },
};

/* Those that need more than a script, and the file below tests/ that provokes them. */
static const struct
{
  MoptError cause;
  const char *symbol;
  const char *file;
} elsewhere[] = {
#define ELSEWHERE(symbol, file) { MOPT_ERROR_##symbol, "MOPT_ERROR_" #symbol, file }
  ELSEWHERE (KEYRING_NO_BUS, "unit/test-secrets.c"),
  ELSEWHERE (KEYRING_NO_SERVICE, "e2e/test-secrets.c"),
  ELSEWHERE (KEYRING_LOCKED, "e2e/test-secrets.c"),
  ELSEWHERE (KEYRING_DISMISSED, "e2e/test-secrets.c"),
  ELSEWHERE (KEYRING_FAILED, "e2e/test-secrets.c"),
  ELSEWHERE (PASSWORD_ELSEWHERE, "unit/test-login-password.c"),
  ELSEWHERE (SHARED_PASSWORD, "unit/test-shared-password.c"),
  ELSEWHERE (CONNECT_TIMED_OUT, "mail/test-connection.c"),
  ELSEWHERE (TLS_EXPECTED, "mail/test-causes.c"),
  ELSEWHERE (NO_AUTHORITIES, "mail/test-causes.c"),
  ELSEWHERE (TLS_GONE, "mail/test-race.c"),
  ELSEWHERE (UNENCRYPTED_NOT_AGREED, "mail/test-race.c"),
  ELSEWHERE (SECURITY_UNREADABLE, "mail/test-learned.c"),
  ELSEWHERE (CERTIFICATE_REVOKED, "unit/test-failure.c"),
  ELSEWHERE (CERTIFICATE_INVALID, "unit/test-failure.c"),
  ELSEWHERE (AUTH_CLEAR_TEXT, "mail/test-sasl.c"),
  ELSEWHERE (AUTH_ITERATIONS, "mail/test-scram.c"),
  ELSEWHERE (AUTH_WEAKER, "mail/test-learned.c"),
  ELSEWHERE (AUTH_PASSWORD_WEAKER, "mail/test-learned.c"),
  ELSEWHERE (AUTH_NOT_TRIED, "mail/test-test-run.c"),
  ELSEWHERE (NOT_SEEN, "mail/test-test-run.c"),
  ELSEWHERE (CONVERSATION_ID_LOST, "mail/test-causes-arrival.c"),
};

/* ---- a run ---- */

/* Words of the trade have no place in what people read first. */
static void
assert_plain (const char *text, const char *code)
{
  static const char *const jargon[] = { "EHLO", "STARTTLS", "SASL", "STLS", "AUTH", "MX", "RFC", "handshake", "cipher",
                                        "socket", " 535 ", " 550 ", "errno", "SMTP", "X.509", "SHA" };

  for (guint i = 0; i < G_N_ELEMENTS (jargon); i++)
    if (strstr (text, jargon[i]) != NULL)
      g_error ("%s: “%s” in: %s", code, jargon[i], text);
  g_assert_null (strpbrk (text, "{}"));
  if (!g_str_has_suffix (text, ".") && !g_str_has_suffix (text, ")"))
    g_error ("%s does not end: %s", code, text);
}

static char *
run_case (const Case *c, guint16 port)
{
  static char *no_addresses[] = { NULL };
  const char *host = c->host != NULL ? c->host : "127.0.0.1";
  MoptServer server = { .protocol = c->protocol, .host = (char *) host, .security = c->security, .custom_port = port,
                        .authenticate = !c->no_login, .user = (char *) (c->user != NULL ? c->user : "alice") };
  MoptServer other = { .protocol = c->protocol == SMTP ? IMAP : SMTP, .host = (char *) "other.invalid",
                       .user = (char *) "alice" };
  MoptSettings settings = {
    .account_id = (char *) "id",
    .account_name = (char *) "Work",
    .incoming = c->protocol == SMTP ? other : server,
    .outgoing = c->protocol == SMTP ? server : other,
    .mailbox = c->protocol == POP ? NULL : (char *) "INBOX",
    .from_user_address = !c->no_sender,
    .from_legal = no_addresses,
    .from_default = (char *) "",
  };
  g_autoptr (MoptPassword) password = mopt_password_new (c->password != NULL ? c->password : PASSWORD);
  MoptTestOptions options = {
    .settings = &settings,
    .sides = c->protocol == SMTP ? MOPT_SIDE_OUTGOING : MOPT_SIDE_INCOMING,
    .flags = c->protocol == SMTP ? MOPT_TEST_SEND_MESSAGE : 0,
    .incoming_password = c->no_password ? NULL : password,
    .outgoing_password = c->no_password ? NULL : password,
    .no_keyring = c->no_password,
    .own_name = "Alice",
    .own_address = c->own_address != NULL ? c->own_address : USER,
    .limit_ms = c->quick ? SHORT_MS : 10000,
  };
  g_autoptr (MoptTestRun) run = mopt_test_run_new (&options);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_atomic_int_set (&wrong_clock, c->wrong_clock);
  g_signal_connect_swapped (run, "finished", G_CALLBACK (g_main_loop_quit), loop);
  mopt_test_run_start (run);
  g_main_loop_run (loop);

  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_FAILED);
  const MoptFailure *failure = mopt_test_stage_get_failure (mopt_test_run_get_failed (run));
  /* a certificate can be mended in no field, unless it is the name that is wrong */
  if (g_str_has_prefix (failure->code, "certificate-") && !g_str_equal (failure->code, "certificate-wrong-host"))
    g_assert_null (failure->property);
  g_test_message ("%s: %s | %s | %s", failure->code, failure->sentence, failure->advice,
                  failure->property != NULL ? failure->property : "-");
  assert_plain (failure->sentence, failure->code);
  assert_plain (failure->advice, failure->code);
  g_assert_cmpuint (g_utf8_strlen (failure->advice, -1), >, 15);

  g_autofree char *report = mopt_test_run_report (run);
  g_atomic_int_set (&wrong_clock, 0);
  g_assert_null (strstr (report, PASSWORD));
  g_assert_nonnull (strstr (report, failure->code));
  g_assert_nonnull (strstr (report, failure->advice));
  MoptStage stage = mopt_test_stage_get_stage (mopt_test_run_get_failed (run));
  if (c->script != NULL && (stage == MOPT_STAGE_CONNECT || stage == MOPT_STAGE_SECURE))
    {
      g_autofree char *attempt = g_strdup_printf ("\nattempts, %s \\(port[^\n]*\n(  [^\n]+\n)*  +%u +[a-z]+ +failed +[0-9]+  %s\n",
                                                  c->protocol == SMTP ? "outgoing" : "incoming", port, failure->code);

      if (!g_regex_match_simple (attempt, report, 0, 0))
        g_error ("%s is not in %s", attempt, report);
    }
  if (g_str_has_prefix (failure->code, "certificate-"))
    {
      g_autofree char *problem = g_strdup_printf ("problems: %s\n", failure->code + strlen ("certificate-"));

      g_assert_nonnull (strstr (report, problem));
    }
  return g_strdup (failure->code);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (ScriptedServer) server = c->script != NULL ? scripted_server_new (c->script) : NULL;
  g_autofree char *code = run_case (c, server != NULL ? scripted_server_get_port (server) : 1);

  g_assert_cmpstr (code, ==, mopt_error_word (c->cause));
  if (server != NULL)
    g_free (scripted_server_finish (server));
}

/* A port that everybody knows to be one for TLS, whose server waits for the client to begin. MOPT_ERROR_TLS_EXPECTED */
static void
test_tls_expected (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK + 8),
                                 .sin_port = htons (993) };
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0 || listen (fd, 5) != 0)
    {
      g_test_skip ("port 993 cannot be had");
      close (fd);
      return;
    }
  const Case c = { 0, IMAP, BASIC, NULL, "127.0.0.9", .quick = TRUE };
  g_autofree char *code = run_case (&c, 993);
  g_assert_cmpstr (code, ==, "tls-expected");
  close (fd);
}

/* A computer without any list of authorities. MOPT_ERROR_NO_AUTHORITIES */
static void
test_no_authorities (void)
{
  if (g_test_subprocess ())
    {
      const Case c = { CAUSE (NO_AUTHORITIES), IMAP, SSL, "TLS valid\nHOLD" };

      g_setenv ("SSL_CERT_FILE", "/nonexistent/roots.pem", TRUE);
      test_case (&c);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* Adding a cause without provoking it fails here. */
static void
test_complete (void)
{
  static const struct
  {
    MoptError cause;
    const char *word;
  } all[] = {
#undef CAUSE
#define CAUSE(symbol, word) { MOPT_ERROR_##symbol, word },
#include "base/causes.def"
#undef CAUSE
  };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      gboolean found = FALSE;

      if (all[i].cause < MOPT_ERROR_KEYRING_NO_BUS || all[i].cause > MOPT_ERROR_TLS_REQUIRED)
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (cases); j++)
        found = found || cases[j].cause == all[i].cause;
      for (guint j = 0; j < G_N_ELEMENTS (elsewhere); j++)
        if (elsewhere[j].cause == all[i].cause)
          {
            g_autofree char *path = g_test_build_filename (G_TEST_DIST, elsewhere[j].file, NULL);
            g_autofree char *text = NULL;

            g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
            found = strstr (text, elsewhere[j].symbol) != NULL || strstr (text, all[i].word) != NULL;
            if (!found)
              g_error ("%s is not in %s", all[i].word, elsewhere[j].file);
          }
      if (!found)
        g_error ("nobody provokes %s", all[i].word);
      n++;
    }
  g_test_message ("%u causes", n);
  g_assert_cmpuint (n, >=, 60);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions (); /* one wrong cause hides no other */
  test_certificates_init ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/causes/%s/%u", mopt_error_word (cases[i].cause), i);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/causes/tls-expected", test_tls_expected);
  g_test_add_func ("/causes/no-authorities", test_no_authorities);
  g_test_add_func ("/causes/complete", test_complete);

  int status = g_test_run ();
  g_assert_true (mopt_worker_settle (5000));
  return status;
}
