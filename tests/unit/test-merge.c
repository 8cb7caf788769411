/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A publication, the user's file, and what they come to: read and written. */
#include <string.h>

#include "merge-test.h"

/* --- Reading ------------------------------------------------------------------------------------------------- */

static void
test_layers (MergeTest *f, gconstpointer data)
{
  merge_load (f, HEAD DESK,
              "[Mail Options]\nFormat=1\nAddress=alice@example.net\n\n[Account mine]\nKind=pop\nName=help DESK\n\n"
              "[Account desk]\nPublished=true\nKind=imap\nName=My desk\nCustomised=incoming-account;incoming-server;\n"
              "incoming-user=bob\nincoming-host=mine.example.net\nfrom-use=desk@example.com;\n");
  merge_assert_ids (f, "desk mine ");

  MoptAccount *desk = merge_get (f, "desk");
  g_assert_false (mopt_account_is_personal (desk));
  g_assert_cmpstr (mopt_account_get_name (desk), ==, "My desk");
  g_assert_cmpstr (mopt_account_get (desk, MOPT_FIELD_INCOMING_USER), ==, "bob");
  g_assert_cmpstr (mopt_account_get (desk, MOPT_FIELD_INCOMING_HOST), ==, "imap.example.com"); /* locked */
  g_assert_cmpint (mopt_account_get_state (desk, MOPT_SECTION_INCOMING_SERVER), ==, MOPT_STATE_PARKED);
  g_assert_cmpint (mopt_account_get_state (desk, MOPT_SECTION_OUTGOING_SERVER), ==, MOPT_STATE_INHERITED);
  g_assert_cmpstr (mopt_account_get (desk, MOPT_FIELD_FROM_USE), ==, "desk@example.com");
  g_assert_cmpstr (mopt_account_get (desk, MOPT_FIELD_FROM_DEFAULT), ==, "desk@example.com");
  g_assert_cmpstr (mopt_publication_who (mopt_account_get_publication (desk)), ==, "Example Corp");
  g_assert_true (mopt_accounts_get_default (f->accounts) == desk);

  /* the name that both had is told apart, until one is renamed */
  g_autofree char *shown = mopt_accounts_get_shown_name (f->accounts, merge_get (f, "mine"));
  g_assert_cmpstr (shown, ==, "help DESK");
  merge_load (f, NULL, "[Account mine]\nKind=pop\nName=help DESK\n");
  g_autofree char *doubled = mopt_accounts_get_shown_name (f->accounts, merge_get (f, "mine"));
  g_assert_cmpstr (doubled, ==, "help DESK (personal)");
  g_autofree char *user = g_strdup (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_INCOMING_USER));
  g_assert_cmpstr (user, ==, g_get_user_name ()); /* the placeholder */
}

static void
test_hidden (MergeTest *f, gconstpointer data)
{
  g_autofree char *mine = g_strdup_printf (HEAD "[Account a]\nKind=imap\nName=A\nAvailableTo=%s;\n"
                                                "[Account b]\nKind=imap\nName=B\nAvailableTo=somebody-else;\n"
                                                "[Account c]\nKind=imap\nName=C\nAvailable=false\n"
                                                "[Account d]\nKind=imap\nName=D\nincoming-security=sll\n"
                                                "[Account e]\nKind=imap\nName=E\nWithdrawn=keep\n",
                                           g_get_user_name ());

  merge_load (f, mine, MINE);
  merge_assert_ids (f, "a d mine ");
  g_assert_nonnull (mopt_account_get_problem (merge_get (f, "d"), NULL));
  g_assert_null (mopt_accounts_find (f->accounts, "b", NULL));
  g_assert_null (mopt_accounts_find (f->accounts, "C", NULL));

  /* what is gone leaves what was made of it alone, and it is back with it */
  static const char overlay[] = "[Account b]\nPublished=true\nKind=imap\nName=Mine\n";
  merge_load (f, NULL, overlay);
  merge_assert_ids (f, "a d ");
  merge_assert_file (f, overlay);
  merge_load (f, HEAD "[Account b]\nKind=imap\nName=B\n", NULL);
  g_assert_cmpstr (mopt_account_get_name (merge_get (f, "b")), ==, "Mine");

  /* nobody but he sees it */
  g_autoptr (MoptIdentity) who = mopt_identity_new ("somebody-else", NULL, NULL);
  merge_put_text (f->published, mine);
  g_autoptr (MoptAccounts) preview = mopt_accounts_new_preview (NULL, who);
  g_assert_true (mopt_accounts_load (preview, NULL));
  g_assert_nonnull (mopt_accounts_get (preview, "b"));
  g_assert_null (mopt_accounts_get (preview, "a"));
  g_assert_cmpstr (mopt_account_get_name (mopt_accounts_get (preview, "b")), ==, "B");
}

/* Whatever is wrong in an overlay parks that section, or breaks the account where nobody can say what is meant. */
static void
test_bad_overlays (MergeTest *f, gconstpointer data)
{
  static const struct
  {
    const char *lines;
    const char *word; /* of the warning */
  } cases[] = {
    { "Customised=outgoing-account;\noutgoing-login=maybe\n", "line 4" },
    { "Customised=outgoing-account;\noutgoing-requires-authentication=perhaps\n", "line 4" },
    { "Customised=outgoing-account;\noutgoing-user=a\\qb\n", "line 4" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat ("[Account desk]\nPublished=true\n", cases[i].lines, NULL);

      merge_load (f, HEAD DESK, text);
      g_assert_null (mopt_account_get_problem (merge_get (f, "desk"), NULL));
      g_assert_cmpint (mopt_account_get_state (merge_get (f, "desk"), MOPT_SECTION_OUTGOING_ACCOUNT), ==,
                       MOPT_STATE_PARKED);
      g_assert_nonnull (strstr (mopt_accounts_get_warnings (f->accounts)[0], cases[i].word));
      /* and where the section is shown */
      const char *problem = mopt_account_get_section_problem (merge_get (f, "desk"), MOPT_SECTION_OUTGOING_ACCOUNT);
      g_assert_nonnull (strstr (problem, cases[i].word));
      g_test_message ("%s", mopt_accounts_get_warnings (f->accounts)[0]);
    }

  merge_load (f, NULL, "[Account desk]\nPublished=true\nKind=imap\nfrom-default=nonsense\nName=\n");
  g_assert_cmpuint (g_strv_length ((char **) mopt_accounts_get_warnings (f->accounts)), ==, 2);
  g_assert_cmpstr (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_FROM_DEFAULT), ==, "desk@example.com");
  g_assert_cmpstr (mopt_account_get_name (merge_get (f, "desk")), ==, "Help desk");

  g_assert_null (mopt_account_get_section_problem (merge_get (f, "desk"), MOPT_SECTION_OUTGOING_ACCOUNT));
  merge_load (f, NULL, "[Account desk]\nPublished=true\nKind=imap\njunk\n");
  g_assert_nonnull (strstr (mopt_account_get_problem (merge_get (f, "desk"), NULL), "line 4"));

  /* another kind by now: all is kept, nothing is in effect */
  merge_load (f, NULL, "[Account desk]\nPublished=true\nKind=pop\nCustomised=incoming-account;\nincoming-user=bob\n");
  g_assert_cmpint (mopt_account_get_state (merge_get (f, "desk"), MOPT_SECTION_INCOMING_ACCOUNT), ==,
                   MOPT_STATE_PARKED);
  g_assert_nonnull (strstr (mopt_accounts_get_warnings (f->accounts)[0], "IMAP"));
}

/* What has not changed keeps its object and tells nobody. */
static void
test_reload (MergeTest *f, gconstpointer data)
{
  g_autoptr (GString) desk = g_string_new (NULL), other = g_string_new (NULL), items = g_string_new (NULL);

  merge_load (f, HEAD DESK "[Account other]\nKind=pop\nName=Other\nincoming-host=a\n", MINE);
  MoptAccount *before = merge_get (f, "desk");
  g_signal_connect (before, "notify", G_CALLBACK (merge_on_notify), desk);
  g_signal_connect (merge_get (f, "other"), "notify", G_CALLBACK (merge_on_notify), other);
  g_signal_connect_swapped (f->accounts, "items-changed", G_CALLBACK (g_string_append), items);
  merge_load (f, HEAD "# a line more\n" DESK "[Account other]\nKind=pop\nName=Other\nincoming-host=b\n", NULL);
  g_assert_true (merge_get (f, "desk") == before);
  g_assert_cmpstr (desk->str, ==, "");
  g_assert_cmpstr (other->str, ==, "incoming-host;");
  g_assert_cmpstr (items->str, ==, "");
  g_signal_handlers_disconnect_by_data (f->accounts, items);
}

/* --- Writing ------------------------------------------------------------------------------------------------- */

static MoptAccount *
draft_of (MergeTest *f, const char *id, MoptAccount **base)
{
  *base = mopt_account_dup (merge_get (f, id));
  return mopt_account_dup (*base);
}

static void
test_overlay_comes_and_goes (MergeTest *f, gconstpointer data)
{
  g_autoptr (MoptAccount) base = NULL, copy = NULL;

  merge_load (f, HEAD DESK, MINE);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_ACCOUNT, TRUE);
  mopt_account_set (copy, MOPT_FIELD_INCOMING_USER, "bob");
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  merge_assert_file (f, MINE
                     "\n[Account desk]\nPublished=true\nKind=imap\nCustomised=incoming-account;\nincoming-user=bob\n"
                     "incoming-mailbox=INBOX\n");
  g_assert_cmpstr (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_INCOMING_USER), ==, "bob");

  /* the base is what he started from, whatever the publisher does meanwhile */
  g_clear_object (&base);
  g_clear_object (&copy);
  copy = draft_of (f, "desk", &base);
  mopt_account_set (copy, MOPT_FIELD_FROM_DEFAULT, "alice@example.com");
  merge_put_text (f->published, HEAD "[Account desk]\nKind=imap\nName=Desk\nincoming-host=new.example.com\n");
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  g_assert_cmpstr (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "new.example.com");

  /* what he does not customise any more is dropped, and with the last thing the group goes */
  g_clear_object (&base);
  g_clear_object (&copy);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_ACCOUNT, FALSE);
  mopt_account_set (copy, MOPT_FIELD_FROM_DEFAULT, NULL);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  merge_assert_file (f, MINE "\n");
}

static void
test_what_others_wrote_stays (MergeTest *f, gconstpointer data)
{
  static const char overlay[]
      = "# of mine\n[Account desk]\nPublished=true\nnew-thing=1\nCustomised=incoming-account;new-section;\n"
        "# here, too\nincoming-user=bob\nKind=imap\n";
  g_autoptr (MoptAccount) base = NULL, copy = NULL;

  merge_load (f, HEAD DESK, overlay);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_name (copy, "My desk");
  mopt_account_set_customised (copy, MOPT_SECTION_OUTGOING_ACCOUNT, TRUE);
  mopt_account_set (copy, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION, "false");
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  merge_assert_file (f,
                     "# of mine\n[Account desk]\nPublished=true\nnew-thing=1\n"
                     "Customised=incoming-account;new-section;outgoing-account;\n"
                     "# here, too\nincoming-user=bob\nKind=imap\nName=My desk\noutgoing-requires-authentication=false\n"
                     "outgoing-login=same\noutgoing-user=\n");

  /* somebody else changed the user's part */
  mopt_account_set_name (copy, "Mine");
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_CHANGED);

  /* Remove My Changes, and its undo */
  g_autofree char *before = NULL;
  g_assert_true (g_file_get_contents (f->path, &before, NULL, NULL));
  g_autoptr (MoptAccount) desk = g_object_ref (merge_get (f, "desk"));
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = desk });
  merge_assert_file (f, "");
  g_assert_cmpstr (mopt_account_get_name (merge_get (f, "desk")), ==, "Help desk");
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_RESTORE, .account = desk });
  merge_assert_file (f, before);
}

static void
test_parking (MergeTest *f, gconstpointer data)
{
  static const char open[] = HEAD "[Account desk]\nKind=imap\nName=Desk\nLocked=\nincoming-host=a.example.com\n";
  static const char locked[] = HEAD "[Account desk]\nKind=imap\nName=Desk\nincoming-host=a.example.com\n";
  g_autoptr (MoptAccount) base = NULL, copy = NULL;

  merge_load (f, open, "[Account desk]\nPublished=true\nKind=imap\nCustomised=incoming-server;\nincoming-host=mine\n");
  g_assert_cmpstr (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "mine");
  copy = draft_of (f, "desk", &base);
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "other");

  /* the lock comes while he types: no way past it, and no conflict with anybody */
  merge_put_text (f->published, locked);
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_LOCKED);
  merge_load (f, NULL, NULL);
  g_assert_cmpstr (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "a.example.com");

  /* the first write of anything moves the name */
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  merge_assert_file (f, "[Mail Options]\nFormat=1\nName=Alice\n\n[Account desk]\nPublished=true\nKind=imap\n"
                        "incoming-host=mine\nParked=incoming-server;\n");

  /* open again: offered, not taken */
  merge_load (f, open, NULL);
  g_assert_cmpint (mopt_account_get_state (merge_get (f, "desk"), MOPT_SECTION_INCOMING_SERVER), ==, MOPT_STATE_PARKED);
  g_clear_object (&base);
  g_clear_object (&copy);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_parked (copy, MOPT_SECTION_INCOMING_SERVER, FALSE);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_SERVER, TRUE);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  g_assert_cmpstr (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "mine");
}

static void
test_rights (MergeTest *f, gconstpointer data)
{
  g_autoptr (MoptAccount) base = NULL, copy = NULL, new = mopt_account_new ("new", "imap");

  merge_load (f, HEAD "[Rights]\nadd-accounts=nobody\n\n" DESK, MINE);
  g_assert_cmpint (mopt_accounts_get_rights (f->accounts), ==, MOPT_RIGHT_SEND);
  g_assert_cmpint (mopt_account_get_rights (merge_get (f, "mine")), ==, MOPT_RIGHT_SEND);
  mopt_account_set_name (new, "New");
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = new }, MOPT_ERROR_NOT_ALLOWED);

  copy = draft_of (f, "mine", &base);
  mopt_account_set (copy, MOPT_FIELD_FROM_DEFAULT, "a@example.com"); /* his choice stays his */
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "a.example.com");
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy }, MOPT_ERROR_NOT_ALLOWED);

  g_clear_object (&base);
  g_clear_object (&copy);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_name (copy, "Mine");
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_NOT_ALLOWED);
  mopt_account_set_name (copy, "Help desk");
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_ACCOUNT, TRUE);
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_NOT_ALLOWED);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_ACCOUNT, FALSE);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_SERVER, TRUE);
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_LOCKED);

  /* with the right over locks, but never over the From addresses */
  merge_load (f, HEAD "[Rights]\noverride-locked=everyone\n\n" DESK, NULL);
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "a.example.com");
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  g_assert_cmpstr (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "a.example.com");
  mopt_account_set_customised (copy, MOPT_SECTION_FROM_ADDRESSES, TRUE);
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy }, MOPT_ERROR_LOCKED);
}

int
main (int argc, char **argv)
{
  merge_test_init (&argc, &argv);
  MERGE_TEST ("/merge/layers", test_layers);
  MERGE_TEST ("/merge/hidden", test_hidden);
  MERGE_TEST ("/merge/bad-overlays", test_bad_overlays);
  MERGE_TEST ("/merge/reload", test_reload);
  MERGE_TEST ("/merge/overlay-comes-and-goes", test_overlay_comes_and_goes);
  MERGE_TEST ("/merge/what-others-wrote-stays", test_what_others_wrote_stays);
  MERGE_TEST ("/merge/parking", test_parking);
  MERGE_TEST ("/merge/rights", test_rights);
  return merge_test_run ();
}
