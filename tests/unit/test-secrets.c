/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords in libsecret's own encrypted file (its back end for sandboxes), and without any bus. The real keyring is
 * in tests/e2e. */
#include <glib/gstdio.h>
#include <locale.h>

#include "base/error.h"
#include "tests/lib/secrets-wait.h"

static void
test_key (void)
{
  g_autoptr (MoptAccount) account = mopt_account_new ("a", "imap");

  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "IMAP.Bücher.example.");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_HOST, "smtp.example.com");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_CUSTOM_PORT, "true");
  mopt_account_set (account, MOPT_FIELD_OUTGOING_PORT, "2525");
  g_autoptr (MoptSettings) nobody = mopt_settings_new (account, NULL);
  g_assert_null (mopt_secret_key_new (nobody, MOPT_SECTION_INCOMING_ACCOUNT));

  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  g_autoptr (MoptSecretKey) in = mopt_secret_key_new (settings, MOPT_SECTION_INCOMING_ACCOUNT);
  g_autoptr (MoptSecretKey) out = mopt_secret_key_new (settings, MOPT_SECTION_OUTGOING_ACCOUNT);
  g_assert_cmpstr (in->host, ==, "imap.xn--bcher-kva.example");
  g_assert_cmpuint (in->port, ==, 0);
  g_assert_cmpint (in->protocol, ==, MOPT_PROTOCOL_IMAP);
  g_assert_cmpstr (in->user, ==, "alice");
  /* "Use Same Settings": the outgoing server with the incoming user */
  g_assert_cmpstr (out->host, ==, "smtp.example.com");
  g_assert_cmpuint (out->port, ==, 2525);
  g_assert_cmpint (out->protocol, ==, MOPT_PROTOCOL_SMTP);
  g_assert_cmpstr (out->user, ==, "alice");

  g_autoptr (MoptSecretKey) copy = mopt_secret_key_copy (in);
  g_assert_true (mopt_secret_key_equal (copy, in));
  g_assert_false (mopt_secret_key_equal (in, out));
}

static void
test_file_child (void)
{
  check_secrets ();
  check_moves ();
}

static void
test_no_bus_child (void)
{
  check_session_only (MOPT_ERROR_KEYRING_NO_BUS);
}

static void
test_cancelled_child (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  MoptSecretKey in = secrets_key ('i', "imap.example.com", 0, "alice");

  g_cancellable_cancel (cancellable);
  g_assert_null (secrets_lookup (&in, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* libsecret keeps its back end for the life of a process: each in one of its own. */
static void
run_child (const char *path)
{
  g_test_trap_subprocess (path, 20 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "passwords", NULL);
  g_autofree char *text = NULL;
  gsize length;

  /* this back end of libsecret 0.20 forgets the new etag of each file that it writes */
  g_setenv ("ASAN_OPTIONS", "detect_leaks=0", TRUE);
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  run_child ("/secrets/file/subprocess/child");
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpuint (length, >, 0);
  g_unsetenv ("SECRET_BACKEND");
  g_unsetenv ("ASAN_OPTIONS");
  g_remove (path);
  g_autofree char *backup = g_strconcat (path, "~", NULL); /* the back end's own */
  g_remove (backup);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_no_bus (void)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  run_child ("/secrets/no-bus/subprocess/child");
  run_child ("/secrets/cancelled/subprocess/child");

  /* no address, and nothing to find one by */
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_unsetenv ("DISPLAY");
  run_child ("/secrets/no-bus/subprocess/child");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secrets/key", test_key);
  g_test_add_func ("/secrets/file", test_file);
  g_test_add_func ("/secrets/no-bus", test_no_bus);
  g_test_add_func ("/secrets/file/subprocess/child", test_file_child);
  g_test_add_func ("/secrets/no-bus/subprocess/child", test_no_bus_child);
  g_test_add_func ("/secrets/cancelled/subprocess/child", test_cancelled_child);
  return g_test_run ();
}
