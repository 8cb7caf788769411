/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Auto with a server on each of its ports: who wins and how soon, what ends it, and what is never sent. */
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "certificates.h"
#include "mail/session.h"
#include "scripted-server.h"

#define N_PORTS 3 /* of a protocol */
#define LIMIT_MS 5000
#define BUSY_MS 400 /* what a busy machine may add */

static const guint16 ports[][N_PORTS] = {
  [MOPT_PROTOCOL_IMAP] = { 993, 143 },
  [MOPT_PROTOCOL_POP3] = { 995, 110 },
  [MOPT_PROTOCOL_SMTP] = { 465, 587, 25 },
};

/* ---- the C library, for two things: not everybody may listen on the ports of the RFCs, and all that is on this
 * machine is loopback. What is connected to, and said, is real. ---- */

#define FAR "192.0.2.1"

static guint16 real_port[1024]; /* where a port of the RFCs really is; 0 = there */
static int n_look_ups;
/* connections to 127.0.0.1 that turns.example.test still has there, before only FAR answers; -1: all */
static int n_near = -1;

#define REAL(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

int
connect (int fd, __CONST_SOCKADDR_ARG to, socklen_t length)
{
  struct sockaddr_in address = *to.__sockaddr_in__;
  guint16 port = ntohs (address.sin_port);

  if (address.sin_family != AF_INET || port >= G_N_ELEMENTS (real_port) || real_port[port] == 0)
    return REAL (connect) (fd, to, length);
  if (address.sin_addr.s_addr == htonl (INADDR_LOOPBACK) && g_atomic_int_get (&n_near) >= 0 && port == 143
      && g_atomic_int_add (&n_near, -1) <= 0)
    {
      g_atomic_int_set (&n_near, 0);
      errno = ECONNREFUSED;
      return -1;
    }
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  address.sin_port = htons (real_port[port]);
  return REAL (connect) (fd, (struct sockaddr *) &address, sizeof address);
}

int
getaddrinfo (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
  if (g_strcmp0 (node, "turns.example.test") == 0 && hints->ai_family != AF_INET6)
    {
      int code = REAL (getaddrinfo) ("127.0.0.1", service, hints, result);

      return code == 0 ? REAL (getaddrinfo) (FAR, service, hints, &(*result)->ai_next) : code;
    }
  if (g_strcmp0 (node, "turns.example.test") == 0)
    return EAI_NONAME;
  if (g_strcmp0 (node, "mail.example.test") != 0)
    return REAL (getaddrinfo) (node, service, hints, result);
  g_atomic_int_inc (&n_look_ups);
  if (hints->ai_family == AF_INET6)
    return EAI_NONAME;
  return REAL (getaddrinfo) ("127.0.0.1", service, hints, result);
}

/* ---- what is on a port: a script, SILENT or REFUSED ---- */

#define SILENT "silent"
#define REFUSED "refused"
#define N_FILLERS 4

typedef struct
{
  ScriptedServer *server;
  int fd;
  int fillers[N_FILLERS];
} Port;

static void
port_open (Port *self, guint16 number, const char *script)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  *self = (Port) { .fd = -1 };
  for (guint i = 0; i < N_FILLERS; i++)
    self->fillers[i] = -1;
  if (!g_str_equal (script, SILENT) && !g_str_equal (script, REFUSED))
    {
      self->server = scripted_server_new (script);
      real_port[number] = scripted_server_get_port (self->server);
      return;
    }

  self->fd = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_cmpint (bind (self->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  getsockname (self->fd, (struct sockaddr *) &address, &length);
  real_port[number] = ntohs (address.sin_port);
  if (g_str_equal (script, REFUSED))
    return;
  /* a full backlog: the kernel drops what comes, as a firewall does */
  listen (self->fd, 0);
  for (guint i = 0; i < N_FILLERS; i++)
    {
      self->fillers[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      (void) !REAL (connect) (self->fillers[i], (struct sockaddr *) &address, sizeof address);
    }
}

/* @in_clear: the password may be read on the way. */
static void
port_close (Port *self, gboolean in_clear)
{
  for (guint i = 0; i < N_FILLERS; i++)
    if (self->fillers[i] >= 0)
      close (self->fillers[i]);
  if (self->fd >= 0)
    close (self->fd);
  if (self->server == NULL)
    return;

  g_free (scripted_server_finish (self->server)); /* who lost hears the end of nothing */
  const GString *clear = scripted_server_get_clear (self->server);
  if (!in_clear)
    {
      g_assert_null (strstr (clear->str, "secret-pass"));
      g_assert_null (strstr (clear->str, "AGpvAHNlY3JldC1wYXNz"));
      g_assert_null (strstr (clear->str, "AUTHENTICATE"));
    }
  scripted_server_free (self->server);
}

/* ---- cases ---- */

typedef struct
{
  const char *name;
  MoptProtocol protocol;
  const char *on[N_PORTS]; /* what is on each port */
  int code;                /* of MOPT_ERROR; GOOD */
  MoptStage stage;         /* where it fails */
  guint16 port;            /* the chosen one, or whose failure it is */
  guint from_ms, to_ms;    /* how long it takes; 0 = that does not matter */
  const char *stages;      /* what is told; NULL: that does not matter */
  guint limit_ms;          /* LIMIT_MS */
  gboolean far, agreed, had_tls, requires_tls;
  gboolean in_clear;
} Case;

#define GOOD (-1)
#define IMAP MOPT_PROTOCOL_IMAP
#define SMTP MOPT_PROTOCOL_SMTP
#define HEAD MOPT_HEAD_START_MS

#define IMAP_LOGIN(n) "C: a" #n " AUTHENTICATE PLAIN *\nS: a" #n " OK in\nHOLD"
#define IMAP_OFFERS "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN"
#define IMAPS "TLS\nS: " IMAP_OFFERS "] hi\n" IMAP_LOGIN (1)
#define IMAP_TO_TLS "S: " IMAP_OFFERS " STARTTLS] hi\nC: a1 STARTTLS\nS: a1 OK go\n"
#define IMAP_STARTTLS IMAP_TO_TLS "TLS\nC: a2 CAPABILITY\nS: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\nS: a2 OK\n" IMAP_LOGIN (3)
#define IMAP_NO_TLS "S: " IMAP_OFFERS "] hi\n"
#define IMAP_CLEAR IMAP_NO_TLS "ACCEPT\n" IMAP_NO_TLS IMAP_LOGIN (1)
#define SMTP_TO_TLS "S: 220 hi\nC: EHLO *\nS: 250-m\nS: 250-AUTH PLAIN\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n"
#define SMTP_OFFERS "C: EHLO *\nS: 250-m\nS: 250-SIZE 1000\nS: 250 AUTH PLAIN\n"
#define SMTP_STARTTLS SMTP_TO_TLS "TLS\n" SMTP_OFFERS "C: AUTH PLAIN *\nS: 235 in\nHOLD"
#define SMTP_NO_TLS "S: 220 hi\n" SMTP_OFFERS
#define POP_NO_TLS "S: +OK hi\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\n"

#define FOUND "find find= connect "
#define SECURED "secure (0) secure= offers offers= login login= "

static const Case cases[] = {
  { "the best answers", IMAP, { IMAPS, IMAP_STARTTLS }, GOOD, 0, 993, .stages = FOUND "connect= " SECURED },
  { "the best is refused", IMAP, { REFUSED, IMAP_STARTTLS }, GOOD, 0, 143, 0, HEAD,
    .stages = FOUND "connect connect= " SECURED },
  { "the best is silent", IMAP, { SILENT, IMAP_STARTTLS }, GOOD, 0, 143, HEAD, HEAD + BUSY_MS,
    .stages = FOUND "connect connect= " SECURED },
  { "the best hangs in TLS", IMAP, { "HOLD", IMAP_STARTTLS }, GOOD, 0, 143, HEAD, HEAD + BUSY_MS,
    .stages = FOUND "connect= secure connect connect= " SECURED },
  { "the best is late", IMAP, { "DELAY 400\n" IMAPS, "HOLD" }, GOOD, 0, 993, 400, 400 + BUSY_MS,
    .stages = FOUND "connect= " SECURED },
  { "the second greets late", IMAP, { SILENT, "DELAY 300\n" IMAP_STARTTLS }, GOOD, 0, 143, HEAD + 300, HEAD + 300 + BUSY_MS },
  { "only the last answers", SMTP, { SILENT, SILENT, SMTP_STARTTLS }, GOOD, 0, 25, 2 * HEAD, 2 * HEAD + BUSY_MS },
  { "refused in the middle", SMTP, { SILENT, REFUSED, SMTP_STARTTLS }, GOOD, 0, 25, HEAD, HEAD + BUSY_MS },
  { "submission before 25", SMTP, { REFUSED, SMTP_STARTTLS, SMTP_STARTTLS }, GOOD, 0, 587, 0, 2 * HEAD },
  { "587 has no TLS", SMTP, { REFUSED, SMTP_NO_TLS "HOLD", SMTP_STARTTLS }, GOOD, 0, 25, 0, 2 * HEAD },

  { "all are refused", SMTP, { REFUSED, REFUSED, REFUSED }, MOPT_ERROR_CONNECTION_REFUSED, MOPT_STAGE_CONNECT, 465, 0, HEAD },
  { "all are silent", SMTP, { SILENT, SILENT, SILENT }, MOPT_ERROR_CONNECT_TIMED_OUT, MOPT_STAGE_CONNECT, 465, 700, 1200,
    .limit_ms = 700 },
  { "all hang in TLS", IMAP, { "HOLD", "HOLD" }, MOPT_ERROR_NO_GREETING, MOPT_STAGE_SECURE, 993, 700, 1100, .limit_ms = 700 },
  { "silence where there is no TLS elsewhere", IMAP, { SILENT, IMAP_NO_TLS "HOLD" }, MOPT_ERROR_TLS_NOT_OFFERED,
    MOPT_STAGE_SECURE, 143, 1000, 1000 + HEAD + BUSY_MS, .limit_ms = 2000, .requires_tls = TRUE },
  { "a bad certificate", IMAP, { "TLS expired\nHOLD", IMAP_STARTTLS }, MOPT_ERROR_CERTIFICATE, MOPT_STAGE_SECURE, 993, 0, HEAD },
  { "a bad certificate behind silence", IMAP, { SILENT, IMAP_TO_TLS "TLS self-signed\nHOLD" }, MOPT_ERROR_CERTIFICATE,
    MOPT_STAGE_SECURE, 143, HEAD, HEAD + BUSY_MS, .stages = FOUND "connect connect= secure (1) " },
  { "a bad certificate behind a hang", SMTP, { "HOLD", SMTP_TO_TLS "TLS wrong-ip\nHOLD", SMTP_STARTTLS }, MOPT_ERROR_CERTIFICATE,
    MOPT_STAGE_SECURE, 587, HEAD, HEAD + BUSY_MS },
  { "an injection behind silence", IMAP, { SILENT, IMAP_TO_TLS "RAW * CAPABILITY AUTH=PLAIN\\r\\n" }, MOPT_ERROR_TLS_INJECTION,
    MOPT_STAGE_SECURE, 143, HEAD, HEAD + BUSY_MS },
  { "PREAUTH behind silence", IMAP, { SILENT, "S: * PREAUTH hi\nHOLD" }, MOPT_ERROR_TLS_PREAUTH, MOPT_STAGE_SECURE, 143, HEAD,
    HEAD + BUSY_MS },

  { "nobody agreed", IMAP, { REFUSED, IMAP_CLEAR }, MOPT_ERROR_UNENCRYPTED_NOT_AGREED, MOPT_STAGE_SECURE, 143, .far = TRUE },
  { "nobody agreed to SMTP", SMTP, { REFUSED, REFUSED, SMTP_NO_TLS "HOLD" }, MOPT_ERROR_UNENCRYPTED_NOT_AGREED, MOPT_STAGE_SECURE, 25,
    .far = TRUE },
  { "there is no login to agree to", IMAP, { REFUSED, "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\nHOLD" },
    MOPT_ERROR_TLS_NOT_OFFERED, MOPT_STAGE_SECURE, 143, .far = TRUE },
  { "there was TLS", IMAP, { REFUSED, IMAP_CLEAR }, MOPT_ERROR_TLS_GONE, MOPT_STAGE_SECURE, 143, .far = TRUE, .agreed = TRUE,
    .had_tls = TRUE },
  { "there was TLS and is no login", IMAP, { REFUSED, "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\nHOLD" },
    MOPT_ERROR_TLS_GONE, MOPT_STAGE_SECURE, 143, .had_tls = TRUE },
  { "there was TLS on this machine", IMAP, { REFUSED, IMAP_CLEAR }, MOPT_ERROR_TLS_GONE, MOPT_STAGE_SECURE, 143, .had_tls = TRUE },
  { "the publisher forbids it", IMAP, { REFUSED, IMAP_CLEAR }, MOPT_ERROR_TLS_NOT_OFFERED, MOPT_STAGE_SECURE, 143, .agreed = TRUE,
    .requires_tls = TRUE },
  { "no clear text after a bad certificate", IMAP, { "DELAY 250\nTLS expired\nHOLD", IMAP_CLEAR }, MOPT_ERROR_CERTIFICATE,
    MOPT_STAGE_SECURE, 993, .agreed = TRUE },
  { "no clear text after a failed handshake", IMAP, { "RAW \\025\\003\\003\\000\\002\\002\\050\nHOLD", IMAP_CLEAR },
    MOPT_ERROR_TLS_NO_CIPHER, MOPT_STAGE_SECURE, 993, .agreed = TRUE },
  { "no clear text after old TLS", IMAP, { "TLS valid 1.1\nHOLD", IMAP_CLEAR }, MOPT_ERROR_TLS_TOO_OLD, MOPT_STAGE_SECURE, 993,
    .agreed = TRUE },
  { "no clear text where TLS is refused", IMAP,
    { REFUSED, "S: " IMAP_OFFERS " STARTTLS] hi\nC: a1 STARTTLS\nS: a1 NO\nACCEPT\n" IMAP_NO_TLS "HOLD" }, MOPT_ERROR_TLS_REFUSED,
    MOPT_STAGE_SECURE, 143, .agreed = TRUE },
  { "no clear text where TLS is offered and cut off", SMTP, { REFUSED, SMTP_TO_TLS "CLOSE", SMTP_NO_TLS "HOLD" },
    MOPT_ERROR_TLS_NOT_OFFERED, MOPT_STAGE_SECURE, 25, .agreed = TRUE },
  { "agreed", IMAP, { REFUSED, IMAP_CLEAR }, GOOD, 0, 143, .far = TRUE, .agreed = TRUE, .in_clear = TRUE,
    .stages = FOUND "connect connect= secure connect connect= secure secure=none offers offers= login login= " },
  { "in clear behind silence", IMAP, { SILENT, IMAP_CLEAR }, GOOD, 0, 143, 1000, 1000 + HEAD + BUSY_MS, .limit_ms = 2000,
    .in_clear = TRUE },
};

static void
on_stage (MoptStage stage, const char *evidence, gpointer user_data)
{
  gboolean none = g_strcmp0 (evidence, "none") == 0;

  g_string_append_printf (user_data, "%s%s%s ", mopt_stage_name (stage), evidence != NULL ? "=" : "", none ? evidence : "");
}

static void
on_tls (const MoptTlsInfo *info, gpointer user_data)
{
  g_string_append_printf (user_data, "(%u) ", info->reasons->len);
}

static gboolean
was_begun (const MoptTried *tried)
{
  return !tried->abandoned || tried->stage != MOPT_STAGE_FIND;
}

/* Of whichever came of it; one chosen, or none, and it is told apart from the others. */
static void
check_tried (const Case *test, GPtrArray *all)
{
  guint n_chosen = 0;

  for (guint i = 0; i < all->len; i++)
    {
      const MoptTried *tried = all->pdata[i];

      g_test_message ("%u: port %u, %s%s%s, %s, %u ms", i, tried->attempt.port, mopt_stage_name (tried->stage),
                      tried->chosen ? ", chosen" : "", tried->abandoned ? ", abandoned" : "",
                      tried->error != NULL ? tried->error->message : "no error", tried->ms);
      n_chosen += tried->chosen;
      g_assert_true (!tried->chosen || (tried->error == NULL && tried->offers != NULL && tried->peer != NULL));
      g_assert_true (!tried->chosen || tried->attempt.port == test->port);
      g_assert_true (!tried->abandoned || (tried->error == NULL && !tried->chosen));
      g_assert_true (was_begun (tried) || tried->ms == 0);
      if (tried->error != NULL && test->code != GOOD && tried->error->code == test->code
          && tried->attempt.port == test->port)
        n_chosen++;
    }
  g_assert_cmpuint (n_chosen, ==, 1);
}

/* How long it took. */
static guint
play (const Case *test)
{
  Port open[N_PORTS] = { 0 };
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  g_autoptr (MoptKnownServer) known = mopt_known_server_new ();
  g_autoptr (GPtrArray) tried = mopt_tried_array_new ();
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const MoptServer server = {
    .protocol = test->protocol,
    .host = (char *) (test->far ? FAR : "127.0.0.1"),
    .authenticate = TRUE,
    .user = (char *) "jo",
    .requires_tls = test->requires_tls,
    .known = known,
  };
  const MoptSessionOptions options = {
    .server = &server,
    .password = password,
    .limit_ms = test->limit_ms != 0 ? test->limit_ms : LIMIT_MS,
    .stage = on_stage,
    .tls = on_tls,
    .user_data = told,
    .tried = tried,
  };
  MoptStage failed = MOPT_N_STAGES;

  known->unencrypted_agreed = test->agreed;
  known->level.tls = test->had_tls;
  for (guint i = 0; i < N_PORTS && ports[test->protocol][i] != 0; i++)
    port_open (&open[i], ports[test->protocol][i], test->on[i]);

  gint64 start = g_get_monotonic_time ();
  MoptSession *session = mopt_session_open (&options, &failed, NULL, NULL, &error);
  guint ms = (guint) ((g_get_monotonic_time () - start) / 1000);

  g_test_message ("%s: %s after %u ms: %s", test->name, error != NULL ? error->message : "opened", ms, told->str);
  check_tried (test, tried);
  if (test->stages != NULL)
    g_assert_cmpstr (told->str, ==, test->stages);
  if (test->code == GOOD)
    {
      g_assert_no_error (error);
      g_assert_cmpuint (mopt_session_get_attempt (session)->port, ==, test->port);
      mopt_session_close (session);
    }
  else
    {
      g_assert_error (error, MOPT_ERROR, test->code);
      g_assert_cmpstr (mopt_stage_name (failed), ==, mopt_stage_name (test->stage));
    }
  for (guint i = 0; i < N_PORTS && ports[test->protocol][i] != 0; i++)
    port_close (&open[i], test->in_clear);
  return ms;
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  guint ms = play (test);

  g_assert_cmpuint (ms, >=, test->from_ms);
  /* the machine may be busy with something else for once */
  for (guint i = 0; test->to_ms != 0 && ms > test->to_ms && i < 3; i++)
    ms = play (test);
  if (test->to_ms != 0)
    g_assert_cmpuint (ms, <=, test->to_ms);
}

/* Without TLS: over every state of what the person, the publisher and the past say. */
static void
test_consent (void)
{
  static const char *const clear[] = {
    [MOPT_PROTOCOL_IMAP] = IMAP_CLEAR,
    [MOPT_PROTOCOL_POP3] = POP_NO_TLS "ACCEPT\n" POP_NO_TLS "C: AUTH PLAIN *\nS: +OK in\nHOLD",
    [MOPT_PROTOCOL_SMTP] = SMTP_NO_TLS "ACCEPT\n" SMTP_NO_TLS "C: AUTH PLAIN *\nS: 235 in\nHOLD",
  };

  for (guint state = 0; state < 3 * 16; state++)
    {
      Case test = { "consent", state / 16, { REFUSED, clear[state / 16], REFUSED }, GOOD, MOPT_STAGE_SECURE,
                    ports[state / 16][1], .far = (state & 1) != 0, .agreed = (state & 2) != 0,
                    .had_tls = (state & 4) != 0, .requires_tls = (state & 8) != 0 };

      if (test.requires_tls)
        test.code = MOPT_ERROR_TLS_NOT_OFFERED;
      else if (test.had_tls)
        test.code = MOPT_ERROR_TLS_GONE;
      else if (test.far && !test.agreed)
        test.code = MOPT_ERROR_UNENCRYPTED_NOT_AGREED;
      test.in_clear = test.code == GOOD;
      play (&test);
    }
}

/* ---- what is not a case ---- */

/* Everybody runs to the end and is asked, and nobody logs in. */
static void
test_explore (void)
{
  static const char *const on[]
      = { "TLS\nS: 220 hi\n" SMTP_OFFERS "HOLD", REFUSED, SMTP_TO_TLS "TLS self-signed\nHOLD" };
  Port open[N_PORTS];
  g_autoptr (GPtrArray) all = mopt_tried_array_new ();
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  g_autoptr (GError) error = NULL;
  const MoptServer server = { .protocol = SMTP, .host = (char *) "127.0.0.1", .authenticate = TRUE, .user = (char *) "jo" };
  const MoptSessionOptions options
      = { .server = &server, .password = password, .limit_ms = LIMIT_MS, .tried = all, .explore = TRUE };

  for (guint i = 0; i < N_PORTS; i++)
    port_open (&open[i], ports[SMTP][i], on[i]);
  MoptSession *session = mopt_session_open (&options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (mopt_session_get_mechanism (session));
  g_assert_cmpuint (all->len, ==, 3);

  const MoptTried *tried = all->pdata[0];
  g_assert_true (tried->chosen);
  g_assert_null (tried->offers_before);
  g_assert_cmpstr (tried->offers[0], ==, "SIZE 1000");
  g_assert_cmpstr (tried->offers[1], ==, "AUTH PLAIN");
  g_assert_cmpuint (tried->tls->reasons->len, ==, 0);
  g_assert_cmpint (tried->stage, ==, MOPT_STAGE_OFFERS);

  tried = all->pdata[1];
  g_assert_error (tried->error, MOPT_ERROR, MOPT_ERROR_CONNECTION_REFUSED);
  g_assert_cmpint (tried->stage, ==, MOPT_STAGE_CONNECT);

  tried = all->pdata[2];
  g_assert_false (tried->chosen || tried->abandoned);
  g_assert_error (tried->error, MOPT_ERROR, MOPT_ERROR_CERTIFICATE);
  g_assert_cmpstr (tried->offers_before[0], ==, "AUTH PLAIN");
  g_assert_cmpstr (tried->offers_before[1], ==, "STARTTLS");
  g_assert_null (tried->offers);
  g_assert_cmpuint (tried->tls->reasons->len, >, 0);

  g_autoptr (MoptTried) copy = mopt_tried_copy (tried);
  g_assert_cmpstr (copy->tls->sha256, ==, tried->tls->sha256);
  mopt_session_close (session);
  for (guint i = 0; i < N_PORTS; i++)
    port_close (&open[i], FALSE);
}

/* However many attempts, the name is looked up once (for IPv6, and for IPv4). */
static void
test_one_look_up (void)
{
  static const char *const on[] = { SILENT, REFUSED, SMTP_STARTTLS };
  Port open[N_PORTS];
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  g_autoptr (GError) error = NULL;
  const MoptServer server = { .protocol = SMTP, .host = (char *) "mail.example.test", .authenticate = TRUE, .user = (char *) "jo" };
  const MoptSessionOptions options = { .server = &server, .password = password, .limit_ms = LIMIT_MS };

  for (guint i = 0; i < N_PORTS; i++)
    port_open (&open[i], ports[SMTP][i], on[i]);
  MoptSession *session = mopt_session_open (&options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_atomic_int_get (&n_look_ups), ==, 2);
  mopt_session_close (session);
  for (guint i = 0; i < N_PORTS; i++)
    port_close (&open[i], FALSE);
}

/* A name that stands for this machine, where nothing has to be asked, and for another one, which answers when the login
 * is due. */
static void
test_turns (void)
{
  Port open[2];
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  g_autoptr (GError) error = NULL;
  const MoptServer server
      = { .protocol = IMAP, .host = (char *) "turns.example.test", .authenticate = TRUE, .user = (char *) "jo" };
  const MoptSessionOptions options = { .server = &server, .password = password, .limit_ms = LIMIT_MS };

  port_open (&open[0], 993, REFUSED);
  port_open (&open[1], 143, IMAP_NO_TLS "ACCEPT\n" IMAP_NO_TLS "HOLD");
  g_atomic_int_set (&n_near, 1);
  g_assert_null (mopt_session_open (&options, NULL, NULL, NULL, &error));
  g_atomic_int_set (&n_near, -1);
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_UNENCRYPTED_NOT_AGREED);
  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    port_close (&open[i], FALSE);
}

/* Basic was chosen, and then the publisher forbade it: nobody connects. */
static void
test_basic_forbidden (void)
{
  Port open;
  g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
  g_autoptr (GError) error = NULL;
  MoptStage failed;
  const MoptServer server = { .protocol = IMAP, .security = MOPT_SECURITY_BASIC, .host = (char *) "127.0.0.1",
                              .authenticate = TRUE, .user = (char *) "jo", .requires_tls = TRUE };
  const MoptSessionOptions options = { .server = &server, .password = password, .limit_ms = LIMIT_MS };

  port_open (&open, 143, IMAP_NO_TLS "HOLD");
  g_assert_null (mopt_session_open (&options, &failed, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_UNENCRYPTED_FORBIDDEN);
  g_assert_cmpint (failed, ==, MOPT_STAGE_SECURE);
  g_autofree char *problem = scripted_server_finish (open.server);
  g_assert_nonnull (strstr (problem, "no client came"));
  port_close (&open, FALSE);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep ((HEAD + 150) * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

/* A cancel stops all of them at once; and so it does the one that won, which goes on to log in. */
static void
test_cancel (void)
{
  static const char *const on[][N_PORTS] = {
    { SILENT, SILENT },
    { "HOLD", "HOLD" },
    { SILENT, IMAP_TO_TLS "HOLD" },
    { SILENT, IMAP_TO_TLS "TLS\nC: a2 CAPABILITY\nHOLD" },
    { "TLS\nS: " IMAP_OFFERS "] hi\nHOLD", "HOLD" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (on); i++)
    {
      Port open[2];
      g_autoptr (MoptPassword) password = mopt_password_new ("secret-pass");
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      const MoptServer server = { .protocol = IMAP, .host = (char *) "127.0.0.1", .authenticate = TRUE, .user = (char *) "jo" };
      const MoptSessionOptions options = { .server = &server, .password = password, .limit_ms = 20000 };

      for (guint j = 0; j < 2; j++)
        port_open (&open[j], ports[IMAP][j], on[i][j]);
      gint64 start = g_get_monotonic_time ();
      GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

      g_assert_null (mopt_session_open (&options, NULL, NULL, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, HEAD + 150 + 100 + BUSY_MS);
      g_thread_join (thread);
      for (guint j = 0; j < 2; j++)
        port_close (&open[j], FALSE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/race/", cases[i].name, NULL);

      g_strdelimit (path, " ,", '-');
      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/race/consent", test_consent);
  g_test_add_func ("/race/explore", test_explore);
  g_test_add_func ("/race/one-look-up", test_one_look_up);
  g_test_add_func ("/race/turns", test_turns);
  g_test_add_func ("/race/basic-forbidden", test_basic_forbidden);
  g_test_add_func ("/race/cancel", test_cancel);
  return g_test_run ();
}
