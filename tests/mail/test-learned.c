/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run leaves behind for the next one: levels that never fall, certificates trusted by hand, consents; each
 * against scripted servers, and what must not be sent. */
#include <string.h>

#include "base/error.h"
#include "base/paths.h"
#include "certificates.h"
#include "check/learned.h"
#include "check/test-run.h"
#include "check/worker.h"
#include "scripted-server.h"

#define PASSWORD "s3cret-pass"
#define HELLO "S: 220 hi\nC: EHLO *\nS: 250-m\n"
#define BYE "C: QUIT\nS: 221 bye"
#define PLUS "C: AUTH SCRAM-SHA-256-PLUS *\n"
#define BARE "C: AUTH SCRAM-SHA-256 *\n"
#define SCRAM "SCRAM SHA256 jo " PASSWORD " 334\nS: 235 in\n"

static char *no_addresses[] = { NULL };
static gint64 now;

/* One account, one server; @port is that of the script and must not be part of what is remembered. */
static MoptSettings
make_settings (const char *id, MoptSecurity security, guint16 port)
{
  /* the name of a test: an id has no blanks */
  g_autofree char *account_id = g_strcanon (g_strdup (id), G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS, '-');

  return (MoptSettings){
    .account_id = (char *) g_intern_string (account_id),
    .account_name = (char *) "Work",
    .incoming = { MOPT_PROTOCOL_IMAP, (char *) "localhost", security, 1, TRUE, (char *) "jo" },
    .outgoing = { .protocol = MOPT_PROTOCOL_SMTP,
                  .host = (char *) "localhost",
                  .security = security,
                  .custom_port = port,
                  .authenticate = TRUE,
                  .user = (char *) "jo",
                  .allow_trust = TRUE },
    .from_legal = no_addresses,
    .from_default = (char *) "",
  };
}

typedef struct
{
  const char *name;
  MoptSecurity security;
  MoptLevel before;
  const char *script;
  int code; /* TEST_OK, or of MOPT_ERROR */
  MoptLevel after;
  const char *sent; /* what of the password's forms may be in what the server got: NULL: none */
} Case;

#define TEST_OK (-1)
#define AUTO MOPT_SECURITY_AUTO
#define BASIC MOPT_SECURITY_BASIC
#define SSL MOPT_SECURITY_SSL
#define UNCHECKED MOPT_SECURITY_SSL_NO_AUTHENTICATION
#define NOTHING                                                                                                        \
  {                                                                                                                    \
    FALSE, MOPT_STRENGTH_NONE                                                                                          \
  }
#define CLEAR(tls)                                                                                                     \
  {                                                                                                                    \
    tls, MOPT_STRENGTH_CLEAR                                                                                           \
  }
#define DIGEST(tls)                                                                                                    \
  {                                                                                                                    \
    tls, MOPT_STRENGTH_DIGEST                                                                                          \
  }
#define SCRAM_(tls)                                                                                                    \
  {                                                                                                                    \
    tls, MOPT_STRENGTH_SCRAM                                                                                           \
  }
#define PLUS_                                                                                                          \
  {                                                                                                                    \
    TRUE, MOPT_STRENGTH_SCRAM_PLUS                                                                                     \
  }
#define ALL "S: 250 AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 SCRAM-SHA-256-PLUS\n"

static const Case cases[] = {
  { "first", SSL, NOTHING, "TLS\n" HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE, TEST_OK, CLEAR (TRUE) },
  { "rises", SSL, CLEAR (TRUE), "TLS\n" HELLO ALL PLUS SCRAM BYE, TEST_OK, PLUS_ },
  { "rises to what is there", SSL, CLEAR (TRUE), "TLS\n" HELLO "S: 250 AUTH SCRAM-SHA-256\n" BARE SCRAM BYE, TEST_OK,
    SCRAM_ (TRUE) },
  { "the same again", SSL, PLUS_, "TLS\n" HELLO ALL PLUS SCRAM BYE, TEST_OK, PLUS_ },
  { "not after a refusal", SSL, NOTHING, "TLS\n" HELLO "S: 250 AUTH SCRAM-SHA-256\n" BARE "S: 535 no\nHOLD",
    MOPT_ERROR_AUTH_REFUSED, NOTHING },
  { "-PLUS stripped", SSL, PLUS_, "TLS\n" HELLO "S: 250 AUTH PLAIN SCRAM-SHA-256 SCRAM-SHA-1\nHOLD",
    MOPT_ERROR_AUTH_WEAKER, PLUS_ },
  { "-PLUS refused is not followed by less", SSL, PLUS_, "TLS\n" HELLO ALL PLUS "S: 535 no\nHOLD",
    MOPT_ERROR_AUTH_REFUSED, PLUS_ },
  { "-PLUS refused where it never went", SSL, SCRAM_ (TRUE), "TLS\n" HELLO ALL PLUS "S: 535 no\n" BARE SCRAM BYE,
    TEST_OK, SCRAM_ (TRUE) },
  { "SCRAM stripped", SSL, SCRAM_ (TRUE), "TLS\n" HELLO "S: 250 AUTH PLAIN LOGIN CRAM-MD5\nHOLD",
    MOPT_ERROR_AUTH_WEAKER, SCRAM_ (TRUE) },
  { "SCRAM stripped, unchecked", UNCHECKED, SCRAM_ (TRUE), "TLS self-signed\n" HELLO "S: 250 AUTH PLAIN\nHOLD",
    MOPT_ERROR_AUTH_WEAKER, SCRAM_ (TRUE) },
  { "digest and clear are one under TLS", SSL, DIGEST (TRUE),
    "TLS\n" HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE, TEST_OK, DIGEST (TRUE) },
  { "SCRAM stripped in clear", BASIC, SCRAM_ (FALSE), HELLO "S: 250 HELP\nHOLD", MOPT_ERROR_AUTH_NOT_OFFERED,
    SCRAM_ (FALSE) },
  { "all logins stripped", SSL, PLUS_, "TLS\n" HELLO "S: 250 HELP\nHOLD", MOPT_ERROR_AUTH_NOT_OFFERED, PLUS_ },
  { "TLS after none", SSL, SCRAM_ (FALSE), "TLS\n" HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE, TEST_OK,
    CLEAR (TRUE) },
  { "basic after TLS", BASIC, PLUS_, HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE, TEST_OK, PLUS_,
    "in clear" },
  { "basic keeps its own", BASIC, DIGEST (FALSE), HELLO "S: 250 AUTH PLAIN LOGIN\nHOLD", MOPT_ERROR_AUTH_WEAKER,
    DIGEST (FALSE) },
  { "basic keeps its own SCRAM", BASIC, SCRAM_ (FALSE), HELLO "S: 250 AUTH PLAIN CRAM-MD5\nHOLD",
    MOPT_ERROR_AUTH_WEAKER, SCRAM_ (FALSE) },
  { "basic rises", BASIC, DIGEST (FALSE), HELLO "S: 250 AUTH PLAIN SCRAM-SHA-256\n" BARE SCRAM BYE, TEST_OK,
    SCRAM_ (FALSE) },
  { "auto: TLS gone", AUTO, CLEAR (TRUE), "CLOSE\nACCEPT\n" HELLO "S: 250 AUTH PLAIN SCRAM-SHA-256\nHOLD",
    MOPT_ERROR_TLS_GONE, CLEAR (TRUE) },
  { "auto: none on this machine", AUTO, NOTHING,
    "CLOSE\nACCEPT\n" HELLO "S: 250 AUTH PLAIN\n"
    "ACCEPT\n" HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE,
    TEST_OK, CLEAR (FALSE), "in clear" },
};

static void
assert_known (const MoptSettings *settings, MoptLevel level, guint n_trusted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptKnownServer) known = mopt_learned_get (settings, MOPT_SIDE_OUTGOING, &error);

  g_assert_no_error (error);
  g_assert_cmpint (known->level.tls, ==, level.tls);
  g_assert_cmpint (known->level.strength, ==, level.strength);
  g_assert_cmpuint (known->trusted->len, ==, n_trusted);
}

static void
assert_no_password (const GString *bytes)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) PASSWORD, strlen (PASSWORD));
  g_autofree char *plain = g_base64_encode ((const guchar *) "\0jo\0" PASSWORD, 4 + strlen (PASSWORD));

  g_assert_null (strstr (bytes->str, PASSWORD));
  g_assert_null (strstr (bytes->str, base64));
  g_assert_null (strstr (bytes->str, plain));
}

static MoptSession *
open_session (const MoptSettings *settings, GError **error)
{
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  const MoptSessionOptions options = { .password = password, .limit_ms = 5000 };

  return mopt_learned_open (settings, MOPT_SIDE_OUTGOING, &options, NULL, NULL, NULL, error);
}

static void
test_level (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (ScriptedServer) server = scripted_server_new (test->script);
  g_autoptr (MoptKnownServer) before = mopt_known_server_new ();
  MoptSettings settings = make_settings (test->name, test->security, scripted_server_get_port (server));
  g_autoptr (GError) error = NULL;

  /* a level for this session alone stands for what an earlier one has left */
  before->level = test->before;
  settings.outgoing.known = before;
  MoptSession *session = open_session (&settings, &error);
  g_test_message ("%s", error != NULL ? error->message : "in");
  if (test->code == TEST_OK)
    g_assert_no_error (error);
  else
    g_assert_error (error, MOPT_ERROR, test->code);
  g_clear_pointer (&session, mopt_session_close);

  scripted_server_assert_finished (server);
  if (test->sent == NULL)
    assert_no_password (scripted_server_get_clear (server));
  if (test->code != TEST_OK)
    assert_no_password (scripted_server_get_received (server));
  if (mopt_level_compare (test->after, test->before) > 0)
    assert_known (&settings, test->after, 0);
  else
    assert_known (&settings, (MoptLevel) NOTHING, 0);
}

/* From one session to the next by the file, whatever the port is; and down by hand alone. */
static void
test_remembered (void)
{
  g_autoptr (ScriptedServer) good = scripted_server_new ("TLS\n" HELLO ALL PLUS SCRAM BYE);
  g_autoptr (ScriptedServer) weak = scripted_server_new ("TLS\n" HELLO "S: 250 AUTH PLAIN\nHOLD");
  g_autoptr (ScriptedServer) again
      = scripted_server_new ("TLS\n" HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE);
  MoptSettings settings = make_settings ("remembered", SSL, 0);
  g_autoptr (GError) error = NULL;

  /* a variation of the server learns, and knows, the same */
  MoptServer variation = settings.outgoing;
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  const MoptSessionOptions options = { .server = &variation, .password = password, .limit_ms = 5000 };
  ScriptedServer *const servers[] = { good, weak };
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      variation.custom_port = scripted_server_get_port (servers[i]);
      g_autoptr (MoptSession) session
          = mopt_learned_open (&settings, MOPT_SIDE_OUTGOING, &options, NULL, NULL, NULL, &error);
      if (i == 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_WEAKER);
      assert_known (&settings, (MoptLevel) PLUS_, 0);
    }
  g_clear_error (&error);
  scripted_server_assert_finished (weak);
  assert_no_password (scripted_server_get_received (weak));

  g_assert_true (mopt_learned_lower (&settings, MOPT_SIDE_OUTGOING, &error));
  assert_known (&settings, (MoptLevel) NOTHING, 0);
  variation.custom_port = scripted_server_get_port (again);
  g_autoptr (MoptSession) session
      = mopt_learned_open (&settings, MOPT_SIDE_OUTGOING, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_known (&settings, (MoptLevel) CLEAR (TRUE), 0);
}

/* A new password that SCRAM cannot carry does not go in clear where SCRAM was reached before. IMAP has a login of its
 * own beside SASL. */
static void
test_unfit_password (void)
{
  g_autoptr (ScriptedServer) smtp = scripted_server_new ("TLS\n" HELLO "S: 250 AUTH PLAIN SCRAM-SHA-256\nHOLD");
  g_autoptr (ScriptedServer) imap
      = scripted_server_new ("TLS\nS: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=SCRAM-SHA-256] hi\nHOLD");
  MoptSettings settings = make_settings ("unfit", SSL, scripted_server_get_port (smtp));
  g_autoptr (MoptKnownServer) before = mopt_known_server_new ();
  g_autoptr (MoptPassword) password = mopt_password_new ("soft\xc2\xadhyphen\xe2\x80\x8f");
  const MoptSessionOptions options = { .password = password, .limit_ms = 5000 };
  static const MoptSide sides[] = { MOPT_SIDE_OUTGOING, MOPT_SIDE_INCOMING };

  before->level = (MoptLevel) SCRAM_ (TRUE);
  settings.incoming.custom_port = scripted_server_get_port (imap);
  settings.incoming.known = settings.outgoing.known = before;
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mopt_learned_open (&settings, sides[i], &options, NULL, NULL, NULL, &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_PASSWORD_WEAKER);
      g_autoptr (MoptFailure) failure = mopt_failure_new (error, &settings, sides[i], MOPT_STAGE_LOGIN);
      g_assert_cmpstr (failure->property, ==, i == 0 ? "outgoing-password" : "incoming-password");
    }
  scripted_server_assert_finished (smtp);
  scripted_server_assert_finished (imap);
}

/* ---- trust ---- */

typedef struct
{
  MoptTlsInfo *tls;
} Seen;

static void
on_tls (const MoptTlsInfo *info, gpointer user_data)
{
  Seen *seen = user_data;

  g_clear_pointer (&seen->tls, mopt_tls_info_free);
  seen->tls = mopt_tls_info_copy (info);
}

/* One session with @certificate on whatever port, as a variation of the server whose port is remembered. */
static GError *
visit (const MoptSettings *settings, const char *certificate, gboolean goes, Seen *seen)
{
  g_autofree char *script = g_strdup_printf (
      "TLS %s\n%s", certificate, goes ? HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE : "HOLD");
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  MoptServer variation = settings->outgoing;
  const MoptSessionOptions options
      = { .server = &variation, .password = password, .limit_ms = 5000, .tls = on_tls, .user_data = seen };
  GError *error = NULL;

  variation.custom_port = scripted_server_get_port (server);
  MoptSession *session = mopt_learned_open (settings, MOPT_SIDE_OUTGOING, &options, NULL, NULL, NULL, &error);
  g_assert_cmpint (session != NULL, ==, goes);
  g_assert_cmpuint (seen->tls->port, ==, variation.custom_port);
  g_clear_pointer (&session, mopt_session_close);
  scripted_server_assert_finished (server);
  if (!goes)
    assert_no_password (scripted_server_get_received (server));
  return error;
}

/* One port and one host: only this certificate, only while it is allowed. */
static void
test_trust (void)
{
  g_autofree char *in = g_strconcat ("TLS self-signed\n" HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE,
                                     "\nACCEPT\n", NULL);
  g_autofree char *script = g_strconcat ("TLS self-signed\nHOLD\nACCEPT\n", in, "TLS everything\nHOLD\nACCEPT\n", in,
                                         "TLS self-signed\nHOLD\nACCEPT\nTLS self-signed\nHOLD", NULL);
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  MoptSettings settings = make_settings ("trust", SSL, scripted_server_get_port (server));
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  Seen seen = { NULL };
  const MoptSessionOptions options = { .password = password, .limit_ms = 5000, .tls = on_tls, .user_data = &seen };
  static const gboolean goes[] = { FALSE, TRUE, FALSE, TRUE, FALSE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (goes); i++)
    {
      g_autoptr (GError) error = NULL;

      if (i == 4) /* forbidden: what was trusted before does not count */
        settings.outgoing.allow_trust = FALSE;
      if (i == 5)
        {
          settings.outgoing.allow_trust = TRUE;
          g_assert_true (mopt_learned_revoke (&settings, MOPT_SIDE_OUTGOING, seen.tls->port, seen.tls->sha256, &error));
          g_assert_false (mopt_learned_revoke (&settings, MOPT_SIDE_OUTGOING, 0, seen.tls->sha256, &error));
          g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND);
          g_clear_error (&error);
        }
      MoptSession *session = mopt_learned_open (&settings, MOPT_SIDE_OUTGOING, &options, NULL, NULL, NULL, &error);
      if (goes[i])
        {
          g_assert_no_error (error);
          const MoptTlsInfo *tls = mopt_session_get_tls_info (session);
          g_assert_true (tls->trusted); /* and still what speaks against it */
          g_assert_cmpstr (g_ptr_array_index (tls->reasons, 0), ==, "self-signed");
          mopt_session_close (session);
        }
      else
        g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CERTIFICATE);
      if (i == 0)
        {
          g_clear_error (&error);
          g_assert_true (mopt_learned_trust (&settings, MOPT_SIDE_OUTGOING, seen.tls, &error));
          g_assert_no_error (error);
          assert_known (&settings, (MoptLevel) NOTHING, 1);
          g_autoptr (MoptKnownServer) known = mopt_learned_get (&settings, MOPT_SIDE_OUTGOING, NULL);
          const MoptTrusted *trusted = g_ptr_array_index (known->trusted, 0);
          g_assert_cmpint (trusted->until, ==, mopt_trusted_until (seen.tls->not_after, now));
        }
    }
  assert_known (&settings, (MoptLevel) CLEAR (TRUE), 0); /* a level that was reached so was reached */
  scripted_server_assert_finished (server);
  g_clear_pointer (&seen.tls, mopt_tls_info_free);
}

static void
test_trust_refused (void)
{
  MoptSettings settings = make_settings ("refused", SSL, 0);
  Seen seen = { NULL };
  g_autoptr (GError) error = visit (&settings, "expired", FALSE, &seen);

  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CERTIFICATE);
  g_clear_error (&error);
  settings.outgoing.allow_trust = FALSE;
  g_autofree char *why = mopt_learned_why_not_trust (&settings, MOPT_SIDE_OUTGOING);
  g_assert_nonnull (why);
  g_assert_null (strpbrk (why, "{}"));
  g_assert_false (mopt_learned_trust (&settings, MOPT_SIDE_OUTGOING, seen.tls, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED);
  g_assert_cmpstr (error->message, ==, why);
  g_clear_error (&error);

  settings.outgoing.allow_trust = TRUE;
  g_ptr_array_add (seen.tls->reasons, g_strdup ("revoked"));
  g_assert_false (mopt_learned_trust (&settings, MOPT_SIDE_OUTGOING, seen.tls, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED);
  g_clear_error (&error);
  g_ptr_array_set_size (seen.tls->reasons, 0);
  g_assert_false (mopt_learned_trust (&settings, MOPT_SIDE_OUTGOING, seen.tls, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED);
  assert_known (&settings, (MoptLevel) NOTHING, 0);

  /* what has expired is trusted for thirty days */
  g_ptr_array_add (seen.tls->reasons, g_strdup ("expired"));
  g_clear_error (&error);
  g_assert_true (mopt_learned_trust (&settings, MOPT_SIDE_OUTGOING, seen.tls, &error));
  g_autoptr (MoptKnownServer) known = mopt_learned_get (&settings, MOPT_SIDE_OUTGOING, NULL);
  const MoptTrusted *trusted = g_ptr_array_index (known->trusted, 0);
  g_assert_cmpint (ABS (trusted->until - now - 30 * 24 * 3600), <, 60);
  g_clear_pointer (&seen.tls, mopt_tls_info_free);
}

/* ---- consent ---- */

static void
test_consent (void)
{
  MoptSettings settings = make_settings ("consent", AUTO, 0);
  g_autoptr (GError) error = NULL;

  for (guint agreed = 2; agreed-- > 0;)
    {
      g_assert_true (mopt_learned_agree_unencrypted (&settings, MOPT_SIDE_OUTGOING, agreed, &error));
      g_autoptr (MoptKnownServer) known = mopt_learned_get (&settings, MOPT_SIDE_OUTGOING, NULL);
      g_assert_cmpint (known->unencrypted_agreed, ==, agreed);
    }

  /* whoever is asked hears of the other server that takes the same password, and of no other */
  g_autofree char *one_host = mopt_learned_unencrypted_text (&settings, MOPT_SIDE_OUTGOING);
  g_assert_null (strstr (one_host, "there, too"));
  settings.incoming.host = (char *) "pop.example.com";
  g_autofree char *same_user = mopt_learned_unencrypted_text (&settings, MOPT_SIDE_OUTGOING);
  g_assert_nonnull (strstr (same_user, "If pop.example.com has the same password, they can log in there, too"));
  settings.incoming.user = (char *) "another";
  g_autofree char *other_user = mopt_learned_unencrypted_text (&settings, MOPT_SIDE_OUTGOING);
  g_assert_null (strstr (other_user, "pop.example.com"));

  settings.outgoing.requires_tls = TRUE;
  g_assert_false (mopt_learned_agree_unencrypted (&settings, MOPT_SIDE_OUTGOING, TRUE, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED);
}

/* One session that is not to be: nobody is even connected to. MOPT_ERROR_SECURITY_UNREADABLE */
static void
assert_unreadable (const char *place)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("HOLD");
  MoptSettings settings = make_settings ("unreadable", BASIC, scripted_server_get_port (server));
  g_autoptr (GError) error = NULL;
  MoptStage stage = MOPT_N_STAGES;
  const MoptSessionOptions options = { .limit_ms = 5000 };

  g_assert_null (mopt_learned_open (&settings, MOPT_SIDE_OUTGOING, &options, &stage, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE);
  g_autofree char *never_asked = scripted_server_finish (server);
  g_assert_cmpuint (scripted_server_get_received (server)->len, ==, 0);
  g_autoptr (MoptFailure) failure = mopt_failure_new (error, &settings, MOPT_SIDE_OUTGOING, stage);
  g_test_message ("%s %s", failure->sentence, failure->advice);
  g_assert_cmpstr (failure->code, ==, "security-unreadable");
  g_assert_null (failure->property);
  g_assert_nonnull (strstr (failure->sentence, "localhost"));
  g_assert_nonnull (strstr (failure->sentence, "security.conf"));
  g_assert_nonnull (strstr (failure->sentence, place));
}

/* A file that cannot be read forbids nothing that we know of: no session. */
static void
test_unreadable (void)
{
  g_autofree char *path = mopt_paths_state ("security.conf");
  g_autofree char *aside = g_strconcat (path, ".aside", NULL);

  g_assert_cmpint (rename (path, aside), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  assert_unreadable (path);
  g_assert_cmpint (remove (path), ==, 0);
  g_assert_true (g_file_set_contents (path, "[unreadable smtp localhost]\nTLS=yes\n", -1, NULL));
  assert_unreadable ("line 2");
  g_assert_cmpint (rename (aside, path), ==, 0);
}

/* Who changes nothing but the port does not begin anew, whatever was agreed to there before. */
static void
test_other_port (void)
{
  g_autoptr (ScriptedServer) good
      = scripted_server_new ("TLS\n" HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE);
  g_autoptr (ScriptedServer) bad = scripted_server_new ("CLOSE\nACCEPT\n" HELLO "S: 250 AUTH PLAIN\nHOLD");
  MoptSettings settings = make_settings ("other-port", AUTO, scripted_server_get_port (bad));
  g_autoptr (GError) error = NULL;

  g_assert_true (mopt_learned_agree_unencrypted (&settings, MOPT_SIDE_OUTGOING, TRUE, &error));
  settings.outgoing.custom_port = scripted_server_get_port (good);
  MoptSession *session = open_session (&settings, &error);
  g_assert_no_error (error);
  mopt_session_close (session);

  settings.outgoing.custom_port = scripted_server_get_port (bad);
  g_assert_null (open_session (&settings, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TLS_GONE);
  scripted_server_assert_finished (bad);
  assert_no_password (scripted_server_get_received (bad));
}

/* ---- attempts, both sides together ---- */

typedef struct
{
  const char *name;
  const char *in, *out; /* what comes after the offers; NULL: the other side's alone counts */
  const char *out_password;
  gboolean passes;
  guint n_attempts; /* at both servers together */
} Tries;

#define IN_HELLO                                                                                                       \
  "TLS\nS: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS AUTH=PLAIN] hi\n"
#define IN_PLUS IN_HELLO "C: a1 AUTHENTICATE SCRAM-SHA-256-PLUS *\n"
#define IN_BARE "C: a2 AUTHENTICATE SCRAM-SHA-256 *\n"
#define OUT_HELLO "TLS\n" HELLO ALL

static const char in_plus_refused_bare_goes[] = IN_PLUS "S: a1 NO binding\n" IN_BARE "SCRAM SHA256 jo " PASSWORD
                                                        " +\nS: a2 OK in\nC: a3 EXAMINE *\nS: * 0 EXISTS\n"
                                                        "S: * OK [UIDNEXT 1] x\nS: a3 OK\nC: a4 LOGOUT\nCLOSE";
static const char in_refused[] = IN_PLUS "S: a1 NO no\n" IN_BARE "S: a2 NO no\nHOLD";
static const char in_unproven[] = IN_PLUS "S: a1 OK in\nHOLD";
static const char in_broken_off[]
    = IN_PLUS "S: + cj0x\nHOLD"; /* a challenge that is none of it: no attempt more of this side */

static const Tries tries[] = {
  /* whoever comes second goes without the binding that failed: two refusals and two logins would be one too many */
  { "bindings refused, password right", in_plus_refused_bare_goes, OUT_HELLO BARE SCRAM BYE, NULL, TRUE, 3 },
  /* the second one has nothing left */
  { "password wrong", in_refused, OUT_HELLO "HOLD", NULL, FALSE, 2 },
  /* two passwords: one attempt each */
  { "two wrong passwords", IN_PLUS "S: a1 NO no\nHOLD", OUT_HELLO PLUS "S: 535 no\nHOLD", "other", FALSE, 2 },
  /* who lets in without proving that he knows the password is after it: nobody else gets it in this run */
  { "no signature", in_unproven, OUT_HELLO "HOLD", NULL, FALSE, 1 },
  { "in broken off", in_broken_off, OUT_HELLO PLUS SCRAM BYE, NULL, FALSE, 2 },
};

static void
on_finished (MoptTestRun *run, gpointer loop)
{
  g_main_loop_quit (loop);
}

/* A disk that is full: the run passes, and says that it will know no better next time. */
static void
test_not_kept (void)
{
  g_autoptr (ScriptedServer) server
      = scripted_server_new ("TLS\n" HELLO "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 in\n" BYE);
  MoptSettings settings = make_settings ("not-kept", SSL, scripted_server_get_port (server));
  g_autofree char *lock = mopt_paths_state ("security.conf.lock");
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  const MoptTestOptions options
      = { .settings = &settings, .sides = MOPT_SIDE_OUTGOING, .outgoing_password = password, .limit_ms = 4000 };

  g_assert_cmpint (g_mkdir_with_parents (lock, 0700), ==, 0); /* where nobody can write, root neither */
  g_autoptr (MoptTestRun) run = mopt_test_run_new (&options);
  g_signal_connect (run, "finished", G_CALLBACK (on_finished), loop);
  mopt_test_run_start (run);
  g_main_loop_run (loop);
  g_assert_true (mopt_worker_settle (5000));
  g_assert_cmpint (remove (lock), ==, 0);
  g_assert_cmpint (mopt_test_run_get_result (run), ==, MOPT_RESULT_PASSED);
  g_test_message ("%s", mopt_test_run_get_advice (run));
  g_assert_nonnull (strstr (mopt_test_run_get_advice (run),
                            "What was learned about the security of localhost could not be remembered. The file"));
  scripted_server_assert_finished (server);
}

static guint
count_attempts (ScriptedServer *server)
{
  const char *text = scripted_server_get_received (server)->str;
  guint n = 0;

  for (const char *p = text; (p = strstr (p, " SCRAM-SHA-256")) != NULL; p++)
    n++;
  return n;
}

static void
test_tries (gconstpointer data)
{
  const Tries *test = data;
  g_autoptr (ScriptedServer) in = scripted_server_new (test->in);
  /* the incoming side gets there first */
  g_autofree char *out_script = g_strconcat ("DELAY 300\n", test->out, NULL);
  g_autoptr (ScriptedServer) out = scripted_server_new (out_script);
  MoptSettings settings = make_settings (test->name, SSL, scripted_server_get_port (out));
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  g_autoptr (MoptPassword) other = mopt_password_new (test->out_password != NULL ? test->out_password : PASSWORD);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  settings.incoming.custom_port = scripted_server_get_port (in);
  settings.mailbox = (char *) "INBOX";
  const MoptTestOptions options = { .settings = &settings,
                                    .sides = MOPT_SIDE_BOTH,
                                    .own_address = "jo@example.test",
                                    .incoming_password = password,
                                    .outgoing_password = other,
                                    .limit_ms = 4000 };
  g_autoptr (MoptTestRun) run = mopt_test_run_new (&options);
  g_signal_connect (run, "finished", G_CALLBACK (on_finished), loop);
  mopt_test_run_start (run);
  g_main_loop_run (loop);
  g_assert_true (mopt_worker_settle (5000));
  MoptTestStage *failed = mopt_test_run_get_failed (run);
  g_test_message ("%s: %s", failed != NULL ? mopt_test_stage_get_title (failed) : "passed",
                  mopt_test_run_get_transcript (run));
  g_assert_cmpint (mopt_test_run_get_result (run), ==, test->passes ? MOPT_RESULT_PASSED : MOPT_RESULT_FAILED);
  scripted_server_assert_finished (in);
  scripted_server_assert_finished (out);
  g_assert_cmpuint (count_attempts (in) + count_attempts (out), ==, test->n_attempts);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  now = g_get_real_time () / G_USEC_PER_SEC;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/learned/level/", cases[i].name, NULL);
      g_test_add_data_func (path, &cases[i], test_level);
    }
  g_test_add_func ("/learned/remembered", test_remembered);
  g_test_add_func ("/learned/unfit-password", test_unfit_password);
  g_test_add_func ("/learned/trust", test_trust);
  g_test_add_func ("/learned/trust-refused", test_trust_refused);
  g_test_add_func ("/learned/consent", test_consent);
  g_test_add_func ("/learned/unreadable", test_unreadable);
  g_test_add_func ("/learned/not-kept", test_not_kept);
  g_test_add_func ("/learned/other-port", test_other_port);
  for (guint i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      g_autofree char *path = g_strconcat ("/learned/tries/", tries[i].name, NULL);
      g_test_add_data_func (path, &tries[i], test_tries);
    }

  int status = g_test_run ();
  const char *const remove_all[] = { "rm", "-rf", state, NULL };
  g_spawn_sync (NULL, (char **) remove_all, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return status;
}
