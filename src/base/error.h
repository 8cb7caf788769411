/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The one error domain. A code is a cause that some caller tells apart; each has a stable English word for
 * reports and --json (causes.def). What `message` holds depends on who made it:
 *  - base, model, store: a whole translated sentence that names the field, file or account;
 *  - mail: a technical detail in English for "Details" ("connect to 127.0.0.1:993: Connection refused"); the
 *    sentence and the advice for people are in check/failure, the words of the server in server_words.
 * G_IO_ERROR_CANCELLED stays what it is: a cancel is not an error of ours. */
#define MOPT_ERROR (mopt_error_quark ())
GQuark mopt_error_quark (void);

typedef enum
{
#define CAUSE(symbol, word) MOPT_ERROR_##symbol,
#include "base/causes.def"
#undef CAUSE
  MOPT_N_ERRORS
} MoptError;

/* The stable English word of @code, such as "connection-refused"; never NULL. */
const char *mopt_error_word (MoptError code);

/* The cause that @code is a kind of (causes.def: "app-password-required" of "login-refused"), or @code itself. */
MoptError mopt_error_general (MoptError code);
/* Whether @error (nullable) is a MOPT_ERROR of @code, or of a kind of it. */
gboolean mopt_error_is (const GError *error, MoptError code);

/* A new MOPT_ERROR with the server's own words beside it. @server_words (nullable) is untrusted text as the
 * server sent it: made valid UTF-8, cut to 1,000 bytes, control characters replaced. */
GError *mopt_error_new_with_words (MoptError code, const char *server_words, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void mopt_set_error_with_words (GError **error, MoptError code, const char *server_words, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* The server's words of a MOPT_ERROR, or NULL. Borrowed from @error. */
const char *mopt_error_get_server_words (const GError *error);

G_END_DECLS
