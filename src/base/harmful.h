/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @c makes text look other than it is, or does something to a terminal: C0 and C1 controls, DEL, line and
 * paragraph separators, and the characters that turn the direction of what follows (U+202A to U+202E, U+2066 to
 * U+2069). No value may hold one, and none of what a server says is shown. */
gboolean mopt_is_harmful (gunichar c);

/* What may be shown of @said, which somebody else wrote, up to 1,000 bytes: valid UTF-8, nothing harmful but newlines.
 * @length in bytes, -1 = up to its NUL. Caller frees. */
char *mopt_clean_words (const char *said, gssize length);

/* @text with each of its lines between FSI and PDI (UAX #9), so that a language written from right to left turns
 * nothing around it; for what somebody else wrote, in the middle of our words. Caller frees. */
char *mopt_isolate_words (const char *text);

G_END_DECLS
