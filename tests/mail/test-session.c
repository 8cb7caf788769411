/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The road to a login, a script per case: what is said, what comes of it, and that the password never travels
 * where it must not. */
#include <string.h>

#include "certificates.h"
#include "client.h"

#define IMAP MOPT_PROTOCOL_IMAP
#define POP MOPT_PROTOCOL_POP3
#define SMTP MOPT_PROTOCOL_SMTP
#define AUTO MOPT_SECURITY_AUTO
#define BASIC MOPT_SECURITY_BASIC
#define SSL MOPT_SECURITY_SSL
#define UNCHECKED MOPT_SECURITY_SSL_NO_AUTHENTICATION
#define STARTTLS MOPT_SECURITY_TLS
#define ERROR(code, stage) MOPT_ERROR_##code, MOPT_STAGE_##stage

#define JUNK                                                                                                       \
  "junkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunk" \
  "junkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunkjunk"
#define SMTP_HELLO "S: 220 hi\nC: EHLO [127.0.0.1]\n"
#define SMTP_STARTTLS SMTP_HELLO "S: 250-mail.example.test\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS\n"
#define IMAP_STARTTLS                                                                                              \
  "S: * OK hi\nC: a1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\nS: a1 OK done\nC: a2 STARTTLS\n" \
  "S: a2 OK go\nTLS\nC: a3 CAPABILITY\n"
#define POP_STLS "S: +OK hi\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK go\nTLS\nC: CAPA\n"

static const TestClient smtp_cases[] = {
  { "ssl plain", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN LOGIN\nC: AUTH PLAIN " PLAIN_64 "\nS: 235 in\nC: QUIT\nS: 221 bye",
    TEST_OK, 0, "PLAIN" },
  { "ssl login", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 auth=login\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: " USER_64
    "\nS: 334 UGFzc3dvcmQ6\nC: " PASSWORD_64 "\nS: 235 in\nC: QUIT\nS: 221 bye",
    TEST_OK, 0, "LOGIN" },
  { "starttls, lower case", SMTP, STARTTLS,
    SMTP_HELLO "S: 250-m\nS: 250 starttls\nC: STARTTLS\nS: 220 go\nTLS\nC: EHLO [127.0.0.1]\nS: 250-m\nS: 250-size 1\n"
               "S: 250 auth plain\nC: AUTH PLAIN " PLAIN_64 "\nS: 235 in\nC: QUIT\nS: 221 bye",
    TEST_OK, 0, "PLAIN" },
  { "offers before TLS are forgotten", SMTP, STARTTLS,
    SMTP_HELLO "S: 250-m\nS: 250-AUTH PLAIN\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS\nC: EHLO [127.0.0.1]\n"
               "S: 250 m",
    ERROR (AUTH_NOT_OFFERED, LOGIN) },
  { "starttls missing", SMTP, STARTTLS, SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN LOGIN", ERROR (TLS_NOT_OFFERED, SECURE) },
  { "starttls refused", SMTP, STARTTLS, SMTP_HELLO "S: 250-m\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 no TLS now",
    ERROR (TLS_REFUSED, SECURE) },
  { "injection", SMTP, STARTTLS,
    SMTP_HELLO "S: 250-m\nS: 250 STARTTLS\nC: STARTTLS\nRAW 220 go\\r\\n250-m\\r\\n250 AUTH PLAIN\\r\\n",
    ERROR (TLS_INJECTION, SECURE) },
  { "no EHLO under starttls", SMTP, STARTTLS, SMTP_HELLO "S: 502 what?\nC: HELO [127.0.0.1]\nS: 250 m",
    ERROR (TLS_NOT_OFFERED, SECURE) },
  { "greeting that knows the password", SMTP, BASIC, "S: 554 secret-pass c2VjcmV0LXBhc3M= AGpvAHNlY3JldC1wYXNz",
    ERROR (GREETING_REFUSED, OFFERS) },
  { "not SMTP", SMTP, BASIC, "S: +OK POP", ERROR (NOT_MAIL_SERVER, OFFERS) },
  { "greeting refused", SMTP, BASIC, "S: 554 no", ERROR (GREETING_REFUSED, OFFERS) },
  { "EHLO refused", SMTP, BASIC, SMTP_HELLO "S: 550 go away", ERROR (COMMAND_REFUSED, OFFERS) },
  { "AUTH missing", SMTP, SSL, "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 SIZE 1", ERROR (AUTH_NOT_OFFERED, LOGIN) },
  { "AUTH missing, TLS would help", SMTP, BASIC, SMTP_HELLO "S: 250-m\nS: 250 STARTTLS", ERROR (TLS_REQUIRED, LOGIN) },
  { "unknown mechanisms", SMTP, SSL, "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH GSSAPI X-BOGUS",
    ERROR (AUTH_NO_MECHANISM, LOGIN) },
  { "535", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN\nC: AUTH PLAIN " PLAIN_64 "\nS: 535 5.7.8 wrong: " PLAIN_64,
    ERROR (AUTH_REFUSED, LOGIN) },
  { "454", SMTP, SSL, "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 454 4.7.0 later",
    ERROR (AUTH_TEMPORARY, LOGIN) },
  { "534", SMTP, SSL, "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 534-5.7.9 app\nS: 534 5.7.9 password",
    ERROR (AUTH_REFUSED, LOGIN) },
  { "504", SMTP, SSL, "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 504 no such",
    ERROR (AUTH_NO_MECHANISM, LOGIN) },
  { "basic prefers a digest", SMTP, BASIC,
    SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN LOGIN CRAM-MD5\nC: AUTH CRAM-MD5\n"
               "S: 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\n"
               "C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\nS: 235 in\nC: QUIT\nS: 221 bye",
    TEST_OK, 0, "CRAM-MD5", "tim", "tanstaaftanstaaf" }, /* RFC 2195's example */
  { "basic plain", SMTP, BASIC,
    SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN\nC: AUTH PLAIN " PLAIN_64 "\nS: 235 in\nC: QUIT\nS: 221 bye", TEST_OK, 0,
    "PLAIN" },
  { "no login wanted", SMTP, BASIC, SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN\nC: QUIT\nS: 221 bye", TEST_OK, 0, NULL,
    .no_login = TRUE },
  { "success before the password", SMTP, SSL, "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 235 in",
    ERROR (PROTOCOL, LOGIN) },
  { "success without a signature", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH SCRAM-SHA-256\nC: AUTH SCRAM-SHA-256 *\nS: 235 in",
    ERROR (AUTH_SERVER_SIGNATURE, LOGIN) },
  { "challenges without end", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: 334 UGFzc3dvcmQ6\n"
    "C: *\nS: 334 UGFzc3dvcmQ6",
    ERROR (PROTOCOL, LOGIN) },
  { "scram-sha-256", SMTP, BASIC,
    SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN CRAM-MD5 scram-sha-256 SCRAM-SHA-1\nC: AUTH SCRAM-SHA-256 *\n"
               "SCRAM SHA256 jo secret-pass 334\nS: 235 in\nC: QUIT\nS: 221 bye",
    TEST_OK, 0, "SCRAM-SHA-256" },
  { "scram-sha-256-plus", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS\nC: AUTH SCRAM-SHA-256-PLUS *\n"
    "SCRAM SHA256 jo secret-pass 334\nS: 235 in\nC: QUIT\nS: 221 bye",
    TEST_OK, 0, "SCRAM-SHA-256-PLUS" },
  { "scram-sha-256-plus on TLS 1.2", SMTP, SSL,
    "TLS valid 1.2\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH SCRAM-SHA-256-PLUS\nC: AUTH SCRAM-SHA-256-PLUS *\n"
    "SCRAM SHA256 jo secret-pass 334\nS: 235 in\nC: QUIT\nS: 221 bye",
    TEST_OK, 0, "SCRAM-SHA-256-PLUS" },
  { "a right password after a refused binding", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS\nC: AUTH SCRAM-SHA-256-PLUS *\n"
    "S: 535 5.7.8 binding\nC: AUTH SCRAM-SHA-256 *\nSCRAM SHA256 jo secret-pass 334\nS: 235 in\nC: QUIT\nS: 221 bye",
    TEST_OK, 0, "SCRAM-SHA-256" },
  { "refused -PLUS once more without", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS PLAIN\nC: AUTH SCRAM-SHA-256-PLUS *\n"
    "S: 535 5.7.8 binding\nC: AUTH SCRAM-SHA-256 *\nS: 535 5.7.8 no\nHOLD",
    ERROR (AUTH_REFUSED, LOGIN) },
  { "-PLUS not followed unchecked", SMTP, UNCHECKED,
    "TLS self-signed\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS\n"
    "C: AUTH SCRAM-SHA-256-PLUS *\nS: 535 5.7.8 binding\nHOLD",
    ERROR (AUTH_REFUSED, LOGIN) },
  { "hang-up after a refused -PLUS", SMTP, SSL,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH SCRAM-SHA-1 SCRAM-SHA-1-PLUS\nC: AUTH SCRAM-SHA-1-PLUS *\n"
    "S: 535 5.7.8 no\nCLOSE",
    ERROR (AUTH_REFUSED, LOGIN) },
  { "auto: starttls on a custom port", SMTP, AUTO,
    "S: 220 hi\nACCEPT\n" SMTP_STARTTLS "C: EHLO [127.0.0.1]\nS: 250-m\nS: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n"
    "C: QUIT\nS: 221 bye",
    TEST_OK, 0, "PLAIN" },
  { "auto: never clear", SMTP, AUTO, "S: 220 hi\nACCEPT\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN\nHOLD",
    ERROR (TLS_NOT_OFFERED, SECURE) },
  { "auto: a bad certificate ends it", SMTP, AUTO, "TLS expired\nHOLD", ERROR (CERTIFICATE, SECURE) },
  { "auto: implicit", SMTP, AUTO,
    "TLS\n" SMTP_HELLO "S: 250-m\nS: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\nC: QUIT\nS: 221 bye", TEST_OK, 0,
    "PLAIN" },
};

static const TestClient imap_cases[] = {
  { "sasl-ir", IMAP, SSL,
    "TLS\nS: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\nC: a1 AUTHENTICATE PLAIN " PLAIN_64
    "\nS: a1 OK in\nC: a2 LOGOUT\nS: * BYE\nS: a2 OK",
    TEST_OK, 0, "PLAIN" },
  { "no sasl-ir, lower case", IMAP, SSL,
    "TLS\nS: * ok [capability imap4rev1 auth=plain] hi\nC: a1 AUTHENTICATE PLAIN\nS: +\nC: " PLAIN_64
    "\nS: * CAPABILITY IMAP4rev1\nS: A1 ok in\nC: a2 LOGOUT\nS: * BYE\nS: a2 OK",
    TEST_OK, 0, "PLAIN" },
  { "scram-sha-1-plus", IMAP, SSL,
    "TLS\nS: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-1 AUTH=PLAIN] hi\n"
    "C: a1 AUTHENTICATE SCRAM-SHA-1-PLUS *\nSCRAM SHA1 jo secret-pass +\nS: a1 OK in\nC: a2 LOGOUT\nS: * BYE\nS: a2 OK",
    TEST_OK, 0, "SCRAM-SHA-1-PLUS" },
  { "login", IMAP, SSL,
    "TLS\nS: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=LOGIN] hi\nC: a1 AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: " USER_64
    "\nS: + UGFzc3dvcmQ6\nC: " PASSWORD_64 "\nS: a1 OK in\nC: a2 LOGOUT\nS: a2 OK",
    TEST_OK, 0, "LOGIN" },
  { "a digest in clear", IMAP, BASIC,
    "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5] hi\nC: a1 AUTHENTICATE CRAM-MD5\n"
    "S: + PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\n"
    "C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\nS: a1 OK in\nC: a2 LOGOUT\nS: a2 OK",
    TEST_OK, 0, "CRAM-MD5", "tim", "tanstaaftanstaaf" },
  { "LOGINDISABLED before TLS only", IMAP, STARTTLS,
    IMAP_STARTTLS "S: * CAPABILITY IMAP4rev1\nS: a3 OK\nC: a4 LOGIN \"jo\" \"secret-pass\"\nS: a4 OK in\nC: a5 LOGOUT\n"
                  "S: * BYE\nS: a5 OK",
    TEST_OK, 0, "LOGIN" },
  { "LOGINDISABLED after TLS", IMAP, STARTTLS,
    IMAP_STARTTLS "S: * CAPABILITY IMAP4rev1 logindisabled\nS: a3 OK\nHOLD", ERROR (AUTH_LOGIN_DISABLED, LOGIN) },
  { "LOGINDISABLED in clear", IMAP, BASIC, "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS] hi\nHOLD",
    ERROR (AUTH_LOGIN_DISABLED, LOGIN) },
  { "LOGINDISABLED is not SASL's", IMAP, SSL,
    "TLS\nS: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=PLAIN SASL-IR] hi\nC: a1 AUTHENTICATE PLAIN *\nS: a1 OK in\n"
    "C: a2 LOGOUT\nS: a2 OK",
    TEST_OK, 0, "PLAIN" },
  { "capabilities of the STARTTLS reply are forgotten", IMAP, STARTTLS,
    "S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi\nC: a1 STARTTLS\nS: * CAPABILITY IMAP4rev1 AUTH=PLAIN\n"
    "S: a1 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] go\nTLS\nC: a2 CAPABILITY\nS: * CAPABILITY IMAP4rev1 LOGINDISABLED\n"
    "S: a2 OK\nHOLD",
    ERROR (AUTH_LOGIN_DISABLED, LOGIN) },
  { "PREAUTH before TLS", IMAP, STARTTLS, "S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi\nHOLD",
    ERROR (TLS_PREAUTH, SECURE) },
  { "PREAUTH under TLS", IMAP, SSL, "TLS\nS: * PREAUTH hi\nHOLD", ERROR (PREAUTH, OFFERS) },
  { "PREAUTH in clear", IMAP, BASIC, "S: * PREAUTH hi\nHOLD", ERROR (PREAUTH, OFFERS) },
  { "PREAUTH ends auto", IMAP, AUTO, "S: * PREAUTH hi\nACCEPT\nS: * PREAUTH hi\nHOLD", ERROR (TLS_PREAUTH, SECURE) },
  { "BYE", IMAP, SSL, "TLS\nS: * BYE too many\nCLOSE", ERROR (GREETING_REFUSED, OFFERS) },
  { "greeting that knows the password", IMAP, BASIC, "S: * BYE secret-pass c2VjcmV0LXBhc3M=\nCLOSE",
    ERROR (GREETING_REFUSED, OFFERS) },
  { "not IMAP", IMAP, BASIC, "S: 220 smtp", ERROR (NOT_MAIL_SERVER, OFFERS) },
  { "starttls missing", IMAP, STARTTLS, "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\nHOLD",
    ERROR (TLS_NOT_OFFERED, SECURE) },
  { "starttls refused", IMAP, STARTTLS,
    "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC: a1 STARTTLS\nS: a1 BAD no\nHOLD", ERROR (TLS_REFUSED, SECURE) },
  { "injection", IMAP, STARTTLS,
    "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC: a1 STARTTLS\nRAW a1 OK go\\r\\na2 OK [CAPABILITY AUTH=PLAIN]\\r\\n",
    ERROR (TLS_INJECTION, SECURE) },
  { "refused", IMAP, SSL,
    "TLS\nS: * OK [CAPABILITY IMAP4rev1] hi\nC: a1 LOGIN *\nS: a1 NO [AUTHENTICATIONFAILED] \"secret-pass\" is wrong\nHOLD",
    ERROR (AUTH_REFUSED, LOGIN) },
  { "unavailable", IMAP, SSL, "TLS\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN *\nS: a1 NO [unavailable] later\nHOLD",
    ERROR (AUTH_TEMPORARY, LOGIN) },
  { "privacy", IMAP, BASIC, "S: * OK [CAPABILITY X] hi\nC: a1 LOGIN *\nS: a1 NO [PRIVACYREQUIRED] TLS!\nHOLD",
    ERROR (TLS_REQUIRED, LOGIN) },
  { "bad", IMAP, SSL, "TLS\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN *\nS: a1 BAD what?\nHOLD",
    ERROR (COMMAND_REFUSED, LOGIN) },
  { "somebody else's OK", IMAP, SSL, "TLS\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN *\nS: a2 OK in\nHOLD",
    ERROR (PROTOCOL, LOGIN) },
  { "an untagged OK is no login", IMAP, SSL, "TLS\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN *\nS: * OK in\nCLOSE",
    ERROR (HUNG_UP, LOGIN) },
  { "PREAUTH later is no login", IMAP, SSL, "TLS\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN *\nS: * PREAUTH in\nCLOSE",
    ERROR (HUNG_UP, LOGIN) },
  { "quoting", IMAP, SSL,
    "TLS\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN \"a \\\\\"b\\\\\\\\\" \"p \\\\\"q\\\\\"\"\nS: a1 OK in\nC: a2 LOGOUT\nS: a2 OK",
    TEST_OK, 0, "LOGIN", "a \"b\\", "p \"q\"" },
};

static const TestClient pop_cases[] = {
  { "stls", POP, AUTO,
    "S: +OK hi\nACCEPT\n" POP_STLS "S: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN " PLAIN_64 "\nS: +OK in\nC: QUIT\nS: +OK",
    TEST_OK, 0, "PLAIN" },
  { "lower case", POP, SSL,
    "TLS\nS: +ok hi\nC: CAPA\nS: +ok\nS: sasl login\nS: .\nC: AUTH LOGIN\nS: + VXNlcm5hbWU6\nC: " USER_64
    "\nS: + UGFzc3dvcmQ6\nC: " PASSWORD_64 "\nS: +ok in\nC: QUIT\nS: +OK",
    TEST_OK, 0, "LOGIN" },
  { "CAPA absent", POP, SSL,
    "TLS\nS: +OK hi\nC: CAPA\nS: -ERR what?\nC: USER jo\nS: +OK\nC: PASS secret-pass\nS: +OK in\nC: QUIT\nS: +OK", TEST_OK, 0,
    "USER" },
  { "spaces in the password", POP, SSL,
    "TLS\nS: +OK hi\nC: CAPA\nS: -ERR what?\nC: USER jo\nS: +OK\nC: PASS  two  words \nS: +OK in\nC: QUIT\nS: +OK", TEST_OK,
    0, "USER", NULL, " two  words " },
  { "scram-sha-256", POP, SSL,
    "TLS\nS: +OK\nC: CAPA\nS: +OK\nS: SASL SCRAM-SHA-256\nS: .\nC: AUTH SCRAM-SHA-256 *\nSCRAM SHA256 jo secret-pass +\n"
    "S: +OK in\nC: QUIT\nS: +OK",
    TEST_OK, 0, "SCRAM-SHA-256" },
  { "a digest in clear", POP, BASIC,
    "S: +OK\nC: CAPA\nS: +OK\nS: USER\nS: SASL PLAIN CRAM-MD5\nS: .\nC: AUTH CRAM-MD5\n"
    "S: + PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\n"
    "C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\nS: +OK in\nC: QUIT\nS: +OK",
    TEST_OK, 0, "CRAM-MD5", "tim", "tanstaaftanstaaf" },
  { "APOP in clear", POP, BASIC, /* RFC 1939's example */
    "S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\nC: CAPA\nS: +OK\nS: USER\nS: SASL PLAIN\nS: .\n"
    "C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\nS: +OK in\nC: QUIT\nS: +OK",
    TEST_OK, 0, "APOP", "mrose", "tanstaaf" },
  { "USER before APOP under TLS", POP, SSL,
    "TLS\nS: +OK <1@x>\nC: CAPA\nS: +OK\nS: USER\nS: .\nC: USER jo\nS: +OK\nC: PASS *\nS: +OK in\nC: QUIT\nS: +OK", TEST_OK, 0,
    "USER" },
  { "a timestamp that is none", POP, BASIC,
    "S: +OK <\x80\x81\x82@x>\nC: CAPA\nS: -ERR\nC: USER jo\nS: +OK\nC: PASS *\nS: +OK in\nC: QUIT\nS: +OK", TEST_OK, 0, "USER" },
  { "a timestamp from before TLS", POP, AUTO,
    "S: +OK hi\nACCEPT\nS: +OK <1@x>\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nTLS\nC: CAPA\nS: +OK\nS: .\nHOLD",
    ERROR (AUTH_NOT_OFFERED, LOGIN) },
  { "offers before TLS are forgotten", POP, AUTO,
    "S: +OK hi\nACCEPT\nS: +OK\nC: CAPA\nS: +OK\nS: STLS\nS: SASL PLAIN\nS: .\nC: STLS\nS: +OK\nTLS\nC: CAPA\nS: +OK\nS: .\nHOLD",
    ERROR (AUTH_NOT_OFFERED, LOGIN) },
  { "stls missing", POP, AUTO, "S: +OK hi\nACCEPT\nS: +OK\nC: CAPA\nS: +OK\nS: USER\nS: .\nHOLD",
    ERROR (TLS_NOT_OFFERED, SECURE) },
  { "stls refused", POP, AUTO, "S: +OK hi\nACCEPT\nS: +OK\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: -ERR no\nHOLD",
    ERROR (TLS_REFUSED, SECURE) },
  { "injection", POP, AUTO,
    "S: +OK hi\nACCEPT\nS: +OK\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nRAW +OK\\r\\n+OK\\r\\nSASL PLAIN\\r\\n.\\r\\n",
    ERROR (TLS_INJECTION, SECURE) },
  { "greeting refused", POP, BASIC, "S: -ERR go away", ERROR (GREETING_REFUSED, OFFERS) },
  { "greeting that knows the password", POP, BASIC, "S: -ERR secret-pass AGpvAHNlY3JldC1wYXNz",
    ERROR (GREETING_REFUSED, OFFERS) },
  { "not POP", POP, BASIC, "S: * OK IMAP", ERROR (NOT_MAIL_SERVER, OFFERS) },
  { "refused", POP, SSL, "TLS\nS: +OK\nC: CAPA\nS: -ERR\nC: USER jo\nS: +OK\nC: PASS *\nS: -ERR [AUTH] secret-pass?\nHOLD",
    ERROR (AUTH_REFUSED, LOGIN) },
  { "temporary", POP, SSL, "TLS\nS: +OK\nC: CAPA\nS: -ERR\nC: USER jo\nS: +OK\nC: PASS *\nS: -ERR [SYS/TEMP] later\nHOLD",
    ERROR (AUTH_TEMPORARY, LOGIN) },
  { "too soon", POP, SSL, "TLS\nS: +OK\nC: CAPA\nS: -ERR\nC: USER jo\nS: +OK\nC: PASS *\nS: -ERR [login-delay] later\nHOLD",
    ERROR (AUTH_TEMPORARY, LOGIN) },
  { "in use", POP, SSL, "TLS\nS: +OK\nC: CAPA\nS: -ERR\nC: USER jo\nS: +OK\nC: PASS *\nS: -ERR [IN-USE] locked\nHOLD",
    ERROR (MAILBOX_IN_USE, LOGIN) },
  { "user unknown", POP, SSL, "TLS\nS: +OK\nC: CAPA\nS: -ERR\nC: USER jo\nS: -ERR who?\nHOLD", ERROR (AUTH_REFUSED, LOGIN) },
  { "nothing to log in by, TLS would help", POP, BASIC, "S: +OK\nC: CAPA\nS: +OK\nS: STLS\nS: .\nHOLD",
    ERROR (TLS_REQUIRED, LOGIN) },
  { "sasl refused", POP, SSL,
    "TLS\nS: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN *\nS: -ERR no " PLAIN_64 "\nHOLD",
    ERROR (AUTH_REFUSED, LOGIN) },
  { "a long initial response waits", POP, SSL,
    "TLS\nS: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: + \nC: AGpvAHh4*\nS: +OK in\nC: QUIT\nS: +OK", TEST_OK,
    0, "PLAIN", NULL,
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" },
};

static void
test_case (gconstpointer data)
{
  test_client_play (data, NULL, NULL);
}

/* Every certificate that does not check out, in every checked mode: refused before any credential. */
static void
test_certificates (void)
{
  static const char *const names[] = { "expired", "not-yet", "wrong-ip", "self-signed", "unknown-ca" };
  static const struct
  {
    MoptProtocol protocol;
    MoptSecurity security;
    const char *script;
  } modes[] = {
    { SMTP, SSL, "TLS %s\nHOLD" },
    { SMTP, STARTTLS, SMTP_HELLO "S: 250-m\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS %s\nHOLD" },
    { IMAP, SSL, "TLS %s\nHOLD" },
    { IMAP, AUTO, "TLS %s\nHOLD" },
    { POP, SSL, "TLS %s\nHOLD" },
    { POP, AUTO, "S: +OK\nACCEPT\nS: +OK\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nTLS %s\nHOLD" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint j = 0; j < G_N_ELEMENTS (modes); j++)
      {
        g_auto (GStrv) parts = g_strsplit (modes[j].script, "%s", 2);
        g_autofree char *script = g_strjoinv (names[i], parts);
        const TestClient client
            = { names[i], modes[j].protocol, modes[j].security, script, ERROR (CERTIFICATE, SECURE) };

        test_client_play (&client, NULL, NULL);
      }
}

/* SSL with No Authentication goes on. */
static void
test_unchecked (void)
{
  const TestClient client = { "unchecked", IMAP, UNCHECKED,
                              "TLS everything\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN *\nS: a1 OK\nC: a2 LOGOUT\nS: a2 OK",
                              TEST_OK, 0, "LOGIN" };

  test_client_play (&client, NULL, NULL);
}

/* The server hangs up after each of its lines: an error, never a login, and nothing of the password in clear. */
static void
check_hang_ups (const TestClient *whole)
{
  g_auto (GStrv) lines = g_strsplit (whole->script, "\n", -1);

  for (guint n = 0; lines[n] != NULL; n++)
    {
      g_autoptr (GString) script = g_string_new (NULL);
      TestClient client = *whole;

      /* the good-bye comes after the login: nothing to see there */
      if (strstr (lines[n], "QUIT") != NULL || strstr (lines[n], "LOGOUT") != NULL)
        return;
      if (!g_str_has_prefix (lines[n], "S: "))
        continue;
      for (guint i = 0; i <= n; i++)
        g_string_append_printf (script, "%s\n", lines[i]);
      g_string_append (script, "CLOSE\n");

      g_autoptr (ScriptedServer) server = scripted_server_new (script->str);
      g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
      const MoptServer settings = { client.protocol, (char *) "127.0.0.1", client.security,
                                    scripted_server_get_port (server), TRUE, (char *) "jo" };
      const MoptSessionOptions options = { .server = &settings, .password = password, .limit_ms = 5000 };
      g_autoptr (GError) error = NULL;
      g_autoptr (MoptSession) session = mopt_session_open (&options, NULL, NULL, NULL, &error);

      if (session != NULL) /* it was the very last line */
        continue;
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_HUNG_UP);
      g_free (scripted_server_finish (server));
      if (client.security != BASIC)
        g_assert_null (strstr (scripted_server_get_clear (server)->str, "secret-pass"));
    }
}

static void
test_hang_ups (void)
{
  check_hang_ups (&smtp_cases[0]);
  check_hang_ups (&smtp_cases[1]);
  check_hang_ups (&smtp_cases[2]);
  check_hang_ups (&imap_cases[0]);
  check_hang_ups (&imap_cases[1]);
  check_hang_ups (&imap_cases[2]);
  check_hang_ups (&pop_cases[1]);
  check_hang_ups (&pop_cases[2]);
}

/* Floods, drips and silence: a clear error within the limit. */
static void
test_floods (void)
{
  static const TestClient cases[] = {
    { "silence", IMAP, BASIC, "HOLD", ERROR (TIMED_OUT, OFFERS), .limit_ms = 300 },
    { "silence under TLS", SMTP, SSL, "TLS\nHOLD", ERROR (TIMED_OUT, OFFERS), .limit_ms = 300 },
    { "silence instead of TLS", POP, SSL, "HOLD", ERROR (TIMED_OUT, SECURE), .limit_ms = 300 },
    { "drip", SMTP, BASIC, "DRIP 20 2", ERROR (TIMED_OUT, OFFERS), .limit_ms = 300 },
    { "drip of lines", IMAP, BASIC, "S: * OK hi\nC: a1 CAPABILITY\nDRIP 1 * OK x\\r\\n", ERROR (TIMED_OUT, OFFERS),
      .limit_ms = 300 },
    { "a line without end", SMTP, BASIC, "FLOOD 67108864", ERROR (LINE_TOO_LONG, OFFERS) },
    { "a greeting without end", SMTP, BASIC, "REPEAT 10000000 220-" JUNK, ERROR (REPLY_TOO_LONG, OFFERS) },
    { "untagged junk", IMAP, BASIC, "S: * OK hi\nC: a1 CAPABILITY\nREPEAT 10000000 * OK " JUNK, ERROR (REPLY_TOO_LONG, OFFERS) },
    { "CAPA without end", POP, BASIC, "S: +OK\nC: CAPA\nS: +OK\nREPEAT 10000000 " JUNK, ERROR (REPLY_TOO_LONG, OFFERS) },
    { "2^63 bytes", IMAP, BASIC, "S: * OK hi\nC: a1 CAPABILITY\nS: * LIST () NIL {9223372036854775808}\nHOLD",
      ERROR (REPLY_TOO_LONG, OFFERS) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 start = g_get_monotonic_time ();

      test_client_play (&cases[i], NULL, NULL);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
    }
}

/* Letters beyond ASCII go as literals; nobody waits where LITERAL+ is offered. */
static void
test_literals (void)
{
  static const TestClient cases[] = {
    { "synchronizing", IMAP, SSL,
      "TLS\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN {5}\nS: + go\nC: jörg {9}\nS: + go\nC: pässwort\nS: a1 OK in\n"
      "C: a2 LOGOUT\nS: a2 OK",
      TEST_OK, 0, "LOGIN", "jörg", "pässwort" },
    { "not synchronizing", IMAP, SSL,
      "TLS\nS: * OK [CAPABILITY literal+] hi\nC: a1 LOGIN {5+}\nC: jörg {9+}\nC: pässwort\nS: a1 OK in\nC: a2 LOGOUT\n"
      "S: a2 OK",
      TEST_OK, 0, "LOGIN", "jörg", "pässwort" },
    { "only the password", IMAP, SSL,
      "TLS\nS: * OK [CAPABILITY LITERAL-] hi\nC: a1 LOGIN \"jo\" {9+}\nC: pässwort\nS: a1 OK in\nC: a2 LOGOUT\nS: a2 OK",
      TEST_OK, 0, "LOGIN", "jo", "pässwort" },
    { "refused", IMAP, SSL, "TLS\nS: * OK [CAPABILITY X] hi\nC: a1 LOGIN {5}\nS: a1 NO no literals\nHOLD",
      ERROR (AUTH_REFUSED, LOGIN), NULL, "jörg", "pässwort" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    test_client_play (&cases[i], NULL, NULL);
}

/* Control bytes go nowhere: a user name cannot become a command. */
static void
test_control_bytes (void)
{
  static const TestClient cases[] = {
    { "pop", POP, SSL, "TLS\nS: +OK\nC: CAPA\nS: -ERR\nHOLD", ERROR (CONTROL_BYTES, LOGIN), NULL, "jo\r\nDELE 1" },
    { "imap", IMAP, SSL, "TLS\nS: * OK [CAPABILITY LITERAL+] hi\nC: a1 LOGIN {11+}\nHOLD", ERROR (CONTROL_BYTES, LOGIN), NULL,
      "jo\r\na2 NOOP" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    test_client_play (&cases[i], NULL, NULL);
}

/* ---- stages ---- */

static void
on_stage (MoptStage stage, const char *evidence, gpointer user_data)
{
  g_string_append_printf (user_data, "%s%s ", mopt_stage_name (stage), evidence != NULL ? "=" : "");
}

static void
on_tls (const MoptTlsInfo *info, gpointer user_data)
{
  g_string_append_printf (user_data, "(%u reasons) ", info->reasons->len);
}

static void
test_stages (void)
{
  g_autoptr (ScriptedServer) server
      = scripted_server_new ("S: 220 hi\nACCEPT\n" SMTP_STARTTLS "C: EHLO [127.0.0.1]\nS: 250-m\nS: 250 AUTH PLAIN\n"
                             "C: AUTH PLAIN *\nS: 235 in\nC: QUIT\nS: 221 bye");
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  g_autoptr (GString) seen = g_string_new (NULL);
  const MoptServer settings
      = { SMTP, (char *) "127.0.0.1", AUTO, scripted_server_get_port (server), TRUE, (char *) "jo" };
  const MoptSessionOptions options
      = { .server = &settings, .password = password, .limit_ms = 5000, .stage = on_stage, .tls = on_tls, .user_data = seen };
  g_autoptr (GError) error = NULL;
  MoptSession *session = mopt_session_open (&options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (seen->str, ==,
                   "find find= connect connect= secure connect connect= secure (0 reasons) secure= offers offers= "
                   "login login= ");
  g_assert_cmpint (mopt_session_get_attempt (session)->tls, ==, MOPT_TLS_STARTTLS);
  g_assert_cmpstr (mopt_session_get_offers (session)[0], ==, "AUTH PLAIN");
  mopt_session_close (session);
  scripted_server_assert_finished (server);
}

/* A cancel in the middle of each stage is felt at once and is not an error of ours. */
static gpointer
cancel_soon (gpointer data)
{
  g_usleep (150 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (void)
{
  static const struct
  {
    MoptProtocol protocol;
    MoptSecurity security;
    const char *script;
    MoptStage stage;
  } cases[] = {
    { SMTP, SSL, "HOLD", MOPT_STAGE_SECURE },
    { SMTP, STARTTLS, SMTP_HELLO "HOLD", MOPT_STAGE_SECURE },
    { IMAP, SSL, "TLS\nS: * OK hi\nC: a1 CAPABILITY\nHOLD", MOPT_STAGE_OFFERS },
    { POP, SSL, "TLS\nS: +OK\nC: CAPA\nS: -ERR\nC: USER jo\nHOLD", MOPT_STAGE_LOGIN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (cases[i].script);
      g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      const MoptServer settings = { cases[i].protocol, (char *) "127.0.0.1", cases[i].security,
                                    scripted_server_get_port (server), TRUE, (char *) "jo" };
      const MoptSessionOptions options = { .server = &settings, .password = password, .limit_ms = 20000 };
      MoptStage failed;
      gint64 start = g_get_monotonic_time ();
      GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

      g_assert_null (mopt_session_open (&options, &failed, NULL, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (failed, ==, cases[i].stage);
      /* 100 ms is the promise; the machine may be busy */
      g_assert_cmpint (g_get_monotonic_time () - start, <, (150 + 300) * 1000);
      g_thread_join (thread);
    }
}

static void
add_cases (const char *name, const TestClient *cases, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/session/%s/%s", name, cases[i].name);

      g_strdelimit (path, " ", '-');
      g_test_add_data_func (path, &cases[i], test_case);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  add_cases ("smtp", smtp_cases, G_N_ELEMENTS (smtp_cases));
  add_cases ("imap", imap_cases, G_N_ELEMENTS (imap_cases));
  add_cases ("pop", pop_cases, G_N_ELEMENTS (pop_cases));
  g_test_add_func ("/session/certificates", test_certificates);
  g_test_add_func ("/session/unchecked", test_unchecked);
  g_test_add_func ("/session/hang-ups", test_hang_ups);
  g_test_add_func ("/session/floods", test_floods);
  g_test_add_func ("/session/literals", test_literals);
  g_test_add_func ("/session/control-bytes", test_control_bytes);
  g_test_add_func ("/session/stages", test_stages);
  g_test_add_func ("/session/cancel", test_cancel);
  return g_test_run ();
}
