/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>

#include "model/address.h"
#include "model/difference.h"
#include "model/permission.h"
#include "model/text.h"

typedef struct
{
  GStrvBuilder *sentences;
  const char *publisher; /* as a sentence begins with it */
  const MoptIdentity *who;
  char *account_id; /* of the only account so far */
  guint n_accounts; /* that something was said of: 0, 1, or 2 for more */
  gboolean other;   /* something was said that is about no account */
} Report;

static void say (Report *self, MoptAccount *account, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
say (Report *self, MoptAccount *account, const char *format, ...)
{
  va_list list;

  va_start (list, format);
  g_autofree char *text = g_strdup_vprintf (format, list);
  va_end (list);
  g_strv_builder_add (self->sentences, text);

  const char *id = account != NULL ? mopt_account_get_id (account) : NULL;
  if (id == NULL)
    self->other = TRUE;
  else if (self->account_id == NULL)
    {
      self->account_id = g_strdup (id);
      self->n_accounts = 1;
    }
  else if (!g_str_equal (self->account_id, id))
    self->n_accounts = 2;
}

/* --- Values -------------------------------------------------------------------------------------------------- */

/* As people read it. Caller frees. */
static char *
show (MoptFieldType type, const MoptChoice *choice, const char *text)
{
  if (choice != NULL)
    return g_strdup (_ (choice->label));
  if (type == MOPT_TYPE_BOOLEAN)
    return g_strdup (g_str_equal (text, "true") ? _ ("on") : _ ("off"));
  /* Translators: a value that is an empty text */
  return *text != '\0' ? mopt_text_shorten (text) : g_strdup (_ ("(empty)"));
}

/* How many of @a are not in @b, both with an entry a line. */
static guint
count_missing (const char *a, const char *b)
{
  g_auto (GStrv) entries = mopt_address_list_split (a), others = mopt_address_list_split (b);
  g_autoptr (GHashTable) set = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = 0;

  for (guint i = 0; others[i] != NULL; i++)
    g_hash_table_add (set, others[i]);
  for (guint i = 0; entries[i] != NULL; i++)
    n += !g_hash_table_contains (set, entries[i]);
  return n;
}

static const char *
published_text (MoptAccount *account, MoptField field)
{
  const char *text = mopt_account_get_layer (account, MOPT_LAYER_PUBLISHED, field);

  return text != NULL ? text : mopt_field_info (field)->fallback;
}

static void
compare_field (Report *self, MoptAccount *old, MoptAccount *now, const char *name, MoptField field)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  const char *before = published_text (old, field), *after = published_text (now, field);

  if (g_str_equal (before, after) || !mopt_field_has_kind (field, mopt_account_get_kind (now)))
    return;
  if (info->type == MOPT_TYPE_ADDRESSES || info->type == MOPT_TYPE_ADDRESS_PATTERNS)
    {
      /* Translators: who, the label of a list, an account, two numbers */
      say (self, now, _ ("%s changed “%s” of “%s”: %u added, %u removed."), self->publisher, _ (info->label), name,
           count_missing (after, before), count_missing (before, after));
      return;
    }
  g_autofree char *was = show (info->type, mopt_field_choice (field, mopt_account_get_kind (old), before), before);
  g_autofree char *is = show (info->type, mopt_field_choice (field, mopt_account_get_kind (now), after), after);
  /* Translators: who, the label of a field, an account, the value before and the one now */
  say (self, now, _ ("%s changed “%s” of “%s”: %s → %s."), self->publisher, _ (info->label), name, was, is);
}

/* --- Terms --------------------------------------------------------------------------------------------------- */

static void
tell_audience (Report *self, MoptAccount *now, const char *name)
{
  g_auto (GStrv) words = mopt_address_list_split (mopt_account_get_term (now, MOPT_TERM_AVAILABLE_TO));
  gboolean all = !mopt_account_has_term (now, MOPT_TERM_AVAILABLE_TO);
  g_autofree char *audience = mopt_audience_describe (all ? NULL : (const char *const *) words);

  if (g_str_equal (mopt_account_get_term (now, MOPT_TERM_AVAILABLE), "true"))
    /* Translators: an account, people such as "everyone" or "the group it and bob" */
    say (self, now, _ ("“%s” is available to %s now."), name, audience);
  else
    say (self, now, _ ("“%s” is not available to users any more."), name);
}

static void
tell_withdrawn (Report *self, MoptAccount *now, const char *name)
{
  const char *how = mopt_account_get_term (now, MOPT_TERM_WITHDRAWN);

  if (g_str_equal (how, "keep"))
    say (self, now, _ ("“%s” is withdrawn; users keep it as an account of their own."), name);
  else if (g_str_equal (how, "delete"))
    say (self, now, _ ("“%s” is withdrawn; what users made of it is deleted."), name);
  else
    say (self, now, _ ("“%s” is not withdrawn any more."), name);
}

/* What the names of files and earlier hosts are is the publisher's business. */
static gboolean
is_for_publisher (MoptTerm term)
{
  MoptTermType type = mopt_term_info (term)->type;

  return type == MOPT_TERM_TYPE_PASSWORD_FILE || type == MOPT_TERM_TYPE_HOSTS;
}

static void
compare_term (Report *self, MoptAccount *old, MoptAccount *now, const char *name, MoptTerm term)
{
  const MoptTermInfo *info = mopt_term_info (term);
  const char *before = mopt_account_get_term (old, term), *after = mopt_account_get_term (now, term);
  gboolean is_boolean = info->type == MOPT_TERM_TYPE_BOOLEAN;

  if (g_str_equal (before, after) || (self->who != NULL && is_for_publisher (term)))
    return;
  g_autofree char *was = show (is_boolean ? MOPT_TYPE_BOOLEAN : MOPT_TYPE_USER, NULL, before);
  g_autofree char *is = show (is_boolean ? MOPT_TYPE_BOOLEAN : MOPT_TYPE_USER, NULL, after);
  g_strdelimit (was, "\n", ' ');
  g_strdelimit (is, "\n", ' ');
  say (self, now, _ ("%s changed “%s” of “%s”: %s → %s."), self->publisher, _ (info->label), name, was, is);
}

static gboolean
is_audience (MoptTerm term)
{
  return term == MOPT_TERM_AVAILABLE || term == MOPT_TERM_AVAILABLE_TO;
}

static void
compare_terms (Report *self, MoptAccount *old, MoptAccount *now, const char *name)
{
  gboolean audience = FALSE;

  for (guint i = 0; i < MOPT_N_TERMS; i++)
    if (is_audience (i))
      audience = audience || !g_str_equal (mopt_account_get_term (old, i), mopt_account_get_term (now, i));
    else if (i == MOPT_TERM_WITHDRAWN)
      {
        if (self->who == NULL && !g_str_equal (mopt_account_get_term (old, i), mopt_account_get_term (now, i)))
          tell_withdrawn (self, now, name);
      }
    else
      compare_term (self, old, now, name, i);
  if (audience && self->who == NULL)
    tell_audience (self, now, name);
}

/* --- Accounts ------------------------------------------------------------------------------------------------ */

static const char *
published_name (MoptAccount *account)
{
  const char *name = mopt_account_get_layer_name (account, MOPT_LAYER_PUBLISHED);

  return name != NULL ? name : mopt_account_get_id (account);
}

static void
compare_account (Report *self, MoptAccount *old, MoptAccount *now)
{
  const char *name = published_name (now);

  if (!g_str_equal (published_name (old), name))
    say (self, now, _ ("%s renamed “%s” to “%s”."), self->publisher, published_name (old), name);
  if (!g_str_equal (mopt_account_get_kind_name (old), mopt_account_get_kind_name (now)))
    say (self, now, _ ("“%s” is now of kind %s."), name, mopt_kind_label (mopt_account_get_kind (now)));
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    compare_field (self, old, now, name, i);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if (mopt_account_has_padlock (old, i) != mopt_account_has_padlock (now, i))
      say (self, now,
           mopt_account_has_padlock (now, i) ? _ ("%s locked “%s” of “%s”.") : _ ("%s unlocked “%s” of “%s”."),
           self->publisher, _ (mopt_section_info (i)->label), name);
  compare_terms (self, old, now, name);
}

static gboolean
concerns (Report *self, MoptAccount *account)
{
  return account != NULL && (self->who == NULL || mopt_account_is_for (account, self->who));
}

static GHashTable *
index_accounts (const MoptEdition *edition)
{
  GHashTable *by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; edition->accounts != NULL && i < edition->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (edition->accounts, i);

      g_hash_table_insert (by_id, (gpointer) mopt_account_get_id (account), account);
    }
  return by_id;
}

/* The publisher hears also who will not see it. */
static void
tell_new (Report *self, MoptAccount *account)
{
  const char *name = published_name (account);
  gboolean available = g_str_equal (mopt_account_get_term (account, MOPT_TERM_AVAILABLE), "true");

  if (self->who == NULL && !available)
    {
      say (self, account, _ ("“%s” is new, but not available to users."), name);
      return;
    }
  say (self, account, _ ("%s published “%s”."), self->publisher, name);
  if (self->who != NULL)
    return;
  if (mopt_account_has_term (account, MOPT_TERM_AVAILABLE_TO))
    tell_audience (self, account, name);
  if (*mopt_account_get_term (account, MOPT_TERM_WITHDRAWN) != '\0')
    tell_withdrawn (self, account, name);
}

static void
compare_accounts (Report *self, const MoptEdition *old, const MoptEdition *now)
{
  g_autoptr (GHashTable) before = index_accounts (old), after = index_accounts (now);

  for (guint i = 0; now->accounts != NULL && i < now->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (now->accounts, i);
      MoptAccount *was = g_hash_table_lookup (before, mopt_account_get_id (account));
      gboolean there = concerns (self, account), was_there = concerns (self, was);

      if (there && was_there)
        compare_account (self, was, account);
      else if (there)
        tell_new (self, account);
      else if (was_there && *mopt_account_get_term (account, MOPT_TERM_WITHDRAWN) == '\0')
        say (self, account, _ ("“%s” is not available to you any more."), published_name (was));
    }
  for (guint i = 0; old->accounts != NULL && i < old->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (old->accounts, i);

      if (concerns (self, account) && !g_hash_table_contains (after, mopt_account_get_id (account)))
        say (self, account, _ ("%s does not publish “%s” any more."), self->publisher, published_name (account));
    }
}

/* --- The general part ------------------------------------------------------------------------------------------ */

static void
compare_rights (Report *self, const MoptPublication *old, const MoptPublication *now)
{
  const struct
  {
    MoptRights right;
    const char *given, *taken;
  } sentences[] = {
    { MOPT_RIGHT_SEND, _ ("You may send messages with these accounts now."),
      _ ("You may not send messages with these accounts any more.") },
    { MOPT_RIGHT_ADD_ACCOUNTS, _ ("You may add and change accounts now."),
      _ ("You may not add or change accounts any more; those that you have stay.") },
    { MOPT_RIGHT_OVERRIDE_LOCKED, _ ("You may change locked settings now."),
      _ ("You may not change locked settings any more.") },
  };
  MoptRights before = mopt_rights_of (old, self->who), after = mopt_rights_of (now, self->who);

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if ((before ^ after) & sentences[i].right)
      say (self, NULL, "%s", after & sentences[i].right ? sentences[i].given : sentences[i].taken);
}

static char *
describe_right (const MoptPublication *publication, guint bit)
{
  char **words = publication != NULL ? publication->rights[bit] : NULL;
  const char *everyone[] = { "everyone", NULL }, *nobody[] = { "nobody", NULL };

  if (words == NULL)
    return mopt_audience_describe ((MOPT_RIGHTS_DEFAULT & (1u << bit)) ? everyone : nobody);
  return mopt_audience_describe ((const char *const *) words);
}

static void
compare_text (Report *self, const char *label, const char *old, const char *now)
{
  g_autofree char *was = show (MOPT_TYPE_USER, NULL, old), *is = show (MOPT_TYPE_USER, NULL, now);

  if (!g_str_equal (old, now))
    say (self, NULL, _ ("%s: %s → %s."), label, was, is);
}

static void
compare_general (Report *self, const MoptPublication *old, const MoptPublication *now)
{
  g_autofree char *domains = g_strjoinv (" ", old->domains), *domains_now = g_strjoinv (" ", now->domains);

  compare_text (self, _ ("Organisation"), old->organization, now->organization);
  compare_text (self, _ ("Contact"), old->contact, now->contact);
  compare_text (self, _ ("Domain"), domains, domains_now);
  compare_text (self, _ ("Conversation ID prefix"), old->prefix, now->prefix);
  compare_text (self, _ ("Default account"), old->default_id, now->default_id);
  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    {
      g_autofree char *was = describe_right (old, i), *is = describe_right (now, i);

      if (!g_str_equal (was, is))
        /* Translators: the name of a right, who had it, who has it */
        say (self, NULL, _ ("The right “%s”: %s → %s."), mopt_right_name (i), was, is);
    }
}

static char *
at_the_start (const char *text)
{
  g_autofree char *first = g_utf8_strup (text, g_utf8_next_char (text) - text);

  return g_strconcat (first, g_utf8_next_char (text), NULL);
}

char **
mopt_difference (const MoptEdition *old, const MoptEdition *now, const MoptIdentity *who, char **account_id)
{
  g_autoptr (GStrvBuilder) sentences = g_strv_builder_new ();
  const MoptPublication *publication = now->publication != NULL ? now->publication : old->publication;
  g_autofree char *publisher
      = at_the_start (publication != NULL ? mopt_publication_who (publication) : _ ("your administrator"));
  Report report = { sentences, publisher, who };

  compare_accounts (&report, old, now);
  if (who != NULL)
    compare_rights (&report, old->publication, now->publication);
  else if (old->publication != NULL && now->publication != NULL)
    compare_general (&report, old->publication, now->publication);
  if (account_id != NULL)
    *account_id = report.n_accounts == 1 && !report.other ? g_strdup (report.account_id) : NULL;
  g_free (report.account_id);
  return g_strv_builder_end (sentences);
}
