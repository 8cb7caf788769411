/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/harmful.h"
#include "check/failure.h"

/* Every cause, seen from both sides of every shape of account: words are there, filled in, and blame a field that
 * the account has. */

static char *no_addresses[] = { NULL };

static MoptSettings
make_settings (MoptProtocol protocol, gboolean same_login, guint16 port)
{
  return (MoptSettings) {
    .account_id = (char *) "id",
    .account_name = (char *) "Work",
    .incoming = { protocol, (char *) "in.example.com", MOPT_SECURITY_AUTO, port, TRUE, (char *) "alice" },
    .outgoing = { MOPT_PROTOCOL_SMTP, (char *) "out.example.com", MOPT_SECURITY_AUTO, port, TRUE,
                  (char *) (same_login ? "alice" : "bob") },
    .same_login = same_login,
    .mailbox = protocol == MOPT_PROTOCOL_IMAP ? (char *) "INBOX" : NULL,
    .from_legal = no_addresses,
    .from_default = (char *) "",
  };
}

static void
assert_property (const char *property, const MoptSettings *settings)
{
  MoptKind kind = settings->mailbox != NULL ? MOPT_KIND_IMAP : MOPT_KIND_POP;

  if (property == NULL || g_str_equal (property, "incoming-password"))
    return;
  if (g_str_equal (property, "outgoing-password"))
    {
      g_assert_false (settings->same_login); /* there is no such row then */
      return;
    }
  g_assert_cmpint (mopt_field_by_name (property), !=, MOPT_FIELD_NONE);
  g_assert_true (mopt_field_has_kind (mopt_field_by_name (property), kind));
}

/* These are about a server, so the sentence names it. */
static gboolean
names_host (MoptError code)
{
  code = mopt_error_general (code);
  return code == MOPT_ERROR_FAILED || (code >= MOPT_ERROR_HOST_NOT_FOUND && code <= MOPT_ERROR_TEMPORARY);
}

static void
check_cause (MoptError code, const MoptSettings *settings, MoptSide side)
{
  g_autoptr (GError) error = mopt_error_new_with_words (code, "5.7.1 said {host}", "It is so %s.", "{user}");
  g_autoptr (MoptFailure) failure = mopt_failure_new (error, settings, side, MOPT_STAGE_LOGIN);
  const char *host = side == MOPT_SIDE_OUTGOING ? "out.example.com" : "in.example.com";

  g_assert_cmpstr (failure->code, ==, mopt_error_word (code));
  g_assert_cmpstr (failure->server_words, ==, "5.7.1 said {host}");
  g_assert_cmpuint (strlen (failure->sentence), >, 10);
  g_assert_nonnull (failure->advice);
  assert_property (failure->property, settings);

  /* No place is left open; what came in with the error is not read as a place. */
  const char *said = strstr (failure->sentence, "It is so {user}.");
  if (said != NULL)
    g_assert_cmpstr (said, ==, "It is so {user}.");
  else
    g_assert_null (strpbrk (failure->sentence, "{}"));
  g_assert_null (strpbrk (failure->advice, "{}"));
  /* nobody is told to go without encryption, or to leave the server unchecked */
  g_assert_null (strstr (failure->advice, "Basic"));
  g_assert_null (strstr (failure->advice, "No Authentication"));
  if (names_host (code))
    {
      if (strstr (failure->sentence, host) == NULL)
        g_error ("%s does not name the host: %s", failure->code, failure->sentence);
      g_assert_cmpuint (strlen (failure->advice), >, 10);
    }
  else
    g_assert_true (said != NULL || code >= MOPT_ERROR_FROM_NOT_ALLOWED);
}

static void
test_all_causes (void)
{
  const MoptProtocol protocols[] = { MOPT_PROTOCOL_IMAP, MOPT_PROTOCOL_POP3 };

  for (guint code = 0; code < MOPT_N_ERRORS; code++)
    for (guint p = 0; p < G_N_ELEMENTS (protocols); p++)
      for (guint same = 0; same < 2; same++)
        for (guint port = 0; port < 2; port++)
          {
            MoptSettings settings = make_settings (protocols[p], same, port * 1993);

            check_cause (code, &settings, MOPT_SIDE_INCOMING);
            check_cause (code, &settings, MOPT_SIDE_OUTGOING);
          }
}

static void
test_foreign_error (void)
{
  MoptSettings settings = make_settings (MOPT_PROTOCOL_IMAP, TRUE, 0);
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "the disk is on fire");
  g_autoptr (MoptFailure) failure = mopt_failure_new (error, &settings, MOPT_SIDE_INCOMING, MOPT_STAGE_FIND);

  g_assert_cmpstr (failure->code, ==, "failed");
  g_assert_nonnull (strstr (failure->sentence, "the disk is on fire"));
  g_assert_null (failure->server_words);
}

/* On a locked field: whom to tell, by name. */
static void
test_locked (void)
{
  MoptSettings settings = make_settings (MOPT_PROTOCOL_IMAP, TRUE, 0);
  g_autoptr (MoptPublication) publication = mopt_publication_new ();
  g_autoptr (GError) no_host = g_error_new (MOPT_ERROR, MOPT_ERROR_HOST_NOT_FOUND, "find");
  g_autoptr (GError) no_tls = g_error_new (MOPT_ERROR, MOPT_ERROR_TLS_NOT_SPOKEN, "TLS");
  g_autoptr (GError) refused = g_error_new (MOPT_ERROR, MOPT_ERROR_AUTH_REFUSED, "LOGIN");

  g_free (publication->organization);
  publication->organization = g_strdup ("Example Corp");
  g_free (publication->contact);
  publication->contact = g_strdup ("help@example.com");
  settings.publication = publication;
  settings.locked = 1u << MOPT_SECTION_INCOMING_SERVER;
  settings.fixed = settings.locked | 1u << MOPT_SECTION_INCOMING_ACCOUNT;
  const struct
  {
    const GError *error;
    MoptSide side;
    gboolean locked;
  } cases[] = {
    { no_host, MOPT_SIDE_INCOMING, TRUE },
    { no_tls, MOPT_SIDE_INCOMING, TRUE },
    { no_tls, MOPT_SIDE_OUTGOING, FALSE },
    { refused, MOPT_SIDE_INCOMING, FALSE }, /* the password can be typed all the same */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MoptFailure) failure = mopt_failure_new (cases[i].error, &settings, cases[i].side, MOPT_STAGE_CONNECT);
      gboolean tells = strstr (failure->advice, "Example Corp (help@example.com)") != NULL;

      g_assert_cmpint (tells, ==, cases[i].locked);
      g_assert_nonnull (failure->property); /* which still gets the focus: a locked row can be read */
    }
  settings.locked |= 1u << MOPT_SECTION_INCOMING_ACCOUNT;
  g_autoptr (MoptFailure) password = mopt_failure_new (refused, &settings, MOPT_SIDE_INCOMING, MOPT_STAGE_LOGIN);
  g_assert_nonnull (strstr (password->advice, "help@example.com"));

  /* The dialog's own settings know it. */
  settings.publication = NULL;
  g_autoptr (MoptFailure) unknown = mopt_failure_new (no_tls, &settings, MOPT_SIDE_INCOMING, MOPT_STAGE_CONNECT);
  g_assert_nonnull (strstr (unknown->advice, "your administrator"));
}

/* What a server says is cut, in bytes and lines, and kept apart from our words. */
static void
test_server_words (void)
{
  g_autofree char *long_words = g_strnfill (5000, 'x');
  g_autofree char *isolated = mopt_isolate_words ("one\ntwo");
  GString *many = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (many, "%u\n", i);
  g_autoptr (GError) lines = mopt_error_new_with_words (MOPT_ERROR_AUTH_REFUSED, many->str, "x");
  g_autoptr (GError) bytes = mopt_error_new_with_words (MOPT_ERROR_AUTH_REFUSED, long_words, "x");
  g_autoptr (GError) turned
      = mopt_error_new_with_words (MOPT_ERROR_AUTH_REFUSED, "a\xe2\x80\xae<b>b</b>\x1b[31m\xe2\x81\xa6", "x");
  g_auto (GStrv) split = g_strsplit (mopt_error_get_server_words (lines), "\n", -1);
  g_string_free (many, TRUE);

  g_assert_cmpuint (g_strv_length (split), <=, 10);
  g_assert_cmpuint (strlen (mopt_error_get_server_words (bytes)), ==, 1000);
  g_assert_cmpstr (mopt_error_get_server_words (turned), ==, "a <b>b</b> [31m");
  g_assert_cmpstr (isolated, ==, "\xe2\x81\xa8one\xe2\x81\xa9\n\xe2\x81\xa8two\xe2\x81\xa9");
}

static void
test_ports (void)
{
  MoptSettings settings = make_settings (MOPT_PROTOCOL_IMAP, TRUE, 0);
  g_autoptr (GError) error = g_error_new (MOPT_ERROR, MOPT_ERROR_CONNECTION_REFUSED, "connect: refused");
  g_autoptr (MoptFailure) by_mode = mopt_failure_new (error, &settings, MOPT_SIDE_INCOMING, MOPT_STAGE_CONNECT);

  g_assert_nonnull (strstr (by_mode->sentence, "993 or 143"));
  g_assert_cmpstr (by_mode->property, ==, "incoming-security");

  settings.incoming.custom_port = 9993;
  g_autoptr (MoptFailure) custom = mopt_failure_new (error, &settings, MOPT_SIDE_INCOMING, MOPT_STAGE_CONNECT);
  g_assert_nonnull (strstr (custom->sentence, "9993"));
  g_assert_cmpstr (custom->property, ==, "incoming-port");

  settings.outgoing.security = MOPT_SECURITY_TLS;
  g_autoptr (MoptFailure) blocked = mopt_failure_new (error, &settings, MOPT_SIDE_OUTGOING, MOPT_STAGE_CONNECT);
  g_assert_nonnull (strstr (blocked->advice, "587"));
}

static void
test_certificates (void)
{
  const struct
  {
    const char *reason;
    const char *text;
    const char *code;
  } cases[] = {
    { "expired", "2024-03-0", "certificate-expired" },
    { "not-yet-valid", "2024-01-1", "certificate-not-yet-valid" },
    { "wrong-host", "www.example.com", "certificate-wrong-host" },
    { "self-signed", "nobody but itself", "certificate-self-signed" },
    { "unknown-issuer", "authority", "certificate-unknown-issuer" },
    { "weak-key", "key", "certificate-weak-key" },
    { "weak-signature", "signature", "certificate-weak-signature" },
    { "revoked", "withdrawn", "certificate-revoked" },
    { "bad-purpose", "server", "certificate-bad-purpose" },
    { "invalid", "damaged", "certificate-invalid" },
    { "a-later-word", "check out", "certificate" },
  };
  MoptSettings settings = make_settings (MOPT_PROTOCOL_IMAP, TRUE, 0);
  g_autoptr (GError) error = g_error_new (MOPT_ERROR, MOPT_ERROR_CERTIFICATE, "verify");
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  MoptTlsInfo tls = {
    .names = (char *) "www.example.com",
    .not_before = 1705320000, /* 2024-01-15 12:00 UTC */
    .not_after = 1709380800,  /* 2024-03-02 12:00 UTC */
    .reasons = all,
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new ();
      MoptTlsInfo single = tls;

      g_ptr_array_add (one, (gpointer) cases[i].reason);
      g_ptr_array_add (all, (gpointer) cases[i].reason);
      single.reasons = one;
      g_autoptr (MoptFailure) failure
          = mopt_failure_new_tls (error, &settings, MOPT_SIDE_INCOMING, MOPT_STAGE_SECURE, &single, NULL);
      g_assert_nonnull (strstr (failure->sentence, cases[i].text));
      g_assert_null (strpbrk (failure->sentence, "{}"));
      g_assert_cmpstr (failure->code, ==, cases[i].code);
    }

  g_autofree char *text = mopt_failure_certificate_text (&tls, "in.example.com");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_nonnull (strstr (text, cases[i].text));
  g_autofree char *unknown = mopt_failure_certificate_text (NULL, "in.example.com");
  g_assert_cmpuint (strlen (unknown), >, 10);
}

/* A certificate can be trusted by hand where that would help and nobody forbids it; else it is said who does. */
static void
test_trust (void)
{
  MoptSettings settings = make_settings (MOPT_PROTOCOL_IMAP, TRUE, 0);
  g_autoptr (MoptPublication) publication = mopt_publication_new ();
  g_autoptr (GError) error = g_error_new (MOPT_ERROR, MOPT_ERROR_CERTIFICATE, "verify");
  g_autoptr (GError) other = g_error_new (MOPT_ERROR, MOPT_ERROR_AUTH_REFUSED, "LOGIN");
  g_autoptr (GError) unencrypted = g_error_new (MOPT_ERROR, MOPT_ERROR_UNENCRYPTED_NOT_AGREED, "no TLS");
  const struct
  {
    const GError *error;
    const char *reason;
    gboolean allow_trust, is_published, is_locked;
    MoptRemedy remedy;
    const char *advice; /* part of it; NULL: nothing is said of trust */
  } cases[] = {
    { error, "expired", TRUE, FALSE, FALSE, MOPT_REMEDY_TRUST, NULL },
    { error, "wrong-host", TRUE, TRUE, FALSE, MOPT_REMEDY_TRUST, NULL },
    { error, "invalid", TRUE, FALSE, FALSE, MOPT_REMEDY_TRUST, NULL },
    { error, "revoked", TRUE, FALSE, FALSE, MOPT_REMEDY_NONE, NULL },
    { error, "revoked", FALSE, TRUE, TRUE, MOPT_REMEDY_NONE, NULL },
    { error, "expired", FALSE, FALSE, FALSE, MOPT_REMEDY_NONE, NULL }, /* a server alone, of no account */
    { error, "expired", FALSE, TRUE, FALSE, MOPT_REMEDY_NONE, "by decision of Example Corp (help@example.com)" },
    { error, "expired", FALSE, TRUE, TRUE, MOPT_REMEDY_NONE, "locked, so its certificate cannot be trusted by hand. "
                                                             "Tell Example Corp (help@example.com)" },
    { other, "expired", TRUE, FALSE, FALSE, MOPT_REMEDY_NONE, NULL },
    { unencrypted, "expired", FALSE, TRUE, FALSE, MOPT_REMEDY_UNENCRYPTED, NULL },
  };

  g_free (publication->organization);
  publication->organization = g_strdup ("Example Corp");
  g_free (publication->contact);
  publication->contact = g_strdup ("help@example.com");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) reasons = g_ptr_array_new ();
      MoptTlsInfo tls = { .sha256 = (char *) "AA", .reasons = reasons };

      g_ptr_array_add (reasons, (gpointer) cases[i].reason);
      settings.incoming.allow_trust = cases[i].allow_trust;
      settings.publication = cases[i].is_published ? publication : NULL;
      settings.locked = settings.fixed = cases[i].is_locked ? 1u << MOPT_SECTION_INCOMING_SERVER : 0;
      g_autoptr (MoptFailure) failure
          = mopt_failure_new_tls (cases[i].error, &settings, MOPT_SIDE_INCOMING, MOPT_STAGE_SECURE, &tls, NULL);
      g_assert_cmpint (failure->remedy, ==, cases[i].remedy);
      g_assert_cmpint (strstr (failure->advice, "by hand") != NULL, ==, cases[i].advice != NULL);
      if (cases[i].advice != NULL)
        g_assert_nonnull (strstr (failure->advice, cases[i].advice));
    }
}

/* What came before encryption is marked, and only that. */
static void
test_in_clear (void)
{
  MoptSettings settings = make_settings (MOPT_PROTOCOL_IMAP, TRUE, 0);
  g_autoptr (GError) refused = mopt_error_new_with_words (MOPT_ERROR_PROTOCOL, "BAD go to evil.example", "refused");
  g_autoptr (GError) silent = g_error_new (MOPT_ERROR, MOPT_ERROR_HUNG_UP, "hung up");
  MoptTlsInfo tls = { .names = (char *) "in.example.com" };
  const struct
  {
    const GError *error;
    const MoptTlsInfo *tls;
    gboolean in_clear;
  } cases[] = { { refused, NULL, TRUE }, { refused, &tls, FALSE }, { silent, NULL, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MoptFailure) failure
          = mopt_failure_new_tls (cases[i].error, &settings, MOPT_SIDE_INCOMING, MOPT_STAGE_OFFERS, cases[i].tls, NULL);
      g_autofree char *words = mopt_failure_words_text (failure);

      g_assert_cmpint (failure->in_clear, ==, cases[i].in_clear);
      g_assert_cmpint (words != NULL, ==, failure->server_words != NULL);
      g_assert_cmpint (words != NULL && strstr (words, mopt_failure_in_clear_text ()) != NULL, ==, cases[i].in_clear);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/failure/all-causes", test_all_causes);
  g_test_add_func ("/failure/foreign-error", test_foreign_error);
  g_test_add_func ("/failure/ports", test_ports);
  g_test_add_func ("/failure/locked", test_locked);
  g_test_add_func ("/failure/server-words", test_server_words);
  g_test_add_func ("/failure/certificates", test_certificates);
  g_test_add_func ("/failure/trust", test_trust);
  g_test_add_func ("/failure/in-clear", test_in_clear);
  return g_test_run ();
}
