/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/signature.h"

G_BEGIN_DECLS

/* source.conf: where the publication comes from, and who must have signed it. It stands beside published.conf, is
 * written by an administrator, and has one group:
 *
 *   [Source]
 *   Url=https://config.example.com/mail/published.conf
 *   PublicKey=/etc/mail-options/publisher.pub
 *
 * Url: https, no user name in it; the signature is fetched from the same address with ".sig" behind its path.
 * PublicKey: the absolute path of a PEM file, or the base64 of a key in one line (see mopt_public_key_parse); with it
 * nothing unsigned is accepted. Format: 1, may be left out.
 * Whatever is not understood there - another key, another group, an empty file - is an error, and with an error
 * nothing may be accepted: a slip of the pen in "PublicKey" must not open the door. */
#define MOPT_SOURCE_FORMAT 1

typedef struct
{
  char *path; /* of source.conf; there may be no such file */
  char *url;  /* NULL: published.conf beside source.conf */
  gboolean has_key;
  MoptPublicKey key; /* all zero without one */
  char **warnings;   /* translated sentences: others may change source.conf; never NULL */
} MoptSourceFile;

/* Reads the source.conf in question (mopt_paths_source); blocking. Without such a file: neither address nor key.
 * NULL + MOPT_ERROR_SOURCE_BROKEN: a sentence with file, line and reason. */
MoptSourceFile *mopt_source_load (GError **error);
/* The same of the text of @path. */
MoptSourceFile *mopt_source_parse (const char *text, gsize length, const char *path, GError **error);
void mopt_source_free (MoptSourceFile *self);

/* The address of the signature: url with ".sig" behind the path, before a query. NULL without url. Caller frees. */
char *mopt_source_get_signature_url (const MoptSourceFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSourceFile, mopt_source_free)

G_END_DECLS
