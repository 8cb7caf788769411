/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attack-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

#define HELLO_MS 40  /* who has said nothing by then waits for a greeting */
#define SULK_MS 200  /* for a client that the attack has left waiting */
#define PAUSE_MS 30
#define LONG_LINE 70000
#define CLIENTS_MAX 8

struct _AttackServer
{
  const Attack *attack;
  int listener;
  guint16 port;
  int stop[2]; /* a pipe: readable from finish on */
  GThread *thread;

  GMutex mutex; /* guards these */
  GString *clear;
  gboolean has_login;
  gboolean has_struck;
};

typedef struct
{
  AttackServer *server;
  Peer peer;
  char tag[16];   /* IMAP: of the client's last command */
  guint answers;  /* lines of a login that are still to come */
  GString *body;  /* of the message that is under way, or NULL */
  gboolean struck; /* the attack was on this connection */
} Client;

GString *
attack_bytes (const char *reply, const char *tag)
{
  GString *bytes = g_string_new (NULL);

  for (const char *p = reply; *p != '\0'; p++)
    if (p[0] == '%' && p[1] == 'T')
      {
        g_string_append (bytes, tag);
        p++;
      }
    else if (p[0] == '%' && p[1] == 'L')
      {
        for (guint i = 0; i < LONG_LINE; i++)
          g_string_append_c (bytes, 'x');
        p++;
      }
    else if (p[0] == '%' && p[1] == 'C')
      p++;
    else if (p[0] == '\\' && g_ascii_isdigit (p[1]))
      {
        g_autofree char *digits = g_strndup (p + 1, MIN (strspn (p + 1, "01234567"), 3));

        g_string_append_c (bytes, (char) g_ascii_strtoull (digits, NULL, 8));
        p += strlen (digits);
      }
    else if (p[0] == '\\')
      {
        p++;
        g_string_append_c (bytes, *p == 'r' ? '\r' : *p == 'n' ? '\n' : *p);
      }
    else
      g_string_append_c (bytes, *p);
  return bytes;
}

static gboolean
say (Client *client, const char *reply)
{
  g_auto (GStrv) parts = g_strsplit (reply, "%W", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr (GString) bytes = attack_bytes (parts[i], client->tag);

      if (i > 0)
        g_usleep (PAUSE_MS * 1000);
      if (!peer_send (&client->peer, bytes->str, bytes->len))
        return FALSE;
    }
  return TRUE;
}

/* ---- the good replies: by protocol and step ---- */

static const char *
good_reply (Client *client, AttackStep step)
{
  static const char *const replies[][N_STEPS] = {
    [MOPT_PROTOCOL_IMAP] = { "* OK hi\r\n", NULL, "%T OK go\r\n", "+ VXNlcm5hbWU6\r\n", "%T OK in\r\n",
                             "* 3 EXISTS\r\n* OK [UIDNEXT 4] x\r\n%T OK\r\n" },
    [MOPT_PROTOCOL_POP3] = { "+OK hi\r\n", NULL, "+OK go\r\n", "+ VXNlcm5hbWU6\r\n", "+OK in\r\n", "+OK 3 99\r\n",
                             "+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n" },
    [MOPT_PROTOCOL_SMTP] = { "220 hi\r\n", NULL, "220 go\r\n", "334 VXNlcm5hbWU6\r\n", "235 2.7.0 in\r\n", NULL, NULL,
                             "250 2.1.0 ok\r\n", "250 2.1.5 ok\r\n", "354 go\r\n", "250 2.0.0 queued\r\n" },
  };
  static const char *const offers[][2] = {
    [MOPT_PROTOCOL_IMAP] = { "* CAPABILITY IMAP4rev1 STARTTLS SASL-IR AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5\r\n%T OK\r\n",
                             "* CAPABILITY IMAP4rev1 AUTH=LOGIN\r\n%T OK\r\n" },
    [MOPT_PROTOCOL_POP3] = { "+OK\r\nSTLS\r\nUSER\r\nSASL PLAIN LOGIN CRAM-MD5\r\n.\r\n",
                             "+OK\r\nSASL LOGIN\r\nUIDL\r\nTOP\r\n.\r\n" },
    [MOPT_PROTOCOL_SMTP] = { "250-m\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN CRAM-MD5\r\n250 SIZE 1000\r\n",
                             "250-m\r\n250 AUTH LOGIN\r\n" },
  };
  const Attack *attack = client->server->attack;
  gboolean inside = client->peer.ssl != NULL;

  if (step != STEP_OFFERS)
    return replies[attack->protocol][step];
  return !inside && attack->offers != NULL ? attack->offers : offers[attack->protocol][inside];
}

/* Which step @line is; N_STEPS: none of them. */
static AttackStep
step_of (Client *client, const char *line)
{
  static const struct
  {
    const char *word;
    AttackStep step;
  } words[] = {
    { "CAPABILITY", STEP_OFFERS }, { "CAPA", STEP_OFFERS }, { "EHLO ", STEP_OFFERS },        { "HELO ", STEP_OFFERS },
    { "STARTTLS", STEP_TLS },      { "STLS", STEP_TLS },    { "AUTHENTICATE ", STEP_AUTH }, { "AUTH ", STEP_AUTH },
    { "EXAMINE ", STEP_EXAMINE },  { "STAT", STEP_EXAMINE }, { "UIDL", STEP_UIDL },          { "MAIL ", STEP_MAIL },
    { "RCPT ", STEP_RCPT },        { "DATA", STEP_DATA },
  };

  if (client->answers > 0)
    return STEP_ANSWER;
  if (client->body != NULL)
    return STEP_DOT;
  if (client->server->attack->protocol == MOPT_PROTOCOL_IMAP)
    {
      g_strlcpy (client->tag, line, MIN (sizeof client->tag, strcspn (line, " ") + 1));
      line += strcspn (line, " ");
      line += *line == ' ';
    }
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (line, words[i].word))
      return words[i].step;
  return N_STEPS;
}

static void
note_login (Client *client)
{
  g_mutex_lock (&client->server->mutex);
  client->server->has_login = TRUE;
  g_mutex_unlock (&client->server->mutex);
}

/* To a command that is no step: yes. */
static gboolean
say_yes (Client *client, const char *line)
{
  if (strstr (line, " LOGIN ") != NULL || g_str_has_prefix (line, "PASS ") || g_str_has_prefix (line, "APOP "))
    note_login (client);

  switch (client->server->attack->protocol)
    {
    case MOPT_PROTOCOL_IMAP:
      return say (client, g_str_has_suffix (line, "}") ? "+ go\r\n" : "%T OK yes\r\n");
    case MOPT_PROTOCOL_POP3:
      return say (client, "+OK yes\r\n");
    default:
      return say (client, "250 yes\r\n");
    }
}

/* ---- one client ---- */

static gboolean
strikes (Client *client, AttackStep step)
{
  const Attack *attack = client->server->attack;

  return !client->struck && attack->reply != NULL && attack->step == step
         && attack->inside == (client->peer.ssl != NULL);
}

/* A line of a message; TRUE: it was the last. */
static gboolean
take_line (Client *client, const char *line)
{
  const Attack *attack = client->server->attack;

  if (strcmp (line, ".") != 0)
    {
      g_string_append_printf (client->body, "%s\r\n", line + (line[0] == '.'));
      return FALSE;
    }
  if (attack->take != NULL)
    attack->take (attack->data, client->body->str);
  g_string_free (g_steal_pointer (&client->body), TRUE);
  return TRUE;
}

/* Whether somebody else had an answer; FALSE in @going: it could not be sent. */
static gboolean
is_answered (Client *client, const char *line, gboolean *going)
{
  const Attack *attack = client->server->attack;
  g_autofree char *other = attack->other != NULL ? attack->other (attack->data, line, client->tag) : NULL;

  if (other == NULL)
    return FALSE;

  char *last = strstr (other, "%C");
  if (last != NULL)
    *last = '\0';
  *going = peer_send (&client->peer, other, strlen (other)) && last == NULL;
  return TRUE;
}

/* FALSE: that was the last word. */
static gboolean
answer (Client *client, AttackStep step, const char *line)
{
  gboolean strike = strikes (client, step);

  if (step == STEP_DOT && !take_line (client, line))
    return TRUE;

  if (step == STEP_AUTH)
    client->answers = 2; /* of LOGIN */
  else if (step == STEP_ANSWER && --client->answers > 0)
    return say (client, client->server->attack->protocol == MOPT_PROTOCOL_SMTP ? "334 UGFzc3dvcmQ6\r\n"
                                                                              : "+ UGFzc3dvcmQ6\r\n");
  client->struck |= strike;

  const char *reply = strike ? client->server->attack->reply : good_reply (client, step);
  if (step == STEP_DATA && g_str_has_prefix (reply, "354"))
    client->body = g_string_new (NULL);
  if (!say (client, reply) || strstr (reply, "%C") != NULL)
    return FALSE;
  if (!strike && step == STEP_ANSWER)
    note_login (client);
  return TRUE;
}

/* Whether the client's next byte is that of a client hello. */
static gboolean
comes_hello (Client *client, int ms)
{
  char first = 0;

  return client->peer.start == client->peer.end && client->peer.ssl == NULL
         && peer_wait_readable (&client->peer, client->peer.fd, ms) && recv (client->peer.fd, &first, 1, MSG_PEEK) == 1
         && first == 22;
}

/* A client that begins with TLS. FALSE: that was all. */
static gboolean
welcome (Client *client)
{
  const Attack *attack = client->server->attack;

  if (attack->implicit)
    return peer_start_tls (&client->peer, "valid", 0) == NULL;
  if (!comes_hello (client, HELLO_MS))
    return TRUE;
  if (attack->hello != NULL && g_str_has_prefix (attack->hello, "TLS "))
    return peer_start_tls (&client->peer, attack->hello + 4, 0) == NULL;
  if (attack->hello != NULL)
    say (client, attack->hello);
  return FALSE;
}

static void
converse (Client *client)
{
  gboolean going = welcome (client) && answer (client, STEP_GREETING, NULL);

  while (going)
    {
      if (client->struck && client->peer.start == client->peer.end
          && (client->peer.ssl == NULL || SSL_pending (client->peer.ssl) == 0)
          && !peer_wait_readable (&client->peer, client->peer.fd, SULK_MS))
        return;
      /* after whatever reply it was: who wants TLS gets it */
      if (comes_hello (client, PEER_PATIENCE_MS))
        {
          going = peer_start_tls (&client->peer, "valid", 0) == NULL;
          continue;
        }

      g_autofree char *line = peer_read_line (&client->peer);
      if (line == NULL)
        return;

      AttackStep step = step_of (client, line);
      if (step < STEP_EXAMINE || step == STEP_DOT || !is_answered (client, line, &going))
        going = step != N_STEPS ? answer (client, step, line) : say_yes (client, line);
    }
}

static gpointer
serve (gpointer data)
{
  Client *client = data;
  AttackServer *server = client->server;
  sigset_t pipe;

  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe, NULL);

  converse (client);
  /* all that the client still says is to be heard */
  shutdown (client->peer.fd, SHUT_WR);
  while (peer_fill (&client->peer))
    client->peer.start = client->peer.end;

  g_mutex_lock (&server->mutex);
  if (client->peer.clear->len > 0 && client->peer.clear->str[0] != 22)
    g_string_append_len (server->clear, client->peer.clear->str, client->peer.clear->len);
  server->has_struck |= client->struck;
  g_mutex_unlock (&server->mutex);
  peer_clear (&client->peer);
  if (client->body != NULL)
    g_string_free (client->body, TRUE);
  g_free (client);
  OPENSSL_thread_stop ();
  return NULL;
}

/* ---- all of them ---- */

static gpointer
accept_all (gpointer data)
{
  AttackServer *self = data;
  GThread *clients[CLIENTS_MAX];
  guint n = 0;
  struct pollfd fds[] = { { self->listener, POLLIN, 0 }, { self->stop[0], POLLIN, 0 } };

  while (poll (fds, 2, -1) >= 0 && fds[0].revents != 0)
    {
      Client *client = g_new0 (Client, 1);
      int on = 1;

      g_assert_cmpuint (n, <, CLIENTS_MAX);
      client->server = self;
      peer_init (&client->peer);
      client->peer.stop_fd = self->stop[0];
      client->peer.fd = accept (self->listener, NULL, NULL);
      setsockopt (client->peer.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      clients[n++] = g_thread_new ("attack", serve, client);
    }
  while (n > 0)
    g_thread_join (clients[--n]);
  return NULL;
}

AttackServer *
attack_server_new (const Attack *attack)
{
  AttackServer *self = g_new0 (AttackServer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  self->attack = attack;
  self->clear = g_string_new (NULL);
  g_mutex_init (&self->mutex);
  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->listener, CLIENTS_MAX), ==, 0);
  getsockname (self->listener, (struct sockaddr *) &address, &length);
  self->port = ntohs (address.sin_port);
  g_assert_cmpint (pipe (self->stop), ==, 0);
  self->thread = g_thread_new ("attack-server", accept_all, self);
  return self;
}

guint16
attack_server_get_port (AttackServer *self)
{
  return self->port;
}

void
attack_server_finish (AttackServer *self)
{
  if (self->thread == NULL)
    return;
  g_assert_cmpint (write (self->stop[1], "", 1), ==, 1);
  g_thread_join (g_steal_pointer (&self->thread));
}

const char *
attack_server_get_clear (AttackServer *self)
{
  g_assert_null (self->thread);
  return self->clear->str;
}

gboolean
attack_server_has_login (AttackServer *self)
{
  return self->has_login;
}

gboolean
attack_server_has_struck (AttackServer *self)
{
  return self->has_struck;
}

void
attack_server_free (AttackServer *self)
{
  attack_server_finish (self);
  close (self->listener);
  close (self->stop[0]);
  close (self->stop[1]);
  g_string_free (self->clear, TRUE);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
