/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list. It is brought in line with what a job has found only here, in the main thread, and what has not changed
 * keeps its object and tells nobody: a reload of 10,000 accounts of which one changed is work for one. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/paths.h"
#include "store/accounts-private.h"

enum
{
  PROP_OWN_NAME = 1,
  PROP_OWN_ADDRESS,
  PROP_DEFAULT_ID,
  PROP_READ_ONLY,
  PROP_WARNINGS,
  PROP_PUBLICATION,
  PROP_PUBLICATION_PROBLEM,
  PROP_RIGHTS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint announced_signal, reread_signal;

static void mopt_accounts_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MoptAccounts, mopt_accounts, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, mopt_accounts_list_model_init))

static GType
mopt_accounts_get_item_type (GListModel *list)
{
  return MOPT_TYPE_ACCOUNT;
}

static guint
mopt_accounts_get_n_items (GListModel *list)
{
  return MOPT_ACCOUNTS (list)->said->accounts->len;
}

static gpointer
mopt_accounts_get_item (GListModel *list, guint position)
{
  GPtrArray *accounts = MOPT_ACCOUNTS (list)->said->accounts;

  return position < accounts->len ? g_object_ref (g_ptr_array_index (accounts, position)) : NULL;
}

static void
mopt_accounts_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = mopt_accounts_get_item_type;
  iface->get_n_items = mopt_accounts_get_n_items;
  iface->get_item = mopt_accounts_get_item;
}

/* --- From what was read to the list ------------------------------------------------------------------------------ */

/* One splice where items came, went or moved. What is to be read elsewhere of one that stays is a change of it: a row
 * that was made anew would swallow the second half of a double-click. */
static void
tell_items (MoptAccounts *self, GPtrArray *old, GHashTable *mended)
{
  GPtrArray *now = self->said->accounts;
  guint head = 0, tail = 0;

  while (head < old->len && head < now->len && old->pdata[head] == now->pdata[head])
    head++;
  while (tail < old->len - head && tail < now->len - head
         && old->pdata[old->len - 1 - tail] == now->pdata[now->len - 1 - tail])
    tail++;
  if (head + tail < MAX (old->len, now->len))
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail, now->len - head - tail);
  for (guint i = 0; i < now->len; i++)
    if ((i < head || i >= now->len - tail) && g_hash_table_contains (mended, now->pdata[i]))
      g_signal_emit_by_name (now->pdata[i], "rule-changed");
}

static void
tell_general (MoptAccounts *self, const MoptMerged *old, const char *old_problem)
{
  const MoptMerged *now = self->said;
  const struct
  {
    guint prop;
    gboolean changed;
  } tells[] = {
    { PROP_OWN_NAME, !g_str_equal (old->own_name, now->own_name) },
    { PROP_OWN_ADDRESS, !g_str_equal (old->own_address, now->own_address) },
    { PROP_DEFAULT_ID, !g_str_equal (old->default_id, now->default_id) },
    { PROP_READ_ONLY, old->read_only != now->read_only },
    { PROP_WARNINGS, !g_strv_equal ((const char *const *) old->warnings, (const char *const *) now->warnings) },
    { PROP_PUBLICATION, !mopt_publication_equal (old->publication, now->publication) },
    { PROP_PUBLICATION_PROBLEM, g_strcmp0 (old_problem, mopt_accounts_get_publication_problem (self)) != 0 },
    { PROP_RIGHTS, old->rights != now->rights },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tells); i++)
    if (tells[i].changed)
      g_object_notify_by_pspec (G_OBJECT (self), props[tells[i].prop]);
}

/* What a new edition leaves behind; each may be NULL. */
typedef struct
{
  MoptMerged *merged;
  GPtrArray *rest;
  MoptInForce *in_force;
} Garbage;

static gpointer
free_garbage (gpointer data)
{
  Garbage *garbage = data;

  g_clear_pointer (&garbage->rest, g_ptr_array_unref);
  g_clear_pointer (&garbage->merged, mopt_merged_free);
  g_clear_pointer (&garbage->in_force, mopt_in_force_unref);
  g_free (garbage);
  return NULL;
}

static void
index_by_id (MoptAccounts *self)
{
  g_hash_table_remove_all (self->by_id);
  for (guint i = 0; i < self->said->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (self->said->accounts, i);

      g_hash_table_insert (self->by_id, (gpointer) mopt_account_get_id (account), account);
    }
}

static void
take_merged (MoptAccounts *self, MoptMerged *merged, gboolean is_first, const char *old_problem, Garbage *garbage)
{
  g_autoptr (GHashTable) mended = g_hash_table_new (NULL, NULL);
  MoptMerged *old = self->said;

  garbage->merged = old;
  garbage->rest = mopt_merged_keep (merged, old, mended);
  self->said = merged;
  index_by_id (self);
  tell_items (self, old->accounts, mended);
  if (is_first && self->said->accounts->len == 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 0);
  tell_general (self, old, old_problem);
}

void
mopt_accounts_adopt (MoptAccounts *self, MoptSave *save)
{
  g_autofree char *old_problem = g_strdup (mopt_accounts_get_publication_problem (self));
  Garbage *garbage = g_new0 (Garbage, 1);
  gboolean is_first = self->text == NULL, much;

  if (save->text != NULL) /* else what was read is not all that there is to show */
    {
      g_free (self->stamp);
      self->stamp = g_strdup (save->stamp);
      g_clear_pointer (&self->text, g_bytes_unref);
      self->text = g_bytes_ref (save->text);
      garbage->in_force = self->in_force;
      self->in_force = save->in_force != NULL ? mopt_in_force_ref (save->in_force) : NULL;
    }
  if (save->merged != NULL)
    take_merged (self, g_steal_pointer (&save->merged), is_first, old_problem, garbage);
  if (garbage->merged != NULL)
    g_signal_emit (self, reread_signal, 0);
  if (save->announced != NULL)
    g_signal_emit (self, announced_signal, 0, save->announced, save->reason, save->announced_id);

  /* ten thousand objects take their time to go */
  much = garbage->merged != NULL && garbage->merged->accounts->len > 1000;
  if (much)
    g_thread_unref (g_thread_new ("accounts-free", free_garbage, garbage));
  else
    free_garbage (garbage);
}

void
mopt_accounts_warn (MoptAccounts *self, const char *message)
{
  g_strfreev (self->said->warnings);
  self->said->warnings = g_strdupv ((char *[]){ (char *) message, NULL });
  /* the next load that succeeds is news */
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->stamp, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WARNINGS]);
}

/* --- Looking things up --------------------------------------------------------------------------------------- */

const char *
mopt_accounts_get_path (MoptAccounts *self)
{
  return self->place.path;
}

gboolean
mopt_accounts_is_draft (MoptAccounts *self)
{
  return self->place.draft;
}

gboolean
mopt_accounts_is_loaded (MoptAccounts *self)
{
  return self->text != NULL;
}

gboolean
mopt_accounts_is_loading (MoptAccounts *self)
{
  return !self->ended && (self->running != NULL || !g_queue_is_empty (&self->jobs));
}

gboolean
mopt_accounts_is_read_only (MoptAccounts *self)
{
  return self->said->read_only;
}

const char *const *
mopt_accounts_get_warnings (MoptAccounts *self)
{
  return (const char *const *) self->said->warnings;
}

MoptAccount *
mopt_accounts_get (MoptAccounts *self, const char *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

const char *
mopt_accounts_get_default_id (MoptAccounts *self)
{
  return self->said->default_id;
}

const char *
mopt_accounts_get_own_name (MoptAccounts *self)
{
  return self->said->own_name;
}

const char *
mopt_accounts_get_own_address (MoptAccounts *self)
{
  return self->said->own_address;
}

gboolean
mopt_accounts_writes_html (MoptAccounts *self)
{
  return self->said->html;
}

const MoptPublication *
mopt_accounts_get_publication (MoptAccounts *self)
{
  return self->said->publication;
}

MoptRights
mopt_accounts_get_rights (MoptAccounts *self)
{
  return self->said->rights;
}

const char *
mopt_accounts_get_publication_problem (MoptAccounts *self)
{
  return self->in_force != NULL ? self->in_force->problem : NULL;
}

const MoptPublished *
mopt_accounts_get_published (MoptAccounts *self)
{
  return self->in_force != NULL ? self->in_force->published : NULL;
}

/* --- The object ---------------------------------------------------------------------------------------------- */

static void
mopt_accounts_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MoptAccounts *self = MOPT_ACCOUNTS (object);
  const MoptMerged *said = self->said;

  switch (id)
    {
    case PROP_OWN_NAME:
      g_value_set_string (value, said->own_name);
      break;
    case PROP_OWN_ADDRESS:
      g_value_set_string (value, said->own_address);
      break;
    case PROP_DEFAULT_ID:
      g_value_set_string (value, said->default_id);
      break;
    case PROP_READ_ONLY:
      g_value_set_boolean (value, said->read_only);
      break;
    case PROP_WARNINGS:
      g_value_set_boxed (value, said->warnings);
      break;
    case PROP_PUBLICATION:
      g_value_set_pointer (value, said->publication);
      break;
    case PROP_PUBLICATION_PROBLEM:
      g_value_set_string (value, mopt_accounts_get_publication_problem (self));
      break;
    case PROP_RIGHTS:
      g_value_set_uint (value, said->rights);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mopt_accounts_dispose (GObject *object)
{
  mopt_accounts_unwatch (MOPT_ACCOUNTS (object));
  G_OBJECT_CLASS (mopt_accounts_parent_class)->dispose (object);
}

static void
mopt_accounts_finalize (GObject *object)
{
  MoptAccounts *self = MOPT_ACCOUNTS (object);

  /* jobs hold a reference: none is left */
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->in_force, mopt_in_force_unref);
  g_hash_table_unref (self->by_id);
  g_clear_pointer (&self->said, mopt_merged_free);
  g_hash_table_unref (self->undos);
  g_free (self->stamp);
  g_free (self->place.path);
  g_free (self->place.published);
  g_clear_pointer (&self->place.as, mopt_identity_free);
  G_OBJECT_CLASS (mopt_accounts_parent_class)->finalize (object);
}

static void
mopt_accounts_class_init (MoptAccountsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mopt_accounts_get_property;
  object_class->dispose = mopt_accounts_dispose;
  object_class->finalize = mopt_accounts_finalize;

  props[PROP_OWN_NAME] = g_param_spec_string ("own-name", NULL, NULL, "", flags);
  props[PROP_OWN_ADDRESS] = g_param_spec_string ("own-address", NULL, NULL, "", flags);
  props[PROP_DEFAULT_ID] = g_param_spec_string ("default-id", NULL, NULL, "", flags);
  props[PROP_READ_ONLY] = g_param_spec_boolean ("read-only", NULL, NULL, FALSE, flags);
  props[PROP_WARNINGS] = g_param_spec_boxed ("warnings", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_PUBLICATION] = g_param_spec_pointer ("publication", NULL, NULL, flags);
  props[PROP_PUBLICATION_PROBLEM] = g_param_spec_string ("publication-problem", NULL, NULL, NULL, flags);
  props[PROP_RIGHTS] = g_param_spec_uint ("rights", NULL, NULL, 0, G_MAXUINT, MOPT_RIGHTS_DEFAULT, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  announced_signal = g_signal_new ("announced", MOPT_TYPE_ACCOUNTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                   3, G_TYPE_STRV, G_TYPE_STRING, G_TYPE_STRING);
  reread_signal
      = g_signal_new ("reread", MOPT_TYPE_ACCOUNTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mopt_accounts_init (MoptAccounts *self)
{
  g_autoptr (MoptKeyfile) nothing = mopt_keyfile_new ("", 0);
  g_autoptr (MoptAccountsText) text = mopt_accounts_text_new (nothing, "");
  g_autoptr (MoptIdentity) nobody = mopt_identity_new ("", NULL, NULL);

  self->said = mopt_merge (text, NULL, nobody);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->undos = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) mopt_undo_unref);
  g_queue_init (&self->jobs);
}

MoptAccounts *
mopt_accounts_new (const char *path)
{
  MoptAccounts *self = g_object_new (MOPT_TYPE_ACCOUNTS, NULL);

  self->place.path = path != NULL ? g_canonicalize_filename (path, NULL) : mopt_paths_accounts ();
  return self;
}

MoptAccounts *
mopt_accounts_new_preview (const char *published, const MoptIdentity *who)
{
  MoptAccounts *self = mopt_accounts_new (NULL);

  self->place.preview = TRUE;
  self->place.as = mopt_identity_copy (who);
  self->place.published = published != NULL ? g_canonicalize_filename (published, NULL) : NULL;
  return self;
}

MoptAccounts *
mopt_accounts_new_draft (const char *path)
{
  MoptAccounts *self = mopt_accounts_new (path);

  self->place.draft = TRUE;
  return self;
}
