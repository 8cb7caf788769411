/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "mail/sasl.h"
#include "scripted-server.h"

/* A connection to hang a SASL exchange on. */
typedef struct
{
  ScriptedServer *server;
  MoptConnection *connection;
} Wire;

typedef enum
{
  PLAIN_WIRE,
  CHECKED_TLS,
  CHECKED_TLS_1_2,
  UNCHECKED_TLS,
} WireKind;

void wire_open (Wire *wire, WireKind kind);
void wire_close (Wire *wire);

/* Text to base64 and back. Callers free. */
char *encode (const char *text);
char *decode (const char *base64);

/* What the mechanism answers to @challenge (text, NULL = initial), as text; the test fails on an error. */
char *answer (MoptSasl *sasl, const char *challenge);
/* The test fails unless it refuses to answer, for @code. */
void assert_no_answer (MoptSasl *sasl, const char *challenge, MoptError code);
