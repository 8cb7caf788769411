/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/session.h"
#include "scripted-server.h"

/* A session against a scripted server, and what must hold of it whatever the script. */
typedef struct
{
  const char *name;
  MoptProtocol protocol;
  MoptSecurity security;
  const char *script;
  int code;              /* of MOPT_ERROR that open fails with, or what that is a kind of; TEST_OK: it does not */
  MoptStage stage;       /* where it fails */
  const char *mechanism; /* what logged in; NULL: nobody did */
  const char *user;      /* default "jo" */
  const char *password;  /* default "secret-pass" */
  gboolean no_login;
  guint limit_ms; /* default 5000 */
  gboolean may_go_unencrypted; /* Auto; else it requires TLS, because loopback would need no question */
} TestClient;

#define TEST_OK (-1)

/* @error is @code or a kind of it; test-causes.c tells the kinds apart. */
#define test_assert_cause(error, code) \
  G_STMT_START \
  { \
    if (!mopt_error_is (error, code)) \
      g_assert_error (error, MOPT_ERROR, (gint) (code)); \
  } \
  G_STMT_END

/* The password of the default as PLAIN and LOGIN carry it. */
#define PLAIN_64 "AGpvAHNlY3JldC1wYXNz"
#define USER_64 "am8="
#define PASSWORD_64 "c2VjcmV0LXBhc3M="

/* Plays @client and checks its expectations; also that the password is in no transcript, no error and, unless
 * Security is Basic or it may go unencrypted, nowhere in what went in clear. What happened: @session (out, optional, nullable) and the
 * running server (out, optional); without these both are ended and the script must have gone as written. */
void test_client_play (const TestClient *client, MoptSession **session, ScriptedServer **server);
/* Ends both: the script must have gone as written, and the rules above hold. */
void test_client_end (const TestClient *client, MoptSession *session, ScriptedServer *server);

/* The rest of @script after a good login; the login's part is put before it, the good-bye after it. Security Basic,
 * no password for SMTP. Returns the open session. */
MoptSession *test_client_logged_in (MoptProtocol protocol, const char *offers, const char *script,
                                    TestClient *client, ScriptedServer **server);
