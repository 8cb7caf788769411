/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared passwords: what is taken, and every reason to refuse one. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "leftovers.h"
#include "store/shared-password.h"

#define NOBODY 65534

typedef struct
{
  char *top;
  char *folder; /* top/secrets */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->top = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->folder = g_build_filename (f->top, "secrets", NULL);
  g_assert_cmpint (g_mkdir (f->folder, 0750), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  char *argv[] = { (char *) "rm", (char *) "-rf", f->top, NULL };

  g_assert_true (g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_free (f->top);
  g_free (f->folder);
}

static void
put (Fixture *f, const char *name, const char *bytes, gssize length, int mode)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
assert_read (Fixture *f, const char *name, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPassword) password = mopt_shared_password_read (f->folder, TRUE, name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (mopt_password_peek (password), ==, expected);
  g_assert_cmpuint (mopt_password_length (password), ==, strlen (expected));
  g_assert_true (mopt_shared_password_check (f->folder, TRUE, name, &error));
  g_assert_no_error (error);
}

/* @words: of the sentence. @at_once: it needs no look into the file. */
static void
assert_refused (const char *folder, gboolean is_tryout, const char *name, const char *words, gboolean at_once)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) check_error = NULL;

  g_assert_null (mopt_shared_password_read (folder, is_tryout, name, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SHARED_PASSWORD);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (strstr (error->message, "hunter2"));
  g_assert_true (g_str_has_suffix (error->message, ".") || g_str_has_suffix (error->message, ")."));
  g_assert_cmpint (mopt_shared_password_check (folder, is_tryout, name, &check_error), ==, !at_once);
  if (at_once)
    g_assert_cmpstr (check_error->message, ==, error->message);
}

static void
refuse (Fixture *f, const char *name, const char *words)
{
  assert_refused (f->folder, TRUE, name, words, TRUE);
}

static void
refuse_text (Fixture *f, const char *name, const char *words)
{
  assert_refused (f->folder, TRUE, name, words, FALSE);
}

static void
test_taken (Fixture *f, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (MOPT_SHARED_PASSWORD_MAX, 'x');
  g_autofree char *line = g_strconcat (longest, "\n", NULL);

  put (f, "plain", "hunter2", -1, 0600);
  assert_read (f, "plain", "hunter2");
  put (f, "newline", "hunter2\n", -1, 0640);
  assert_read (f, "newline", "hunter2");
  put (f, "read-only", "hunter2\n", -1, 0440);
  assert_read (f, "read-only", "hunter2");
  put (f, "spaces", " p\xc3\xa4ss w\xc3\xb6rd ", -1, 0400); /* never trimmed */
  assert_read (f, "spaces", " p\xc3\xa4ss w\xc3\xb6rd ");
  put (f, "longest", longest, -1, 0600);
  assert_read (f, "longest", longest);
  put (f, "longest-line", line, -1, 0600);
  assert_read (f, "longest-line", longest);
}

static void
test_text (Fixture *f, gconstpointer data)
{
  g_autofree char *longer = g_strnfill (MOPT_SHARED_PASSWORD_MAX + 1, 'x');
  g_autofree char *endless = g_strnfill (1024 * 1024, 'x');

  put (f, "empty", "", 0, 0600);
  refuse_text (f, "empty", "is empty");
  put (f, "blank-line", "\n", -1, 0600);
  refuse_text (f, "blank-line", "is empty");
  put (f, "nul", "hunt\0er2", 8, 0600);
  refuse_text (f, "nul", "NUL");
  put (f, "two", "hunter2\nhunter3\n", -1, 0600);
  refuse_text (f, "two", "one line");
  put (f, "two-newlines", "hunter2\n\n", -1, 0600);
  refuse_text (f, "two-newlines", "one line");
  put (f, "windows", "hunter2\r\n", -1, 0600);
  refuse_text (f, "windows", "Windows");
  put (f, "longer", longer, -1, 0600);
  refuse_text (f, "longer", "1,024");
  put (f, "endless", endless, -1, 0600);
  refuse_text (f, "endless", "1,024");
}

static void
test_modes (Fixture *f, gconstpointer data)
{
  for (int mode = 0; mode <= 0777; mode++)
    {
      if ((mode & 0400) == 0)
        continue; /* nothing to see for a test that is not root */
      put (f, "mode", "hunter2", -1, mode);
      if ((mode & ~0640) == 0)
        assert_read (f, "mode", "hunter2");
      else
        refuse (f, "mode", (mode & 0007) != 0 ? "Everyone" : "by a group");
    }
  put (f, "setuid", "hunter2", -1, 04600);
  refuse (f, "setuid", "chmod");
  if (geteuid () != 0)
    {
      put (f, "closed", "hunter2", -1, 0000);
      refuse (f, "closed", "You may not read");
    }
}

static void
test_kinds (Fixture *f, gconstpointer data)
{
  g_autofree char *fifo = g_build_filename (f->folder, "fifo", NULL);
  g_autofree char *folder = g_build_filename (f->folder, "folder", NULL);
  g_autofree char *link = g_build_filename (f->folder, "link", NULL);
  g_autofree char *loop = g_build_filename (f->folder, "loop", NULL);
  g_autofree char *sock = g_build_filename (f->folder, "socket", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  refuse (f, "fifo", "not a regular file"); /* at once, although nobody writes */
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  refuse (f, "folder", "not a regular file");
  put (f, "real", "hunter2", -1, 0600);
  g_assert_cmpint (symlink ("real", link), ==, 0);
  refuse (f, "link", "symbolic link");
  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  refuse (f, "loop", "symbolic link");
  g_strlcpy (address.sun_path, sock, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  refuse (f, "socket", "not a regular file");
  close (fd);
  refuse (f, "missing", "is not on this computer");
}

static void
test_names (Fixture *f, gconstpointer data)
{
  static const char *const bad[]
      = { "", ".", "..", ".hidden", "../secrets/real", "/etc/hostname", "a/b", "a\nb", "a\x7f" };
  g_autofree char *too_long = g_strnfill (300, 'x');

  put (f, "real", "hunter2", -1, 0600);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    refuse (f, bad[i], "plain file name");
  refuse (f, too_long, "cannot be opened");
  put (f, "help desk (smtp).txt", "hunter2", -1, 0600);
  assert_read (f, "help desk (smtp).txt", "hunter2");
}

static void
test_folders (Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_build_filename (f->top, "link", NULL);
  g_autofree char *file = g_build_filename (f->folder, "real", NULL);
  g_autofree char *missing = g_build_filename (f->top, "missing", NULL);

  put (f, "real", "hunter2", -1, 0600);
  g_assert_cmpint (symlink ("secrets", link), ==, 0);
  assert_refused (link, TRUE, "real", "must be a folder", TRUE);
  assert_refused (file, TRUE, "real", "must be a folder", TRUE);
  assert_refused (missing, TRUE, "real", "is not on this computer", TRUE);
  g_assert_cmpint (g_chmod (f->folder, 0777), ==, 0);
  refuse (f, "real", "Everyone can write");
  g_assert_cmpint (g_chmod (f->folder, 01777), ==, 0);
  refuse (f, "real", "Everyone can write");
}

/* The one copy in this process is that of the password, and it goes with it; a refused one leaves nothing either. */
static void
test_wiped (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "secret", NULL);
  guint8 secret[40];
  char text[sizeof secret + 2];
  int fd = g_creat (path, 0600);

  for (guint i = 0; i < sizeof secret; i++)
    text[i] = 'a' + (char) g_test_rand_int_range (0, 26);
  text[sizeof secret] = text[sizeof secret + 1] = '\n';
  leftovers_disguise (text, sizeof secret, secret);
  g_assert_cmpint (write (fd, text, sizeof secret + 1), ==, sizeof secret + 1);
  mopt_wipe (text, sizeof secret);
  g_assert_cmpuint (leftovers_count (secret, sizeof secret), ==, 0);

  MoptPassword *password = mopt_shared_password_read (f->folder, TRUE, "secret", NULL);
  g_assert_nonnull (password);
  g_assert_cmpuint (leftovers_count (secret, sizeof secret), ==, 1);
  mopt_password_unref (password);
  g_assert_cmpuint (leftovers_count (secret, sizeof secret), ==, 0);

  g_assert_cmpint (write (fd, text + sizeof secret, 1), ==, 1); /* a second line */
  g_assert_null (mopt_shared_password_read (f->folder, TRUE, "secret", NULL));
  g_assert_cmpuint (leftovers_count (secret, sizeof secret), ==, 0);
  close (fd);
}

/* What counts is root alone; the user's own files are only for try-outs. */
static void
test_owners (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "real", NULL);

  put (f, "real", "hunter2", -1, 0640);
  if (geteuid () != 0)
    {
      assert_refused (f->folder, FALSE, "real", "must belong to root", TRUE);
      return;
    }
  g_autoptr (MoptPassword) password = mopt_shared_password_read (f->folder, FALSE, "real", NULL);
  g_assert_nonnull (password);
  g_assert_cmpint (chown (path, NOBODY, 0), ==, 0);
  assert_refused (f->folder, FALSE, "real", "does not belong to root", TRUE);
  refuse (f, "real", "does not belong to root"); /* whose try-out is another user's? */
  g_assert_cmpint (chown (path, 0, NOBODY), ==, 0);
  assert_read (f, "real", "hunter2"); /* any group is fine */
  g_assert_cmpint (chown (f->folder, NOBODY, 0), ==, 0);
  assert_refused (f->folder, FALSE, "real", "must belong to root", TRUE);
}

static void
test_place (void)
{
  gboolean is_tryout;

  g_unsetenv ("MAIL_OPTIONS_PUBLISHED");
  g_autofree char *system = mopt_shared_password_folder (&is_tryout);
  g_assert_true (g_str_has_suffix (system, "/mail-options/secrets"));
  g_assert_false (is_tryout);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", "/somewhere/try.conf", TRUE);
  g_autofree char *beside = mopt_shared_password_folder (&is_tryout);
  g_assert_cmpstr (beside, ==, "/somewhere/secrets");
  g_assert_true (is_tryout);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/shared-password/taken", test_taken);
  ADD ("/shared-password/text", test_text);
  ADD ("/shared-password/modes", test_modes);
  ADD ("/shared-password/kinds", test_kinds);
  ADD ("/shared-password/names", test_names);
  ADD ("/shared-password/folders", test_folders);
  ADD ("/shared-password/owners", test_owners);
  ADD ("/shared-password/wiped", test_wiped);
  g_test_add_func ("/shared-password/place", test_place);
  return g_test_run ();
}
