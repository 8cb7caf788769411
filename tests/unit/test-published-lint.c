/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checks before publishing: what is found, in which line, and that sound files are left in peace. */
#include <locale.h>
#include <string.h>

#include "store/published-lint.h"

#define HEAD "[Publication]\nSerial=1\nConversationPrefix=ABCD\n"
#define ACCOUNT HEAD "[Account a]\nKind=imap\nincoming-host=imap.example.com\noutgoing-host=smtp.example.com\n"
#define FIRST "8" /* the first line behind ACCOUNT */

/* "error 8 secret;warning 0 cut-off;" */
#define TEN "1234567890"

static char *
describe (const char *text, MoptLintFlags flags)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GPtrArray) findings = mopt_published_lint (bytes, "/etc/published.conf", flags);
  GString *said = g_string_new (NULL);
  guint errors = 0;

  for (guint i = 0; i < findings->len; i++)
    {
      const MoptLintFinding *finding = findings->pdata[i];

      g_assert_cmpstr (finding->file, ==, "/etc/published.conf");
      g_assert_nonnull (strchr (".?", finding->text[strlen (finding->text) - 1])); /* whole sentences */
      g_test_message ("%u: %s", finding->line, finding->text);
      errors += finding->severity == MOPT_LINT_ERROR;
      g_string_append_printf (said, "%s %u %s;", mopt_lint_severity_name (finding->severity), finding->line,
                              finding->code);
    }
  g_assert_cmpuint (errors, ==, mopt_published_lint_count_errors (findings));
  return g_string_free (said, FALSE);
}

static void
test_findings (void)
{
  static const struct
  {
    const char *text, *expected;
  } cases[] = {
    { ACCOUNT, "" },
    /* the file */
    { "", "error 0 malformed;" },
    { HEAD, "warning 0 no-accounts;" },
    { "[Mail Options]\nFormat=1\n", "error 0 malformed;warning 1 unknown-group;" },
    { "x\n" ACCOUNT, "error 1 malformed;" },
    { ACCOUNT "# cut", "warning " FIRST " cut-off;" },
    { ACCOUNT "# \xff\n", "error 0 malformed;" },
    { ACCOUNT "[acount b]\n", "warning " FIRST " unknown-group;" },
    { ACCOUNT "[Publication]\n", "error " FIRST " malformed;" },
    /* the general part */
    { "[Publication]\nFormat=2\nSerial=1\n[Account a]\nKind=imap\nLocked=\n", "error 2 newer-format;" },
    { "[Publication]\n[Account a]\nKind=imap\nLocked=\n", "warning 1 no-serial;" },
    { "[Publication]\nSerial=1\nContact=" TEN TEN TEN TEN TEN TEN TEN "123456789é\n[Account a]\nKind=imap\nLocked=\n",
      "" },
    { "[Publication]\nSerial=1\nContact=" TEN TEN TEN TEN TEN TEN TEN TEN "é\n[Account a]\nKind=imap\nLocked=\n",
      "warning 3 long-text;" },
    { "[Publication]\nSerial=x\n[Account a]\nKind=imap\nLocked=\n", "error 2 invalid-value;warning 2 no-serial;" },
    { "[Publication]\nSerial=1\nExpires=2020-01-01T00:00:00Z\n[Account a]\nKind=imap\nLocked=\n", "error 3 expired;" },
    { "[Publication]\nSerial=1\nExpires=2999-01-01T00:00:00Z\n[Account a]\nKind=imap\nLocked=\n", "" },
    { "[Publication]\nSerial=1\nDefault=b\n[Account a]\nKind=imap\nLocked=\n", "warning 3 default-account;" },
    { "[Publication]\nSerial=1\nDefault=a\n[Account a]\nKind=imap\nLocked=\n", "" },
    { "[Publication]\nSerial=1\nDefault=a\n[Account a]\nKind=imap\nAvailable=false\nLocked=\n",
      "warning 3 default-account;" },
    { "[Publication]\nSerial=1\n[Account a]\nKind=imap\nLocked=\nconversation-id-add=true\n", "warning 1 no-prefix;" },
    { "[Publication]\nSerial=1\nOrganisation=x\n[Account a]\nKind=imap\nLocked=\n", "warning 3 unknown-key;" },
    { ACCOUNT "[Rights]\nsent=nobody\n", "warning 9 unknown-key;" },
    { ACCOUNT "[Rights]\nsend=a b\n", "error 9 invalid-value;" },
    /* secrets */
    { ACCOUNT "password=x\n", "error " FIRST " secret;" },
    { ACCOUNT "incoming-password=x\n", "error " FIRST " secret;" },
    { ACCOUNT "Outgoing_Passwd=x\n", "error " FIRST " secret;" },
    { ACCOUNT "incoming-pasword-file=x\n", "warning " FIRST " unknown-key;" },
    /* what the reader of the format refuses */
    { ACCOUNT "incoming-security=sll\noutgoing-port=\n", "error " FIRST " invalid-value;error 9 invalid-value;" },
    { ACCOUNT "incoming-host=x\n", "error " FIRST " malformed;" },
    { ACCOUNT "Locked=incoming;\n", "warning 4 blank-and-locked;error 8 unknown-section;" },
    { HEAD "[Account a]\n", "error 4 invalid-account;" },
    { HEAD "[Account a]\nKind=jmap\n", "error 5 invalid-value;" },
    /* keys */
    { ACCOUNT "name=A\n", "warning " FIRST " unknown-key;" },
    { ACCOUNT "Customised=incoming-server\n", "warning " FIRST " personal-key;" },
    { ACCOUNT "from-use=a@example.com\n", "warning " FIRST " personal-key;" },
    { ACCOUNT "Name=Help\n[Account b]\nKind=pop\nName=HELP\nLocked=\n", "warning 11 same-name;" },
    /* servers */
    { ACCOUNT "incoming-custom-port=true\n", "error " FIRST " missing-value;" },
    { ACCOUNT "incoming-port=993\n", "warning " FIRST " unused-value;" },
    { ACCOUNT "incoming-custom-port=true\nincoming-port=143\nincoming-security=ssl\n", "warning 9 port;" },
    { ACCOUNT "incoming-custom-port=true\nincoming-port=993\nincoming-security=tls\n", "warning 9 port;" },
    { ACCOUNT "incoming-custom-port=true\nincoming-port=993\nincoming-security=basic\n", "warning 9 port;" },
    { ACCOUNT "incoming-custom-port=true\nincoming-port=993\nincoming-security=ssl\n", "" },
    { ACCOUNT "incoming-custom-port=true\nincoming-port=143\nincoming-security=tls\n", "" },
    { ACCOUNT "incoming-custom-port=true\nincoming-port=143\n", "" },
    { ACCOUNT "incoming-custom-port=true\nincoming-port=9993\nincoming-security=ssl\n", "" },
    { ACCOUNT "outgoing-custom-port=true\noutgoing-port=587\noutgoing-security=ssl\n", "warning 9 port;" },
    { ACCOUNT "outgoing-custom-port=true\noutgoing-port=587\noutgoing-security=tls\n", "" },
    { ACCOUNT "MinimumSecurity=tls\n", "" },
    { ACCOUNT "MinimumSecurity=tls\nincoming-security=basic\n", "error 9 minimum-security;" },
    { HEAD "[Account a]\nKind=imap\nincoming-host=imap.example.com\n", "warning 4 blank-and-locked;" },
    { HEAD "[Account a]\nKind=imap\nLocked=\n", "" },
    /* logins */
    { ACCOUNT "incoming-user=%USER%\n", "" },
    { ACCOUNT "incoming-user=support\n", "warning " FIRST " filled-and-unlocked;" },
    { ACCOUNT "Locked=incoming-account\n", "warning 4 blank-and-locked;" },
    { ACCOUNT "Locked=incoming-account\nincoming-user=support\n", "warning 9 no-password;" },
    { ACCOUNT "Locked=incoming-account\nincoming-user=support\nincoming-password-file=x\n", "" },
    { ACCOUNT "Locked=outgoing-account\n", "" },
    { ACCOUNT "Locked=outgoing-account\noutgoing-login=own\n", "warning 4 blank-and-locked;" },
    { ACCOUNT "outgoing-password-file=x\n", "warning " FIRST " unused-value;" },
    { ACCOUNT "incoming-password-file=x\n", "warning 4 missing-value;" },
    /* the rest */
    { ACCOUNT "from-user-address=false\n", "error " FIRST " no-from;" },
    { ACCOUNT "from-user-address=false\nfrom-legal=a@example.com\n", "" },
    { ACCOUNT "from-legal=a@example.com\nfrom-default=a@example.com\n", "" },
    { ACCOUNT "from-legal=a@example.com\nfrom-default=b@example.com\n", "warning 9 from-default;" },
    { ACCOUNT "AvailableTo=\n", "warning " FIRST " for-nobody;" },
    { ACCOUNT "AvailableTo=nobody;alice\n", "warning " FIRST " for-nobody;" },
    { ACCOUNT "AvailableTo=\nAvailable=false\n", "" },
    { ACCOUNT "Withdrawn=keep\nincoming-user=support\nAvailableTo=\n", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_autofree char *said = describe (cases[i].text, MOPT_LINT_TEXT);
      g_assert_cmpstr (said, ==, cases[i].expected);
    }
}

/* Users and groups, by NSS: root is everywhere. */
static void
test_system (void)
{
  static const struct
  {
    const char *text, *expected;
  } cases[] = {
    { ACCOUNT "AvailableTo=root;@root;everyone\n", "" },
    { ACCOUNT "AvailableTo=no-such-user-1;@no-such-group-1\n", "warning 8 no-such-user;warning 8 no-such-group;" },
    { ACCOUNT "AvailableTo=Everyone\n", "warning 8 no-such-user;" },
    { ACCOUNT "[Rights]\nsend=no-such-user-1\n", "warning 9 no-such-user;" },
    { ACCOUNT "incoming-user=x\nLocked=incoming-account\nincoming-password-file=no-such-file-1\n",
      "warning 10 shared-password;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_autofree char *said = describe (cases[i].text, MOPT_LINT_SYSTEM);
      g_assert_cmpstr (said, ==, cases[i].expected);
    }
}

/* What a password is must never be repeated. */
static void
test_no_secret (void)
{
  static const char text[] = ACCOUNT "incoming-password=hunter2\npassword hunter2\nToken=hunter2\\q\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (GPtrArray) findings = mopt_published_lint (bytes, "/etc/published.conf", MOPT_LINT_TEXT);

  g_assert_cmpuint (findings->len, ==, 3);
  for (guint i = 0; i < findings->len; i++)
    g_assert_null (strstr (((MoptLintFinding *) findings->pdata[i])->text, "hunter2"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/published-lint/findings", test_findings);
  g_test_add_func ("/published-lint/system", test_system);
  g_test_add_func ("/published-lint/no-secret", test_no_secret);
  return g_test_run ();
}
