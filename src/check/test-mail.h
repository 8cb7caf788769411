/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the Advanced Test sends, as the person typed it. It goes to the recipients that she typed and to nobody else,
 * and only once she has seen the list of them: whoever starts such a run shows mopt_test_mail_recipients() before. */
typedef struct
{
  char *to; /* addresses as people paste them: comma, semicolon or line between; NULL counts as "" */
  char *cc;
  char *bcc;     /* no header names these */
  char *subject; /* UTF-8, one line */
  char *text;    /* UTF-8: the message, or with @html its source */
  gboolean html; /* sent as text/html with the same reduced to plain text beside it (multipart/alternative), so that
                    nobody is left with tags, and a Conversation ID stands in both */
} MoptTestMail;

/* @self: nullable, as in free. */
MoptTestMail *mopt_test_mail_copy (const MoptTestMail *self);
void mopt_test_mail_free (MoptTestMail *self);

typedef enum
{
  MOPT_RECIPIENT_TO,
  MOPT_RECIPIENT_CC,
  MOPT_RECIPIENT_BCC,
} MoptRecipientKind;

typedef struct
{
  MoptRecipientKind kind;
  char *typed;   /* "Bob <bob@example.org>", trimmed */
  char *address; /* addr-spec; NULL: it is none */
  char *problem; /* then why, translated; else NULL */
} MoptTestRecipient;

void mopt_test_recipient_free (MoptTestRecipient *self);

/* All recipients in the order To, Cc, Bcc (element-type MoptTestRecipient), each address once, transfer full. What is
 * no single address is in the list with its problem. */
GPtrArray *mopt_test_mail_recipients (const MoptTestMail *self);
#define MOPT_TEST_RECIPIENTS_MAX 50

/* Why it cannot be sent: the first problem of a recipient, none or too many of them, control characters. A translated
 * sentence, caller frees; NULL: it can. */
char *mopt_test_mail_problem (const MoptTestMail *self);

/* Whether @address is among the recipients, in any case: then the message can be looked for. */
gboolean mopt_test_mail_goes_to (const MoptTestMail *self, const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptTestMail, mopt_test_mail_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptTestRecipient, mopt_test_recipient_free)

G_END_DECLS
