/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libcurl's multi interface with a single transfer: only its poll can be woken up by a cancellable. Redirects are
 * followed here, not by libcurl, for each hop may want another proxy and each refusal a word of its own. */
#include "config.h"

#include <openssl/ssl.h>

#include "base/certificate.h"
#include "web/http-private.h"

#define CONNECT_MS 15000
#define STALL_MS 20000
#define TOTAL_MS 300000
#define POLL_MS 1000   /* libcurl's own timers wake it earlier */
#define PAGE_MAX 16384 /* bytes that are read of what comes with another status, so that the connection lives on */
#define MARK_MAX 1000  /* bytes of what we would send back */
#define IF_NONE_MATCH "If-None-Match: "
#define IF_MODIFIED_SINCE "If-Modified-Since: "

struct _MoptHttp
{
  CURLM *multi; /* holds the connections that stay open */
  CURL *easy;
  MoptHttpLimits limits;
  gint64 retry_after;
  char words[CURL_ERROR_SIZE];

  /* of the transfer that is under way */
  GByteArray *body;
  gsize max;
  gsize n_headers;
  gsize n_page;
  gboolean has_proxy; /* of the desktop */
  MoptHttpStop stop;
};

static void
init_once (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&done, 1);
    }
}

MoptHttp *
mopt_http_new (const MoptHttpLimits *limits)
{
  MoptHttp *self = g_new0 (MoptHttp, 1);

  init_once ();
  self->multi = curl_multi_init ();
  self->easy = curl_easy_init ();
  if (limits != NULL)
    self->limits = *limits;
  if (self->limits.connect_ms == 0)
    self->limits.connect_ms = CONNECT_MS;
  if (self->limits.stall_ms == 0)
    self->limits.stall_ms = STALL_MS;
  if (self->limits.total_ms == 0)
    self->limits.total_ms = TOTAL_MS;
  return self;
}

void
mopt_http_free (MoptHttp *self)
{
  if (self == NULL)
    return;
  curl_easy_cleanup (self->easy);
  curl_multi_cleanup (self->multi);
  g_free (self);
}

gint64
mopt_http_get_retry_after (MoptHttp *self)
{
  return self->retry_after;
}

/* --- URLs --- */

/* NULL: it is none. To be freed with curl_url_cleanup. */
static CURLU *
parse_url (const char *url)
{
  CURLU *parts = curl_url ();

  init_once ();
  if (strlen (url) <= MOPT_HTTP_URL_MAX && curl_url_set (parts, CURLUPART_URL, url, 0) == CURLUE_OK)
    return parts;
  curl_url_cleanup (parts);
  return NULL;
}

/* Caller frees with curl_free; NULL: it has none. */
static char *
url_part (CURLU *parts, CURLUPart which)
{
  char *part = NULL;

  return curl_url_get (parts, which, &part, 0) == CURLUE_OK ? part : NULL;
}

gboolean
mopt_http_check_url (const char *url, GError **error)
{
  CURLU *parts = parse_url (url);
  g_autofree char *shown = g_strndup (url, MOPT_HTTP_URL_MAX);
  const char *wrong = NULL;

  if (parts == NULL)
    wrong = "not a URL";
  else
    {
      char *scheme = url_part (parts, CURLUPART_SCHEME);
      char *user = url_part (parts, CURLUPART_USER);
      char *password = url_part (parts, CURLUPART_PASSWORD);

      if (g_strcmp0 (scheme, "https") != 0)
        wrong = "not https";
      else if (user != NULL || password != NULL)
        {
          wrong = "a user name in the URL";
          g_free (shown);
          shown = g_strconcat (scheme, "://...", NULL); /* it may be a secret */
        }
      curl_free (scheme);
      curl_free (user);
      curl_free (password);
      curl_url_cleanup (parts);
    }
  if (wrong == NULL)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID, "%s: %s", shown, wrong);
  return FALSE;
}

/* --- One transfer --- */

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

/* FALSE: cancelled, or the desktop's settings for proxies make no sense. */
static gboolean
set_proxy (MoptHttp *self, const char *url, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) proxies = NULL;
  g_autoptr (GError) proxy_error = NULL;

  self->has_proxy = FALSE;
  if (environment_has_proxy ())
    return TRUE;
  proxies = g_proxy_resolver_lookup (g_proxy_resolver_get_default (), url, cancellable, &proxy_error);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (proxies == NULL || proxies[0] == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROXY, "%s: the desktop's proxy: %s", url,
                   proxy_error != NULL ? proxy_error->message : "none given");
      return FALSE;
    }
  self->has_proxy = !g_str_has_prefix (proxies[0], "direct:");
  /* "" keeps libcurl from looking for one itself; GIO's "socks:" means the newest version, libcurl's the oldest */
  if (!self->has_proxy)
    curl_easy_setopt (self->easy, CURLOPT_PROXY, "");
  else if (g_str_has_prefix (proxies[0], "socks:"))
    {
      g_autofree char *socks5 = g_strconcat ("socks5h", proxies[0] + strlen ("socks"), NULL);

      curl_easy_setopt (self->easy, CURLOPT_PROXY, socks5);
    }
  else
    curl_easy_setopt (self->easy, CURLOPT_PROXY, proxies[0]);
  return TRUE;
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

/* CURLE_ABORTED_BY_CALLBACK: cancelled. */
static CURLcode
perform (MoptHttp *self, GCancellable *cancellable)
{
  gulong handler = 0;
  int n_running = 1;
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self->multi, NULL);
  curl_multi_add_handle (self->multi, self->easy);
  while (n_running > 0 && !g_cancellable_is_cancelled (cancellable))
    {
      CURLMcode problem = curl_multi_perform (self->multi, &n_running);

      if (problem == CURLM_OK && n_running > 0)
        problem = curl_multi_poll (self->multi, NULL, 0, POLL_MS, NULL);
      if (problem != CURLM_OK)
        {
          g_strlcpy (self->words, curl_multi_strerror (problem), sizeof self->words);
          code = CURLE_FAILED_INIT;
          break;
        }
    }
  if (n_running == 0)
    {
      int n_left;
      CURLMsg *message = curl_multi_info_read (self->multi, &n_left);

      if (message != NULL)
        code = message->data.result;
    }
  curl_multi_remove_handle (self->multi, self->easy);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  return code;
}

/* --- What came --- */

/* A header of the last answer, or NULL; borrowed. */
static const char *
get_header (MoptHttp *self, const char *name)
{
  struct curl_header *header;

  return curl_easy_header (self->easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : NULL;
}

static gboolean
is_header_text (const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || (guchar) *p >= 0x7f)
      return FALSE;
  return *value != '\0' && strlen (value) <= MARK_MAX;
}

/* The line for the next time, or NULL. */
static char *
make_mark (MoptHttp *self)
{
  const char *value = get_header (self, "ETag");

  if (value != NULL && is_header_text (value))
    return g_strconcat (IF_NONE_MATCH, value, NULL);
  value = get_header (self, "Last-Modified");
  return value != NULL && is_header_text (value) ? g_strconcat (IF_MODIFIED_SINCE, value, NULL) : NULL;
}

/* What we can have written: it comes from a file. */
static gboolean
is_mark (const char *mark)
{
  return mark != NULL && is_header_text (mark)
         && (g_str_has_prefix (mark, IF_NONE_MATCH) || g_str_has_prefix (mark, IF_MODIFIED_SINCE));
}

/* What the answer to @url comes to: TRUE: *@next is where to go instead (transfer full), or NULL: this is it. */
static gboolean
judge (MoptHttp *self, const char *url, const char *mark, guint hops, char **next, GError **error)
{
  long status = 0;
  const char *encoding = get_header (self, "Content-Encoding");
  char *where = NULL;
  curl_off_t retry_after = 0;

  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo (self->easy, CURLINFO_REDIRECT_URL, &where);
  curl_easy_getinfo (self->easy, CURLINFO_RETRY_AFTER, &retry_after);
  *next = NULL;

  if (status == 304 && mark != NULL)
    return TRUE;
  if (status == 200)
    {
      if (encoding == NULL || g_ascii_strcasecmp (encoding, "identity") == 0)
        return TRUE;
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "%s: compressed (%.100s), which was not asked for", url,
                   encoding);
      return FALSE;
    }
  if (where != NULL && status != 300 && status != 304)
    {
      g_autoptr (GError) wrong = NULL;

      if (hops >= MOPT_HTTP_REDIRECTS_MAX)
        g_set_error (error, MOPT_ERROR, MOPT_ERROR_HTTP_REDIRECT, "%s: redirected more than %d times", url,
                     MOPT_HTTP_REDIRECTS_MAX);
      else if (!mopt_http_check_url (where, &wrong))
        g_set_error (error, MOPT_ERROR, MOPT_ERROR_HTTP_REDIRECT, "%s: redirected to %s", url, wrong->message);
      else
        *next = g_strdup (where);
      return *next != NULL;
    }
  self->retry_after = retry_after;
  mopt_http_fail_status (self->easy, url, error);
  return FALSE;
}

/* One hop. */
static gboolean
ask (MoptHttp *self, const char *url, const char *mark, gint64 until, GCancellable *cancellable, GError **error)
{
  struct curl_slist *headers = curl_slist_append (NULL, "Accept-Encoding: identity");
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;

  if (mark != NULL)
    headers = curl_slist_append (headers, mark);
  g_byte_array_set_size (self->body, 0);
  set_options (self, url, headers, until);
  if (set_proxy (self, url, cancellable, error))
    {
      code = perform (self, cancellable);
      if (code == CURLE_ABORTED_BY_CALLBACK)
        g_cancellable_set_error_if_cancelled (cancellable, error);
      else if (self->stop == MOPT_HTTP_STOP_PAGE)
        code = CURLE_OK;
      else if (code != CURLE_OK)
        mopt_http_fail (self->easy, code, self->stop, self->has_proxy, url, self->words, error);
    }
  curl_slist_free_all (headers);
  return code == CURLE_OK;
}

GBytes *
mopt_http_get (MoptHttp *self, const char *url, gsize max, char **mark, gboolean *not_changed,
               GCancellable *cancellable, GError **error)
{
  gint64 until = g_get_monotonic_time () + self->limits.total_ms * (gint64) 1000;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree char *here = g_strdup (url);
  const char *condition = is_mark (*mark) ? *mark : NULL;
  long status = 0;

  if (!mopt_http_check_url (url, error))
    return NULL;
  self->retry_after = 0;
  self->body = body;
  self->max = max;
  for (guint hops = 0;; hops++)
    {
      g_autofree char *next = NULL;

      if (!ask (self, here, condition, until, cancellable, error) || !judge (self, here, condition, hops, &next, error))
        return NULL;
      if (next == NULL)
        break;
      g_free (here);
      here = g_steal_pointer (&next);
    }
  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  *not_changed = status == 304;
  if (*not_changed)
    return g_bytes_new (NULL, 0);
  g_free (*mark);
  *mark = make_mark (self);
  return g_byte_array_free_to_bytes (g_steal_pointer (&body));
}
