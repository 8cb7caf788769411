/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scripted-server.h"
#include "web/http.h"

/* What both test programs do: play a script, get something, compare. */

/* Short ones, for those who wait: 1 s to connect, 1 s slow, 4 s in all. */
extern const MoptHttpLimits web_test_limits;

/* g_test_init, the CA, no proxy from the environment. */
void web_test_init (int *argc, char ***argv);

/* "https://127.0.0.1:PORT/file.conf". Caller frees. */
char *web_test_url (ScriptedServer *server);

/* Reads a request without conditions: each has these lines. */
#define REQUEST                                                                                                        \
  "C: GET /file.conf HTTP/1.1\nC: Host: *\nC: User-Agent: mail-options/*\nC: Accept: *\n"                              \
  "C: Accept-Encoding: identity\nC: \n"
/* Reads it in the same number of lines, whatever it asks for. */
#define ANY_REQUEST "LINES 6\n"

/* Plays @script to one get of at most @max bytes; @body: what must come ("NAME" of a cause where none does). The words
 * of the error are in the message of the test. The script must go to its end. */
void web_test_get (const char *script, gsize max, const char *body);
