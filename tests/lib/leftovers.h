/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Searches the whole memory of this process for copies of a secret, which itself is kept in disguise, or it would find
 * that. */

/* Each byte of @length by exclusive or; @result has as many. */
void leftovers_disguise (const void *secret, gsize length, guint8 *result);
/* Takes the disguise off. */
void leftovers_reveal (const guint8 *disguised, gsize length, void *result);
/* How often the secret behind @disguised lies in memory that we can write. */
guint leftovers_count (const guint8 *disguised, gsize length);
