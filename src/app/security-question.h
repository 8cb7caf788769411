/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "check/learned.h"

G_BEGIN_DECLS

/* The questions that come before security is given up, each with No where Enter and Esc are. What is agreed to is kept
 * (check/learned) for this account and this server alone, and shown under Security Details, where it is taken back. */
typedef enum
{
  MOPT_ASK_TRUST,       /* Trust This Certificate */
  MOPT_ASK_UNENCRYPTED, /* may Auto go on without TLS? */
  MOPT_ASK_LOWER,       /* forget what was reached before? */
} MoptSecurityQuestion;

/* @settings, @side: the server; copied. @tls: of the certificate in question, for MOPT_ASK_TRUST alone; copied. Only
 * for what a failure has as its remedy (MoptFailure): what the publisher forbids is not asked. */
void mopt_security_ask_async (GtkWindow *parent, MoptSecurityQuestion question, const MoptSettings *settings,
                              MoptSide side, const MoptTlsInfo *tls, GAsyncReadyCallback callback, gpointer user_data);
/* TRUE: agreed, and kept. Whatever went wrong has been told. */
gboolean mopt_security_ask_finish (GAsyncResult *result);

G_END_DECLS
