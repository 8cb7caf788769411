/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a draft to what is published: never half, never over somebody else's, never unsigned where it was signed. The
 * program starts itself as the publisher that is to be killed. */
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "store/publish.h"

#define KILLS 60

static const char draft_text[] = "# of the help desk\n"
                                 "[Publication]\n"
                                 "Format=1\n"
                                 "Organization=Example Corp\n"
                                 "Serial=12\n"
                                 "Reason=Before\n"
                                 "\n"
                                 "[Account helpdesk]\n"
                                 "Kind=imap\n"
                                 "Name=Help desk\n"
                                 "incoming-host=imap.example.com\n";

static char *self_path;

typedef struct
{
  char *folder, *draft, *target, *signature, *key_path;
  MoptPrivateKey *key;
  MoptPublicKey public_key;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->draft = g_build_filename (f->folder, "draft.conf", NULL);
  f->target = g_build_filename (f->folder, "etc", "mail-options", "published.conf", NULL);
  f->signature = g_strconcat (f->target, MOPT_SIGNATURE_SUFFIX, NULL);
  f->key_path = g_build_filename (f->folder, "key.pem", NULL);
  mopt_private_key_generate (f->key_path, NULL, &f->public_key, &error);
  g_assert_no_error (error);
  f->key = mopt_private_key_read (f->key_path, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (f->draft, draft_text, -1, NULL));
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_all (f->folder);
  g_free (f->folder);
  g_free (f->draft);
  g_free (f->target);
  g_free (f->signature);
  g_free (f->key_path);
  mopt_private_key_free (f->key);
}

static MoptPublishPlan *
plan (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  MoptPublishPlan *self = mopt_publish_plan_new (f->draft, f->target, &error);

  g_assert_no_error (error);
  return self;
}

static void
publish (Fixture *f, const char *reason, MoptPrivateKey *key)
{
  g_autoptr (MoptPublishPlan) self = plan (f);
  g_autoptr (GError) error = NULL;

  mopt_publish_write (self, reason, key, &error);
  g_assert_no_error (error);
}

static void
adopt (Fixture *f, gboolean begin)
{
  g_autoptr (GError) error = NULL;

  mopt_publish_adopt (f->draft, f->target, begin, &error);
  g_assert_no_error (error);
}

static char *
read_text (const char *path)
{
  char *text;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static char *
replaced (const char *text, const char *old, const char *new)
{
  g_auto (GStrv) parts = g_strsplit (text, old, -1);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoin (new, parts[0], parts[1], NULL);
}

static void
assert_file (const char *path, const char *expected, mode_t mode)
{
  g_autofree char *text = read_text (path);
  struct stat info;

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (lstat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, mode);
}

static gboolean
is_pair (Fixture *f)
{
  g_autoptr (GBytes) text = mopt_file_load (f->target, MOPT_FILE_MAX, NULL, NULL);
  g_autoptr (GBytes) signature = mopt_file_load (f->signature, MOPT_FILE_MAX, NULL, NULL);

  return text != NULL && signature != NULL && mopt_signature_verify (&f->public_key, text, signature);
}

static void
change_draft (Fixture *f, const char *old, const char *new)
{
  g_autofree char *text = read_text (f->draft);
  g_autofree char *changed = replaced (text, old, new);

  g_assert_true (g_file_set_contents (f->draft, changed, -1, NULL));
}

/* --- what is written --- */

static void
test_first (Fixture *f, gconstpointer data)
{
  g_autofree char *serial = replaced (draft_text, "Serial=12", "Serial=13");
  g_autofree char *expected = replaced (serial, "Reason=Before", "Reason=The new server");
  g_autofree char *folder = g_path_get_dirname (f->target);
  g_autoptr (MoptPublishPlan) before = plan (f);
  mode_t mask = umask (077); /* a careful root's, too */
  struct stat info;

  g_assert_cmpuint (before->serial, ==, 13);
  g_assert_false (before->unchanged);
  g_assert_false (before->overtaken);
  g_assert_cmpuint (mopt_publish_plan_count (before), ==, 1);
  publish (f, "The new server", NULL);
  umask (mask);
  assert_file (f->target, expected, 0644);
  g_assert_false (g_file_test (f->signature, G_FILE_TEST_EXISTS));
  g_assert_cmpint (stat (folder, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0755);

  /* now it is done, and the draft hears of it */
  g_autoptr (MoptPublishPlan) after = plan (f);
  g_assert_true (mopt_publish_plan_is_done (after, NULL));
  g_assert_false (mopt_publish_plan_is_done (after, f->key));
  g_assert_false (after->overtaken);
  adopt (f, FALSE);
  g_autofree char *draft = read_text (f->draft);
  g_assert_cmpstr (draft, ==, expected);
}

static void
test_signed (Fixture *f, gconstpointer data)
{
  struct stat info;

  publish (f, "One", f->key);
  g_assert_true (is_pair (f));
  g_assert_cmpint (stat (f->signature, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0644);
  g_assert_cmpint (info.st_size, ==, MOPT_SIGNATURE_SIZE);

  g_autoptr (MoptPublishPlan) done = plan (f);
  g_assert_true (mopt_publish_plan_is_done (done, f->key));

  adopt (f, FALSE);
  change_draft (f, "imap.example.com", "mail.example.com");
  publish (f, "Two", f->key);
  g_assert_true (is_pair (f));
  g_autoptr (MoptPublishPlan) after = plan (f);
  g_assert_cmpuint (after->target.said->publication->serial, ==, 14);
  g_assert_cmpstr (after->target.said->publication->reason, ==, "Two");
}

/* Desktops that ask for a signature would take it for forged. */
static void
test_not_unsigned (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  publish (f, "One", f->key);
  change_draft (f, "Serial=12", "Serial=13");
  change_draft (f, "imap.example.com", "mail.example.com");
  g_autoptr (MoptPublishPlan) next = plan (f);
  g_autofree char *before = read_text (f->target);
  g_assert_false (mopt_publish_write (next, "Two", NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_MISSING);
  assert_file (f->target, before, 0644);
  g_assert_true (is_pair (f));
}

/* --- others --- */

static void
test_overtaken (Fixture *f, gconstpointer data)
{
  publish (f, "Mine", NULL);
  adopt (f, FALSE);

  /* somebody else has a draft of his own */
  g_autofree char *text = read_text (f->target);
  g_autofree char *theirs = replaced (text, "imap.example.com", "theirs.example.com");
  g_autofree char *newer = replaced (theirs, "Serial=13", "Serial=20");
  g_assert_true (g_file_set_contents (f->target, newer, -1, NULL));
  change_draft (f, "imap.example.com", "mine.example.com");
  g_autoptr (MoptPublishPlan) next = plan (f);
  g_assert_true (next->overtaken);
  g_assert_cmpuint (next->serial, ==, 21);
  /* the draft is not told that it were what is published */
  adopt (f, TRUE);
  g_autoptr (MoptPublishPlan) again = plan (f);
  g_assert_true (again->overtaken);

  /* a draft that was begun with nothing cannot be overtaken, and is left alone */
  change_draft (f, "Serial=13\n", "");
  g_autoptr (MoptPublishPlan) without = plan (f);
  g_assert_false (without->overtaken);
  publish (f, "Over it", NULL);
  g_autofree char *before = read_text (f->draft);
  adopt (f, FALSE);
  g_autofree char *after = read_text (f->draft);
  g_assert_cmpstr (before, ==, after);
  adopt (f, TRUE);
  g_autoptr (MoptPublishPlan) begun = plan (f);
  g_assert_cmpuint (begun->draft.said->publication->serial, ==, 21);
}

/* Between the look and the write. */
static void
test_meanwhile (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptPublishPlan) mine = plan (f);
  g_autoptr (GError) error = NULL;

  publish (f, "Theirs", f->key);
  g_autofree char *before = read_text (f->target);
  g_assert_false (mopt_publish_write (mine, "Mine", f->key, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED);
  assert_file (f->target, before, 0644);
  g_assert_true (is_pair (f));
}

/* --- what stands in the way --- */

static void
test_links (Fixture *f, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (f->folder, "elsewhere", NULL);
  const char *const links[] = { f->target, f->signature };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autoptr (MoptPublishPlan) self = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *folder = g_path_get_dirname (f->target);

      g_mkdir_with_parents (folder, 0755);
      g_assert_cmpint (symlink (elsewhere, links[i]), ==, 0);
      self = plan (f);
      g_assert_false (mopt_publish_write (self, "Mine", f->key, &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
      g_assert_nonnull (strstr (error->message, "symbolic link"));
      g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS));
      g_assert_cmpint (unlink (links[i]), ==, 0);
      g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));
      g_assert_false (g_file_test (f->signature, G_FILE_TEST_EXISTS));
    }
}

/* The text cannot be replaced once the signature has been: then the old signature is back. */
static void
test_put_back (Fixture *f, gconstpointer data)
{
  g_autofree char *blocked = g_strconcat (f->target, ".new", NULL);
  g_autofree char *child = g_build_filename (blocked, "child", NULL);
  g_autoptr (GError) error = NULL;

  publish (f, "One", f->key);
  change_draft (f, "Serial=12", "Serial=13");
  change_draft (f, "imap.example.com", "mail.example.com");
  g_assert_cmpint (g_mkdir_with_parents (child, 0700), ==, 0);
  g_autoptr (MoptPublishPlan) next = plan (f);
  g_assert_false (mopt_publish_write (next, "Two", f->key, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN);
  g_assert_true (is_pair (f));
  g_autoptr (MoptPublishPlan) after = plan (f);
  g_assert_cmpstr (after->target.said->publication->reason, ==, "One");
}

static void
test_no_draft (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_unlink (f->draft);
  g_assert_null (mopt_publish_plan_new (f->draft, f->target, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND);
}

static void
test_begin (Fixture *f, gconstpointer data)
{
  g_autofree char *draft = g_build_filename (f->folder, "share", "new.conf", NULL);
  g_autoptr (GError) error = NULL;

  /* nothing is published, so nothing is there */
  g_assert_true (mopt_publish_begin (draft, f->target, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (draft, G_FILE_TEST_EXISTS));

  publish (f, "One", NULL);
  g_assert_true (mopt_publish_begin (draft, f->target, &error));
  g_autofree char *published = read_text (f->target);
  assert_file (draft, published, 0600);

  g_assert_true (g_file_set_contents (draft, "mine", -1, NULL));
  g_assert_true (mopt_publish_begin (draft, f->target, &error));
  g_autofree char *mine = read_text (draft);
  g_assert_cmpstr (mine, ==, "mine");
}

/* --- killed --- */

/* As the program that is killed: publishes for ever. */
static int
publish_for_ever (const char *draft, const char *target, const char *key_path)
{
  g_autoptr (MoptPrivateKey) key = mopt_private_key_read (key_path, NULL, NULL);

  for (guint i = 0;; i++)
    {
      g_autoptr (MoptPublishPlan) self = mopt_publish_plan_new (draft, target, NULL);
      g_autofree char *reason = g_strdup_printf ("Number %u", i);

      if (self == NULL || !mopt_publish_write (self, reason, key, NULL) || write (STDOUT_FILENO, "", 1) != 1)
        return 1;
    }
}

/* At any instant: a pair, or the signature of the next text beside the one before, which counts as being replaced.
 * The text itself is always whole. */
static void
test_killed (Fixture *f, gconstpointer data)
{
  guint pairs = 0;

  publish (f, "First", f->key);
  for (guint i = 0; i < KILLS; i++)
    {
      const char *const args[] = { self_path, "--publish", f->draft, f->target, f->key_path, NULL };
      GPid pid;
      int status, output;
      char byte;

      g_assert_true (g_spawn_async_with_pipes (NULL, (char **) args, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                                               NULL, &output, NULL, NULL));
      g_assert_cmpint (read (output, &byte, 1), ==, 1); /* it is at work */
      g_usleep (g_random_int_range (0, 12000));
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFSIGNALED (status)); /* and has not failed before */
      close (output);

      g_autoptr (MoptPublishPlan) now = plan (f);
      g_assert_no_error (now->target.said->refusal);
      g_assert_true (now->unchanged);
      g_assert_nonnull (now->signature);
      g_assert_cmpuint (g_bytes_get_size (now->signature), ==, MOPT_SIGNATURE_SIZE);
      pairs += is_pair (f);
    }
  g_test_message ("%u of %u kills left a pair", pairs, KILLS);
  g_autoptr (MoptPublishPlan) after = plan (f);
  g_assert_cmpuint (after->serial, >, 13 + KILLS);
  /* whoever comes next mends it */
  publish (f, "Last", f->key);
  g_assert_true (is_pair (f));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  if (argc == 5 && g_str_equal (argv[1], "--publish"))
    return publish_for_ever (argv[2], argv[3], argv[4]);
  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/publish/first", Fixture, NULL, set_up, test_first, tear_down);
  g_test_add ("/publish/signed", Fixture, NULL, set_up, test_signed, tear_down);
  g_test_add ("/publish/not-unsigned", Fixture, NULL, set_up, test_not_unsigned, tear_down);
  g_test_add ("/publish/overtaken", Fixture, NULL, set_up, test_overtaken, tear_down);
  g_test_add ("/publish/meanwhile", Fixture, NULL, set_up, test_meanwhile, tear_down);
  g_test_add ("/publish/links", Fixture, NULL, set_up, test_links, tear_down);
  g_test_add ("/publish/put-back", Fixture, NULL, set_up, test_put_back, tear_down);
  g_test_add ("/publish/no-draft", Fixture, NULL, set_up, test_no_draft, tear_down);
  g_test_add ("/publish/begin", Fixture, NULL, set_up, test_begin, tear_down);
  g_test_add ("/publish/killed", Fixture, NULL, set_up, test_killed, tear_down);
  return g_test_run ();
}
