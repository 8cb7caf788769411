/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the publisher takes away or changes while somebody looks, or nobody. */
#include <glib/gstdio.h>
#include <string.h>

#include "merge-test.h"
#include "store/withdrawn.h"

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

/* Whether the state folder has the copy of what was announced. */
static gboolean
has_announced (void)
{
  g_autofree char *folder = state_path ("");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "announced-"))
      return TRUE;
  return FALSE;
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
test_keep (MergeTest *f, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *text = NULL, *list = NULL;

  forget_state ();
  merge_load (f, HEAD DESK, "[Mail Options]\nDefault=desk\n\n" OVERLAY);
  g_signal_connect (f->accounts, "announced", G_CALLBACK (on_announced), told);
  merge_load (f, HEAD DESK "Withdrawn=keep\n", NULL); /* who only reads changes nothing */
  merge_assert_ids (f, "");
  merge_assert_file (f, "[Mail Options]\nDefault=desk\n\n" OVERLAY);
  g_assert_cmpstr (told->str, ==, "");

  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
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
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice A" });
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->accounts)), ==, 1);
  g_assert_cmpstr (told->str, ==, "");
  g_signal_handlers_disconnect_by_data (f->accounts, told);
}

static void
test_delete_and_recover (MergeTest *f, gconstpointer data)
{
  forget_state ();
  merge_load (f, HEAD DESK, OVERLAY);
  merge_load (f, HEAD DESK "Withdrawn=delete\n", NULL);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  merge_assert_file (f, "[Mail Options]\nFormat=1\nName=Alice\n");

  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();
  g_assert_cmpuint (list->len, ==, 1);
  const MoptWithdrawn *gone = g_ptr_array_index (list, 0);
  g_assert_cmpstr (gone->name, ==, "My desk");

  /* back as his own, where it is still withdrawn */
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = "desk" });
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->accounts)), ==, 1);
  g_autoptr (MoptAccount) own = g_list_model_get_item (G_LIST_MODEL (f->accounts), 0);
  g_assert_true (mopt_account_is_personal (own));
  g_assert_cmpstr (mopt_account_get (own, MOPT_FIELD_INCOMING_USER), ==, "bob");
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = "desk" }, MOPT_ERROR_NOT_FOUND);

  /* as his changes, where it is published again */
  merge_load (f, HEAD DESK "Withdrawn=delete\n", OVERLAY);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  merge_load (f, HEAD DESK, NULL);
  g_assert_cmpstr (mopt_account_get_name (merge_get (f, "desk")), ==, "Help desk");
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = "desk" });
  merge_assert_file (f, "[Mail Options]\nFormat=1\nName=Alice\n\n" OVERLAY);
  g_assert_cmpstr (mopt_account_get_name (merge_get (f, "desk")), ==, "My desk");
}

/* The id of a personal account is published: his gives way, under an id that is the same before and after. */
static void
test_clash (MergeTest *f, gconstpointer data)
{
  forget_state ();
  merge_load (f, HEAD DESK, "[Mail Options]\nDefault=desk\n\n# mine\n[Account desk]\nKind=pop\nName=Desk\n");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->accounts)), ==, 2);
  g_assert_false (mopt_account_is_personal (merge_get (f, "desk")));
  g_autoptr (MoptAccount) mine = g_list_model_get_item (G_LIST_MODEL (f->accounts), 1);
  g_assert_true (mopt_account_is_personal (mine));

  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  g_assert_true (merge_get (f, mopt_account_get_id (mine)) == mine);
  g_autofree char *expected
      = g_strdup_printf ("[Mail Options]\nDefault=%s\nName=Alice\n\n# mine\n[Account %s]\nKind=pop\nName=Desk\n",
                         mopt_account_get_id (mine), mopt_account_get_id (mine));
  merge_assert_file (f, expected);
}

/* Both under one id, by hand or by an older version: each is deleted without the other. */
static void
test_clash_twice (MergeTest *f, gconstpointer data)
{
  forget_state ();
  merge_load (f, HEAD DESK, OVERLAY "\n[Account desk]\nKind=pop\nName=Mine\n");
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = merge_get (f, "desk") });
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_null (strstr (text, "Published=true"));
  g_assert_nonnull (strstr (text, "Name=Mine\n"));

  /* the other way round it is shown under another id, and too broken to be written so */
  merge_load (f, HEAD DESK, "[Account desk]\nKind=pop\nName=Mine\n\n" OVERLAY);
  g_autoptr (MoptAccount) mine = g_list_model_get_item (G_LIST_MODEL (f->accounts), 1);
  g_assert_true (mopt_account_is_personal (mine));
  g_assert_nonnull (mopt_account_get_problem (mine, NULL));
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_DELETE, .account = mine });
  merge_assert_file (f, OVERLAY);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_RESTORE, .account = mine });
  merge_assert_file (f, "[Account desk]\nKind=pop\nName=Mine\n\n" OVERLAY);
}

static void
on_reread (MoptAccounts *accounts, GString *told)
{
  g_string_append (told, "reread");
}

/* What changed is said once, be it that nobody looked when it did; and the list follows by itself. */
static void
test_live (MergeTest *f, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL), notes = g_string_new (NULL);

  forget_state ();
  merge_load (f, HEAD DESK, MINE);
  g_signal_connect (f->accounts, "announced", G_CALLBACK (on_announced), told);
  mopt_accounts_watch (f->accounts);
  for (guint i = 0; i < 500 && !has_announced (); i++) /* the first look has nothing to say */
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  g_assert_cmpstr (told->str, ==, "");

  g_signal_connect (merge_get (f, "desk"), "notify", G_CALLBACK (merge_on_notify), notes);
  merge_put_text (f->published, "[Publication]\nFormat=1\nOrganization=Example Corp\nSerial=2\nReason=New server\n\n"
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
  g_assert_cmpstr (mopt_account_get (merge_get (f, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "imap2.example.com");

  /* one that nobody looks at hears of it, and leaves what follows to the others */
  g_autoptr (MoptAccounts) quiet = mopt_accounts_new (f->path);
  g_string_truncate (told, 0);
  g_signal_handlers_disconnect_by_data (f->accounts, told);
  g_clear_object (&f->accounts);
  g_assert_true (mopt_accounts_load (quiet, NULL));
  g_signal_connect (quiet, "announced", G_CALLBACK (on_announced), told);
  g_signal_connect (quiet, "reread", G_CALLBACK (on_reread), told);
  mopt_accounts_watch_quietly (quiet);
  merge_put_text (f->published, HEAD DESK "Withdrawn=keep\n");
  spin_until (told);
  g_assert_cmpstr (told->str, ==, "reread");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (quiet)), ==, 1);
  merge_assert_file (f, MINE);
  g_signal_handlers_disconnect_by_data (quiet, told);
  g_clear_object (&quiet);

  /* another program that was closed meanwhile */
  merge_put_text (f->published, HEAD "[Rights]\nadd-accounts=nobody\n\n" DESK "Withdrawn=keep\n");
  g_string_truncate (told, 0);
  g_autoptr (MoptAccounts) other = mopt_accounts_new (f->path);
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

/* Killed between the two files: the next run does the same again, with the same new id. */
static void
test_killed (MergeTest *f, gconstpointer data)
{
  forget_state ();
  merge_load (f, HEAD DESK "Withdrawn=keep\n", OVERLAY);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  g_autoptr (MoptAccount) first = g_list_model_get_item (G_LIST_MODEL (f->accounts), 0);

  merge_load (f, NULL, OVERLAY);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  g_autoptr (MoptAccount) second = g_list_model_get_item (G_LIST_MODEL (f->accounts), 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->accounts)), ==, 1);
  g_assert_cmpstr (mopt_account_get_id (first), ==, mopt_account_get_id (second));
  g_assert_cmpstr (mopt_account_get (second, MOPT_FIELD_INCOMING_USER), ==, "bob");
}

/* After thirty days it cannot be taken back any more, and the passwords are to go. */
static void
test_thirty_days (MergeTest *f, gconstpointer data)
{
  g_autofree char *notes = state_path ("withdrawn.conf"), *passwords = state_path ("passwords.conf"), *text = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  forget_state ();
  merge_load (f, HEAD DESK "Withdrawn=delete\n", OVERLAY);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  g_assert_false (g_file_test (passwords, G_FILE_TEST_EXISTS));

  g_assert_true (g_key_file_load_from_file (file, notes, G_KEY_FILE_NONE, NULL));
  g_key_file_set_int64 (file, "desk", "Date", now - (gint64) (MOPT_WITHDRAWN_DAYS + 1) * 24 * 60 * 60);
  g_assert_true (g_key_file_save_to_file (file, notes, NULL));
  g_autoptr (GPtrArray) list = mopt_withdrawn_list ();
  g_assert_cmpuint (list->len, ==, 0);
  merge_apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice B" });
  g_assert_true (g_file_get_contents (passwords, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "desk"));
  merge_apply_fails (f, (MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = "desk" }, MOPT_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  merge_test_init (&argc, &argv);
  MERGE_TEST ("/withdrawn/keep", test_keep);
  MERGE_TEST ("/withdrawn/delete-and-recover", test_delete_and_recover);
  MERGE_TEST ("/withdrawn/clash", test_clash);
  MERGE_TEST ("/withdrawn/clash/twice", test_clash_twice);
  MERGE_TEST ("/withdrawn/live", test_live);
  MERGE_TEST ("/withdrawn/killed", test_killed);
  MERGE_TEST ("/withdrawn/thirty-days", test_thirty_days);
  return merge_test_run ();
}
