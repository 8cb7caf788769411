/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Too large, too slow, cancelled; and the way out through a proxy. */
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web-test.h"

#define OK "S: HTTP/1.1 200 OK\n"
#define PROMPT_MS 100 /* what a cancel may take; the machine may be busy, so the tests allow it thrice */

/* The C library's resolver, for a name server that does not answer: libcurl calls this one. */
int
getaddrinfo (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
  static int (*real) (const char *, const char *, const struct addrinfo *, struct addrinfo **);

  if (g_strcmp0 (node, "slow.example.test") == 0)
    g_usleep (3 * G_USEC_PER_SEC);
  if (g_strcmp0 (node, "slow.example.test") == 0 || g_strcmp0 (node, "nowhere.example.test") == 0)
    return EAI_NONAME;
  if (real == NULL)
    real = (int (*) (const char *, const char *, const struct addrinfo *, struct addrinfo **)) dlsym (RTLD_NEXT,
                                                                                                      "getaddrinfo");
  return real (node, service, hints, result);
}

/* --- size --- */

static void
test_size (void)
{
  web_test_get ("TLS\n" REQUEST OK "S: Content-Length: 5\nS: \nRAW hello", 5, "hello");
  web_test_get ("TLS\n" REQUEST OK "S: Content-Length: 6\nS: \nRAW h\nHOLD", 5, "too-large");
  web_test_get ("TLS\n" REQUEST OK "S: Connection: close\nS: \nFLOOD 100000000", 1000000, "too-large");
  web_test_get ("TLS\n" REQUEST OK "S: Transfer-Encoding: chunked\nS: \nRAW FFFFFFFF\\r\\n\nFLOOD 100000000", 1000000,
                "too-large");
  web_test_get ("TLS\n" REQUEST OK "REPEAT 100000000 X-Filler-%d: and so on", 1000, "protocol-error");
  web_test_get ("TLS\n" REQUEST "REPEAT 100000000 HTTP/1.1 100 Continue", 1000, "protocol-error");
}

/* A long page for people about what went wrong: the status counts, not its size. */
static void
test_pages (void)
{
  const char *redirect
      = "LINES 6\nS: HTTP/1.1 302 Found\nS: Location: /file.conf\nS: Content-Length: 10000\nS: \nFLOOD 10000\n";
  g_autofree char *redirected
      = g_strconcat ("TLS\n", redirect, REQUEST, OK, "S: Content-Length: 5\nS: \nRAW hello", NULL);

  web_test_get ("TLS\n" REQUEST "S: HTTP/1.1 404 Not Found\nS: Content-Length: 10000\nS: \nFLOOD 10000", 100,
                "http-not-found");
  web_test_get ("TLS\n" REQUEST "S: HTTP/1.1 404 Not Found\nS: Connection: close\nS: \nFLOOD 100000000", 100,
                "http-not-found");
  web_test_get (redirected, 100, "hello");
}

/* libcurl inflates this without being asked; the limit holds for what comes out. */
static void
test_bomb (void)
{
  const gsize inflated = 1000000;
  g_autofree char *zeros = g_malloc0 (inflated);
  g_autoptr (GConverter) gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  guint8 small[4000];
  gsize n_read, n;
  g_autoptr (GString) script
      = g_string_new ("TLS\n" REQUEST OK "S: Transfer-Encoding: gzip\nS: Connection: close\nS: \nRAW ");

  g_assert_cmpint (
      g_converter_convert (gzip, zeros, inflated, small, sizeof small, G_CONVERTER_INPUT_AT_END, &n_read, &n, NULL), ==,
      G_CONVERTER_FINISHED);
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (script, "\\%03o", small[i]);
  g_string_append (script, "\nCLOSE");
  web_test_get (script->str, 10000, "too-large");
}

/* --- time --- */

static void
check_slow (const char *script, const char *cause, gint64 at_most_ms)
{
  gint64 start = g_get_monotonic_time ();

  web_test_get (script, 1000000, cause);
  g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, at_most_ms);
}

static void
test_time (void)
{
  check_slow ("HOLD", "connect-timed-out", 3000);
  check_slow ("TLS\n" REQUEST "HOLD", "timed-out", 4000);
  check_slow ("TLS\n" REQUEST OK "HOLD", "too-slow", 4000);
  check_slow ("TLS\n" REQUEST OK "S: \nDRIP 20 x", "too-slow", 4000);
  check_slow ("TLS\n" REQUEST OK "DRIP 20 x", "too-slow", 4000);
}

/* Also where nothing stalls for long enough all of it has an end. */
static void
test_total (void)
{
  const MoptHttpLimits limits = { .total_ms = 500 };
  g_autoptr (ScriptedServer) server = scripted_server_new ("TLS\n" REQUEST OK "S: \nDRIP 20 x");
  g_autoptr (MoptHttp) http = mopt_http_new (&limits);
  g_autofree char *url = web_test_url (server);
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;
  gboolean not_changed;
  gint64 start = g_get_monotonic_time ();

  g_assert_null (mopt_http_get (http, url, 1000000, &mark, &not_changed, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TOO_SLOW);
  g_assert_cmpint ((g_get_monotonic_time () - start) / 1000, <, 1500);
}

/* --- a cancel --- */

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (200 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
cancel_at (const char *url)
{
  g_autoptr (MoptHttp) http = mopt_http_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;
  gboolean not_changed;
  gint64 start = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  g_assert_null (mopt_http_get (http, url, 1000000, &mark, &not_changed, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_pointer (&http, mopt_http_free); /* that may not wait either */
  gint64 late = (g_get_monotonic_time () - start) / 1000 - 200;
  g_test_message ("felt after %d ms", (int) late);
  g_assert_cmpint (late, <, 3 * PROMPT_MS);
  g_thread_join (thread);
}

static void
cancel_during (const char *script)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autofree char *url = web_test_url (server);

  cancel_at (url);
  scripted_server_assert_finished (server);
}

/* A port whose queue is full: a connection attempt hears nothing. */
static int
make_black_hole (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (listen (fd, 0), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &length), ==, 0);
  for (guint i = 0; i < 3; i++)
    connect (socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), (struct sockaddr *) &address, length);
  *port = ntohs (address.sin_port);
  return fd;
}

static void
test_cancel (void)
{
  guint16 port;
  int hole = make_black_hole (&port);
  g_autofree char *nowhere = g_strdup_printf ("https://127.0.0.1:%u/file.conf", port);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) timed_out = NULL;
  gboolean not_changed;

  cancel_at ("https://slow.example.test/file.conf");
  cancel_at (nowhere);
  cancel_during ("HOLD");
  cancel_during ("TLS\n" REQUEST "HOLD");
  cancel_during ("TLS\n" REQUEST OK "S: \nHOLD");
  cancel_during ("TLS\n" REQUEST OK "S: \nDRIP 5 01234567890123456789");

  g_cancellable_cancel (cancelled);
  g_assert_null (mopt_http_get (http, nowhere, 1, &mark, &not_changed, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  g_assert_null (mopt_http_get (http, nowhere, 1, &mark, &not_changed, NULL, &timed_out));
  g_assert_error (timed_out, MOPT_ERROR, MOPT_ERROR_CONNECT_TIMED_OUT);
  close (hole);
}

static void
test_no_name (void)
{
  g_autoptr (MoptHttp) http = mopt_http_new (NULL);
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;
  gboolean not_changed;

  g_assert_null (mopt_http_get (http, "https://nowhere.example.test/x", 1, &mark, &not_changed, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_HOST_NOT_FOUND);
}

/* --- proxies --- */

/* What the desktop answers, several with a blank between: GIO asks this object, as it would ask GNOME's settings. */
static char *desktop_answer;

typedef GObject TestResolver;
typedef GObjectClass TestResolverClass;
static GType test_resolver_get_type (void);
static void test_resolver_iface_init (GProxyResolverInterface *iface);
G_DEFINE_TYPE_WITH_CODE (TestResolver, test_resolver, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, test_resolver_iface_init))

static gboolean
is_supported (GProxyResolver *self)
{
  return TRUE;
}

static char **
lookup (GProxyResolver *self, const char *uri, GCancellable *cancellable, GError **error)
{
  g_assert_true (g_str_has_prefix (uri, "https://"));
  if (desktop_answer == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no settings");
      return NULL;
    }
  return g_strsplit (desktop_answer, " ", 0);
}

static void
test_resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = is_supported;
  iface->lookup = lookup;
}

static void
test_resolver_init (TestResolver *self)
{
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
}

/* Through a proxy at %u that opens a way to the server. */
#define TUNNEL                                                                                                         \
  "C: CONNECT published.example.test:443 HTTP/1.1\nC: Host: *\nC: User-Agent: mail-options/*\n"                        \
  "C: Proxy-Connection: *\nC: \nS: HTTP/1.1 200 Go on\nS: \nTLS\n" REQUEST OK "S: Content-Length: 5\nS: \nRAW hello\n"

static void
get_through (const char *script, const char *format, gboolean environment, const char *cause)
{
  g_autoptr (ScriptedServer) proxy = scripted_server_new (script);
  g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
  g_autofree char *address = g_strdup_printf ("%s127.0.0.1:%u", format, scripted_server_get_port (proxy));
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;
  gboolean not_changed;

  if (environment)
    g_setenv ("https_proxy", address, TRUE);
  else
    desktop_answer = g_strdup (address);
  g_autoptr (GBytes) bytes
      = mopt_http_get (http, "https://published.example.test/file.conf", 100, &mark, &not_changed, NULL, &error);
  g_clear_pointer (&http, mopt_http_free);
  g_unsetenv ("https_proxy");
  g_clear_pointer (&desktop_answer, g_free);
  if (error != NULL)
    g_test_message ("%s", error->message);
  g_assert_cmpstr (error != NULL ? mopt_error_word (error->code) : NULL, ==, cause);
  if (g_strcmp0 (cause, "certificate") == 0) /* the handshake ends where its script does not */
    return;
  scripted_server_assert_finished (proxy);
}

static void
test_proxies (void)
{
  get_through (TUNNEL, "http://", FALSE, NULL);
  get_through (TUNNEL, "http://", TRUE, NULL);
  /* a login that the desktop knows is for the proxy alone: the request in the tunnel has none */
  get_through ("C: CONNECT published.example.test:443 HTTP/1.1\nC: Host: *\nC: Proxy-Authorization: Basic Ym9iOnB3\n"
               "LINES 3\nS: HTTP/1.1 200 Go on\nS: \nTLS\n" REQUEST OK "S: Content-Length: 5\nS: \nRAW hello\n",
               "http://bob:pw@", FALSE, NULL);
  get_through ("LINES 5\nS: HTTP/1.1 502 Bad Gateway\nS: Content-Length: 0\nS: ", "http://", FALSE, "proxy-failed");
  get_through ("LINES 5\nS: HTTP/1.1 407 Proxy Authentication Required\nS: Content-Length: 0\nS: ", "http://", FALSE,
               "proxy-failed");
  get_through ("HOLD", "http://", FALSE, "proxy-failed");
  /* SOCKS 5, the name resolved at the far end: no method but "none", then CONNECT to a name of 22 letters */
  get_through (
      "BYTES 4\nRAW \\005\\000\nBYTES 29\nRAW \\005\\000\\000\\001\\000\\000\\000\\000\\000\\000\nTLS\n" REQUEST OK
      "S: Content-Length: 5\nS: \nRAW hello\n",
      "socks://", FALSE, NULL);
}

/* The first that leads there is taken; where none does, it is told what is wrong with the first. */
static void
test_several_proxies (void)
{
  g_autoptr (ScriptedServer) refuses
      = scripted_server_new ("LINES 5\nS: HTTP/1.1 502 Bad Gateway\nS: Content-Length: 0\nS: ");
  g_autofree char *before
      = g_strdup_printf ("http://127.0.0.1:1 http://127.0.0.1:%u socks://", scripted_server_get_port (refuses));

  get_through (TUNNEL, "http://127.0.0.1:1 http://", FALSE, NULL);
  get_through (TUNNEL, "socks://127.0.0.1:1 direct:// http://", FALSE, NULL);
  get_through (
      "BYTES 4\nRAW \\005\\000\nBYTES 29\nRAW \\005\\000\\000\\001\\000\\000\\000\\000\\000\\000\nTLS\n" REQUEST OK
      "S: Content-Length: 5\nS: \nRAW hello\n",
      before, FALSE, NULL);
  scripted_server_assert_finished (refuses);
  get_through ("LINES 5\nS: HTTP/1.1 502 Bad Gateway\nS: Content-Length: 0\nS: ", "direct:// http://", FALSE,
               "host-not-found");
}

/* A server that has been reached and fails is not asked once more another way. */
static void
test_one_way (void)
{
  get_through ("C: CONNECT published.example.test:443 HTTP/1.1\nLINES 4\nS: HTTP/1.1 200 Go on\nS: \nTLS expired\n",
               "direct:// http://", FALSE, "certificate");
  get_through ("BYTES 4\nRAW \\005\\000\nBYTES 29\nRAW \\005\\000\\000\\001\\000\\000\\000\\000\\000\\000\nTLS expired\n",
               "socks://", FALSE, "certificate");
  get_through ("LINES 5\nS: HTTP/1.1 200 Go on\nS: \nTLS\n" REQUEST "CLOSE", "http://", FALSE, "hung-up");
}

static void
test_no_proxy (void)
{
  g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;
  gboolean not_changed;

  g_assert_null (mopt_http_get (http, "https://127.0.0.1:1/x", 1, &mark, &not_changed, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_PROXY);
  g_clear_error (&error);

  desktop_answer = g_strdup ("http://127.0.0.1:1");
  g_assert_null (mopt_http_get (http, "https://127.0.0.1:2/x", 1, &mark, &not_changed, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_PROXY);
  g_clear_error (&error);

  g_free (desktop_answer);
  desktop_answer = g_strdup ("direct://");
  g_assert_null (mopt_http_get (http, "https://127.0.0.1:2/x", 1, &mark, &not_changed, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CONNECTION_REFUSED);
}

int
main (int argc, char **argv)
{
  web_test_init (&argc, &argv);
  /* before GIO has asked for one: it must not be this machine's */
  g_vfs_get_default (); /* makes GIO know the place where resolvers are put */
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, test_resolver_get_type (), "test", 1000);
  g_test_add_func ("/http/proxies", test_proxies);
  g_test_add_func ("/http/several-proxies", test_several_proxies);
  g_test_add_func ("/http/one-way", test_one_way);
  g_test_add_func ("/http/no-proxy", test_no_proxy);
  g_test_add_func ("/http/size", test_size);
  g_test_add_func ("/http/pages", test_pages);
  g_test_add_func ("/http/bomb", test_bomb);
  g_test_add_func ("/http/time", test_time);
  g_test_add_func ("/http/total", test_total);
  g_test_add_func ("/http/cancel", test_cancel);
  g_test_add_func ("/http/no-name", test_no_name);
  return g_test_run ();
}
