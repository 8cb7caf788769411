/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/send.h"
#include "mail/outgoing.h"
#include "model/settings.h"

G_BEGIN_DECLS

/* The first half of check/send: what becomes of a message before any server hears of it. All errors are whole
 * translated sentences. */

/* The accounts that a message may leave through, copied for a thread. */
typedef struct
{
  GPtrArray *settings; /* (element-type MoptSettings) those that can send now; in the order of the list */
  int fallback;        /* for a message that belongs to none of them; -1: there is none */
  GError *why_none;    /* then */
  gboolean is_given;   /* there was no choice */
} MoptSendAccounts;

/* Main thread. @wanted: id or name, nullable. NULL + MOPT_ERROR_NOT_ALLOWED (the right to send), or what is wrong with
 * the one account that is wanted, or with all of them. */
MoptSendAccounts *mopt_send_accounts_new (MoptAccounts *accounts, const char *wanted, GError **error);
void mopt_send_accounts_free (MoptSendAccounts *self);

typedef struct
{
  const MoptSettings *settings; /* of the account that was chosen; borrowed */
  MoptOutgoing *outgoing;
  char *sender;      /* addr-spec, "": none */
  char **recipients; /* addr-specs */
  char *message_id;
  gboolean needs_id; /* a Conversation ID is to be drawn for it */
  char *found_id;    /* the one that it has; nullable */
} MoptSendPlan;

/* A worker: reads the message. @own_name: for a From that has to be made. */
MoptSendPlan *mopt_send_plan_new (const MoptSendAccounts *accounts, const MoptSendRequest *request,
                                  const char *own_name, GError **error);
void mopt_send_plan_free (MoptSendPlan *self);

/* Draws the Conversation ID if one is wanted, and says what goes over the wire. A message with a DKIM signature, which
 * takes in the subject (RFC 6376), gets none, with a warning. @id, @warning (out, transfer full, nullable).
 * NULL + error. */
MoptPieces *mopt_send_plan_finish (MoptSendPlan *self, MoptWireText *wire, char **id, char **warning, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSendAccounts, mopt_send_accounts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSendPlan, mopt_send_plan_free)

G_END_DECLS
