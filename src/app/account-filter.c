/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "app/account-filter.h"
#include "model/account.h"

struct _MoptAccountFilter
{
  GtkFilter parent_instance;

  char *text;  /* casefolded */
  GStrv words; /* of it, none of them empty */
};

G_DEFINE_FINAL_TYPE (MoptAccountFilter, mopt_account_filter, GTK_TYPE_FILTER)

/* @word is casefolded. Nearly all texts are plain ASCII, and each letter that is typed looks at 10,000 accounts. */
static gboolean
contains (const char *text, const char *word)
{
  gsize length = strlen (word);
  const char *p;

  for (p = text; *p != '\0' && (guchar) *p < 0x80; p++)
    if (g_ascii_tolower (*p) == *word && g_ascii_strncasecmp (p, word, length) == 0)
      return TRUE;
  if (*p == '\0')
    return FALSE;
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, word) != NULL;
}

static gboolean
mopt_account_filter_match (GtkFilter *filter, gpointer item)
{
  MoptAccountFilter *self = MOPT_ACCOUNT_FILTER (filter);
  MoptAccount *account = item;

  for (char **word = self->words; *word != NULL; word++)
    if (!contains (mopt_account_get_name (account), *word)
        && !contains (mopt_kind_label (mopt_account_get_kind (account)), *word)
        && !contains (mopt_account_get (account, MOPT_FIELD_INCOMING_HOST), *word)
        && !contains (mopt_account_get (account, MOPT_FIELD_INCOMING_USER), *word)
        && !contains (mopt_account_get (account, MOPT_FIELD_OUTGOING_HOST), *word)
        && !contains (mopt_account_get (account, MOPT_FIELD_OUTGOING_USER), *word))
      return FALSE;
  return TRUE;
}

static GtkFilterMatch
mopt_account_filter_get_strictness (GtkFilter *filter)
{
  return MOPT_ACCOUNT_FILTER (filter)->words[0] == NULL ? GTK_FILTER_MATCH_ALL : GTK_FILTER_MATCH_SOME;
}

/* Transfer full. */
static GStrv
split (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, " \t", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      g_strv_builder_add (words, *part);
  return g_strv_builder_end (words);
}

void
mopt_account_filter_set_text (MoptAccountFilter *self, const char *text)
{
  g_autofree char *before = self->text;

  g_return_if_fail (MOPT_IS_ACCOUNT_FILTER (self));

  self->text = g_utf8_casefold (text, -1);
  g_strfreev (self->words);
  self->words = split (self->text);
  if (g_str_equal (self->text, before))
    return;
  /* a letter more at the end: those that were not found need no second look, and with one less those that were */
  gtk_filter_changed (GTK_FILTER (self), g_str_has_prefix (self->text, before)   ? GTK_FILTER_CHANGE_MORE_STRICT
                                         : g_str_has_prefix (before, self->text) ? GTK_FILTER_CHANGE_LESS_STRICT
                                                                                 : GTK_FILTER_CHANGE_DIFFERENT);
}

static void
mopt_account_filter_finalize (GObject *object)
{
  MoptAccountFilter *self = MOPT_ACCOUNT_FILTER (object);

  g_free (self->text);
  g_strfreev (self->words);
  G_OBJECT_CLASS (mopt_account_filter_parent_class)->finalize (object);
}

static void
mopt_account_filter_class_init (MoptAccountFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mopt_account_filter_finalize;
  GTK_FILTER_CLASS (klass)->match = mopt_account_filter_match;
  GTK_FILTER_CLASS (klass)->get_strictness = mopt_account_filter_get_strictness;
}

static void
mopt_account_filter_init (MoptAccountFilter *self)
{
  self->text = g_strdup ("");
  self->words = g_new0 (char *, 1);
}

GtkFilter *
mopt_account_filter_new (void)
{
  return g_object_new (MOPT_TYPE_ACCOUNT_FILTER, NULL);
}
