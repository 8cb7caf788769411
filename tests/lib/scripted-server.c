/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scripted-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"
#include "scram-server.h"

struct _ScriptedServer
{
  char **lines;
  int listener;
  guint16 port;
  GThread *thread;
  int stop[2]; /* a pipe: readable from finish on */
  gint holds;  /* atomic */

  /* the thread's, until it is joined */
  Peer peer;
  char *last_line; /* of the client */
  char *problem;
};

typedef gboolean (*Word) (ScriptedServer *self, const char *rest);

G_GNUC_PRINTF (2, 3)
static gboolean
complain (ScriptedServer *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (self->problem == NULL)
    self->problem = g_strdup_vprintf (format, args);
  va_end (args);
  return FALSE;
}

/* "\001" can hold a NUL, so the length comes with it. */
static GString *
unescape (const char *text)
{
  GString *bytes = g_string_new (NULL);

  while (*text != '\0')
    if (*text != '\\')
      g_string_append_c (bytes, *text++);
    else if (g_ascii_isdigit (text[1]))
      {
        gsize n = strspn (text + 1, "01234567");
        g_autofree char *digits = g_strndup (text + 1, MIN (n, 3));

        g_string_append_c (bytes, (char) g_ascii_strtoull (digits, NULL, 8));
        text += 1 + strlen (digits);
      }
    else
      {
        g_string_append_c (bytes, text[1] == 'r' ? '\r' : text[1] == 'n' ? '\n' : text[1]);
        text += 2;
      }
  return bytes;
}

/* ---- the words ---- */

static gboolean
play_send (ScriptedServer *self, const char *rest)
{
  g_autofree char *line = g_strconcat (rest, "\r\n", NULL);

  return peer_send (&self->peer, line, strlen (line)) || complain (self, "could not send \"%s\"", rest);
}

static gboolean
play_raw (ScriptedServer *self, const char *rest)
{
  g_autoptr (GString) bytes = unescape (rest);

  return peer_send (&self->peer, bytes->str, bytes->len) || complain (self, "could not send \"%s\"", rest);
}

/* * and ? as in a shell, a backslash takes the next one for itself. */
static gboolean
matches (const char *pattern, const char *text)
{
  for (;; pattern++, text++)
    {
      if (*pattern == '*')
        {
          while (*pattern == '*')
            pattern++;
          do
            if (matches (pattern, text))
              return TRUE;
          while (*text++ != '\0');
          return FALSE;
        }
      if (*pattern == '\\' && pattern[1] != '\0')
        pattern++;
      else if (*pattern == '?' && *text != '\0')
        continue;
      if (*pattern != *text)
        return FALSE;
      if (*text == '\0')
        return TRUE;
    }
}

static gboolean
play_expect (ScriptedServer *self, const char *rest)
{
  g_autofree char *line = peer_read_line (&self->peer);

  if (line == NULL)
    return complain (self, "expected \"%s\", got nothing", rest);
  g_free (self->last_line);
  self->last_line = g_strdup (line);
  return matches (rest, line) || complain (self, "expected \"%s\", got \"%s\"", rest, line);
}

static char *
decode (const char *base64)
{
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (base64, &length);

  return g_strndup ((const char *) bytes, length);
}

static gboolean
send_challenge (ScriptedServer *self, const char *prefix, const char *text)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) text, strlen (text));
  g_autofree char *line = g_strconcat (prefix, " ", base64, "\r\n", NULL);

  return peer_send (&self->peer, line, strlen (line));
}

static gboolean
play_scram (ScriptedServer *self, const char *rest)
{
  g_auto (GStrv) words = g_strsplit (rest, " ", 4);
  g_assert_cmpuint (g_strv_length (words), ==, 4);
  const char *word = strrchr (self->last_line, ' ');
  ScramServer scram = { words[0], words[1], words[2], "c2FsdHNhbHQ=", 4096, "theirs" };
  g_autofree char *client_first = decode (word != NULL ? word + 1 : self->last_line);
  if (client_first[0] == 'p')
    scram.binding = peer_channel_binding (&self->peer);
  g_autofree char *server_first = scram_server_first (&scram, client_first);
  g_autofree char *answer = send_challenge (self, words[3], server_first) ? peer_read_line (&self->peer) : NULL;
  g_autofree char *client_final = decode (answer != NULL ? answer : "");
  g_autofree char *server_final = scram.first != NULL ? scram_server_final (&scram, client_final) : NULL;

  scram_server_clear (&scram);
  g_clear_pointer (&scram.binding, g_bytes_unref);
  if (server_final == NULL || server_final[0] == 'e')
    return complain (self, "SCRAM: %s", server_final != NULL ? server_final : server_first);
  g_autofree char *empty = send_challenge (self, words[3], server_final) ? peer_read_line (&self->peer) : NULL;
  return g_strcmp0 (empty, "") == 0 || complain (self, "SCRAM: expected an empty answer");
}

static gboolean
play_body (ScriptedServer *self, const char *rest)
{
  for (;;)
    {
      g_autofree char *line = peer_read_line (&self->peer);

      if (line == NULL)
        return complain (self, "expected a body up to \".\"");
      if (strcmp (line, ".") == 0)
        return TRUE;
    }
}

static gboolean
play_lines (ScriptedServer *self, const char *rest)
{
  for (int i = atoi (rest); i > 0; i--)
    {
      g_autofree char *line = peer_read_line (&self->peer);

      if (line == NULL)
        return complain (self, "expected %d more lines", i);
    }
  return TRUE;
}

static gboolean
play_bytes (ScriptedServer *self, const char *rest)
{
  for (int i = atoi (rest); i > 0; i--)
    {
      if (!peer_fill (&self->peer))
        return complain (self, "expected %d more bytes", i);
      self->peer.start++;
    }
  return TRUE;
}

static gboolean
play_tls (ScriptedServer *self, const char *rest)
{
  g_auto (GStrv) words = g_strsplit (rest, " ", 2);
  guint n = g_strv_length (words);
  int version = n > 1 && strcmp (words[1], "1.2") == 0   ? TLS1_2_VERSION
                : n > 1 && strcmp (words[1], "1.1") == 0 ? TLS1_1_VERSION
                                                         : 0;
  const char *reason = peer_start_tls (&self->peer, n > 0 ? words[0] : "valid", version);

  return reason == NULL || complain (self, "TLS: %s", reason);
}

/* FALSE: the client has gone meanwhile. */
static gboolean
sleep_while_connected (ScriptedServer *self, int ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;
  struct pollfd fds[] = { { self->peer.fd, POLLRDHUP, 0 }, { self->stop[0], POLLIN, 0 } };
  gint64 left;

  while ((left = end - g_get_monotonic_time ()) > 0)
    if (poll (fds, 2, (left + 999) / 1000) > 0)
      return FALSE;
  return TRUE;
}

static gboolean
play_delay (ScriptedServer *self, const char *rest)
{
  return sleep_while_connected (self, atoi (rest)) || complain (self, "the client did not wait %s ms", rest);
}

/* These four end when the client goes, and that is as written. */
static gboolean
play_drip (ScriptedServer *self, const char *rest)
{
  char *text;
  int ms = g_ascii_strtoull (rest, &text, 10);
  g_autoptr (GString) bytes = unescape (g_strchug (text));

  for (gsize i = 0;; i = (i + 1) % bytes->len)
    if (!sleep_while_connected (self, ms) || !peer_send (&self->peer, bytes->str + i, 1))
      return TRUE;
}

static gboolean
play_flood (ScriptedServer *self, const char *rest)
{
  char block[16384];

  memset (block, 'x', sizeof block);
  for (guint64 left = g_ascii_strtoull (rest, NULL, 10); left > 0; left -= MIN (left, sizeof block))
    if (!peer_send (&self->peer, block, MIN (left, sizeof block)))
      break;
  return TRUE;
}

static gboolean
play_repeat (ScriptedServer *self, const char *rest)
{
  char *text;
  guint64 n = g_ascii_strtoull (rest, &text, 10);
  g_auto (GStrv) parts = g_strsplit (g_strchug (text), "%d", 2);

  g_autoptr (GString) block = g_string_new (NULL);

  for (guint64 i = 1; i <= n; i++)
    {
      g_string_append (block, parts[0]);
      if (parts[1] != NULL)
        g_string_append_printf (block, "%" G_GUINT64_FORMAT "%s", i, parts[1]);
      g_string_append (block, "\r\n");
      if (block->len < 16384 && i < n)
        continue;
      if (!peer_send (&self->peer, block->str, block->len))
        break;
      g_string_truncate (block, 0);
    }
  return TRUE;
}

static gboolean
play_hold (ScriptedServer *self, const char *rest)
{
  g_atomic_int_set (&self->holds, TRUE);
  while (peer_fill (&self->peer))
    self->peer.start = self->peer.end;
  return TRUE;
}

static gboolean
play_close (ScriptedServer *self, const char *rest)
{
  if (self->peer.ssl != NULL)
    SSL_shutdown (self->peer.ssl);
  peer_hang_up (&self->peer);
  return TRUE;
}

static gboolean
play_reset (ScriptedServer *self, const char *rest)
{
  struct linger rude = { 1, 0 };

  setsockopt (self->peer.fd, SOL_SOCKET, SO_LINGER, &rude, sizeof rude);
  peer_hang_up (&self->peer);
  return TRUE;
}

static gboolean
play_accept (ScriptedServer *self, const char *rest)
{
  int on = 1;

  /* the client before may still want to say good-bye */
  if (self->peer.fd >= 0)
    play_hold (self, NULL);
  peer_hang_up (&self->peer);
  if (!peer_wait_readable (&self->peer, self->listener, PEER_PATIENCE_MS))
    return complain (self, "no client came");
  self->peer.fd = accept (self->listener, NULL, NULL);
  setsockopt (self->peer.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return self->peer.fd >= 0;
}

static gboolean
play_nothing (ScriptedServer *self, const char *rest)
{
  return TRUE;
}

static const struct
{
  const char *word;
  Word play;
} words[] = {
  { "S:", play_send },     { "C:", play_expect },   { "RAW", play_raw },     { "BODY", play_body },
  { "LINES", play_lines }, { "BYTES", play_bytes }, { "TLS", play_tls },     { "DELAY", play_delay },
  { "DRIP", play_drip },   { "FLOOD", play_flood }, { "REPEAT", play_repeat }, { "HOLD", play_hold },
  { "CLOSE", play_close }, { "RESET", play_reset }, { "ACCEPT", play_accept }, { "SCRAM", play_scram },
  { "#", play_nothing },
};

/* The word at the start of @line, or NULL for an empty line; @rest: what follows it and a space. */
static Word
parse_line (const char *line, const char **rest)
{
  gsize length = strcspn (line, " ");

  *rest = line[length] == ' ' ? line + length + 1 : line + length;
  if (length == 0)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i].word) == length && strncmp (words[i].word, line, length) == 0)
      return words[i].play;
  g_error ("scripted server: no such word: %s", line);
}

/* ---- the thread ---- */

static gpointer
play_script (gpointer data)
{
  ScriptedServer *self = data;
  sigset_t pipe;
  gboolean going;

  /* only here: a SIGPIPE that the client under test raises must kill the test */
  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe, NULL);

  going = play_accept (self, NULL);
  for (guint i = 0; going && self->lines[i] != NULL; i++)
    {
      const char *rest;
      Word play = parse_line (self->lines[i], &rest);

      going = play == NULL || play (self, rest);
      if (!going)
        {
          g_autofree char *what = g_steal_pointer (&self->problem);

          self->problem = g_strdup_printf ("line %u: %s", i + 1, what != NULL ? what : "failed");
        }
    }
  /* let the client read the last words and go first; a close with unread bytes would be a reset */
  if (going && self->peer.fd >= 0)
    play_hold (self, NULL);
  peer_hang_up (&self->peer);
  OPENSSL_thread_stop ();
  return NULL;
}

ScriptedServer *
scripted_server_new (const char *script)
{
  ScriptedServer *self = g_new0 (ScriptedServer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  self->lines = g_strsplit (script, "\n", -1);
  for (guint i = 0; self->lines[i] != NULL; i++)
    {
      const char *rest;

      g_strchug (self->lines[i]);
      parse_line (self->lines[i], &rest);
    }
  peer_init (&self->peer);
  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->listener, 8), ==, 0);
  getsockname (self->listener, (struct sockaddr *) &address, &length);
  self->port = ntohs (address.sin_port);
  g_assert_cmpint (pipe (self->stop), ==, 0);
  self->peer.stop_fd = self->stop[0];
  self->thread = g_thread_new ("scripted-server", play_script, self);
  return self;
}

guint16
scripted_server_get_port (ScriptedServer *self)
{
  return self->port;
}

gboolean
scripted_server_holds (ScriptedServer *self)
{
  return g_atomic_int_get (&self->holds);
}

char *
scripted_server_finish (ScriptedServer *self)
{
  if (self->thread != NULL)
    {
      g_assert_cmpint (write (self->stop[1], "", 1), ==, 1);
      g_thread_join (g_steal_pointer (&self->thread));
    }
  return g_strdup (self->problem);
}

const GString *
scripted_server_get_received (ScriptedServer *self)
{
  g_assert_null (self->thread);
  return self->peer.received;
}

const GString *
scripted_server_get_clear (ScriptedServer *self)
{
  g_assert_null (self->thread);
  return self->peer.clear;
}

const char *
scripted_server_get_sni (ScriptedServer *self)
{
  g_assert_null (self->thread);
  return self->peer.sni;
}

void
scripted_server_free (ScriptedServer *self)
{
  g_autofree char *problem = scripted_server_finish (self);

  close (self->listener);
  close (self->stop[0]);
  close (self->stop[1]);
  g_strfreev (self->lines);
  peer_clear (&self->peer);
  g_free (self->last_line);
  g_free (self->problem);
  g_free (self);
}
