/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "mail/connection.h"

G_BEGIN_DECLS

/* SCRAM (RFC 5802, 7677) by libgsasl, with what we do ourselves: the password's preparation and salting. */

#define MOPT_SCRAM_ITERATIONS_MIN 4096    /* RFC 7677 §4 */
#define MOPT_SCRAM_ITERATIONS_MAX 1000000 /* a third of a second to a second of work */

/* What SASLprep (RFC 4013) says of a text. */
typedef enum
{
  MOPT_PREPARED_AS_IS,   /* it changes nothing */
  MOPT_PREPARED_CHANGED, /* or the text has characters newer than the profile: servers may disagree */
  MOPT_PREPARED_REFUSED, /* cannot be used with SCRAM */
} MoptPrepared;

/* @prepared (out, optional, transfer full): the prepared text, NULL where it is refused. */
MoptPrepared mopt_scram_prepare (MoptPassword *text, MoptPassword **prepared);

/* SaltedPassword of RFC 5802 §3, that is PBKDF2 with HMAC, into @salted (a digest's length: 20 or 32 bytes; the
 * caller wipes it). @digest: "SHA1" or "SHA256". Works in slices: a cancel is felt at once. Errors: cancelled, or
 * MOPT_ERROR_FAILED where the system lacks the digest. */
gboolean mopt_scram_salt (const char *digest, MoptPassword *prepared, const guint8 *salt, gsize salt_length,
                          guint iterations, guint8 *salted, GCancellable *cancellable, GError **error);

typedef struct _MoptScram MoptScram;

/* @mechanism: "SCRAM-SHA-256-PLUS" and so on; @binding: for -PLUS, of the type @binding_type
 * (mopt_connection_get_channel_binding), else NULL. Errors: MOPT_ERROR_AUTH_PASSWORD_TEXT, _FAILED. */
MoptScram *mopt_scram_new (const char *mechanism, const char *user, MoptPassword *password, GBytes *binding,
                           const char *binding_type, GError **error);
void mopt_scram_free (MoptScram *self);
/* As mopt_sasl_step; and MOPT_ERROR_AUTH_REFUSED where the server says so inside SCRAM ("e=…"). */
char *mopt_scram_step (MoptScram *self, const char *challenge, GCancellable *cancellable, GError **error);
/* Whether the server has proven that it knows the password, too. */
gboolean mopt_scram_is_proven (MoptScram *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptScram, mopt_scram_free)

G_END_DECLS
