/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copy Report, before anything has run: what a help desk needs to know about the account, in stable words. */
#include <string.h>

#include "check/test-run.h"

static void
test_settings (void)
{
  static char *no_addresses[] = { NULL };
  g_autoptr (MoptPublication) publication = mopt_publication_new ();
  g_autoptr (MoptPassword) password = mopt_password_new ("s3cret-Pass");
  MoptSettings settings = {
    .account_id = (char *) "helpdesk",
    .account_name = (char *) "Help desk",
    .publication = publication,
    .locked = 1u << MOPT_SECTION_INCOMING_SERVER | 1u << MOPT_SECTION_OUTGOING_SERVER,
    .incoming = { MOPT_PROTOCOL_IMAP, (char *) "imap.example.com", MOPT_SECURITY_AUTO, 0, TRUE, (char *) "alice",
                  .published = TRUE },
    .outgoing = { MOPT_PROTOCOL_SMTP, (char *) "smtp.example.com", MOPT_SECURITY_TLS, 587, FALSE, (char *) "" },
    .mailbox = (char *) "INBOX",
    .from_user_address = TRUE,
    .from_legal = no_addresses,
    .from_default = (char *) "",
  };
  const MoptTestOptions options = {
    .settings = &settings,
    .sides = MOPT_SIDE_INCOMING,
    .incoming_password = password,
    .own_name = "Alice",
    .own_address = "alice@example.com",
  };
  const char *expected = "account: helpdesk, imap\n"
                         "publication: Example Corp, serial 12, signed\n"
                         "locked: incoming-server outgoing-server\n"
                         "incoming: imap imap.example.com security=auto user=alice published\n"
                         "mailbox: INBOX\n"
                         "outgoing: smtp smtp.example.com security=tls custom-port=587 no-authentication\n"
                         "result: running\n"
                         "\n"
                         "stages:\n"
                         "  incoming  find             waiting       0 ms\n";

  g_free (publication->organization);
  publication->organization = g_strdup ("Example Corp");
  publication->serial = 12;
  publication->verified = TRUE;
  g_autoptr (MoptTestRun) run = mopt_test_run_new (&options);
  g_autofree char *report = mopt_test_run_report (run);

  g_test_message ("%s", report);
  g_assert_true (g_str_has_prefix (report, "E-mail Options report, 20"));
  g_assert_nonnull (strstr (report, "version: mail-options "));
  g_assert_nonnull (strstr (report, expected));
  g_assert_null (strstr (report, "s3cret"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/settings", test_settings);
  return g_test_run ();
}
