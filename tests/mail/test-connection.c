/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connection: errors told apart, limits kept, a cancel felt at once. */
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "certificates.h"
#include "mail/connection.h"
#include "scripted-server.h"

#define LIMIT_MS 300
#define PROMPT_MS 100 /* what a cancel may take; the machine may be busy, so the tests allow it thrice */

static gint64
deadline_in (guint ms)
{
  return g_get_monotonic_time () + ms * 1000;
}

static MoptConnection *
open_to (ScriptedServer *server, guint limit_ms, GCancellable *cancellable, GError **error)
{
  return mopt_connection_open ("127.0.0.1", NULL, scripted_server_get_port (server), deadline_in (limit_ms), NULL, NULL,
                               cancellable, error);
}

/* ---- the C library's resolver, for two names of ours: GLib calls this one (the program exports its symbols) ---- */

int
getaddrinfo (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
  static int (*real) (const char *, const char *, const struct addrinfo *, struct addrinfo **);

  if (g_strcmp0 (node, "slow.example.test") == 0)
    g_usleep (1500 * 1000);
  if (g_strcmp0 (node, "slow.example.test") == 0 || g_strcmp0 (node, "nowhere.example.test") == 0)
    return EAI_NONAME;
  if (g_strcmp0 (node, "empty.example.test") == 0)
    return EAI_NODATA;
  if (g_strcmp0 (node, "down.example.test") == 0)
    return EAI_AGAIN;
  if (real == NULL)
    real = (int (*) (const char *, const char *, const struct addrinfo *, struct addrinfo **)) dlsym (RTLD_NEXT,
                                                                                                      "getaddrinfo");
  if (g_strcmp0 (node, "good.example.test") == 0)
    node = "127.0.0.1";
  /* two addresses, the first of them dead */
  if (g_strcmp0 (node, "half.example.test") == 0)
    {
      int code = real ("127.0.0.2", service, hints, result);

      return code == 0 ? real ("127.0.0.1", service, hints, &(*result)->ai_next) : code;
    }
  return real (node, service, hints, result);
}

/* ---- find and connect ---- */

static void
check_open_fails (const char *host, guint16 port, guint limit_ms, MoptError code)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_null (mopt_connection_open (host, NULL, port, deadline_in (limit_ms), NULL, NULL, NULL, &error));
  g_assert_error (error, MOPT_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, host));
  g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, limit_ms + 500);
}

static void
test_find (void)
{
  check_open_fails ("nowhere.example.test", 143, 5000, MOPT_ERROR_HOST_NOT_FOUND);
  check_open_fails ("empty.example.test", 143, 5000, MOPT_ERROR_HOST_NO_ADDRESS);
  check_open_fails ("down.example.test", 143, 5000, MOPT_ERROR_RESOLVER_FAILED);
  check_open_fails ("slow.example.test", 143, LIMIT_MS, MOPT_ERROR_RESOLVER_FAILED);
}

/* A port of @ip that is bound, but nobody listens. @port: 0 for any. */
static guint16
closed_port (int *fd, in_addr_t ip, guint16 port)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (ip), .sin_port = htons (port) };
  socklen_t length = sizeof address;

  *fd = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_cmpint (bind (*fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  getsockname (*fd, (struct sockaddr *) &address, &length);
  return ntohs (address.sin_port);
}

/* A listener whose backlog is full: the kernel drops what comes, as a firewall does. */
#define N_FILLERS 4
typedef struct
{
  int fd;
  int fillers[N_FILLERS];
  guint16 port;
} BlackHole;

static void
black_hole_open (BlackHole *hole, in_addr_t ip, guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (ip) };

  hole->port = closed_port (&hole->fd, ip, port);
  listen (hole->fd, 0);
  address.sin_port = htons (hole->port);
  for (guint i = 0; i < N_FILLERS; i++)
    {
      hole->fillers[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      (void) !connect (hole->fillers[i], (struct sockaddr *) &address, sizeof address);
    }
}

static void
black_hole_close (BlackHole *hole)
{
  for (guint i = 0; i < N_FILLERS; i++)
    close (hole->fillers[i]);
  close (hole->fd);
}

static void
test_connect (void)
{
  BlackHole hole;
  int fd;

  check_open_fails ("127.0.0.1", closed_port (&fd, INADDR_LOOPBACK, 0), 5000, MOPT_ERROR_CONNECTION_REFUSED);
  close (fd);
  black_hole_open (&hole, INADDR_LOOPBACK, 0);
  check_open_fails ("127.0.0.1", hole.port, LIMIT_MS, MOPT_ERROR_CONNECT_TIMED_OUT);
  black_hole_close (&hole);
}

static void
on_found (const char *first, gpointer user_data)
{
  *(char **) user_data = g_strdup (first);
}

static void
test_open (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("RAW hi\nC: there\nCLOSE");
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *peer = g_strdup_printf ("127.0.0.1:%u", scripted_server_get_port (server));
  char buffer[10];

  MoptConnection *connection = mopt_connection_open ("good.example.test", NULL, scripted_server_get_port (server),
                                                     deadline_in (5000), on_found, &first, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, ==, "127.0.0.1");
  g_assert_cmpstr (mopt_connection_get_peer (connection), ==, peer);
  g_assert_true (mopt_connection_is_loopback (connection));
  g_assert_false (mopt_connection_is_tls (connection));
  g_assert_false (mopt_connection_is_verified (connection));
  g_assert_null (mopt_connection_get_tls_info (connection));
  g_assert_cmpint (mopt_connection_read (connection, buffer, sizeof buffer, &error), ==, 2);
  g_assert_true (mopt_connection_write (connection, "there\r\n", 7, &error));
  g_assert_cmpint (mopt_connection_read (connection, buffer, sizeof buffer, &error), ==, 0);
  mopt_connection_free (connection);
  scripted_server_assert_finished (server);
}

/* RFC 8305: a dead address costs a quarter of a second, not the kernel's time-out. */
static void
test_happy_eyeballs (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("HOLD");
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  gint64 start = g_get_monotonic_time ();
  BlackHole hole;

  black_hole_open (&hole, INADDR_LOOPBACK + 1, scripted_server_get_port (server));
  MoptConnection *connection = mopt_connection_open ("half.example.test", NULL, scripted_server_get_port (server),
                                                     deadline_in (5000), on_found, &first, NULL, &error);
  gint64 took = g_get_monotonic_time () - start;
  g_assert_no_error (error);
  g_test_message ("connected to %s after %.0f ms", mopt_connection_get_peer (connection), took / 1e3);
  g_assert_cmpstr (first, ==, "127.0.0.2");
  g_assert_true (g_str_has_prefix (mopt_connection_get_peer (connection), "127.0.0.1:"));
  g_assert_cmpint (took / 1000, <, 900);
  mopt_connection_free (connection);
  black_hole_close (&hole);
}

/* ---- limits ---- */

/* Reads until it fails. */
static void
check_read_fails (const char *script, MoptError code)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptConnection) connection = open_to (server, 5000, NULL, NULL);
  gint64 start = g_get_monotonic_time ();
  char buffer[4096];

  if (g_str_has_prefix (script, "TLS"))
    g_assert_true (mopt_connection_start_tls (connection, "localhost", TRUE, NULL));
  mopt_connection_set_deadline (connection, deadline_in (LIMIT_MS));
  while (mopt_connection_read (connection, buffer, sizeof buffer, &error) > 0)
    ;
  g_test_message ("%s: %s", script, error != NULL ? error->message : "closed");
  g_assert_error (error, MOPT_ERROR, (gint) code);
  g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, LIMIT_MS + 500);
  /* it stays dead, also with new time */
  mopt_connection_set_deadline (connection, deadline_in (5000));
  g_assert_cmpint (mopt_connection_read (connection, buffer, sizeof buffer, NULL), ==, -1);
}

static void
test_limits (void)
{
  check_read_fails ("HOLD", MOPT_ERROR_TIMED_OUT);
  check_read_fails ("TLS valid\nHOLD", MOPT_ERROR_TIMED_OUT);
  check_read_fails ("TLS valid 1.2\nHOLD", MOPT_ERROR_TIMED_OUT);
  check_read_fails ("DRIP 10 x", MOPT_ERROR_TIMED_OUT);
  check_read_fails ("TLS valid\nDRIP 10 x", MOPT_ERROR_TIMED_OUT);
  check_read_fails ("FLOOD 1000000000000", MOPT_ERROR_TIMED_OUT);
  check_read_fails ("TLS valid\nFLOOD 1000000000000", MOPT_ERROR_TIMED_OUT);
  check_read_fails ("DELAY 50\nRESET", MOPT_ERROR_HUNG_UP);
  check_read_fails ("TLS valid\nRESET", MOPT_ERROR_HUNG_UP);
}

/* A server that does not read, and one that is gone: neither may block us, nor kill us by SIGPIPE. */
static void
check_write_fails (const char *script, MoptError code)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptConnection) connection = open_to (server, 5000, NULL, NULL);
  g_autofree char *block = g_malloc0 (1024 * 1024);
  gint64 start = g_get_monotonic_time ();

  if (g_str_has_prefix (script, "TLS"))
    g_assert_true (mopt_connection_start_tls (connection, "localhost", TRUE, NULL));
  mopt_connection_set_deadline (connection, deadline_in (LIMIT_MS));
  while (mopt_connection_write (connection, block, 1024 * 1024, &error))
    ;
  g_assert_error (error, MOPT_ERROR, (gint) code);
  g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, LIMIT_MS + 500);
}

static void
test_write_limits (void)
{
  check_write_fails ("DELAY 2000", MOPT_ERROR_TIMED_OUT);
  check_write_fails ("TLS valid\nDELAY 2000", MOPT_ERROR_TIMED_OUT);
  check_write_fails ("DELAY 50\nRESET", MOPT_ERROR_HUNG_UP);
  check_write_fails ("CLOSE", MOPT_ERROR_HUNG_UP);
  check_write_fails ("TLS valid\nCLOSE", MOPT_ERROR_HUNG_UP);
}

/* ---- cancel ---- */

typedef struct
{
  GCancellable *cancellable;
  gint64 when; /* monotonic µs, once it is cancelled */
} Canceller;

static gpointer
cancel_soon (gpointer data)
{
  Canceller *canceller = data;

  g_usleep (150 * 1000);
  canceller->when = g_get_monotonic_time ();
  g_cancellable_cancel (canceller->cancellable);
  return NULL;
}

typedef enum
{
  CANCEL_OPEN,
  CANCEL_TLS,
  CANCEL_READ,
  CANCEL_WRITE,
} CancelAt;

static void
run_until_cancelled (CancelAt at, const char *host, guint16 port, GCancellable *cancellable, GError **error)
{
  g_autofree char *block = g_malloc0 (1024 * 1024);
  g_autoptr (MoptConnection) connection
      = mopt_connection_open (host, NULL, port, deadline_in (10000), NULL, NULL, cancellable, error);

  if (connection == NULL)
    return;
  if (at == CANCEL_TLS)
    mopt_connection_start_tls (connection, "localhost", TRUE, error);
  if (at == CANCEL_READ)
    while (mopt_connection_read (connection, block, 1, error) > 0)
      ;
  if (at == CANCEL_WRITE)
    while (mopt_connection_write (connection, block, 1024 * 1024, error))
      ;
}

static void
check_cancel (CancelAt at, const char *host, guint16 port)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Canceller canceller = { cancellable };
  GThread *thread = g_thread_new ("cancel", cancel_soon, &canceller);

  run_until_cancelled (at, host, port, cancellable, &error);
  gint64 took = g_get_monotonic_time () - canceller.when;
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_test_message ("cancel at %d felt after %.1f ms", at, took / 1e3);
  g_assert_cmpint (took / 1000, <, 3 * PROMPT_MS);
}

static void
test_cancel (void)
{
  BlackHole hole;

  check_cancel (CANCEL_OPEN, "slow.example.test", 143);
  black_hole_open (&hole, INADDR_LOOPBACK, 0);
  check_cancel (CANCEL_OPEN, "127.0.0.1", hole.port);
  black_hole_close (&hole);

  for (CancelAt at = CANCEL_TLS; at <= CANCEL_WRITE; at++)
    {
      g_autoptr (ScriptedServer) server = scripted_server_new (at == CANCEL_WRITE ? "DELAY 5000" : "HOLD");
      check_cancel (at, "127.0.0.1", scripted_server_get_port (server));
    }

  g_autoptr (ScriptedServer) server = scripted_server_new ("DRIP 5 x");
  check_cancel (CANCEL_READ, "127.0.0.1", scripted_server_get_port (server));

  /* before it began */
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_cancellable_cancel (cancelled);
  g_assert_null (mopt_connection_open ("localhost", NULL, 143, deadline_in (5000), NULL, NULL, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  g_test_add_func ("/connection/find", test_find);
  g_test_add_func ("/connection/connect", test_connect);
  g_test_add_func ("/connection/open", test_open);
  g_test_add_func ("/connection/happy-eyeballs", test_happy_eyeballs);
  g_test_add_func ("/connection/limits", test_limits);
  g_test_add_func ("/connection/write-limits", test_write_limits);
  g_test_add_func ("/connection/cancel", test_cancel);
  return g_test_run ();
}
