/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

gboolean
mopt_number (const char *text, guint64 least, guint64 most, guint64 *number)
{
  guint64 sum = 0;

  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isdigit (*text) || !g_uint64_checked_mul (&sum, sum, 10)
        || !g_uint64_checked_add (&sum, sum, (guint64) g_ascii_digit_value (*text)))
      return FALSE;
  if (sum < least || sum > most)
    return FALSE;
  *number = sum;
  return TRUE;
}
