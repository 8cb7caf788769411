/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole roads in clear: the first byte is the protocol, what follows up to each form feed is what the server says to
 * one line (or more) of ours. It ends, with a session or with an error of ours. */
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "fuzz.h"
#include "mail/message.h"
#include "mail/session.h"

#define LIMIT_MS 60

const char *const mopt_fuzz_seeds[] = {
  "p+OK <1@x>\r\n\f+OK\r\nSASL CRAM-MD5\r\nUIDL\r\n.\r\n\f+ PDFAeD4=\r\n\f+OK\r\n\f+OK 1 5\r\n\f+OK\r\n1 a\r\n.\r\n\f+OK\r\n1 a\r\n2 b\r\n"
  ".\r\n\f+OK\r\nMessage-ID: <m@x>\r\n.\r\n\f+OK\r\nMessage-ID: <m@x>\r\n\r\n..x\r\n.\r\n\f+OK\r\n",
  "p+OK\r\n\f-ERR\r\n\f+OK\r\n\f+OK\r\n\f+OK 2 5\r\n\f-ERR\r\n\f+OK 2 5\r\n",
  "p+OK\r\n\f+OK\r\nSASL LOGIN\r\n.\r\n\f+ VXNlcjo=\r\n\f+ UGFzczo=\r\n\f-ERR [AUTH] no\r\n",
  "i* OK hi\r\n\f* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5\r\na1 OK\r\n\f+ PDFAeD4=\r\n\fa2 OK in\r\n\f* 1 EXISTS\r\n* OK [UIDNEXT 2] x\r\n"
  "a3 OK\r\n\f* 2 EXISTS\r\na4 OK\r\n\f* 2 FETCH (UID 2 BODY[HEADER.FIELDS (MESSAGE-ID)] {17}\r\nMessage-ID: <m@x>)\r\na5 OK\r\n\f"
  "* 2 FETCH (UID 2 BODY[]<0> {17}\r\nMessage-ID: <m@x>)\r\na6 OK\r\n\f* LIST (\\x) \"/\" {5}\r\na&-bc\r\na7 OK\r\n",
  "i* OK [CAPABILITY IMAP4rev1] hi\r\n\fa1 OK\r\n\f* 0 EXISTS\r\na2 OK\r\n\fa3 NO [ALERT] x\r\n",
  "s220 hi\r\n\f250-m\r\n250-AUTH LOGIN\r\n250 SIZE 999\r\n\f334 VXNlcm5hbWU6\r\n\f334 UGFzc3dvcmQ6\r\n\f235 in\r\n\f250 ok\r\n\f250 ok\r\n"
  "\f354 go\r\n\f250 queued\r\n",
  "s220 hi\r\n\f502 what\r\n\f250 m\r\n\f250-m\r\n250 AUTH SCRAM-SHA-1 CRAM-MD5\r\n\f535 5.7.8 no\r\n",
  NULL,
};

typedef struct
{
  int listener;
  const guint8 *data;
  gsize size;
  gint over; /* nobody comes any more: who is out of time before he has connected never does */
} Server;

static gpointer
serve (gpointer data)
{
  Server *self = data;
  struct pollfd wait = { .fd = self->listener, .events = POLLIN };
  int fd = -1;
  const guint8 *at = self->data, *end = at + self->size;
  char heard[4096];

  while (fd < 0)
    if (poll (&wait, 1, 10) > 0)
      fd = accept (self->listener, NULL, NULL);
    else if (g_atomic_int_get (&self->over))
      break;
  gboolean going = fd >= 0;

  while (going && at < end)
    {
      const guint8 *feed = memchr (at, '\f', end - at);
      gsize length = (feed != NULL ? feed : end) - at;

      going = send (fd, at, length, MSG_NOSIGNAL) == (gssize) length;
      at += length + 1;
      going = going && at < end && recv (fd, heard, sizeof heard, 0) > 0;
    }
  if (fd >= 0)
    {
      shutdown (fd, SHUT_WR);
      while (recv (fd, heard, sizeof heard, 0) > 0)
        ;
      close (fd);
    }
  return NULL;
}

static guint16
listen_once (Server *self)
{
  static guint16 port;
  static int listener = -1;
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  if (listener < 0)
    {
      listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
      g_assert_cmpint (listen (listener, 8), ==, 0);
      getsockname (listener, (struct sockaddr *) &address, &length);
      port = ntohs (address.sin_port);
    }
  self->listener = listener;
  return port;
}

static gboolean
travel (MoptSession *session, MoptProtocol protocol, GError **error)
{
  static const char *const to[] = { "a@example.test", NULL };
  const MoptEnvelope envelope = { .sender = "jo@example.test", .recipients = to, .size = 3 };
  g_autoptr (GBytes) text = g_bytes_new_static ("x", 1);
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (text);
  g_autoptr (MoptPieces) pieces = mopt_pieces_new_whole (spool);
  g_autoptr (GError) cause = NULL;
  guint64 n;

  if (protocol == MOPT_PROTOCOL_SMTP)
    return mopt_session_envelope (session, &envelope, NULL, error)
           && mopt_session_send_message (session, &envelope, pieces, NULL, error);
  if (!mopt_session_open_mailbox (session, "INBOX", &n, error))
    return FALSE;

  g_autoptr (GBytes) message = mopt_session_find_message (session, "m@x", &cause);
  g_assert_true (message == NULL || mopt_message_has_id (message, "m@x"));
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (protocol == MOPT_PROTOCOL_POP3)
    return TRUE;
  g_auto (GStrv) names = mopt_session_list_mailboxes (session, error);
  return names != NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size == 0)
    return 0;

  Server server = { .data = data + 1, .size = size - 1 };
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  const MoptServer settings = {
    .protocol = data[0] == 'p' ? MOPT_PROTOCOL_POP3 : data[0] == 's' ? MOPT_PROTOCOL_SMTP : MOPT_PROTOCOL_IMAP,
    .host = (char *) "127.0.0.1",
    .security = MOPT_SECURITY_BASIC,
    .custom_port = listen_once (&server),
    .authenticate = TRUE,
    .user = (char *) "jo",
  };
  const MoptSessionOptions options = {
    .server = &settings,
    .password = password,
    .limit_ms = LIMIT_MS,
    .deadline = g_get_monotonic_time () + 2 * LIMIT_MS * 1000,
  };
  GThread *thread = g_thread_new ("server", serve, &server);
  g_autoptr (GError) error = NULL;
  g_autofree char *transcript = NULL;
  MoptSession *session = mopt_session_open (&options, NULL, &transcript, NULL, &error);

  if (session != NULL)
    travel (session, settings.protocol, &error);
  g_assert_true (error == NULL || error->domain == MOPT_ERROR);
  g_assert_null (strstr (transcript, "secret-pass"));
  g_clear_pointer (&session, mopt_session_close);
  g_atomic_int_set (&server.over, TRUE);
  g_thread_join (thread);
  return 0;
}
