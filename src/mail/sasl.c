/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/sasl.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/error.h"
#include "mail/scram.h"

#define MD5_LENGTH 16 /* bytes */

typedef enum
{
  FAMILY_SCRAM,
  FAMILY_PLAIN,
  FAMILY_LOGIN,
  FAMILY_CRAM_MD5,
  N_FAMILIES
} Family;

typedef struct
{
  const char *name;
  Family family;
  gboolean plus;
} Mechanism;

static const Mechanism mechanisms[] = {
  { "SCRAM-SHA-256-PLUS", FAMILY_SCRAM, TRUE },
  { "SCRAM-SHA-1-PLUS", FAMILY_SCRAM, TRUE },
  { "SCRAM-SHA-256", FAMILY_SCRAM },
  { "SCRAM-SHA-1", FAMILY_SCRAM },
  { "PLAIN", FAMILY_PLAIN },
  { "LOGIN", FAMILY_LOGIN },
  { "CRAM-MD5", FAMILY_CRAM_MD5 },
};

/* The families, best first, for what the connection is. */
static const Family under_tls[N_FAMILIES] = { FAMILY_SCRAM, FAMILY_PLAIN, FAMILY_LOGIN, FAMILY_CRAM_MD5 };
static const Family without_tls[N_FAMILIES] = { FAMILY_SCRAM, FAMILY_CRAM_MD5, FAMILY_PLAIN, FAMILY_LOGIN };
/* Where SASLprep changes the password, servers disagree about what SCRAM means by it. */
static const Family doubtful_under_checked_tls[N_FAMILIES]
    = { FAMILY_PLAIN, FAMILY_LOGIN, FAMILY_SCRAM, FAMILY_CRAM_MD5 };

struct _MoptSasl
{
  const Mechanism *mechanism;
  char *user;
  MoptPassword *password;
  MoptScram *scram; /* FAMILY_SCRAM only */
  guint steps;      /* answers given */
};

static const Mechanism *
find_mechanism (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (mechanisms); i++)
    if (g_ascii_strcasecmp (mechanisms[i].name, name) == 0)
      return &mechanisms[i];
  return NULL;
}

static gboolean
is_clear_text (const Mechanism *mechanism)
{
  return mechanism->family == FAMILY_PLAIN || mechanism->family == FAMILY_LOGIN;
}

gboolean
mopt_sasl_is_clear_text (const char *name)
{
  const Mechanism *mechanism = find_mechanism (name);

  return mechanism != NULL && is_clear_text (mechanism);
}

/* ---- choice ---- */

static gboolean
may_send_clear_text (const MoptSaslOptions *options)
{
  return options->allow_clear_text || mopt_connection_is_tls (options->connection);
}

static gboolean
is_weaker (const Mechanism *mechanism, const MoptSaslOptions *options)
{
  return mopt_strength_is_below (mopt_strength_of_mechanism (mechanism->name), options->at_least,
                                 mopt_connection_is_tls (options->connection));
}

static GBytes *
get_binding (const MoptSaslOptions *options, const char **type)
{
  return options->without_binding ? NULL : mopt_connection_get_channel_binding (options->connection, type);
}

/* SCRAM prepares user names, too; only a refusal matters there: a user name is not a secret that must match. */
static MoptPrepared
prepare (const MoptSaslOptions *options)
{
  g_autoptr (MoptPassword) user = mopt_password_new (options->user);

  if (mopt_scram_prepare (user, NULL) == MOPT_PREPARED_REFUSED)
    return MOPT_PREPARED_REFUSED;
  return mopt_scram_prepare (options->password, NULL);
}

static gboolean
is_offered (const Mechanism *mechanism, const char *const *offered)
{
  for (guint i = 0; offered[i] != NULL; i++)
    if (find_mechanism (offered[i]) == mechanism)
      return TRUE;
  return FALSE;
}

/* The first of @mechanisms that belongs to @family and is offered; those with binding only where there is some. */
static const Mechanism *
first_of_family (Family family, const char *const *offered, gboolean has_binding)
{
  for (guint i = 0; i < G_N_ELEMENTS (mechanisms); i++)
    if (mechanisms[i].family == family && (has_binding || !mechanisms[i].plus) && is_offered (&mechanisms[i], offered))
      return &mechanisms[i];
  return NULL;
}

static const Family *
family_order (const MoptSaslOptions *options, MoptPrepared prepared)
{
  if (prepared == MOPT_PREPARED_CHANGED && mopt_connection_is_verified (options->connection))
    return doubtful_under_checked_tls;
  return mopt_connection_is_tls (options->connection) ? under_tls : without_tls;
}

static gpointer
refuse_weaker (const char *name, const MoptSaslOptions *options, GError **error)
{
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_WEAKER, "%s is offered, but a login by %s was reached before", name,
               mopt_strength_name (options->at_least));
  return NULL;
}

const char *
mopt_sasl_choose (const char *const *offered, const MoptSaslOptions *options, GError **error)
{
  MoptPrepared prepared = prepare (options);
  const Family *order = family_order (options, prepared);
  const char *type;
  g_autoptr (GBytes) binding = get_binding (options, &type);
  MoptError code = MOPT_ERROR_AUTH_NO_MECHANISM;
  const Mechanism *weaker = NULL;

  for (guint i = 0; i < N_FAMILIES; i++)
    {
      const Mechanism *mechanism = first_of_family (order[i], offered, binding != NULL);

      if (mechanism == NULL)
        continue;
      if (is_weaker (mechanism, options))
        weaker = mechanism;
      else if (is_clear_text (mechanism) && !may_send_clear_text (options))
        code = MOPT_ERROR_AUTH_CLEAR_TEXT;
      else if (mechanism->family == FAMILY_SCRAM && prepared == MOPT_PREPARED_REFUSED)
        code = MOPT_ERROR_AUTH_PASSWORD_TEXT;
      else
        return mechanism->name;
    }

  if (weaker != NULL && code == MOPT_ERROR_AUTH_PASSWORD_TEXT)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_PASSWORD_WEAKER,
                   "SASLprep refuses the user name or the password, and a login by %s was reached before",
                   mopt_strength_name (options->at_least));
      return NULL;
    }
  if (weaker != NULL)
    return refuse_weaker (weaker->name, options, error);
  g_set_error (error, MOPT_ERROR, code, "no login that is offered can be used%s",
               code == MOPT_ERROR_AUTH_CLEAR_TEXT      ? " (clear text without TLS)"
               : code == MOPT_ERROR_AUTH_PASSWORD_TEXT ? " (SASLprep refuses the user name or the password)"
                                                       : "");
  return NULL;
}

/* ---- exchange ---- */

MoptSasl *
mopt_sasl_new (const char *name, const MoptSaslOptions *options, GError **error)
{
  const Mechanism *mechanism = find_mechanism (name);
  g_autoptr (MoptSasl) self = g_new0 (MoptSasl, 1);

  g_return_val_if_fail (mechanism != NULL, NULL);

  /* the rules are kept here again, whoever chose */
  if (is_weaker (mechanism, options))
    return refuse_weaker (mechanism->name, options, error);
  if (is_clear_text (mechanism) && !may_send_clear_text (options))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_CLEAR_TEXT, "%s without TLS", mechanism->name);
      return NULL;
    }
  self->mechanism = mechanism;
  self->user = g_strdup (options->user);
  self->password = mopt_password_ref (options->password);
  if (mechanism->family == FAMILY_SCRAM)
    {
      const char *type = NULL;
      g_autoptr (GBytes) binding = mechanism->plus ? get_binding (options, &type) : NULL;

      self->scram = mopt_scram_new (mechanism->name, options->user, options->password, binding, type, error);
      if (self->scram == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
mopt_sasl_free (MoptSasl *self)
{
  g_clear_pointer (&self->scram, mopt_scram_free);
  g_clear_pointer (&self->password, mopt_password_unref);
  g_free (self->user);
  g_free (self);
}

const char *
mopt_sasl_get_mechanism (MoptSasl *self)
{
  return self->mechanism->name;
}

gboolean
mopt_sasl_has_initial (MoptSasl *self)
{
  return self->mechanism->family == FAMILY_SCRAM || self->mechanism->family == FAMILY_PLAIN;
}

/* RFC 4616: NUL user NUL password, without an authorization identity. */
static char *
plain_message (MoptSasl *self)
{
  gsize user_length = strlen (self->user);
  gsize length = 1 + user_length + 1 + mopt_password_length (self->password);
  g_autofree char *message = g_malloc0 (length);

  memcpy (message + 1, self->user, user_length);
  memcpy (message + 1 + user_length + 1, mopt_password_peek (self->password), mopt_password_length (self->password));
  char *answer = g_base64_encode ((const guchar *) message, length);
  mopt_wipe (message, length);
  return answer;
}

static char *
hex_digits (const guint8 *bytes, gsize length)
{
  GString *text = g_string_sized_new (2 * length);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

/* RFC 2195 §2: the user, a space, and HMAC-MD5 of the challenge in hexadecimal. */
static char *
cram_md5_answer (MoptSasl *self, const char *challenge, GError **error)
{
  gsize length = 0;
  g_autofree guchar *bytes = g_base64_decode (challenge, &length);
  guint8 digest[MD5_LENGTH];
  OSSL_PARAM parameters[]
      = { OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, (char *) "MD5", 0), OSSL_PARAM_construct_end () };

  if (length == 0)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "CRAM-MD5: an empty challenge");
      return NULL;
    }
  if (EVP_Q_mac (NULL, "HMAC", NULL, NULL, parameters, mopt_password_peek (self->password),
                 mopt_password_length (self->password), bytes, length, digest, sizeof digest, NULL)
      == NULL)
    {
      ERR_clear_error ();
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, "this system's OpenSSL has no HMAC with MD5");
      return NULL;
    }

  g_autofree char *hex = hex_digits (digest, sizeof digest);
  g_autofree char *message = g_strconcat (self->user, " ", hex, NULL);
  return g_base64_encode ((const guchar *) message, strlen (message));
}

static char *
unexpected (MoptSasl *self, GError **error)
{
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "%s: a challenge that is none of it", self->mechanism->name);
  return NULL;
}

static char *
make_answer (MoptSasl *self, const char *challenge, GCancellable *cancellable, GError **error)
{
  guint step = self->steps;

  switch (self->mechanism->family)
    {
    case FAMILY_SCRAM:
      return mopt_scram_step (self->scram, challenge, cancellable, error);
    case FAMILY_PLAIN:
      return step == 0 ? plain_message (self) : unexpected (self, error);
    case FAMILY_LOGIN:
      /* the challenges say "Username:" and "Password:", or something like it: their order counts */
      if (challenge == NULL || step > 1)
        return unexpected (self, error);
      if (step == 0)
        return g_base64_encode ((const guchar *) self->user, strlen (self->user));
      return g_base64_encode ((const guchar *) mopt_password_peek (self->password),
                              mopt_password_length (self->password));
    case FAMILY_CRAM_MD5:
      if (challenge == NULL || step > 0)
        return unexpected (self, error);
      return cram_md5_answer (self, challenge, error);
    default:
      g_assert_not_reached ();
    }
}

char *
mopt_sasl_step (MoptSasl *self, const char *challenge, GCancellable *cancellable, GError **error)
{
  char *answer = make_answer (self, challenge, cancellable, error);

  self->steps += answer != NULL;
  return answer;
}

gboolean
mopt_sasl_finish (MoptSasl *self, const char *success_data, GCancellable *cancellable, GError **error)
{
  /* LOGIN answers twice, the others at least once: who is content with less did not check anything */
  if (self->steps < (self->mechanism->family == FAMILY_LOGIN ? 2 : 1))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "%s: success before the password was asked for",
                   self->mechanism->name);
      return FALSE;
    }
  if (self->scram == NULL || mopt_scram_is_proven (self->scram))
    return TRUE;
  if (success_data != NULL && success_data[0] != '\0')
    {
      mopt_autowipe char *nothing = mopt_scram_step (self->scram, success_data, cancellable, error);

      if (nothing == NULL)
        return FALSE;
    }
  if (mopt_scram_is_proven (self->scram))
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_AUTH_SERVER_SIGNATURE, "%s: success without the server's signature",
               self->mechanism->name);
  return FALSE;
}

/* ---- APOP ---- */

char *
mopt_sasl_apop (const char *timestamp, MoptPassword *password)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  guint length = 0;
  EVP_MD_CTX *md5 = EVP_MD_CTX_new ();
  gboolean ok = EVP_DigestInit_ex (md5, EVP_md5 (), NULL) && EVP_DigestUpdate (md5, timestamp, strlen (timestamp))
                && EVP_DigestUpdate (md5, mopt_password_peek (password), mopt_password_length (password))
                && EVP_DigestFinal_ex (md5, digest, &length);

  EVP_MD_CTX_free (md5);
  ERR_clear_error ();
  return ok ? hex_digits (digest, length) : NULL;
}
