/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which publication is in force: every way in which the next one can be bad, signed and unsigned, after a good one and
 * without one. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "published-test.h"

#define NONE MOPT_PUBLISHED_NONE
#define CURRENT MOPT_PUBLISHED_CURRENT
#define LAST_GOOD MOPT_PUBLISHED_LAST_GOOD
#define WELL -1
#define BROKEN MOPT_ERROR_PUBLICATION_BROKEN
#define CHANGING MOPT_ERROR_PUBLICATION_CHANGING
#define FORGED MOPT_ERROR_PUBLICATION_FORGED
#define ROLLED_BACK MOPT_ERROR_PUBLICATION_ROLLED_BACK
#define EXPIRED MOPT_ERROR_PUBLICATION_EXPIRED
#define UNREADABLE MOPT_ERROR_PUBLICATION_UNREADABLE
#define GONE MOPT_ERROR_PUBLICATION_GONE

#define GOOD 5 /* the serial of the good one */

/* --- What comes after the good one --- */

static void
put_text (MoptPublishedTest *f, const char *text, MoptPrivateKey *key)
{
  mopt_published_test_publish (f, text, strlen (text), key);
}

static void
put_newer (MoptPublishedTest *f, MoptPrivateKey *key)
{
  mopt_published_test_serial (f, GOOD + 1, key);
}

static void
put_older (MoptPublishedTest *f, MoptPrivateKey *key)
{
  mopt_published_test_serial (f, GOOD - 1, key);
}

static void
put_equal (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_autofree char *text = mopt_published_test_text (GOOD, 0);
  g_autofree char *other = g_strconcat (text, "# other\n", NULL);

  put_text (f, other, key);
}

static void
put_expired (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_autofree char *text = mopt_published_test_text (GOOD + 1, f->now);

  put_text (f, text, key);
}

static void
put_just_in_time (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_autofree char *text = mopt_published_test_text (GOOD + 1, f->now + 1);

  put_text (f, text, key);
}

static void
put_broken_account (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f,
            "[Publication]\nSerial=6\n[Account a]\nKind=imap\njunk\n[Account a]\nKind=pop\n[Account b]\nKind=imap\n"
            "incoming-security=sll\n",
            key);
}

static void
put_no_group (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "[Account a]\nKind=imap\nSerial=6\n", key);
}

static void
put_empty (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "", key);
}

static void
put_newer_format (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "[Publication]\nFormat=2\nSerial=6\n", key);
}

static void
put_bad_line (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "[Publication]\nSerial=6\njunk\n", key);
}

static void
put_bad_serial (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "[Publication]\nSerial=-6\n", key);
}

static void
put_bad_date (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "[Publication]\nSerial=6\nExpires=tomorrow\n", key);
}

static void
put_bad_right (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "[Publication]\nSerial=6\n[Rights]\nadd-accounts=@;\n", key);
}

static void
put_broken_rights (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "[Publication]\nSerial=6\n[Rights]\nadd-accounts=nobody\n[Rights]\n", key);
}

static void
put_nul (MoptPublishedTest *f, MoptPrivateKey *key)
{
  const char text[] = "[Publication]\nSerial=6\nContact=\0\n";

  mopt_published_test_publish (f, text, sizeof text - 1, key);
}

static void
put_no_utf8 (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_text (f, "[Publication]\nSerial=6\nContact=\xff\n", key);
}

static void
put_groups (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_autoptr (GString) text = g_string_new ("[Publication]\nSerial=6\n");

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "[[[[\n");
  put_text (f, text->str, key);
}

static void
put_long_line (MoptPublishedTest *f, MoptPrivateKey *key)
{
  gsize length = 8 * 1024 * 1024;
  g_autofree char *blanks = g_strnfill (length, 'x');
  g_autofree char *text = g_strconcat ("[Publication]\nSerial=6\n", blanks, NULL);

  put_text (f, text, key);
}

static void
put_fifo (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_remove (f->path);
  g_assert_cmpint (mkfifo (f->path, 0644), ==, 0);
}

static void
put_directory (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_remove (f->path);
  g_assert_cmpint (g_mkdir (f->path, 0755), ==, 0);
}

static void
put_loop (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_remove (f->path);
  g_assert_cmpint (symlink ("published.conf", f->path), ==, 0);
}

static void
put_device (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_remove (f->path);
  g_assert_cmpint (symlink ("/dev/zero", f->path), ==, 0);
}

static void
put_huge (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_assert_cmpint (truncate (f->path, 1024 * 1024 * 1024), ==, 0);
}

static void
put_nothing (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_remove (f->path);
  g_remove (f->signature_path);
}

static void
put_dangling (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_remove (f->path);
  g_assert_cmpint (symlink ("elsewhere", f->path), ==, 0);
}

static void
put_link (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_autofree char *target = g_build_filename (f->folder, "target", NULL);

  put_newer (f, key);
  g_assert_cmpint (g_rename (f->path, target), ==, 0);
  g_assert_cmpint (symlink ("target", f->path), ==, 0);
}

/* What is wrong with the signature matters to those who ask for one. */
static void
sign_not (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_newer (f, NULL);
}

static void
sign_other (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_newer (f, f->other_key);
}

static void
sign_former (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_autofree char *text = mopt_published_test_text (GOOD + 1, 0);

  mopt_published_test_put (f->path, text, strlen (text));
}

static void
sign_long (MoptPublishedTest *f, MoptPrivateKey *key)
{
  g_autofree char *signature = NULL;
  gsize length;

  put_newer (f, f->key);
  g_assert_true (g_file_get_contents (f->signature_path, &signature, &length, NULL));
  mopt_published_test_put (f->signature_path, signature, length + 1); /* GLib's NUL */
}

static void
sign_fifo (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_newer (f, NULL);
  g_assert_cmpint (mkfifo (f->signature_path, 0644), ==, 0);
}

static void
sign_directory (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_newer (f, NULL);
  g_assert_cmpint (g_mkdir (f->signature_path, 0755), ==, 0);
}

static void
sign_device (MoptPublishedTest *f, MoptPrivateKey *key)
{
  put_newer (f, NULL);
  g_assert_cmpint (symlink ("/dev/zero", f->signature_path), ==, 0);
}

/* --- The table --- */

typedef struct
{
  int code;     /* with a good copy, WELL: the new one is accepted */
  int code_new; /* without one */
} Expected;

typedef struct
{
  const char *name;
  void (*put) (MoptPublishedTest *f, MoptPrivateKey *key);
  Expected unsigned_, signed_;
} Row;

#define ALWAYS(code)                                                                                                   \
  {                                                                                                                    \
    code, code                                                                                                         \
  }

static const Row rows[] = {
  { "newer", put_newer, ALWAYS (WELL), ALWAYS (WELL) },
  { "older", put_older, ALWAYS (WELL), { ROLLED_BACK, WELL } },
  { "equal", put_equal, ALWAYS (WELL), { ROLLED_BACK, WELL } },
  { "expired", put_expired, ALWAYS (EXPIRED), ALWAYS (EXPIRED) },
  { "just-in-time", put_just_in_time, ALWAYS (WELL), ALWAYS (WELL) },
  { "broken-account", put_broken_account, ALWAYS (WELL), ALWAYS (WELL) },
  { "no-group", put_no_group, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "empty", put_empty, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "newer-format", put_newer_format, ALWAYS (MOPT_ERROR_NEWER_FORMAT), ALWAYS (MOPT_ERROR_NEWER_FORMAT) },
  { "bad-line", put_bad_line, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "bad-serial", put_bad_serial, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "bad-date", put_bad_date, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "bad-right", put_bad_right, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "broken-rights", put_broken_rights, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "nul", put_nul, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "no-utf8", put_no_utf8, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "groups", put_groups, ALWAYS (WELL), ALWAYS (WELL) },
  { "long-line", put_long_line, ALWAYS (BROKEN), ALWAYS (BROKEN) },
  { "fifo", put_fifo, ALWAYS (UNREADABLE), ALWAYS (UNREADABLE) },
  { "directory", put_directory, ALWAYS (UNREADABLE), ALWAYS (UNREADABLE) },
  { "loop", put_loop, ALWAYS (UNREADABLE), ALWAYS (UNREADABLE) },
  { "device", put_device, ALWAYS (UNREADABLE), ALWAYS (UNREADABLE) },
  { "huge", put_huge, ALWAYS (UNREADABLE), ALWAYS (UNREADABLE) },
  { "gone", put_nothing, { GONE, WELL }, { GONE, WELL } },
  { "dangling", put_dangling, { GONE, WELL }, { GONE, WELL } },
  { "link", put_link, ALWAYS (WELL), ALWAYS (WELL) },
  { "sign-not", sign_not, ALWAYS (WELL), ALWAYS (FORGED) },
  { "sign-other", sign_other, ALWAYS (WELL), ALWAYS (FORGED) },
  { "sign-former", sign_former, ALWAYS (WELL), ALWAYS (FORGED) },
  { "sign-long", sign_long, ALWAYS (WELL), ALWAYS (FORGED) },
  { "sign-fifo", sign_fifo, ALWAYS (WELL), ALWAYS (FORGED) },
  { "sign-directory", sign_directory, ALWAYS (WELL), ALWAYS (FORGED) },
  { "sign-device", sign_device, ALWAYS (WELL), ALWAYS (FORGED) },
};

/* --- Half written --- */

static gboolean
warns_of (MoptPublished *found, const char *words)
{
  guint n = 0;

  for (guint i = 0; found->warnings[i] != NULL; i++)
    n += strstr (found->warnings[i], words) != NULL;
  g_assert_cmpuint (n, <=, 1); /* each is said once */
  return n == 1;
}

/* What is written anew in its place, as cp does it, is read before its end: accounts do not come and go. What stays so
 * is meant so, and it is said. */
static void
test_half_written (MoptPublishedTest *f, gconstpointer data)
{
  const gint64 soon = g_get_real_time () / G_USEC_PER_SEC, later = soon + 300;

  mopt_published_test_source (f, FALSE, NULL);
  mopt_published_test_serial (f, GOOD, NULL);
  mopt_published_test_assert (f, CURRENT, WELL, GOOD);
  put_text (f, "[Publication]\nFormat=1\nSerial=6\n[Account helpdesk]\nKind=im", NULL);
  f->now = soon;
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_CHANGING, GOOD);
  f->now = later;
  MoptPublished *found = mopt_published_test_check (f, CURRENT, WELL, GOOD + 1);
  g_assert_true (warns_of (found, "has no end"));
  mopt_published_unref (found);
  f->now = soon; /* it was accepted, and stays so */
  mopt_published_test_assert (f, CURRENT, WELL, GOOD + 1);

  /* where nothing was good before there is nothing to wait for */
  g_assert_true (mopt_published_forget (NULL));
  mopt_published_test_assert (f, CURRENT, WELL, GOOD + 1);
}

/* Both files lie in it. */
static void
test_folder_is_named_once (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, GOOD, f->key);
  g_assert_cmpint (chmod (f->folder, 0777), ==, 0);
  MoptPublished *found = mopt_published_test_check (f, CURRENT, WELL, GOOD);
  g_assert_true (warns_of (found, "in the folder"));
  mopt_published_unref (found);
}

static guint
serial_after (const Row *row)
{
  return row->put == put_older ? GOOD - 1 : row->put == put_equal ? GOOD : GOOD + 1;
}

static void
test_row (MoptPublishedTest *f, const Row *row, gboolean is_signed)
{
  const Expected *expected = is_signed ? &row->signed_ : &row->unsigned_;
  MoptPrivateKey *key = is_signed ? f->key : NULL;
  g_autoptr (GError) error = NULL;

  mopt_published_test_source (f, FALSE, is_signed ? &f->public : NULL);
  mopt_published_test_assert (f, NONE, WELL, 0);

  /* after a good one, twice: the verdict must not come from what was noted at the first look */
  mopt_published_test_serial (f, GOOD, key);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (MoptPublished) good = mopt_published_test_check (f, CURRENT, WELL, GOOD);

      g_assert_cmpint (good->verified, ==, is_signed);
      g_assert_cmpstr (good->origin, ==, f->path);
      g_assert_cmpstr (good->file, ==, f->path);
    }
  row->put (f, key);
  for (guint i = 0; i < 2; i++)
    if (expected->code == WELL)
      mopt_published_test_assert (f, CURRENT, WELL, serial_after (row));
    else
      {
        g_autoptr (MoptPublished) last = mopt_published_test_check (f, LAST_GOOD, expected->code, GOOD);

        g_assert_cmpint (last->verified, ==, is_signed);
        g_assert_cmpstr (last->origin, ==, f->path);
        g_assert_cmpstr (last->file, !=, f->path);
        g_assert_nonnull (strstr (last->problem, "published.conf"));
      }

  /* without one */
  g_assert_true (mopt_published_forget (&error));
  g_assert_no_error (error);
  if (expected->code_new == WELL && row->put != put_nothing && row->put != put_dangling)
    mopt_published_test_assert (f, CURRENT, WELL, serial_after (row));
  else
    mopt_published_test_assert (f, NONE, expected->code_new, 0);

  /* and the next good one mends it all */
  mopt_published_test_remove (f->path);
  mopt_published_test_serial (f, GOOD + 2, key);
  mopt_published_test_assert (f, CURRENT, WELL, GOOD + 2);
}

static void
test_unsigned (MoptPublishedTest *f, gconstpointer row)
{
  test_row (f, row, FALSE);
}

static void
test_signed (MoptPublishedTest *f, gconstpointer row)
{
  test_row (f, row, TRUE);
}

int
main (int argc, char **argv)
{
  mopt_published_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *plain = g_strconcat ("/published/unsigned/", rows[i].name, NULL);
      g_autofree char *path = g_strconcat ("/published/signed/", rows[i].name, NULL);

      MOPT_PUBLISHED_TEST (plain, &rows[i], test_unsigned);
      MOPT_PUBLISHED_TEST (path, &rows[i], test_signed);
    }
  MOPT_PUBLISHED_TEST ("/published/half-written", NULL, test_half_written);
  MOPT_PUBLISHED_TEST ("/published/folder-is-named-once", NULL, test_folder_is_named_once);
  return mopt_published_test_run ();
}
