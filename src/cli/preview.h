/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"

G_BEGIN_DECLS

/* --as USER[:GROUP,…]: the accounts as somebody else sees them. */
#define MOPT_PREVIEW_OPTION(place)                                                                                     \
  {                                                                                                                    \
    "as", 0, 0, G_OPTION_ARG_STRING, place, N_ ("As that user sees it, with the groups named, or else his own"),       \
        N_ ("USER[:GROUP,…]")                                                                                          \
  }

/* The accounts for @as; NULL: for the person at the keyboard, as mopt_cli_load. NULL after complaining, the verb @verb
 * ends with *@code. Transfer full. */
MoptAccounts *mopt_preview_load (const char *as, const char *verb, int *code);

G_END_DECLS
