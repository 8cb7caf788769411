/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/header.h"

G_BEGIN_DECLS

/* The Conversation ID in the subject of a message. */

/* The first of ours in a Subject field, as it was written or decoded; NULL: none. Caller frees. */
char *mopt_subject_find_id (MoptHeader *header, const char *const *prefixes);
/* Puts @id at the end, one space before it; in plain ASCII outside of encoded words, on a line of its own where the
 * last one would become too long, and never folded itself. What was there stays as it was written. */
void mopt_subject_add_id (MoptHeader *header, const char *id);

G_END_DECLS
