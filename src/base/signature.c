/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys are read and written by hand: of Ed25519 there is exactly one form of each (RFC 8410 §4, §7), a few fixed bytes
 * and the key. What a desktop does before it trusts anything should be little, and OpenSSL leaves pieces of a private
 * key behind in freed memory when it reads or writes PEM. The rest is its EVP. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/signature.h"

#define KEY_FILE_MAX 16384 /* bytes of a PEM file, with comments */
#define ITERATIONS 600000  /* of PBKDF2-HMAC-SHA256 over a passphrase */
#define SEED_SIZE 32       /* bytes of a private key */

#define BEGIN(label) "-----BEGIN " label "-----"
#define END(label) "-----END " label "-----"
#define PUBLIC "PUBLIC KEY"
#define PRIVATE "PRIVATE KEY"
#define PROTECTED "ENCRYPTED PRIVATE KEY"

/* SubjectPublicKeyInfo up to the key: SEQUENCE { SEQUENCE { 1.3.101.112 } BIT STRING } */
static const guint8 public_head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
#define PUBLIC_SIZE (sizeof public_head + sizeof (MoptPublicKey))

/* PrivateKeyInfo up to the key: SEQUENCE { 0, SEQUENCE { 1.3.101.112 }, OCTET STRING { OCTET STRING } } */
static const guint8 private_head[]
    = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 };
#define PRIVATE_SIZE (sizeof private_head + SEED_SIZE)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_SIG, X509_SIG_free)

/* --- PEM --- */

/* What stands between the two lines of @text, without white space; NULL: there is nothing. To be wiped. */
static char *
get_body (const char *text, const char *begin, const char *end)
{
  const char *start = strstr (text, begin);
  const char *stop;

  if (start == NULL)
    return NULL;
  start += strlen (begin);
  stop = strstr (start, end); /* behind the first line, whose dashes it may not share */
  if (stop == NULL)
    return NULL;
  char *body = g_malloc (stop - start + 1), *out = body;
  for (; start < stop; start++)
    if (!g_ascii_isspace (*start))
      *out++ = *start;
  *out = '\0';
  if (out - body < 2) /* GLib decodes no less */
    g_clear_pointer (&body, g_free);
  return body;
}

/* --- Public keys --- */

gboolean
mopt_public_key_parse (const char *text, MoptPublicKey *key, GError **error)
{
  g_autofree char *body = get_body (text, BEGIN (PUBLIC), END (PUBLIC));
  g_autofree char *base64 = body != NULL ? g_steal_pointer (&body) : g_strstrip (g_strdup (text));
  gsize length;
  g_autofree guchar *der = g_base64_decode (base64, &length);
  g_autofree char *again = g_base64_encode (der, length); /* GLib's decoder lets anything pass */

  if (length != PUBLIC_SIZE || memcmp (der, public_head, sizeof public_head) != 0 || !g_str_equal (base64, again))
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                           strstr (text, "PRIVATE KEY-----") != NULL
                               ? _ ("It is a private key; the public one is needed, such as “mopt keygen” writes to "
                                    "the file that ends in “.pub”.")
                               : _ ("It is not the public key of an Ed25519 pair (PEM, or base64 in one line)."));
      return FALSE;
    }
  memcpy (key->bytes, der + sizeof public_head, sizeof key->bytes);
  return TRUE;
}

gboolean
mopt_public_key_read (const char *path, MoptPublicKey *key, GError **error)
{
  g_autoptr (GBytes) text = mopt_file_load (path, KEY_FILE_MAX, NULL, error);

  if (text == NULL)
    return FALSE;
  if (mopt_public_key_parse (g_bytes_get_data (text, NULL), key, error))
    return TRUE;
  g_autofree char *shown = g_filename_display_name (path);
  /* Translators: a file, and a sentence that says what is wrong with it */
  g_prefix_error (error, _ ("The file “%s” holds no such key. "), shown);
  return FALSE;
}

char *
mopt_public_key_to_text (const MoptPublicKey *key)
{
  guint8 der[PUBLIC_SIZE];

  memcpy (der, public_head, sizeof public_head);
  memcpy (der + sizeof public_head, key->bytes, sizeof key->bytes);
  return g_base64_encode (der, sizeof der);
}

/* --- Signatures --- */

gboolean
mopt_signature_verify (const MoptPublicKey *key, GBytes *text, GBytes *signature)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  g_autoptr (MoptPrivateKey) public
      = EVP_PKEY_new_raw_public_key_ex (NULL, "ED25519", NULL, key->bytes, sizeof key->bytes);
  gsize text_size, size;
  const guint8 *text_data = g_bytes_get_data (text, &text_size);
  const guint8 *data = g_bytes_get_data (signature, &size);
  gboolean right = public != NULL && size == MOPT_SIGNATURE_SIZE
                   && EVP_DigestVerifyInit_ex (context, NULL, NULL, NULL, NULL, public, NULL) == 1
                   && EVP_DigestVerify (context, data, size, text_data, text_size) == 1;

  ERR_clear_error ();
  return right;
}

/* Says what OpenSSL thinks of it. */
static void
fail_openssl (GError **error, const char *sentence)
{
  char reason[256];

  ERR_error_string_n (ERR_peek_last_error (), reason, sizeof reason);
  ERR_clear_error ();
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, "%s (%s)", sentence, reason);
}

GBytes *
mopt_signature_sign (MoptPrivateKey *self, GBytes *text, GError **error)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 signature[MOPT_SIGNATURE_SIZE];
  gsize size = sizeof signature, text_size;
  const guint8 *data = g_bytes_get_data (text, &text_size);

  if (EVP_DigestSignInit_ex (context, NULL, NULL, NULL, NULL, self, NULL) == 1
      && EVP_DigestSign (context, signature, &size, data, text_size) == 1 && size == sizeof signature)
    return g_bytes_new (signature, size);
  fail_openssl (error, _ ("The signature could not be made."));
  return NULL;
}

/* --- Private keys --- */

/* Whatever has to do with the private key's text is wiped. */
static void
free_secret_bytes (GBytes *bytes)
{
  gsize size;
  gpointer data = g_bytes_unref_to_data (bytes, &size);

  mopt_wipe (data, size);
  g_free (data);
}

static MoptPrivateKey *
key_of_seed (const guint8 *seed)
{
  return EVP_PKEY_new_raw_private_key_ex (NULL, "ED25519", NULL, seed, SEED_SIZE);
}

/* NULL: @body, which it wipes, is no key of ours. */
static MoptPrivateKey *
parse_plain (char *body)
{
  MoptPrivateKey *key = NULL;
  gsize size = strlen (body), length;
  const guint8 *der = g_base64_decode_inplace (body, &length);

  if (length == PRIVATE_SIZE && memcmp (der, private_head, sizeof private_head) == 0)
    key = key_of_seed (der + sizeof private_head);
  mopt_wipe (body, size); /* it is no text any more, so its end cannot be found by whoever frees it */
  return key;
}

/* NULL: @body is none, or the passphrase is another one (*@opened is FALSE then). */
static MoptPrivateKey *
parse_protected (char *body, MoptPassword *passphrase, gboolean *opened)
{
  gsize length;
  const guchar *der = g_base64_decode_inplace (body, &length);
  g_autoptr (X509_SIG) sealed = d2i_X509_SIG (NULL, &der, (long) length);
  g_autoptr (PKCS8_PRIV_KEY_INFO) info = sealed != NULL ? PKCS8_decrypt (sealed, mopt_password_peek (passphrase),
                                                                         (int) mopt_password_length (passphrase))
                                                        : NULL;
  const ASN1_OBJECT *kind = NULL;
  const guint8 *octets = NULL;
  int n = 0;

  *opened = info != NULL || sealed == NULL;
  if (info == NULL || PKCS8_pkey_get0 (&kind, &octets, &n, NULL, info) != 1 || OBJ_obj2nid (kind) != NID_ED25519
      || n != SEED_SIZE + 2)
    return NULL;
  return key_of_seed (octets + 2); /* behind the inner head */
}

static MoptPrivateKey *
parse_private_key (const char *pem, const char *path, MoptPassword *passphrase, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  mopt_autowipe char *plain = get_body (pem, BEGIN (PRIVATE), END (PRIVATE));
  mopt_autowipe char *protected = get_body (pem, BEGIN (PROTECTED), END (PROTECTED));
  MoptPrivateKey *key = NULL;
  gboolean opened = TRUE;

  if (plain == NULL && protected != NULL && passphrase == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_MISSING, _ ("The key in “%s” is protected by a passphrase."), shown);
      return NULL;
    }
  if (plain != NULL)
    key = parse_plain (plain);
  else if (protected != NULL)
    key = parse_protected (protected, passphrase, &opened);
  ERR_clear_error ();
  if (key == NULL && !opened)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID, _ ("This is not the passphrase of the key in “%s”."), shown);
  else if (key == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                 _ ("The file “%s” holds no private Ed25519 key (PEM) such as “mopt keygen” makes."), shown);
  return key;
}

MoptPrivateKey *
mopt_private_key_read (const char *path, MoptPassword *passphrase, GError **error)
{
  GBytes *pem = mopt_file_load (path, KEY_FILE_MAX, NULL, error);

  if (pem == NULL)
    return NULL;
  MoptPrivateKey *key = parse_private_key (g_bytes_get_data (pem, NULL), path, passphrase, error);
  free_secret_bytes (pem);
  return key;
}

void
mopt_private_key_free (MoptPrivateKey *self)
{
  EVP_PKEY_free (self);
}

void
mopt_private_key_get_public (MoptPrivateKey *self, MoptPublicKey *key)
{
  gsize size = sizeof key->bytes;

  if (EVP_PKEY_get_raw_public_key (self, key->bytes, &size) != 1 || size != sizeof key->bytes)
    g_error ("an Ed25519 key without its public half");
}

/* Writes a file that was not there before; else nothing. */
static gboolean
create_file (const char *path, int mode, const char *text, gsize length, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

  if (fd < 0 && errno == EEXIST)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS,
                   _ ("The file “%s” is there already. A key is never overwritten; choose another name."), shown);
      return FALSE;
    }
  gboolean ok = fd >= 0 && fchmod (fd, mode) == 0 && write (fd, text, length) == (gssize) length && fsync (fd) == 0;
  int saved_errno = errno;
  if (fd >= 0)
    close (fd);
  if (ok)
    return TRUE;
  if (fd >= 0)
    unlink (path);
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN, _ ("The file “%s” could not be saved: %s."), shown,
               g_strerror (saved_errno));
  return FALSE;
}

/* The PEM of @der under @passphrase; NULL: see OpenSSL's errors. */
static char *
seal (const guint8 *der, MoptPassword *passphrase)
{
  X509_ALGOR *method = PKCS5_pbe2_set_iv_ex (EVP_aes_256_cbc (), ITERATIONS, NULL, 0, NULL, NID_hmacWithSHA256, NULL);
  g_autoptr (PKCS8_PRIV_KEY_INFO) info = d2i_PKCS8_PRIV_KEY_INFO (NULL, &der, PRIVATE_SIZE);
  g_autoptr (X509_SIG) sealed = NULL;
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *pem;

  if (method != NULL && info != NULL)
    sealed = PKCS8_set0_pbe (mopt_password_peek (passphrase), (int) mopt_password_length (passphrase), info, method);
  if (sealed == NULL)
    X509_ALGOR_free (method);
  if (sealed == NULL || bio == NULL || PEM_write_bio_PKCS8 (bio, sealed) != 1)
    return NULL;
  long length = BIO_get_mem_data (bio, &pem);
  return g_strndup (pem, length);
}

/* Draws a key: its PEM, to be wiped, and its public half. NULL: see OpenSSL's errors. */
static char *
draw_key (MoptPassword *passphrase, MoptPublicKey *public)
{
  guint8 der[PRIVATE_SIZE];
  g_autoptr (MoptPrivateKey) key = NULL;
  char *pem = NULL;

  memcpy (der, private_head, sizeof private_head);
  if (RAND_priv_bytes (der + sizeof private_head, SEED_SIZE) == 1)
    key = key_of_seed (der + sizeof private_head);
  if (key != NULL)
    {
      mopt_autowipe char *base64 = g_base64_encode (der, sizeof der);

      mopt_private_key_get_public (key, public);
      pem = passphrase != NULL ? seal (der, passphrase)
                               : g_strconcat (BEGIN (PRIVATE) "\n", base64, "\n" END (PRIVATE) "\n", NULL);
    }
  mopt_wipe (der, sizeof der);
  return pem;
}

gboolean
mopt_private_key_generate (const char *path, MoptPassword *passphrase, MoptPublicKey *key, GError **error)
{
  MoptPublicKey public;
  mopt_autowipe char *pem = draw_key (passphrase, &public);

  if (pem == NULL)
    {
      fail_openssl (error, _ ("The key could not be made."));
      return FALSE;
    }
  if (key != NULL)
    *key = public;

  g_autofree char *base64 = mopt_public_key_to_text (&public);
  g_autofree char *public_pem = g_strconcat (BEGIN (PUBLIC) "\n", base64, "\n" END (PUBLIC) "\n", NULL);
  g_autofree char *public_path = g_strconcat (path, MOPT_PUBLIC_KEY_SUFFIX, NULL);

  if (!create_file (public_path, 0644, public_pem, strlen (public_pem), error))
    return FALSE;
  if (create_file (path, 0600, pem, strlen (pem), error))
    return TRUE;
  unlink (public_path);
  return FALSE;
}
