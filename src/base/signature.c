/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A public key is read by hand: of Ed25519 there is exactly one form (RFC 8410 §4), 12 fixed bytes and the key, and
 * what a desktop does before it trusts anything should be little. The rest is OpenSSL's EVP. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/signature.h"

#define KEY_FILE_MAX 16384 /* bytes of a PEM file, with comments */
#define ITERATIONS 600000  /* of PBKDF2-HMAC-SHA256 over a passphrase */
#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----"
#define PEM_END "-----END PUBLIC KEY-----"

/* SubjectPublicKeyInfo up to the key: SEQUENCE { SEQUENCE { 1.3.101.112 } BIT STRING } */
static const guint8 der_head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
#define DER_SIZE (sizeof der_head + sizeof (MoptPublicKey))

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_SIG, X509_SIG_free)

/* --- Public keys --- */

/* What stands between the two lines of PEM, or @text itself, without white space. */
static char *
get_base64 (const char *text)
{
  const char *begin = strstr (text, PEM_BEGIN);
  const char *end = begin != NULL ? strstr (begin, PEM_END) : NULL;
  GString *out = g_string_new (NULL);

  if (end != NULL)
    text = begin + strlen (PEM_BEGIN);
  for (; *text != '\0' && text != end; text++)
    if (!g_ascii_isspace (*text))
      g_string_append_c (out, *text);
  return g_string_free (out, FALSE);
}

gboolean
mopt_public_key_parse (const char *text, MoptPublicKey *key, GError **error)
{
  g_autofree char *base64 = get_base64 (text);
  gsize length;
  g_autofree guchar *der = g_base64_decode (base64, &length);
  g_autofree char *again = g_base64_encode (der, length); /* GLib's decoder lets anything pass */

  if (length != DER_SIZE || memcmp (der, der_head, sizeof der_head) != 0 || !g_str_equal (base64, again))
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                           strstr (text, "PRIVATE KEY-----") != NULL
                               ? _ ("It is a private key; the public one is needed, such as “mopt keygen” writes to "
                                    "the file that ends in “.pub”.")
                               : _ ("It is not the public key of an Ed25519 pair (PEM, or base64 in one line)."));
      return FALSE;
    }
  memcpy (key->bytes, der + sizeof der_head, sizeof key->bytes);
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
  guint8 der[DER_SIZE];

  memcpy (der, der_head, sizeof der_head);
  memcpy (der + sizeof der_head, key->bytes, sizeof key->bytes);
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

typedef struct
{
  MoptPassword *passphrase; /* nullable */
  gboolean asked;
} Passphrase;

static int
on_passphrase (char *buffer, int size, int writing, void *data)
{
  Passphrase *self = data;

  self->asked = TRUE;
  if (self->passphrase == NULL || mopt_password_length (self->passphrase) > (gsize) size)
    return -1;
  memcpy (buffer, mopt_password_peek (self->passphrase), mopt_password_length (self->passphrase));
  return (int) mopt_password_length (self->passphrase);
}

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
parse_private_key (GBytes *pem, const char *path, MoptPassword *passphrase, GError **error)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (g_bytes_get_data (pem, NULL), (int) g_bytes_get_size (pem));
  Passphrase answer = { passphrase, FALSE };
  g_autoptr (MoptPrivateKey) key = PEM_read_bio_PrivateKey (bio, NULL, on_passphrase, &answer);
  g_autofree char *shown = g_filename_display_name (path);

  ERR_clear_error ();
  if (key != NULL && EVP_PKEY_is_a (key, "ED25519"))
    return g_steal_pointer (&key);
  if (key == NULL && answer.asked && passphrase == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_MISSING, _ ("The key in “%s” is protected by a passphrase."), shown);
  else if (key == NULL && answer.asked)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID, _ ("This is not the passphrase of the key in “%s”."), shown);
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                 _ ("The file “%s” holds no private Ed25519 key (PEM) such as “mopt keygen” makes."), shown);
  return NULL;
}

MoptPrivateKey *
mopt_private_key_read (const char *path, MoptPassword *passphrase, GError **error)
{
  GBytes *pem = mopt_file_load (path, KEY_FILE_MAX, NULL, error);

  if (pem == NULL)
    return NULL;
  MoptPrivateKey *key = parse_private_key (pem, path, passphrase, error);
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

/* The PEM of @key into @bio, whose memory is wiped by OpenSSL. */
static gboolean
write_pem (BIO *bio, MoptPrivateKey *key, MoptPassword *passphrase)
{
  g_autoptr (PKCS8_PRIV_KEY_INFO) plain = EVP_PKEY2PKCS8 (key);

  if (passphrase == NULL)
    return plain != NULL && PEM_write_bio_PKCS8_PRIV_KEY_INFO (bio, plain) == 1;

  X509_ALGOR *method = PKCS5_pbe2_set_iv_ex (EVP_aes_256_cbc (), ITERATIONS, NULL, 0, NULL, NID_hmacWithSHA256, NULL);
  g_autoptr (X509_SIG) sealed
      = method != NULL && plain != NULL
            ? PKCS8_set0_pbe (mopt_password_peek (passphrase), (int) mopt_password_length (passphrase), plain, method)
            : NULL;
  if (sealed == NULL)
    X509_ALGOR_free (method);
  return sealed != NULL && PEM_write_bio_PKCS8 (bio, sealed) == 1;
}

gboolean
mopt_private_key_generate (const char *path, MoptPassword *passphrase, MoptPublicKey *key, GError **error)
{
  g_autoptr (MoptPrivateKey) private = EVP_PKEY_Q_keygen (NULL, NULL, "ED25519");
  g_autoptr (BIO) bio = BIO_new (BIO_s_secmem ());
  MoptPublicKey public;
  char *pem;

  if (private == NULL || bio == NULL || !write_pem (bio, private, passphrase))
    {
      fail_openssl (error, _ ("The key could not be made."));
      return FALSE;
    }
  mopt_private_key_get_public (private, &public);
  if (key != NULL)
    *key = public;

  g_autofree char *base64 = mopt_public_key_to_text (&public);
  g_autofree char *public_pem = g_strconcat (PEM_BEGIN "\n", base64, "\n" PEM_END "\n", NULL);
  g_autofree char *public_path = g_strconcat (path, MOPT_PUBLIC_KEY_SUFFIX, NULL);
  long length = BIO_get_mem_data (bio, &pem);

  if (!create_file (public_path, 0644, public_pem, strlen (public_pem), error))
    return FALSE;
  if (create_file (path, 0600, pem, length, error))
    return TRUE;
  unlink (public_path);
  return FALSE;
}
