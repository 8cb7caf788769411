/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/password.h"

G_BEGIN_DECLS

/* Detached Ed25519 signatures (RFC 8032): 64 raw bytes in a file of their own, over the bytes of another, as
 * `openssl pkeyutl -sign -rawin` writes and `openssl pkeyutl -verify -rawin` takes them. Keys are PEM files as
 * `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` make them. Any thread; blocking where files are
 * read. */
#define MOPT_SIGNATURE_SIZE 64       /* bytes */
#define MOPT_SIGNATURE_SUFFIX ".sig" /* of the file that lies beside the signed one */
#define MOPT_PUBLIC_KEY_SUFFIX ".pub"

/* A value, to be copied as such; nothing secret. */
typedef struct
{
  guint8 bytes[32];
} MoptPublicKey;

/* @text: PEM ("-----BEGIN PUBLIC KEY-----"), or the base64 of what PEM holds (SubjectPublicKeyInfo, RFC 8410 §4) in
 * one line. MOPT_ERROR_INVALID: a sentence that ends in the reason. */
gboolean mopt_public_key_parse (const char *text, MoptPublicKey *key, GError **error);
/* The same from the file @path. MOPT_ERROR_NOT_FOUND, MOPT_ERROR_FAILED: it cannot be read. */
gboolean mopt_public_key_read (const char *path, MoptPublicKey *key, GError **error);
/* The base64 in one line: what `PublicKey=` takes. Caller frees. */
char *mopt_public_key_to_text (const MoptPublicKey *key);

/* Whether @signature is the one of @text by @key. Anything else, also of another size, is FALSE. */
gboolean mopt_signature_verify (const MoptPublicKey *key, GBytes *text, GBytes *signature);

/* A private key in memory; wiped when it is freed. */
typedef struct evp_pkey_st MoptPrivateKey;

/* Reads a PEM file (PKCS#8). @passphrase: nullable. MOPT_ERROR_MISSING: the key is protected by one that is not
 * given; MOPT_ERROR_INVALID: the passphrase is wrong, or there is no Ed25519 key. */
MoptPrivateKey *mopt_private_key_read (const char *path, MoptPassword *passphrase, GError **error);
void mopt_private_key_free (MoptPrivateKey *self);
void mopt_private_key_get_public (MoptPrivateKey *self, MoptPublicKey *key);
GBytes *mopt_signature_sign (MoptPrivateKey *self, GBytes *text, GError **error);

/* Draws a new key and writes it to @path (0600, PKCS#8, under @passphrase where that is not NULL) and @path + ".pub"
 * (0644). MOPT_ERROR_EXISTS: one of the files is there, and nothing was written. @key: out, optional. */
gboolean mopt_private_key_generate (const char *path, MoptPassword *passphrase, MoptPublicKey *key, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPrivateKey, mopt_private_key_free)

G_END_DECLS
