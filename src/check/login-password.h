/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/secrets.h"

G_BEGIN_DECLS

/* Which password a login uses: the one place that says so, for tests, folders, the window and mopt.
 *
 *   1. Where the publisher locked the login and shares a password: that one.
 *   2. The user's own, stored for exactly this server and user (where the account had another id until just now, it
 *      first follows it: store/secrets-pending).
 *   3. His own, stored for an earlier name of this server, where a verified signature says that it is the same one:
 *      it is stored for the new name, too.
 *   4. Where both server and login are the publisher's: the password that he shares.
 *
 * Else there is none: MOPT_ERROR_PASSWORD_ELSEWHERE where the user has one for another server or user and the
 * publisher changed the server, so that he must agree first; else what the keyring says. A shared password is never
 * stored, shown or copied. Main thread. */

typedef enum
{
  MOPT_LOGIN_PASSWORD_UNKNOWN,       /* the keyring cannot say; there is no shared one */
  MOPT_LOGIN_PASSWORD_NONE,          /* not set */
  MOPT_LOGIN_PASSWORD_STORED,        /* the user's own */
  MOPT_LOGIN_PASSWORD_STORED_LOCKED, /* the same, in a keyring that is locked */
  MOPT_LOGIN_PASSWORD_MOVED,         /* the user's own, for an earlier name of the server (3) */
  MOPT_LOGIN_PASSWORD_ELSEWHERE,     /* for another server or user: only once he agreed */
  MOPT_LOGIN_PASSWORD_SHARED,        /* set by the publisher */
} MoptLoginPassword;

/* The password for the login of @section (an account section) as @settings say; @flags: whether the keyring may ask.
 * finish: transfer full; @what (out, optional): STORED, MOVED or SHARED. */
void mopt_login_password_find_async (const MoptSettings *settings, MoptSection section, MoptSecretsFlags flags,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
MoptPassword *mopt_login_password_find_finish (GAsyncResult *result, MoptLoginPassword *what, GError **error);

/* The same without unlocking or reading anything. finish: @other (out, optional, transfer full): with MOVED and
 * ELSEWHERE what it is stored for, else NULL. @error: with UNKNOWN why; with SHARED why it cannot be used, if so. */
void mopt_login_password_state_async (const MoptSettings *settings, MoptSection section, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
MoptLoginPassword mopt_login_password_state_finish (GAsyncResult *result, MoptSecretKey **other, GError **error);

/* The account section of the first login of @account, which is published, that has no password: neither shared nor
 * among @stored, the keys of mopt_secrets_list_finish () (one call for all accounts). Also where the user name is still
 * blank. MOPT_SECTION_NONE: there is none such. Where that section is locked it is the publisher's to give one. Quick:
 * nothing is asked or read. */
MoptSection mopt_login_password_find_missing (MoptAccount *account, GHashTable *stored);

/* Whether a password that is stored for the login of @section makes those for other servers and users useless. Not so
 * while the user's own server or login is parked: that one has a password, too, for when it can be used again. */
gboolean mopt_login_password_is_only_one (MoptAccount *account, MoptSection section);

/* "Your password is stored for smtp1.example.com. Example Corp now has smtp2.example.com." Translated. Caller
 * frees. */
char *mopt_login_password_elsewhere_text (const MoptSettings *settings, const MoptSecretKey *key,
                                          const MoptSecretKey *other);

/* The same as MOPT_ERROR_PASSWORD_ELSEWHERE, with where to confirm it. */
GError *mopt_login_password_elsewhere_error (const MoptSettings *settings, const MoptSecretKey *key,
                                             const MoptSecretKey *other);
/* What is announced with MOVED: "Your password for smtp1.example.com is used for smtp2.example.com: Example Corp has
 * signed that it is the same server." Translated. Caller frees. */
char *mopt_login_password_moved_text (const MoptSettings *settings, const MoptSecretKey *key,
                                      const MoptSecretKey *other);

G_END_DECLS
