/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a server offers: a list of lines such as "STARTTLS", "AUTH PLAIN LOGIN" (SMTP), "SASL PLAIN" (POP),
 * "AUTH=PLAIN" (IMAP). Words are compared without regard to case. */

/* What follows @keyword in the first line that begins with this word ("" if nothing does); NULL: not offered.
 * Borrowed from @offers. @offers: nullable. */
const char *mopt_offers_find (const char *const *offers, const char *keyword);

/* The words after @keyword, and after @keyword and "=", of all lines that begin with it: the SASL mechanisms.
 * Never NULL. Transfer full. */
char **mopt_offers_words (const char *const *offers, const char *keyword);

G_END_DECLS
