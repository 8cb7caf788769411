/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/audience.h"
#include "model/host.h"
#include "model/terms.h"
#include "model/text.h"

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

  /* each line of a published file that is no field asks, so the first letter is looked at first */
  while (i < MOPT_N_TERMS && (terms[i].name[0] != name[0] || strcmp (terms[i].name, name) != 0))
    i++;
  return i;
}

gboolean
mopt_term_is_list (MoptTerm term)
{
  return terms[term].type == MOPT_TERM_TYPE_AUDIENCE || terms[term].type == MOPT_TERM_TYPE_HOSTS;
}

static gboolean
check_word (const char *name, const char *text, const char *const *words, GError **error)
{
  g_autofree char *all = g_strjoinv (", ", (char **) words);

  if (g_strv_contains (words, text))
    return TRUE;
  g_autofree char *shown = mopt_text_shorten (text);
  return mopt_text_refuse (error, _ ("“%s” is no value of %s. Choose one of these: %s."), shown, name, all);
}

/* A name in the folder of the secrets: never a path, never one that hides. */
static gboolean
check_file_name (const char *text, GError **error)
{
  if (strchr (text, '/') == NULL && *text != '.')
    return TRUE;
  g_autofree char *shown = mopt_text_shorten (text);
  return mopt_text_refuse (error,
                           _ ("“%s” is no plain file name. It must have no “/” and must not begin with a dot; the file "
                              "lies in the folder “secrets” beside the published file."),
                           shown);
}

static gboolean
check_hosts (const char *const *hosts, GError **error)
{
  for (guint i = 0; hosts[i] != NULL; i++)
    {
      g_autofree char *ascii = mopt_host_to_ascii (hosts[i], error);

      if (ascii == NULL)
        return FALSE;
    }
  return TRUE;
}

gboolean
mopt_term_validate (MoptTerm term, const char *text, GError **error)
{
  static const char *const booleans[] = { "true", "false", NULL };
  static const char *const withdrawn[] = { "keep", "delete", NULL };
  static const char *const minimum[] = { "none", "tls", NULL };
  const MoptTermInfo *info = mopt_term_info (term);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1); /* none of "" */

  for (guint i = 0; lines[i] != NULL; i++)
    if (!mopt_text_check (mopt_term_is_list (term) ? lines[i] : text, error))
      return FALSE;
  switch (info->type)
    {
    case MOPT_TERM_TYPE_BOOLEAN:
      return check_word (info->name, text, booleans, error);
    case MOPT_TERM_TYPE_WITHDRAWN:
      return *text == '\0' || check_word (info->name, text, withdrawn, error);
    case MOPT_TERM_TYPE_MINIMUM_SECURITY:
      return check_word (info->name, text, minimum, error);
    case MOPT_TERM_TYPE_PASSWORD_FILE:
      return check_file_name (text, error);
    case MOPT_TERM_TYPE_AUDIENCE:
      return mopt_audience_check ((const char *const *) lines, error);
    case MOPT_TERM_TYPE_HOSTS:
      return check_hosts ((const char *const *) lines, error);
    }
  g_return_val_if_reached (FALSE);
}
