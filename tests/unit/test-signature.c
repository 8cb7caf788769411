/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures, and that the openssl program makes and takes the same ones. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/signature.h"
#include "leftovers.h"

typedef struct
{
  char *folder;
  char *key, *public, *text, *signature; /* paths there */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->key = g_build_filename (f->folder, "key", NULL);
  f->public = g_build_filename (f->folder, "key.pub", NULL);
  f->text = g_build_filename (f->folder, "text", NULL);
  f->signature = g_build_filename (f->folder, "text.sig", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_remove (f->key);
  g_remove (f->public);
  g_remove (f->text);
  g_remove (f->signature);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left there */
  g_free (f->folder);
  g_free (f->key);
  g_free (f->public);
  g_free (f->text);
  g_free (f->signature);
}

static void
put (const char *path, GBytes *bytes)
{
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
}

static GBytes *
get (const char *path)
{
  char *text;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  return g_bytes_new_take (text, length);
}

static GBytes *
text_of (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

/* Runs the openssl program; whether it ended with 0. */
static gboolean
openssl (const char *first, ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int status;
  va_list list;

  g_ptr_array_add (args, (gpointer) "openssl");
  va_start (list, first);
  for (const char *arg = first; arg != NULL; arg = va_arg (list, const char *))
    g_ptr_array_add (args, (gpointer) arg);
  va_end (list);
  g_ptr_array_add (args, NULL);
  g_spawn_sync (NULL, (char **) args->pdata, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}

/* We make the pair and sign; openssl verifies. */
static void
test_to_openssl (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) text = text_of ("[Publication]\nSerial=1\n\xc3\xa4\n");
  g_autoptr (GBytes) other = text_of ("[Publication]\nSerial=2\n\xc3\xa4\n");
  g_autoptr (GError) error = NULL;
  MoptPublicKey made, read;
  struct stat info;

  g_assert_true (mopt_private_key_generate (f->key, NULL, &made, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (f->key, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (f->public, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0644);
  g_assert_true (mopt_public_key_read (f->public, &read, &error));
  g_assert_cmpmem (read.bytes, sizeof read.bytes, made.bytes, sizeof made.bytes);

  g_autoptr (MoptPrivateKey) key = mopt_private_key_read (f->key, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) signature = mopt_signature_sign (key, text, &error);
  g_assert_no_error (error);
  g_assert_true (mopt_signature_verify (&made, text, signature));
  g_assert_false (mopt_signature_verify (&made, other, signature));

  put (f->text, text);
  put (f->signature, signature);
  g_assert_true (openssl ("pkeyutl", "-verify", "-pubin", "-inkey", f->public, "-rawin", "-in", f->text, "-sigfile",
                          f->signature, NULL));
  put (f->text, other);
  g_assert_false (openssl ("pkeyutl", "-verify", "-pubin", "-inkey", f->public, "-rawin", "-in", f->text, "-sigfile",
                           f->signature, NULL));
}

/* openssl makes the pair and signs; we verify, and sign with its key. */
static void
test_from_openssl (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) text = text_of ("another text\n");
  g_autoptr (GError) error = NULL;
  MoptPublicKey public, own;

  put (f->text, text);
  g_assert_true (openssl ("genpkey", "-algorithm", "ed25519", "-out", f->key, NULL));
  g_assert_true (openssl ("pkey", "-in", f->key, "-pubout", "-out", f->public, NULL));
  g_assert_true (openssl ("pkeyutl", "-sign", "-inkey", f->key, "-rawin", "-in", f->text, "-out", f->signature, NULL));

  g_assert_true (mopt_public_key_read (f->public, &public, &error));
  g_assert_no_error (error);
  g_autoptr (GBytes) signature = get (f->signature);
  g_assert_true (mopt_signature_verify (&public, text, signature));

  g_autoptr (MoptPrivateKey) key = mopt_private_key_read (f->key, NULL, &error);
  g_assert_no_error (error);
  mopt_private_key_get_public (key, &own);
  g_assert_cmpmem (own.bytes, sizeof own.bytes, public.bytes, sizeof public.bytes);
  g_autoptr (GBytes) again = mopt_signature_sign (key, text, &error);
  g_assert_true (g_bytes_equal (again, signature)); /* Ed25519 is deterministic */
}

static void
test_passphrase (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptPassword) right = mopt_password_new ("gr\xc3\xbcn; und blau"), wrong = mopt_password_new ("rot");
  g_autoptr (GError) error = NULL;
  MoptPublicKey public;

  g_assert_true (mopt_private_key_generate (f->key, right, &public, &error));
  g_assert_no_error (error);
  g_assert_null (mopt_private_key_read (f->key, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (mopt_private_key_read (f->key, wrong, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
  g_clear_error (&error);
  g_autoptr (MoptPrivateKey) key = mopt_private_key_read (f->key, right, &error);
  g_assert_no_error (error);
  g_assert_nonnull (key);

  /* openssl opens it, too, and ours opens openssl's */
  g_assert_true (openssl ("pkey", "-in", f->key, "-passin", "pass:gr\xc3\xbcn; und blau", "-aes256", "-passout",
                          "pass:rot", "-out", f->text, NULL));
  g_autoptr (MoptPrivateKey) theirs = mopt_private_key_read (f->text, wrong, &error);
  g_assert_no_error (error);
  g_assert_nonnull (theirs);
}

static void
test_never_overwritten (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) mine = text_of ("mine");

  put (f->public, mine);
  g_assert_false (mopt_private_key_generate (f->key, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (g_file_test (f->key, G_FILE_TEST_EXISTS));

  g_remove (f->public);
  put (f->key, mine);
  g_assert_false (mopt_private_key_generate (f->key, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS);
  g_assert_false (g_file_test (f->public, G_FILE_TEST_EXISTS));
  g_autoptr (GBytes) still = get (f->key);
  g_assert_true (g_bytes_equal (still, mine));
}

static void
assert_no_key (Fixture *f, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  MoptPublicKey public;

  put (f->key, bytes);
  g_assert_null (mopt_private_key_read (f->key, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "key"));
  g_clear_error (&error);
  g_assert_false (mopt_public_key_read (f->key, &public, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
}

/* What is no key is refused, whatever it is. */
static void
test_no_keys (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) empty = text_of ("");
  g_autoptr (GBytes) text = text_of ("-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n");
  g_autoptr (GBytes) shared_dashes = text_of ("-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----\n");
  g_autoptr (GBytes) shared_too = text_of ("-----BEGIN PRIVATE KEY-----END PRIVATE KEY-----\n");
  g_autoptr (GBytes) nothing = text_of ("-----BEGIN PRIVATE KEY-----\n=\n-----END PRIVATE KEY-----\n");
  g_autoptr (GBytes) protected
      = text_of ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----\n");
  g_autoptr (GBytes) nul = g_bytes_new_static ("-----BEGIN PUBLIC KEY-----\0\n", 28);
  g_autoptr (GError) error = NULL;
  MoptPublicKey public;

  assert_no_key (f, empty);
  assert_no_key (f, text);
  assert_no_key (f, shared_dashes);
  assert_no_key (f, shared_too);
  assert_no_key (f, nothing);
  assert_no_key (f, protected);
  assert_no_key (f, nul);
  g_assert_true (openssl ("genpkey", "-algorithm", "ed448", "-out", f->key, NULL));
  g_autoptr (GBytes) other_curve = get (f->key);
  assert_no_key (f, other_curve);
  g_assert_true (openssl ("pkey", "-in", f->key, "-pubout", "-out", f->public, NULL));
  g_autoptr (GBytes) other_public = get (f->public);
  assert_no_key (f, other_public);

  /* each is told what it should be */
  g_remove (f->key);
  g_remove (f->public);
  g_assert_null (mopt_private_key_read (f->key, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (mopt_private_key_generate (f->key, NULL, &public, NULL));
  g_assert_false (mopt_public_key_read (f->key, &public, &error));
  g_assert_nonnull (strstr (error->message, "private"));
  g_clear_error (&error);
  g_assert_null (mopt_private_key_read (f->public, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
}

/* One line of base64 is as good as PEM; one character more, less or other is not. */
static void
test_one_line (Fixture *f, gconstpointer data)
{
  MoptPublicKey made, read;

  g_assert_true (mopt_private_key_generate (f->key, NULL, &made, NULL));
  g_autofree char *line = mopt_public_key_to_text (&made);
  g_assert_true (mopt_public_key_parse (line, &read, NULL));
  g_assert_cmpmem (read.bytes, sizeof read.bytes, made.bytes, sizeof made.bytes);
  for (gsize i = 0; i < strlen (line); i++)
    {
      g_autofree char *shorter = g_strndup (line, i);
      g_autofree char *odd = g_strdup_printf ("%.*s!%s", (int) i, line, line + i);

      g_assert_false (mopt_public_key_parse (shorter, &read, NULL));
      g_assert_false (mopt_public_key_parse (odd, &read, NULL));
    }
}

/* Any bit flipped in text or signature, and any signature cut short or drawn out, is refused. */
static void
test_flipped (Fixture *f, gconstpointer data)
{
  const char sample[] = "[Publication]\nSerial=12\n";
  g_autoptr (GBytes) text = g_bytes_new_static (sample, sizeof sample);
  MoptPublicKey public;

  g_assert_true (mopt_private_key_generate (f->key, NULL, &public, NULL));
  g_autoptr (MoptPrivateKey) key = mopt_private_key_read (f->key, NULL, NULL);
  g_autoptr (GBytes) signature = mopt_signature_sign (key, text, NULL);
  g_assert_cmpuint (g_bytes_get_size (signature), ==, MOPT_SIGNATURE_SIZE);
  g_assert_true (mopt_signature_verify (&public, text, signature));

  for (guint bit = 0; bit < 8 * sizeof sample; bit++)
    {
      guint8 *copy = g_memdup2 (sample, sizeof sample);

      copy[bit / 8] ^= 1 << bit % 8;
      g_autoptr (GBytes) flipped = g_bytes_new_take (copy, sizeof sample);
      g_assert_false (mopt_signature_verify (&public, flipped, signature));
    }
  for (guint bit = 0; bit < 8 * MOPT_SIGNATURE_SIZE; bit++)
    {
      guint8 *copy = g_memdup2 (g_bytes_get_data (signature, NULL), MOPT_SIGNATURE_SIZE);

      copy[bit / 8] ^= 1 << bit % 8;
      g_autoptr (GBytes) flipped = g_bytes_new_take (copy, MOPT_SIGNATURE_SIZE);
      g_assert_false (mopt_signature_verify (&public, text, flipped));
    }
  for (guint size = 0; size < MOPT_SIGNATURE_SIZE; size++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (signature, 0, size);

      g_assert_false (mopt_signature_verify (&public, text, cut));
    }
  guint8 longer[MOPT_SIGNATURE_SIZE + 1] = { 0 };
  memcpy (longer, g_bytes_get_data (signature, NULL), MOPT_SIGNATURE_SIZE);
  g_autoptr (GBytes) drawn_out = g_bytes_new (longer, sizeof longer);
  g_assert_false (mopt_signature_verify (&public, text, drawn_out));
}

/* Once a key is made, read, used and freed, nothing of it is left in this process. */
static void
test_wiped (Fixture *f, gconstpointer data)
{
  g_autoptr (MoptPassword) passphrase = data != NULL ? mopt_password_new (data) : NULL;
  g_autoptr (GBytes) text = text_of ("text");
  guint8 seed[32], pem[32];
  char plain[128];

  g_assert_true (mopt_private_key_generate (f->key, passphrase, NULL, NULL));
  MoptPrivateKey *key = mopt_private_key_read (f->key, passphrase, NULL);
  g_autoptr (GBytes) signature = mopt_signature_sign (key, text, NULL);
  g_assert_nonnull (signature);
  mopt_private_key_free (key);

  /* what it was, by openssl: 16 bytes and the seed in DER (RFC 8410 §7), in base64 behind the first line */
  g_assert_true (
      openssl ("pkey", "-in", f->key, "-passin", data != NULL ? "pass:gr\xc3\xbcn" : "pass:", "-out", f->text, NULL));
  int fd = open (f->text, O_RDONLY);
  gssize n = read (fd, plain, sizeof plain);
  close (fd);
  g_assert_cmpint (n, >, 28 + 64);
  leftovers_disguise (plain + 28 + 24, sizeof pem, pem);
  int state = 0;
  guint save = 0;
  guchar der[64];
  g_assert_cmpuint (g_base64_decode_step (plain + 28, 64, der, &state, &save), ==, 48);
  leftovers_disguise (der + 16, sizeof seed, seed);
  g_assert_cmpuint (leftovers_count (seed, sizeof seed), >, 0); /* or the search proves nothing */
  mopt_wipe (plain, sizeof plain);
  mopt_wipe (der, sizeof der);
  g_assert_cmpuint (leftovers_count (seed, sizeof seed), ==, 0);
  g_assert_cmpuint (leftovers_count (pem, sizeof pem), ==, 0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/signature/to-openssl", Fixture, NULL, set_up, test_to_openssl, tear_down);
  g_test_add ("/signature/from-openssl", Fixture, NULL, set_up, test_from_openssl, tear_down);
  g_test_add ("/signature/passphrase", Fixture, NULL, set_up, test_passphrase, tear_down);
  g_test_add ("/signature/never-overwritten", Fixture, NULL, set_up, test_never_overwritten, tear_down);
  g_test_add ("/signature/no-keys", Fixture, NULL, set_up, test_no_keys, tear_down);
  g_test_add ("/signature/one-line", Fixture, NULL, set_up, test_one_line, tear_down);
  g_test_add ("/signature/flipped", Fixture, NULL, set_up, test_flipped, tear_down);
  g_test_add ("/signature/wiped", Fixture, NULL, set_up, test_wiped, tear_down);
  g_test_add ("/signature/wiped-passphrase", Fixture, "gr\xc3\xbcn", set_up, test_wiped, tear_down);
  return g_test_run ();
}
