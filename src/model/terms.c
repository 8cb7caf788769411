/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "model/terms.h"

static const MoptTermInfo terms[MOPT_N_TERMS] = {
#define TERM(symbol, name, type, fallback, label) { name, MOPT_TERM_TYPE_##type, fallback, label },
#include "model/terms.def"
#undef TERM
};

const MoptTermInfo *
mopt_term_info (MoptTerm term)
{
  return &terms[term];
}

MoptTerm
mopt_term_by_name (const char *name)
{
  guint i = 0;

  while (i < MOPT_N_TERMS && g_strcmp0 (terms[i].name, name) != 0)
    i++;
  return i;
}

gboolean
mopt_term_is_list (MoptTerm term)
{
  return terms[term].type == MOPT_TERM_TYPE_AUDIENCE || terms[term].type == MOPT_TERM_TYPE_HOSTS;
}
