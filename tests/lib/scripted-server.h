/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A server that plays a script, on 127.0.0.1 and a port of its own, in a thread. The script is text, a word a line:
 *
 *   S: TEXT         sends TEXT and CRLF
 *   RAW TEXT        sends TEXT without CRLF; C escapes: \r \n \\ \0 \001 (octal)
 *   C: PATTERN      expects a line that matches (* and ? as in a shell; \* and so on for themselves)
 *   BODY            reads lines up to and including "."
 *   LINES N         reads N lines, whatever they say
 *   BYTES N         reads N bytes
 *   SCRAM DIGEST USER PASSWORD PREFIX
 *                   the server's side of SCRAM, after a line whose last word was the client's first message: sends
 *                   "PREFIX challenge", reads the answer, twice. DIGEST: SHA1 or SHA256; with -PLUS in that line
 *                   it binds to the TLS connection
 *   TLS [NAME] [1.2]  TLS as server; NAME of test_certificate_context (valid); at most that version
 *   DELAY MS        waits (and ends if the client hangs up)
 *   DRIP MS TEXT    sends TEXT (with escapes), a byte every MS milliseconds, over and over
 *   FLOOD N         sends N times 'x', no line end
 *   REPEAT N TEXT   sends "TEXT" and CRLF N times; %d in it is the number
 *   HOLD            says nothing until the client hangs up
 *   CLOSE           hangs up;    RESET   hangs up rudely (RST)
 *   ACCEPT          waits for the next client (the first one is waited for by itself)
 *   # TEXT          nothing
 *
 * Empty lines and leading spaces count for nothing. */
typedef struct _ScriptedServer ScriptedServer;

/* Starts it. A word it does not know aborts the test. */
ScriptedServer *scripted_server_new (const char *script);
guint16 scripted_server_get_port (ScriptedServer *self);
/* Whether it has come to HOLD or the end. */
gboolean scripted_server_holds (ScriptedServer *self);

/* Waits until the script is over, or the client has hung up early, at most ten seconds. NULL where all went as
 * written, else what did not: "line 3: expected "QUIT", got "RSET"". Caller frees. To be called after the client
 * is done with its connection. */
char *scripted_server_finish (ScriptedServer *self);
/* The same, and the test fails unless all went as written. */
#define scripted_server_assert_finished(self) \
  G_STMT_START \
  { \
    g_autofree char *problem_ = scripted_server_finish (self); \
    g_assert_cmpstr (problem_, ==, NULL); \
  } \
  G_STMT_END

/* After finish: all that the client said, plain or inside TLS, each connection after the other. Borrowed. */
const GString *scripted_server_get_received (ScriptedServer *self);
/* After finish: the part of it that anybody on the way could read. Borrowed. */
const GString *scripted_server_get_clear (ScriptedServer *self);
/* After finish: the SNI of the last handshake, or NULL. Borrowed. */
const char *scripted_server_get_sni (ScriptedServer *self);

/* Finishes if that was not done. */
void scripted_server_free (ScriptedServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptedServer, scripted_server_free)
