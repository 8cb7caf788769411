/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client.h"

#include <string.h>

static const char *
password_of (const TestClient *client)
{
  return client->password != NULL ? client->password : "secret-pass";
}

/* @text (@length bytes) holds the password neither as it is nor in base64. */
static void
assert_no_password (const TestClient *client, const char *text, gsize length)
{
  const char *password = password_of (client);
  const char *user = client->user != NULL ? client->user : "jo";
  g_autofree char *base64 = g_base64_encode ((const guchar *) password, strlen (password));
  gsize plain_length = strlen (user) + strlen (password) + 2;
  g_autofree guchar *plain = g_malloc0 (plain_length);

  memcpy (plain + 1, user, strlen (user));
  memcpy (plain + 2 + strlen (user), password, strlen (password));
  g_autofree char *plain64 = g_base64_encode (plain, plain_length);
  g_assert_null (memmem (text, length, password, strlen (password)));
  g_assert_null (memmem (text, length, base64, strlen (base64)));
  g_assert_null (memmem (text, length, plain64, strlen (plain64)));
}

void
test_client_end (const TestClient *client, MoptSession *session, ScriptedServer *server)
{
  if (session != NULL)
    {
      g_autofree char *transcript = mopt_session_get_transcript (session);

      assert_no_password (client, transcript, strlen (transcript));
      mopt_session_close (session);
    }
  g_autofree char *problem = scripted_server_finish (server);
  if (problem != NULL)
    g_test_message ("%s: %s", client->name, problem);
  g_assert_null (problem);
  if (client->security != MOPT_SECURITY_BASIC && !client->may_go_unencrypted)
    {
      const GString *clear = scripted_server_get_clear (server);

      assert_no_password (client, clear->str, clear->len);
    }
  scripted_server_free (server);
}

void
test_client_play (const TestClient *client, MoptSession **session_out, ScriptedServer **server_out)
{
  ScriptedServer *server = scripted_server_new (client->script);
  g_autoptr (MoptPassword) password = mopt_password_new (password_of (client));
  const MoptServer settings = {
    .protocol = client->protocol,
    .host = (char *) "127.0.0.1",
    .security = client->security,
    .custom_port = scripted_server_get_port (server),
    .authenticate = !client->no_login,
    .user = (char *) (client->user != NULL ? client->user : "jo"),
    .requires_tls = client->security == MOPT_SECURITY_AUTO && !client->may_go_unencrypted,
  };
  const MoptSessionOptions options = {
    .server = &settings,
    .password = client->no_login ? NULL : password,
    .limit_ms = client->limit_ms != 0 ? client->limit_ms : 5000,
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *transcript = NULL;
  MoptStage failed = MOPT_N_STAGES;
  MoptSession *session = mopt_session_open (&options, &failed, &transcript, NULL, &error);

  g_test_message ("%s: %s", client->name, error != NULL ? error->message : "opened");
  assert_no_password (client, transcript, strlen (transcript));
  if (client->code == TEST_OK)
    {
      g_assert_no_error (error);
      g_assert_nonnull (session);
      g_assert_cmpstr (mopt_session_get_mechanism (session), ==, client->mechanism);
    }
  else
    {
      g_assert_null (session);
      test_assert_cause (error, client->code);
      g_assert_cmpstr (mopt_stage_name (failed), ==, mopt_stage_name (client->stage));
      assert_no_password (client, error->message, strlen (error->message));
      if (mopt_error_get_server_words (error) != NULL)
        assert_no_password (client, mopt_error_get_server_words (error),
                            strlen (mopt_error_get_server_words (error)));
    }
  if (server_out != NULL)
    {
      *session_out = session;
      *server_out = server;
    }
  else
    test_client_end (client, session, server);
}

MoptSession *
test_client_logged_in (MoptProtocol protocol, const char *offers, const char *script, TestClient *client,
                       ScriptedServer **server)
{
  MoptSession *session;
  g_autofree char *whole = NULL;

  switch (protocol)
    {
    case MOPT_PROTOCOL_IMAP:
      whole = g_strdup_printf ("S: * OK [CAPABILITY IMAP4rev1%s] hi\nC: a1 LOGIN \"jo\" \"secret-pass\"\nS: a1 OK in\n%s",
                               offers, script);
      break;
    case MOPT_PROTOCOL_POP3:
      whole = g_strdup_printf ("S: +OK hi\nC: CAPA\nS: +OK\nS: USER\n%sS: .\nC: USER jo\nS: +OK\nC: PASS secret-pass\n"
                               "S: +OK\n%s",
                               offers, script);
      break;
    default:
      whole = g_strdup_printf ("S: 220 hi\nC: EHLO [127.0.0.1]\nS: 250-mail.example.test\n%sS: 250 HELP\n%s", offers,
                               script);
    }
  *client = (TestClient) {
    .name = "logged in",
    .protocol = protocol,
    .security = MOPT_SECURITY_BASIC,
    .script = whole,
    .code = TEST_OK,
    .mechanism = protocol == MOPT_PROTOCOL_IMAP   ? "LOGIN"
                 : protocol == MOPT_PROTOCOL_POP3 ? "USER"
                                                  : NULL,
    .no_login = protocol == MOPT_PROTOCOL_SMTP,
  };
  test_client_play (client, &session, server);
  client->script = NULL;
  return session;
}
