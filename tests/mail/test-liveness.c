/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that stays silent, drips, hangs or never stops, at every stage of every road, in clear and under TLS: it
 * ends within the limit and half a second, and a cancel is felt within a tenth. */
#include <string.h>

#include "base/error.h"
#include "certificates.h"
#include "mail/session.h"
#include "scripted-server.h"

#define LIMIT_MS 1000
#define GRACE_MS 500
#define CANCEL_AFTER_MS 150
#define CANCEL_MS 100
#define REAL_LIMIT_MS 30000 /* what people get; one case has it, beside all the others */
#define TRIES 3             /* a busy machine may be late; alone and again it may not */

#define IMAP MOPT_PROTOCOL_IMAP
#define POP MOPT_PROTOCOL_POP3
#define SMTP MOPT_PROTOCOL_SMTP

/* ---- where ---- */

#define IMAP_IN "S: * OK [CAPABILITY IMAP4rev1] hi\nC: a1 LOGIN *\nS: a1 OK in\n"
#define IMAP_OPEN IMAP_IN "C: a2 EXAMINE *\nS: * 3 EXISTS\nS: * OK [UIDNEXT 4] x\nS: a2 OK\n"
#define IMAP_LOOK IMAP_OPEN "C: a3 NOOP\nS: * 4 EXISTS\nS: a3 OK\nC: a4 UID FETCH *\n"
#define IMAP_FOUND \
  IMAP_LOOK "RAW * 4 FETCH (UID 4 BODY[HEADER.FIELDS (MESSAGE-ID)] {17}\\r\\nMessage-ID: <m@x>)\\r\\n\nS: a4 OK\nC: a5 UID FETCH *\n"
#define IMAP_SASL "S: * OK [CAPABILITY IMAP4rev1 AUTH=LOGIN] hi\nC: a1 AUTHENTICATE LOGIN\n"
#define POP_IN "S: +OK hi\nC: CAPA\nS: +OK\nS: USER\nS: UIDL\nS: TOP\nS: .\nC: USER *\nS: +OK\nC: PASS *\nS: +OK in\n"
#define POP_OPEN POP_IN "C: STAT\nS: +OK 1 1\nC: UIDL\nS: +OK\nS: 1 a\nS: .\n"
#define POP_LOOK POP_OPEN "C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: .\nC: TOP 2 0\n"
#define POP_SASL "S: +OK hi\nC: CAPA\nS: +OK\nS: SASL LOGIN\nS: .\nC: AUTH LOGIN\n"
#define SMTP_EHLO "S: 220 hi\nC: EHLO *\n"
#define SMTP_AUTH SMTP_EHLO "S: 250-m\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\n"
#define SMTP_PASSWORD SMTP_AUTH "S: 334 VXNlcm5hbWU6\nC: *\nS: 334 UGFzc3dvcmQ6\nC: *\n"
#define SMTP_MAIL SMTP_PASSWORD "S: 235 in\nC: MAIL *\n"
#define SMTP_DATA SMTP_MAIL "S: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\n"

typedef struct
{
  const char *name;
  MoptProtocol protocol;
  const char *script; /* up to there */
  MoptSecurity security;
} Place;

#define CLEAR MOPT_SECURITY_BASIC
#define STARTTLS MOPT_SECURITY_TLS
#define IMPLICIT MOPT_SECURITY_SSL

static const Place places[] = {
  { "greeting", IMAP, "", CLEAR },
  { "capabilities", IMAP, "S: * OK hi\nC: a1 CAPABILITY\n", CLEAR },
  { "STARTTLS", IMAP, "S: * OK [CAPABILITY STARTTLS] hi\nC: a1 STARTTLS\n", STARTTLS },
  { "handshake", IMAP, "S: * OK [CAPABILITY STARTTLS] hi\nC: a1 STARTTLS\nS: a1 OK\n", STARTTLS },
  { "first byte", IMAP, "", IMPLICIT },
  { "Auto", IMAP, "", MOPT_SECURITY_AUTO },
  { "login", IMAP, "S: * OK [CAPABILITY IMAP4rev1] hi\nC: a1 LOGIN *\n", CLEAR },
  { "user", IMAP, IMAP_SASL, CLEAR },
  { "password", IMAP, IMAP_SASL "S: + VXNlcm5hbWU6\nC: *\nS: + UGFzc3dvcmQ6\nC: *\n", CLEAR },
  { "mailbox", IMAP, IMAP_IN "C: a2 EXAMINE *\n", CLEAR },
  { "NOOP", IMAP, IMAP_OPEN "C: a3 NOOP\n", CLEAR },
  { "headers", IMAP, IMAP_LOOK, CLEAR },
  { "message", IMAP, IMAP_FOUND, CLEAR },
  { "literal", IMAP, IMAP_FOUND "S: * 4 FETCH (UID 4 BODY[]<0> {4000000}\n", CLEAR },
  { "list", IMAP, IMAP_OPEN "C: a3 NOOP\nS: a3 OK\nC: a4 *\nS: a4 OK\nC: a5 LIST *\n", CLEAR },
  { "greeting", POP, "", CLEAR },
  { "CAPA", POP, "S: +OK hi\nC: CAPA\n", CLEAR },
  { "capabilities", POP, "S: +OK hi\nC: CAPA\nS: +OK\n", CLEAR },
  { "STLS", POP, "S: +OK hi\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\n", STARTTLS },
  { "handshake", POP, "S: +OK hi\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\n", STARTTLS },
  { "first byte", POP, "", IMPLICIT },
  { "Auto", POP, "", MOPT_SECURITY_AUTO },
  { "USER", POP, "S: +OK hi\nC: CAPA\nS: -ERR\nC: USER *\n", CLEAR },
  { "PASS", POP, "S: +OK hi\nC: CAPA\nS: -ERR\nC: USER *\nS: +OK\nC: PASS *\n", CLEAR },
  { "user", POP, POP_SASL, CLEAR },
  { "STAT", POP, POP_IN "C: STAT\n", CLEAR },
  { "UIDL", POP, POP_IN "C: STAT\nS: +OK 1 1\nC: UIDL\n", CLEAR },
  { "ids", POP, POP_IN "C: STAT\nS: +OK 1 1\nC: UIDL\nS: +OK\n", CLEAR },
  { "TOP", POP, POP_LOOK, CLEAR },
  { "headers", POP, POP_LOOK "S: +OK\n", CLEAR },
  { "message", POP, POP_LOOK "S: +OK\nS: Message-ID: <m@x>\nS: .\nC: TOP 2 *\nS: +OK\n", CLEAR },
  { "greeting", SMTP, "", CLEAR },
  { "EHLO", SMTP, SMTP_EHLO, CLEAR },
  { "STARTTLS", SMTP, SMTP_EHLO "S: 250-m\nS: 250 STARTTLS\nC: STARTTLS\n", STARTTLS },
  { "handshake", SMTP, SMTP_EHLO "S: 250-m\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n", STARTTLS },
  { "first byte", SMTP, "", IMPLICIT },
  { "Auto", SMTP, "", MOPT_SECURITY_AUTO },
  { "AUTH", SMTP, SMTP_AUTH, CLEAR },
  { "password", SMTP, SMTP_PASSWORD, CLEAR },
  { "MAIL", SMTP, SMTP_MAIL, CLEAR },
  { "RCPT", SMTP, SMTP_MAIL "S: 250 ok\nC: RCPT *\n", CLEAR },
  { "DATA", SMTP, SMTP_DATA, CLEAR },
  { "dot", SMTP, SMTP_DATA "S: 354 go\nBODY\n", CLEAR },
};

/* ---- how; %s: a line that goes on, by protocol ---- */

static const struct
{
  const char *name;
  const char *script;
  gboolean loud; /* keeps a processor busy */
} ways[] = {
  { "silence", "HOLD" },
  { "bytes in drips", "DRIP 40 x" },
  { "lines in drips", "DRIP 4 %s\\r\\n" },
  { "challenges in drips", "DRIP 10 + x\\r\\n334 x\\r\\n" },
  { "half a record in drips", "DRIP 30 \\026\\003\\003\\040\\000" },
  { "lines without end", "REPEAT 100000000 %s", TRUE },
  { "challenges without end", "REPEAT 100000000 + eHh4", TRUE },
  { "a line without end", "FLOOD 1073741824", TRUE },
};

static const char *const lines[] = { [IMAP] = "* OK x", [POP] = "x", [SMTP] = "250-x" };

/* ---- one case ---- */

typedef struct
{
  char *name;
  const Place *place;
  char *script;
  MoptSecurity security;
  guint limit_ms;
  gboolean cancel;
  gint64 late_us; /* of the last try; over 0: too late */
  char *problem;
} Case;

static gboolean
travel (MoptSession *session, MoptProtocol protocol, GError **error)
{
  static const char *const to[] = { "a@example.test", NULL };
  const MoptEnvelope envelope = { .sender = "jo@example.test", .recipients = to, .size = 3 };
  g_autoptr (GBytes) text = g_bytes_new_static ("x", 1);
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (text);
  g_autoptr (MoptPieces) pieces = mopt_pieces_new_whole (spool);
  guint64 n;

  if (protocol == SMTP)
    return mopt_session_envelope (session, &envelope, NULL, error)
           && mopt_session_send_message (session, &envelope, pieces, NULL, error);
  if (!mopt_session_open_mailbox (session, "INBOX", &n, error))
    return FALSE;

  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) message = mopt_session_find_message (session, "m@x", &cause);
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (protocol == POP)
    return TRUE;

  g_auto (GStrv) names = mopt_session_list_mailboxes (session, error);
  return names != NULL;
}

typedef struct
{
  GCancellable *cancellable;
  gint64 at; /* monotonic µs, once it was done */
} Cancel;

static gpointer
cancel_soon (gpointer data)
{
  Cancel *cancel = data;

  g_usleep (CANCEL_AFTER_MS * 1000);
  cancel->at = g_get_monotonic_time ();
  g_cancellable_cancel (cancel->cancellable);
  return NULL;
}

static void
play (Case *self)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (self->script);
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  const MoptServer settings = {
    .protocol = self->place->protocol,
    .host = (char *) "127.0.0.1",
    .security = self->security,
    .custom_port = scripted_server_get_port (server),
    .authenticate = TRUE,
    .user = (char *) "jo",
    .requires_tls = self->security != CLEAR,
  };
  const MoptSessionOptions options = { .server = &settings, .password = password, .limit_ms = self->limit_ms };
  Cancel cancel = { self->cancel ? g_cancellable_new () : NULL, 0 };
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  GThread *thread = self->cancel ? g_thread_new ("cancel", cancel_soon, &cancel) : NULL;
  MoptSession *session = mopt_session_open (&options, NULL, NULL, cancel.cancellable, &error);
  gboolean ok = session != NULL && travel (session, settings.protocol, &error);

  g_clear_pointer (&session, mopt_session_close);
  gint64 end = g_get_monotonic_time ();
  if (thread != NULL)
    g_thread_join (thread);
  if (cancel.at > 0 && end > cancel.at)
    self->late_us = end - cancel.at - CANCEL_MS * 1000;
  else
    self->late_us = end - start - (self->limit_ms + GRACE_MS) * (gint64) 1000;
  g_clear_object (&cancel.cancellable);

  g_clear_pointer (&self->problem, g_free);
  if (ok)
    self->problem = g_strdup ("it passed");
  else if (!(error->domain == MOPT_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    self->problem = g_strdup (error->message);
  else if (self->late_us > 0)
    self->problem = g_strdup_printf ("%" G_GINT64_FORMAT " ms too late: %s", self->late_us / 1000, error->message);
  /* no waiting for a server that would go on */
  g_free (scripted_server_finish (server));
}

static void
play_in_pool (gpointer data, gpointer user_data)
{
  play (data);
}

static void
free_case (gpointer data)
{
  Case *self = data;

  g_free (self->name);
  g_free (self->script);
  g_free (self->problem);
  g_free (self);
}

static void
add (GPtrArray *cases, const Place *place, guint way, gboolean tls, gboolean cancel)
{
  Case *self = g_new0 (Case, 1);
  g_autoptr (GString) script = g_string_new (tls ? "TLS\n" : "");

  g_string_append (script, place->script);
  g_string_append (script, ways[way].script);
  g_string_replace (script, "%s", lines[place->protocol], 0);
  self->name = g_strdup_printf ("%s, %s%s, %s%s", mopt_protocol_name (place->protocol), place->name,
                                tls ? " under TLS" : "", ways[way].name, cancel ? ", cancelled" : "");
  self->place = place;
  self->script = g_string_free (g_steal_pointer (&script), FALSE);
  self->security = tls ? IMPLICIT : place->security;
  self->limit_ms = cancel ? REAL_LIMIT_MS : LIMIT_MS;
  self->cancel = cancel;
  g_ptr_array_add (cases, self);
}

static void
play_all (GPtrArray *cases, guint at_once)
{
  GThreadPool *pool = g_thread_pool_new (play_in_pool, NULL, at_once, TRUE, NULL);

  for (guint i = 0; i < cases->len; i++)
    g_thread_pool_push (pool, cases->pdata[i], NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
}

/* Those that are @loud or not. */
static void
check_all (gboolean loud, gboolean cancel, guint at_once)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (free_case);
  guint n_failed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    for (guint way = 0; way < G_N_ELEMENTS (ways); way++)
      if (ways[way].loud == loud)
        {
          add (cases, &places[i], way, FALSE, cancel);
          if (places[i].security == CLEAR && !loud)
            add (cases, &places[i], way, TRUE, cancel);
        }
  play_all (cases, at_once);
  for (guint i = 0; i < cases->len; i++)
    {
      Case *self = cases->pdata[i];

      for (guint try = 1; try < TRIES && self->problem != NULL && self->late_us > 0; try++)
        play (self);
      if (self->problem != NULL)
        g_test_message ("%s: %s", self->name, self->problem);
      n_failed += self->problem != NULL;
    }
  g_test_message ("%u cases", cases->len);
  g_assert_cmpuint (n_failed, ==, 0);
}

static void
test_quiet (void)
{
  check_all (FALSE, FALSE, 64);
}

static void
test_loud (void)
{
  check_all (TRUE, FALSE, 2);
}

static void
test_quiet_cancelled (void)
{
  check_all (FALSE, TRUE, 16);
}

static void
test_loud_cancelled (void)
{
  check_all (TRUE, TRUE, 2);
}

/* ---- the real limit ---- */

static gpointer
play_real (gpointer data)
{
  play (data);
  return NULL;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();

  Case real = { .place = &places[0], .script = (char *) "DRIP 1000 x", .security = CLEAR, .limit_ms = REAL_LIMIT_MS };
  GThread *thread = g_thread_new ("real", play_real, &real);

  g_test_add_func ("/liveness/quiet", test_quiet);
  g_test_add_func ("/liveness/loud", test_loud);
  g_test_add_func ("/liveness/cancel/quiet", test_quiet_cancelled);
  g_test_add_func ("/liveness/cancel/loud", test_loud_cancelled);

  int status = g_test_run ();
  g_thread_join (thread);
  g_test_message ("30 s: %s", real.problem != NULL ? real.problem : "in time");
  g_assert_cmpstr (real.problem, ==, NULL);
  g_assert_cmpint (real.late_us, >, -(GRACE_MS + 100) * 1000); /* nor before */
  return status;
}
