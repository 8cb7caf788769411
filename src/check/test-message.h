/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-mail.h"
#include "mail/pieces.h"
#include "model/settings.h"

G_BEGIN_DECLS

/* The message of Test Account: from an address the account may use, to the person at the keyboard, saying what it
 * is; or that of the Advanced Test. With a Conversation ID where the account adds them. */
typedef struct
{
  char *sender;          /* addr-spec, for MAIL FROM */
  char **recipients;     /* addr-specs, for RCPT TO */
  char *recipient;       /* all of them, ", " between, for people */
  char *message_id;      /* without angle brackets */
  char *conversation_id; /* "{CMI: ABCD1234}", NULL where none is added */
  char *prefix;          /* of the conversation ID */
  MoptPieces *pieces;
  guint64 size; /* bytes on the wire */
  gboolean is_8bit;
  char *warning; /* a translated sentence where the number everybody shares was out of reach; else NULL */
} MoptTestMessage;

/* Blocks (the counter of Conversation IDs is synced): in a worker. @own_name: "" if not known; @own_address: for
 * the From rules; @to: who gets it, @html: with the same in HTML; unless @mail (nullable) says what goes to whom.
 * MOPT_ERROR_RECIPIENT_UNKNOWN (@to is empty), _INVALID, _FROM_NOT_ALLOWED, or what the counter said. */
MoptTestMessage *mopt_test_message_new (const MoptSettings *settings, const char *own_name, const char *own_address,
                                        const char *to, gboolean html, const MoptTestMail *mail, GError **error);
/* What Test Account sends to @to, for the Advanced Test to begin with. Caller frees. */
MoptTestMail *mopt_test_message_usual (const MoptSettings *settings, const char *to, gboolean html);
void mopt_test_message_free (MoptTestMessage *self);

/* Whether @arrived still carries our Conversation ID, in its subject or its text. */
gboolean mopt_test_message_kept_id (const MoptTestMessage *self, GBytes *arrived);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptTestMessage, mopt_test_message_free)

G_END_DECLS
