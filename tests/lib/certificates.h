/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <openssl/ssl.h>

/* Real certificates, made in the test process by a CA of its own, which the whole process trusts. */

/* Makes the CA and names it in SSL_CERT_FILE: to be called before anything asks for the trust store. The file goes
 * at the end of the process. */
void test_certificates_init (void);

/* The server side of TLS with the certificate @name, at most TLS @max_version (TLS1_2_VERSION, …; 0 = newest):
 *   valid        localhost, *.example.test, 127.0.0.1, ::1
 *   expired, not-yet, wrong-host (other.example.test), wrong-ip, unknown-ca, self-signed
 *   weak-key (RSA 1024), weak-signature (SHA-1), cn-only (no subjectAltName), client-only (its purpose),
 *   partial-wildcard (l*host… as "loc*.example.test"), everything (self-signed, expired, wrong host)
 *   revoked (and the issuer says so in the handshake), stapled-good, stapled-forged, stapled-old, stapled-other,
 *   stapled-junk (valid, with an answer that says nothing against it, or does not count)
 * Each is made once in a process: a server keeps its certificate.
 * Caller frees. */
SSL_CTX *test_certificate_context (const char *name, int max_version);
