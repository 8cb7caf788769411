/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the administrator changes is what changes in the text, and nothing else. The texts are exact. */
#include <locale.h>
#include <string.h>

#include "base/error.h"
#include "store/accounts.h"
#include "store/published-edit.h"
#include "store/published-text.h"

/* As an administrator leaves a file behind: comments, unknown keys, odd blanks, an unknown group. */
static const char sample[] = "# published by hand\n"
                             "[Publication]\n"
                             "Format=1\n"
                             "Organization=Example Corp\n"
                             "Serial=12\n"
                             "Expires=2027-11-21T00:00:00Z\n"
                             "ConversationPrefix=ABCD\n"
                             "PreviousConversationPrefixes=WXYZ;\n"
                             "Tomorrow=perhaps\n"
                             "\n"
                             "# who may do what\n"
                             "[Rights]\n"
                             "send=everyone\n"
                             "\n"
                             "# the desk\n"
                             "[Account helpdesk]\n"
                             "Kind=imap\n"
                             "Name=Help desk\n"
                             "AvailableTo=@it;bob;\n"
                             "incoming-host = imap.example.com\n"
                             "conversation-id-add=true\n"
                             "mailbox-colour=red\n"
                             "# its senders\n"
                             "from-legal=support@example.com;*@support.example.com;\n"
                             "\n"
                             "[Printers]\n"
                             "one=two\n";

static MoptKeyfile *
file_of (const char *text)
{
  return mopt_keyfile_new (text, strlen (text));
}

static void
assert_text (MoptKeyfile *file, const char *expected)
{
  gsize length;

  g_assert_cmpstr (mopt_keyfile_get_text (file, &length), ==, expected);
  g_assert_cmpuint (length, ==, strlen (expected));
}

/* @text with @old, which must be there once, replaced by @new. */
static char *
replaced (const char *text, const char *old, const char *new)
{
  g_auto (GStrv) parts = g_strsplit (text, old, -1);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoin (new, parts[0], parts[1], NULL);
}

static MoptAccount *
read_account (MoptKeyfile *file, const char *id)
{
  g_autoptr (MoptPublishedText) said = mopt_published_text_new (file, "draft.conf");
  MoptAccount *account = mopt_published_text_get (said, id);

  g_assert_nonnull (account);
  g_assert_null (mopt_account_get_problem (account, NULL));
  account = mopt_account_dup (account);
  mopt_account_set_publishing (account, TRUE);
  return account;
}

static void
put (MoptKeyfile *file, MoptAccount *old, MoptAccount *account)
{
  g_autoptr (GError) error = NULL;

  mopt_published_edit_put (file, old, account, &error);
  g_assert_no_error (error);
}

/* --- accounts --- */

static void
test_new (void)
{
  g_autoptr (MoptKeyfile) file = file_of ("[Publication]\nFormat=1\nConversationPrefix=AB\n");
  g_autoptr (MoptAccount) account = mopt_published_edit_new_account ("desk", "imap");

  mopt_account_set_name (account, "Desk");
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  mopt_account_set (account, MOPT_FIELD_FROM_LEGAL, "a@example.com\n\"B;C\" <b@example.com>");
  put (file, NULL, account);
  assert_text (file, "[Publication]\nFormat=1\nConversationPrefix=AB\n"
                     "\n"
                     "[Account desk]\n"
                     "Kind=imap\n"
                     "Name=Desk\n"
                     "Locked=incoming-server;outgoing-server;conversation-id;from-addresses;\n"
                     "incoming-host=imap.example.com\n"
                     "conversation-id-add=true\n"
                     "from-legal=a@example.com;\"B\\;C\" <b@example.com>;\n");
}

/* The reader understands what was written, all of it. */
static void
test_round_trip (void)
{
  g_autoptr (MoptKeyfile) file = file_of ("");
  g_autoptr (MoptAccount) account = mopt_published_edit_new_account ("desk", "imap");
  g_autoptr (MoptAccount) read = NULL;

  mopt_account_set_name (account, " Desk\\1;2 ");
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "%EMAILADDRESS%");
  mopt_account_set (account, MOPT_FIELD_FROM_LEGAL, "a@example.com\n*@b.example.com");
  mopt_account_set (account, MOPT_FIELD_FROM_DEFAULT, "a@example.com");
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_ACCOUNT, TRUE);
  mopt_account_set_locked (account, MOPT_SECTION_FROM_ADDRESSES, FALSE);
  mopt_account_set_term (account, MOPT_TERM_AVAILABLE, "false");
  mopt_account_set_term (account, MOPT_TERM_AVAILABLE_TO, "@it\nbob");
  mopt_account_set_term (account, MOPT_TERM_MINIMUM_SECURITY, "tls");
  mopt_account_set_term (account, MOPT_TERM_INCOMING_PASSWORD_FILE, "desk");
  mopt_account_set_term (account, MOPT_TERM_INCOMING_HOST_PREVIOUS, "old.example.com");
  put (file, NULL, account);

  read = read_account (file, "desk");
  mopt_account_set_publication (account, (MoptPublication *) mopt_account_get_publication (read));
  g_assert_cmpstr (mopt_account_get_name (read), ==, " Desk\\1;2 ");
  g_assert_true (mopt_account_equal (account, read));

  /* and an audience of nobody is not one of everyone */
  g_autoptr (MoptAccount) old = mopt_account_dup (read);
  mopt_account_set_term (read, MOPT_TERM_AVAILABLE_TO, "");
  put (file, old, read);
  g_autoptr (MoptAccount) again = read_account (file, "desk");
  g_assert_true (mopt_account_has_term (again, MOPT_TERM_AVAILABLE_TO));
  g_assert_cmpstr (mopt_account_get_term (again, MOPT_TERM_AVAILABLE_TO), ==, "");
}

static void
test_nothing (void)
{
  g_autoptr (MoptKeyfile) file = file_of (sample);
  g_autoptr (MoptAccount) account = read_account (file, "helpdesk");

  put (file, account, account);
  assert_text (file, sample);
}

/* A changed value changes its line, and no other. */
static void
test_value (void)
{
  g_autoptr (MoptKeyfile) file = file_of (sample);
  g_autoptr (MoptAccount) old = read_account (file, "helpdesk");
  g_autoptr (MoptAccount) account = mopt_account_dup (old);
  g_autofree char *expected
      = replaced (sample, "incoming-host = imap.example.com", "incoming-host = mail.example.com");
  g_autofree char *all = replaced (expected, "AvailableTo=@it;bob;", "AvailableTo=everyone");

  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "mail.example.com");
  mopt_account_set_term (account, MOPT_TERM_AVAILABLE_TO, "everyone");
  put (file, old, account);
  assert_text (file, all);
}

static void
test_padlock (void)
{
  g_autoptr (MoptKeyfile) file = file_of (sample);
  g_autoptr (MoptAccount) old = read_account (file, "helpdesk");
  g_autoptr (MoptAccount) account = mopt_account_dup (old);
  g_autofree char *locked = replaced (sample, "*@support.example.com;\n",
                                      "*@support.example.com;\n"
                                      "Locked=incoming-server;incoming-account;outgoing-server;conversation-id;"
                                      "from-addresses;\n");

  /* no Locked line is the default padlocks */
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    g_assert_cmpint (mopt_account_has_padlock (old, i), ==, mopt_section_info (i)->locked);
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_ACCOUNT, TRUE);
  put (file, old, account);
  assert_text (file, locked);

  /* all open is a line, too */
  g_autoptr (MoptAccount) open = mopt_account_dup (account);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    mopt_account_set_locked (open, i, FALSE);
  put (file, account, open);
  g_autofree char *opened = replaced (sample, "*@support.example.com;\n", "*@support.example.com;\nLocked=\n");
  assert_text (file, opened);
  g_autoptr (MoptAccount) again = read_account (file, "helpdesk");
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    g_assert_false (mopt_account_has_padlock (again, i));
}

static void
test_withdraw_and_remove (void)
{
  g_autoptr (MoptKeyfile) file = file_of (sample);
  g_autoptr (MoptAccount) old = read_account (file, "helpdesk");
  g_autoptr (MoptAccount) account = mopt_account_dup (old);
  g_autofree char *withdrawn = replaced (sample, "*@support.example.com;\n", "*@support.example.com;\nWithdrawn=keep\n");
  g_autofree char *removed = g_strndup (sample, strstr (sample, "# the desk") - sample);
  g_autofree char *rest = g_strconcat (removed, strstr (sample, "[Printers]"), NULL);

  mopt_account_set_term (account, MOPT_TERM_WITHDRAWN, "keep");
  put (file, old, account);
  assert_text (file, withdrawn);
  put (file, account, old);
  assert_text (file, sample);

  g_assert_true (mopt_published_edit_remove (file, "helpdesk"));
  assert_text (file, rest);
  g_assert_false (mopt_published_edit_remove (file, "helpdesk"));
}

static void
test_broken (void)
{
  static const char text[] = "[Publication]\nFormat=1\n\n[Account a]\nKind=imap\nName=A\nName=B\n";
  g_autoptr (MoptKeyfile) file = file_of (text);
  g_autoptr (MoptAccount) account = mopt_published_edit_new_account ("a", "imap");
  g_autoptr (GError) error = NULL;

  g_assert_false (mopt_published_edit_put (file, NULL, account, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_BROKEN);
  g_assert_nonnull (strstr (error->message, "Line 7"));
  assert_text (file, text);
}

/* --- prefixes --- */

static MoptPublication *
read_publication (MoptKeyfile *file)
{
  g_autoptr (MoptPublishedText) said = mopt_published_text_new (file, "draft.conf");

  g_assert_no_error (said->refusal);
  return mopt_publication_ref (said->publication);
}

/* Drawn once, and only where somebody needs it. */
static void
test_prefix (void)
{
  g_autoptr (MoptKeyfile) file = file_of ("");
  g_autoptr (MoptAccount) account = mopt_published_edit_new_account ("a", "pop");
  g_autoptr (MoptAccount) off = mopt_account_dup (account);

  mopt_account_set_name (account, "A");
  mopt_account_set_name (off, "A");
  mopt_account_set (off, MOPT_FIELD_CONVERSATION_ID_ADD, NULL);
  put (file, NULL, off);
  g_autoptr (MoptPublication) none = read_publication (file);
  g_assert_cmpstr (none->prefix, ==, "");

  put (file, off, account);
  g_autoptr (MoptPublication) drawn = read_publication (file);
  g_assert_cmpuint (strlen (drawn->prefix), ==, 4);

  put (file, account, account);
  g_autoptr (MoptPublication) again = read_publication (file);
  g_assert_cmpstr (again->prefix, ==, drawn->prefix);
}

/* --- the general part --- */

static void
edit (MoptKeyfile *file, const MoptPublication *old, const MoptPublication *now)
{
  g_autoptr (GError) error = NULL;

  mopt_published_edit_publication (file, old, now, &error);
  g_assert_no_error (error);
}

static void
set (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

static void
test_publication (void)
{
  g_autoptr (MoptKeyfile) file = file_of (sample);
  g_autoptr (MoptPublication) old = read_publication (file);
  g_autoptr (MoptPublication) now = mopt_publication_copy (old);
  g_autofree char *general
      = replaced (sample,
                  "Organization=Example Corp\nSerial=12\nExpires=2027-11-21T00:00:00Z\nConversationPrefix=ABCD\n"
                  "PreviousConversationPrefixes=WXYZ;\nTomorrow=perhaps\n",
                  "Organization=Example & Söhne\nSerial=13\nConversationPrefix=NEWS\n"
                  "PreviousConversationPrefixes=WXYZ;ABCD;\nTomorrow=perhaps\n"
                  "Contact=help@example.com\nReason=New name\nDomain=example.com\nDefault=helpdesk\n"
                  "MessageFormat=html\n");
  g_autofree char *expected
      = replaced (general, "send=everyone\n", "send=everyone\nadd-accounts=@helpdesk;alice;\noverride-locked=nobody\n");

  edit (file, old, now);
  assert_text (file, sample);

  set (&now->organization, "Example & Söhne");
  set (&now->contact, "help@example.com");
  set (&now->reason, "New name");
  set (&now->prefix, "NEWS");
  set (&now->default_id, "helpdesk");
  g_strfreev (now->domains);
  now->domains = g_strdupv ((char *[]){ (char *) "example.com", NULL });
  now->serial = 13;
  now->expires = 0;
  now->html = TRUE;
  g_strfreev (now->rights[1]);
  now->rights[1] = g_strdupv ((char *[]){ (char *) "@helpdesk", (char *) "alice", NULL });
  g_strfreev (now->rights[2]);
  now->rights[2] = g_strdupv ((char *[]){ (char *) "nobody", NULL });
  edit (file, old, now);
  assert_text (file, expected);

  /* the way back: the prefix in use is no earlier one */
  g_autoptr (MoptPublication) read = read_publication (file);
  g_autoptr (MoptPublication) back = mopt_publication_copy (read);
  set (&back->prefix, "ABCD");
  edit (file, read, back);
  g_autoptr (MoptPublication) last = read_publication (file);
  g_assert_cmpstr (last->prefix, ==, "ABCD");
  g_autofree char *previous = g_strjoinv (" ", last->previous_prefixes);
  g_assert_cmpstr (previous, ==, "WXYZ NEWS");
}

/* Rights stand behind the general part, wherever that is. */
static void
test_rights (void)
{
  g_autoptr (MoptKeyfile) file = file_of ("# top\n[Account a]\nKind=pop\nName=A\n");
  g_autoptr (MoptPublication) old = mopt_publication_new ();
  g_autoptr (MoptPublication) now = mopt_publication_new ();

  now->rights[0] = g_strdupv ((char *[]){ (char *) "nobody", NULL });
  edit (file, old, now);
  assert_text (file, "[Publication]\nFormat=1\n\n[Rights]\nsend=nobody\n\n# top\n[Account a]\nKind=pop\nName=A\n");
}

/* --- ids --- */

static void
test_ids (void)
{
  static const struct
  {
    const char *name, *id;
  } cases[] = {
    { "Help desk", "help-desk-2" }, /* there is one, below */
    { "Büro  Süd / Hälfte", "buro-sud-halfte" },
    { "  -- ", "account" },
    { "日本", "account" },
    { "MyDevAccount", "mydevaccount" },
    { "x.y_z", "x-y-z" },
  };
  g_autoptr (GListStore) accounts = g_list_store_new (MOPT_TYPE_ACCOUNT);
  g_autoptr (MoptAccount) there = mopt_published_edit_new_account ("Help-Desk", "imap");
  g_autofree char *name = g_strnfill (300, 'a');
  g_autofree char *long_id = mopt_published_edit_new_id (name, G_LIST_MODEL (accounts));

  g_list_store_append (accounts, there);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = mopt_published_edit_new_id (cases[i].name, G_LIST_MODEL (accounts));

      /* where the letters of a script cannot be had, question marks are none */
      g_assert_cmpstr (id, ==, cases[i].id);
      g_assert_true (mopt_account_id_is_valid (id));
    }
  g_assert_cmpuint (strlen (long_id), ==, 48);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/published-edit/new", test_new);
  g_test_add_func ("/published-edit/round-trip", test_round_trip);
  g_test_add_func ("/published-edit/nothing", test_nothing);
  g_test_add_func ("/published-edit/value", test_value);
  g_test_add_func ("/published-edit/padlock", test_padlock);
  g_test_add_func ("/published-edit/withdraw-and-remove", test_withdraw_and_remove);
  g_test_add_func ("/published-edit/broken", test_broken);
  g_test_add_func ("/published-edit/prefix", test_prefix);
  g_test_add_func ("/published-edit/publication", test_publication);
  g_test_add_func ("/published-edit/rights", test_rights);
  g_test_add_func ("/published-edit/ids", test_ids);
  return g_test_run ();
}
