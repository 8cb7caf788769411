/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates and stapled answers that anybody may have made, shown in a handshake: what is told of them is harmless,
 * and none is taken for what its issuer has not signed. The first byte says what the rest is:
 *   b  a certificate that the trusted CA does sign, whatever stands in it. Between form feeds: the kind and the bytes
 *      of the subject, kind and bytes of each name (vertical tabs between), begin, end, edits of the stapled answer
 *   e  edits of a sound certificate, each two bytes for the place and one for what is there instead
 *   otherwise all of it is the certificate */
#include <gio/gio.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/certificate.h"
#include "base/harmful.h"
#include "fuzz.h"

#define HOST "mail.example.test"
#define WILDCARD "*.example.test"
#define BEGIN "20200101000000Z"
#define END "20990101000000Z"

const char *const mopt_fuzz_seeds[] = {
  "bucorrect\fd" HOST "\f" BEGIN "\f" END,
  "bucorrect\fd" HOST "\f" BEGIN "\f" END "\f",
  "bu\xe2\x80\xae" "evil, O=Bank\fd" WILDCARD "\vd\xff\xfe\nx\vi\x7f\x01\x01\x01\vi\x01\vo\f20200101\fsoon\f12345",
  "bba\1b\fdmail\vd.example.test\vd*\vd*.*\vdm*.example.test\vd" HOST ".\f990101000000Z\f000101000000Z\fabc",
  "bp\x1b[31m\n\fimail.example.test1\f99999999999999Z\f-1",
  "e", "eabc\1\2\3", "0\x82\1\1",
  NULL,
};

static EVP_PKEY *ca_key, *key;
static X509 *ca;
static GBytes *sound;  /* a certificate, DER */
static GBytes *staple; /* revokes whatever has its number, DER */

/* ---- what a CA would make ---- */

static EVP_PKEY *
fixed_key (guint8 byte)
{
  guint8 bytes[32];

  memset (bytes, byte, sizeof bytes);
  return EVP_PKEY_new_raw_private_key (EVP_PKEY_ED25519, NULL, bytes, sizeof bytes);
}

static void
set_time (ASN1_TIME *time, const char *bytes, gsize length)
{
  ASN1_STRING_set (time, bytes, (int) length);
  time->type = length == strlen ("YYMMDDHHMMSSZ") ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME;
}

static X509 *
new_certificate (EVP_PKEY *of, int string_type, const char *subject, gsize length)
{
  X509 *certificate = X509_new ();

  X509_set_version (certificate, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), 7);
  X509_set_pubkey (certificate, of);
  set_time (X509_getm_notBefore (certificate), BEGIN, strlen (BEGIN));
  set_time (X509_getm_notAfter (certificate), END, strlen (END));
  X509_NAME_add_entry_by_NID (X509_get_subject_name (certificate), NID_commonName, string_type,
                              (const guint8 *) subject, (int) length, -1, 0);
  X509_set_issuer_name (certificate, X509_get_subject_name (ca != NULL ? ca : certificate));
  return certificate;
}

static void
make_ca (void)
{
  ca_key = fixed_key (1);
  key = fixed_key (2);
  X509 *made = new_certificate (ca_key, V_ASN1_UTF8STRING, "CA", 2);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");

  X509_add_ext (made, extension, -1);
  X509_EXTENSION_free (extension);
  g_assert_cmpint (X509_sign (made, ca_key, NULL), >, 0);
  ca = made;
  g_setenv ("SSL_CERT_FILE", "/nonexistent", TRUE);
  g_unsetenv ("SSL_CERT_DIR");
  X509_STORE_add_cert (mopt_certificate_store (), ca);
}

static GBytes *
take_der (guint8 *bytes, int length)
{
  GBytes *result = g_bytes_new (bytes, length);

  OPENSSL_free (bytes);
  return result;
}

static GBytes *
to_der (X509 *certificate)
{
  guint8 *bytes = NULL;
  int length = i2d_X509 (certificate, &bytes);

  return length > 0 ? take_der (bytes, length) : NULL;
}

static void
make_staple (X509 *certificate)
{
  OCSP_BASICRESP *answer = OCSP_BASICRESP_new ();
  ASN1_TIME *then = ASN1_TIME_new ();
  OCSP_CERTID *id = OCSP_cert_to_id (EVP_sha1 (), certificate, ca);
  guint8 *bytes = NULL;

  ASN1_TIME_set_string (then, BEGIN);
  OCSP_basic_add1_status (answer, id, V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_KEYCOMPROMISE, then, then, NULL);
  g_assert_cmpint (OCSP_basic_sign (answer, ca, ca_key, NULL, NULL, OCSP_NOTIME), ==, 1);
  OCSP_RESPONSE *response = OCSP_response_create (OCSP_RESPONSE_STATUS_SUCCESSFUL, answer);
  int length = i2d_OCSP_RESPONSE (response, &bytes);
  staple = take_der (bytes, length);
  OCSP_RESPONSE_free (response);
  OCSP_BASICRESP_free (answer);
  OCSP_CERTID_free (id);
  ASN1_TIME_free (then);
}

/* ---- what the input makes of it ---- */

static GBytes *
edit (GBytes *der, const guint8 *edits, gsize length)
{
  gsize size;
  guint8 *bytes = g_bytes_unref_to_data (g_bytes_ref (der), &size);

  for (; length >= 3; edits += 3, length -= 3)
    bytes[(edits[0] * 256u + edits[1]) % size] = edits[2];
  return g_bytes_new_take (bytes, size);
}

/* The next part of @at, up to @divider. */
static GString *
take_part (const guint8 **at, const guint8 *end, char divider)
{
  const guint8 *found = *at < end ? memchr (*at, divider, end - *at) : NULL;
  const guint8 *stop = found != NULL ? found : end;
  GString *part = g_string_new_len ((const char *) *at, stop - *at);

  *at = found != NULL ? found + 1 : end;
  return part;
}

static void
add_name (GENERAL_NAMES *names, const GString *text)
{
  GENERAL_NAME *name = GENERAL_NAME_new ();
  gboolean is_address = text->str[0] == 'i';
  ASN1_STRING *value = is_address ? ASN1_OCTET_STRING_new () : ASN1_IA5STRING_new ();

  ASN1_STRING_set (value, text->str + 1, (int) text->len - 1);
  GENERAL_NAME_set0_value (name, is_address ? GEN_IPADD : text->str[0] == 'd' ? GEN_DNS : GEN_EMAIL, value);
  sk_GENERAL_NAME_push (names, name);
}

/* Whether a person would say that it is one of HOST's. */
static gboolean
names_host (const GString *text)
{
  g_autofree char *lower = g_ascii_strdown (text->str, text->len);

  return text->len == strlen (lower) && (g_str_equal (lower, "d" HOST) || g_str_equal (lower, "d" WILDCARD));
}

typedef struct
{
  GBytes *certificate; /* NULL: there is none to be made of it */
  GBytes *staple;      /* nullable */
  gboolean is_built;   /* signed by the CA as it is, and is_hosts is known */
  gboolean is_hosts;   /* HOST's name is there */
} Shown;

static void
build (Shown *shown, const guint8 *at, const guint8 *end)
{
  g_autoptr (GString) subject = take_part (&at, end, '\f');
  g_autoptr (GString) list = take_part (&at, end, '\f');
  g_autoptr (GString) from = take_part (&at, end, '\f');
  gboolean has_staple = memchr (at, '\f', end - at) != NULL;
  g_autoptr (GString) to = take_part (&at, end, '\f');
  GENERAL_NAMES *names = GENERAL_NAMES_new ();
  int string_type = subject->str[0] == 'b'   ? V_ASN1_BMPSTRING
                    : subject->str[0] == 'p' ? V_ASN1_PRINTABLESTRING
                                             : V_ASN1_UTF8STRING;
  X509 *certificate = new_certificate (key, string_type, subject->str + (subject->len > 0),
                                       subject->len - (subject->len > 0));

  for (const guint8 *p = (guint8 *) list->str, *stop = p + list->len; p < stop;)
    {
      g_autoptr (GString) text = take_part (&p, stop, '\v');

      shown->is_hosts = shown->is_hosts || names_host (text);
      if (text->len > 0)
        add_name (names, text);
    }
  X509_add1_ext_i2d (certificate, NID_subject_alt_name, names, 0, 0);
  GENERAL_NAMES_free (names);
  set_time (X509_getm_notBefore (certificate), from->str, from->len);
  set_time (X509_getm_notAfter (certificate), to->str, to->len);
  if (X509_sign (certificate, ca_key, NULL) > 0)
    shown->certificate = to_der (certificate);
  shown->is_built = TRUE;
  X509_free (certificate);
  if (has_staple)
    shown->staple = edit (staple, at, end - at);
}

/* What a CA signs of a certificate, and of an answer; NULL: it is none. */
static GBytes *
signed_part (GBytes *der)
{
  gsize size;
  const guint8 *at = g_bytes_get_data (der, &size);
  X509 *certificate = d2i_X509 (NULL, &at, (long) size);
  guint8 *bytes = NULL;
  int length = certificate != NULL ? i2d_re_X509_tbs (certificate, &bytes) : 0;

  X509_free (certificate);
  return length > 0 ? take_der (bytes, length) : NULL;
}

static GBytes *
signed_answer (GBytes *der)
{
  gsize size;
  const guint8 *at = g_bytes_get_data (der, &size);
  OCSP_RESPONSE *response = d2i_OCSP_RESPONSE (NULL, &at, (long) size);
  OCSP_BASICRESP *answer = response != NULL ? OCSP_response_get1_basic (response) : NULL;
  guint8 *bytes = NULL;
  int length = answer != NULL ? i2d_OCSP_RESPDATA (OCSP_resp_get0_respdata (answer), &bytes) : 0;

  OCSP_BASICRESP_free (answer);
  OCSP_RESPONSE_free (response);
  return length > 0 ? take_der (bytes, length) : NULL;
}

static gboolean
is_same (GBytes *(*part) (GBytes *der), GBytes *a, GBytes *b)
{
  g_autoptr (GBytes) part_a = part (a);
  g_autoptr (GBytes) part_b = part (b);

  return part_a != NULL && part_b != NULL && g_bytes_equal (part_a, part_b);
}

/* ---- the handshake ---- */

static int
on_status (SSL *ssl, void *data)
{
  gsize length;
  gconstpointer bytes = data != NULL ? g_bytes_get_data (data, &length) : NULL;

  if (bytes == NULL)
    return SSL_TLSEXT_ERR_NOACK;
  SSL_set_tlsext_status_ocsp_resp (ssl, OPENSSL_memdup (bytes, length), (long) length);
  return SSL_TLSEXT_ERR_OK;
}

/* NULL: no server can be had with it. */
static SSL_CTX *
new_server (const Shown *shown)
{
  gsize size;
  const guint8 *der = g_bytes_get_data (shown->certificate, &size);
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());

  SSL_CTX_set_security_level (context, 0);
  SSL_CTX_set_tlsext_status_cb (context, on_status);
  SSL_CTX_set_tlsext_status_arg (context, shown->staple);
  if (SSL_CTX_use_certificate_ASN1 (context, (int) size, der) != 1 || SSL_CTX_use_PrivateKey (context, key) != 1)
    g_clear_pointer (&context, SSL_CTX_free);
  ERR_clear_error ();
  return context;
}

static MoptTlsInfo *
shake_hands (SSL_CTX *context, GPtrArray *reasons)
{
  SSL *server = SSL_new (context), *client = SSL_new (mopt_certificate_context ());
  BIO *ours, *theirs;
  MoptTlsInfo *info = NULL;
  int done = 0;

  BIO_new_bio_pair (&ours, 0, &theirs, 0);
  SSL_set_bio (server, theirs, theirs);
  SSL_set_bio (client, ours, ours);
  SSL_set_accept_state (server);
  SSL_set_connect_state (client);
  g_assert_true (mopt_certificate_expect (client, HOST, reasons));
  for (guint i = 0; i < 50 && done != 1; i++)
    {
      done = SSL_do_handshake (client);
      SSL_do_handshake (server);
    }
  if (done == 1)
    info = mopt_certificate_describe (client, reasons);
  SSL_free (client);
  SSL_free (server);
  ERR_clear_error ();
  return info;
}

static void
assert_harmless (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (mopt_is_harmful (g_utf8_get_char (p)));
}

static void
check (const Shown *shown, const MoptTlsInfo *info)
{
  assert_harmless (info->subject);
  assert_harmless (info->issuer);
  assert_harmless (info->names);
  g_assert_cmpuint (strlen (info->sha256), ==, 32 * 3 - 1);

  if (info->reasons->len == 0)
    {
      g_assert_true (shown->is_built ? shown->is_hosts : is_same (signed_part, shown->certificate, sound));
      g_assert_cmpint (info->not_before, <, info->not_after);
    }
  if (shown->is_built && !shown->is_hosts)
    g_assert_true (mopt_tls_info_has_reason (info, "wrong-host"));
  if (mopt_tls_info_has_reason (info, "revoked"))
    g_assert_true (shown->staple != NULL && is_same (signed_answer, shown->staple, staple));
  if (shown->staple != NULL && g_bytes_equal (shown->staple, staple))
    g_assert_true (mopt_tls_info_has_reason (info, "revoked"));

  MoptTlsInfo *copy = mopt_tls_info_copy (info);
  g_autofree char *words = mopt_tls_info_reasons_text (copy);
  assert_harmless (words);
  mopt_tls_info_free (copy);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  Shown shown = { 0 };

  if (ca == NULL)
    {
      g_autoptr (GBytes) first = g_bytes_new_static (mopt_fuzz_seeds[0] + 1, strlen (mopt_fuzz_seeds[0] + 1));
      const guint8 *text = g_bytes_get_data (first, NULL);

      make_ca ();
      build (&shown, text, text + g_bytes_get_size (first));
      sound = shown.certificate;
      const guint8 *der = g_bytes_get_data (sound, NULL);
      X509 *certificate = d2i_X509 (NULL, &der, (long) g_bytes_get_size (sound));
      make_staple (certificate);
      X509_free (certificate);
    }

  shown = (Shown){ 0 };
  if (size > 0 && data[0] == 'b')
    build (&shown, data + 1, data + size);
  else if (size > 0 && data[0] == 'e')
    shown.certificate = edit (sound, data + 1, size - 1);
  else
    shown.certificate = g_bytes_new (data, size);

  SSL_CTX *server = shown.certificate != NULL ? new_server (&shown) : NULL;
  if (server != NULL)
    {
      g_autoptr (GPtrArray) reasons = g_ptr_array_new_with_free_func (g_free);
      MoptTlsInfo *info = shake_hands (server, reasons);

      if (info != NULL)
        check (&shown, info);
      g_clear_pointer (&info, mopt_tls_info_free);
      SSL_CTX_free (server);
    }
  g_clear_pointer (&shown.certificate, g_bytes_unref);
  g_clear_pointer (&shown.staple, g_bytes_unref);
  return 0;
}
