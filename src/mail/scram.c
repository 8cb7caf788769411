/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libgsasl never sees the password: it asks for the salted one, and we make that. So a server cannot make us work
 * for minutes (gsasl takes any iteration count), and a cancel is felt meanwhile. */
#include "mail/scram.h"

#include <gsasl.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/error.h"

#define SLICE 4096 /* iterations between two looks at the cancellable: 1 to 3 ms */

/* ---- preparation ---- */

/* gsasl frees its strings as they are. */
static void
wipe_and_free (char *text)
{
  if (text != NULL)
    mopt_wipe (text, strlen (text));
  gsasl_free (text);
}

MoptPrepared
mopt_scram_prepare (MoptPassword *text, MoptPassword **prepared)
{
  const char *bytes = mopt_password_peek (text);
  MoptPrepared verdict;
  char *lenient = NULL;
  char *strict = NULL;

  /* The usual case leaves no copies in the profile's tables. */
  while (*bytes >= 0x20 && *bytes < 0x7f)
    bytes++;
  if (*bytes == '\0')
    {
      if (prepared != NULL)
        *prepared = mopt_password_ref (text);
      return MOPT_PREPARED_AS_IS;
    }

  bytes = mopt_password_peek (text);
  /* an empty outcome (a lone soft hyphen) is no password */
  if (gsasl_saslprep (bytes, GSASL_ALLOW_UNASSIGNED, &lenient, NULL) != GSASL_OK || lenient[0] == '\0')
    verdict = MOPT_PREPARED_REFUSED;
  else if (gsasl_saslprep (bytes, 0, &strict, NULL) != GSASL_OK || strcmp (strict, bytes) != 0)
    verdict = MOPT_PREPARED_CHANGED;
  else
    verdict = MOPT_PREPARED_AS_IS;

  if (prepared != NULL)
    *prepared = verdict != MOPT_PREPARED_REFUSED ? mopt_password_new (lenient) : NULL;
  wipe_and_free (lenient);
  wipe_and_free (strict);
  return verdict;
}

/* ---- salting ---- */

/* U1 = HMAC (password, salt || 1), U(n) = HMAC (password, U(n-1)); the result is all of them by exclusive or. */
static gboolean
run_rounds (EVP_MAC_CTX *mac, const guint8 *salt, gsize salt_length, guint iterations, guint8 *salted,
            GCancellable *cancellable, GError **error)
{
  static const guint8 block_number[] = { 0, 0, 0, 1 };
  guint8 round[EVP_MAX_MD_SIZE];
  gsize length = 0;
  gboolean ok = EVP_MAC_update (mac, salt, salt_length) && EVP_MAC_update (mac, block_number, sizeof block_number)
                && EVP_MAC_final (mac, round, &length, sizeof round);

  memcpy (salted, round, length);
  for (guint i = 1; ok && i < iterations; i++)
    {
      if (i % SLICE == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          mopt_wipe (round, sizeof round);
          return FALSE;
        }
      /* NULL: the same key, without preparing it again */
      ok = EVP_MAC_init (mac, NULL, 0, NULL) && EVP_MAC_update (mac, round, length)
           && EVP_MAC_final (mac, round, &length, sizeof round);
      for (gsize k = 0; k < length; k++)
        salted[k] ^= round[k];
    }
  mopt_wipe (round, sizeof round);
  if (!ok)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, "HMAC failed");
  return ok;
}

gboolean
mopt_scram_salt (const char *digest, MoptPassword *prepared, const guint8 *salt, gsize salt_length, guint iterations,
                 guint8 *salted, GCancellable *cancellable, GError **error)
{
  EVP_MAC *hmac = EVP_MAC_fetch (NULL, "HMAC", NULL);
  EVP_MAC_CTX *mac = hmac != NULL ? EVP_MAC_CTX_new (hmac) : NULL;
  OSSL_PARAM parameters[]
      = { OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, (char *) digest, 0), OSSL_PARAM_construct_end () };
  gboolean ok = FALSE;

  if (mac != NULL
      && EVP_MAC_init (mac, (const guint8 *) mopt_password_peek (prepared), mopt_password_length (prepared),
                       parameters))
    ok = run_rounds (mac, salt, salt_length, iterations, salted, cancellable, error);
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, "this system's OpenSSL has no HMAC with %s", digest);
  EVP_MAC_CTX_free (mac);
  EVP_MAC_free (hmac);
  ERR_clear_error ();
  return ok;
}

/* ---- the exchange ---- */

struct _MoptScram
{
  Gsasl *library;
  Gsasl_session *session;
  char *user;
  MoptPassword *prepared;
  const char *digest;          /* as OpenSSL names it */
  gsize digest_length;         /* bytes */
  Gsasl_property binding_kind; /* which of gsasl's properties binding stands for */
  char *binding;               /* base64; NULL without -PLUS */
  guint steps;                 /* messages of ours so far */
  gboolean proven;
  GCancellable *cancellable; /* during a step */
  GError *error;             /* what went wrong in the callback; gsasl has only numbers */
};

static int
answer_salted (MoptScram *self, Gsasl_session *session)
{
  const char *count = gsasl_property_fast (session, GSASL_SCRAM_ITER);
  const char *salt64 = gsasl_property_fast (session, GSASL_SCRAM_SALT);
  guint64 iterations = count != NULL ? g_ascii_strtoull (count, NULL, 10) : 0;
  guint8 salted[EVP_MAX_MD_SIZE];
  char hex[2 * EVP_MAX_MD_SIZE + 1];
  gsize salt_length;
  int result = GSASL_AUTHENTICATION_ERROR;

  if (iterations < MOPT_SCRAM_ITERATIONS_MIN || iterations > MOPT_SCRAM_ITERATIONS_MAX)
    {
      g_set_error (&self->error, MOPT_ERROR, MOPT_ERROR_AUTH_ITERATIONS,
                   "SCRAM with %s iterations (%d to %d are accepted)", count != NULL ? count : "no",
                   MOPT_SCRAM_ITERATIONS_MIN, MOPT_SCRAM_ITERATIONS_MAX);
      return result;
    }

  g_autofree guint8 *salt = g_base64_decode (salt64 != NULL ? salt64 : "", &salt_length);
  if (mopt_scram_salt (self->digest, self->prepared, salt, salt_length, iterations, salted, self->cancellable,
                       &self->error))
    {
      for (gsize i = 0; i < self->digest_length; i++)
        g_snprintf (hex + 2 * i, 3, "%02x", salted[i]);
      result = gsasl_property_set (session, GSASL_SCRAM_SALTED_PASSWORD, hex);
    }
  mopt_wipe (salted, sizeof salted);
  mopt_wipe (hex, sizeof hex);
  return result;
}

static int
on_property (Gsasl *library, Gsasl_session *session, Gsasl_property property)
{
  MoptScram *self = gsasl_session_hook_get (session);

  if (property == GSASL_AUTHID)
    return gsasl_property_set (session, property, self->user);
  if (property == GSASL_SCRAM_SALTED_PASSWORD && self->error == NULL)
    return answer_salted (self, session);
  /* only for -PLUS: gsasl refuses binding data otherwise, it would have to be said in the "y" flag */
  if (property == self->binding_kind && self->binding != NULL)
    return gsasl_property_set (session, property, self->binding);
  return GSASL_NO_CALLBACK;
}

MoptScram *
mopt_scram_new (const char *mechanism, const char *user, MoptPassword *password, GBytes *binding,
                const char *binding_type, GError **error)
{
  g_autoptr (MoptScram) self = g_new0 (MoptScram, 1);
  gboolean sha256 = g_str_has_prefix (mechanism, "SCRAM-SHA-256");
  int result;

  if (mopt_scram_prepare (password, &self->prepared) == MOPT_PREPARED_REFUSED)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_PASSWORD_TEXT, "SASLprep refuses the password");
      return NULL;
    }
  self->user = g_strdup (user);
  self->digest = sha256 ? "SHA256" : "SHA1";
  self->digest_length = sha256 ? 32 : 20;
  if (binding != NULL)
    {
      self->binding_kind = g_strcmp0 (binding_type, "tls-exporter") == 0 ? GSASL_CB_TLS_EXPORTER : GSASL_CB_TLS_UNIQUE;
      self->binding = g_base64_encode (g_bytes_get_data (binding, NULL), g_bytes_get_size (binding));
    }

  result = gsasl_init (&self->library);
  if (result == GSASL_OK)
    {
      gsasl_callback_set (self->library, on_property);
      result = gsasl_client_start (self->library, mechanism, &self->session);
    }
  if (result != GSASL_OK)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, "%s: %s", mechanism, gsasl_strerror (result));
      return NULL;
    }
  gsasl_session_hook_set (self->session, self);
  return g_steal_pointer (&self);
}

static void
wipe_property (MoptScram *self, Gsasl_property property)
{
  char *copy = (char *) gsasl_property_fast (self->session, property);

  if (copy != NULL)
    mopt_wipe (copy, strlen (copy));
}

void
mopt_scram_free (MoptScram *self)
{
  if (self->session != NULL)
    {
      wipe_property (self, GSASL_SCRAM_SALTED_PASSWORD);
      wipe_property (self, GSASL_CB_TLS_EXPORTER);
      wipe_property (self, GSASL_CB_TLS_UNIQUE);
      gsasl_finish (self->session);
    }
  if (self->library != NULL)
    gsasl_done (self->library);
  g_clear_pointer (&self->prepared, mopt_password_unref);
  g_clear_error (&self->error);
  mopt_wipe_free (self->binding);
  g_free (self->user);
  g_free (self);
}

/* RFC 5802 §7: in its last message a server can say "e=invalid-proof" instead of its signature. Only the words that
 * stand there are handed on: others could be anything, the password too. */
static gboolean
is_refusal (const char *challenge, GError **error)
{
  static const char *const reasons[] = { "invalid-encoding",
                                         "extensions-not-supported",
                                         "invalid-proof",
                                         "channel-bindings-dont-match",
                                         "server-does-support-channel-binding",
                                         "channel-binding-not-supported",
                                         "unsupported-channel-binding-type",
                                         "unknown-user",
                                         "invalid-username-encoding",
                                         "no-resources",
                                         "other-error",
                                         NULL };
  gsize length;
  g_autofree guchar *bytes = challenge != NULL ? g_base64_decode (challenge, &length) : NULL;

  if (bytes == NULL || length < 2 || memcmp (bytes, "e=", 2) != 0)
    return FALSE;
  g_autofree char *words = g_strndup ((const char *) bytes + 2, length - 2);
  mopt_set_error_with_words (error, MOPT_ERROR_AUTH_REFUSED, g_strv_contains (reasons, words) ? words : NULL,
                             "the server refused inside SCRAM");
  return TRUE;
}

static void
set_step_error (MoptScram *self, int result, GError **error)
{
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  else if (self->steps == 2)
    /* we have shown that we know the password; the other side could not */
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_SERVER_SIGNATURE, "SCRAM: server signature: %s",
                 gsasl_strerror (result));
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "SCRAM: %s", gsasl_strerror (result));
}

char *
mopt_scram_step (MoptScram *self, const char *challenge, GCancellable *cancellable, GError **error)
{
  char *output = NULL;
  int result;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || is_refusal (challenge, error))
    return NULL;
  if (self->proven)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "SCRAM: a challenge after the end");
      return NULL;
    }

  self->cancellable = cancellable;
  result = gsasl_step64 (self->session, challenge != NULL ? challenge : "", &output);
  self->cancellable = NULL;
  if (result != GSASL_OK && result != GSASL_NEEDS_MORE)
    {
      set_step_error (self, result, error);
      return NULL;
    }
  /* gsasl says OK only after it checked the server's signature */
  self->proven = result == GSASL_OK;
  self->steps++;

  char *answer = g_strdup (output != NULL ? output : "");
  wipe_and_free (output);
  return answer;
}

gboolean
mopt_scram_is_proven (MoptScram *self)
{
  return self->proven;
}
