/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a web server can answer, and what comes of it. */
#include <glib/gstdio.h>
#include <string.h>

#include "web-test.h"

#define OK "S: HTTP/1.1 200 OK\n"
#define HELLO "S: Content-Length: 5\nS: \nRAW hello\n"

typedef struct
{
  const char *name;
  const char *script; /* after the TLS handshake and the request */
  const char *body;   /* or the cause */
} Answer;

static const Answer answers[] = {
  { "plain", OK HELLO, "hello" },
  { "empty", OK "S: Content-Length: 0\nS: ", "" },
  { "chunked", OK "S: Transfer-Encoding: chunked\nS: \nRAW 3\\r\\nhel\\r\\n2\\r\\nlo\\r\\n0\\r\\n\\r\\n", "hello" },
  { "until the end", OK "S: Connection: close\nS: \nRAW hello\nCLOSE", "hello" },
  { "hint before", "S: HTTP/1.1 103 Early Hints\nS: Link: <x>\nS: \n" OK HELLO, "hello" },
  { "identity", OK "S: Content-Encoding: identity\n" HELLO, "hello" },
  { "gzip", OK "S: Content-Encoding: gzip\n" HELLO, "protocol-error" },
  { "not found", "S: HTTP/1.1 404 Not Found\n" HELLO, "http-not-found" },
  { "gone", "S: HTTP/1.1 410 Gone\n" HELLO, "http-not-found" },
  { "wants a login", "S: HTTP/1.1 401 Unauthorized\nS: WWW-Authenticate: Basic realm=x\n" HELLO, "http-forbidden" },
  { "forbidden", "S: HTTP/1.1 403 Forbidden\n" HELLO, "http-forbidden" },
  { "too many", "S: HTTP/1.1 429 Too Many Requests\n" HELLO, "http-busy" },
  { "busy", "S: HTTP/1.1 503 Service Unavailable\n" HELLO, "http-busy" },
  { "broken", "S: HTTP/1.1 500 Internal Server Error\n" HELLO, "http-status" },
  { "part of it", "S: HTTP/1.1 206 Partial Content\n" HELLO, "http-status" },
  { "nothing", "S: HTTP/1.1 204 No Content\nS: ", "http-status" },
  { "not changed since never", "S: HTTP/1.1 304 Not Modified\nS: ", "http-status" },
  { "choice", "S: HTTP/1.1 300 Multiple Choices\nS: Location: /other\n" HELLO, "http-status" },
  { "redirect without a place", "S: HTTP/1.1 302 Found\n" HELLO, "http-status" },
  { "to http", "S: HTTP/1.1 302 Found\nS: Location: http://127.0.0.1/file.conf\n" HELLO, "http-redirect" },
  { "to a file", "S: HTTP/1.1 301 Moved\nS: Location: file:///etc/passwd\n" HELLO, "http-redirect" },
  { "to a user", "S: HTTP/1.1 307 Moved\nS: Location: https://bob:pw@127.0.0.1/file.conf\n" HELLO, "http-redirect" },
  { "hangs up", "CLOSE", "hung-up" },
  { "hangs up rudely", "RESET", "hung-up" },
  { "half of it", OK "S: Content-Length: 9\nS: \nRAW hello\nCLOSE", "hung-up" },
  { "half a chunk", OK "S: Transfer-Encoding: chunked\nS: \nRAW 9\\r\\nhello\nCLOSE", "hung-up" },
  { "another protocol", "S: 220 mail.example.test ESMTP\nCLOSE", "protocol-error" },
  { "negative length", "RAW HTTP/1.1 200 OK\\r\\nContent-Length: -5\\r\\n\\r\\n\nHOLD", "protocol-error" },
};

static void
test_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *script = g_strconcat ("TLS\n", REQUEST, answers[i].script, NULL);

      g_test_message ("%s", answers[i].name);
      web_test_get (script, 100, answers[i].body);
    }
}

/* --- conditions --- */

/* Gets with *@mark, and compares what then stands there. */
static void
get_with_mark (const char *condition, const char *answer, const char *body, char **mark, const char *next)
{
  g_autofree char *script = g_strconcat ("TLS\nLINES 5\n", condition, "C: \n", answer, NULL);
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
  g_autofree char *url = web_test_url (server);
  g_autoptr (GError) error = NULL;
  gboolean not_changed = FALSE;
  g_autoptr (GBytes) bytes = mopt_http_get (http, url, 100, mark, &not_changed, NULL, &error);

  g_assert_no_error (error);
  g_clear_pointer (&http, mopt_http_free);
  g_assert_cmpint (not_changed, ==, body == NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, body != NULL ? strlen (body) : 0);
  g_assert_cmpstr (*mark, ==, next);
  scripted_server_assert_finished (server);
}

static void
test_conditions (void)
{
  g_autofree char *mark = NULL;

  get_with_mark ("", OK "S: ETag: \"v1\"\nS: Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT\n" HELLO, "hello", &mark,
                 "If-None-Match: \"v1\"");
  get_with_mark ("C: If-None-Match: \"v1\"\n", "S: HTTP/1.1 304 Not Modified\nS: ETag: \"v1\"\nS: \n", NULL, &mark,
                 "If-None-Match: \"v1\"");
  get_with_mark ("C: If-None-Match: \"v1\"\n", OK "S: Last-Modified: Sun, 22 Nov 2026 10:00:00 GMT\n" HELLO, "hello",
                 &mark, "If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT");
  get_with_mark ("C: If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT\n", "S: HTTP/1.1 304 Not Modified\nS: \n", NULL,
                 &mark, "If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT");
  get_with_mark ("C: If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT\n", OK HELLO, "hello", &mark, NULL);

  /* what cannot be sent back is not kept, and a note that was meddled with is not sent */
  get_with_mark ("", OK "S: ETag: \"\303\244\"\n" HELLO, "hello", &mark, NULL);
  mark = g_strdup ("If-None-Match: \"a\"\r\nAuthorization: Basic eDp5");
  get_with_mark ("", OK HELLO, "hello", &mark, NULL);
  mark = g_strdup ("Authorization: Basic eDp5");
  get_with_mark ("", OK HELLO, "hello", &mark, NULL);
}

/* --- redirects --- */

static void
test_redirects (void)
{
  const char *hop = "LINES 6\nS: HTTP/1.1 302 Found\nS: Location: /file.conf\nS: Content-Length: 3\nS: \nRAW bye\n";
  g_autofree char *three = g_strconcat ("TLS\n", hop, hop, hop, REQUEST, OK, HELLO, NULL);
  g_autofree char *four = g_strconcat ("TLS\n", hop, hop, hop, hop, NULL);

  web_test_get (three, 100, "hello");
  web_test_get (four, 100, "http-redirect");
}

/* To another server: it learns nothing of the first, and gets no password, not even one of ~/.netrc. */
static void
test_redirect_elsewhere (void)
{
  g_autoptr (ScriptedServer) other = scripted_server_new ("TLS\n" REQUEST OK HELLO);
  g_autofree char *where = web_test_url (other);
  g_autofree char *script = g_strdup_printf (
      "TLS\n" REQUEST "S: HTTP/1.1 302 Found\nS: Set-Cookie: a=b; Path=/\nS: Location: %s\n" HELLO, where);
  g_autofree char *home = g_dir_make_tmp ("mopt-web-XXXXXX", NULL);
  g_autofree char *netrc = g_build_filename (home, ".netrc", NULL);

  g_setenv ("HOME", home, TRUE);
  g_assert_true (g_file_set_contents (netrc, "machine 127.0.0.1\nlogin bob\npassword secret\n", -1, NULL));
  web_test_get (script, 100, "hello");
  scripted_server_assert_finished (other);
  g_assert_null (strstr (scripted_server_get_received (other)->str, "Authorization"));
  g_assert_null (strstr (scripted_server_get_received (other)->str, "Cookie"));
  g_assert_null (strstr (scripted_server_get_received (other)->str, "Referer"));
  g_unlink (netrc);
  g_rmdir (home);
}

/* --- one connection for what belongs together --- */

static void
test_two_gets (void)
{
  g_autoptr (ScriptedServer) server = scripted_server_new ("TLS\n" REQUEST OK HELLO REQUEST OK HELLO);
  g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
  g_autofree char *url = web_test_url (server);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *mark = NULL;
      g_autoptr (GError) error = NULL;
      gboolean not_changed;
      g_autoptr (GBytes) bytes = mopt_http_get (http, url, 100, &mark, &not_changed, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, 5);
    }
  g_clear_pointer (&http, mopt_http_free);
  scripted_server_assert_finished (server);
}

/* --- how long to wait --- */

static void
check_retry_after (const char *status, const char *value, gint64 min, gint64 max)
{
  g_autofree char *script
      = g_strdup_printf ("TLS\n" REQUEST "S: HTTP/1.1 %s\nS: Retry-After: %s\n" HELLO, status, value);
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
  g_autofree char *url = web_test_url (server);
  g_autofree char *mark = NULL;
  gboolean not_changed;

  g_assert_null (mopt_http_get (http, url, 100, &mark, &not_changed, NULL, NULL));
  g_assert_cmpint (mopt_http_get_retry_after (http), >=, min);
  g_assert_cmpint (mopt_http_get_retry_after (http), <=, max);
}

static void
test_retry_after (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, 300);
  g_autofree char *date = g_date_time_format (then, "%a, %d %b %Y %H:%M:%S GMT");

  check_retry_after ("503 Busy", "120", 120, 120);
  check_retry_after ("429 Slow Down", "7", 7, 7);
  check_retry_after ("503 Busy", date, 290, 300);
  check_retry_after ("503 Busy", "soon", 0, 0);
  check_retry_after ("503 Busy", "-5", 0, 0);
}

/* --- whom it speaks with --- */

static void
test_certificates (void)
{
  const char *const names[] = { "expired", "not-yet", "wrong-ip", "unknown-ca", "self-signed", "client-only" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *script = g_strdup_printf ("TLS %s\nHOLD", names[i]);
      g_autoptr (ScriptedServer) server = scripted_server_new (script);
      g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
      g_autofree char *url = web_test_url (server);
      g_autofree char *mark = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *problem = NULL;
      gboolean not_changed;

      g_assert_null (mopt_http_get (http, url, 100, &mark, &not_changed, NULL, &error));
      g_test_message ("%s: %s", names[i], error->message);
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CERTIFICATE);
      g_clear_pointer (&http, mopt_http_free);
      problem = scripted_server_finish (server);
      g_assert_cmpuint (scripted_server_get_received (server)->len, ==, 0); /* not even the name of the file */
    }
  web_test_get ("TLS valid 1.2\n" REQUEST OK HELLO, 100, "hello");
}

static void
test_no_tls (void)
{
  g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
  g_autoptr (ScriptedServer) plain = scripted_server_new ("S: HTTP/1.1 400 Bad Request\nCLOSE");
  g_autofree char *url = web_test_url (plain);
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refused = NULL;
  gboolean not_changed;

  g_assert_null (mopt_http_get (http, url, 100, &mark, &not_changed, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TLS_NOT_SPOKEN);
  g_clear_pointer (&plain, scripted_server_free);

  g_assert_null (mopt_http_get (http, url, 100, &mark, &not_changed, NULL, &refused));
  g_test_message ("%s", refused->message);
  g_assert_error (refused, MOPT_ERROR, MOPT_ERROR_CONNECTION_REFUSED);
}

/* --- URLs --- */

static void
test_urls (void)
{
  g_autofree char *spaces = g_strnfill (MOPT_HTTP_URL_MAX, 'a');
  g_autofree char *long_url = g_strconcat ("https://example.com/", spaces, NULL);
  const char *const bad[] = {
    "",          "published.conf",          "http://example.com/x",           "ftp://example.com/x",
    "file:///x", "https://bob@example.com", "https://bob:pw@example.com/x",   "https://",
    "https:///", "https://exa mple.com/",   "https://example.com/\r\nHost:x", "https://example.com:99999/",
    long_url,
  };
  g_autoptr (MoptHttp) http = mopt_http_new (NULL);

  g_assert_true (mopt_http_check_url ("https://example.com/mail/published.conf?v=1", NULL));
  g_assert_true (mopt_http_check_url ("HTTPS://[::1]:8443/x", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *mark = NULL;
      g_autoptr (GError) error = NULL;
      gboolean not_changed;

      g_test_message ("%s", bad[i]);
      g_assert_null (mopt_http_get (http, bad[i], 100, &mark, &not_changed, NULL, &error));
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  web_test_init (&argc, &argv);
  g_test_add_func ("/http/answers", test_answers);
  g_test_add_func ("/http/conditions", test_conditions);
  g_test_add_func ("/http/redirects", test_redirects);
  g_test_add_func ("/http/redirect-elsewhere", test_redirect_elsewhere);
  g_test_add_func ("/http/two-gets", test_two_gets);
  g_test_add_func ("/http/retry-after", test_retry_after);
  g_test_add_func ("/http/certificates", test_certificates);
  g_test_add_func ("/http/no-tls", test_no_tls);
  g_test_add_func ("/http/urls", test_urls);
  return g_test_run ();
}
