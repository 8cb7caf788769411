/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/known-server.h"

#include <string.h>

#include "base/error.h"
#include "model/settings.h"

#define DAY_S ((gint64) 24 * 60 * 60)
#define TRUST_MAX_S (365 * DAY_S)
#define TRUST_EXPIRED_S (30 * DAY_S)
#define SHA256_BYTES 32

/* ---- strength and level ---- */

static const char *const strength_names[MOPT_N_STRENGTHS] = { "none", "clear", "digest", "scram", "scram-plus" };

const char *
mopt_strength_name (MoptStrength strength)
{
  g_return_val_if_fail ((guint) strength < MOPT_N_STRENGTHS, "");

  return strength_names[strength];
}

gboolean
mopt_strength_by_name (const char *name, MoptStrength *strength)
{
  for (guint i = 0; i < MOPT_N_STRENGTHS; i++)
    if (g_strcmp0 (strength_names[i], name) == 0)
      {
        *strength = i;
        return TRUE;
      }
  return FALSE;
}

MoptStrength
mopt_strength_of_mechanism (const char *mechanism)
{
  if (mechanism == NULL)
    return MOPT_STRENGTH_NONE;

  g_autofree char *name = g_ascii_strup (mechanism, -1);
  if (g_str_has_prefix (name, "SCRAM-"))
    return g_str_has_suffix (name, "-PLUS") ? MOPT_STRENGTH_SCRAM_PLUS : MOPT_STRENGTH_SCRAM;
  if (g_str_equal (name, "CRAM-MD5") || g_str_equal (name, "APOP"))
    return MOPT_STRENGTH_DIGEST;
  return MOPT_STRENGTH_CLEAR;
}

static guint
rank (MoptStrength strength, gboolean tls)
{
  return tls && strength == MOPT_STRENGTH_DIGEST ? MOPT_STRENGTH_CLEAR : strength;
}

gboolean
mopt_strength_is_below (MoptStrength strength, MoptStrength floor, gboolean tls)
{
  return rank (strength, tls) < rank (floor, tls);
}

int
mopt_level_compare (MoptLevel a, MoptLevel b)
{
  if (!a.tls != !b.tls)
    return a.tls ? 1 : -1;
  return (int) rank (a.strength, a.tls) - (int) rank (b.strength, b.tls);
}

/* ---- trust ---- */

void
mopt_trusted_free (MoptTrusted *self)
{
  g_free (self->sha256);
  g_free (self);
}

gint64
mopt_trusted_until (gint64 not_after, gint64 now)
{
  return not_after > now ? MIN (not_after, now + TRUST_MAX_S) : now + TRUST_EXPIRED_S;
}

char *
mopt_trusted_fingerprint (const char *text)
{
  g_autoptr (GString) made = g_string_new (NULL);
  guint n_digits = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == ':' || g_ascii_isspace (*p))
        continue;
      if (!g_ascii_isxdigit (*p))
        return NULL;
      if (n_digits > 0 && n_digits % 2 == 0)
        g_string_append_c (made, ':');
      g_string_append_c (made, g_ascii_toupper (*p));
      n_digits++;
    }
  return n_digits == 2 * SHA256_BYTES ? g_strdup (made->str) : NULL;
}

/* ---- what is known ---- */

MoptKnownServer *
mopt_known_server_new (void)
{
  MoptKnownServer *self = g_new0 (MoptKnownServer, 1);

  self->trusted = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_trusted_free);
  return self;
}

MoptKnownServer *
mopt_known_server_copy (const MoptKnownServer *self)
{
  if (self == NULL)
    return NULL;

  MoptKnownServer *copy = mopt_known_server_new ();
  copy->level = self->level;
  copy->unencrypted_agreed = self->unencrypted_agreed;
  for (guint i = 0; i < self->trusted->len; i++)
    {
      const MoptTrusted *trusted = g_ptr_array_index (self->trusted, i);

      mopt_known_server_trust (copy, trusted->port, trusted->sha256, trusted->until);
    }
  return copy;
}

void
mopt_known_server_free (MoptKnownServer *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->trusted);
  g_free (self);
}

gboolean
mopt_known_server_is_empty (const MoptKnownServer *self)
{
  return !self->level.tls && self->level.strength == MOPT_STRENGTH_NONE && !self->unencrypted_agreed
         && self->trusted->len == 0;
}

gboolean
mopt_known_server_raise (MoptKnownServer *self, MoptLevel level)
{
  if (mopt_level_compare (level, self->level) <= 0)
    return FALSE;
  self->level = level;
  return TRUE;
}

static gboolean
matches (const MoptTrusted *self, guint16 port, const char *sha256)
{
  return self->port == port && g_ascii_strcasecmp (self->sha256, sha256) == 0;
}

void
mopt_known_server_trust (MoptKnownServer *self, guint16 port, const char *sha256, gint64 until)
{
  mopt_known_server_revoke (self, port, sha256);

  MoptTrusted *trusted = g_new0 (MoptTrusted, 1);
  trusted->port = port;
  trusted->sha256 = g_strdup (sha256);
  trusted->until = until;
  g_ptr_array_add (self->trusted, trusted);
}

guint
mopt_known_server_revoke (MoptKnownServer *self, guint16 port, const char *sha256)
{
  guint n = 0;

  for (guint i = self->trusted->len; i > 0; i--)
    {
      const MoptTrusted *trusted = g_ptr_array_index (self->trusted, i - 1);

      if (!matches (trusted, port != 0 ? port : trusted->port, sha256 != NULL ? sha256 : trusted->sha256))
        continue;
      g_ptr_array_remove_index (self->trusted, i - 1);
      n++;
    }
  return n;
}

/* ---- the rule ---- */

gboolean
mopt_server_had_tls (const MoptServer *self)
{
  return self->security != MOPT_SECURITY_BASIC && self->known != NULL && self->known->level.tls;
}

MoptStrength
mopt_server_least_strength (const MoptServer *self, gboolean tls)
{
  if (self->known == NULL || !self->known->level.tls != !tls)
    return MOPT_STRENGTH_NONE;
  return self->known->level.strength;
}

gboolean
mopt_server_check_unencrypted (const MoptServer *self, gboolean loopback, GError **error)
{
  if (self->requires_tls)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_UNENCRYPTED_FORBIDDEN,
                 "%s: the publication forbids what is not encrypted", self->host);
  else if (mopt_server_had_tls (self))
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_TLS_GONE, "%s: offered TLS before, and does not now", self->host);
  else if (!loopback && (self->known == NULL || !self->known->unencrypted_agreed))
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_UNENCRYPTED_NOT_AGREED, "%s: no TLS, and nobody agreed to go without",
                 self->host);
  else
    return TRUE;
  return FALSE;
}

gboolean
mopt_server_trusts (const MoptServer *self, const MoptTlsInfo *tls)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (!self->allow_trust || self->known == NULL || tls->sha256 == NULL || tls->reasons->len == 0
      || mopt_tls_info_has_reason (tls, "revoked"))
    return FALSE;
  for (guint i = 0; i < self->known->trusted->len; i++)
    {
      const MoptTrusted *trusted = g_ptr_array_index (self->known->trusted, i);

      if (matches (trusted, tls->port, tls->sha256) && now < trusted->until)
        return TRUE;
    }
  return FALSE;
}
