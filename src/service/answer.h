/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What went wrong, as the bus says it. Each takes @invocation. */

/* An error that is temporary by its exit code of sysexits(3), or permanent, and is called after @code, a stable English
 * word such as "keyring-locked". @text: for people, made harmless here. */
void mopt_answer_failure (GDBusMethodInvocation *invocation, int status, const char *code, const char *text);
/* The same for an error of ours, whose message is a sentence for people. G_DBUS_ERROR keeps its own name. */
void mopt_answer_error (GDBusMethodInvocation *invocation, const GError *error);

/* @text as a string of the bus: whatever is no UTF-8 in it is replaced. */
GVariant *mopt_answer_text (const char *text);
GVariant *mopt_answer_texts (const char *const *texts);

G_END_DECLS
