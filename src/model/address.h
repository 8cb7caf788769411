/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* E-mail addresses by RFC 5321/5322 and 6531: "alice@example.com" or "Alice <alice@example.com>". */
typedef struct
{
  char *name;   /* display name as text, NULL if none */
  char *local;  /* local part, as typed */
  char *domain; /* as typed, without final dot */
} MoptAddress;

/* NULL + MOPT_ERROR_INVALID, with a translated sentence that says what is wrong with it ("There is no @ in …"). */
MoptAddress *mopt_address_parse (const char *text, GError **error);
void mopt_address_free (MoptAddress *self);
/* "local@domain". Caller frees. */
char *mopt_address_to_spec (const MoptAddress *self);
/* "Name" <local@domain>, the name quoted (RFC 5322 §3.2.4); without a name (nullable, "") the address alone. Caller
 * frees. */
char *mopt_address_write (const char *name, const char *spec);
/* Whether it stands for many addresses: its local part is "*" or ends in "*". */
gboolean mopt_address_is_pattern (const MoptAddress *self);
/* Checks a From pattern: an address, or one whose local part is "*" or ends in "*". */
gboolean mopt_address_check_pattern (const char *text, GError **error);
/* Whether the address matches @pattern (an address or a pattern); without regard to case. */
gboolean mopt_address_matches (const MoptAddress *self, const char *pattern);
/* Text of a list field <-> its entries: one a line, blank ones left out. Transfer full. */
char **mopt_address_list_split (const char *text);
char *mopt_address_list_join (const char *const *entries);
/* Many addresses as a person pastes them: separated by comma, semicolon, line or tab, quoted names honoured.
 * Transfer full, entries trimmed, not checked. */
char **mopt_address_list_paste (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptAddress, mopt_address_free)

G_END_DECLS
