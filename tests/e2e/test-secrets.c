/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords in a real gnome-keyring, in the session that secrets.sh makes for each part. */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>

#include "base/error.h"
#include "tests/lib/secrets-wait.h"

#define SERVICE "org.freedesktop.secrets"
#define FELT_AT_ONCE (100 * 1000) /* µs */

static MoptSecretKey
key_in (void)
{
  return secrets_key ('i', "imap.example.com", 0, "alice");
}

static GVariant *
call (const char *name, const char *path, const char *interface, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  g_assert_no_error (error);
  GVariant *reply = g_dbus_connection_call_sync (bus, name, path, interface, method, arguments, NULL,
                                                 G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return reply;
}

/* Locks the keyring that passwords go to; gnome-keyring needs no prompt for it. */
static void
lock_keyring (void)
{
  const char *path = "/org/freedesktop/secrets/collection/login";
  g_autoptr (GVariant) reply = call (SERVICE, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "Lock",
                                     g_variant_new ("(@ao)", g_variant_new_objv (&path, 1)));
  g_autoptr (GVariant) locked = g_variant_get_child_value (reply, 0);

  g_assert_cmpuint (g_variant_n_children (locked), ==, 1);
}

static void
store (const MoptSecretKey *key, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (secrets_store (key, text, &error));
  g_assert_no_error (error);
}

static void
assert_state (const MoptSecretKey *key, MoptSecretState expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (secrets_state (key, NULL, &error), ==, expected);
  g_assert_no_error (error);
}

static void
test_unlocked (void)
{
  check_secrets ();
  check_moves ();
}

static void
test_none (void)
{
  check_session_only (MOPT_ERROR_KEYRING_NO_SERVICE);
}

/* Asking starts the service; nothing is stored, and nobody is asked anything. */
static void
test_activatable (void)
{
  MoptSecretKey key = key_in ();

  assert_state (&key, MOPT_SECRET_NOT_STORED);
  assert_no_password (&key, MOPT_SECRETS_PROMPT, MOPT_ERROR_KEYRING_NOT_STORED);
}

/* Locked is told from absent, without a prompt. */
static void
test_locked (void)
{
  MoptSecretKey key = key_in ();
  MoptSecretKey other = secrets_key ('i', "imap.example.org", 0, "alice");

  store (&key, "secret");
  lock_keyring ();
  assert_state (&key, MOPT_SECRET_STORED_LOCKED);
  assert_state (&other, MOPT_SECRET_NOT_STORED);
  assert_no_password (&key, 0, MOPT_ERROR_KEYRING_LOCKED);
  assert_no_password (&other, 0, MOPT_ERROR_KEYRING_NOT_STORED);

  /* what there is can still be told; nothing is moved or lost, and nobody is asked */
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) stored = secrets_list (&error);
  g_assert_no_error (error);
  g_assert_true (g_hash_table_contains (stored, &key));
  /* and since when, so that a test knows whether it was made with it */
  gint64 ago = g_get_real_time () / G_USEC_PER_SEC - (gint64) mopt_secrets_list_get_modified (stored, &key);
  g_assert_cmpint (ago, >=, 0);
  g_assert_cmpint (ago, <=, 10);
  g_assert_cmpuint (mopt_secrets_list_get_modified (stored, &other), ==, 0);
  g_autoptr (GPtrArray) others = secrets_find_other (&other, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (others->len, ==, 1);
  g_assert_false (secrets_rekey ("a", "b", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_false (secrets_forget ("a", MOPT_SECTION_NONE, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_KEYRING_LOCKED);
  assert_state (&key, MOPT_SECRET_STORED_LOCKED);
}

/* --- A service that does not answer -------------------------------------------------------------------------- */

static gboolean
on_cancel_time (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_stopped (void)
{
  MoptSecretKey key = key_in ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint pid;

  store (&key, "secret");
  g_autoptr (GVariant) reply = call ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                     "GetConnectionUnixProcessID", g_variant_new ("(s)", SERVICE));
  g_variant_get (reply, "(u)", &pid);
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);

  gint64 start = g_get_monotonic_time ();
  g_timeout_add (200, on_cancel_time, cancellable);
  g_assert_null (secrets_lookup (&key, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 200 * 1000 + FELT_AT_ONCE);

  start = g_get_monotonic_time ();
  g_assert_cmpint (secrets_state (&key, NULL, &error), ==, MOPT_SECRET_UNKNOWN);
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_KEYRING_FAILED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 15 * G_USEC_PER_SEC);

  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  assert_password (&key, "secret");
}

/* --- The prompt ---------------------------------------------------------------------------------------------- */

typedef struct
{
  SecretsWait wait;
  GCancellable *cancellable;
} Prompted;

static void
ask (Prompted *prompted, const MoptSecretKey *key)
{
  *prompted = (Prompted){ { NULL }, g_cancellable_new () };
  mopt_secrets_lookup_async (key, MOPT_SECRETS_PROMPT, prompted->cancellable, on_secrets_answer, &prompted->wait);
}

/* Lets the main loop run until the prompt's window is on the screen. */
static void
wait_for_prompt (Prompted *prompted)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  int status = -1;

  while (status != 0 && prompted->wait.result == NULL && g_get_monotonic_time () < deadline)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_autofree char *found = NULL;
      g_assert_true (
          g_spawn_command_line_sync ("xdotool search --onlyvisible --class gcr-prompter", &found, NULL, &status, NULL));
      g_usleep (20000);
    }
  g_assert_null (prompted->wait.result);
  g_assert_cmpint (status, ==, 0);
}

/* Types into the prompt, and waits until its window has gone. */
static void
type (const char *keys)
{
  static const char script[]
      = "search () { xdotool search --onlyvisible --class gcr-prompter 2>/dev/null; }\n"
        "for i in $(seq 200); do w=$(search | tail -n 1); [ -z \"$w\" ] || break; sleep 0.05; done\n"
        "xdotool windowfocus --sync $w; sleep 0.3; eval \"$1\"\n"
        "for i in $(seq 200); do search | grep -qx \"$w\" || exit 0; sleep 0.05; done; exit 1";
  char *argv[] = { (char *) "sh", (char *) "-c", (char *) script, (char *) "-", (char *) keys, NULL };
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

static void
test_prompt (void)
{
  MoptSecretKey key = key_in ();
  g_autoptr (GError) error = NULL;
  Prompted prompted;

  store (&key, "secret");
  lock_keyring ();

  /* a prompt that nobody answers: other calls are answered, and a cancel is felt at once */
  ask (&prompted, &key);
  wait_for_prompt (&prompted);
  gint64 start = g_get_monotonic_time ();
  assert_state (&key, MOPT_SECRET_STORED_LOCKED);
  assert_no_password (&key, 0, MOPT_ERROR_KEYRING_LOCKED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_null (prompted.wait.result);
  start = g_get_monotonic_time ();
  g_cancellable_cancel (prompted.cancellable);
  g_autoptr (GAsyncResult) cancelled = secrets_wait (&prompted.wait);
  g_assert_cmpint (g_get_monotonic_time () - start, <, FELT_AT_ONCE);
  g_assert_null (mopt_secrets_lookup_finish (cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_object_unref (prompted.cancellable);

  /* it is asked again, twice, while the old question is still open; a person closes it: once for all */
  Prompted other;
  ask (&prompted, &key);
  ask (&other, &key);
  assert_no_password (&key, 0, MOPT_ERROR_KEYRING_LOCKED); /* till they have come as far */
  assert_no_password (&key, 0, MOPT_ERROR_KEYRING_LOCKED);
  type ("xdotool key Escape");
  g_autoptr (GAsyncResult) closed = secrets_wait (&prompted.wait);
  g_assert_null (mopt_secrets_lookup_finish (closed, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_KEYRING_DISMISSED);
  g_clear_error (&error);
  g_autoptr (GAsyncResult) closed_too = secrets_wait (&other.wait);
  g_assert_null (mopt_secrets_lookup_finish (closed_too, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_KEYRING_DISMISSED);
  g_clear_error (&error);
  g_object_unref (prompted.cancellable);
  g_object_unref (other.cancellable);

  /* a person answers it: once for both */
  ask (&prompted, &key);
  ask (&other, &key);
  wait_for_prompt (&prompted);
  type ("xdotool type test; xdotool key Return");
  g_autoptr (GAsyncResult) answered = secrets_wait (&prompted.wait);
  g_autoptr (MoptPassword) password = mopt_secrets_lookup_finish (answered, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mopt_password_peek (password), ==, "secret");
  g_autoptr (GAsyncResult) answered_too = secrets_wait (&other.wait);
  g_autoptr (MoptPassword) same = mopt_secrets_lookup_finish (answered_too, &error);
  g_assert_no_error (error);
  g_assert_true (mopt_password_equal (same, password));
  g_object_unref (prompted.cancellable);
  g_object_unref (other.cancellable);
  assert_state (&key, MOPT_SECRET_STORED);

  /* the same for storing */
  lock_keyring ();
  SecretsWait wait = { NULL };
  mopt_secrets_store_async (&key, "Test", password, NULL, on_secrets_answer, &wait);
  prompted = (Prompted){ { NULL }, NULL };
  wait_for_prompt (&prompted);
  type ("xdotool key Escape");
  g_autoptr (GAsyncResult) refused = secrets_wait (&wait);
  g_assert_false (mopt_secrets_store_finish (refused, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_KEYRING_DISMISSED);
  g_assert_false (mopt_secrets_is_session_only (&key));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secrets/unlocked", test_unlocked);
  g_test_add_func ("/secrets/none", test_none);
  g_test_add_func ("/secrets/activatable", test_activatable);
  g_test_add_func ("/secrets/locked", test_locked);
  g_test_add_func ("/secrets/stopped", test_stopped);
  g_test_add_func ("/secrets/prompt", test_prompt);
  return g_test_run ();
}
