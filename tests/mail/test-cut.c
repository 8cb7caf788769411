/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that hangs up after any byte, or gets any byte wrong: every road ends with an error of ours, in time. */
#include <string.h>

#include "client.h"
#include "mail/message.h"

#define LONG_MS 5000
#define SHORT_MS 100 /* where client and server may well wait for one another */

/* Whole roads in clear (TLS has its own tests), to the good-bye, where it does not matter any more. */
static const struct
{
  MoptProtocol protocol;
  const char *script;
} roads[] = {
  { MOPT_PROTOCOL_SMTP, "S: 220 hi\nC: *\nS: 250-m\nS: 250-AUTH LOGIN\nS: 250 SIZE 999\nC: *\nS: 334 VXNlcm5hbWU6\nC: *\n"
                        "S: 334 UGFzc3dvcmQ6\nC: *\nS: 235 2.7.0 in\nC: MAIL *\nS: 250 2.1.0 ok\nC: RCPT *\nS: 250 ok\n"
                        "C: DATA\nS: 354 go\nBODY\nS: 250 queued\n" },
  { MOPT_PROTOCOL_POP3, "S: +OK <1@x>\nC: CAPA\nS: +OK\nS: TOP\nS: .\nC: APOP *\nS: +OK in\nC: STAT\nS: +OK 1 5\nC: UIDL\n"
                        "S: +OK\nS: 1 a\nS: .\nC: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: .\nC: TOP 2 0\nS: +OK\nS: Message-ID: <m@x>\n"
                        "S: .\nC: TOP 2 *\nS: +OK\nS: Message-ID: <m@x>\nS: \nS: ..x\nS: .\n" },
  { MOPT_PROTOCOL_IMAP, "S: * OK hi\nC: a1 *\nS: * CAPABILITY IMAP4rev1\nS: a1 OK\nC: a2 LOGIN *\nS: a2 OK in\nC: a3 EXAMINE *\n"
                        "S: * 1 EXISTS\nS: * OK [UIDNEXT 2] x\nS: a3 OK\nC: a4 NOOP\nS: * 2 EXISTS\nS: a4 OK\nC: a5 UID *\n"
                        "S: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (MESSAGE-ID)] {19}\nS: Message-ID: <m@x>\nS: )\nS: a5 OK\n"
                        "C: a6 UID *\nS: * 2 FETCH (UID 2 BODY[]<0> {19}\nS: Message-ID: <m@x>\nS: )\nS: a6 OK\nC: a7 LIST *\n"
                        "S: * LIST (\\x) \"/\" {5}\nS: a&-bc\nS: * LIST () NIL \"d\"\nS: a7 OK\n" },
};

static gboolean
go (MoptSession *session, MoptProtocol protocol, GError **error)
{
  static const char *const to[] = { "a@example.com", NULL };
  guint64 n;

  if (protocol == MOPT_PROTOCOL_SMTP)
    {
      static const MoptEnvelope envelope = { .sender = "jo@example.com", .recipients = to, .size = 3 };
      g_autoptr (GBytes) message = g_bytes_new_static ("x", 1);
      g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (message);
      g_autoptr (MoptPieces) pieces = mopt_pieces_new_whole (spool);

      return mopt_session_envelope (session, &envelope, NULL, error)
             && mopt_session_send_message (session, &envelope, pieces, NULL, error);
    }
  if (!mopt_session_open_mailbox (session, "INBOX", &n, error))
    return FALSE;

  g_autoptr (GBytes) message = mopt_session_find_message (session, "m@x", error);
  if (message == NULL || protocol == MOPT_PROTOCOL_POP3)
    return message != NULL;

  g_auto (GStrv) names = mopt_session_list_mailboxes (session, error);
  return names != NULL;
}

/* FALSE: it failed, with an error of ours if with any (a message that is not found is none). */
static gboolean
travel (MoptProtocol protocol, const char *script, guint limit_ms)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  const MoptServer settings
      = { protocol, (char *) "127.0.0.1", MOPT_SECURITY_BASIC, scripted_server_get_port (server), TRUE, (char *) "jo" };
  const MoptSessionOptions options = { .server = &settings, .password = password, .limit_ms = limit_ms };
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  MoptSession *session = mopt_session_open (&options, NULL, NULL, NULL, &error);
  gboolean ok = session != NULL && go (session, protocol, &error);

  g_assert_true (error == NULL || error->domain == MOPT_ERROR);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  g_clear_pointer (&session, mopt_session_close);
  g_free (scripted_server_finish (server));
  return ok;
}

static void
append_raw (GString *script, const char *bytes, gsize length)
{
  g_string_append (script, "RAW ");
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (script, "\\%03o", (guchar) bytes[i]);
  g_string_append_c (script, '\n');
}

static void
test_whole (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *script = g_strconcat (roads[i].script, "LINES 1\nCLOSE", NULL);

  g_assert_true (travel (roads[i].protocol, script, LONG_MS));
}

/* Each line of the server's, cut after each of its bytes. */
static void
test_cut (gconstpointer data)
{
  guint road = GPOINTER_TO_UINT (data);
  g_auto (GStrv) lines = g_strsplit (roads[road].script, "\n", -1);
  g_autoptr (GString) before = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize length = strlen (lines[i]);

      for (gsize at = 0; g_str_has_prefix (lines[i], "S: ") && at < length - 3; at++)
        {
          g_autoptr (GString) script = g_string_new (before->str);

          append_raw (script, lines[i] + 3, at);
          g_string_append (script, "CLOSE");
          g_assert_false (travel (roads[road].protocol, script->str, LONG_MS));
        }
      g_string_append_printf (before, "%s\n", lines[i]);
    }
}

/* Each byte of the server's wrong, in three ways. What comes of it is nobody's business as long as it ends. */
static void
test_wrong (gconstpointer data)
{
  guint road = GPOINTER_TO_UINT (data);
  g_auto (GStrv) lines = g_strsplit (roads[road].script, "\n", -1);
  g_autoptr (GString) before = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize length = strlen (lines[i]);

      for (gsize at = 3; g_str_has_prefix (lines[i], "S: ") && at < length; at++)
        for (guint way = 0; way < 3; way++)
          {
            g_autoptr (GString) script = g_string_new (before->str);
            g_autofree char *line = g_strconcat (lines[i] + 3, "\r\n", NULL);

            line[at - 3] = way == 0 ? '\0' : way == 1 ? '\n' : line[at - 3] ^ 0x55;
            append_raw (script, line, length - 1);
            for (guint j = i + 1; lines[j] != NULL; j++)
              g_string_append_printf (script, "%s\n", lines[j]);
            /* where the client waits for more than will come */
            g_string_append (script, "CLOSE");
            travel (roads[road].protocol, script->str, SHORT_MS);
          }
      g_string_append_printf (before, "%s\n", lines[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (roads); i++)
    {
      const char *name = mopt_protocol_name (roads[i].protocol);
      g_autofree char *whole = g_strdup_printf ("/cut/%s/whole", name);
      g_autofree char *cut = g_strdup_printf ("/cut/%s/cut", name);
      g_autofree char *wrong = g_strdup_printf ("/cut/%s/wrong", name);

      g_test_add_data_func (whole, GUINT_TO_POINTER (i), test_whole);
      g_test_add_data_func (cut, GUINT_TO_POINTER (i), test_cut);
      g_test_add_data_func (wrong, GUINT_TO_POINTER (i), test_wrong);
    }
  return g_test_run ();
}
