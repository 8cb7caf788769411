/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redirects are followed here, not by libcurl: each hop may want another proxy, and each refusal a word of its own. */
#include <string.h>

#include "web/http-private.h"

#define CONNECT_MS 15000
#define STALL_MS 20000
#define TOTAL_MS 300000
#define MARK_MAX 1000 /* bytes of what we would send back */
#define IF_NONE_MATCH "If-None-Match: "
#define IF_MODIFIED_SINCE "If-Modified-Since: "

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

      if (!mopt_http_transfer (self, here, condition, until, cancellable, error)
          || !judge (self, here, condition, hops, &next, error))
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
