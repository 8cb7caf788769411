/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The wire form of a host as a person types it: A-label by IDNA 2008 non-transitional (RFC 5891; libidn2), lower
 * case, final dot gone; an IPv4 address as it is; an IPv6 address, with or without brackets, without them.
 * NULL + MOPT_ERROR_INVALID (a translated sentence that says what is wrong). Caller frees. */
char *mopt_host_to_ascii (const char *host, GError **error);

/* Whether @text is "host:port" (or "[v6]:port"): then both parts. @host (out, transfer full). */
gboolean mopt_host_split_port (const char *text, char **host, guint16 *port);

/* Whether @host names this very machine (localhost, 127/8, ::1). */
gboolean mopt_host_is_loopback (const char *host);

G_END_DECLS
