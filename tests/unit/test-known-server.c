/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "model/settings.h"

#define DAY ((gint64) 24 * 60 * 60)
#define SHA_A "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"
#define SHA_B "FF:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"

static void
test_names (void)
{
  static const struct
  {
    const char *mechanism;
    MoptStrength strength;
  } cases[] = {
    { NULL, MOPT_STRENGTH_NONE },
    { "PLAIN", MOPT_STRENGTH_CLEAR },
    { "LOGIN", MOPT_STRENGTH_CLEAR },
    { "USER", MOPT_STRENGTH_CLEAR },
    { "cram-md5", MOPT_STRENGTH_DIGEST },
    { "APOP", MOPT_STRENGTH_DIGEST },
    { "SCRAM-SHA-1", MOPT_STRENGTH_SCRAM },
    { "scram-sha-256", MOPT_STRENGTH_SCRAM },
    { "SCRAM-SHA-1-PLUS", MOPT_STRENGTH_SCRAM_PLUS },
    { "SCRAM-SHA-256-PLUS", MOPT_STRENGTH_SCRAM_PLUS },
  };
  MoptStrength strength;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (mopt_strength_of_mechanism (cases[i].mechanism), ==, cases[i].strength);
  for (guint i = 0; i < MOPT_N_STRENGTHS; i++)
    {
      g_assert_true (mopt_strength_by_name (mopt_strength_name (i), &strength));
      g_assert_cmpint (strength, ==, i);
    }
  g_assert_false (mopt_strength_by_name ("SCRAM", &strength));
  g_assert_false (mopt_strength_by_name (NULL, &strength));
}

/* The order, written another way: all levels from the lowest to the highest, equal ones on one line. */
static const char *const ladder[]
    = { "-none", "-clear", "-digest", "-scram", "-scram-plus", "+none", "+clear +digest", "+scram", "+scram-plus" };

static int
rung (MoptLevel level)
{
  g_autofree char *word = g_strconcat (level.tls ? "+" : "-", mopt_strength_name (level.strength), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ladder); i++)
    {
      g_auto (GStrv) words = g_strsplit (ladder[i], " ", -1);

      if (g_strv_contains ((const char *const *) words, word))
        return (int) i;
    }
  g_assert_not_reached ();
}

static MoptLevel
level_number (guint i)
{
  return (MoptLevel){ i >= MOPT_N_STRENGTHS, i % MOPT_N_STRENGTHS };
}

/* Whether a login of @now goes where @best was reached before, with @security: the rule as prose says it. */
static gboolean
goes (MoptLevel best, MoptLevel now, MoptSecurity security)
{
  if (!now.tls && best.tls)
    return security == MOPT_SECURITY_BASIC; /* the choice is the consent */
  if (now.tls && !best.tls)
    return TRUE; /* better than all that was */
  return rung (now) >= rung (best);
}

static void
test_floor (void)
{
  static const MoptSecurity modes[] = { MOPT_SECURITY_AUTO, MOPT_SECURITY_BASIC, MOPT_SECURITY_SSL,
                                        MOPT_SECURITY_SSL_NO_AUTHENTICATION, MOPT_SECURITY_TLS };

  for (guint i = 0; i < 2 * MOPT_N_STRENGTHS; i++)
    for (guint j = 0; j < 2 * MOPT_N_STRENGTHS; j++)
      {
        MoptLevel best = level_number (i), now = level_number (j);
        int expected = rung (best) - rung (now), compared = mopt_level_compare (best, now);

        g_assert_cmpint ((expected > 0) - (expected < 0), ==, (compared > 0) - (compared < 0));
        for (guint m = 0; m < G_N_ELEMENTS (modes); m++)
          {
            g_autoptr (MoptKnownServer) known = mopt_known_server_new ();
            MoptServer server = { .security = modes[m], .known = known };

            known->level = best;
            gboolean allowed
                = (now.tls || !mopt_server_had_tls (&server))
                  && !mopt_strength_is_below (now.strength, mopt_server_least_strength (&server, now.tls), now.tls);
            g_assert_cmpint (allowed, ==, goes (best, now, modes[m]));
            server.known = NULL;
            g_assert_false (mopt_server_had_tls (&server));
            g_assert_cmpint (mopt_server_least_strength (&server, now.tls), ==, MOPT_STRENGTH_NONE);
          }
      }
}

static void
test_raise (void)
{
  for (guint i = 0; i < 2 * MOPT_N_STRENGTHS; i++)
    for (guint j = 0; j < 2 * MOPT_N_STRENGTHS; j++)
      {
        g_autoptr (MoptKnownServer) known = mopt_known_server_new ();
        MoptLevel a = level_number (i), b = level_number (j);

        known->level = a;
        g_assert_cmpint (mopt_known_server_raise (known, b), ==, rung (b) > rung (a));
        g_assert_cmpint (rung (known->level), ==, MAX (rung (a), rung (b)));
        g_assert_false (mopt_known_server_raise (known, a));
        g_assert_false (mopt_known_server_raise (known, b));
      }
}

static void
test_unencrypted (void)
{
  /* every combination of what counts; the first that forbids is the cause */
  for (guint i = 0; i < 32; i++)
    {
      gboolean requires_tls = (i & 1) != 0, had_tls = (i & 2) != 0, loopback = (i & 4) != 0, agreed = (i & 8) != 0;
      gboolean nothing = (i & 16) != 0;
      g_autoptr (MoptKnownServer) known = nothing ? NULL : mopt_known_server_new ();
      MoptServer server = { .host = (char *) "mail.example.com", .requires_tls = requires_tls, .known = known };
      g_autoptr (GError) error = NULL;

      if (known != NULL)
        {
          known->level.tls = had_tls;
          known->unencrypted_agreed = agreed;
        }
      gboolean ok = mopt_server_check_unencrypted (&server, loopback, &error);
      if (requires_tls)
        g_assert_error (error, MOPT_ERROR, MOPT_ERROR_UNENCRYPTED_FORBIDDEN);
      else if (had_tls && !nothing)
        g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TLS_GONE);
      else if (!loopback && (nothing || !agreed))
        g_assert_error (error, MOPT_ERROR, MOPT_ERROR_UNENCRYPTED_NOT_AGREED);
      else
        g_assert_no_error (error);
      g_assert_cmpint (ok, ==, error == NULL);
    }
}

static gboolean
trusts (const MoptServer *server, guint16 port, const char *sha256, const char *reason)
{
  g_autoptr (GPtrArray) reasons = g_ptr_array_new ();
  const MoptTlsInfo tls = { .port = port, .sha256 = (char *) sha256, .reasons = reasons };

  if (reason != NULL)
    {
      g_ptr_array_add (reasons, (gpointer) "expired");
      g_ptr_array_add (reasons, (gpointer) reason);
    }
  return mopt_server_trusts (server, &tls);
}

static void
test_trust (void)
{
  g_autoptr (MoptKnownServer) known = mopt_known_server_new ();
  MoptServer server = { .allow_trust = TRUE, .known = known };
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_assert_true (mopt_known_server_is_empty (known));
  mopt_known_server_trust (known, 993, SHA_A, now + 100);
  mopt_known_server_trust (known, 995, SHA_A, now);
  g_assert_false (mopt_known_server_is_empty (known));
  g_assert_true (trusts (&server, 993, SHA_A, "self-signed"));
  g_assert_false (trusts (&server, 995, SHA_A, "self-signed")); /* over */
  g_assert_false (trusts (&server, 143, SHA_A, "self-signed")); /* another port */
  g_assert_false (trusts (&server, 993, SHA_B, "self-signed")); /* another certificate */
  g_assert_false (trusts (&server, 993, NULL, "self-signed"));
  g_assert_false (trusts (&server, 993, SHA_A, "revoked"));
  g_assert_false (trusts (&server, 993, SHA_A, NULL)); /* nothing against it: needs no trust */
  server.allow_trust = FALSE;
  g_assert_false (trusts (&server, 993, SHA_A, "self-signed"));
  server.allow_trust = TRUE;
  mopt_known_server_revoke (known, 995, NULL);

  mopt_known_server_trust (known, 993, SHA_A, now + 200); /* again: one entry, the new end */
  g_assert_cmpuint (known->trusted->len, ==, 1);
  g_assert_cmpint (((MoptTrusted *) known->trusted->pdata[0])->until, ==, now + 200);
  mopt_known_server_trust (known, 143, SHA_A, now + 200);
  mopt_known_server_trust (known, 993, SHA_B, now + 200);
  g_autoptr (MoptKnownServer) copy = mopt_known_server_copy (known);
  g_assert_cmpuint (copy->trusted->len, ==, 3);
  g_assert_cmpuint (mopt_known_server_revoke (known, 993, SHA_B), ==, 1);
  g_assert_false (trusts (&server, 993, SHA_B, "expired"));
  g_assert_cmpuint (mopt_known_server_revoke (known, 0, SHA_A), ==, 2);
  g_assert_true (mopt_known_server_is_empty (known));
  g_assert_cmpuint (copy->trusted->len, ==, 3);
  g_assert_cmpuint (mopt_known_server_revoke (copy, 993, NULL), ==, 2);
  g_assert_cmpuint (mopt_known_server_revoke (copy, 0, NULL), ==, 1);
  server.known = NULL;
  g_assert_false (trusts (&server, 993, SHA_A, "expired"));

  /* as long as it is valid, within bounds */
  g_assert_cmpint (mopt_trusted_until (100 * DAY, 0), ==, 100 * DAY);
  g_assert_cmpint (mopt_trusted_until (5000 * DAY, 0), ==, 365 * DAY);
  g_assert_cmpint (mopt_trusted_until (10 * DAY, 20 * DAY), ==, 50 * DAY);
  g_assert_cmpint (mopt_trusted_until (21 * DAY, 20 * DAY), ==, 21 * DAY);
}

static void
test_fingerprint (void)
{
  static const char bare[] = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";
  g_autofree char *colons = mopt_trusted_fingerprint (SHA_A);
  g_autofree char *plain = mopt_trusted_fingerprint (bare);
  g_autofree char *spaced = g_strdup_printf (" %.8s %s\n", bare, bare + 8);
  g_autofree char *loose = mopt_trusted_fingerprint (spaced);

  g_assert_cmpstr (colons, ==, SHA_A);
  g_assert_cmpstr (plain, ==, SHA_A);
  g_assert_cmpstr (loose, ==, SHA_A);
  g_assert_null (mopt_trusted_fingerprint (""));
  g_assert_null (mopt_trusted_fingerprint (bare + 1));
  g_assert_null (mopt_trusted_fingerprint (SHA_A ":00"));
  g_assert_null (mopt_trusted_fingerprint ("g0112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/known-server/names", test_names);
  g_test_add_func ("/known-server/floor", test_floor);
  g_test_add_func ("/known-server/raise", test_raise);
  g_test_add_func ("/known-server/unencrypted", test_unencrypted);
  g_test_add_func ("/known-server/trust", test_trust);
  g_test_add_func ("/known-server/fingerprint", test_fingerprint);
  return g_test_run ();
}
