/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/live-words.h"
#include "app/provenance.h"

#define NAMED_MAX 3 /* changes that are told one by one */

static gboolean
same (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static gboolean
is_clash (const char *mine, const char *base, const char *theirs)
{
  return !same (mine, base) && !same (theirs, base) && !same (mine, theirs);
}

char *
mopt_live_words_clash (MoptAccount *draft, MoptAccount *base, MoptAccount *now)
{
  g_autoptr (GString) words = g_string_new (NULL);

  if (is_clash (mopt_account_get_layer_name (draft, MOPT_LAYER_USER),
                mopt_account_get_layer_name (base, MOPT_LAYER_USER),
                mopt_account_get_layer_name (now, MOPT_LAYER_USER)))
    g_string_append (words, _ ("Name"));
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (is_clash (mopt_account_get_layer (draft, MOPT_LAYER_USER, i), mopt_account_get_layer (base, MOPT_LAYER_USER, i),
                  mopt_account_get_layer (now, MOPT_LAYER_USER, i)))
      g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", _ (mopt_field_info (i)->label));
  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
}

/* A value as sentences show it. Caller frees. */
static char *
shown (MoptAccount *account, MoptField field)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  const char *text = mopt_account_get_layer (account, MOPT_LAYER_PUBLISHED, field);

  if (text == NULL)
    text = info->fallback;
  const MoptChoice *choice = mopt_field_choice (field, mopt_account_get_kind (account), text);
  if (choice != NULL)
    return g_strdup (_ (choice->label));
  if (info->type == MOPT_TYPE_BOOLEAN)
    return g_strdup (g_str_equal (text, "true") ? _ ("yes") : _ ("no"));
  return g_strdup (*text != '\0' ? text : _ ("nothing"));
}

static void
add_locks (GPtrArray *sentences, MoptAccount *before, MoptAccount *draft)
{
  const char *who = mopt_provenance_who (draft);

  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      const char *section = _ (mopt_section_info (i)->label);
      gboolean was = mopt_account_is_locked (before, i), is = mopt_account_is_locked (draft, i);

      if (is && !was && mopt_account_get_state (draft, i) == MOPT_STATE_PARKED)
        g_ptr_array_add (sentences,
                         g_strdup_printf (_ ("%s has locked “%s”. What you entered there is kept, but not in effect."),
                                          who, section));
      else if (is && !was)
        g_ptr_array_add (sentences, g_strdup_printf (_ ("%s has locked “%s”."), who, section));
      else if (was && !is)
        g_ptr_array_add (sentences, g_strdup_printf (_ ("%s has unlocked “%s”."), who, section));
    }
}

static void
add_values (GPtrArray *sentences, MoptAccount *base, MoptAccount *draft, MoptAccount *now)
{
  const char *who = mopt_provenance_who (draft);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      g_autofree char *old = shown (base, i);
      g_autofree char *new_text = shown (now, i);
      gboolean mine = mopt_account_get_state (draft, mopt_field_info (i)->section) == MOPT_STATE_CUSTOMISED;

      if (same (old, new_text) || !mopt_field_has_kind (i, mopt_account_get_kind (now)))
        continue;
      g_ptr_array_add (sentences, g_strdup_printf (mine ? _ ("%s changed %s: %s → %s. Yours stays as it is.")
                                                        : _ ("%s changed %s: %s → %s."),
                                                   who, _ (mopt_field_info (i)->label), old, new_text));
    }
  const char *old_name = mopt_account_get_layer_name (base, MOPT_LAYER_PUBLISHED);
  const char *name = mopt_account_get_layer_name (now, MOPT_LAYER_PUBLISHED);
  if (!same (old_name, name) && old_name != NULL && name != NULL)
    g_ptr_array_add (sentences, g_strdup_printf (_ ("%s changed %s: %s → %s."), who, _ ("Name"), old_name, name));
}

/* What the publisher did; NULL: nothing. */
static char *
published_words (MoptAccount *before, MoptAccount *base, MoptAccount *draft, MoptAccount *now)
{
  g_autoptr (GPtrArray) sentences = g_ptr_array_new_with_free_func (g_free);
  const MoptPublication *publication = mopt_account_get_publication (now);
  g_autoptr (GString) words = g_string_new (NULL);

  add_locks (sentences, before, draft);
  add_values (sentences, base, draft, now);
  if (sentences->len == 0)
    return NULL;
  for (guint i = 0; i < MIN (sentences->len, NAMED_MAX); i++)
    {
      g_autofree char *sentence = mopt_provenance_begin_sentence (g_strdup (sentences->pdata[i]));

      g_string_append_printf (words, "%s%s", i > 0 ? " " : "", sentence);
    }
  if (sentences->len > NAMED_MAX)
    {
      guint n = sentences->len - NAMED_MAX;

      g_string_append_c (words, ' ');
      g_string_append_printf (words, ngettext ("And %u more change.", "And %u more changes.", n), n);
    }
  if (publication != NULL && *publication->reason != '\0')
    {
      g_string_append_c (words, ' ');
      g_string_append_printf (words, _ ("Reason: %s"), mopt_publication_why (publication));
    }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

char *
mopt_live_words_change (MoptAccount *before, MoptAccount *base, MoptAccount *draft, MoptAccount *now)
{
  g_autofree char *clash = mopt_live_words_clash (before, base, now);
  char *words = mopt_account_is_personal (now) ? NULL : published_words (before, base, draft, now);

  if (words != NULL)
    return words;
  if (clash != NULL)
    return g_strdup_printf (_ ("Another program changed this account. What you have not touched shows its values; "
                               "yours stays, and replaces that when you press OK: %s."),
                            clash);
  if (!mopt_account_equal_user (before, draft))
    return g_strdup (_ ("Another program changed this account. What you have not touched shows its values."));
  return NULL;
}
