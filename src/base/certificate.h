/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whom we trust, and what speaks against a server's certificate. Mail and web share it. OpenSSL's types are named
 * by their structs, so that whoever only reads MoptTlsInfo need not include OpenSSL. */
struct ssl_ctx_st;
struct ssl_st;
struct x509_store_st;

/* What a handshake brought to light. */
typedef struct
{
  guint16 port;   /* of the server, 0: not known */
  char *protocol; /* "TLSv1.3" */
  char *cipher;   /* "TLS_AES_256_GCM_SHA384" */
  char *subject;  /* RFC 2253, UTF-8 */
  char *issuer;
  char *names;       /* subjectAltName hosts, ", " between; at most 50 */
  char *sha256;      /* of the server's certificate, hexadecimal, colons */
  gint64 not_before; /* seconds since the epoch */
  gint64 not_after;
  GPtrArray *reasons; /* (element-type utf8) stable words without duplicates, empty = it checks out:
                         "expired", "not-yet-valid", "wrong-host", "self-signed", "unknown-issuer", "weak-key",
                         "weak-signature", "revoked", "bad-purpose", "invalid" */
  gboolean trusted;   /* there are reasons, but the person trusts this very certificate by hand */
} MoptTlsInfo;

/* Whether nobody need doubt whom we talk to: no reasons, or trusted. */
gboolean mopt_tls_info_is_good (const MoptTlsInfo *info);
/* "expired, wrong-host"; "" = none. Caller frees. */
char *mopt_tls_info_reasons_text (const MoptTlsInfo *info);
/* Whether @reason ("expired") is among them. */
gboolean mopt_tls_info_has_reason (const MoptTlsInfo *info, const char *reason);

MoptTlsInfo *mopt_tls_info_copy (const MoptTlsInfo *info);
void mopt_tls_info_free (MoptTlsInfo *info);

/* The trusted roots, read once per process: SSL_CERT_FILE and SSL_CERT_DIR where set (then nothing else), else
 * OpenSSL's directory of hashed certificates, else the system's bundle. Borrowed; any thread. Without any root
 * no certificate checks out, and mopt_certificate_get_problem says why. */
struct x509_store_st *mopt_certificate_store (void);

/* Why there are no trusted roots, in English, or NULL. Borrowed; any thread. */
const char *mopt_certificate_get_problem (void);

/* The one SSL_CTX for clients with that store: TLS 1.2 at least. Borrowed; any thread. */
struct ssl_ctx_st *mopt_certificate_context (void);

/* Before the handshake of @ssl: says whose name is expected (RFC 6125: no common name, no partial wildcards; SNI
 * only for names, RFC 6066 §3), and that each reason against the certificate goes into @reasons (stable words,
 * no duplicates; must outlive the handshake) instead of ending it: the verdict is the caller's. */
gboolean mopt_certificate_expect (struct ssl_st *ssl, const char *host, GPtrArray *reasons);

/* After the handshake: what there is to say; takes a reference on @reasons, which gets "revoked" where the server has
 * that from the issuer (base/ocsp), and "invalid" where OpenSSL objects to something that came by no callback. */
MoptTlsInfo *mopt_certificate_describe (struct ssl_st *ssl, GPtrArray *reasons);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptTlsInfo, mopt_tls_info_free)

G_END_DECLS
