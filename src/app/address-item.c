/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/address-item.h"
#include "base/error.h"
#include "model/address.h"
#include "model/from-policy.h"

struct _MoptAddressItem
{
  GObject parent_instance;

  char *text;
  MoptAddressOrigin origin;
  gboolean is_pattern;
  gboolean used;
  gboolean is_default;
  char *key;
  MoptTestState state;
  char *said; /* never NULL, nor the next */
  char *detail;
};

G_DEFINE_FINAL_TYPE (MoptAddressItem, mopt_address_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
mopt_address_item_finalize (GObject *object)
{
  MoptAddressItem *self = MOPT_ADDRESS_ITEM (object);

  g_free (self->text);
  g_free (self->key);
  g_free (self->said);
  g_free (self->detail);
  G_OBJECT_CLASS (mopt_address_item_parent_class)->finalize (object);
}

static void
mopt_address_item_class_init (MoptAddressItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mopt_address_item_finalize;
  changed_signal
      = g_signal_new ("changed", MOPT_TYPE_ADDRESS_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mopt_address_item_init (MoptAddressItem *self)
{
  self->said = g_strdup ("");
  self->detail = g_strdup ("");
}

char *
mopt_address_item_make_key (const char *text)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (text, NULL);
  g_autofree char *spec = address != NULL ? mopt_address_to_spec (address) : g_strdup (text);

  return g_utf8_casefold (spec, -1);
}

static MoptAddressItem *
item_new (const char *text, MoptAddressOrigin origin)
{
  MoptAddressItem *self = g_object_new (MOPT_TYPE_ADDRESS_ITEM, NULL);
  g_autoptr (MoptAddress) address = mopt_address_parse (text, NULL); /* NULL for what a hand wrote into the file */

  self->text = g_strdup (text);
  self->origin = origin;
  self->key = mopt_address_item_make_key (text);
  self->is_pattern = address != NULL && mopt_address_is_pattern (address);
  return self;
}

const char *
mopt_address_item_get_text (MoptAddressItem *self)
{
  return self->text;
}

MoptAddressOrigin
mopt_address_item_get_origin (MoptAddressItem *self)
{
  return self->origin;
}

gboolean
mopt_address_item_is_pattern (MoptAddressItem *self)
{
  return self->is_pattern;
}

gboolean
mopt_address_item_is_used (MoptAddressItem *self)
{
  return self->used;
}

gboolean
mopt_address_item_is_default (MoptAddressItem *self)
{
  return self->is_default;
}

const char *
mopt_address_item_get_key (MoptAddressItem *self)
{
  return self->key;
}

void
mopt_address_item_say (MoptAddressItem *self, MoptTestState state, const char *said, const char *detail)
{
  if (self->state == state && g_str_equal (self->said, said) && g_str_equal (self->detail, detail))
    return;
  self->state = state;
  g_free (self->said);
  g_free (self->detail);
  self->said = g_strdup (said);
  self->detail = g_strdup (detail);
  g_signal_emit (self, changed_signal, 0);
}

MoptTestState
mopt_address_item_get_state (MoptAddressItem *self)
{
  return self->state;
}

const char *
mopt_address_item_get_said (MoptAddressItem *self)
{
  return self->said;
}

const char *
mopt_address_item_get_detail (MoptAddressItem *self)
{
  return self->detail;
}

/* --- lists in fields -------------------------------------------------------------------------------------------- */

static guint
key_hash (gconstpointer text)
{
  g_autofree char *key = g_utf8_casefold (text, -1);

  return g_str_hash (key);
}

static gboolean
same (gconstpointer a, gconstpointer b)
{
  g_autofree char *key_a = g_utf8_casefold (a, -1);
  g_autofree char *key_b = g_utf8_casefold (b, -1);

  return g_str_equal (key_a, key_b);
}

/* The entries of a list field as a set; @entries keeps them. */
static GHashTable *
to_set (char **entries)
{
  GHashTable *set = g_hash_table_new (key_hash, same);

  for (guint i = 0; entries[i] != NULL; i++)
    g_hash_table_add (set, entries[i]);
  return set;
}

static char **
get_list (MoptAccount *account, MoptField field)
{
  return mopt_address_list_split (mopt_account_get (account, field));
}

static void
set_list (MoptAccount *account, MoptField field, GPtrArray *entries)
{
  g_ptr_array_add (entries, NULL);
  g_autofree char *text = mopt_address_list_join ((const char *const *) entries->pdata);
  mopt_account_set (account, field, *text != '\0' ? text : NULL);
}

/* @field with @old replaced by @new_text, or without it where that is NULL. */
static void
replace_in_list (MoptAccount *account, MoptField field, const char *old, const char *new_text)
{
  g_auto (GStrv) entries = get_list (account, field);
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  for (guint i = 0; entries[i] != NULL; i++)
    if (!same (entries[i], old))
      g_ptr_array_add (rest, entries[i]);
    else if (new_text != NULL)
      g_ptr_array_add (rest, (char *) new_text);
  set_list (account, field, rest);
}

static void
replace_everywhere (MoptAccount *account, const char *old, const char *new_text)
{
  mopt_account_begin (account);
  if (mopt_account_may_edit (account, MOPT_SECTION_FROM_ADDRESSES))
    replace_in_list (account, MOPT_FIELD_FROM_LEGAL, old, new_text);
  replace_in_list (account, MOPT_FIELD_FROM_USE, old, new_text);
  if (same (mopt_account_get (account, MOPT_FIELD_FROM_DEFAULT), old))
    mopt_account_set (account, MOPT_FIELD_FROM_DEFAULT, new_text);
  mopt_account_end (account);
}

/* --- what is shown ---------------------------------------------------------------------------------------------- */

/* What the policy goes by; other fields of the account may be malformed just now, so it is made of these alone. With
 * @picks: narrowed by what the person uses. NULL: these are malformed. */
static MoptSettings *
from_settings (MoptAccount *account, gboolean picks)
{
  static const MoptField from[] = { MOPT_FIELD_FROM_USER_ADDRESS, MOPT_FIELD_FROM_ARBITRARY, MOPT_FIELD_FROM_LEGAL,
                                    MOPT_FIELD_FROM_USE, MOPT_FIELD_FROM_DEFAULT };
  g_autoptr (MoptAccount) only_from = mopt_account_new ("from", mopt_account_get_kind_name (account));

  for (guint i = 0; i < G_N_ELEMENTS (from); i++)
    if (mopt_account_get_source (account, from[i]) != MOPT_SOURCE_DEFAULT
        && (picks || mopt_field_info (from[i])->section != MOPT_SECTION_NONE))
      mopt_account_set (only_from, from[i], mopt_account_get (account, from[i]));
  mopt_account_set_publication (only_from,
                                (MoptPublication *) mopt_account_get_publication (account)); /* its domains */
  return mopt_settings_new (only_from, NULL);
}

/* The address that would be sent from now, by the policy. */
static char *
find_default (MoptAccount *account, const char *own_address)
{
  g_autoptr (MoptSettings) settings = from_settings (account, TRUE);

  return settings != NULL ? mopt_from_policy_default (settings, own_address) : NULL;
}

static gboolean
is_address (const char *text, const char *spec)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (text, NULL);

  return spec != NULL && address != NULL && mopt_address_matches (address, spec);
}

void
mopt_address_items_update (GListStore *items, MoptAccount *account, const char *own_address)
{
  g_auto (GStrv) legal = get_list (account, MOPT_FIELD_FROM_LEGAL);
  g_auto (GStrv) use = get_list (account, MOPT_FIELD_FROM_USE);
  g_autoptr (GHashTable) used = to_set (use);
  g_autoptr (GHashTable) seen = g_hash_table_new (key_hash, same);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *spec = find_default (account, own_address);
  g_autofree char *why_not = mopt_from_policy_explain_own (account, own_address);

  if (*own_address != '\0' && why_not == NULL && mopt_account_get_boolean (account, MOPT_FIELD_FROM_USER_ADDRESS))
    {
      g_hash_table_add (seen, (char *) own_address);
      g_ptr_array_add (wanted, item_new (own_address, MOPT_ADDRESS_OWN));
    }
  for (guint i = 0; legal[i] != NULL; i++)
    if (g_hash_table_add (seen, legal[i]))
      g_ptr_array_add (wanted, item_new (legal[i], MOPT_ADDRESS_LEGAL));
  for (guint i = 0; use[i] != NULL; i++)
    if (g_hash_table_add (seen, use[i]) && !same (use[i], own_address))
      g_ptr_array_add (wanted, item_new (use[i], MOPT_ADDRESS_PICKED));

  /* keep the lines before and after what differs: selection and place in the list stay */
  guint n_old = g_list_model_get_n_items (G_LIST_MODEL (items)), head = 0, tail = 0;
  for (; head < n_old && head < wanted->len; head++)
    {
      g_autoptr (MoptAddressItem) old = g_list_model_get_item (G_LIST_MODEL (items), head);
      MoptAddressItem *item = wanted->pdata[head];

      if (!g_str_equal (old->text, item->text) || old->origin != item->origin)
        break;
    }
  for (; tail < n_old - head && tail < wanted->len - head; tail++)
    {
      g_autoptr (MoptAddressItem) old = g_list_model_get_item (G_LIST_MODEL (items), n_old - 1 - tail);
      MoptAddressItem *item = wanted->pdata[wanted->len - 1 - tail];

      if (!g_str_equal (old->text, item->text) || old->origin != item->origin)
        break;
    }
  if (n_old != wanted->len || head != n_old)
    g_list_store_splice (items, head, n_old - head - tail, wanted->pdata + head, wanted->len - head - tail);

  gboolean all = mopt_account_get_source (account, MOPT_FIELD_FROM_USE) == MOPT_SOURCE_DEFAULT;
  gboolean has_default = FALSE;
  for (guint i = 0; i < wanted->len; i++)
    {
      g_autoptr (MoptAddressItem) item = g_list_model_get_item (G_LIST_MODEL (items), i);
      gboolean is_used = !item->is_pattern && (all || g_hash_table_contains (used, item->text));
      gboolean is_default = is_used && !has_default && is_address (item->text, spec);

      has_default = has_default || is_default;
      if (item->used == is_used && item->is_default == is_default)
        continue;
      item->used = is_used;
      item->is_default = is_default;
      g_signal_emit (item, changed_signal, 0);
    }
}

/* --- what is done ----------------------------------------------------------------------------------------------- */

gboolean
mopt_address_items_use (GListStore *items, MoptAccount *account, MoptAddressItem *item, gboolean use)
{
  g_autoptr (GPtrArray) used = g_ptr_array_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (items)), n_concrete = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MoptAddressItem) other = g_list_model_get_item (G_LIST_MODEL (items), i);

      if (other->is_pattern)
        continue;
      n_concrete++;
      if (other == item ? use : other->used)
        g_ptr_array_add (used, other->text);
    }
  if (used->len == 0)
    return FALSE;
  if (used->len == n_concrete)
    g_ptr_array_set_size (used, 0); /* all of them: that is what an absent list says, also of later ones */
  set_list (account, MOPT_FIELD_FROM_USE, used);
  return TRUE;
}

void
mopt_address_items_make_default (MoptAccount *account, MoptAddressItem *item)
{
  mopt_account_set (account, MOPT_FIELD_FROM_DEFAULT, item->text);
}

gboolean
mopt_address_items_add (MoptAccount *account, const char *text, gboolean all_or_none, guint *n_added, GError **error)
{
  g_auto (GStrv) pasted = mopt_address_list_paste (text);
  g_auto (GStrv) legal = get_list (account, MOPT_FIELD_FROM_LEGAL);
  g_auto (GStrv) use = get_list (account, MOPT_FIELD_FROM_USE);
  g_autoptr (GHashTable) known = to_set (legal);
  g_autoptr (GPtrArray) all = g_ptr_array_new (), all_used = g_ptr_array_new ();
  gboolean all_good = TRUE;

  *n_added = 0;
  for (guint i = 0; legal[i] != NULL; i++)
    g_ptr_array_add (all, legal[i]);
  for (guint i = 0; use[i] != NULL; i++)
    g_ptr_array_add (all_used, use[i]);
  for (guint i = 0; pasted[i] != NULL; i++)
    {
      if (!mopt_address_check_pattern (pasted[i], all_good ? error : NULL))
        {
          if (all_or_none)
            return FALSE;
          all_good = FALSE;
          continue;
        }
      if (!g_hash_table_add (known, pasted[i]))
        continue; /* it is there already */
      g_ptr_array_add (all, pasted[i]);
      g_autoptr (MoptAddress) address = mopt_address_parse (pasted[i], NULL);
      if (address != NULL && !mopt_address_is_pattern (address))
        g_ptr_array_add (all_used, pasted[i]);
      ++*n_added;
    }
  mopt_account_begin (account);
  set_list (account, MOPT_FIELD_FROM_LEGAL, all);
  if (mopt_account_get_source (account, MOPT_FIELD_FROM_USE) != MOPT_SOURCE_DEFAULT) /* what is added is to be used */
    set_list (account, MOPT_FIELD_FROM_USE, all_used);
  mopt_account_end (account);
  if (all_good && pasted[0] == NULL)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_MISSING, _ ("Enter an e-mail address."));
      return FALSE;
    }
  return all_good;
}

gboolean
mopt_address_items_can_pick (MoptAccount *account)
{
  g_auto (GStrv) legal = get_list (account, MOPT_FIELD_FROM_LEGAL);

  for (guint i = 0; legal[i] != NULL; i++)
    {
      g_autoptr (MoptAddress) address = mopt_address_parse (legal[i], NULL);

      if (address != NULL && mopt_address_is_pattern (address))
        return TRUE;
    }
  return mopt_account_get_boolean (account, MOPT_FIELD_FROM_ARBITRARY);
}

/* What is used while nothing is picked: all that is allowed. */
static char **
list_used (MoptAccount *account, const MoptSettings *settings, const char *own_address)
{
  if (mopt_account_get_source (account, MOPT_FIELD_FROM_USE) != MOPT_SOURCE_DEFAULT)
    return get_list (account, MOPT_FIELD_FROM_USE);
  return mopt_from_policy_list (settings, own_address);
}

/* Whether @address is allowed once it is used: what a pattern allows must be named. @settings: without picks. */
static gboolean
may_pick (MoptSettings *settings, const char *own_address, const char *address)
{
  const char *use[] = { address, NULL };

  settings->from_use = (char **) use;
  gboolean may = mopt_from_policy_check (settings, own_address, address, NULL);
  settings->from_use = NULL;
  return may;
}

gboolean
mopt_address_items_pick (MoptAccount *account, const char *text, const char *own_address, gboolean all_or_none,
                         guint *n_added, GError **error)
{
  g_auto (GStrv) pasted = mopt_address_list_paste (text);
  g_autoptr (MoptSettings) settings = from_settings (account, FALSE);
  g_autoptr (GPtrArray) used = g_ptr_array_new ();
  gboolean all_good = TRUE;

  *n_added = 0;
  if (settings == NULL || pasted[0] == NULL)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_MISSING, _ ("Enter an e-mail address."));
      return FALSE;
    }
  g_auto (GStrv) before = list_used (account, settings, own_address);
  g_autoptr (GHashTable) known = to_set (before);
  for (guint i = 0; before[i] != NULL; i++)
    g_ptr_array_add (used, before[i]);
  for (guint i = 0; pasted[i] != NULL; i++)
    {
      if (!may_pick (settings, own_address, pasted[i]))
        {
          if (all_good)
            mopt_from_policy_check (settings, own_address, pasted[i], error);
          if (all_or_none)
            return FALSE;
          all_good = FALSE;
        }
      else if (g_hash_table_add (known, pasted[i]))
        {
          g_ptr_array_add (used, pasted[i]);
          ++*n_added;
        }
    }
  if (*n_added > 0)
    set_list (account, MOPT_FIELD_FROM_USE, used);
  return all_good;
}

gboolean
mopt_address_items_edit (MoptAccount *account, MoptAddressItem *item, const char *text, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  if (!mopt_address_check_pattern (trimmed, error))
    return FALSE;
  replace_everywhere (account, item->text, trimmed);
  return TRUE;
}

void
mopt_address_items_remove (MoptAccount *account, MoptAddressItem *item)
{
  g_return_if_fail (item->origin != MOPT_ADDRESS_OWN);

  g_autoptr (MoptAddressItem) hold = g_object_ref (item);
  replace_everywhere (account, hold->text, NULL);
}
