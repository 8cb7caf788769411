/* SPDX-License-Identifier: GPL-3.0-or-later */
/* security.conf, whatever stands there: a level is read or said to be unreadable; writing changes what is meant and
 * nothing else, and what was learned does not fall. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/paths.h"
#include "fuzz.h"
#include "store/security.h"

#define SHA "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"
#define UNTIL 1800000000 /* s since the epoch */

const char *const mopt_fuzz_seeds[] = {
  "[a imap h]\nTLS=true\nStrength=scram-plus\nUnencryptedAgreed=true\nTrusted=993 " SHA " 2027-11-21T00:00:00Z;\n",
  "# mine\n[a imap h]\n# why\nTLS=1\nOther=x\n[b imap h]\nStrength=digest\n[a imap h]\nStrength=clear\n",
  "[a imap h\nTLS=true\n[a smtp h]\nTrusted=0 00:11 soon;99999 x y;a\\;b;;\n[b imap h]\r\nTLS=yes\r\n",
  "[A IMAP H.]\nTLS=true\na imap h]\nStrength=scram\n[imap [h]\n[a]\nTLS=true\na h\n[b imap H 993\nTLS=true\n",
  "\xef\xbb\xbf[a imap h]\nStrength=scram\nStrength=none\nTLS=\n= \nTrusted[de]=1\n[new imap h]\n",
  NULL,
};

static const MoptServer imap = { .protocol = MOPT_PROTOCOL_IMAP, .host = (char *) "h" };
static const MoptServer smtp = { .protocol = MOPT_PROTOCOL_SMTP, .host = (char *) "h" };
static char *folder, *own, *path;

static void
remove_folder (void)
{
  g_unlink (path);
  g_rmdir (own);
  g_rmdir (folder);
  g_clear_pointer (&path, g_free);
  g_clear_pointer (&own, g_free);
  g_clear_pointer (&folder, g_free);
}

static void
make_folder (void)
{
  /* in memory: no waiting for a disk */
  if (g_access ("/dev/shm", W_OK) == 0)
    folder = g_mkdtemp (g_strdup ("/dev/shm/mopt-XXXXXX"));
  else
    folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  path = mopt_paths_state ("security.conf");
  own = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir (own, 0700), ==, 0);
  atexit (remove_folder);
}

static void
put (const guint8 *data, gsize size)
{
  FILE *file = g_fopen (path, "w");

  g_assert_cmpuint (fwrite (data, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

static GBytes *
get_file (void)
{
  char *text;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  return g_bytes_new_take (text, length);
}

/* NULL: it cannot be read, and says so. */
static MoptKnownServer *
get (const char *id, const MoptServer *server)
{
  g_autoptr (GError) error = NULL;
  MoptKnownServer *known = mopt_security_get (id, server, &error);

  if (known == NULL)
    {
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE);
      g_assert_nonnull (strstr (error->message, ", line "));
      return NULL;
    }
  g_assert_no_error (error);
  for (guint i = 0; i < known->trusted->len; i++)
    {
      const MoptTrusted *trusted = g_ptr_array_index (known->trusted, i);
      g_autofree char *sound = mopt_trusted_fingerprint (trusted->sha256);

      g_assert_cmpstr (trusted->sha256, ==, sound);
      g_assert_cmpuint (trusted->port, >, 0);
    }
  return known;
}

static gboolean
is_trusted (const MoptKnownServer *known, guint16 port, const char *sha256, gint64 until)
{
  for (guint i = 0; i < known->trusted->len; i++)
    {
      const MoptTrusted *trusted = g_ptr_array_index (known->trusted, i);

      if (trusted->port == port && trusted->until == until && g_str_equal (trusted->sha256, sha256))
        return TRUE;
    }
  return FALSE;
}

/* Whether both know the same. */
static void
assert_same (const MoptKnownServer *a, const MoptKnownServer *b)
{
  g_assert_cmpint (a == NULL, ==, b == NULL);
  if (a == NULL)
    return;
  g_assert_cmpint (mopt_level_compare (a->level, b->level), ==, 0);
  g_assert_cmpint (a->unencrypted_agreed, ==, b->unencrypted_agreed);
  g_assert_cmpuint (a->trusted->len, ==, b->trusted->len);
  for (guint i = 0; i < a->trusted->len; i++)
    {
      const MoptTrusted *trusted = g_ptr_array_index (a->trusted, i);

      g_assert_true (is_trusted (b, trusted->port, trusted->sha256, trusted->until));
    }
}

static gboolean
learn (MoptKnownServer *known, gpointer expected)
{
  mopt_known_server_raise (known, (MoptLevel){ TRUE, MOPT_STRENGTH_CLEAR });
  mopt_known_server_trust (known, 993, SHA, UNTIL);
  *(MoptKnownServer **) expected = mopt_known_server_copy (known);
  return TRUE;
}

static gboolean
leave (MoptKnownServer *known, gpointer unused)
{
  return FALSE;
}

static void
check_learning (void)
{
  g_autoptr (MoptKnownServer) before = get ("a", &imap);
  g_autoptr (MoptKnownServer) other = get ("b", &imap);
  gboolean other_in_doubt = before == NULL && other == NULL; /* by the same line, which may go */
  g_autoptr (MoptKnownServer) expected = NULL;
  g_autoptr (GBytes) bytes = get_file ();

  g_assert_cmpint (mopt_security_edit ("a", &imap, leave, NULL, NULL), ==, before != NULL);
  g_autoptr (GBytes) left = get_file ();
  g_assert_true (g_bytes_equal (bytes, left));

  if (before == NULL)
    {
      g_assert_false (mopt_security_edit ("a", &imap, learn, &expected, NULL));
      g_autoptr (GBytes) kept = get_file ();
      g_assert_true (g_bytes_equal (bytes, kept));
      g_assert_true (mopt_security_forget_level ("a", &imap, NULL));
      before = get ("a", &imap);
      g_assert_false (before->level.tls);
      g_assert_cmpint (before->level.strength, ==, MOPT_STRENGTH_NONE);
    }
  g_assert_true (mopt_security_edit ("a", &imap, learn, &expected, NULL));
  g_autoptr (MoptKnownServer) after = get ("a", &imap);
  g_autoptr (MoptKnownServer) other_after = get ("b", &imap);
  assert_same (after, expected);
  if (!other_in_doubt)
    assert_same (other_after, other);
  g_assert_cmpint (mopt_level_compare (after->level, before->level), >=, 0);
  g_assert_true (is_trusted (after, 993, SHA, UNTIL));
  /* once more: nothing new */
  g_clear_pointer (&expected, mopt_known_server_free);
  g_autoptr (GBytes) once = get_file ();
  g_assert_true (mopt_security_edit ("a", &imap, learn, &expected, NULL));
  g_autoptr (GBytes) twice = get_file ();
  g_assert_true (g_bytes_equal (once, twice));
}

/* @a is another's account from now on. */
static void
check_ids (void)
{
  g_autoptr (MoptKnownServer) old_imap = get ("a", &imap);
  g_autoptr (MoptKnownServer) new_imap = get ("new", &imap);
  g_autoptr (MoptKnownServer) old_smtp = get ("a", &smtp);
  g_autoptr (MoptKnownServer) other = get ("b", &imap);

  if (!mopt_security_follow ("a", "new", NULL))
    {
      g_assert_true (mopt_security_forget_level ("a", &imap, NULL) && mopt_security_forget_level ("a", &smtp, NULL));
      return;
    }
  if (old_imap == NULL || old_smtp == NULL)
    {
      /* a header that names the host alone is in doubt for everybody */
      g_autoptr (MoptKnownServer) somebody = get ("somebody", &imap);
      g_autoptr (MoptKnownServer) somebody_smtp = get ("somebody", &smtp);

      g_assert_true (somebody == NULL || somebody_smtp == NULL);
      return;
    }
  g_autoptr (MoptKnownServer) stays = get ("a", &imap);
  g_autoptr (MoptKnownServer) stays_smtp = get ("a", &smtp);
  g_assert_cmpint (mopt_level_compare (stays->level, old_imap->level), ==, 0);
  g_assert_cmpint (mopt_level_compare (stays_smtp->level, old_smtp->level), ==, 0);
  g_assert_cmpuint (stays->trusted->len, ==, 0);
  g_assert_false (stays->unencrypted_agreed);
  g_autoptr (MoptKnownServer) moved = get ("new", &imap);
  g_assert_cmpint (moved == NULL, ==, new_imap == NULL);
  if (moved != NULL)
    {
      g_assert_cmpint (mopt_level_compare (moved->level, new_imap->level), >=, 0);
      g_assert_true (moved->trusted->len == new_imap->trusted->len || moved->trusted->len == old_imap->trusted->len);
    }

  g_assert_true (mopt_security_forget ("a", NULL));
  g_autoptr (MoptKnownServer) gone = get ("a", &imap);
  g_autoptr (MoptKnownServer) other_after = get ("b", &imap);
  g_assert_true (mopt_known_server_is_empty (gone));
  assert_same (other_after, other);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (path == NULL)
    make_folder ();
  put (data, size);
  check_learning ();
  put (data, size);
  check_ids ();
  return 0;
}
