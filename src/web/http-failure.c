/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what libcurl says to a cause of ours. */
#include <errno.h>
#include <string.h>

#include "base/certificate.h"
#include "web/http-private.h"

static MoptError
connect_cause (CURL *easy)
{
  long os_errno = 0;

  curl_easy_getinfo (easy, CURLINFO_OS_ERRNO, &os_errno);
  switch (os_errno)
    {
    case ECONNREFUSED:
      return MOPT_ERROR_CONNECTION_REFUSED;
    case ENETUNREACH:
    case EHOSTUNREACH:
      return MOPT_ERROR_UNREACHABLE;
    case ETIMEDOUT:
      return MOPT_ERROR_CONNECT_TIMED_OUT;
    default:
      return MOPT_ERROR_CONNECT_FAILED;
    }
}

/* Where it stood when the time was up. */
static MoptError
time_cause (CURL *easy)
{
  curl_off_t connected = 0, answered = 0;

  curl_easy_getinfo (easy, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo (easy, CURLINFO_STARTTRANSFER_TIME_T, &answered);
  if (connected == 0)
    return MOPT_ERROR_CONNECT_TIMED_OUT;
  return answered == 0 ? MOPT_ERROR_TIMED_OUT : MOPT_ERROR_TOO_SLOW;
}

/* libcurl hands on OpenSSL's words, its only way to say which end does not like what. */
static MoptError
tls_cause (const char *words)
{
  if (strstr (words, "wrong version number") != NULL || strstr (words, "packet length too long") != NULL)
    return MOPT_ERROR_TLS_NOT_SPOKEN;
  if (strstr (words, "unsupported protocol") != NULL || strstr (words, "protocol version") != NULL)
    return MOPT_ERROR_TLS_TOO_OLD;
  return MOPT_ERROR_TLS_HANDSHAKE;
}

/* Whether we have spoken with the server itself by then. libcurl counts as connected only what is secure, too. */
static gboolean
is_past_proxy (CURL *easy, CURLcode code)
{
  long connect_status = 0, proxy_verdict = 0;
  curl_off_t connected = 0;

  curl_easy_getinfo (easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
  curl_easy_getinfo (easy, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo (easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &proxy_verdict);
  if (connect_status != 0)
    return connect_status / 100 == 2;
  /* SOCKS has no such status */
  return connected != 0
         || (proxy_verdict == 0
             && (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION
                 || code == CURLE_SSL_ISSUER_ERROR));
}

static MoptError
cause (CURL *easy, CURLcode code, gboolean has_proxy, const char *words)
{
  long connect_status = 0;

  /* what keeps us from the proxy, or the proxy from letting us out; one of the environment only if it says so */
  curl_easy_getinfo (easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
  if ((has_proxy || connect_status != 0) && !is_past_proxy (easy, code))
    return MOPT_ERROR_PROXY;

  switch (code)
    {
    case CURLE_COULDNT_RESOLVE_HOST:
      return MOPT_ERROR_HOST_NOT_FOUND;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return MOPT_ERROR_PROXY;
    case CURLE_COULDNT_CONNECT:
      return connect_cause (easy);
    case CURLE_OPERATION_TIMEDOUT:
      return time_cause (easy);
    case CURLE_SSL_CONNECT_ERROR:
      return tls_cause (words);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return MOPT_ERROR_CERTIFICATE;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return MOPT_ERROR_HUNG_UP;
    case CURLE_UNSUPPORTED_PROTOCOL: /* the scheme is checked before: it speaks HTTP/0.9 or nothing of the kind */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return MOPT_ERROR_PROTOCOL;
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED:
      return MOPT_ERROR_INVALID;
    default:
      return MOPT_ERROR_FAILED;
    }
}

void
mopt_http_fail (CURL *easy, CURLcode code, MoptHttpStop stop, gboolean has_proxy, const char *url, const char *words,
                GError **error)
{
  const char *problem = mopt_certificate_get_problem ();
  MoptError why;

  if (stop == MOPT_HTTP_STOP_BODY)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_TOO_LARGE, "%s: larger than allowed", url);
      return;
    }
  if (stop == MOPT_HTTP_STOP_HEADERS)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "%s: more than %d bytes of headers", url,
                   MOPT_HTTP_HEADERS_MAX);
      return;
    }
  if (*words == '\0')
    words = curl_easy_strerror (code);
  why = cause (easy, code, has_proxy, words);
  if (why == MOPT_ERROR_CERTIFICATE && problem != NULL)
    g_set_error (error, MOPT_ERROR, why, "%s: %s; %s", url, words, problem);
  else
    g_set_error (error, MOPT_ERROR, why, "%s: %s", url, words);
}

void
mopt_http_fail_status (CURL *easy, const char *url, GError **error)
{
  long status = 0;
  MoptError why;

  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
  switch (status)
    {
    case 404:
    case 410:
      why = MOPT_ERROR_HTTP_NOT_FOUND;
      break;
    case 401:
    case 403:
      why = MOPT_ERROR_HTTP_FORBIDDEN;
      break;
    case 429:
    case 503:
      why = MOPT_ERROR_HTTP_BUSY;
      break;
    default:
      why = MOPT_ERROR_HTTP_STATUS;
    }
  g_set_error (error, MOPT_ERROR, why, "%s: HTTP status %ld", url, status);
}
