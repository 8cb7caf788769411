/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which password a login uses, with passwords in libsecret's own encrypted file. */
#include <glib/gstdio.h>
#include <locale.h>

#include "base/error.h"
#include "check/login-password.h"
#include "check/standing.h"
#include "store/overlay.h"
#include "store/secrets-pending.h"
#include "tests/lib/secrets-wait.h"

#define IN MOPT_SECTION_INCOMING_ACCOUNT
#define OUT MOPT_SECTION_OUTGOING_ACCOUNT

/* --- The calls, waited for --- */

static MoptPassword *
find (MoptAccount *account, MoptSection section, MoptLoginPassword *what, GError **error)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  SecretsWait wait = { NULL };

  mopt_login_password_find_async (settings, section, 0, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_login_password_find_finish (result, what, error);
}

static MoptLoginPassword
state_of (MoptAccount *account, MoptSection section, MoptSecretKey **other, GError **error)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  SecretsWait wait = { NULL };

  mopt_login_password_state_async (settings, section, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_login_password_state_finish (result, other, error);
}

/* @text: NULL: there is none, with @code. */
static void
check (MoptAccount *account, MoptSection section, MoptLoginPassword expected, const char *text, int code)
{
  g_autoptr (GError) error = NULL;
  MoptLoginPassword what;

  g_assert_cmpint (state_of (account, section, NULL, NULL), ==, expected);
  g_autoptr (MoptPassword) password = find (account, section, &what, &error);
  if (text == NULL)
    {
      g_assert_null (password);
      g_assert_error (error, MOPT_ERROR, code);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (mopt_password_peek (password), ==, text);
  g_assert_cmpint (what, ==, expected);
}

/* --- An account that somebody published --- */

static void
publish (MoptAccount *account, MoptField field, const char *text)
{
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, field, text);
}

static MoptAccount *
published_account (gboolean verified)
{
  MoptAccount *account = mopt_account_new ("a", "imap");
  g_autoptr (MoptPublication) publication = mopt_publication_new ();

  g_free (publication->organization);
  publication->organization = g_strdup ("Example Corp");
  g_free (publication->contact);
  publication->contact = g_strdup ("help@example.com");
  publication->verified = verified;
  mopt_account_set_published (account, TRUE);
  mopt_account_set_publication (account, publication);
  publish (account, MOPT_FIELD_INCOMING_HOST, "imap1.example.com");
  publish (account, MOPT_FIELD_INCOMING_USER, "alice");
  publish (account, MOPT_FIELD_OUTGOING_HOST, "smtp1.example.com");
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_SERVER, TRUE);
  mopt_account_set_locked (account, MOPT_SECTION_OUTGOING_SERVER, TRUE);
  return account;
}

static void
store (char side, const char *host, const char *text)
{
  MoptSecretKey key = secrets_key (side, host, 0, "alice");
  g_autoptr (GError) error = NULL;

  secrets_store (&key, text, &error);
  g_assert_no_error (error);
}

static void
forget_all (void)
{
  g_assert_true (secrets_forget ("a", MOPT_SECTION_NONE, NULL, NULL));
}

static void
test_own (void)
{
  g_autoptr (MoptAccount) account = published_account (FALSE);

  check (account, IN, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  store ('i', "imap1.example.com", "own");
  check (account, IN, MOPT_LOGIN_PASSWORD_STORED, "own", 0);
  check (account, OUT, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  publish (account, MOPT_FIELD_INCOMING_USER, NULL);
  check (account, IN, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  forget_all ();
}

/* A changed server is asked about, each side alone; nothing is used before. */
static void
test_changed_server (void)
{
  g_autoptr (MoptAccount) account = published_account (FALSE);
  g_autoptr (MoptSecretKey) other = NULL;
  g_autoptr (GError) error = NULL;

  store ('i', "imap1.example.com", "in");
  store ('o', "smtp1.example.com", "out");
  mopt_account_set_term (account, MOPT_TERM_OUTGOING_HOST_PREVIOUS, "smtp1.example.com"); /* but nobody signed it */
  publish (account, MOPT_FIELD_OUTGOING_HOST, "smtp2.example.com");
  check (account, IN, MOPT_LOGIN_PASSWORD_STORED, "in", 0);
  check (account, OUT, MOPT_LOGIN_PASSWORD_ELSEWHERE, NULL, MOPT_ERROR_PASSWORD_ELSEWHERE);
  g_assert_null (find (account, OUT, NULL, &error));
  g_assert_cmpstr (error->message, ==,
                   "Your password is stored for smtp1.example.com, and Example Corp now has smtp2.example.com. "
                   "Open E-mail Options to confirm smtp2.example.com.");
  g_assert_cmpint (state_of (account, OUT, &other, NULL), ==, MOPT_LOGIN_PASSWORD_ELSEWHERE);
  g_assert_cmpstr (other->host, ==, "smtp1.example.com");

  /* agreed */
  MoptSecretKey to = secrets_key ('o', "smtp2.example.com", 0, "alice");
  g_autoptr (MoptPassword) copied = secrets_copy (other, &to, NULL);
  g_assert_nonnull (copied);
  check (account, OUT, MOPT_LOGIN_PASSWORD_STORED, "out", 0);

  /* the user's own server is his own business: nothing is offered */
  mopt_account_set_locked (account, MOPT_SECTION_OUTGOING_SERVER, FALSE);
  mopt_account_set_customised (account, MOPT_SECTION_OUTGOING_SERVER, TRUE);
  mopt_account_set (account, MOPT_FIELD_OUTGOING_HOST, "smtp.home.example");
  check (account, OUT, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  forget_all ();
}

static void
test_changed_user (void)
{
  g_autoptr (MoptAccount) account = published_account (TRUE);
  g_autoptr (GError) error = NULL;

  store ('i', "imap1.example.com", "in");
  mopt_account_set_term (account, MOPT_TERM_INCOMING_HOST_PREVIOUS, "imap1.example.com");
  publish (account, MOPT_FIELD_INCOMING_USER, "bob");
  check (account, IN, MOPT_LOGIN_PASSWORD_ELSEWHERE, NULL, MOPT_ERROR_PASSWORD_ELSEWHERE);
  g_assert_null (find (account, IN, NULL, &error));
  g_assert_nonnull (strstr (error->message, "alice on imap1.example.com"));
  g_assert_nonnull (strstr (error->message, "bob on imap1.example.com"));
  forget_all ();
}

/* A verified signature says that it is the same server: the password goes with it, and is there from then on. */
static void
test_signed_move (void)
{
  g_autoptr (MoptAccount) account = published_account (TRUE);
  MoptSecretKey old = secrets_key ('o', "smtp1.example.com", 0, "alice");

  store ('o', "smtp1.example.com", "out");
  publish (account, MOPT_FIELD_OUTGOING_HOST, "smtp2.example.com");
  check (account, OUT, MOPT_LOGIN_PASSWORD_ELSEWHERE, NULL, MOPT_ERROR_PASSWORD_ELSEWHERE);
  mopt_account_set_term (account, MOPT_TERM_OUTGOING_HOST_PREVIOUS, "smtp0.example.com\nSMTP1.example.com");
  check (account, OUT, MOPT_LOGIN_PASSWORD_MOVED, "out", 0);
  check (account, OUT, MOPT_LOGIN_PASSWORD_STORED, "out", 0);
  assert_password (&old, "out");
  forget_all ();
}

/* --- Shared passwords --- */

static void
share (const char *name, const char *text, int mode)
{
  g_autofree char *folder = g_path_get_dirname (g_getenv ("MAIL_OPTIONS_PUBLISHED"));
  g_autofree char *path = g_build_filename (folder, "secrets", name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
test_shared (void)
{
  g_autoptr (MoptAccount) account = published_account (FALSE);
  g_autoptr (MoptAccount) copy = NULL;
  g_autoptr (GError) error = NULL;

  share ("helpdesk", "shared\n", 0640);
  mopt_account_set_term (account, MOPT_TERM_INCOMING_PASSWORD_FILE, "helpdesk");
  check (account, IN, MOPT_LOGIN_PASSWORD_SHARED, "shared", 0);
  check (account, OUT, MOPT_LOGIN_PASSWORD_SHARED, "shared", 0); /* Use Same Settings */

  /* the user's own first, for it is he who put it there; but a locked login is the publisher's */
  store ('i', "imap1.example.com", "own");
  check (account, IN, MOPT_LOGIN_PASSWORD_STORED, "own", 0);
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_ACCOUNT, TRUE);
  check (account, IN, MOPT_LOGIN_PASSWORD_SHARED, "shared", 0);
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_ACCOUNT, FALSE);
  forget_all ();

  /* on the publisher's server and for his user only */
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_SERVER, FALSE);
  mopt_account_set_customised (account, MOPT_SECTION_INCOMING_SERVER, TRUE);
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "imap.evil.example");
  check (account, IN, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "imap1.example.com"); /* not even the same by hand */
  check (account, IN, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  check (account, OUT, MOPT_LOGIN_PASSWORD_SHARED, "shared", 0);         /* each side alone */
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_SERVER, TRUE); /* parked: the publisher's again */
  check (account, IN, MOPT_LOGIN_PASSWORD_SHARED, "shared", 0);
  mopt_account_set_customised (account, MOPT_SECTION_INCOMING_ACCOUNT, TRUE);
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
  check (account, IN, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  check (account, OUT, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  mopt_account_set_customised (account, MOPT_SECTION_INCOMING_ACCOUNT, FALSE);

  /* not in a copy, and not for a draft */
  copy = mopt_account_copy (account, "Copy");
  check (copy, IN, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  mopt_account_set_publishing (account, TRUE);
  check (account, IN, MOPT_LOGIN_PASSWORD_NONE, NULL, MOPT_ERROR_KEYRING_NOT_STORED);
  mopt_account_set_publishing (account, FALSE);

  /* what cannot be used is said, with whom to ask */
  share ("helpdesk", "shared\n", 0644);
  check (account, IN, MOPT_LOGIN_PASSWORD_SHARED, NULL, MOPT_ERROR_SHARED_PASSWORD);
  g_assert_cmpint (state_of (account, IN, NULL, &error), ==, MOPT_LOGIN_PASSWORD_SHARED);
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SHARED_PASSWORD);
  g_assert_true (g_str_has_suffix (error->message, "To have it mended, ask help@example.com."));
}

/* --- Accounts with a new id --- */

static void
run_pending (MoptAccounts *accounts)
{
  SecretsWait wait = { NULL };
  g_autoptr (GError) error = NULL;

  mopt_secrets_pending_run_async (accounts, 0, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  mopt_secrets_pending_run_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_pending (void)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "mail-options", "accounts.conf", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *note = g_build_filename (g_get_user_state_dir (), "mail-options", "passwords.conf", NULL);
  g_autoptr (MoptAccounts) accounts = mopt_accounts_new (path);
  g_autoptr (MoptAccount) account = mopt_account_new ("new", "imap");
  MoptSecretKey old = secrets_key ('i', "imap1.example.com", 0, "alice"), new = old, other = old;
  g_autoptr (GError) error = NULL;

  new.account_id = (char *) "new";
  other.account_id = (char *) "gone";
  mopt_account_set_name (account, "Kept");
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "imap1.example.com");
  mopt_account_set (account, MOPT_FIELD_INCOMING_USER, "alice");
  g_assert_true (secrets_store (&old, "kept", NULL));
  g_assert_true (secrets_store (&other, "to go", NULL));

  g_assert_true (mopt_accounts_load (accounts, NULL));
  run_pending (accounts); /* nothing to do */
  g_assert_true (mopt_secrets_pending_add ("a", "new", &error));
  g_assert_true (mopt_secrets_pending_add ("a", "new", &error));
  g_assert_true (mopt_secrets_pending_add ("gone", NULL, &error));
  g_assert_no_error (error);
  run_pending (accounts); /* the account may just be being written: its note stays */
  assert_password (&old, "kept");
  assert_no_password (&other, 0, MOPT_ERROR_KEYRING_NOT_STORED);

  /* a login does not wait for it */
  g_assert_cmpint (state_of (account, IN, NULL, NULL), ==, MOPT_LOGIN_PASSWORD_STORED);
  assert_password (&old, "kept");
  check (account, IN, MOPT_LOGIN_PASSWORD_STORED, "kept", 0);
  assert_password (&new, "kept");
  assert_no_password (&old, 0, MOPT_ERROR_KEYRING_NOT_STORED);

  /* once the account is there, all of it goes over, and the note is crossed off */
  g_assert_true (secrets_forget ("new", MOPT_SECTION_NONE, NULL, NULL));
  g_assert_true (secrets_store (&old, "kept", NULL));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "[Account new]\nKind=imap\nName=Kept\n", -1, NULL));
  g_assert_true (mopt_accounts_load (accounts, &error));
  run_pending (accounts);
  assert_password (&new, "kept");
  assert_no_password (&old, 0, MOPT_ERROR_KEYRING_NOT_STORED);
  g_assert_true (secrets_store (&old, "another", NULL));
  run_pending (accounts);
  assert_password (&old, "another");
  g_assert_null (mopt_secrets_pending_get_old_id ("new"));

  /* what an undo took back, or what is in the list, keeps its passwords */
  g_assert_true (mopt_secrets_pending_add ("new", NULL, NULL));
  g_assert_true (mopt_secrets_pending_add ("a", NULL, NULL));
  g_assert_true (mopt_secrets_pending_remove ("a", NULL, NULL));
  run_pending (accounts);
  assert_password (&new, "kept");
  assert_password (&old, "another");

  /* a note that was damaged, or whose account never came */
  g_assert_true (g_file_set_contents (note, "[a x]\nSince=1\n", -1, NULL));
  run_pending (accounts);
  g_assert_null (mopt_secrets_pending_get_old_id ("x"));
  g_assert_true (g_file_set_contents (note, "\377\376 nonsense", -1, NULL));
  run_pending (accounts);
  assert_password (&old, "another");
  forget_all ();
  g_assert_true (secrets_forget ("new", MOPT_SECTION_NONE, NULL, NULL));
}

/* --- Which accounts lack one --- */

static gboolean
is_missing (MoptAccount *account)
{
  g_autoptr (GHashTable) stored = secrets_list (NULL);

  return mopt_login_password_find_missing (account, stored) != MOPT_SECTION_NONE;
}

/* How mopt and the window say it. */
static void
assert_standing (MoptAccount *account, MoptStanding wanted, const char *reason)
{
  g_autoptr (GHashTable) stored = secrets_list (NULL);
  g_autofree char *said = NULL;

  g_assert_cmpint (mopt_standing (account, NULL, stored, &said), ==, wanted);
  g_assert_cmpstr (said, ==, reason);
}

static void
test_missing (void)
{
  g_autoptr (MoptAccount) account = published_account (TRUE);
  g_autoptr (MoptAccount) personal = mopt_account_new ("p", "imap");

  mopt_account_set (personal, MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  mopt_account_set (personal, MOPT_FIELD_INCOMING_USER, "alice");
  g_assert_false (is_missing (personal));
  g_assert_true (is_missing (account));
  store ('i', "imap1.example.com", "in");
  g_assert_true (is_missing (account)); /* the other side */
  assert_standing (account, MOPT_STANDING_NEEDS_PASSWORD, NULL);
  store ('o', "smtp1.example.com", "out");
  g_assert_false (is_missing (account));
  publish (account, MOPT_FIELD_OUTGOING_HOST, "smtp2.example.com");
  g_assert_true (is_missing (account));
  mopt_account_set_term (account, MOPT_TERM_OUTGOING_HOST_PREVIOUS, "smtp1.example.com");
  g_assert_false (is_missing (account));
  mopt_account_set_term (account, MOPT_TERM_OUTGOING_HOST_PREVIOUS, NULL);
  publish (account, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION, "false");
  g_assert_false (is_missing (account));
  assert_standing (account, MOPT_STANDING_UNTESTED, NULL);
  publish (account, MOPT_FIELD_INCOMING_USER, NULL);
  g_assert_true (is_missing (account));
  assert_standing (account, MOPT_STANDING_NEEDS_USER, NULL);
  mopt_account_set_locked (account, IN, TRUE); /* nothing that the user could do */
  assert_standing (account, MOPT_STANDING_NEEDS_ADMINISTRATOR,
                   "No user name is given for this account. Ask Example Corp (help@example.com).");
  publish (account, MOPT_FIELD_INCOMING_USER, "bob");
  assert_standing (account, MOPT_STANDING_NEEDS_ADMINISTRATOR,
                   "No password is given for this account. Ask Example Corp (help@example.com).");
  mopt_account_set_locked (account, IN, FALSE);
  assert_standing (account, MOPT_STANDING_NEEDS_PASSWORD, NULL);
  g_assert_true (is_missing (account));
  mopt_account_set_term (account, MOPT_TERM_INCOMING_PASSWORD_FILE, "helpdesk");
  g_assert_false (is_missing (account));
  forget_all ();
}

/* A user name that is made of the person's own address, which nobody knows yet: no administrator can help there. */
static void
test_wants_address (void)
{
  static const char *const none[] = { NULL };
  g_autoptr (MoptAccount) account = published_account (TRUE);
  g_autoptr (MoptIdentity) stranger = mopt_identity_new ("alice", none, NULL);
  g_autoptr (MoptIdentity) alice = mopt_identity_new ("alice", none, "alice@example.com");

  publish (account, MOPT_FIELD_INCOMING_USER, "%EMAILADDRESS%");
  for (guint locked = 0; locked < 2; locked++)
    {
      mopt_account_set_locked (account, IN, locked);
      g_autoptr (MoptAccount) theirs = mopt_overlay_merge (NULL, account, stranger, 0, NULL);
      g_autoptr (MoptAccount) hers = mopt_overlay_merge (NULL, account, alice, 0, NULL);

      assert_standing (theirs, MOPT_STANDING_NEEDS_ADDRESS, NULL);
      assert_standing (hers, locked ? MOPT_STANDING_NEEDS_ADMINISTRATOR : MOPT_STANDING_NEEDS_PASSWORD,
                       locked ? "No password is given for this account. Ask Example Corp (help@example.com)." : NULL);
    }
}

/* --- Never sent where it was not stored for --- */

#define N_SEQUENCES 10000
#define N_STEPS 12

static const char *const hosts[] = { "imap1.example.com", "imap2.example.com", "imap3.example.com" };
static const char *const users[] = { "alice", "bob" };

/* The shape of a password says where it belongs. */
static char *
password_for (const char *host, const char *user)
{
  return g_strdup_printf ("%s@%s", user, host);
}

/* Something that an administrator, or the user, may do at any time. */
static void
step (GRand *rand, MoptAccount *account)
{
  const char *host = hosts[g_rand_int_range (rand, 0, G_N_ELEMENTS (hosts))];
  const char *user = users[g_rand_int_range (rand, 0, G_N_ELEMENTS (users))];
  MoptSection section = g_rand_boolean (rand) ? MOPT_SECTION_INCOMING_SERVER : MOPT_SECTION_INCOMING_ACCOUNT;

  switch (g_rand_int_range (rand, 0, 9))
    {
    case 0:
      publish (account, MOPT_FIELD_INCOMING_HOST, host);
      break;
    case 1:
      publish (account, MOPT_FIELD_INCOMING_USER, g_rand_int_range (rand, 0, 5) == 0 ? NULL : user);
      break;
    case 2:
      mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, host);
      break;
    case 3:
      mopt_account_set (account, MOPT_FIELD_INCOMING_USER, user);
      break;
    case 4:
      mopt_account_set_locked (account, section, g_rand_boolean (rand));
      break;
    case 5:
      mopt_account_set_customised (account, section, g_rand_boolean (rand));
      break;
    case 6:
      mopt_account_set_parked (account, section, g_rand_boolean (rand));
      break;
    case 7:
      mopt_account_set_term (account, MOPT_TERM_INCOMING_PASSWORD_FILE, g_rand_boolean (rand) ? "property" : NULL);
      break;
    case 8:
      mopt_account_set_rights (account, g_rand_int_range (rand, 0, 8));
      break;
    default:
      g_assert_not_reached ();
    }
}

/* Written another way than the code: the layer of a section by the rule in words. */
static gboolean
is_publishers (MoptAccount *account, MoptSection section)
{
  gboolean open = !mopt_account_has_padlock (account, section)
                  || (mopt_account_get_rights (account) & MOPT_RIGHT_OVERRIDE_LOCKED) != 0;

  return !(mopt_account_is_customised (account, section) && !mopt_account_is_parked (account, section) && open);
}

static void
check_login (MoptAccount *account, guint *found, guint *shared)
{
  const char *host = mopt_account_get (account, MOPT_FIELD_INCOMING_HOST);
  const char *user = mopt_account_get (account, MOPT_FIELD_INCOMING_USER);
  g_autofree char *own = password_for (host, user);
  g_autoptr (MoptPassword) password = find (account, IN, NULL, NULL);

  if (password == NULL)
    return;
  (*found)++;
  if (g_str_equal (mopt_password_peek (password), own))
    return;
  /* else it is the shared one, at the publisher's server for the publisher's user */
  (*shared)++;
  g_assert_cmpstr (mopt_password_peek (password), ==, "shared");
  g_assert_true (mopt_account_has_term (account, MOPT_TERM_INCOMING_PASSWORD_FILE));
  g_assert_true (is_publishers (account, MOPT_SECTION_INCOMING_SERVER));
  g_assert_true (is_publishers (account, MOPT_SECTION_INCOMING_ACCOUNT));
  g_assert_cmpstr (host, ==, mopt_account_get_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_HOST));
  g_assert_cmpstr (user, ==, mopt_account_get_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_USER));
}

static void
test_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  guint found = 0, shared = 0;

  share ("property", "shared", 0640);
  for (guint h = 0; h < G_N_ELEMENTS (hosts) - 1; h++) /* none for the last */
    {
      MoptSecretKey key = secrets_key ('i', hosts[h], 0, "alice");
      g_autofree char *text = password_for (hosts[h], "alice");

      g_assert_true (secrets_store (&key, text, NULL));
    }
  for (guint i = 0; i < N_SEQUENCES; i++)
    {
      g_autoptr (MoptAccount) account = published_account (FALSE);

      for (guint n = 0; n < N_STEPS; n++)
        step (rand, account);
      check_login (account, &found, &shared);
    }
  g_test_message ("%u of %u logins had a password, %u the shared one", found, N_SEQUENCES, shared);
  g_assert_cmpuint (found, >, N_SEQUENCES / 10);
  g_assert_cmpuint (shared, >, N_SEQUENCES / 100);
  forget_all ();
}

/* libsecret keeps its back end for the life of a process. */
static void
test_all (void)
{
  test_own ();
  test_changed_server ();
  test_changed_user ();
  test_signed_move ();
  test_shared ();
  test_missing ();
  test_wants_address ();
  test_pending ();
  test_property ();
}

static void
test_no_keyring (void)
{
  g_autoptr (MoptAccount) account = published_account (FALSE);

  check (account, IN, MOPT_LOGIN_PASSWORD_UNKNOWN, NULL, MOPT_ERROR_KEYRING_NO_BUS);
  share ("helpdesk", "shared\n", 0640);
  mopt_account_set_term (account, MOPT_TERM_INCOMING_PASSWORD_FILE, "helpdesk");
  check (account, IN, MOPT_LOGIN_PASSWORD_SHARED, "shared", 0);
}

static void
run_child (const char *path)
{
  g_test_trap_subprocess (path, 120 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_parent (void)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_autofree char *passwords = g_build_filename (folder, "passwords", NULL);
  g_autofree char *published = g_build_filename (folder, "published.conf", NULL);
  g_autofree char *secrets = g_build_filename (folder, "secrets", NULL);
  char *argv[] = { (char *) "rm", (char *) "-rf", folder, NULL };

  g_assert_cmpint (g_mkdir (secrets, 0700), ==, 0);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", published, TRUE);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  run_child ("/login-password/subprocess/no-keyring");

  /* this back end of libsecret 0.20 forgets the new etag of each file that it writes */
  g_setenv ("ASAN_OPTIONS", "detect_leaks=0", TRUE);
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", passwords, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  run_child ("/login-password/subprocess/all");
  g_assert_true (g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/login-password", test_parent);
  g_test_add_func ("/login-password/subprocess/all", test_all);
  g_test_add_func ("/login-password/subprocess/no-keyring", test_no_keyring);
  return g_test_run ();
}
