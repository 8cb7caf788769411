/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What every field has in common: text that is safe to store, to show and to send. */

/* Whether @text is UTF-8 without control characters (C0, DEL, C1, line separators) and without the characters
 * that turn the reading direction around (they make a text look like another one).
 * MOPT_ERROR_INVALID with a translated sentence that names the character. */
gboolean mopt_text_check (const char *text, GError **error);

/* @text without the blanks (also no-break and wide ones) around it. Caller frees. */
char *mopt_text_strip (const char *text);

/* The form in which texts that differ in case or in how an accent is written are equal. Caller frees. */
char *mopt_text_fold (const char *text);

/* @text as sentences quote it: as it is, or its beginning and "…" where it is long. @text is UTF-8. Caller frees. */
char *mopt_text_shorten (const char *text);

/* Sets MOPT_ERROR_INVALID with that sentence. Always FALSE. */
gboolean mopt_text_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
