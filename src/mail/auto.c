/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/auto.h"

/* One line per attempt, best first within its mode. A mode that a protocol does not have (POP with TLS) is not
 * offered by the table of fields; here it means what its name says. */
typedef struct
{
  MoptSecurity security;
  MoptTls tls;
  gboolean verify;
  guint16 ports[3]; /* by MoptProtocol: IMAP, POP3, SMTP; 0 = the protocol has no such attempt */
} Row;

static const Row rows[] = {
  { MOPT_SECURITY_AUTO, MOPT_TLS_IMPLICIT, TRUE, { 993, 995, 465 } },
  { MOPT_SECURITY_AUTO, MOPT_TLS_STARTTLS, TRUE, { 143, 110, 587 } },
  { MOPT_SECURITY_AUTO, MOPT_TLS_STARTTLS, TRUE, { 0, 0, 25 } },
  /* Where STARTTLS was asked for: a server without it was heard there, and nowhere else may the question be put. */
  { MOPT_SECURITY_AUTO, MOPT_TLS_NONE, FALSE, { 143, 110, 587 } },
  { MOPT_SECURITY_AUTO, MOPT_TLS_NONE, FALSE, { 0, 0, 25 } },
  { MOPT_SECURITY_BASIC, MOPT_TLS_NONE, FALSE, { 143, 110, 25 } },
  { MOPT_SECURITY_SSL, MOPT_TLS_IMPLICIT, TRUE, { 993, 995, 465 } },
  { MOPT_SECURITY_SSL_NO_AUTHENTICATION, MOPT_TLS_IMPLICIT, FALSE, { 993, 995, 465 } },
  { MOPT_SECURITY_TLS, MOPT_TLS_STARTTLS, TRUE, { 143, 110, 25 } },
};

guint
mopt_auto_attempts (MoptProtocol protocol, MoptSecurity security, guint16 custom_port,
                    MoptAttempt attempts[MOPT_ATTEMPTS_MAX])
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      MoptAttempt attempt = { rows[i].ports[protocol], rows[i].tls, rows[i].verify };

      if (rows[i].security != security || attempt.port == 0)
        continue;
      if (custom_port != 0)
        attempt.port = custom_port;
      /* with a custom port 587 and 25 become the same attempt */
      if (n > 0 && attempts[n - 1].port == attempt.port && attempts[n - 1].tls == attempt.tls)
        continue;
      attempts[n++] = attempt;
    }
  return n;
}
