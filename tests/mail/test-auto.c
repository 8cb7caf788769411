/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which attempts a mode stands for: the whole table, written another way. */
#include "base/error.h"
#include "mail/tried.h"

static const struct
{
  MoptProtocol protocol;
  MoptSecurity security;
  guint16 custom_port;
  const char *expected; /* "port/tls/verify " each; tls: i implicit, s STARTTLS, n none */
} cases[] = {
  { MOPT_PROTOCOL_IMAP, MOPT_SECURITY_AUTO, 0, "993/i/1 143/s/1 143/n/0 " },
  { MOPT_PROTOCOL_POP3, MOPT_SECURITY_AUTO, 0, "995/i/1 110/s/1 110/n/0 " },
  { MOPT_PROTOCOL_SMTP, MOPT_SECURITY_AUTO, 0, "465/i/1 587/s/1 25/s/1 587/n/0 25/n/0 " },
  { MOPT_PROTOCOL_IMAP, MOPT_SECURITY_AUTO, 1993, "1993/i/1 1993/s/1 1993/n/0 " },
  { MOPT_PROTOCOL_SMTP, MOPT_SECURITY_AUTO, 2525, "2525/i/1 2525/s/1 2525/n/0 " },
  { MOPT_PROTOCOL_IMAP, MOPT_SECURITY_BASIC, 0, "143/n/0 " },
  { MOPT_PROTOCOL_POP3, MOPT_SECURITY_BASIC, 0, "110/n/0 " },
  { MOPT_PROTOCOL_SMTP, MOPT_SECURITY_BASIC, 0, "25/n/0 " },
  { MOPT_PROTOCOL_SMTP, MOPT_SECURITY_BASIC, 587, "587/n/0 " },
  { MOPT_PROTOCOL_IMAP, MOPT_SECURITY_SSL, 0, "993/i/1 " },
  { MOPT_PROTOCOL_POP3, MOPT_SECURITY_SSL, 0, "995/i/1 " },
  { MOPT_PROTOCOL_SMTP, MOPT_SECURITY_SSL, 0, "465/i/1 " },
  { MOPT_PROTOCOL_IMAP, MOPT_SECURITY_SSL_NO_AUTHENTICATION, 0, "993/i/0 " },
  { MOPT_PROTOCOL_IMAP, MOPT_SECURITY_TLS, 0, "143/s/1 " },
  { MOPT_PROTOCOL_IMAP, MOPT_SECURITY_TLS, 1143, "1143/s/1 " },
  { MOPT_PROTOCOL_SMTP, MOPT_SECURITY_TLS, 0, "25/s/1 " },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MoptAttempt attempts[MOPT_ATTEMPTS_MAX];
      guint n = mopt_auto_attempts (cases[i].protocol, cases[i].security, cases[i].custom_port, attempts);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < n; j++)
        g_string_append_printf (text, "%u/%c/%d ", attempts[j].port, "nis"[attempts[j].tls], attempts[j].verify);
      g_assert_cmpstr (text->str, ==, cases[i].expected);
    }
}

/* Over every state: without encryption only where that was chosen, and as Auto's last; unchecked only where that was
 * chosen; never the same attempt twice. */
static void
test_never_weaker (void)
{
  for (guint protocol = MOPT_PROTOCOL_IMAP; protocol <= MOPT_PROTOCOL_SMTP; protocol++)
    for (guint security = MOPT_SECURITY_AUTO; security <= MOPT_SECURITY_TLS; security++)
      for (guint port = 0; port < 1000; port += 143)
        {
          MoptAttempt attempts[MOPT_ATTEMPTS_MAX];
          guint n = mopt_auto_attempts (protocol, security, port, attempts);
          gboolean without_tls = FALSE;

          g_assert_cmpuint (n, >=, 1);
          g_assert_cmpuint (n, <=, MOPT_ATTEMPTS_MAX);
          for (guint i = 0; i < n; i++)
            {
              gboolean none = attempts[i].tls == MOPT_TLS_NONE;

              g_assert_true (none || !without_tls);
              without_tls = none;
              g_assert_true (!none || security == MOPT_SECURITY_BASIC || (security == MOPT_SECURITY_AUTO && i > 1));
              g_assert_cmpint (attempts[i].verify, ==, !none && security != MOPT_SECURITY_SSL_NO_AUTHENTICATION);
              if (port != 0)
                g_assert_cmpuint (attempts[i].port, ==, port);
              for (guint j = 0; j < i; j++)
                g_assert_false (attempts[i].port == attempts[j].port && attempts[i].tls == attempts[j].tls);
            }
          g_assert_cmpint (without_tls, ==, security == MOPT_SECURITY_AUTO || security == MOPT_SECURITY_BASIC);
        }
}

/* Nothing that somebody on the way can bring about makes TLS count as missing, but taking it out of the offer. */
static void
test_missing (void)
{
  static const MoptError ends_it[] = { MOPT_ERROR_CERTIFICATE,    MOPT_ERROR_TLS_INJECTION,         MOPT_ERROR_TLS_PREAUTH,
                                       MOPT_ERROR_PREAUTH,        MOPT_ERROR_TLS_TOO_OLD,           MOPT_ERROR_HOST_NOT_FOUND,
                                       MOPT_ERROR_CONTROL_BYTES,  MOPT_ERROR_AUTH_SERVER_SIGNATURE, MOPT_ERROR_AUTH_REFUSED };
  static const MoptError not_missing[]
      = { MOPT_ERROR_TLS_HANDSHAKE,    MOPT_ERROR_TLS_REFUSED, MOPT_ERROR_NOT_MAIL_SERVER, MOPT_ERROR_GREETING_REFUSED,
          MOPT_ERROR_COMMAND_REFUSED,  MOPT_ERROR_PROTOCOL,    MOPT_ERROR_LINE_TOO_LONG,   MOPT_ERROR_REPLY_TOO_LONG };
  static const MoptError missing[]
      = { MOPT_ERROR_CONNECTION_REFUSED, MOPT_ERROR_UNREACHABLE, MOPT_ERROR_CONNECT_TIMED_OUT, MOPT_ERROR_CONNECT_FAILED,
          MOPT_ERROR_TLS_NOT_SPOKEN,     MOPT_ERROR_TIMED_OUT,   MOPT_ERROR_HUNG_UP,           MOPT_ERROR_TLS_NOT_OFFERED };

  for (guint code = 0; code < MOPT_N_ERRORS; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (MOPT_ERROR, (gint) code, "x");
      guint weight = mopt_tried_weigh (error);

      for (guint i = 0; i < G_N_ELEMENTS (ends_it); i++)
        g_assert_true (code != ends_it[i] || (weight == 3 && !mopt_tried_is_without_tls (error)));
      for (guint i = 0; i < G_N_ELEMENTS (not_missing); i++)
        g_assert_true (code != not_missing[i] || (weight == 2 && !mopt_tried_is_without_tls (error)));
      for (guint i = 0; i < G_N_ELEMENTS (missing); i++)
        g_assert_true (code != missing[i] || (weight < 3 && mopt_tried_is_without_tls (error)));
    }

  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");
  g_assert_cmpuint (mopt_tried_weigh (cancelled), ==, 3);
  g_assert_false (mopt_tried_is_without_tls (cancelled));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/auto/table", test_table);
  g_test_add_func ("/auto/never-weaker", test_never_weaker);
  g_test_add_func ("/auto/missing", test_missing);
  return g_test_run ();
}
