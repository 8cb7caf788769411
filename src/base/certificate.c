/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/certificate.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include "base/harmful.h"
#include "base/ocsp.h"

#define NAMES_MAX 50 /* names shown of one certificate */

/* Where distributions keep all roots in one file, for those without a hashed directory. */
static const char *const bundles[] = {
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
};

/* ---- the trust store ---- */

/* A hashed directory has names such as "5ed36f99.0". Reading one certificate from there takes 10 µs, reading the
 * bundle of all 40 ms. */
static gboolean
is_hashed_directory (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (strspn (name, "0123456789abcdef") == 8 && name[8] == '.' && g_ascii_isdigit (name[9]))
      return TRUE;
  return FALSE;
}

/* What the environment names, and nothing else. NULL, or what is wrong with it. */
static char *
load_environment (X509_STORE *store, const char *file, const char *directories)
{
  if (file != NULL && X509_STORE_load_file (store, file) != 1)
    return g_strdup_printf ("no certificates in \"%s\", which SSL_CERT_FILE names", file);
  if (directories != NULL && X509_STORE_load_path (store, directories) != 1)
    return g_strdup_printf ("cannot use \"%s\", which SSL_CERT_DIR names", directories);
  return NULL;
}

static char *
load_system (X509_STORE *store)
{
  const char *directory = X509_get_default_cert_dir ();

  if (is_hashed_directory (directory) && X509_STORE_load_path (store, directory) == 1)
    return NULL;
  if (X509_STORE_load_file (store, X509_get_default_cert_file ()) == 1)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (bundles); i++)
    if (X509_STORE_load_file (store, bundles[i]) == 1)
      return NULL;
  return g_strdup_printf ("no trusted certificates in \"%s\" (package ca-certificates)", directory);
}

/* A run that was cancelled, or is saying goodbye, leaves threads behind. When the program ends meanwhile OpenSSL must
 * not take away under them what they use: no clean-up at exit. Has to come before anything else of OpenSSL. */
static void __attribute__ ((constructor)) keep_openssl (void)
{
  OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL);
}

static int on_verify (int ok, X509_STORE_CTX *context);

static SSL_CTX *
new_context (X509_STORE *store)
{
  SSL_CTX *context = SSL_CTX_new (TLS_client_method ());

  SSL_CTX_set1_cert_store (context, store);
  SSL_CTX_set_verify (context, SSL_VERIFY_PEER, on_verify);
  SSL_CTX_set_min_proto_version (context, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options (context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
  return context;
}

/* For the life of the process. */
static struct
{
  X509_STORE *store;
  SSL_CTX *context;
  char *problem;
} trust;

static void
load_once (void)
{
  static gsize loaded;

  if (!g_once_init_enter (&loaded))
    return;

  const char *file = g_getenv (X509_get_default_cert_file_env ());
  const char *directories = g_getenv (X509_get_default_cert_dir_env ());

  trust.store = X509_STORE_new ();
  if (file != NULL || directories != NULL)
    trust.problem = load_environment (trust.store, file, directories);
  else
    trust.problem = load_system (trust.store);
  trust.context = new_context (trust.store);
  ERR_clear_error ();
  g_once_init_leave (&loaded, 1);
}

X509_STORE *
mopt_certificate_store (void)
{
  load_once ();
  return trust.store;
}

const char *
mopt_certificate_get_problem (void)
{
  load_once ();
  return trust.problem;
}

SSL_CTX *
mopt_certificate_context (void)
{
  load_once ();
  return trust.context;
}

/* ---- the verdict ---- */

static const char *
reason_word (int code)
{
  switch (code)
    {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "not-yet-valid";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "wrong-host";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "self-signed";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return "unknown-issuer";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return "weak-key";
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return "weak-signature";
    case X509_V_ERR_CERT_REVOKED:
      return "revoked";
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_INVALID_CA:
      return "bad-purpose";
    default:
      return "invalid";
    }
}

static void
add_reason (GPtrArray *reasons, const char *word)
{
  if (!g_ptr_array_find_with_equal_func (reasons, word, g_str_equal, NULL))
    g_ptr_array_add (reasons, g_strdup (word));
}

/* Always goes on: one certificate can have several faults, and people need all of them at once. */
static int
on_verify (int ok, X509_STORE_CTX *context)
{
  SSL *ssl = X509_STORE_CTX_get_ex_data (context, SSL_get_ex_data_X509_STORE_CTX_idx ());
  GPtrArray *reasons = SSL_get_app_data (ssl);

  /* nobody has said what shall become of the reasons: then OpenSSL decides */
  if (reasons == NULL)
    return ok;
  if (!ok)
    add_reason (reasons, reason_word (X509_STORE_CTX_get_error (context)));
  return 1;
}

gboolean
mopt_certificate_expect (SSL *ssl, const char *host, GPtrArray *reasons)
{
  g_autofree char *name = g_strdup (host[0] == '[' ? host + 1 : host);

  /* what a certificate cannot hold: brackets, the zone of a link-local address, the root's dot */
  name[strcspn (name, "]%")] = '\0';
  if (g_str_has_suffix (name, "."))
    name[strlen (name) - 1] = '\0';

  SSL_set_app_data (ssl, reasons);
  mopt_ocsp_request (ssl);
  SSL_set_hostflags (ssl, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  /* an empty name would switch the check off */
  if (name[0] == '\0')
    return FALSE;
  if (g_hostname_is_ip_address (name))
    return X509_VERIFY_PARAM_set1_ip_asc (SSL_get0_param (ssl), name) == 1;
  return SSL_set1_host (ssl, name) == 1 && SSL_set_tlsext_host_name (ssl, name) == 1;
}

/* ---- what there is to say ---- */

/* A name has no second line, which could look like a line of ours. */
static char *
one_line (const char *said, gssize length)
{
  return g_strdelimit (mopt_clean_words (said, length), "\n", ' ');
}

static char *
name_text (const X509_NAME *name)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *bytes;

  X509_NAME_print_ex (bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  long length = BIO_get_mem_data (bio, &bytes);
  char *text = one_line (length > 0 ? bytes : "", MAX (length, 0));
  BIO_free (bio);
  return text;
}

static char *
general_name_text (const GENERAL_NAME *name)
{
  if (name->type == GEN_DNS)
    return one_line ((const char *) ASN1_STRING_get0_data (name->d.dNSName),
                     ASN1_STRING_length (name->d.dNSName));
  if (name->type == GEN_IPADD)
    {
      int length = ASN1_STRING_length (name->d.iPAddress);

      if (length == 4 || length == 16)
        {
          g_autoptr (GInetAddress) address = g_inet_address_new_from_bytes (
              ASN1_STRING_get0_data (name->d.iPAddress), length == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);
          return g_inet_address_to_string (address);
        }
    }
  return NULL;
}

static char *
alternative_names_text (const X509 *certificate)
{
  GENERAL_NAMES *names = X509_get_ext_d2i (certificate, NID_subject_alt_name, NULL, NULL);
  GString *text = g_string_new (NULL);

  for (int i = 0; i < MIN (sk_GENERAL_NAME_num (names), NAMES_MAX); i++)
    {
      g_autofree char *name = general_name_text (sk_GENERAL_NAME_value (names, i));

      if (name != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", name);
    }
  GENERAL_NAMES_free (names);
  return g_string_free (text, FALSE);
}

static gint64
time_seconds (const ASN1_TIME *asn1)
{
  struct tm tm = { 0 };

  return ASN1_TIME_to_tm (asn1, &tm) == 1 ? timegm (&tm) : 0;
}

static char *
digest_text (const X509 *certificate)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  guint length = 0;
  GString *text = g_string_new (NULL);

  X509_digest (certificate, EVP_sha256 (), digest, &length);
  for (guint i = 0; i < length; i++)
    g_string_append_printf (text, "%s%02X", i > 0 ? ":" : "", digest[i]);
  return g_string_free (text, FALSE);
}

MoptTlsInfo *
mopt_certificate_describe (SSL *ssl, GPtrArray *reasons)
{
  MoptTlsInfo *info = g_new0 (MoptTlsInfo, 1);
  X509 *certificate = SSL_get0_peer_certificate (ssl);

  info->protocol = g_strdup (SSL_get_version (ssl));
  info->cipher = g_strdup (SSL_get_cipher_name (ssl));
  info->reasons = g_ptr_array_ref (reasons);
  if (mopt_ocsp_is_revoked (ssl))
    add_reason (reasons, "revoked");
  if (reasons->len == 0 && (certificate == NULL || SSL_get_verify_result (ssl) != X509_V_OK))
    add_reason (reasons, "invalid");
  if (certificate == NULL)
    return info;

  info->subject = name_text (X509_get_subject_name (certificate));
  info->issuer = name_text (X509_get_issuer_name (certificate));
  info->names = alternative_names_text (certificate);
  info->sha256 = digest_text (certificate);
  info->not_before = time_seconds (X509_get0_notBefore (certificate));
  info->not_after = time_seconds (X509_get0_notAfter (certificate));
  ERR_clear_error ();
  return info;
}

gboolean
mopt_tls_info_is_good (const MoptTlsInfo *info)
{
  return info->reasons->len == 0 || info->trusted;
}

char *
mopt_tls_info_reasons_text (const MoptTlsInfo *info)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < info->reasons->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index (info->reasons, i));
  return g_string_free (text, FALSE);
}

gboolean
mopt_tls_info_has_reason (const MoptTlsInfo *info, const char *reason)
{
  return g_ptr_array_find_with_equal_func (info->reasons, reason, g_str_equal, NULL);
}

MoptTlsInfo *
mopt_tls_info_copy (const MoptTlsInfo *info)
{
  MoptTlsInfo *copy = g_memdup2 (info, sizeof *info);

  copy->protocol = g_strdup (info->protocol);
  copy->cipher = g_strdup (info->cipher);
  copy->subject = g_strdup (info->subject);
  copy->issuer = g_strdup (info->issuer);
  copy->names = g_strdup (info->names);
  copy->sha256 = g_strdup (info->sha256);
  copy->reasons = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < info->reasons->len; i++)
    g_ptr_array_add (copy->reasons, g_strdup (g_ptr_array_index (info->reasons, i)));
  return copy;
}

void
mopt_tls_info_free (MoptTlsInfo *info)
{
  g_free (info->protocol);
  g_free (info->cipher);
  g_free (info->subject);
  g_free (info->issuer);
  g_free (info->names);
  g_free (info->sha256);
  g_ptr_array_unref (info->reasons);
  g_free (info);
}
