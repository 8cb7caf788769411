/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sentences with named places, "There is no server called {host}.": translators may move them, and what is put in
 * is never read as a format. */
typedef struct
{
  const char *name;  /* without braces; NULL ends a list */
  const char *value; /* NULL counts as "" */
} MoptPlace;

/* @template with its places filled; one that is not in @places stays as it is. Caller frees. */
char *mopt_template_fill (const char *template, const MoptPlace *places);

G_END_DECLS
