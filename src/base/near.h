/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one of @words (NULL-terminated) that @typed is most likely meant to be, or NULL. Borrowed from @words. */
const char *mopt_near (const char *typed, const char *const *words);

G_END_DECLS
