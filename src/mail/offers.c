/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/offers.h"

#include <string.h>

/* What stands behind @keyword and its separator, or NULL if @line begins with another word. */
static const char *
after_keyword (const char *line, const char *keyword, const char *separators)
{
  gsize length = strlen (keyword);

  if (g_ascii_strncasecmp (line, keyword, length) != 0)
    return NULL;
  if (line[length] == '\0')
    return line + length;
  return strchr (separators, line[length]) != NULL ? line + length + 1 : NULL;
}

const char *
mopt_offers_find (const char *const *offers, const char *keyword)
{
  for (guint i = 0; offers != NULL && offers[i] != NULL; i++)
    {
      const char *rest = after_keyword (offers[i], keyword, " ");

      if (rest != NULL)
        return rest;
    }
  return NULL;
}

char **
mopt_offers_words (const char *const *offers, const char *keyword)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; offers != NULL && offers[i] != NULL; i++)
    {
      /* "AUTH=PLAIN LOGIN" is also what some SMTP servers of old say */
      const char *rest = after_keyword (offers[i], keyword, " =");
      g_auto (GStrv) split = g_strsplit_set (rest != NULL ? rest : "", " \t", -1);

      for (guint j = 0; split[j] != NULL; j++)
        if (split[j][0] != '\0')
          g_strv_builder_add (words, split[j]);
    }
  return g_strv_builder_end (words);
}
