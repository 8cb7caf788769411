/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

struct ssl_st;

/* What the issuer of a certificate says about it today, if the server has it at hand and hands it over in the handshake
 * (OCSP stapling, RFC 6066 §8, RFC 6960). Nobody else is asked; most servers have nothing, which means nothing. */

/* Before the handshake of @ssl: asks for it. */
void mopt_ocsp_request (struct ssl_st *ssl);
/* After it: whether the issuer, as the trusted roots know it, says now that the server's certificate is revoked. What
 * is not signed by him, out of date or about another certificate does not count. */
gboolean mopt_ocsp_is_revoked (struct ssl_st *ssl);

G_END_DECLS
