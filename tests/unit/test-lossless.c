/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person wrote into accounts.conf stays, whatever a publication does to the account: comments in any encoding,
 * blanks, bytes that are no text, and sections with a mistake. */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "model/draft.h"
#include "store/accounts.h"

typedef struct
{
  char *path;
  char *published;
  MoptAccounts *accounts;
} Fixture;

#define HEAD "[Publication]\nFormat=1\nOrganization=Example Corp\nSerial=1\n\n"
#define DESK "[Account desk]\nKind=imap\nName=Help desk\nincoming-host=imap.example.com\nLocked=\n"
#define TEXT(literal) (literal), sizeof (literal) - 1

static char *home;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->path = g_build_filename (home, "accounts.conf", NULL);
  f->published = g_build_filename (home, "published.conf", NULL);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", f->published, TRUE);
  f->accounts = mopt_accounts_new (f->path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf %s/mail-options", home);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_assert_finalize_object (f->accounts);
  g_remove (f->path);
  g_remove (f->published);
  g_free (f->path);
  g_free (f->published);
}

static void
load (Fixture *f, const char *published, const char *personal, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (f->published, published, -1, NULL));
  if (personal != NULL)
    g_assert_true (g_file_set_contents (f->path, personal, length, NULL));
  mopt_accounts_load (f->accounts, &error);
  g_assert_no_error (error);
}

static void
apply (Fixture *f, MoptChange change)
{
  g_autoptr (GError) error = NULL;

  mopt_accounts_apply (f->accounts, &change, &error);
  g_assert_no_error (error);
}

static void
assert_file (Fixture *f, const char *expected, gsize expected_length)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (f->path, &text, &length, NULL));
  g_assert_cmpmem (text, length, expected, expected_length);
}

/* What is withdrawn and restored comes back as it was, also where it is no UTF-8. */
static void
test_recover (Fixture *f, gconstpointer data)
{
  load (f, HEAD DESK "Withdrawn=delete\n",
        TEXT ("[Mail Options]\nFormat=1\n\n# caf\xe9 100%\n[Account desk]\nPublished=true\nKind=imap\n# \xff\0 "
              ";\nName=Mine\n"));
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "Alice" });
  assert_file (f, TEXT ("[Mail Options]\nFormat=1\nName=Alice\n\n"));
  load (f, HEAD DESK, NULL, 0);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_RECOVER, .id = "desk" });
  assert_file (f, TEXT ("[Mail Options]\nFormat=1\nName=Alice\n\n"
                        "# caf\xe9 100%\n[Account desk]\nPublished=true\nKind=imap\n# \xff\0 ;\nName=Mine\n"));
}

/* An account that gives way gets another header, and nothing else. */
static void
test_give_way (Fixture *f, gconstpointer data)
{
  load (
      f, HEAD DESK,
      TEXT ("\xef\xbb\xbf[Mail Options]\r\nDefault=desk\r\n\r\n  [Account desk]  \r\nKind=pop\r\n#a\0b\r\nName=Home\r\n"
            "incoming-host=h\r\n"));
  g_autoptr (MoptAccount) mine = g_list_model_get_item (G_LIST_MODEL (f->accounts), 1);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "A" });

  g_autoptr (GString) expected = g_string_new ("\xef\xbb\xbf[Mail Options]\r\nDefault=");
  g_string_append_printf (expected, "%s\r\nName=A\r\n\r\n  [Account %s]  \r\nKind=pop\r\n", mopt_account_get_id (mine),
                          mopt_account_get_id (mine));
  g_string_append_len (expected, TEXT ("#a\0b\r\nName=Home\r\nincoming-host=h\r\n"));
  assert_file (f, expected->str, expected->len);
}

/* Whichever id the default account goes by, it stays the default, and another one can be chosen at once. */
static void
test_default (Fixture *f, gconstpointer data)
{
  load (f, HEAD DESK, TEXT ("[Mail Options]\nDefault=desk\n\n[Account desk]\nKind=pop\nName=Home\n"));
  g_autoptr (MoptAccount) mine = g_list_model_get_item (G_LIST_MODEL (f->accounts), 1);
  g_assert_cmpstr (mopt_accounts_get_default_id (f->accounts), ==, mopt_account_get_id (mine));
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .default_id = "desk" });
  g_assert_cmpstr (mopt_accounts_get_default_id (f->accounts), ==, "desk");

  load (f, HEAD DESK, TEXT ("[Mail Options]\nDefault=desk\n\n[Account desk]\nPublished=true\nKind=imap\nName=M\n"));
  load (f, HEAD DESK "Withdrawn=keep\n", NULL, 0);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .default_id = "" });
  g_assert_cmpstr (mopt_accounts_get_default_id (f->accounts), ==, "");
}

/* A group is tidied away when nothing of it is left, but not with what somebody noted there. */
static void
test_comment (Fixture *f, gconstpointer data)
{
  load (f, HEAD DESK,
        TEXT ("[Account desk]\nPublished=true\nKind=imap\n# why: the old server is slow\nCustomised=incoming-server;\n"
              "incoming-host=h\n"));
  MoptAccount *desk = mopt_accounts_get (f->accounts, "desk");
  g_autoptr (MoptAccount) edited = mopt_account_dup (desk);
  mopt_draft_forget (edited, MOPT_SECTION_INCOMING_SERVER);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = edited, .base = desk });
  assert_file (f, TEXT ("[Account desk]\nPublished=true\nKind=imap\n# why: the old server is slow\n"));
}

/* "Until it is mended": so mending the value is all there is to do, also when something else was written meanwhile. */
static void
test_mistake (Fixture *f, gconstpointer data)
{
#define MISTAKE "[Account desk]\nPublished=true\nKind=imap\nCustomised=incoming-server;\nincoming-security="
  load (f, HEAD DESK, TEXT (MISTAKE "sll\nincoming-host=h\n"));
  MoptAccount *desk = mopt_accounts_get (f->accounts, "desk");
  g_assert_cmpint (mopt_account_get_state (desk, MOPT_SECTION_INCOMING_SERVER), ==, MOPT_STATE_PARKED);
  g_autoptr (MoptAccount) edited = mopt_account_dup (desk);
  mopt_account_set_layer_name (edited, MOPT_LAYER_USER, "Mine");
  apply (f, (MoptChange){ .what = MOPT_CHANGE_PUT, .account = edited, .base = desk });
  assert_file (f, TEXT (MISTAKE "sll\nincoming-host=h\nName=Mine\n"));
  load (f, HEAD DESK, TEXT (MISTAKE "ssl\nincoming-host=h\nName=Mine\n"));
  g_assert_cmpstr (mopt_account_get (mopt_accounts_get (f->accounts, "desk"), MOPT_FIELD_INCOMING_HOST), ==, "h");
}

/* So do notes that somebody's editor has damaged. */
static void
test_damaged_notes (Fixture *f, gconstpointer data)
{
  g_autofree char *notes = g_build_filename (home, "mail-options", "withdrawn.conf", NULL);
  g_autofree char *aside = g_strconcat (notes, ".damaged", NULL);
  g_autofree char *folder = g_path_get_dirname (notes), *text = NULL;

  load (f, HEAD DESK "Withdrawn=delete\n", TEXT ("[Account desk]\nPublished=true\nKind=imap\nName=Mine\n"));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (notes, "[gone]\nOverlay=x\nwhat is this\n", -1, NULL));
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "A" });
  g_assert_true (g_file_get_contents (aside, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "[gone]\nOverlay=x\nwhat is this\n");
}

static void
on_announced (MoptAccounts *accounts, char **sentences, const char *reason, const char *id, gpointer told)
{
  for (; *sentences != NULL; sentences++)
    g_string_append_printf (told, "%s\n", *sentences);
}

/* Where it cannot be put away it stays, and nobody is told that it was. */
static void
test_full (Fixture *f, gconstpointer data)
{
  g_autofree char *notes = g_build_filename (home, "mail-options", "withdrawn.conf", NULL);
  g_autoptr (GString) told = g_string_new (NULL);

  load (f, HEAD DESK "Withdrawn=delete\n", TEXT ("[Account desk]\nPublished=true\nKind=imap\nName=Mine\n"));
  g_assert_cmpint (g_mkdir_with_parents (notes, 0700), ==, 0); /* as root, too, nothing can be written over that */
  g_signal_connect (f->accounts, "announced", G_CALLBACK (on_announced), told);
  apply (f, (MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = "A" });
  assert_file (f, TEXT ("[Mail Options]\nFormat=1\nName=A\n\n[Account desk]\nPublished=true\nKind=imap\nName=Mine\n"));
  g_assert_nonnull (strstr (told->str, "is not a regular file"));
  g_assert_null (strstr (told->str, "is kept for"));
}

#define ADD(path, function) g_test_add ("/lossless/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  home = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  setlocale (LC_ALL, "");
  g_setenv ("XDG_STATE_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("recover", test_recover);
  ADD ("give-way", test_give_way);
  ADD ("default", test_default);
  ADD ("comment", test_comment);
  ADD ("mistake", test_mistake);
  ADD ("damaged-notes", test_damaged_notes);
  ADD ("full", test_full);
  int failed = g_test_run ();
  g_assert_cmpint (g_rmdir (home), ==, 0); /* nothing else was left there */
  g_free (home);
  return failed;
}
