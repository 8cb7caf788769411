/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"
#include "mail/connection.h"
#include "mail/tries.h"

G_BEGIN_DECLS

/* One SASL exchange (RFC 4422) as client. smtp, imap and pop carry it: initial response if there is one, then an
 * answer to each challenge, until the server says how it ended; then mopt_sasl_finish. SCRAM by libgsasl with our
 * own salted password (RFC 5802, 7677, 9266), the rest by hand on the raw bytes. */
typedef struct _MoptSasl MoptSasl;

/* What may be used on this connection. */
typedef struct
{
  const char *user;
  MoptPassword *password;
  MoptConnection *connection; /* for channel binding; whether TLS is up and checked */
  gboolean allow_clear_text;  /* Security is Basic: PLAIN and LOGIN without TLS */
  gboolean without_binding;   /* after a refused -PLUS login: the same SCRAM once without it */
  MoptStrength at_least;      /* what was reached before: nothing below it is used */
  MoptTries *tries;           /* shared with the run's other logins by this user; NULL: this one is alone */
} MoptSaslOptions;

/* The best of @offered (NULL-terminated names, any case) that may be used: PRODUCT §4's order. -PLUS only with
 * binding data; where SASLprep changes the password, PLAIN and LOGIN before SCRAM under checked TLS. Static name, or
 * NULL + MOPT_ERROR_AUTH_NO_MECHANISM / _AUTH_CLEAR_TEXT (only clear-text ones are offered and they may not be used
 * here) / _AUTH_PASSWORD_TEXT (SASLprep refuses user or password, and only SCRAM is left) / _AUTH_WEAKER (what is
 * offered is below at_least, which says more than the others), or of these its kind _AUTH_PASSWORD_WEAKER (SCRAM is
 * offered, but not for this user name and password). */
const char *mopt_sasl_choose (const char *const *offered, const MoptSaslOptions *options, GError **error);

/* Whether a password travels readable by whoever reads the connection. */
gboolean mopt_sasl_is_clear_text (const char *mechanism);

/* @mechanism: one that mopt_sasl_choose gave. Errors: MOPT_ERROR_AUTH_CLEAR_TEXT, _AUTH_PASSWORD_TEXT,
 * _AUTH_WEAKER, _FAILED. */
MoptSasl *mopt_sasl_new (const char *mechanism, const MoptSaslOptions *options, GError **error);
void mopt_sasl_free (MoptSasl *self);
const char *mopt_sasl_get_mechanism (MoptSasl *self);
/* Whether there is an initial response (PLAIN, SCRAM). */
gboolean mopt_sasl_has_initial (MoptSasl *self);
/* The answer to @challenge (base64 as it came; NULL for the initial response), base64; a secret, wiped by the
 * caller (mopt_autowipe); "" = an empty answer. May take long (PBKDF2): heeds the cancellable. NULL + error:
 * MOPT_ERROR_PROTOCOL, _AUTH_SERVER_SIGNATURE (an attack: the end of the run), _AUTH_ITERATIONS, _AUTH_REFUSED (the
 * server said so inside SCRAM). */
char *mopt_sasl_step (MoptSasl *self, const char *challenge, GCancellable *cancellable, GError **error);
/* After the server's success, with the data that came with it (base64, nullable): FALSE + error where the server
 * has not proven itself (SCRAM's server signature). */
gboolean mopt_sasl_finish (MoptSasl *self, const char *success_data, GCancellable *cancellable, GError **error);

/* APOP's digest (RFC 1939 §7) of the greeting's <timestamp> and the password: 32 hexadecimal digits;
 * NULL where the system forbids MD5. Caller frees. */
char *mopt_sasl_apop (const char *timestamp, MoptPassword *password);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSasl, mopt_sasl_free)

G_END_DECLS
