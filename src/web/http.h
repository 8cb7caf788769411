/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"

G_BEGIN_DECLS

/* HTTPS for a thread: every call blocks. What is asked one after the other of one MoptHttp goes over one connection
 * where the server keeps it open. Nothing but https is ever spoken, no name and no password sent (but to a proxy that
 * the desktop names with one), no cookie kept, no file of other programs read; certificates are checked against the
 * store of base/certificate. The proxy is the one of the environment (https_proxy, all_proxy, no_proxy), else the
 * desktop's, one after the other where one leads nowhere. */
typedef struct _MoptHttp MoptHttp;

/* In ms; 0 = what is given here. */
typedef struct
{
  guint connect_ms; /* until the connection stands and is secure: 15 s */
  guint stall_ms;   /* how long it may go slower than MOPT_HTTP_SLOW, silence included: 20 s */
  guint total_ms;   /* for one get, redirects included: 300 s */
} MoptHttpLimits;

#define MOPT_HTTP_SLOW 1000         /* bytes a second */
#define MOPT_HTTP_REDIRECTS_MAX 3   /* in one get */
#define MOPT_HTTP_HEADERS_MAX 65536 /* bytes, of one answer */
#define MOPT_HTTP_URL_MAX 2000      /* bytes */

/* @limits: nullable, copied. */
MoptHttp *mopt_http_new (const MoptHttpLimits *limits);
void mopt_http_free (MoptHttp *self);

/* Asks for @url, and gives its bytes, at most @max of them: transfer full. *@mark (in and out; nullable, freed and
 * replaced): what the last get of this URL left there, a line that makes the server compare ("If-None-Match: …", else
 * "If-Modified-Since: …"; RFC 9110 §13.1). If nothing has changed since (304) the answer is an empty GBytes,
 * *@not_changed is TRUE and the mark stays. Compressed answers are not asked for and not taken, so @max is what is held
 * in memory, too.
 *
 * Cancelling is felt at once: G_IO_ERROR_CANCELLED. Else MOPT_ERROR with an English detail that begins with the URL:
 * INVALID (the URL is not https, or has a user name); HOST_NOT_FOUND, CONNECTION_REFUSED, UNREACHABLE,
 * CONNECT_TIMED_OUT, CONNECT_FAILED, PROXY; TLS_HANDSHAKE, TLS_TOO_OLD, TLS_NOT_SPOKEN, CERTIFICATE; TIMED_OUT
 * (silent), TOO_SLOW, HUNG_UP, TOO_LARGE, PROTOCOL; HTTP_REDIRECT (away from https, with a user name, or more than
 * MOPT_HTTP_REDIRECTS_MAX); HTTP_NOT_FOUND (404, 410), HTTP_FORBIDDEN (401, 403), HTTP_BUSY (429, 503), HTTP_STATUS
 * (any other). */
GBytes *mopt_http_get (MoptHttp *self, const char *url, gsize max, char **mark, gboolean *not_changed,
                       GCancellable *cancellable, GError **error);

/* How long the server that failed last wants to be left alone, in seconds (Retry-After, RFC 9110 §10.2.3); 0 = it did
 * not say. */
gint64 mopt_http_get_retry_after (MoptHttp *self);

/* MOPT_ERROR_INVALID + FALSE, with an English detail, unless @url is one that mopt_http_get would ask. */
gboolean mopt_http_check_url (const char *url, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptHttp, mopt_http_free)

G_END_DECLS
