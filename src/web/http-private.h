/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <curl/curl.h>

#include "web/http.h"

G_BEGIN_DECLS

/* What http.c and http-failure.c share: a transfer that ended without what we want becomes a cause. */

/* Why we ended a transfer ourselves. */
typedef enum
{
  MOPT_HTTP_STOP_NOT,
  MOPT_HTTP_STOP_BODY,    /* more than the caller wants */
  MOPT_HTTP_STOP_PAGE,    /* enough of a page that nobody reads: no failure */
  MOPT_HTTP_STOP_HEADERS, /* more than MOPT_HTTP_HEADERS_MAX */
} MoptHttpStop;

/* libcurl says @code; @words is its error buffer. @has_proxy: the desktop sent us to one. */
void mopt_http_fail (CURL *easy, CURLcode code, MoptHttpStop stop, gboolean has_proxy, const char *url,
                     const char *words, GError **error);
/* The server answered, but with a status that is of no use. */
void mopt_http_fail_status (CURL *easy, const char *url, GError **error);

G_END_DECLS
