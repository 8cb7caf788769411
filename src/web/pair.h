/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "web/http.h"

G_BEGIN_DECLS

/* A published file and its signature, from a web server. */
typedef struct
{
  GBytes *text;      /* NULL: not changed */
  GBytes *signature; /* NULL: none was asked for, or there is none */
  char *mark;        /* for the next time (see mopt_http_get); nullable */
} MoptPair;

/* Asks for the text at @url, at most @max bytes, and only if it is another one than @mark (nullable) says, then for
 * the signature at @signature_url (nullable: nobody wants one), over the same connection.
 *  - The text first: who publishes writes the signature first. So with a new text the new signature is there already;
 *    the other way round each publishing would be seen as a mismatch by somebody.
 *  - A text that has not changed costs this one request: it was judged together with a signature, whose bytes are given
 *    by text and key (Ed25519 has one signature for both), so the signature beside it says nothing new. Under another
 *    key, or when the judgement was "being replaced", the caller gives no mark.
 *  - A signature that is not there (404) is for the caller to judge, like a wrong one.
 * NULL + errors as of mopt_http_get. */
MoptPair *mopt_pair_fetch (MoptHttp *http, const char *url, const char *signature_url, gsize max, const char *mark,
                           GCancellable *cancellable, GError **error);
void mopt_pair_free (MoptPair *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPair, mopt_pair_free)

G_END_DECLS
