/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person would read of @html (valid UTF-8): its text, blocks and line breaks as lines, lists with "• ". Nothing
 * is fetched, run or linked; scripts, styles and comments are left out. Any input gives some text, in time linear to
 * its length. Caller frees. */
char *mopt_html_to_text (const char *html);

G_END_DECLS
