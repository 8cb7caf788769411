/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/outgoing.h"

/* What tests do with outgoing messages. */

/* The prefixes that are ours, and an ID of them. */
extern const char *const ours[];
#define ID "{CMI: ABCD1234}"

/* What happened to a message. */
typedef struct
{
  char *found;
  gboolean in_body;
  MoptBodyState state;
  char *wire; /* as it leaves, CRLF line ends, NUL-terminated; NULL: refused */
  gsize length;
} Sent;

/* Looks for an ID in @text, and adds ID in the body or the subject if there is none and it can be. */
Sent *send_text (const char *text, gssize length, gboolean to_body);
void sent_free (Sent *sent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sent, sent_free)

/* @text with CRLF line ends. Caller frees. */
char *with_crlf (const char *text);
