/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/life.h"
#include "store/accounts.h"

G_BEGIN_DECLS

/* The Sends that are under way. Each reads its message in a thread of its own, as long as its writer goes on writing;
 * then a few at a time are sent (check/send), the rest waits in the order in which they were ready. Who leaves the bus
 * has cancelled his. */
typedef struct _MoptSends MoptSends;

/* All borrowed, and must live longer. @silence_ms: after that whoever writes a message has given up. */
MoptSends *mopt_sends_new (MoptAccounts *accounts, GDBusConnection *connection, MoptLife *life, guint silence_ms);

/* A call of Send; takes @invocation and answers it, now or later. */
void mopt_sends_begin (MoptSends *self, GDBusMethodInvocation *invocation);

/* Cancels all that can still be cancelled; their callers are told. */
void mopt_sends_cancel (MoptSends *self);

G_END_DECLS
