/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The wire form of a domain name alone, of a server or behind the @ of an address: A-label by IDNA 2008
 * non-transitional (RFC 5891; libidn2), lower case, final dot gone. Underscores pass: networks have such names.
 * NULL + MOPT_ERROR_INVALID (a translated sentence that says what is wrong). @name is UTF-8. Caller frees. */
char *mopt_host_name_to_ascii (const char *name, GError **error);

/* Whether @name is so plain that there is nothing to find out: labels of ASCII letters, digits and inner hyphens, the
 * last one of letters, none of them an A-label. What is not plain may be sound all the same. */
gboolean mopt_host_name_is_plain (const char *name);

/* The wire form of a host as a person types it, blanks around it or not: a name as above; an IPv4 address as it
 * is; an IPv6 address, with or without brackets, without them and in its shortest form (RFC 5952), one that stands for
 * an IPv4 address (::ffff:192.0.2.1) as that.
 * NULL + MOPT_ERROR_INVALID (a translated sentence that says what is wrong). Caller frees. */
char *mopt_host_to_ascii (const char *host, GError **error);

/* Whether @text is "host:port" (or "[v6]:port"): then both parts, the host as typed, v6 with its brackets.
 * @host (out, transfer full), @port (out), both optional and untouched where it is not. */
gboolean mopt_host_split_port (const char *text, char **host, guint16 *port);

/* Whether @host names this very machine (localhost, 127/8, ::1). */
gboolean mopt_host_is_loopback (const char *host);

G_END_DECLS
