/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE: @text is a decimal number from @least to @most, digits alone; it is in @number, which else stays as it was.
 * For any thread: g_ascii_string_to_unsigned() now and then refuses a good number when two threads call it for their
 * first time at once, because GLib's own waiting for the C locale leaves an errno behind. */
gboolean mopt_number (const char *text, guint64 least, guint64 most, guint64 *number);

G_END_DECLS
