/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SASL: the choice of a mechanism, and all but SCRAM by the RFCs' own examples. */
#include <string.h>

#include "base/error.h"
#include "certificates.h"
#include "wire.h"

/* ---- choice ---- */

static const struct
{
  WireKind wire;
  const char *offered;
  const char *expected; /* NULL: the error */
  int error;
  const char *password;
  gboolean allow_clear_text;
  gboolean without_binding;
} choices[] = {
  { CHECKED_TLS, "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-256-PLUS" },
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256 SCRAM-SHA-1-PLUS", "SCRAM-SHA-1-PLUS" },
  { CHECKED_TLS_1_2, "PLAIN SCRAM-SHA-256-PLUS SCRAM-SHA-256", "SCRAM-SHA-256-PLUS" },
  { CHECKED_TLS, "SCRAM-SHA-1 SCRAM-SHA-256-PLUS SCRAM-SHA-256", "SCRAM-SHA-256", .without_binding = TRUE },
  { PLAIN_WIRE, "SCRAM-SHA-256-PLUS SCRAM-SHA-1", "SCRAM-SHA-1" },
  { CHECKED_TLS, "plain scram-sha-1", "SCRAM-SHA-1" },
  { CHECKED_TLS, "CRAM-MD5 login plain", "PLAIN" },
  { CHECKED_TLS, "CRAM-MD5 LOGIN", "LOGIN" },
  { UNCHECKED_TLS, "CRAM-MD5 LOGIN", "LOGIN" },
  { PLAIN_WIRE, "PLAIN LOGIN CRAM-MD5", "CRAM-MD5" },
  { PLAIN_WIRE, "PLAIN LOGIN CRAM-MD5", "CRAM-MD5", .allow_clear_text = TRUE },
  { PLAIN_WIRE, "PLAIN LOGIN", NULL, MOPT_ERROR_AUTH_CLEAR_TEXT },
  { PLAIN_WIRE, "PLAIN LOGIN", "PLAIN", .allow_clear_text = TRUE },
  { PLAIN_WIRE, "GSSAPI LOGIN", "LOGIN", .allow_clear_text = TRUE },
  { CHECKED_TLS, "GSSAPI DIGEST-MD5 XOAUTH2 SCRAM-SHA-512", NULL, MOPT_ERROR_AUTH_NO_MECHANISM },
  { CHECKED_TLS, "", NULL, MOPT_ERROR_AUTH_NO_MECHANISM },
  { PLAIN_WIRE, "SCRAM-SHA-256-PLUS", NULL, MOPT_ERROR_AUTH_NO_MECHANISM },
  /* SASLprep leaves these alone … */
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "SCRAM-SHA-256", .password = "p\xc3\xa4ss w\xc3\xb6rd" },
  /* … changes these (a ligature, a no-break space, a character newer than the profile) … */
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "PLAIN", .password = "\xef\xac\x81sh" },
  { CHECKED_TLS, "LOGIN SCRAM-SHA-256", "LOGIN", .password = "a\xc2\xa0" "b" },
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "PLAIN", .password = "\xf0\x9f\x99\x82\xf0\x9f\xa5\xb2" },
  { CHECKED_TLS, "CRAM-MD5 SCRAM-SHA-256", "SCRAM-SHA-256", .password = "\xef\xac\x81sh" },
  { UNCHECKED_TLS, "PLAIN SCRAM-SHA-256", "SCRAM-SHA-256", .password = "\xef\xac\x81sh" },
  { PLAIN_WIRE, "PLAIN SCRAM-SHA-256", "SCRAM-SHA-256", .password = "\xef\xac\x81sh", .allow_clear_text = TRUE },
  /* … and refuses these (private use; not UTF-8; nothing left) */
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "PLAIN", .password = "a\xee\x80\x80" },
  { CHECKED_TLS, "PLAIN SCRAM-SHA-256", "PLAIN", .password = "p\xe4ss" },
  { PLAIN_WIRE, "CRAM-MD5 SCRAM-SHA-256", "CRAM-MD5", .password = "p\xe4ss" },
  { CHECKED_TLS, "SCRAM-SHA-256", NULL, MOPT_ERROR_AUTH_PASSWORD_TEXT, .password = "p\xe4ss" },
  { CHECKED_TLS, "SCRAM-SHA-256", NULL, MOPT_ERROR_AUTH_PASSWORD_TEXT, .password = "\xc2\xad" },
};

static void
test_choose (void)
{
  Wire wires[4];

  for (guint i = 0; i < G_N_ELEMENTS (wires); i++)
    wire_open (&wires[i], i);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_auto (GStrv) offered = g_strsplit (choices[i].offered, " ", -1);
      g_autoptr (MoptPassword) password
          = mopt_password_new (choices[i].password != NULL ? choices[i].password : "secret");
      MoptSaslOptions options = { "jo", password, wires[choices[i].wire].connection, choices[i].allow_clear_text,
                                  choices[i].without_binding };
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %s", i, choices[i].offered);
      const char *name = mopt_sasl_choose ((const char *const *) offered, &options, &error);
      g_assert_cmpstr (name, ==, choices[i].expected);
      if (name == NULL)
        {
          g_assert_error (error, MOPT_ERROR, choices[i].error);
          continue;
        }
      g_assert_no_error (error);
      g_autoptr (MoptSasl) sasl = mopt_sasl_new (name, &options, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (mopt_sasl_get_mechanism (sasl), ==, name);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wires); i++)
    wire_close (&wires[i]);
}

static void
test_clear_text (void)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  g_autoptr (GError) error = NULL;
  Wire wire;

  wire_open (&wire, PLAIN_WIRE);
  MoptSaslOptions options = { "jo", password, wire.connection };
  g_assert_null (mopt_sasl_new ("PLAIN", &options, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_CLEAR_TEXT);
  g_clear_error (&error);
  g_assert_null (mopt_sasl_new ("LOGIN", &options, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_CLEAR_TEXT);
  g_assert_true (mopt_sasl_is_clear_text ("plain"));
  g_assert_true (mopt_sasl_is_clear_text ("LOGIN"));
  g_assert_false (mopt_sasl_is_clear_text ("CRAM-MD5"));
  g_assert_false (mopt_sasl_is_clear_text ("SCRAM-SHA-1"));
  wire_close (&wire);
}

/* ---- the RFCs' examples ---- */

static void
test_plain_login_cram (void)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("tanstaaftanstaaf");
  Wire wire;

  wire_open (&wire, CHECKED_TLS);
  MoptSaslOptions options = { "tim", password, wire.connection };

  /* RFC 4616 §4 */
  g_autoptr (MoptSasl) plain = mopt_sasl_new ("PLAIN", &options, NULL);
  g_assert_true (mopt_sasl_has_initial (plain));
  g_autofree char *message = mopt_sasl_step (plain, NULL, NULL, NULL);
  g_assert_cmpstr (message, ==, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
  assert_no_answer (plain, "again?", MOPT_ERROR_PROTOCOL);
  g_assert_true (mopt_sasl_finish (plain, NULL, NULL, NULL));

  g_autoptr (MoptSasl) login = mopt_sasl_new ("login", &options, NULL);
  g_assert_false (mopt_sasl_has_initial (login));
  g_autofree char *user = answer (login, "Username:");
  g_assert_cmpstr (user, ==, "tim");
  g_autofree char *secret = answer (login, "Password:");
  g_assert_cmpstr (secret, ==, "tanstaaftanstaaf");
  assert_no_answer (login, "Token:", MOPT_ERROR_PROTOCOL);
  g_assert_true (mopt_sasl_finish (login, NULL, NULL, NULL));

  /* RFC 2195 §2 */
  g_autoptr (MoptSasl) cram = mopt_sasl_new ("CRAM-MD5", &options, NULL);
  g_assert_false (mopt_sasl_has_initial (cram));
  g_autofree char *digest = answer (cram, "<1896.697170952@postoffice.reston.mci.net>");
  g_assert_cmpstr (digest, ==, "tim b913a602c7eda7a495b4e6e7334d3890");
  assert_no_answer (cram, "<more>", MOPT_ERROR_PROTOCOL);
  g_autoptr (MoptSasl) empty = mopt_sasl_new ("CRAM-MD5", &options, NULL);
  assert_no_answer (empty, "", MOPT_ERROR_PROTOCOL);
  wire_close (&wire);
}

static void
test_apop (void)
{
  /* RFC 1939 §7 */
  g_autoptr (MoptPassword) password = mopt_password_new ("tanstaaf");
  g_autofree char *digest = mopt_sasl_apop ("<1896.697170952@dbc.mtview.ca.us>", password);

  g_assert_cmpstr (digest, ==, "c4c9334bac560ecc979e58001b3e22fb");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_test_add_func ("/sasl/choose", test_choose);
  g_test_add_func ("/sasl/clear-text", test_clear_text);
  g_test_add_func ("/sasl/plain-login-cram", test_plain_login_cram);
  g_test_add_func ("/sasl/apop", test_apop);
  return g_test_run ();
}
