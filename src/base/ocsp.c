/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>

#include "base/certificate.h"

#define SKEW_S 300 /* how far the clocks may be apart */

void
mopt_ocsp_request (SSL *ssl)
{
  SSL_set_tlsext_status_type (ssl, TLSEXT_STATUSTYPE_ocsp);
}

/* The stapled answer, or NULL. */
static OCSP_BASICRESP *
read_answer (SSL *ssl)
{
  const guint8 *bytes = NULL;
  long length = SSL_get_tlsext_status_ocsp_resp (ssl, &bytes);
  OCSP_RESPONSE *response = length > 0 ? d2i_OCSP_RESPONSE (NULL, &bytes, length) : NULL;
  OCSP_BASICRESP *answer = NULL;

  if (response != NULL && OCSP_response_status (response) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
    answer = OCSP_response_get1_basic (response);
  OCSP_RESPONSE_free (response);
  return answer;
}

/* Whether @single is about @certificate, whatever digest it names it by. */
static gboolean
is_about (OCSP_SINGLERESP *single, X509 *certificate, X509 *issuer)
{
  const OCSP_CERTID *named = OCSP_SINGLERESP_get0_id (single);
  ASN1_OBJECT *digest = NULL;

  OCSP_id_get0_info (NULL, &digest, NULL, NULL, (OCSP_CERTID *) named);
  const EVP_MD *md = EVP_get_digestbyobj (digest);
  OCSP_CERTID *wanted = md != NULL ? OCSP_cert_to_id (md, certificate, issuer) : NULL;
  gboolean is = wanted != NULL && OCSP_id_cmp (wanted, named) == 0;
  OCSP_CERTID_free (wanted);
  return is;
}

static gboolean
says_revoked (OCSP_BASICRESP *answer, X509 *certificate, X509 *issuer)
{
  for (int i = 0; i < OCSP_resp_count (answer); i++)
    {
      OCSP_SINGLERESP *single = OCSP_resp_get0 (answer, i);
      ASN1_GENERALIZEDTIME *from = NULL, *until = NULL;

      if (is_about (single, certificate, issuer)
          && OCSP_single_get0_status (single, NULL, NULL, &from, &until) == V_OCSP_CERTSTATUS_REVOKED
          && OCSP_check_validity (from, until, SKEW_S, -1) == 1)
        return TRUE;
    }
  return FALSE;
}

gboolean
mopt_ocsp_is_revoked (SSL *ssl)
{
  OCSP_BASICRESP *answer = read_answer (ssl);
  STACK_OF (X509) *chain = SSL_get0_verified_chain (ssl);
  gboolean revoked = answer != NULL && sk_X509_num (chain) > 1
                     && OCSP_basic_verify (answer, chain, mopt_certificate_store (), 0) == 1
                     && says_revoked (answer, sk_X509_value (chain, 0), sk_X509_value (chain, 1));

  OCSP_BASICRESP_free (answer);
  ERR_clear_error ();
  return revoked;
}
