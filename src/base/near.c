/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/near.h"

#include <string.h>

#define FAR 1000

/* How many letters must be typed anew, left out, put in, or swapped with their neighbour (optimal string alignment:
 * a table row by row; each place knows the cheapest way to get there). */
static guint
distance (const char *a, const char *b)
{
  gsize n = strlen (a), m = strlen (b);
  g_autofree guint *cells = NULL;

  if (n > 64 || m > 64)
    return FAR;
  cells = g_new (guint, (n + 1) * (m + 1));
#define CELL(i, j) cells[(i) * (m + 1) + (j)]
  for (gsize i = 0; i <= n; i++)
    for (gsize j = 0; j <= m; j++)
      {
        if (i == 0 || j == 0)
          {
            CELL (i, j) = i + j;
            continue;
          }
        CELL (i, j) = MIN (MIN (CELL (i - 1, j), CELL (i, j - 1)) + 1, CELL (i - 1, j - 1) + (a[i - 1] != b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          CELL (i, j) = MIN (CELL (i, j), CELL (i - 2, j - 2) + 1);
      }
  return CELL (n, m);
#undef CELL
}

const char *
mopt_near (const char *typed, const char *const *words)
{
  const char *best = NULL;
  guint least = MIN (strlen (typed) / 3, 3) + 1; /* a slip or two, more in a longer word */

  for (; *words != NULL; words++)
    {
      guint d = distance (typed, *words);

      if (d < least || (best == NULL && strlen (typed) >= 3 && g_str_has_prefix (*words, typed)))
        {
          best = *words;
          least = MIN (d, least);
        }
    }
  return best;
}
