/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/spool.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* No mail server takes as much; a writer that never ends must not fill the disk. */
#define MOPT_SEND_BYTES_MAX (G_GUINT64_CONSTANT (2) << 30)

/* A message of another program leaves through an account: the whole road, for `mopt send` and whoever sends for
 * programs.
 *
 *   1. The account: the one that is named, else one that may send as the From address, else the default one.
 *   2. Whether it may: the right to send, the From addresses, the recipients. Nothing is sent half: where one of the
 *      recipients is refused, nobody gets it.
 *   3. The header: From, Sender, Date and Message-ID where they are missing; Bcc goes. The Conversation ID.
 *   4. The password is looked for while the server is connected to.
 *
 * There is no queue: what cannot be sent now fails now, and the caller keeps it. Nobody is asked anything. */
typedef struct
{
  MoptSpool *message;
  const char *account;             /* id or name; NULL: chosen as above */
  const char *const *recipients;   /* nullable */
  gboolean recipients_in_header;   /* and those of To, Cc and Bcc ("-t") */
  const char *envelope_sender;     /* "-f"; nullable; "<>": nobody hears of a failure */
  const char *full_name;           /* "-F", for a From that has to be made; nullable */
  const char *own_address;         /* Your e-mail address, "" or NULL: not known */
  gboolean no_conversation_id;     /* not this once */
  gboolean allow_unencrypted;      /* this once */
  MoptPassword *password;          /* NULL: that of the keyring, or the publisher's */
  guint limit_ms;                  /* for each step before the message, 0: the usual ones */
} MoptSendRequest;

/* What came of it. Plain data. */
typedef struct
{
  int status;         /* of sysexits(3); 0: sent */
  const char *code;   /* stable English word, NULL: sent */
  char *sentence;     /* what happened and why, translated; NULL: sent */
  char *advice;       /* what to do; translated; nullable */
  char *server_words; /* nullable; a server's words, to be shown as such */
  char **notes;       /* translated sentences, whether it was sent or not */

  /* as far as it came, each nullable */
  char *account_id;
  char *sender; /* of the envelope, "": none */
  char **recipients;
  char *message_id; /* with its angle brackets; the same for each attempt if the caller gives one */
  char *conversation_id;
  char *reply; /* the server's, where it was sent */
} MoptSendResult;

/* Main thread. @request is copied. A cancel before the end of the message leaves it unsent; later it changes
 * nothing. */
void mopt_send_async (MoptAccounts *accounts, const MoptSendRequest *request, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data);
/* Never NULL. */
MoptSendResult *mopt_send_finish (GAsyncResult *result);
void mopt_send_result_free (MoptSendResult *self);
/* Of one that was not sent: the sentence, with @advises the advice, and the server's words. Caller frees. */
char *mopt_send_result_describe (const MoptSendResult *self, gboolean advises);

/* Why @account cannot send for other programs: the right to send, or what is wrong with it or missing; translated.
 * NULL: it can. Caller frees. Main thread. */
char *mopt_send_why_not (MoptAccount *account);

/* The exit code of sysexits(3) for a failure: EX_TEMPFAIL (75) where the same message may well pass later, by itself or
 * once the keyring is open; else one that says who has to do something. */
int mopt_send_status (const GError *error);
/* Its stable English word; static. */
const char *mopt_send_code (const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSendResult, mopt_send_result_free)

G_END_DECLS
