/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"

G_BEGIN_DECLS

/* Why a publication did not come from @url, in words: *@sentence and *@advice translated, *@detail what stands behind
 * them, in English, or NULL where the sentence says it all. Caller frees them. */
void mopt_refresh_words (const GError *cause, const char *url, char **sentence, char **advice, char **detail);

G_END_DECLS
