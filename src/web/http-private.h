/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <curl/curl.h>

#include "web/http.h"

G_BEGIN_DECLS

/* The rooms of web/http: http (gets, redirects, answers), http-transfer (one request), http-failure (what libcurl says
 * becomes a cause). */

/* Why we ended a transfer ourselves. */
typedef enum
{
  MOPT_HTTP_STOP_NOT,
  MOPT_HTTP_STOP_BODY,    /* more than the caller wants */
  MOPT_HTTP_STOP_PAGE,    /* enough of a page that nobody reads: no failure */
  MOPT_HTTP_STOP_HEADERS, /* more than MOPT_HTTP_HEADERS_MAX */
} MoptHttpStop;

struct _MoptHttp
{
  CURLM *multi; /* holds the connections that stay open */
  CURL *easy;
  MoptHttpLimits limits;
  gint64 retry_after;
  guint way; /* which of the ways out led there last */
  char words[CURL_ERROR_SIZE];

  /* of the transfer that is under way */
  GByteArray *body;
  gsize max;
  gsize n_headers;
  gsize n_page;
  gboolean has_proxy; /* of the desktop */
  MoptHttpStop stop;
};

/* Asks for @url by @mark (nullable) and takes the answer, whatever its status, until @until (monotonic µs). */
gboolean mopt_http_transfer (MoptHttp *self, const char *url, const char *mark, gint64 until, GCancellable *cancellable,
                             GError **error);

/* libcurl says @code; @words is its error buffer. @has_proxy: the desktop sent us to one. */
void mopt_http_fail (CURL *easy, CURLcode code, MoptHttpStop stop, gboolean has_proxy, const char *url,
                     const char *words, GError **error);
/* The server answered, but with a status that is of no use. */
void mopt_http_fail_status (CURL *easy, const char *url, GError **error);

G_END_DECLS
