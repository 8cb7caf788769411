/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "secret.h"
#include "store/secrets.h"

/* The calls of secrets.h as tests want them: they run the main loop until the answer is there. @cancellable may be
 * NULL everywhere. */

typedef struct
{
  GAsyncResult *result;
} SecretsWait;

static inline void
on_secrets_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((SecretsWait *) user_data)->result = g_object_ref (result);
}

static inline GAsyncResult *
secrets_wait (SecretsWait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (&wait->result);
}

static inline MoptPassword *
secrets_lookup (const MoptSecretKey *key, MoptSecretsFlags flags, GCancellable *cancellable, GError **error)
{
  SecretsWait wait = { NULL };

  mopt_secrets_lookup_async (key, flags, cancellable, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_secrets_lookup_finish (result, error);
}

static inline MoptSecretState
secrets_state (const MoptSecretKey *key, guint64 *modified, GError **error)
{
  SecretsWait wait = { NULL };

  mopt_secrets_state_async (key, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_secrets_state_finish (result, modified, error);
}

static inline gboolean
secrets_store (const MoptSecretKey *key, const char *text, GError **error)
{
  SecretsWait wait = { NULL };
  g_autoptr (MoptPassword) password = mopt_password_new (text);

  mopt_secrets_store_async (key, "Test", password, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_secrets_store_finish (result, error);
}

static inline gboolean
secrets_forget (const char *account_id, MoptSection section, const MoptSecretKey *keep, GError **error)
{
  SecretsWait wait = { NULL };

  mopt_secrets_forget_async (account_id, section, keep, 0, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_secrets_forget_finish (result, error);
}

static inline GHashTable *
secrets_list (GError **error)
{
  SecretsWait wait = { NULL };

  mopt_secrets_list_async (NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_secrets_list_finish (result, error);
}

static inline GPtrArray *
secrets_find_other (const MoptSecretKey *key, GError **error)
{
  SecretsWait wait = { NULL };

  mopt_secrets_find_other_async (key, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_secrets_find_other_finish (result, error);
}

static inline MoptPassword *
secrets_copy (const MoptSecretKey *from, const MoptSecretKey *to, GError **error)
{
  SecretsWait wait = { NULL };

  mopt_secrets_copy_async (from, to, "Test", 0, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_secrets_copy_finish (result, error);
}

static inline gboolean
secrets_rekey (const char *old_id, const char *new_id, GError **error)
{
  SecretsWait wait = { NULL };

  mopt_secrets_rekey_async (old_id, new_id, "Test", 0, NULL, on_secrets_answer, &wait);
  g_autoptr (GAsyncResult) result = secrets_wait (&wait);
  return mopt_secrets_rekey_finish (result, error);
}

/* A key of the account "a": @side is 'i' or 'o'. */
static inline MoptSecretKey
secrets_key (char side, const char *host, guint16 port, const char *user)
{
  return (MoptSecretKey){ .account_id = (char *) "a",
                          .section = side == 'i' ? MOPT_SECTION_INCOMING_ACCOUNT : MOPT_SECTION_OUTGOING_ACCOUNT,
                          .protocol = side == 'i' ? MOPT_PROTOCOL_IMAP : MOPT_PROTOCOL_SMTP,
                          .host = (char *) host,
                          .port = port,
                          .user = (char *) user };
}

static inline void
assert_password (const MoptSecretKey *key, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPassword) password = secrets_lookup (key, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (mopt_password_peek (password), ==, expected);
}

static inline void
assert_no_password (const MoptSecretKey *key, MoptSecretsFlags flags, MoptError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (secrets_lookup (key, flags, NULL, &error));
  g_assert_error (error, MOPT_ERROR, (int) code);
}

/* What must hold wherever passwords can be kept: found by exactly what they were stored for, and nothing else. */
static inline void
check_secrets (void)
{
  static const char odd[] = TEST_PASSWORD ("alice");
  g_autoptr (GError) error = NULL;
  MoptSecretKey in = secrets_key ('i', "imap.example.com", 0, "alice");
  MoptSecretKey out = secrets_key ('o', "smtp.example.com", 0, "alice");
  guint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint64 modified = 0;

  g_assert_cmpint (secrets_state (&in, &modified, &error), ==, MOPT_SECRET_NOT_STORED);
  g_assert_no_error (error);
  g_assert_cmpuint (modified, ==, 0);
  assert_no_password (&in, 0, MOPT_ERROR_KEYRING_NOT_STORED);

  g_assert_true (secrets_store (&in, "first", &error));
  g_assert_true (secrets_store (&in, odd, &error)); /* replaces */
  g_assert_true (secrets_store (&out, "other", &error));
  g_assert_no_error (error);
  g_assert_false (mopt_secrets_is_session_only (&in));
  assert_password (&in, odd);
  assert_password (&out, "other");
  g_assert_cmpint (secrets_state (&in, &modified, &error), ==, MOPT_SECRET_STORED);
  g_assert_cmpuint (modified, >=, now);
  g_assert_cmpuint (modified, <=, now + 60);

  MoptSecretKey others[] = { in, in, in, in, in, in };
  others[0].host = (char *) "imap.example.org";
  others[1].port = 993;
  others[2].user = (char *) "Alice";
  others[3].protocol = MOPT_PROTOCOL_POP3;
  others[4].section = MOPT_SECTION_OUTGOING_ACCOUNT;
  others[5].account_id = (char *) "b";
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_no_password (&others[i], MOPT_SECRETS_PROMPT, MOPT_ERROR_KEYRING_NOT_STORED);

  /* the server was changed: the old item goes, the new one and the other side stay */
  g_assert_true (secrets_store (&others[0], "new host", &error));
  g_assert_true (secrets_store (&others[5], "account b", &error));
  g_assert_true (secrets_forget ("a", MOPT_SECTION_INCOMING_ACCOUNT, &others[0], &error));
  g_assert_no_error (error);
  assert_no_password (&in, 0, MOPT_ERROR_KEYRING_NOT_STORED);
  assert_password (&others[0], "new host");
  assert_password (&out, "other");

  g_assert_true (secrets_forget ("a", MOPT_SECTION_NONE, NULL, &error));
  g_assert_true (secrets_forget ("a", MOPT_SECTION_NONE, NULL, &error)); /* nothing left: no error */
  g_assert_no_error (error);
  assert_no_password (&others[0], 0, MOPT_ERROR_KEYRING_NOT_STORED);
  assert_no_password (&out, 0, MOPT_ERROR_KEYRING_NOT_STORED);
  assert_password (&others[5], "account b");
  g_assert_true (secrets_forget ("b", MOPT_SECTION_NONE, NULL, &error));
  g_assert_no_error (error);
}

/* What is there is known without its password; it goes from key to key, and never gets lost on the way. */
static inline void
check_moves (void)
{
  g_autoptr (GError) error = NULL;
  MoptSecretKey in = secrets_key ('i', "imap1.example.com", 0, "alice");
  MoptSecretKey in2 = secrets_key ('i', "imap2.example.com", 0, "alice");
  MoptSecretKey out = secrets_key ('o', "smtp1.example.com", 2525, "alice");
  MoptSecretKey b_in = in, b_in2 = in2, b_out = out, c_out = out;

  b_in.account_id = b_in2.account_id = b_out.account_id = (char *) "b";
  c_out.account_id = (char *) "c";
  g_autoptr (GHashTable) none = secrets_list (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (none), ==, 0);
  g_autoptr (GPtrArray) no_other = secrets_find_other (&in2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (no_other->len, ==, 0);

  g_assert_true (secrets_store (&in, "incoming", &error));
  g_assert_true (secrets_store (&out, "outgoing", &error));
  g_assert_true (secrets_store (&c_out, "of another", &error));
  g_autoptr (GHashTable) three = secrets_list (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (three), ==, 3);
  g_assert_true (g_hash_table_contains (three, &in));
  g_assert_true (g_hash_table_contains (three, &out));
  g_assert_true (g_hash_table_contains (three, &c_out));
  g_assert_false (g_hash_table_contains (three, &in2));

  /* others: of this side of this account only, and not the very one that was asked for */
  g_autoptr (GPtrArray) others = secrets_find_other (&in2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (others->len, ==, 1);
  g_assert_true (mopt_secret_key_equal (others->pdata[0], &in));
  g_autoptr (GPtrArray) not_itself = secrets_find_other (&in, &error);
  g_assert_cmpuint (not_itself->len, ==, 0);

  /* a copy leaves the original */
  g_autoptr (MoptPassword) copied = secrets_copy (&in, &in2, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mopt_password_peek (copied), ==, "incoming");
  assert_password (&in, "incoming");
  assert_password (&in2, "incoming");
  g_assert_null (secrets_copy (&b_in, &b_in2, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED);
  g_clear_error (&error);

  /* to another id: what that one has already stays, as after a kill between copying and forgetting */
  g_assert_true (secrets_store (&b_in, "newer", &error));
  g_assert_true (secrets_rekey ("a", "b", &error));
  g_assert_no_error (error);
  assert_password (&b_in, "newer");
  assert_password (&b_in2, "incoming");
  assert_password (&b_out, "outgoing");
  assert_no_password (&in, 0, MOPT_ERROR_KEYRING_NOT_STORED);
  assert_no_password (&in2, 0, MOPT_ERROR_KEYRING_NOT_STORED);
  assert_no_password (&out, 0, MOPT_ERROR_KEYRING_NOT_STORED);
  g_assert_true (secrets_rekey ("a", "b", &error)); /* once more: nothing to do */
  g_assert_no_error (error);
  assert_password (&b_out, "outgoing");
  assert_password (&c_out, "of another");

  g_assert_true (secrets_forget ("b", MOPT_SECTION_NONE, NULL, &error));
  g_assert_true (secrets_forget ("c", MOPT_SECTION_NONE, NULL, &error));
  g_assert_no_error (error);
}

/* Where nothing can be stored: said, and kept in this process. */
static inline void
check_session_only (MoptError code)
{
  MoptSecretKey in = secrets_key ('i', "imap.example.com", 0, "alice");
  MoptSecretKey out = secrets_key ('o', "smtp.example.com", 0, "alice");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (secrets_state (&in, NULL, &error), ==, MOPT_SECRET_UNKNOWN);
  g_assert_error (error, MOPT_ERROR, (int) code);
  g_clear_error (&error);
  assert_no_password (&in, MOPT_SECRETS_PROMPT, code);

  g_assert_false (secrets_store (&in, "for now", &error));
  g_assert_error (error, MOPT_ERROR, (int) code);
  g_clear_error (&error);
  g_assert_true (mopt_secrets_is_session_only (&in));
  assert_password (&in, "for now");
  g_assert_cmpint (secrets_state (&in, NULL, &error), ==, MOPT_SECRET_STORED);
  g_assert_no_error (error);
  g_assert_false (mopt_secrets_is_session_only (&out));

  MoptSecretKey moved = in;
  moved.account_id = (char *) "b";
  g_assert_null (secrets_list (&error));
  g_assert_error (error, MOPT_ERROR, (int) code);
  g_clear_error (&error);
  g_assert_false (secrets_rekey ("a", "b", &error)); /* there may be a keyring next time */
  g_assert_error (error, MOPT_ERROR, (int) code);
  g_clear_error (&error);
  assert_password (&moved, "for now");
  g_assert_false (secrets_rekey ("b", "a", &error));
  g_clear_error (&error);

  g_assert_false (secrets_forget ("a", MOPT_SECTION_NONE, NULL, &error));
  g_assert_error (error, MOPT_ERROR, (int) code);
  g_clear_error (&error);
  g_assert_false (mopt_secrets_is_session_only (&in)); /* what we had is gone all the same */
  assert_no_password (&in, 0, code);
}
