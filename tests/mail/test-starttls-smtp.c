/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SMTP servers, and whoever sits before them, that want the password without TLS. */
#include "attack.h"

#define EVERYWHERE EVERY_STEP
#define CODE(code, ...) { code, EVERYWHERE, code " EVIL\\r\\n", __VA_ARGS__ }

static const HostileReply replies[] = {
  /* each class of codes */
  CODE ("220"), CODE ("221"), CODE ("235", TRUE), CODE ("250"), CODE ("251"), CODE ("299"), CODE ("334"), CODE ("354"),
  CODE ("421"), CODE ("450"), CODE ("454"), CODE ("500"), CODE ("502"), CODE ("503"), CODE ("504"), CODE ("530"),
  CODE ("534"), CODE ("535"), CODE ("538"), CODE ("550"), CODE ("554"), CODE ("000"), CODE ("199"), CODE ("600"),
  CODE ("999"), CODE ("25"), CODE ("2500"), CODE ("-220"),
  { "535 5.7.8", EVERYWHERE, "535 5.7.8 EVIL\\r\\n" },
  { "235 5.7.8", EVERYWHERE, "235 5.7.8 EVIL\\r\\n", TRUE },
  { "454 4.7.0", EVERYWHERE, "454 4.7.0 EVIL\\r\\n" },
  { "220 alone", EVERYWHERE, "220\\r\\n" },
  { "235 alone", EVERYWHERE, "235\\r\\n", TRUE },
  { "no space", EVERYWHERE, "220EVIL\\r\\n" },
  /* more than one line */
  { "two lines", EVERYWHERE, "220-EVIL\\r\\n220 EVIL\\r\\n" },
  { "two codes", EVERYWHERE, "220-EVIL\\r\\n250 EVIL\\r\\n" },
  { "235 becomes 535", EVERYWHERE, "235-EVIL\\r\\n535 EVIL\\r\\n" },
  { "535 becomes 235", EVERYWHERE, "535-EVIL\\r\\n235 EVIL\\r\\n" },
  { "no last line", EVERYWHERE, "220-EVIL\\r\\n220-EVIL\\r\\n" },
  { "offers", EVERYWHERE, "250-EVIL\\r\\n250-AUTH EVIL PLAIN\\r\\n250 STARTTLS\\r\\n" },
  { "220 and 250", EVERYWHERE, "220 go\\r\\n250-EVIL\\r\\n250 AUTH EVIL PLAIN\\r\\n" },
  { "220 twice", EVERYWHERE, "220 go\\r\\n220 EVIL\\r\\n" },
  { "235 twice", EVERYWHERE, "235 in\\r\\n235 EVIL\\r\\n", TRUE },
  { "535 and 235", EVERYWHERE, "535 no\\r\\n235 EVIL\\r\\n" },
  { "220 and half a line", EVERYWHERE, "220 go\\r\\n250-EV" },
  { "LF", EVERYWHERE, "220 EVIL\\n" },
  { "LF and more", EVERYWHERE, "220 go\\n250 EVIL\\n" },
  { "CR alone", EVERYWHERE, "220 EVIL\\r250 EVIL\\r\\n" },
  /* other people's words */
  { "POP", EVERYWHERE, "+OK EVIL\\r\\n" },
  { "IMAP", EVERYWHERE, "* OK EVIL\\r\\n" },
  { "PREAUTH", EVERYWHERE, "* PREAUTH EVIL\\r\\n" },
  { "HTTP", EVERYWHERE, "HTTP/1.1 400 EVIL\\r\\n\\r\\n" },
  { "empty line", EVERYWHERE, "\\r\\n" },
  { "silence", EVERYWHERE, "" },
  { "NUL in the text", EVERYWHERE, "220 \\000EVIL\\r\\n" },
  { "NUL in the code", EVERYWHERE, "22\\0000 EVIL\\r\\n" },
  { "NUL first", EVERYWHERE, "\\000220 EVIL\\r\\n" },
  { "8 bit", EVERYWHERE, "\\377\\376 EVIL\\r\\n" },
  { "a line too long", EVERYWHERE, "220 EVIL %L\\r\\n" },
  { "elsewhere", EVERYWHERE, "551 5.1.6 EVIL, try <smtp.EVIL.example>\\r\\n" },
  { "spoof", EVERYWHERE, "220 EVIL: your password has expired, call 555 0199\\r\\n" },
};

#define AT(step_, text) .attack = { .step = STEP_##step_, .reply = text }
#define INSIDE(step_, text) .attack = { .step = STEP_##step_, .inside = TRUE, .reply = text }
#define FAILS(code_, stage_) .code = MOPT_ERROR_##code_, .stage = MOPT_STAGE_##stage_

static const AttackCase cases[] = {
  { "nothing wrong", MOPT_SECURITY_TLS, .code = ATTACK_PASSES },
  { "nothing wrong, SSL", MOPT_SECURITY_SSL, .attack = { .implicit = TRUE }, .code = ATTACK_PASSES },
  { "nothing wrong, Auto", MOPT_SECURITY_AUTO, .code = ATTACK_PASSES },
  /* stripped */
  { "stripped", MOPT_SECURITY_TLS, AT (OFFERS, "250-m\\r\\n250 AUTH PLAIN\\r\\n"), FAILS (TLS_NOT_OFFERED, SECURE) },
  { "stripped, other letters", MOPT_SECURITY_TLS, AT (OFFERS, "250-m\\r\\n250-XSTARTTLS\\r\\n250 STARTTLSX\\r\\n"),
    FAILS (TLS_NOT_OFFERED, SECURE) },
  { "stripped by Xs", MOPT_SECURITY_TLS, AT (OFFERS, "250-m\\r\\n250-XXXXXXXA\\r\\n250 AUTH PLAIN\\r\\n"),
    FAILS (TLS_NOT_OFFERED, SECURE) },
  { "STARTTLS as the name", MOPT_SECURITY_TLS, AT (OFFERS, "250-STARTTLS\\r\\n250 AUTH PLAIN\\r\\n"), FAILS (TLS_NOT_OFFERED, SECURE) },
  { "stripped for Auto", MOPT_SECURITY_AUTO, AT (OFFERS, "250-m\\r\\n250 AUTH PLAIN\\r\\n"), FAILS (TLS_NOT_OFFERED, SECURE) },
  { "odd case", MOPT_SECURITY_TLS, AT (OFFERS, "250-m\\r\\n250 sTaRtTlS\\r\\n"), .code = ATTACK_PASSES },
  { "AUTH before TLS", MOPT_SECURITY_TLS, .attack = { .offers = "250-m\\r\\n250 AUTH=PLAIN SCRAM-SHA-256\\r\\n" },
    FAILS (TLS_NOT_OFFERED, SECURE) },
  /* downgraded */
  { "refused", MOPT_SECURITY_TLS, AT (TLS, "454 4.7.0 EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "not known", MOPT_SECURITY_TLS, AT (TLS, "502 EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "250 is no 220", MOPT_SECURITY_TLS, AT (TLS, "250 EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "refused for Auto", MOPT_SECURITY_AUTO, AT (TLS, "454 4.7.0 EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "a poor certificate for Auto", MOPT_SECURITY_AUTO, .attack = { .hello = "TLS self-signed" }, FAILS (CERTIFICATE, SECURE) },
  { "a hello is answered in clear", MOPT_SECURITY_AUTO, .attack = { .hello = "220 EVIL\\r\\n" }, .code = ATTACK_PASSES },
  /* injected */
  { "injected", MOPT_SECURITY_TLS, AT (TLS, "220 go\\r\\n250-m\\r\\n250 AUTH EVIL\\r\\n"), FAILS (TLS_INJECTION, SECURE) },
  { "one byte injected", MOPT_SECURITY_TLS, AT (TLS, "220 go\\r\\nx"), FAILS (TLS_INJECTION, SECURE) },
  { "NUL injected", MOPT_SECURITY_TLS, AT (TLS, "220 go\\r\\n\\000"), FAILS (TLS_INJECTION, SECURE) },
  { "a reply that straddles", MOPT_SECURITY_TLS, AT (TLS, "220 go\\r\\n250-EVIL"), FAILS (TLS_INJECTION, SECURE) },
  { "injected for Auto", MOPT_SECURITY_AUTO, AT (TLS, "220 go\\r\\n235 EVIL\\r\\n"), FAILS (TLS_INJECTION, SECURE) },
  { "injected a moment later", MOPT_SECURITY_TLS, AT (TLS, "220 go\\r\\n%W250 EVIL\\r\\n"), .code = ATTACK_ANY },
  { "offers in the reply to STARTTLS", MOPT_SECURITY_TLS, AT (TLS, "220-EVIL\\r\\n220-AUTH EVIL PLAIN\\r\\n220 go\\r\\n"), .code = ATTACK_PASSES },
  /* what changes inside */
  { "no EHLO inside", MOPT_SECURITY_TLS, INSIDE (OFFERS, "550 what?\\r\\n"), FAILS (COMMAND_REFUSED, OFFERS) },
  { "no AUTH inside", MOPT_SECURITY_TLS, INSIDE (OFFERS, "250-m\\r\\n250 SIZE 1\\r\\n"), FAILS (AUTH_NOT_OFFERED, LOGIN) },
  { "STARTTLS once more", MOPT_SECURITY_TLS, INSIDE (OFFERS, "250-m\\r\\n250-STARTTLS\\r\\n250 AUTH LOGIN\\r\\n"), .code = ATTACK_PASSES },
  { "only STARTTLS once more", MOPT_SECURITY_TLS, INSIDE (OFFERS, "250-m\\r\\n250 STARTTLS\\r\\n"), FAILS (AUTH_NOT_OFFERED, LOGIN) },
};

int
main (int argc, char **argv)
{
  return attack_main (argc, argv, MOPT_PROTOCOL_SMTP, replies, G_N_ELEMENTS (replies), cases, G_N_ELEMENTS (cases));
}
