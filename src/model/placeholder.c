/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/address.h"
#include "model/placeholder.h"
#include "model/text.h"

typedef enum
{
  PERCENT,
  USER,
  ADDRESS,
  LOCAL_PART,
  DOMAIN,
} Placeholder;

/* "%%" is one without a name */
static const char *const names[] = {
  [PERCENT] = "",           [USER] = "USER", [ADDRESS] = "EMAILADDRESS", [LOCAL_PART] = "EMAILLOCALPART",
  [DOMAIN] = "EMAILDOMAIN",
};

gboolean
mopt_placeholder_has_field (MoptField field)
{
  return mopt_field_info (field)->type == MOPT_TYPE_USER;
}

/* The one at @percent, which points to a "%"; @end is behind it. FALSE: it is none. */
static gboolean
find_placeholder (const char *percent, Placeholder *which, const char **end)
{
  const char *close = strchr (percent + 1, '%');

  for (guint i = 0; close != NULL && i < G_N_ELEMENTS (names); i++)
    if (strlen (names[i]) == (gsize) (close - percent - 1) && g_str_has_prefix (percent + 1, names[i]))
      {
        *which = i;
        *end = close + 1;
        return TRUE;
      }
  return FALSE;
}

gboolean
mopt_placeholder_check (const char *text, GError **error)
{
  Placeholder which;

  for (const char *p = text; (p = strchr (p, '%')) != NULL;)
    if (!find_placeholder (p, &which, &p))
      {
        g_autofree char *shown = mopt_text_shorten (p);

        return mopt_text_refuse (error,
                                 _ ("“%s” is no placeholder. There are %%USER%%, %%EMAILADDRESS%%, %%EMAILLOCALPART%% "
                                    "and %%EMAILDOMAIN%%; a percent sign itself is written %%%%."),
                                 shown);
      }
  return TRUE;
}

char *
mopt_placeholder_expand (const char *text, const MoptIdentity *who)
{
  const MoptAddress *address = who->parts;
  g_autoptr (GString) expanded = g_string_new (NULL);
  const char *p = text;
  const char *percent;

  while ((percent = strchr (p, '%')) != NULL)
    {
      Placeholder which;

      g_string_append_len (expanded, p, percent - p);
      if (!find_placeholder (percent, &which, &p))
        {
          g_string_append_c (expanded, '%'); /* has been refused by the check already */
          p = percent + 1;
          continue;
        }
      if (which >= ADDRESS && address == NULL)
        return g_strdup ("");
      if (which == PERCENT)
        g_string_append_c (expanded, '%');
      else if (which == USER)
        g_string_append (expanded, who->user);
      if (which == ADDRESS)
        {
          g_string_append (expanded, address->local);
          g_string_append_c (expanded, '@');
          g_string_append (expanded, address->domain);
        }
      else if (which == LOCAL_PART)
        g_string_append (expanded, address->local);
      else if (which == DOMAIN)
        g_string_append (expanded, address->domain);
    }
  g_string_append (expanded, p);
  return g_string_free (g_steal_pointer (&expanded), FALSE);
}
