/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/pop-cause.h"
#include "mail/protocol.h"

G_BEGIN_DECLS

/* POP3 as a client that reads and deletes nothing (RFC 1939; CAPA 2449, STLS 2595, AUTH 5034, codes 2449/3206). */
typedef struct _MoptPop MoptPop;

extern const MoptProtocolTable mopt_pop_protocol;

/* A command that must be answered by +OK; else the cause that mopt_pop_cause finds for @step. @text (out, optional,
 * transfer full): what stands behind +OK. */
gboolean mopt_pop_run (MoptPop *self, const char *command, MoptPopStep step, char **text, GError **error);

/* After that: the next line of a multi-line reply, @length bytes, without its stuffed dot. NULL without error: the
 * end of it. @many: the caller counts the lines, each is judged against the limits by itself. Caller frees. */
char *mopt_pop_read_line (MoptPop *self, gboolean many, gsize *length, GError **error);

/* While it is on, the lines of a reply are a message, which the transcript does not show. */
void mopt_pop_set_private (MoptPop *self, gboolean on);

G_END_DECLS
