/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a login no copy of the password is left in this process: its whole memory is searched. The password itself
 * is kept here only in disguise. */
#include <string.h>

#include "base/password.h"
#include "certificates.h"
#include "leftovers.h"
#include "mail/dialogue.h"
#include "mail/sasl.h"
#include "scripted-server.h"

#define LENGTH 48 /* a multiple of three, so that its base64 does not depend on what follows */
#define TAIL 20   /* bytes searched for: the start of freed memory is soon written over */

/* The password, and it in base64 as PLAIN (behind three bytes) and LOGIN write it, both in disguise. */
static guint8 secret[LENGTH];
static guint8 secret64[2 * LENGTH];
static gsize secret64_length;

static MoptPassword *
new_password (void)
{
  char text[LENGTH];

  leftovers_reveal (secret, LENGTH, text);
  MoptPassword *password = mopt_password_new_bytes (text, LENGTH);
  mopt_wipe (text, sizeof text);
  return password;
}

static void
make_secret (void)
{
  char text[LENGTH];
  guint32 random = g_test_rand_int ();

  for (guint i = 0; i < LENGTH; i++)
    {
      random = random * 1103515245 + 12345;
      text[i] = 'a' + (random >> 16) % 26;
    }
  leftovers_disguise (text, LENGTH, secret);
  g_autofree char *base64 = g_base64_encode ((const guchar *) text, LENGTH);
  secret64_length = strlen (base64);
  leftovers_disguise (base64, secret64_length, secret64);
  mopt_wipe (base64, secret64_length);
  mopt_wipe (text, LENGTH);
}

/* How often it lies in memory that we can write, as it is or in base64. */
static guint
count_copies (void)
{
  return leftovers_count (secret + LENGTH - TAIL, TAIL) + leftovers_count (secret64 + secret64_length - TAIL, TAIL);
}

/* What a server would send for the answer of ours before it; base64. */
static char *
next_challenge (const char *mechanism, const char *answer)
{
  gsize length;

  if (!g_str_has_prefix (mechanism, "SCRAM"))
    return g_strdup ("PDE4OTYuNjk3QHRlc3Q+");
  g_autofree guchar *bytes = g_base64_decode (answer, &length);
  g_autofree char *client_first = g_strndup ((const char *) bytes, length);
  g_autofree char *challenge = g_strdup_printf ("r=%sx,s=c2FsdA==,i=4096", strstr (client_first, "r=") + 2);
  return g_base64_encode ((const guchar *) challenge, strlen (challenge));
}

/* The answers of one login; the server never reads them, not even when a sanitizer makes us slow, so no copy is made
 * there. */
static void
log_in (const char *mechanism, gboolean tls)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (tls ? "TLS valid\nDELAY 600000" : "DELAY 600000");
  g_autoptr (MoptPassword) password = new_password ();
  g_autoptr (MoptDialogue) dialogue
      = mopt_dialogue_new (mopt_connection_open ("127.0.0.1", NULL, scripted_server_get_port (server),
                                                 g_get_monotonic_time () + 5 * G_USEC_PER_SEC, NULL, NULL, NULL, NULL));

  if (tls)
    g_assert_true (mopt_dialogue_start_tls (dialogue, "localhost", TRUE, NULL));
  MoptSaslOptions options = { "j", password, mopt_dialogue_get_connection (dialogue), TRUE };
  g_autoptr (MoptSasl) sasl = mopt_sasl_new (mechanism, &options, NULL);
  g_autofree char *challenge = mopt_sasl_has_initial (sasl) ? NULL : next_challenge ("", NULL);
  guint n_answers = strcmp (mechanism, "PLAIN") == 0 || strcmp (mechanism, "CRAM-MD5") == 0 ? 1 : 2;

  for (guint i = 0; i < n_answers; i++)
    {
      mopt_autowipe char *answer = mopt_sasl_step (sasl, challenge, NULL, NULL);

      g_assert_true (mopt_dialogue_send_secret (dialogue, answer, "***", NULL));
      g_free (challenge);
      challenge = next_challenge (mechanism, answer);
    }
  g_autofree char *apop = mopt_sasl_apop ("<1@test>", password);
  g_assert_nonnull (apop);
  /* or the search proves nothing */
  g_assert_cmpuint (count_copies (), >, 0);
}

static void
test_wiped (void)
{
  static const char *const mechanisms[] = { "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256" };

  make_secret ();
  g_assert_cmpuint (count_copies (), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (mechanisms); i++)
    for (guint tls = 0; tls < 2; tls++)
      {
        log_in (mechanisms[i], tls);
        g_test_message ("%s, tls %u", mechanisms[i], tls);
        g_assert_cmpuint (count_copies (), ==, 0);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_test_add_func ("/wiped/login", test_wiped);
  return g_test_run ();
}
