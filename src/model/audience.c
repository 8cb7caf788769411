/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "model/audience.h"
#include "model/text.h"

#define EVERYONE "everyone"
#define NOBODY "nobody"

static const struct
{
  const char *name;
  gboolean by_default;
} rights[MOPT_N_RIGHTS] = {
  { "send", TRUE },
  { "add-accounts", TRUE },
  { "override-locked", FALSE },
};

MoptIdentity *
mopt_identity_new (const char *user, const char *const *groups, const char *address)
{
  MoptIdentity *self = g_new0 (MoptIdentity, 1);

  self->user = g_strdup (user);
  self->groups = groups != NULL ? g_strdupv ((char **) groups) : g_new0 (char *, 1);
  self->address = g_strdup (address != NULL ? address : "");
  self->parts = mopt_address_parse (self->address, NULL);
  return self;
}

MoptIdentity *
mopt_identity_copy (const MoptIdentity *self)
{
  return mopt_identity_new (self->user, (const char *const *) self->groups, self->address);
}

void
mopt_identity_free (MoptIdentity *self)
{
  if (self == NULL)
    return;
  g_free (self->user);
  g_strfreev (self->groups);
  g_free (self->address);
  mopt_address_free (self->parts);
  g_free (self);
}

/* Names of users and groups: whatever NSS may know, but nothing that hides in a list. */
static gboolean
check_name (const char *name, const char *shown, GError **error)
{
  if (*name == '\0')
    return mopt_text_refuse (error, _ ("A name is missing in the list of users and groups."));
  if (!mopt_text_check (name, error))
    return FALSE;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isspace (g_utf8_get_char (p)) || *p == ',')
      return mopt_text_refuse (
          error, _ ("“%s” is no user and no group: there is a blank or a comma in it. A “;” separates names."), shown);
  return TRUE;
}

MoptIdentity *
mopt_identity_parse (const char *text, gboolean *groups_given, GError **error)
{
  const char *colon = strchr (text, ':');
  g_autofree char *user = colon != NULL ? g_strndup (text, colon - text) : g_strdup (text);
  g_auto (GStrv) groups = g_strsplit (colon != NULL ? colon + 1 : "", ",", -1);

  if (!check_name (user, user, error))
    return NULL;
  for (guint i = 0; groups[i] != NULL; i++)
    if (!check_name (groups[i], groups[i], error))
      return NULL;
  if (groups_given != NULL)
    *groups_given = colon != NULL;
  return mopt_identity_new (user, (const char *const *) groups, NULL);
}

gboolean
mopt_audience_check (const char *const *words, GError **error)
{
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (words[i], -1);
      g_autofree char *shown = mopt_text_shorten (valid);

      if (!check_name (words[i], shown, error))
        return FALSE;
      if (words[i][0] == '@' && (words[i][1] == '\0' || words[i][1] == '@'))
        return mopt_text_refuse (error, _ ("“%s” is no group. One is written “@helpdesk”."), shown);
    }
  return TRUE;
}

static gboolean
has_word (const char *const *words, const char *word)
{
  return words != NULL && g_strv_contains (words, word);
}

gboolean
mopt_audience_includes (const char *const *words, const MoptIdentity *who)
{
  if (words == NULL)
    return TRUE;
  if (has_word (words, NOBODY))
    return FALSE;
  if (has_word (words, EVERYONE))
    return TRUE;
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] == '@' ? g_strv_contains ((const char *const *) who->groups, words[i] + 1)
                           : g_str_equal (words[i], who->user))
      return TRUE;
  return FALSE;
}

char *
mopt_audience_describe (const char *const *words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (words == NULL || (has_word (words, EVERYONE) && !has_word (words, NOBODY)))
    return g_strdup (_ ("everyone"));
  if (words[0] == NULL || has_word (words, NOBODY))
    return g_strdup (_ ("nobody"));
  for (guint i = 0; words[i] != NULL; i++)
    {
      /* Translators: a group of users */
      g_autofree char *group = words[i][0] == '@' ? g_strdup_printf (_ ("the group %s"), words[i] + 1) : NULL;

      if (i > 0)
        /* Translators: before the last of several users and groups, as in "the group helpdesk and alice" */
        g_string_append (text, words[i + 1] == NULL ? _ (" and ") : ", ");
      g_string_append (text, group != NULL ? group : words[i]);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

MoptRights
mopt_rights_of (const MoptPublication *publication, const MoptIdentity *who)
{
  MoptRights given = 0;

  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    {
      const char *const *words = publication != NULL ? (const char *const *) publication->rights[i] : NULL;

      if (words != NULL ? mopt_audience_includes (words, who) : rights[i].by_default)
        given |= 1u << i;
    }
  return given;
}

const char *
mopt_right_name (guint bit)
{
  g_return_val_if_fail (bit < MOPT_N_RIGHTS, NULL);

  return rights[bit].name;
}
