/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the text of a published file says. */
#include <locale.h>
#include <string.h>

#include "base/error.h"
#include "model/audience.h"
#include "store/accounts-text.h"
#include "store/published-text.h"

/* Both as in the description of the formats. */
static const char published[] = "[Publication]\n"
                                "Format=1\n"
                                "Organization=Example Corp\n"
                                "Contact=help@example.com\n"
                                "Serial=12\n"
                                "Expires=2027-11-21T00:00:00Z\n"
                                "Reason=Moved to the new mail server\n"
                                "Domain=example.com;\n"
                                "ConversationPrefix=ABCD\n"
                                "PreviousConversationPrefixes=WXYZ;\n"
                                "Default=helpdesk\n"
                                "\n"
                                "[Rights]\n"
                                "send=everyone\n"
                                "add-accounts=@helpdesk;alice\n"
                                "override-locked=nobody\n"
                                "\n"
                                "[Account helpdesk]\n"
                                "Kind=imap\n"
                                "Name=Help desk\n"
                                "AvailableTo=@it;bob;\n"
                                "Locked=incoming-server;outgoing-server;conversation-id;from-addresses;\n"
                                "incoming-host=imap.example.com\n"
                                "incoming-user=%EMAILADDRESS%\n"
                                "outgoing-host=smtp.example.com\n"
                                "conversation-id-add=true\n"
                                "from-legal=support@example.com;*@support.example.com;\n";

static const char personal[] = "[Mail Options]\n"
                               "Format=1\n"
                               "Name=Alice Example\n"
                               "Address=alice@example.com\n"
                               "Default=helpdesk\n"
                               "\n"
                               "[Account 0b7c2d9e-6f5a-4c1e-9b1d-2f3a4b5c6d7e]\n"
                               "Kind=pop\n"
                               "Name=Home\n"
                               "incoming-host=pop.example.net\n"
                               "\n"
                               "# what the user made of a published account\n"
                               "[Account helpdesk]\n"
                               "Published=true\n"
                               "Kind=imap\n"
                               "Name=My help desk\n"
                               "Customised=incoming-account;\n"
                               "incoming-user=alice\n"
                               "from-default=support@example.com\n";

#define HEAD "[Publication]\nFormat=1\n"

static MoptPublishedText *
read_bytes (const char *text, gsize length)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);

  return mopt_published_text_new (file, "/etc/mail-options/published.conf");
}

static MoptPublishedText *
read_text (const char *text)
{
  return read_bytes (text, strlen (text));
}

static void
test_description (void)
{
  g_autoptr (MoptPublishedText) said = read_text (published);
  const MoptPublication *publication = said->publication;
  const char *const it[] = { "it", NULL };
  g_autoptr (MoptIdentity) alice = mopt_identity_new ("alice", NULL, "alice@example.com");
  g_autoptr (MoptIdentity) carol = mopt_identity_new ("carol", it, NULL);
  MoptAccount *account = mopt_published_text_get (said, "helpdesk");

  g_assert_no_error (said->refusal);
  g_assert_null (said->warnings[0]);
  g_assert_cmpstr (publication->organization, ==, "Example Corp");
  g_assert_cmpstr (publication->contact, ==, "help@example.com");
  g_assert_cmpuint (publication->serial, ==, 12);
  g_assert_cmpint (publication->expires, ==, 1826755200);
  g_assert_cmpstr (publication->reason, ==, "Moved to the new mail server");
  g_assert_cmpstr (publication->domains[0], ==, "example.com");
  g_assert_null (publication->domains[1]);
  g_assert_cmpstr (publication->prefix, ==, "ABCD");
  g_assert_cmpstr (publication->previous_prefixes[0], ==, "WXYZ");
  g_assert_null (publication->previous_prefixes[1]);
  g_assert_cmpstr (publication->default_id, ==, "helpdesk");
  g_assert_cmpstr (publication->counter, ==, "");
  g_assert_false (publication->html);
  g_assert_cmpuint (mopt_rights_of (publication, alice), ==, MOPT_RIGHT_SEND | MOPT_RIGHT_ADD_ACCOUNTS);
  g_assert_cmpuint (mopt_rights_of (publication, carol), ==, MOPT_RIGHT_SEND);

  g_assert_cmpuint (said->accounts->len, ==, 1);
  g_assert_true (account == said->accounts->pdata[0]);
  g_assert_null (mopt_account_get_problem (account, NULL));
  g_assert_false (mopt_account_is_personal (account));
  g_assert_cmpuint (mopt_account_get_kind (account), ==, MOPT_KIND_IMAP);
  g_assert_cmpstr (mopt_account_get_name (account), ==, "Help desk");
  g_assert_true (mopt_account_get_publication (account) == publication);
  g_assert_cmpstr (mopt_account_get_term (account, MOPT_TERM_AVAILABLE_TO), ==, "@it\nbob");
  g_assert_cmpstr (mopt_account_get_term (account, MOPT_TERM_AVAILABLE), ==, "true");
  g_assert_false (mopt_account_has_term (account, MOPT_TERM_AVAILABLE));
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    g_assert_cmpint (mopt_account_has_padlock (account, i), ==,
                     i != MOPT_SECTION_INCOMING_ACCOUNT && i != MOPT_SECTION_OUTGOING_ACCOUNT);
  g_assert_cmpstr (mopt_account_get (account, MOPT_FIELD_INCOMING_HOST), ==, "imap.example.com");
  g_assert_cmpstr (mopt_account_get (account, MOPT_FIELD_INCOMING_USER), ==, "%EMAILADDRESS%");
  g_assert_cmpstr (mopt_account_get (account, MOPT_FIELD_OUTGOING_HOST), ==, "smtp.example.com");
  g_assert_true (mopt_account_get_boolean (account, MOPT_FIELD_CONVERSATION_ID_ADD));
  g_assert_cmpstr (mopt_account_get (account, MOPT_FIELD_FROM_LEGAL), ==, "support@example.com\n*@support.example.com");
  g_assert_cmpint (mopt_account_get_source (account, MOPT_FIELD_INCOMING_HOST), ==, MOPT_SOURCE_PUBLISHED);
  g_assert_cmpint (mopt_account_get_source (account, MOPT_FIELD_INCOMING_SECURITY), ==, MOPT_SOURCE_DEFAULT);
}

/* The personal file of the description, read by the same code: its own account, and what is the user's. */
static void
test_personal_description (void)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (personal, strlen (personal));
  g_autoptr (MoptAccountsText) said = mopt_accounts_text_new (file, "/home/alice/accounts.conf");
  MoptAccount *account = mopt_accounts_text_get (said, "0b7c2d9e-6f5a-4c1e-9b1d-2f3a4b5c6d7e");

  g_assert_null (said->warnings[0]);
  g_assert_cmpstr (said->own_address, ==, "alice@example.com");
  g_assert_cmpstr (said->default_id, ==, "helpdesk");
  g_assert_nonnull (account);
  g_assert_null (mopt_account_get_problem (account, NULL));
  g_assert_cmpstr (mopt_account_get (account, MOPT_FIELD_INCOMING_HOST), ==, "pop.example.net");

  /* it is no published file */
  g_autoptr (MoptPublishedText) published_said = mopt_published_text_new (file, "/home/alice/accounts.conf");
  g_assert_error (published_said->refusal, MOPT_ERROR, MOPT_ERROR_MALFORMED);
}

static void
test_locked (void)
{
  static const struct
  {
    const char *line;
    guint32 bits;
    gboolean warned;
  } cases[] = {
    { "", 1 << 0 | 1 << 2 | 1 << 4 | 1 << 5, FALSE }, /* the default padlocks */
    { "Locked=\n", 0, FALSE },
    { "Locked=incoming-account;\n", 1 << 1, FALSE },
    { "Locked=outgoing-account;incoming-account\n", 1 << 1 | 1 << 3, FALSE },
    { "Locked=incoming-acount;\n", 0x3f, TRUE }, /* it may have meant any */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (HEAD "[Account a]\nKind=imap\n", cases[i].line, NULL);
      g_autoptr (MoptPublishedText) said = read_text (text);
      MoptAccount *account = mopt_published_text_get (said, "a");
      guint32 bits = 0;

      for (guint section = 0; section < MOPT_N_SECTIONS; section++)
        bits |= mopt_account_has_padlock (account, section) ? 1u << section : 0;
      g_assert_cmpuint (bits, ==, cases[i].bits);
      g_assert_null (mopt_account_get_problem (account, NULL));
      g_assert_cmpint (said->warnings[0] != NULL, ==, cases[i].warned);
    }
}

/* One account is broken by a line, with its number; its neighbours and the file are not. */
static void
test_broken_accounts (void)
{
  static const struct
  {
    const char *lines;
    guint line; /* of the file */
  } cases[] = {
    { "Kind=imap\nincoming-security=sll\n", 6 },
    { "Kind=imap\nincoming-security=\n", 6 },
    { "Kind=imap\nincoming-custom-port=\n", 6 },
    { "Kind=imap\nincoming-port=\n", 6 },
    { "Kind=imap\nincoming-port=99999\n", 6 },
    { "Kind=imap\nconversation-id-add=yes\n", 6 },
    { "Kind=imap\nincoming-host=a b\n", 6 },
    { "Kind=imap\nincoming-user=%HOME%\n", 6 },
    { "Kind=imap\noutgoing-user=100%\n", 6 },
    { "Kind=imap\nfrom-legal=support\n", 6 },
    { "Kind=imap\nAvailable=perhaps\n", 6 },
    { "Kind=imap\nAvailable=\n", 6 },
    { "Kind=imap\nAvailableTo=a b\n", 6 },
    { "Kind=imap\nWithdrawn=\n", 6 },
    { "Kind=imap\nWithdrawn=yes\n", 6 },
    { "Kind=imap\nMinimumSecurity=\n", 6 },
    { "Kind=imap\nAllowTrust=no\n", 6 },
    { "Kind=imap\nincoming-password-file=/etc/passwd\n", 6 },
    { "Kind=imap\nincoming-host-previous=a b;\n", 6 },
    { "Kind=imap\nLocked=\\q\n", 6 },
    { "Kind=imap\nName=\n", 6 },
    { "Kind=imap\nName=a\\q\n", 6 },
    { "Kind=imap\nincoming-host=a\nincoming-host=a\n", 7 },
    { "Kind=imap\n<<<<<<< HEAD\n", 6 },
    { "Kind=imap\n=x\n", 6 },
    { "Kind=pop\nincoming-mailbox=INBOX\n", 6 },
    { "Kind=jmap\nincoming-host=a b\n", 5 },
    { "Kind=\n", 5 },
    { "incoming-host=imap.example.com\n", 4 },
    { "Kind=imap\n[Account bad]\nKind=imap\n", 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (HEAD "\n[Account bad]\n", cases[i].lines,
                                           "[Account good]\nKind=pop\nincoming-host=pop.example.com\n", NULL);
      g_autofree char *place = g_strdup_printf ("/etc/mail-options/published.conf, line %u: ", cases[i].line);
      g_autoptr (MoptPublishedText) said = read_text (text);
      guint line;
      const char *problem = mopt_account_get_problem (mopt_published_text_get (said, "bad"), &line);

      g_test_message ("%s -> %s", cases[i].lines, problem);
      g_assert_no_error (said->refusal);
      g_assert_cmpuint (said->accounts->len, ==, 2);
      g_assert_nonnull (problem);
      g_assert_cmpuint (line, ==, cases[i].line);
      g_assert_true (g_str_has_prefix (problem, place));
      g_assert_null (mopt_account_get_problem (mopt_published_text_get (said, "good"), NULL));
    }
}

static void
test_not_broken (void)
{
  static const char *const lines[] = {
    "incoming-user=\n", "incoming-host=\n",  "incoming-mailbox=\n", "from-legal=\n",      "from-default=\n",
    "AvailableTo=\n",   "from-use=nonsense", "NewKey=1\n",          "incoming-user=%%\n", "incoming-password-file=\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *text = g_strconcat (HEAD "[Account a]\nKind=imap\n", lines[i], NULL);
      g_autoptr (MoptPublishedText) said = read_text (text);

      g_test_message ("%s", lines[i]);
      g_assert_no_error (said->refusal);
      g_assert_cmpstr (mopt_account_get_problem (mopt_published_text_get (said, "a"), NULL), ==, NULL);
    }
}

/* Empty is the publisher's empty text, absent is the default. */
static void
test_empty_and_absent (void)
{
  g_autoptr (MoptPublishedText) said
      = read_text (HEAD "[Account a]\nKind=imap\nincoming-mailbox=\nAvailableTo=\n[Account b]\nKind=imap\n");
  MoptAccount *empty = mopt_published_text_get (said, "a"), *absent = mopt_published_text_get (said, "b");

  g_assert_cmpstr (mopt_account_get (empty, MOPT_FIELD_INCOMING_MAILBOX), ==, "");
  g_assert_cmpstr (mopt_account_get (absent, MOPT_FIELD_INCOMING_MAILBOX), ==, "INBOX");
  g_assert_cmpstr (mopt_account_get_term (empty, MOPT_TERM_AVAILABLE_TO), ==, "");
  g_assert_cmpstr (mopt_account_get_term (absent, MOPT_TERM_AVAILABLE_TO), ==, "everyone");
  g_assert_cmpstr (mopt_account_get_name (absent), ==, "b");
}

/* An account of a newer kind is kept with all its values. */
static void
test_newer_kind (void)
{
  g_autoptr (MoptPublishedText) said = read_text (HEAD "[Account a]\nKind=jmap\nName=New\nincoming-host=a b\n");
  MoptAccount *account = mopt_published_text_get (said, "a");

  g_assert_cmpuint (mopt_account_get_kind (account), ==, MOPT_KIND_UNKNOWN);
  g_assert_cmpstr (mopt_account_get_kind_name (account), ==, "jmap");
  g_assert_cmpstr (mopt_account_get_name (account), ==, "New");
  g_assert_cmpstr (mopt_account_get (account, MOPT_FIELD_INCOMING_HOST), ==, "a b");
  g_assert_nonnull (strstr (mopt_account_get_problem (account, NULL), "needs a newer version"));
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    int code; /* -1: not refused */
    guint line;
  } cases[] = {
    { "", MOPT_ERROR_MALFORMED, 0 },
    { "[Account a]\nKind=imap\n", MOPT_ERROR_MALFORMED, 0 },
    { "<html>\n<body>[Publication]</body>\n", MOPT_ERROR_MALFORMED, 0 },
    { "[Publication]\n", -1, 0 },
    { "[Publication]\nFormat=1\n", -1, 0 },
    { "[Publication]\nFormat=2\n", MOPT_ERROR_NEWER_FORMAT, 2 },
    { "[Publication]\nFormat=one\n", MOPT_ERROR_NEWER_FORMAT, 2 },
    { "[Publication]\nFormat=\n", MOPT_ERROR_NEWER_FORMAT, 2 },
    { HEAD "Serial=twelve\n", MOPT_ERROR_INVALID, 3 },
    { HEAD "Serial=\n", MOPT_ERROR_INVALID, 3 },
    { HEAD "Expires=soon\n", MOPT_ERROR_INVALID, 3 },
    { HEAD "Domain=@example.com;\n", MOPT_ERROR_INVALID, 3 },
    { HEAD "Organization=\\q\n", MOPT_ERROR_INVALID, 3 },
    { HEAD "Organization=a\nOrganization=b\n", MOPT_ERROR_MALFORMED, 4 },
    { HEAD "\n[Publication]\n", MOPT_ERROR_MALFORMED, 4 },
    { HEAD "<<<<<<< HEAD\n", MOPT_ERROR_MALFORMED, 3 },
    { HEAD "NewKey=1\n", -1, 0 },
    { HEAD "[Rights]\nsend=a b\n", MOPT_ERROR_INVALID, 4 },
    { HEAD "[Rights]\nsend=@\n", MOPT_ERROR_INVALID, 4 },
    { HEAD "[Rights]\nsend=a;;b\n", MOPT_ERROR_INVALID, 4 },
    { HEAD "[Rights]\noverride-locked=\\q\n", MOPT_ERROR_INVALID, 4 },
    { HEAD "[Rights]\nsend=a\nsend=b\n", MOPT_ERROR_MALFORMED, 5 },
    { HEAD "[Rights]\nsend\n", MOPT_ERROR_MALFORMED, 4 },
    { HEAD "[Rights]\nsend=\n", -1, 0 },
    { HEAD "[Rights]\nnew-right=everyone\n", -1, 0 },
    { HEAD "# latin-1: \xe4\n", MOPT_ERROR_MALFORMED, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MoptPublishedText) said = read_text (cases[i].text);
      g_autofree char *line = g_strdup_printf (", line %u: ", cases[i].line);

      g_test_message ("%s", cases[i].text);
      if (cases[i].code < 0)
        {
          g_assert_no_error (said->refusal);
          continue;
        }
      g_assert_error (said->refusal, MOPT_ERROR, cases[i].code);
      g_assert_true (g_str_has_prefix (said->refusal->message, "/etc/mail-options/published.conf"));
      g_assert_cmpint (strstr (said->refusal->message, line) != NULL, ==, cases[i].line != 0);
    }

  static const char nul[] = HEAD "Organization=Example\0Corp\n";
  g_autoptr (MoptPublishedText) with_nul = read_bytes (nul, sizeof nul - 1);
  g_assert_error (with_nul->refusal, MOPT_ERROR, MOPT_ERROR_MALFORMED);
}

static void
test_order (void)
{
  g_autoptr (MoptPublishedText) said
      = read_text (HEAD "[Account c]\nKind=imap\n[Account a]\nKind=pop\nAvailable=false\n[Other]\nx=1\n"
                        "[Account b]\nKind=imap\nWithdrawn=keep\n");

  g_assert_cmpuint (said->accounts->len, ==, 3);
  g_assert_cmpstr (mopt_account_get_id (said->accounts->pdata[0]), ==, "c");
  g_assert_cmpstr (mopt_account_get_id (said->accounts->pdata[1]), ==, "a");
  g_assert_cmpstr (mopt_account_get_id (said->accounts->pdata[2]), ==, "b");
  g_assert_cmpstr (mopt_account_get_term (said->accounts->pdata[1], MOPT_TERM_AVAILABLE), ==, "false");
  g_assert_cmpstr (mopt_account_get_term (said->accounts->pdata[2], MOPT_TERM_WITHDRAWN), ==, "keep");
  g_assert_null (mopt_published_text_get (said, "d"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/published-text/description", test_description);
  g_test_add_func ("/published-text/personal-description", test_personal_description);
  g_test_add_func ("/published-text/locked", test_locked);
  g_test_add_func ("/published-text/broken-accounts", test_broken_accounts);
  g_test_add_func ("/published-text/not-broken", test_not_broken);
  g_test_add_func ("/published-text/empty-and-absent", test_empty_and_absent);
  g_test_add_func ("/published-text/newer-kind", test_newer_kind);
  g_test_add_func ("/published-text/refused", test_refused);
  g_test_add_func ("/published-text/order", test_order);
  return g_test_run ();
}
