/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificates.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#define DAY (24 * 60 * 60)
#define GOOD_NAMES "DNS:localhost,DNS:*.example.test,IP:127.0.0.1,IP:::1"

typedef enum
{
  BY_CA,
  BY_UNKNOWN_CA,
  BY_ITSELF,
} Issuer;

/* What the issuer is said to say of it. */
typedef enum
{
  STAPLE_NOTHING,
  STAPLE_GOOD,
  STAPLE_REVOKED,
  STAPLE_FORGED, /* revoked, signed by somebody else */
  STAPLE_OLD,    /* revoked, said a week ago for a day */
  STAPLE_OTHER,  /* another certificate is revoked */
  STAPLE_JUNK,
} Staple;

static const struct
{
  const char *name;
  const char *alternative_names; /* NULL: none */
  int from_day;                  /* today is 0 */
  int to_day;
  Issuer issuer;
  int rsa_bits; /* 0: an elliptic curve */
  gboolean sha1;
  const char *purpose;
  Staple staple;
} kinds[] = {
  { "valid", GOOD_NAMES, -1, 30 },
  { "expired", GOOD_NAMES, -30, -1 },
  { "not-yet", GOOD_NAMES, 1, 30 },
  { "wrong-host", "DNS:other.example.test,IP:127.0.0.1", -1, 30 },
  { "wrong-ip", "DNS:localhost,IP:127.0.0.2", -1, 30 },
  { "unknown-ca", GOOD_NAMES, -1, 30, BY_UNKNOWN_CA },
  { "self-signed", GOOD_NAMES, -1, 30, BY_ITSELF },
  { "weak-key", GOOD_NAMES, -1, 30, BY_CA, 1024 },
  { "weak-signature", GOOD_NAMES, -1, 30, BY_CA, 0, TRUE },
  { "cn-only", NULL, -1, 30 },
  { "client-only", GOOD_NAMES, -1, 30, BY_CA, 0, FALSE, "clientAuth" },
  { "partial-wildcard", "DNS:loc*.example.test", -1, 30 },
  { "revoked", GOOD_NAMES, -1, 30, BY_CA, 0, FALSE, NULL, STAPLE_REVOKED },
  { "stapled-good", GOOD_NAMES, -1, 30, BY_CA, 0, FALSE, NULL, STAPLE_GOOD },
  { "stapled-forged", GOOD_NAMES, -1, 30, BY_CA, 0, FALSE, NULL, STAPLE_FORGED },
  { "stapled-old", GOOD_NAMES, -1, 30, BY_CA, 0, FALSE, NULL, STAPLE_OLD },
  { "stapled-other", GOOD_NAMES, -1, 30, BY_CA, 0, FALSE, NULL, STAPLE_OTHER },
  { "stapled-junk", GOOD_NAMES, -1, 30, BY_CA, 0, FALSE, NULL, STAPLE_JUNK },
  { "everything", "DNS:other.example.test", -30, -1, BY_ITSELF },
};

static EVP_PKEY *ca_key;
static X509 *ca;
static EVP_PKEY *unknown_ca_key;
static X509 *unknown_ca;
static char *ca_file;

static void
add_extension (X509 *certificate, int nid, const char *value)
{
  X509V3_CTX context;

  X509V3_set_ctx (&context, certificate, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
}

/* A certificate without a signature. */
static X509 *
new_certificate (EVP_PKEY *key, const char *common_name, X509 *issuer, int from_day, int to_day)
{
  static long serial = 1;
  X509 *certificate = X509_new ();

  X509_set_version (certificate, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), serial++);
  X509_gmtime_adj (X509_getm_notBefore (certificate), (long) from_day * DAY);
  X509_gmtime_adj (X509_getm_notAfter (certificate), (long) to_day * DAY);
  X509_set_pubkey (certificate, key);
  X509_NAME_add_entry_by_txt (X509_get_subject_name (certificate), "CN", MBSTRING_UTF8, (const guint8 *) common_name,
                              -1, -1, 0);
  X509_set_issuer_name (certificate, X509_get_subject_name (issuer != NULL ? issuer : certificate));
  return certificate;
}

static X509 *
new_ca (EVP_PKEY *key, const char *common_name)
{
  X509 *certificate = new_certificate (key, common_name, NULL, -30, 30);

  add_extension (certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension (certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  g_assert_cmpint (X509_sign (certificate, key, EVP_sha256 ()), >, 0);
  return certificate;
}

static void
remove_ca_file (void)
{
  g_unlink (ca_file);
}

void
test_certificates_init (void)
{
  if (ca_file != NULL)
    return;
  ca_key = EVP_EC_gen ("P-256");
  ca = new_ca (ca_key, "Mail Options test CA");
  unknown_ca_key = EVP_EC_gen ("P-256");
  unknown_ca = new_ca (unknown_ca_key, "A CA nobody knows");

  int fd = g_file_open_tmp ("mopt-XXXXXX.pem", &ca_file, NULL);
  FILE *file = fdopen (fd, "w");
  g_assert_true (PEM_write_X509 (file, ca));
  g_assert_cmpint (fclose (file), ==, 0);
  g_setenv ("SSL_CERT_FILE", ca_file, TRUE);
  g_unsetenv ("SSL_CERT_DIR");
  atexit (remove_ca_file);
}

static GBytes *
new_staple (X509 *certificate, Staple staple)
{
  gboolean forged = staple == STAPLE_FORGED, old = staple == STAPLE_OLD;
  OCSP_BASICRESP *answer = OCSP_BASICRESP_new ();
  ASN1_TIME *then = X509_gmtime_adj (NULL, old ? -7 * DAY : -60);
  ASN1_TIME *until = X509_gmtime_adj (NULL, old ? -6 * DAY : DAY);
  OCSP_CERTID *id = OCSP_cert_to_id (EVP_sha1 (), staple == STAPLE_OTHER ? ca : certificate, ca);
  guint8 *bytes = NULL;

  OCSP_basic_add1_status (answer, id, staple == STAPLE_GOOD ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED,
                          OCSP_REVOKED_STATUS_KEYCOMPROMISE, staple == STAPLE_GOOD ? NULL : then, then, until);
  g_assert_cmpint (
      OCSP_basic_sign (answer, forged ? unknown_ca : ca, forged ? unknown_ca_key : ca_key, EVP_sha256 (), NULL, 0), ==, 1);
  OCSP_RESPONSE *response = OCSP_response_create (OCSP_RESPONSE_STATUS_SUCCESSFUL, answer);
  int length = i2d_OCSP_RESPONSE (response, &bytes);
  GBytes *result = staple == STAPLE_JUNK ? g_bytes_new_static ("junk", 4) : g_bytes_new (bytes, length);

  OPENSSL_free (bytes);
  OCSP_RESPONSE_free (response);
  OCSP_BASICRESP_free (answer);
  OCSP_CERTID_free (id);
  ASN1_TIME_free (then);
  ASN1_TIME_free (until);
  return result;
}

typedef struct
{
  EVP_PKEY *key; /* NULL: not made yet */
  X509 *certificate;
  GBytes *staple; /* nullable */
} Made;

static void
make (Made *made, guint i)
{
  X509 *issuers[] = { ca, unknown_ca, NULL };

  made->key = kinds[i].rsa_bits > 0 ? EVP_RSA_gen (kinds[i].rsa_bits) : EVP_EC_gen ("P-256");
  made->certificate
      = new_certificate (made->key, "localhost", issuers[kinds[i].issuer], kinds[i].from_day, kinds[i].to_day);
  if (kinds[i].alternative_names != NULL)
    add_extension (made->certificate, NID_subject_alt_name, kinds[i].alternative_names);
  if (kinds[i].purpose != NULL)
    add_extension (made->certificate, NID_ext_key_usage, kinds[i].purpose);

  EVP_PKEY *issuer_keys[] = { ca_key, unknown_ca_key, made->key };
  g_assert_cmpint (
      X509_sign (made->certificate, issuer_keys[kinds[i].issuer], kinds[i].sha1 ? EVP_sha1 () : EVP_sha256 ()), >, 0);
  if (kinds[i].staple != STAPLE_NOTHING)
    made->staple = new_staple (made->certificate, kinds[i].staple);
}

static int
on_status (SSL *ssl, void *data)
{
  gsize length;
  gconstpointer bytes = g_bytes_get_data (data, &length);

  SSL_set_tlsext_status_ocsp_resp (ssl, OPENSSL_memdup (bytes, length), (long) length);
  return SSL_TLSEXT_ERR_OK;
}

SSL_CTX *
test_certificate_context (const char *name, int max_version)
{
  static GMutex mutex; /* servers are threads */
  static Made all[G_N_ELEMENTS (kinds)];
  guint i = 0;

  while (i < G_N_ELEMENTS (kinds) && strcmp (kinds[i].name, name) != 0)
    i++;
  g_assert_cmpuint (i, <, G_N_ELEMENTS (kinds));
  g_mutex_lock (&mutex);
  if (all[i].key == NULL)
    make (&all[i], i);
  g_mutex_unlock (&mutex);

  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());
  /* a server may be as weak as it likes: the client under test must object */
  SSL_CTX_set_security_level (context, 0);
  SSL_CTX_set_min_proto_version (context, TLS1_VERSION);
  if (max_version != 0)
    SSL_CTX_set_max_proto_version (context, max_version);
  g_assert_cmpint (SSL_CTX_use_certificate (context, all[i].certificate), ==, 1);
  g_assert_cmpint (SSL_CTX_use_PrivateKey (context, all[i].key), ==, 1);
  if (all[i].staple != NULL)
    {
      SSL_CTX_set_tlsext_status_cb (context, on_status);
      SSL_CTX_set_tlsext_status_arg (context, all[i].staple);
    }
  return context;
}
