/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IMAP servers, and whoever sits before them, that want the password without TLS. */
#include "attack.h"

#define EVERYWHERE EVERY_STEP
#define NEED_TAG (EVERY_STEP & ~(1 << STEP_GREETING))
#define AT_TLS (1 << STEP_TLS)

static const HostileReply replies[] = {
  /* conditions, tagged and not */
  { "OK", NEED_TAG, "%T OK EVIL\\r\\n", TRUE },
  { "ok", NEED_TAG, "%T ok EVIL\\r\\n", TRUE },
  { "NO", NEED_TAG, "%T NO EVIL\\r\\n" },
  { "BAD", NEED_TAG, "%T BAD EVIL\\r\\n" },
  { "tagged BYE", NEED_TAG, "%T BYE EVIL\\r\\n" },
  { "tagged PREAUTH", NEED_TAG, "%T PREAUTH EVIL\\r\\n" },
  { "* OK", EVERYWHERE, "* OK EVIL\\r\\n" },
  { "* NO", EVERYWHERE, "* NO EVIL\\r\\n" },
  { "* BAD", EVERYWHERE, "* BAD EVIL\\r\\n" },
  { "* BYE", EVERYWHERE, "* BYE EVIL\\r\\n" },
  { "* PREAUTH", EVERYWHERE, "* PREAUTH [CAPABILITY IMAP4rev1 AUTH=EVIL] EVIL\\r\\n" },
  { "PREAUTH, OK", NEED_TAG, "* PREAUTH EVIL\\r\\n%T OK\\r\\n", TRUE },
  { "BYE, OK", NEED_TAG, "* BYE EVIL\\r\\n%T OK\\r\\n", TRUE },
  { "OK, then NO", NEED_TAG, "* OK EVIL\\r\\n%T NO EVIL\\r\\n" },
  { "another tag", EVERYWHERE, "a99 OK EVIL\\r\\n" },
  { "no tag", EVERYWHERE, "OK EVIL\\r\\n" },
  { "tag alone", NEED_TAG, "%T\\r\\n" },
  { "no space", NEED_TAG, "%TOK EVIL\\r\\n" },
  { "continuation", EVERYWHERE, "+ EVIL\\r\\n" },
  { "bare continuation", EVERYWHERE, "+\\r\\n" },
  /* other people's words */
  { "SMTP", EVERYWHERE, "220 EVIL\\r\\n" },
  { "POP", EVERYWHERE, "+OK EVIL\\r\\n" },
  { "POP error", EVERYWHERE, "-ERR EVIL\\r\\n" },
  { "HTTP", EVERYWHERE, "HTTP/1.1 400 EVIL\\r\\n\\r\\n" },
  { "empty line", EVERYWHERE, "\\r\\n" },
  { "silence", EVERYWHERE, "" },
  { "NUL in the text", NEED_TAG, "%T OK \\000EVIL\\r\\n", TRUE },
  { "NUL in the word", NEED_TAG, "%T O\\000K EVIL\\r\\n" },
  { "NUL first", EVERYWHERE, "\\000* OK EVIL\\r\\n" },
  { "8 bit", EVERYWHERE, "\\377\\376 EVIL\\r\\n" },
  { "a line too long", EVERYWHERE, "* OK EVIL %L\\r\\n%T OK\\r\\n" },
  /* literals where none belong */
  { "literal in * OK", NEED_TAG, "* OK EVIL {9}\\r\\n%T OK\\r\\n", TRUE },
  { "literal in OK", NEED_TAG, "%T OK EVIL {20}\\r\\n", TRUE },
  { "literal hides OK", NEED_TAG, "* LIST () NIL {12}\\r\\n%T OK EVIL\\r\\n" },
  { "literal of 4 GiB", EVERYWHERE, "* LIST () NIL {4294967295}\\r\\nEVIL\\r\\n" },
  { "literal of 2^64", EVERYWHERE, "* LIST () NIL {18446744073709551616}\\r\\nEVIL\\r\\n" },
  { "literal, negative", NEED_TAG, "* LIST () NIL {-1}\\r\\n%T OK EVIL\\r\\n", TRUE },
  /* untagged data that would count later */
  { "EXISTS", NEED_TAG, "* 99999 EXISTS\\r\\n* OK [UIDNEXT 99999] EVIL\\r\\n%T OK\\r\\n", TRUE },
  { "LIST", NEED_TAG, "* LIST () \"/\" EVIL\\r\\n%T OK\\r\\n", TRUE },
  { "FETCH", NEED_TAG, "* 1 FETCH (UID 1 BODY[] {4}\\r\\nEVIL)\\r\\n%T OK\\r\\n", TRUE },
  { "CAPABILITY", NEED_TAG, "* CAPABILITY IMAP4rev1 STARTTLS AUTH=EVIL AUTH=PLAIN SASL-IR\\r\\n%T OK\\r\\n", TRUE },
  { "CAPABILITY code", NEED_TAG, "%T OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=EVIL AUTH=PLAIN] EVIL\\r\\n", TRUE },
  { "greeting with CAPABILITY", 1 << STEP_GREETING, "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=EVIL AUTH=PLAIN] EVIL\\r\\n" },
  { "LOGINDISABLED", NEED_TAG, "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=EVIL\\r\\n%T OK\\r\\n", TRUE },
  { "ALERT", NEED_TAG, "* OK [ALERT] EVIL: call 555 0199\\r\\n%T OK [ALERT] EVIL\\r\\n", TRUE },
  { "ALERT, NO", NEED_TAG, "%T NO [ALERT] EVIL: call 555 0199\\r\\n" },
  { "greeting with ALERT", 1 << STEP_GREETING, "* OK [ALERT] EVIL: call 555 0199\\r\\n" },
  /* sent elsewhere */
  { "REFERRAL, OK", NEED_TAG, "%T OK [REFERRAL imap://jo;AUTH=*@EVIL.example/] EVIL\\r\\n", TRUE },
  { "REFERRAL, NO", NEED_TAG, "%T NO [REFERRAL imap://EVIL.example/] EVIL\\r\\n" },
  { "REFERRAL, BYE", EVERYWHERE, "* BYE [REFERRAL imap://EVIL.example/] EVIL\\r\\n" },
  { "HOMESERVER", NEED_TAG, "%T OK [HOMESERVER imap://EVIL.example/] EVIL\\r\\n", TRUE },
  { "HOMESERVER, NO", NEED_TAG, "%T NO [HOMESERVER imap://EVIL.example/] EVIL\\r\\n" },
  /* more than one reply */
  { "OK twice", NEED_TAG, "%T OK\\r\\n%T OK EVIL\\r\\n", TRUE },
  { "OK and CAPABILITY", NEED_TAG, "%T OK\\r\\n* CAPABILITY IMAP4rev1 AUTH=EVIL\\r\\n", TRUE },
  { "OK and the next", NEED_TAG, "%T OK\\r\\na3 OK [CAPABILITY IMAP4rev1 AUTH=EVIL] EVIL\\r\\n", TRUE },
  { "OK and half a line", NEED_TAG, "%T OK\\r\\n* CAPABILITY IMAP4rev1 AUTH=EVIL", TRUE },
  { "OK and LF", NEED_TAG, "%T OK\\n* OK EVIL\\n", TRUE },
  { "CR alone", NEED_TAG, "%T OK EVIL\\r* CAPABILITY IMAP4rev1 AUTH=EVIL\\r\\n", TRUE },
  { "greeting and more", 1 << STEP_GREETING, "* OK EVIL\\r\\n* CAPABILITY IMAP4rev1 AUTH=EVIL\\r\\na1 OK EVIL\\r\\na2 OK EVIL\\r\\n" },
};

#define AT(step_, text) .attack = { .step = STEP_##step_, .reply = text }
#define INSIDE(step_, text) .attack = { .step = STEP_##step_, .inside = TRUE, .reply = text }
#define FAILS(code_, stage_) .code = MOPT_ERROR_##code_, .stage = MOPT_STAGE_##stage_

static const AttackCase cases[] = {
  { "nothing wrong", MOPT_SECURITY_TLS, .code = ATTACK_PASSES },
  { "nothing wrong, SSL", MOPT_SECURITY_SSL, .attack = { .implicit = TRUE }, .code = ATTACK_PASSES },
  { "nothing wrong, Auto", MOPT_SECURITY_AUTO, .code = ATTACK_PASSES },
  /* stripped */
  { "stripped", MOPT_SECURITY_TLS, AT (OFFERS, "* CAPABILITY IMAP4rev1 AUTH=PLAIN\\r\\n%T OK\\r\\n"),
    FAILS (TLS_NOT_OFFERED, SECURE) },
  { "stripped in the greeting", MOPT_SECURITY_TLS, AT (GREETING, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\\r\\n"),
    FAILS (TLS_NOT_OFFERED, SECURE) },
  { "stripped, other letters", MOPT_SECURITY_TLS, AT (OFFERS, "* CAPABILITY IMAP4rev1 XSTARTTLS STARTTLSX\\r\\n%T OK\\r\\n"),
    FAILS (TLS_NOT_OFFERED, SECURE) },
  { "stripped for Auto", MOPT_SECURITY_AUTO, AT (OFFERS, "* CAPABILITY IMAP4rev1 AUTH=PLAIN\\r\\n%T OK\\r\\n"),
    FAILS (TLS_NOT_OFFERED, SECURE) },
  { "odd case", MOPT_SECURITY_TLS, AT (OFFERS, "* capability imap4REV1 sTaRtTlS\\r\\n%T oK\\r\\n"), .code = ATTACK_PASSES },
  /* downgraded */
  { "refused", MOPT_SECURITY_TLS, AT (TLS, "%T NO EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "not known", MOPT_SECURITY_TLS, AT (TLS, "%T BAD EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "refused for Auto", MOPT_SECURITY_AUTO, AT (TLS, "%T NO EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "PREAUTH", MOPT_SECURITY_TLS, AT (GREETING, "* PREAUTH EVIL\\r\\n"), FAILS (TLS_PREAUTH, SECURE) },
  { "PREAUTH for Auto", MOPT_SECURITY_AUTO, AT (GREETING, "* PREAUTH EVIL\\r\\n"), FAILS (TLS_PREAUTH, SECURE) },
  { "PREAUTH inside", MOPT_SECURITY_SSL, .attack = { .step = STEP_GREETING, .inside = TRUE, .implicit = TRUE, .reply = "* PREAUTH hi\\r\\n" },
    FAILS (PREAUTH, OFFERS) },
  { "a poor certificate for Auto", MOPT_SECURITY_AUTO, .attack = { .hello = "TLS self-signed" }, FAILS (CERTIFICATE, SECURE) },
  { "an expired one for Auto", MOPT_SECURITY_AUTO, .attack = { .hello = "TLS expired" }, FAILS (CERTIFICATE, SECURE) },
  { "a hello is answered in clear", MOPT_SECURITY_AUTO, .attack = { .hello = "* OK EVIL\\r\\n" }, .code = ATTACK_PASSES },
  { "a hello is alerted", MOPT_SECURITY_AUTO, .attack = { .hello = "\\025\\003\\003\\000\\002\\002\\050" }, .code = ATTACK_ANY },
  /* injected */
  { "injected", MOPT_SECURITY_TLS, AT (TLS, "%T OK go\\r\\na3 OK [CAPABILITY AUTH=EVIL] EVIL\\r\\n"),
    FAILS (TLS_INJECTION, SECURE) },
  { "one byte injected", MOPT_SECURITY_TLS, AT (TLS, "%T OK go\\r\\nx"), FAILS (TLS_INJECTION, SECURE) },
  { "NUL injected", MOPT_SECURITY_TLS, AT (TLS, "%T OK go\\r\\n\\000"), FAILS (TLS_INJECTION, SECURE) },
  { "half a response", MOPT_SECURITY_TLS, AT (TLS, "%T OK go\\r\\n* CAPABILITY AUTH=EVIL"), FAILS (TLS_INJECTION, SECURE) },
  { "injected for Auto", MOPT_SECURITY_AUTO, AT (TLS, "%T OK go\\r\\n* BYE EVIL\\r\\n"), FAILS (TLS_INJECTION, SECURE) },
  { "injected a moment later", MOPT_SECURITY_TLS, AT (TLS, "%T OK go\\r\\n%Wa3 OK [CAPABILITY AUTH=EVIL] EVIL\\r\\n"), .code = ATTACK_ANY },
  { "replies ahead of time", MOPT_SECURITY_TLS, AT (GREETING, "* OK hi\\r\\na1 OK [CAPABILITY STARTTLS] x\\r\\na2 OK go\\r\\n* OK EVIL\\r\\n"),
    FAILS (TLS_INJECTION, SECURE) },
  /* what changes inside */
  { "no capabilities inside", MOPT_SECURITY_TLS, INSIDE (OFFERS, "%T NO what?\\r\\n"), FAILS (COMMAND_REFUSED, OFFERS) },
  { "LOGINDISABLED inside", MOPT_SECURITY_TLS, INSIDE (OFFERS, "* CAPABILITY IMAP4rev1 LOGINDISABLED\\r\\n%T OK\\r\\n"),
    FAILS (AUTH_LOGIN_DISABLED, LOGIN) },
  { "LOGINDISABLED in odd case", MOPT_SECURITY_TLS, INSIDE (OFFERS, "* CAPABILITY IMAP4rev1 loginDISABLED\\r\\n%T OK\\r\\n"),
    FAILS (AUTH_LOGIN_DISABLED, LOGIN) },
  { "STARTTLS once more", MOPT_SECURITY_TLS, INSIDE (OFFERS, "* CAPABILITY IMAP4rev1 STARTTLS AUTH=LOGIN\\r\\n%T OK\\r\\n"),
    .code = ATTACK_PASSES },
  { "AUTH before TLS", MOPT_SECURITY_TLS, .attack = { .offers = "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=SCRAM-SHA-256 SASL-IR\\r\\n%T OK\\r\\n" },
    FAILS (TLS_NOT_OFFERED, SECURE) },
  { "no way in", MOPT_SECURITY_TLS, INSIDE (OFFERS, "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI\\r\\n%T OK\\r\\n"),
    FAILS (AUTH_LOGIN_DISABLED, LOGIN) },
};

int
main (int argc, char **argv)
{
  return attack_main (argc, argv, MOPT_PROTOCOL_IMAP, replies, G_N_ELEMENTS (replies), cases, G_N_ELEMENTS (cases));
}
