/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/template.h"

#include <string.h>

static const MoptPlace *
find_place (const MoptPlace *places, const char *name, gsize length)
{
  for (const MoptPlace *p = places; p->name != NULL; p++)
    if (strlen (p->name) == length && strncmp (p->name, name, length) == 0)
      return p;
  return NULL;
}

char *
mopt_template_fill (const char *template, const MoptPlace *places)
{
  GString *text = g_string_new (NULL);
  const char *p = template;

  while (*p != '\0')
    {
      const char *end = *p == '{' ? strchr (p, '}') : NULL;
      const MoptPlace *place = end != NULL ? find_place (places, p + 1, end - p - 1) : NULL;

      if (place == NULL)
        {
          g_string_append_c (text, *p++);
          continue;
        }
      if (place->value != NULL)
        g_string_append (text, place->value);
      p = end + 1;
    }
  return g_string_free (text, FALSE);
}
