/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "model/address.h"
#include "model/audience.h"
#include "model/conversation-id.h"
#include "model/publication-keys.h"
#include "store/published-edit.h"
#include "store/published-text.h"

#define ACCOUNT_PREFIX "Account "
#define ID_LENGTH 48 /* of a name's letters; leaves room for a number behind it */

MoptAccount *
mopt_published_edit_new_account (const char *id, const char *kind_name)
{
  MoptAccount *self = mopt_account_new (id, kind_name);

  mopt_account_begin (self);
  mopt_account_set_published (self, TRUE);
  mopt_account_set_publishing (self, TRUE);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    mopt_account_set_locked (self, i, mopt_section_info (i)->locked);
  mopt_account_set (self, MOPT_FIELD_CONVERSATION_ID_ADD, "true");
  mopt_account_end (self);
  return self;
}

/* --- Ids --------------------------------------------------------------------------------------------------------- */

static gboolean
is_taken (GListModel *accounts, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (accounts, i);

      if (g_ascii_strcasecmp (mopt_account_get_id (account), id) == 0)
        return TRUE;
    }
  return FALSE;
}

char *
mopt_published_edit_new_id (const char *name, GListModel *accounts)
{
  g_autofree char *ascii = g_str_to_ascii (name, "C"); /* the same on every machine */
  g_autoptr (GString) slug = g_string_new (NULL);

  for (const char *p = ascii; *p != '\0' && slug->len < ID_LENGTH; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (slug, g_ascii_tolower (*p));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  if (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  if (slug->len == 0)
    g_string_append (slug, "account");

  gsize length = slug->len;
  for (guint n = 2; is_taken (accounts, slug->str); n++)
    {
      g_string_truncate (slug, length);
      g_string_append_printf (slug, "-%u", n);
    }
  return g_string_free (g_steal_pointer (&slug), FALSE);
}

/* --- Lines ------------------------------------------------------------------------------------------------------- */

/* A list of one word is written as that word: "send=everyone". */
static void
set_list (MoptKeyfile *file, guint group, const char *key, const char *const *items)
{
  if (items != NULL && items[0] != NULL && items[1] == NULL && strchr (items[0], ';') == NULL)
    mopt_keyfile_set_string (file, group, key, items[0]);
  else
    mopt_keyfile_set_list (file, group, key, items);
}

/* @text: with an entry a line where the key is a list; NULL takes the line out. */
static void
set_text (MoptKeyfile *file, guint group, const char *key, gboolean is_list, const char *old, const char *text)
{
  if (g_strcmp0 (old, text) == 0)
    return;
  if (text != NULL && is_list)
    {
      g_auto (GStrv) items = mopt_address_list_split (text);

      set_list (file, group, key, (const char *const *) items);
    }
  else
    mopt_keyfile_set_string (file, group, key, text);
}

/* The general part stands first, and says of which format the file is. */
static guint
need_general (MoptKeyfile *file)
{
  int group = mopt_keyfile_find (file, MOPT_PUBLISHED_GENERAL);

  if (group < 0)
    {
      group = mopt_keyfile_prepend (file, MOPT_PUBLISHED_GENERAL);
      mopt_keyfile_set_string (file, group, "Format", G_STRINGIFY (MOPT_PUBLISHED_FORMAT));
    }
  return group;
}

/* An account that marks its messages needs something to mark them with. */
static void
need_prefix (MoptKeyfile *file)
{
  gboolean adds = FALSE;

  for (guint i = 0; !adds && i < mopt_keyfile_get_n_groups (file); i++)
    adds = g_str_has_prefix (mopt_keyfile_get_group (file, i)->name, ACCOUNT_PREFIX)
           && mopt_keyfile_get_boolean (file, i, "conversation-id-add", FALSE, NULL);
  if (!adds)
    return;

  guint general = need_general (file);
  g_autofree char *prefix = mopt_keyfile_get_raw (file, general, "ConversationPrefix");
  if (prefix != NULL && *prefix != '\0')
    return;
  g_autofree char *drawn = mopt_conversation_id_draw_prefix ();
  mopt_keyfile_set_string (file, general, "ConversationPrefix", drawn);
}

/* --- Accounts ---------------------------------------------------------------------------------------------------- */

static guint32
padlocks (MoptAccount *account)
{
  guint32 bits = 0;

  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if (mopt_account_has_padlock (account, i))
      bits |= 1u << i;
  return bits;
}

/* A file that says nothing of padlocks means the default ones; who sets one says all of them. */
static void
set_padlocks (MoptKeyfile *file, guint group, MoptAccount *old, MoptAccount *account)
{
  const char *names[MOPT_N_SECTIONS + 1] = { NULL };
  guint n = 0;

  if (old != NULL && padlocks (old) == padlocks (account))
    return;
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if (mopt_account_has_padlock (account, i))
      names[n++] = mopt_section_info (i)->name;
  mopt_keyfile_set_list (file, group, "Locked", names);
}

static void
set_fields (MoptKeyfile *file, guint group, MoptAccount *old, MoptAccount *account)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);
      gboolean is_list = info->type == MOPT_TYPE_ADDRESSES || info->type == MOPT_TYPE_ADDRESS_PATTERNS;

      set_text (file, group, info->name, is_list,
                old != NULL ? mopt_account_get_layer (old, MOPT_LAYER_PUBLISHED, i) : NULL,
                mopt_account_get_layer (account, MOPT_LAYER_PUBLISHED, i));
    }
}

static const char *
get_term (MoptAccount *account, MoptTerm term)
{
  return account != NULL && mopt_account_has_term (account, term) ? mopt_account_get_term (account, term) : NULL;
}

gboolean
mopt_published_edit_put (MoptKeyfile *file, MoptAccount *old, MoptAccount *account, GError **error)
{
  g_autofree char *name = g_strconcat (ACCOUNT_PREFIX, mopt_account_get_id (account), NULL);
  int group = mopt_keyfile_find (file, name);

  if (!mopt_keyfile_check_group (file, group, error))
    return FALSE;
  if (mopt_keyfile_get_n_groups (file) == 0)
    need_general (file);
  if (group < 0)
    group = mopt_keyfile_append (file, name);

  set_text (file, group, "Kind", FALSE, old != NULL ? mopt_account_get_kind_name (old) : NULL,
            mopt_account_get_kind_name (account));
  set_text (file, group, "Name", FALSE, old != NULL ? mopt_account_get_layer_name (old, MOPT_LAYER_PUBLISHED) : NULL,
            mopt_account_get_layer_name (account, MOPT_LAYER_PUBLISHED));
  for (guint i = 0; i < MOPT_N_TERMS; i++)
    set_text (file, group, mopt_term_info (i)->name, mopt_term_is_list (i), get_term (old, i), get_term (account, i));
  set_padlocks (file, group, old, account);
  set_fields (file, group, old, account);
  need_prefix (file);
  return TRUE;
}

gboolean
mopt_published_edit_remove (MoptKeyfile *file, const char *id)
{
  g_autofree char *name = g_strconcat (ACCOUNT_PREFIX, id, NULL);
  gboolean found = FALSE;
  int group;

  while ((group = mopt_keyfile_find (file, name)) >= 0) /* a broken account may have several */
    {
      g_bytes_unref (mopt_keyfile_remove (file, group));
      found = TRUE;
    }
  return found;
}

/* --- The general part -------------------------------------------------------------------------------------------- */

static gboolean
lists_equal (char **a, char **b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

/* The earlier prefixes that follow from @now: with the one that is given up, without the one that is in use. An entry a
 * line. */
static char *
list_previous (const MoptPublication *old, const MoptPublication *now)
{
  g_autoptr (GPtrArray) prefixes = g_ptr_array_new ();
  gboolean given_up = *old->prefix != '\0' && g_ascii_strcasecmp (old->prefix, now->prefix) != 0;

  for (char **prefix = now->previous_prefixes; *prefix != NULL; prefix++)
    {
      given_up = given_up && g_ascii_strcasecmp (*prefix, old->prefix) != 0;
      if (g_ascii_strcasecmp (*prefix, now->prefix) != 0)
        g_ptr_array_add (prefixes, *prefix);
    }
  if (given_up)
    g_ptr_array_add (prefixes, old->prefix);
  g_ptr_array_add (prefixes, NULL);
  return mopt_address_list_join ((const char *const *) prefixes->pdata);
}

static gboolean
edit_rights (MoptKeyfile *file, const MoptPublication *old, const MoptPublication *now, GError **error)
{
  int group = mopt_keyfile_find (file, MOPT_PUBLISHED_RIGHTS);
  gboolean changed = FALSE;

  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    changed = changed || !lists_equal (old->rights[i], now->rights[i]);
  if (!changed)
    return TRUE;
  if (!mopt_keyfile_check_group (file, group, error))
    return FALSE;
  if (group < 0)
    {
      static const char header[] = "[" MOPT_PUBLISHED_RIGHTS "]\n\n";
      g_autoptr (GBytes) text = g_bytes_new_static (header, strlen (header));
      guint next = mopt_keyfile_find (file, MOPT_PUBLISHED_GENERAL) + 1;

      mopt_keyfile_insert (file, next < mopt_keyfile_get_n_groups (file) ? (int) next : -1, text);
      group = mopt_keyfile_find (file, MOPT_PUBLISHED_RIGHTS);
    }
  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    if (!lists_equal (old->rights[i], now->rights[i]))
      set_list (file, group, mopt_right_name (i), (const char *const *) now->rights[i]);
  return TRUE;
}

gboolean
mopt_published_edit_publication (MoptKeyfile *file, const MoptPublication *old, const MoptPublication *now,
                                 GError **error)
{
  guint group;

  if (!mopt_keyfile_check_group (file, mopt_keyfile_find (file, MOPT_PUBLISHED_GENERAL), error))
    return FALSE;
  group = need_general (file);
  for (guint i = 0; i < MOPT_N_PUBLICATION_KEYS; i++)
    {
      g_autofree char *old_text = mopt_publication_get_text (old, i);
      g_autofree char *text
          = i == MOPT_PUBLICATION_PREVIOUS_PREFIXES ? list_previous (old, now) : mopt_publication_get_text (now, i);

      /* "" is not given, and is no line */
      if (!g_str_equal (old_text, text))
        set_text (file, group, mopt_publication_key_name (i), mopt_publication_key_is_list (i), old_text,
                  *text != '\0' ? text : NULL);
    }
  if (!edit_rights (file, old, now, error))
    return FALSE;
  need_prefix (file);
  return TRUE;
}
