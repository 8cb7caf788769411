/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What was said, for people: "C: …", "S: …", "-- …" lines. Bounded: the middle is left out. */
typedef struct _MoptTranscript MoptTranscript;

/* @max: bytes kept. */
MoptTranscript *mopt_transcript_new (gsize max);
void mopt_transcript_free (MoptTranscript *self);
/* Adds a line; @text may hold any bytes: made valid UTF-8, control characters replaced, cut to 1,000 bytes. */
void mopt_transcript_add (MoptTranscript *self, const char *who, const char *text, gsize length);
/* Caller frees. */
char *mopt_transcript_get_text (MoptTranscript *self);

G_END_DECLS
