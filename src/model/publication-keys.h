/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/publication.h"

G_BEGIN_DECLS

/* The table of [Publication] (publication.def) as C sees it: a publication's members by key, as text. */

typedef enum
{
#define KEY(symbol, name, type, member, label) MOPT_PUBLICATION_##symbol,
#include "model/publication.def"
#undef KEY
  MOPT_N_PUBLICATION_KEYS,
  MOPT_PUBLICATION_NONE = MOPT_N_PUBLICATION_KEYS
} MoptPublicationKey;

const char *mopt_publication_key_name (MoptPublicationKey key);
/* Translated, borrowed. */
const char *mopt_publication_key_label (MoptPublicationKey key);
/* MOPT_PUBLICATION_NONE: there is no such key. */
MoptPublicationKey mopt_publication_key_by_name (const char *name);
/* Lists have an entry a line as text, and are string lists in the file. */
gboolean mopt_publication_key_is_list (MoptPublicationKey key);
/* Whether an empty value means nothing that the absent one does not: numbers, dates and choices. */
gboolean mopt_publication_key_needs_value (MoptPublicationKey key);

/* The text of a member, "" = not given; dates in UTC, as in "2027-11-21T00:00:00Z". Caller frees. */
char *mopt_publication_get_text (const MoptPublication *self, MoptPublicationKey key);
/* Sets a member of a publication of one's own from text. MOPT_ERROR_INVALID with a whole translated sentence; then
 * nothing changes. */
gboolean mopt_publication_set_text (MoptPublication *self, MoptPublicationKey key, const char *text, GError **error);

G_END_DECLS
