/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/life.h"

G_BEGIN_DECLS

/* Notifications of the desktop about an account: whoever sends has ended long before the person clicks on one, so the
 * service shows them, and stays until they are closed or a day is over. A click opens the window with that account. */
typedef struct _MoptNotices MoptNotices;

/* All borrowed, and must live longer. */
MoptNotices *mopt_notices_new (GDBusConnection *connection, MoptLife *life);

/* A call of Show (data/org.mailoptions.Service.xml); takes @invocation and answers it, now or later. */
void mopt_notices_show (MoptNotices *self, GDBusMethodInvocation *invocation);

/* Waits for no click any more. */
void mopt_notices_forget (MoptNotices *self);

G_END_DECLS
