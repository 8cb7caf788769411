/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A publication, the user's file, and what they come to: read, written, withdrawn. */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "base/error.h"
#include "store/accounts.h"
#include "store/withdrawn.h"

typedef struct
{
  char *folder;
  char *path;
  char *published;
  MoptAccounts *accounts;
} Fixture;

#define HEAD "[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=1\n\n"
#define DESK                                                                                                           \
  "[Account desk]\nKind=imap\nName=Help desk\nincoming-host=imap.example.com\nincoming-user=%USER%\n"                  \
  "outgoing-host=smtp.example.com\nfrom-legal=desk@example.com;\nfrom-default=desk@example.com\n"
#define MINE "[Mail Options]\nFormat=1\nAddress=alice@example.net\n\n[Account mine]\nKind=pop\nName=Home\n"

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "accounts.conf", NULL);
  f->published = g_build_filename (f->folder, "published.conf", NULL);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", f->published, TRUE);
  f->accounts = mopt_accounts_new (f->path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->accounts);
  g_remove (f->path);
  g_remove (f->published);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left there */
  g_free (f->folder);
  g_free (f->path);
  g_free (f->published);
}

static void
put_text (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* @published, @personal: NULL leaves the file as it is. */
static void
load (Fixture *f, const char *published, const char *personal)
{
  g_autoptr (GError) error = NULL;

  if (published != NULL)
    put_text (f->published, published);
  if (personal != NULL)
    put_text (f->path, personal);
  mopt_accounts_load (f->accounts, &error);
  g_assert_no_error (error);
}

static void
assert_file (Fixture *f, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
apply (Fixture *f, MoptChange change)
{
  g_autoptr (GError) error = NULL;

  mopt_accounts_apply (f->accounts, &change, &error);
  g_assert_no_error (error);
}

static void
apply_fails (Fixture *f, MoptChange change, MoptError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mopt_accounts_apply (f->accounts, &change, &error));
  g_assert_error (error, MOPT_ERROR, (int) code);
  g_test_message ("%s", error->message);
}

static MoptAccount *
get (Fixture *f, const char *id)
{
  return mopt_accounts_get (f->accounts, id);
}

static char *
ids (Fixture *f)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->accounts)); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (f->accounts), i);

      g_string_append_printf (text, "%s ", mopt_account_get_id (account));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_ids (Fixture *f, const char *expected)
{
  g_autofree char *found = ids (f);

  g_assert_cmpstr (found, ==, expected);
}

/* --- Reading ------------------------------------------------------------------------------------------------- */

static void
test_layers (Fixture *f, gconstpointer data)
{
  load (f, HEAD DESK,
        "[Mail Options]\nFormat=1\nAddress=alice@example.net\n\n[Account mine]\nKind=pop\nName=help DESK\n\n"
        "[Account desk]\nPublished=true\nKind=imap\nName=My desk\nCustomised=incoming-account;incoming-server;\n"
        "incoming-user=bob\nincoming-host=mine.example.net\nfrom-use=desk@example.com;\n");
  assert_ids (f, "desk mine ");

  MoptAccount *desk = get (f, "desk");
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
  g_autofree char *shown = mopt_accounts_get_shown_name (f->accounts, get (f, "mine"));
  g_assert_cmpstr (shown, ==, "help DESK");
  load (f, NULL, "[Account mine]\nKind=pop\nName=help DESK\n");
  g_autofree char *doubled = mopt_accounts_get_shown_name (f->accounts, get (f, "mine"));
  g_assert_cmpstr (doubled, ==, "help DESK (personal)");
  g_autofree char *user = g_strdup (mopt_account_get (get (f, "desk"), MOPT_FIELD_INCOMING_USER));
  g_assert_cmpstr (user, ==, g_get_user_name ()); /* the placeholder */
}

static void
test_hidden (Fixture *f, gconstpointer data)
{
  g_autofree char *mine = g_strdup_printf (HEAD "[Account a]\nKind=imap\nName=A\nAvailableTo=%s;\n"
                                                "[Account b]\nKind=imap\nName=B\nAvailableTo=somebody-else;\n"
                                                "[Account c]\nKind=imap\nName=C\nAvailable=false\n"
                                                "[Account d]\nKind=imap\nName=D\nincoming-security=sll\n"
                                                "[Account e]\nKind=imap\nName=E\nWithdrawn=keep\n",
                                           g_get_user_name ());

  load (f, mine, MINE);
  assert_ids (f, "a d mine ");
  g_assert_nonnull (mopt_account_get_problem (get (f, "d"), NULL));
  g_assert_null (mopt_accounts_find (f->accounts, "b", NULL));
  g_assert_null (mopt_accounts_find (f->accounts, "C", NULL));

  /* what is gone leaves what was made of it alone, and it is back with it */
  static const char overlay[] = "[Account b]\nPublished=true\nKind=imap\nName=Mine\n";
  load (f, NULL, overlay);
  assert_ids (f, "a d ");
  assert_file (f, overlay);
  load (f, HEAD "[Account b]\nKind=imap\nName=B\n", NULL);
  g_assert_cmpstr (mopt_account_get_name (get (f, "b")), ==, "Mine");

  /* nobody but he sees it */
  g_autoptr (MoptIdentity) who = mopt_identity_new ("somebody-else", NULL, NULL);
  put_text (f->published, mine);
  g_autoptr (MoptAccounts) preview = mopt_accounts_new_preview (NULL, who);
  g_assert_true (mopt_accounts_load (preview, NULL));
  g_assert_nonnull (mopt_accounts_get (preview, "b"));
  g_assert_null (mopt_accounts_get (preview, "a"));
  g_assert_cmpstr (mopt_account_get_name (mopt_accounts_get (preview, "b")), ==, "B");
}

/* Whatever is wrong in an overlay parks that section, or breaks the account where nobody can say what is meant. */
static void
test_bad_overlays (Fixture *f, gconstpointer data)
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

      load (f, HEAD DESK, text);
      g_assert_null (mopt_account_get_problem (get (f, "desk"), NULL));
      g_assert_cmpint (mopt_account_get_state (get (f, "desk"), MOPT_SECTION_OUTGOING_ACCOUNT), ==, MOPT_STATE_PARKED);
      g_assert_nonnull (strstr (mopt_accounts_get_warnings (f->accounts)[0], cases[i].word));
      g_test_message ("%s", mopt_accounts_get_warnings (f->accounts)[0]);
    }

  load (f, NULL, "[Account desk]\nPublished=true\nKind=imap\nfrom-default=nonsense\nName=\n");
  g_assert_cmpuint (g_strv_length ((char **) mopt_accounts_get_warnings (f->accounts)), ==, 2);
  g_assert_cmpstr (mopt_account_get (get (f, "desk"), MOPT_FIELD_FROM_DEFAULT), ==, "desk@example.com");
  g_assert_cmpstr (mopt_account_get_name (get (f, "desk")), ==, "Help desk");

  load (f, NULL, "[Account desk]\nPublished=true\nKind=imap\njunk\n");
  g_assert_nonnull (strstr (mopt_account_get_problem (get (f, "desk"), NULL), "line 4"));

  /* another kind by now: all is kept, nothing is in effect */
  load (f, NULL, "[Account desk]\nPublished=true\nKind=pop\nCustomised=incoming-account;\nincoming-user=bob\n");
  g_assert_cmpint (mopt_account_get_state (get (f, "desk"), MOPT_SECTION_INCOMING_ACCOUNT), ==, MOPT_STATE_PARKED);
  g_assert_nonnull (strstr (mopt_accounts_get_warnings (f->accounts)[0], "IMAP"));
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  g_string_append_printf (user_data, "%s;", pspec->name);
}

/* What has not changed keeps its object and tells nobody. */
static void
test_reload (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) desk = g_string_new (NULL), other = g_string_new (NULL), items = g_string_new (NULL);

  load (f, HEAD DESK "[Account other]\nKind=pop\nName=Other\nincoming-host=a\n", MINE);
  MoptAccount *before = get (f, "desk");
  g_signal_connect (before, "notify", G_CALLBACK (on_notify), desk);
  g_signal_connect (get (f, "other"), "notify", G_CALLBACK (on_notify), other);
  g_signal_connect_swapped (f->accounts, "items-changed", G_CALLBACK (g_string_append), items);
  load (f, HEAD "# a line more\n" DESK "[Account other]\nKind=pop\nName=Other\nincoming-host=b\n", NULL);
  g_assert_true (get (f, "desk") == before);
  g_assert_cmpstr (desk->str, ==, "");
  g_assert_cmpstr (other->str, ==, "incoming-host;");
  g_assert_cmpstr (items->str, ==, "");
  g_signal_handlers_disconnect_by_data (f->accounts, items);
}

/* --- Writing ------------------------------------------------------------------------------------------------- */

static MoptAccount *
draft_of (Fixture *f, const char *id, MoptAccount **base)
{
  *base = mopt_account_dup (get (f, id));
  return mopt_account_dup (*base);
}

static void
test_overlay_comes_and_goes (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) base = NULL, copy = NULL;

  load (f, HEAD DESK, MINE);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_ACCOUNT, TRUE);
  mopt_account_set (copy, MOPT_FIELD_INCOMING_USER, "bob");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  assert_file (f, MINE "\n[Account desk]\nPublished=true\nKind=imap\nCustomised=incoming-account;\nincoming-user=bob\n"
                       "incoming-mailbox=INBOX\n");
  g_assert_cmpstr (mopt_account_get (get (f, "desk"), MOPT_FIELD_INCOMING_USER), ==, "bob");

  /* the base is what he started from, whatever the publisher does meanwhile */
  g_clear_object (&base);
  g_clear_object (&copy);
  copy = draft_of (f, "desk", &base);
  mopt_account_set (copy, MOPT_FIELD_FROM_DEFAULT, "alice@example.com");
  put_text (f->published, HEAD "[Account desk]\nKind=imap\nName=Desk\nincoming-host=new.example.com\n");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  g_assert_cmpstr (mopt_account_get (get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "new.example.com");

  /* what he does not customise any more is dropped, and with the last thing the group goes */
  g_clear_object (&base);
  g_clear_object (&copy);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_ACCOUNT, FALSE);
  mopt_account_set (copy, MOPT_FIELD_FROM_DEFAULT, NULL);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  assert_file (f, MINE "\n");
}

static void
test_what_others_wrote_stays (Fixture *f, gconstpointer data)
{
  static const char overlay[]
      = "# of mine\n[Account desk]\nPublished=true\nnew-thing=1\nCustomised=incoming-account;new-section;\n"
        "# here, too\nincoming-user=bob\nKind=imap\n";
  g_autoptr (MoptAccount) base = NULL, copy = NULL;

  load (f, HEAD DESK, overlay);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_name (copy, "My desk");
  mopt_account_set_customised (copy, MOPT_SECTION_OUTGOING_ACCOUNT, TRUE);
  mopt_account_set (copy, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION, "false");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  assert_file (f, "# of mine\n[Account desk]\nPublished=true\nnew-thing=1\n"
                  "Customised=incoming-account;new-section;outgoing-account;\n"
                  "# here, too\nincoming-user=bob\nKind=imap\nName=My desk\noutgoing-requires-authentication=false\n"
                  "outgoing-login=same\noutgoing-user=\n");

  /* somebody else changed the user's part */
  mopt_account_set_name (copy, "Mine");
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_CHANGED);

  /* Remove My Changes, and its undo */
  g_autofree char *before = NULL;
  g_assert_true (g_file_get_contents (f->path, &before, NULL, NULL));
  g_autoptr (MoptAccount) desk = g_object_ref (get (f, "desk"));
  apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = desk });
  assert_file (f, "");
  g_assert_cmpstr (mopt_account_get_name (get (f, "desk")), ==, "Help desk");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_RESTORE, .account = desk });
  assert_file (f, before);
}

static void
test_parking (Fixture *f, gconstpointer data)
{
  static const char open[] = HEAD "[Account desk]\nKind=imap\nName=Desk\nLocked=\nincoming-host=a.example.com\n";
  static const char locked[] = HEAD "[Account desk]\nKind=imap\nName=Desk\nincoming-host=a.example.com\n";
  g_autoptr (MoptAccount) base = NULL, copy = NULL;

  load (f, open, "[Account desk]\nPublished=true\nKind=imap\nCustomised=incoming-server;\nincoming-host=mine\n");
  g_assert_cmpstr (mopt_account_get (get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "mine");
  copy = draft_of (f, "desk", &base);
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "other");

  /* the lock comes while he types: no way past it, and no conflict with anybody */
  put_text (f->published, locked);
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_LOCKED);
  load (f, NULL, NULL);
  g_assert_cmpstr (mopt_account_get (get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "a.example.com");

  /* the first write of anything moves the name */
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  assert_file (f, "[Mail Options]\nFormat=1\nName=Alice\n\n[Account desk]\nPublished=true\nKind=imap\n"
                  "incoming-host=mine\nParked=incoming-server;\n");

  /* open again: offered, not taken */
  load (f, open, NULL);
  g_assert_cmpint (mopt_account_get_state (get (f, "desk"), MOPT_SECTION_INCOMING_SERVER), ==, MOPT_STATE_PARKED);
  g_clear_object (&base);
  g_clear_object (&copy);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_parked (copy, MOPT_SECTION_INCOMING_SERVER, FALSE);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_SERVER, TRUE);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  g_assert_cmpstr (mopt_account_get (get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "mine");
}

static void
test_rights (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) base = NULL, copy = NULL, new = mopt_account_new ("new", "imap");

  load (f, HEAD "[Rights]\nadd-accounts=nobody\n\n" DESK, MINE);
  g_assert_cmpint (mopt_accounts_get_rights (f->accounts), ==, MOPT_RIGHT_SEND);
  g_assert_cmpint (mopt_account_get_rights (get (f, "mine")), ==, MOPT_RIGHT_SEND);
  mopt_account_set_name (new, "New");
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = new }, MOPT_ERROR_NOT_ALLOWED);

  copy = draft_of (f, "mine", &base);
  mopt_account_set (copy, MOPT_FIELD_FROM_DEFAULT, "a@example.com"); /* his choice stays his */
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "a.example.com");
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy }, MOPT_ERROR_NOT_ALLOWED);

  g_clear_object (&base);
  g_clear_object (&copy);
  copy = draft_of (f, "desk", &base);
  mopt_account_set_name (copy, "Mine");
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_NOT_ALLOWED);
  mopt_account_set_name (copy, "Help desk");
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_ACCOUNT, TRUE);
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_NOT_ALLOWED);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_ACCOUNT, FALSE);
  mopt_account_set_customised (copy, MOPT_SECTION_INCOMING_SERVER, TRUE);
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, MOPT_ERROR_LOCKED);

  /* with the right over locks, but never over the From addresses */
  load (f, HEAD "[Rights]\noverride-locked=everyone\n\n" DESK, NULL);
  mopt_account_set (copy, MOPT_FIELD_INCOMING_HOST, "a.example.com");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base });
  g_assert_cmpstr (mopt_account_get (get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "a.example.com");
  mopt_account_set_customised (copy, MOPT_SECTION_FROM_ADDRESSES, TRUE);
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy }, MOPT_ERROR_LOCKED);
}

/* --- What the publisher takes away ----------------------------------------------------------------------------- */

static void
on_announced (MoptAccounts *accounts, const char *const *sentences, const char *reason, const char *id,
              gpointer user_data)
{
  for (guint i = 0; sentences[i] != NULL; i++)
    g_string_append_printf (user_data, "%s\n", sentences[i]);
  if (reason != NULL)
    g_string_append_printf (user_data, "(%s)\n", reason);
  if (id != NULL)
    g_string_append_printf (user_data, "[%s]\n", id);
  g_test_message ("%s", ((GString *) user_data)->str);
}

static void
spin_until (GString *told)
{
  for (guint i = 0; i < 500 && told->len == 0; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
}

static char *
state_path (const char *name)
{
  return g_build_filename (g_getenv ("XDG_STATE_HOME"), "mail-options", name, NULL);
}

static void
forget_state (void)
{
  g_autofree char *folder = state_path ("");
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = state_path (name);

      g_remove (path); /* a folder has the copies of publications, which are told apart by their paths */
    }
  g_clear_pointer (&dir, g_dir_close);
}

#define OVERLAY                                                                                                        \
  "[Account desk]\nPublished=true\nKind=imap\nName=My desk\nCustomised=incoming-account;\nParked=incoming-server;\n"   \
  "incoming-user=bob\nincoming-host=parked.example.net\n"

static void
test_keep (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *text = NULL, *list = NULL;

  forget_state ();
  load (f, HEAD DESK, "[Mail Options]\nDefault=desk\n\n" OVERLAY);
  g_signal_connect (f->accounts, "announced", G_CALLBACK (on_announced), told);
  load (f, HEAD DESK "Withdrawn=keep\n", NULL); /* who only reads changes nothing */
  assert_ids (f, "");
  assert_file (f, "[Mail Options]\nDefault=desk\n\n" OVERLAY);
  g_assert_cmpstr (told->str, ==, "");

  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  g_assert_nonnull (strstr (told->str, "your own account"));
  g_autoptr (MoptAccount) own = g_list_model_get_item (G_LIST_MODEL (f->accounts), 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->accounts)), ==, 1);
  g_assert_true (mopt_account_is_personal (own));
  g_assert_cmpstr (mopt_account_get_id (own), !=, "desk");
  g_assert_cmpstr (mopt_account_get_name (own), ==, "My desk");
  g_assert_cmpstr (mopt_account_get (own, MOPT_FIELD_INCOMING_HOST), ==, "imap.example.com");
  g_assert_cmpstr (mopt_account_get (own, MOPT_FIELD_INCOMING_USER), ==, "bob");
  g_assert_true (mopt_account_may_edit (own, MOPT_SECTION_INCOMING_SERVER));
  g_assert_cmpstr (mopt_accounts_get_default_id (f->accounts), ==, mopt_account_get_id (own));

  /* nothing is lost, also not what was parked; and the passwords are to follow */
  g_autofree char *notes = state_path ("withdrawn.conf"), *passwords = state_path ("passwords.conf");
  g_assert_true (g_file_get_contents (notes, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "parked.example.net"));
  g_assert_true (g_file_get_contents (passwords, &list, NULL, NULL));
  g_assert_nonnull (strstr (list, mopt_account_get_id (own)));

  /* once */
  g_string_truncate (told, 0);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice A" });
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->accounts)), ==, 1);
  g_assert_cmpstr (told->str, ==, "");
  g_signal_handlers_disconnect_by_data (f->accounts, told);
}

static void
test_delete_and_recover (Fixture *f, gconstpointer data)
{
  forget_state ();
  load (f, HEAD DESK, OVERLAY);
  load (f, HEAD DESK "Withdrawn=delete\n", NULL);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  assert_file (f, "[Mail Options]\nFormat=1\nName=Alice\n");

  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();
  g_assert_cmpuint (list->len, ==, 1);
  const MoptWithdrawn *gone = g_ptr_array_index (list, 0);
  g_assert_cmpstr (gone->name, ==, "My desk");

  /* back as his own, where it is still withdrawn */
  apply (f, (MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = "desk" });
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->accounts)), ==, 1);
  g_autoptr (MoptAccount) own = g_list_model_get_item (G_LIST_MODEL (f->accounts), 0);
  g_assert_true (mopt_account_is_personal (own));
  g_assert_cmpstr (mopt_account_get (own, MOPT_FIELD_INCOMING_USER), ==, "bob");
  apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = "desk" }, MOPT_ERROR_NOT_FOUND);

  /* as his changes, where it is published again */
  load (f, HEAD DESK "Withdrawn=delete\n", OVERLAY);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  load (f, HEAD DESK, NULL);
  g_assert_cmpstr (mopt_account_get_name (get (f, "desk")), ==, "Help desk");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = "desk" });
  assert_file (f, "[Mail Options]\nFormat=1\nName=Alice\n\n" OVERLAY);
  g_assert_cmpstr (mopt_account_get_name (get (f, "desk")), ==, "My desk");
}

/* The id of a personal account is published: his gives way, under an id that is the same before and after. */
static void
test_clash (Fixture *f, gconstpointer data)
{
  forget_state ();
  load (f, HEAD DESK, "[Mail Options]\nDefault=desk\n\n# mine\n[Account desk]\nKind=pop\nName=Desk\n");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->accounts)), ==, 2);
  g_assert_false (mopt_account_is_personal (get (f, "desk")));
  g_autoptr (MoptAccount) mine = g_list_model_get_item (G_LIST_MODEL (f->accounts), 1);
  g_assert_true (mopt_account_is_personal (mine));

  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  g_assert_true (get (f, mopt_account_get_id (mine)) == mine);
  g_autofree char *expected
      = g_strdup_printf ("[Mail Options]\nDefault=%s\nName=Alice\n\n# mine\n[Account %s]\nKind=pop\nName=Desk\n",
                         mopt_account_get_id (mine), mopt_account_get_id (mine));
  assert_file (f, expected);
}

/* What changed is said once, be it that nobody looked when it did; and the list follows by itself. */
static void
test_live (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL), notes = g_string_new (NULL);

  forget_state ();
  load (f, HEAD DESK, MINE);
  g_signal_connect (f->accounts, "announced", G_CALLBACK (on_announced), told);
  mopt_accounts_watch (f->accounts);
  for (guint i = 0; i < 50; i++) /* the first look has nothing to say */
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  g_assert_cmpstr (told->str, ==, "");

  g_signal_connect (get (f, "desk"), "notify", G_CALLBACK (on_notify), notes);
  put_text (f->published, "[Publication]\nFormat=1\nOrganization=Example Corp\nSerial=2\nReason=New server\n\n"
                          "[Account desk]\nKind=imap\nName=Help desk\nincoming-host=imap2.example.com\n"
                          "incoming-user=%USER%\noutgoing-host=smtp.example.com\nLocked=\n"
                          "from-legal=desk@example.com;\nfrom-default=desk@example.com\n");
  spin_until (told);
  g_assert_cmpstr (told->str, ==,
                   "Example Corp changed “Incoming Mail Server” of “Help desk”: imap.example.com → "
                   "imap2.example.com.\nExample Corp unlocked “Incoming mail server” of “Help desk”.\n"
                   "Example Corp unlocked “Outgoing mail server (SMTP)” of “Help desk”.\n"
                   "Example Corp unlocked “Conversation ID” of “Help desk”.\n"
                   "Example Corp unlocked “From addresses” of “Help desk”.\n(New server)\n[desk]\n");
  g_assert_cmpstr (notes->str, ==, "incoming-host;");
  g_assert_cmpstr (mopt_account_get (get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "imap2.example.com");

  /* another program that was closed meanwhile */
  put_text (f->published, HEAD "[Rights]\nadd-accounts=nobody\n\n" DESK "Withdrawn=keep\n");
  g_string_truncate (told, 0);
  g_autoptr (MoptAccounts) other = mopt_accounts_new (f->path);
  g_signal_handlers_disconnect_by_data (f->accounts, told);
  g_clear_object (&f->accounts);
  g_assert_true (mopt_accounts_load (other, NULL));
  g_signal_connect (other, "announced", G_CALLBACK (on_announced), told);
  mopt_accounts_watch (other);
  spin_until (told);
  g_assert_cmpstr (told->str, ==,
                   "“Help desk” was withdrawn by Example Corp. It is your own account now: you can change all of "
                   "it.\nYou may not add or change accounts any more; those that you have stay.\n");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (other)), ==, 2);
  g_signal_handlers_disconnect_by_data (other, told);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  f->accounts = g_steal_pointer (&other);
}

#define ADD(path, function) g_test_add ("/merge/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  setlocale (LC_ALL, "");
  g_setenv ("XDG_STATE_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("layers", test_layers);
  ADD ("hidden", test_hidden);
  ADD ("bad-overlays", test_bad_overlays);
  ADD ("reload", test_reload);
  ADD ("overlay-comes-and-goes", test_overlay_comes_and_goes);
  ADD ("what-others-wrote-stays", test_what_others_wrote_stays);
  ADD ("parking", test_parking);
  ADD ("rights", test_rights);
  ADD ("keep", test_keep);
  ADD ("delete-and-recover", test_delete_and_recover);
  ADD ("clash", test_clash);
  ADD ("live", test_live);
  int failed = g_test_run ();
  g_autofree char *remove = g_strdup_printf ("rm -rf %s", home);
  g_assert_true (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
  return failed;
}
