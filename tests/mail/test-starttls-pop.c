/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POP servers, and whoever sits before them, that want the password without TLS. */
#include "attack.h"

#define EVERYWHERE EVERY_STEP

static const HostileReply replies[] = {
  { "+OK", EVERYWHERE, "+OK EVIL\\r\\n", TRUE },
  { "+ok", EVERYWHERE, "+ok EVIL\\r\\n", TRUE },
  { "+OK alone", EVERYWHERE, "+OK\\r\\n", TRUE },
  { "-ERR", EVERYWHERE, "-ERR EVIL\\r\\n" },
  { "-err", EVERYWHERE, "-err EVIL\\r\\n" },
  { "-ERR [AUTH]", EVERYWHERE, "-ERR [AUTH] EVIL\\r\\n" },
  { "-ERR [IN-USE]", EVERYWHERE, "-ERR [IN-USE] EVIL\\r\\n" },
  { "-ERR [LOGIN-DELAY]", EVERYWHERE, "-ERR [LOGIN-DELAY] EVIL\\r\\n" },
  { "-ERR [SYS/TEMP]", EVERYWHERE, "-ERR [SYS/TEMP] EVIL\\r\\n" },
  { "-ERR [SYS/PERM]", EVERYWHERE, "-ERR [SYS/PERM] EVIL\\r\\n" },
  { "-ERR, unfinished code", EVERYWHERE, "-ERR [AUTH EVIL\\r\\n" },
  { "challenge", EVERYWHERE, "+ EVIL\\r\\n" },
  { "bare challenge", EVERYWHERE, "+\\r\\n" },
  { "no space", EVERYWHERE, "+OKEVIL\\r\\n" },
  { "no sign", EVERYWHERE, "OK EVIL\\r\\n" },
  { "blank before", EVERYWHERE, " +OK EVIL\\r\\n" },
  { "IMAP", EVERYWHERE, "* OK EVIL\\r\\n" },
  { "IMAP, tagged", EVERYWHERE, "a1 OK EVIL\\r\\n" },
  { "PREAUTH", EVERYWHERE, "* PREAUTH EVIL\\r\\n" },
  { "SMTP", EVERYWHERE, "220 EVIL\\r\\n" },
  { "SMTP, multi-line", EVERYWHERE, "220-EVIL\\r\\n220 EVIL\\r\\n" },
  { "HTTP", EVERYWHERE, "HTTP/1.1 400 EVIL\\r\\n\\r\\n" },
  { "empty line", EVERYWHERE, "\\r\\n" },
  { "a dot", EVERYWHERE, ".\\r\\n" },
  { "silence", EVERYWHERE, "" },
  { "NUL in the text", EVERYWHERE, "+OK \\000EVIL\\r\\n", TRUE },
  { "NUL in the word", EVERYWHERE, "+O\\000K EVIL\\r\\n" },
  { "NUL first", EVERYWHERE, "\\000+OK EVIL\\r\\n" },
  { "8 bit", EVERYWHERE, "\\377\\376 EVIL\\r\\n" },
  { "a line too long", EVERYWHERE, "+OK EVIL %L\\r\\n" },
  { "a literal", EVERYWHERE, "+OK {4}\\r\\nEVIL\\r\\n", TRUE },
  { "a timestamp", EVERYWHERE, "+OK <1.1@EVIL.example>\\r\\n", TRUE },
  { "a bad timestamp", EVERYWHERE, "+OK <\\200EVIL@x>\\r\\n", TRUE },
  { "ALERT", EVERYWHERE, "+OK [ALERT] EVIL: call 555 0199\\r\\n", TRUE },
  { "REFERRAL", EVERYWHERE, "-ERR [REFERRAL pop://EVIL.example/] EVIL\\r\\n" },
  { "+OK twice", EVERYWHERE, "+OK\\r\\n+OK EVIL\\r\\n", TRUE },
  { "+OK and -ERR", EVERYWHERE, "+OK\\r\\n-ERR EVIL\\r\\n", TRUE },
  { "-ERR and +OK", EVERYWHERE, "-ERR\\r\\n+OK EVIL\\r\\n" },
  { "+OK and half a line", EVERYWHERE, "+OK\\r\\n+OK EVIL", TRUE },
  { "+OK and capabilities", EVERYWHERE, "+OK\\r\\nSASL PLAIN EVIL\\r\\nUSER\\r\\n.\\r\\n", TRUE },
  { "capabilities without end", EVERYWHERE, "+OK\\r\\nSTLS\\r\\nSASL PLAIN EVIL\\r\\n", TRUE },
  { "LF", EVERYWHERE, "+OK EVIL\\n", TRUE },
  { "LF and more", EVERYWHERE, "+OK\\n+OK EVIL\\n", TRUE },
  { "CR alone", EVERYWHERE, "+OK EVIL\\r+OK EVIL\\r\\n", TRUE },
};

#define AT(step_, text) .attack = { .step = STEP_##step_, .reply = text }
#define INSIDE(step_, text) .attack = { .step = STEP_##step_, .inside = TRUE, .reply = text }
#define FAILS(code_, stage_) .code = MOPT_ERROR_##code_, .stage = MOPT_STAGE_##stage_

static const AttackCase cases[] = {
  { "nothing wrong", MOPT_SECURITY_TLS, .code = ATTACK_PASSES },
  { "nothing wrong, SSL", MOPT_SECURITY_SSL, .attack = { .implicit = TRUE }, .code = ATTACK_PASSES },
  { "nothing wrong, Auto", MOPT_SECURITY_AUTO, .code = ATTACK_PASSES },
  /* stripped */
  { "stripped", MOPT_SECURITY_TLS, AT (OFFERS, "+OK\\r\\nUSER\\r\\nSASL PLAIN\\r\\n.\\r\\n"), FAILS (TLS_NOT_OFFERED, SECURE) },
  { "no CAPA", MOPT_SECURITY_TLS, AT (OFFERS, "-ERR what?\\r\\n"), FAILS (TLS_NOT_OFFERED, SECURE) },
  { "stripped, other letters", MOPT_SECURITY_TLS, AT (OFFERS, "+OK\\r\\nSTLSX\\r\\nXSTLS\\r\\nUSER STLS\\r\\n.\\r\\n"),
    FAILS (TLS_NOT_OFFERED, SECURE) },
  { "stripped for Auto", MOPT_SECURITY_AUTO, AT (OFFERS, "+OK\\r\\nUSER\\r\\n.\\r\\n"), FAILS (TLS_NOT_OFFERED, SECURE) },
  { "behind the end", MOPT_SECURITY_TLS, AT (OFFERS, "+OK\\r\\nUSER\\r\\n.\\r\\nSTLS\\r\\n.\\r\\n"), FAILS (TLS_NOT_OFFERED, SECURE) },
  { "odd case", MOPT_SECURITY_TLS, AT (OFFERS, "+Ok\\r\\nsTlS\\r\\n.\\r\\n"), .code = ATTACK_PASSES },
  { "AUTH before TLS", MOPT_SECURITY_TLS, .attack = { .offers = "+OK\\r\\nUSER\\r\\nSASL SCRAM-SHA-256 PLAIN\\r\\n.\\r\\n" },
    FAILS (TLS_NOT_OFFERED, SECURE) },
  /* downgraded */
  { "refused", MOPT_SECURITY_TLS, AT (TLS, "-ERR EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "refused for Auto", MOPT_SECURITY_AUTO, AT (TLS, "-ERR EVIL\\r\\n"), FAILS (TLS_REFUSED, SECURE) },
  { "a poor certificate for Auto", MOPT_SECURITY_AUTO, .attack = { .hello = "TLS self-signed" }, FAILS (CERTIFICATE, SECURE) },
  { "a hello is answered in clear", MOPT_SECURITY_AUTO, .attack = { .hello = "+OK EVIL\\r\\n" }, .code = ATTACK_PASSES },
  /* injected */
  { "injected", MOPT_SECURITY_TLS, AT (TLS, "+OK go\\r\\n+OK\\r\\nSASL EVIL\\r\\n.\\r\\n"), FAILS (TLS_INJECTION, SECURE) },
  { "one byte injected", MOPT_SECURITY_TLS, AT (TLS, "+OK go\\r\\nx"), FAILS (TLS_INJECTION, SECURE) },
  { "NUL injected", MOPT_SECURITY_TLS, AT (TLS, "+OK go\\r\\n\\000"), FAILS (TLS_INJECTION, SECURE) },
  { "injected for Auto", MOPT_SECURITY_AUTO, AT (TLS, "+OK go\\r\\n-ERR EVIL\\r\\n"), FAILS (TLS_INJECTION, SECURE) },
  { "injected a moment later", MOPT_SECURITY_TLS, AT (TLS, "+OK go\\r\\n%W+OK EVIL\\r\\n"), .code = ATTACK_ANY },
  { "a timestamp from before TLS", MOPT_SECURITY_TLS, INSIDE (OFFERS, "+OK\\r\\nUIDL\\r\\n.\\r\\n"), FAILS (AUTH_NOT_OFFERED, LOGIN) },
  /* what changes inside */
  { "STLS once more", MOPT_SECURITY_TLS, INSIDE (OFFERS, "+OK\\r\\nSTLS\\r\\nSASL LOGIN\\r\\n.\\r\\n"), .code = ATTACK_PASSES },
  { "no mechanism that we know", MOPT_SECURITY_TLS, INSIDE (OFFERS, "+OK\\r\\nSASL GSSAPI\\r\\n.\\r\\n"), FAILS (AUTH_NO_MECHANISM, LOGIN) },
};

int
main (int argc, char **argv)
{
  return attack_main (argc, argv, MOPT_PROTOCOL_POP3, replies, G_N_ELEMENTS (replies), cases, G_N_ELEMENTS (cases));
}
