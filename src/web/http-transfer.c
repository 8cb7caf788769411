/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request, one answer: libcurl's multi interface with a single transfer, for only its poll can be woken up by a
 * cancellable. */
#include "config.h"

#include <openssl/ssl.h>
#include <string.h>

#include "base/certificate.h"
#include "web/http-private.h"

#define POLL_MS 1000   /* libcurl's own timers wake it earlier */
#define PAGE_MAX 16384 /* bytes that are read of what comes with another status, so that the connection lives on */

static size_t
on_body (char *bytes, size_t size, size_t n, void *user_data)
{
  MoptHttp *self = user_data;
  long status = 0;
  curl_off_t announced = -1;

  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo (self->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (status != 200)
    {
      /* a page for people about what went wrong: the status says it, too */
      self->n_page += n;
      self->stop = self->n_page > PAGE_MAX ? MOPT_HTTP_STOP_PAGE : MOPT_HTTP_STOP_NOT;
    }
  else if (n > self->max - self->body->len || (announced > 0 && (guint64) announced > self->max))
    self->stop = MOPT_HTTP_STOP_BODY;
  else
    g_byte_array_append (self->body, (const guint8 *) bytes, n);
  return self->stop == MOPT_HTTP_STOP_NOT ? n : CURL_WRITEFUNC_ERROR;
}

static size_t
on_header (char *bytes, size_t size, size_t n, void *user_data)
{
  MoptHttp *self = user_data;

  self->n_headers += n;
  if (self->n_headers <= MOPT_HTTP_HEADERS_MAX)
    return n;
  self->stop = MOPT_HTTP_STOP_HEADERS;
  return 0;
}

static CURLcode
on_context (CURL *easy, void *context, void *user_data)
{
  SSL_CTX_set1_cert_store (context, mopt_certificate_store ());
  return CURLE_OK;
}

/* Whether the environment says how to get out; libcurl reads it then, no_proxy included. */
static gboolean
environment_has_proxy (void)
{
  static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_getenv (names[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* The ways out that the desktop names for @url, the best first, none of them where the environment names one. NULL:
 * cancelled, or the desktop's settings for proxies make no sense. Caller frees. */
static char **
find_ways (const char *url, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) ways = NULL;
  g_autoptr (GError) proxy_error = NULL;

  if (environment_has_proxy ())
    return g_new0 (char *, 1);
  ways = g_proxy_resolver_lookup (g_proxy_resolver_get_default (), url, cancellable, &proxy_error);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (ways == NULL || ways[0] == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROXY, "%s: the desktop's proxy: %s", url,
                   proxy_error != NULL ? proxy_error->message : "none given");
      return NULL;
    }
  return g_steal_pointer (&ways);
}

/* @way: as the desktop says it; NULL: libcurl asks the environment. */
static void
set_way (MoptHttp *self, const char *way)
{
  self->has_proxy = way != NULL && !g_str_has_prefix (way, "direct:");
  if (way == NULL)
    return;
  /* "" keeps libcurl from looking for one itself; GIO's "socks:" means the newest version, libcurl's the oldest */
  if (!self->has_proxy)
    curl_easy_setopt (self->easy, CURLOPT_PROXY, "");
  else if (g_str_has_prefix (way, "socks:"))
    {
      g_autofree char *socks5 = g_strconcat ("socks5h", way + strlen ("socks"), NULL);

      curl_easy_setopt (self->easy, CURLOPT_PROXY, socks5);
    }
  else
    curl_easy_setopt (self->easy, CURLOPT_PROXY, way);
}

/* Whether another way out may lead there where this one did not. */
static gboolean
is_no_way (const GError *failure)
{
  static const MoptError causes[] = { MOPT_ERROR_PROXY, MOPT_ERROR_HOST_NOT_FOUND, MOPT_ERROR_CONNECTION_REFUSED,
                                      MOPT_ERROR_UNREACHABLE, MOPT_ERROR_CONNECT_TIMED_OUT, MOPT_ERROR_CONNECT_FAILED };

  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    if (g_error_matches (failure, MOPT_ERROR, (int) causes[i]))
      return TRUE;
  return FALSE;
}

/* @until: monotonic µs. */
static void
set_options (MoptHttp *self, const char *url, struct curl_slist *headers, gint64 until)
{
  CURL *easy = self->easy;
  gint64 left_ms = MAX ((until - g_get_monotonic_time ()) / 1000, 1);

  curl_easy_reset (easy); /* forgets the options, not the connections */
  curl_easy_setopt (easy, CURLOPT_URL, url);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt (easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
  /* two requests gain nothing from HTTP/2 */
  curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "mail-options/" MOPT_VERSION);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, headers);

  curl_easy_setopt (easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt (easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
  /* the store has all; libcurl's own file takes 40 ms to read */
  curl_easy_setopt (easy, CURLOPT_CAINFO, NULL);
  curl_easy_setopt (easy, CURLOPT_CAPATH, NULL);

  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) MIN (self->limits.connect_ms, left_ms));
  curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, (long) left_ms);
  curl_easy_setopt (easy, CURLOPT_LOW_SPEED_LIMIT, (long) MOPT_HTTP_SLOW);
  curl_easy_setopt (easy, CURLOPT_LOW_SPEED_TIME, (long) MAX (self->limits.stall_ms / 1000, 1));
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  /* a name server that is silent must not hold us when we are cancelled */
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);

  curl_easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, self);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, self);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, self->words);
  self->words[0] = '\0';
  self->n_headers = 0;
  self->n_page = 0;
  self->stop = MOPT_HTTP_STOP_NOT;
}

static void
on_cancelled (GCancellable *cancellable, gpointer multi)
{
  curl_multi_wakeup (multi);
}

static CURLcode
perform (MoptHttp *self, GCancellable *cancellable)
{
  gulong handler = 0;
  int n_running = 1, n_left;
  CURLMcode problem = CURLM_OK;
  CURLMsg *message = NULL;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self->multi, NULL);
  curl_multi_add_handle (self->multi, self->easy);
  while (problem == CURLM_OK && n_running > 0 && !g_cancellable_is_cancelled (cancellable))
    {
      problem = curl_multi_perform (self->multi, &n_running);
      if (problem == CURLM_OK && n_running > 0)
        problem = curl_multi_poll (self->multi, NULL, 0, POLL_MS, NULL);
    }
  if (n_running == 0)
    message = curl_multi_info_read (self->multi, &n_left);
  CURLcode code = message != NULL ? message->data.result : CURLE_ABORTED_BY_CALLBACK;
  if (problem != CURLM_OK)
    {
      g_strlcpy (self->words, curl_multi_strerror (problem), sizeof self->words);
      code = CURLE_FAILED_INIT;
    }
  curl_multi_remove_handle (self->multi, self->easy);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  return code;
}

static gboolean
transfer (MoptHttp *self, const char *url, const char *way, struct curl_slist *headers, gint64 until,
          GCancellable *cancellable, GError **error)
{
  g_byte_array_set_size (self->body, 0);
  set_options (self, url, headers, until);
  set_way (self, way);

  CURLcode code = perform (self, cancellable);
  if (code == CURLE_OK || self->stop == MOPT_HTTP_STOP_PAGE)
    return TRUE;
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    mopt_http_fail (self->easy, code, self->stop, self->has_proxy, url, self->words, error);
  return FALSE;
}

/* The first failure is the one that is told: it is that of the way that the desktop likes best. */
gboolean
mopt_http_transfer (MoptHttp *self, const char *url, const char *mark, gint64 until, GCancellable *cancellable,
                    GError **error)
{
  g_auto (GStrv) ways = find_ways (url, cancellable, error);
  struct curl_slist *headers = NULL;
  g_autoptr (GError) first = NULL;
  gboolean ok = FALSE, goes_on = TRUE;

  if (ways == NULL)
    return FALSE;
  headers = curl_slist_append (headers, "Accept-Encoding: identity");
  if (mark != NULL)
    headers = curl_slist_append (headers, mark);
  guint n = MAX (g_strv_length (ways), 1);
  /* what led out before is tried first: a dead proxy costs its time once */
  guint start = self->way < n ? self->way : 0;
  for (guint i = 0; !ok && goes_on && i < n; i++)
    {
      guint nth = (start + i) % n;
      g_autoptr (GError) failure = NULL;

      ok = transfer (self, url, ways[nth], headers, until, cancellable, &failure);
      if (ok)
        self->way = nth;
      goes_on = is_no_way (failure) && g_get_monotonic_time () < until;
      if (!ok && (first == NULL || !goes_on))
        {
          g_clear_error (&first);
          first = g_steal_pointer (&failure);
        }
    }
  curl_slist_free_all (headers);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&first));
  return ok;
}
