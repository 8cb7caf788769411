/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account and its one rule. The whole of inheritance is uses_user_layer (); everything else only reads it.
 *
 * Properties 1 to MOPT_N_FIELDS are the fields of the table, with the *effective* text. A row that is bound to one
 * must hear of every change of that text, whatever made it: a value, a padlock, a Custom box, a reload. So each
 * mutation stands between begin () and end (): begin () takes a picture of what is in effect, the outermost end ()
 * notifies what differs from it. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "model/account-private.h"

enum
{
  PROP_FIRST_FIELD = 1,
  PROP_NAME = PROP_FIRST_FIELD + MOPT_N_FIELDS,
  PROP_ID,
  PROP_IS_PERSONAL,
  N_PROPS
};

G_STATIC_ASSERT (MOPT_N_SECTIONS <= 32); /* sections are bits below */

G_DEFINE_FINAL_TYPE (MoptAccount, mopt_account, G_TYPE_OBJECT)

static guint rule_changed_signal;
static GParamSpec *props[N_PROPS];

static gboolean
has_bit (guint32 bits, MoptSection section)
{
  return section < MOPT_N_SECTIONS && (bits & (1u << section)) != 0;
}

/* A right opens every lock but that of the From addresses. */
static gboolean
lock_holds (const MoptAccountValues *values, MoptSection section)
{
  return has_bit (values->locked, section)
         && (!(values->rights & MOPT_RIGHT_OVERRIDE_LOCKED) || section == MOPT_SECTION_FROM_ADDRESSES);
}

/* The rule. Fields of no section are always the user's own. Who publishes sees only what is published. */
static gboolean
uses_user_layer (const MoptAccountValues *values, MoptSection section)
{
  if (values->publishing)
    return FALSE;
  return !values->published || section == MOPT_SECTION_NONE
         || (has_bit (values->customised, section) && !has_bit (values->parked, section)
             && !lock_holds (values, section));
}

static const char *
effective (const MoptAccountValues *values, MoptField field, MoptValueSource *source)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  MoptLayer layer = uses_user_layer (values, info->section) ? MOPT_LAYER_USER : MOPT_LAYER_PUBLISHED;
  const char *text = mopt_account_values_get (values, layer, field);

  /* what is always the user's own may still be proposed by the publisher (from-default) */
  if (text == NULL && info->section == MOPT_SECTION_NONE && values->published)
    {
      layer = MOPT_LAYER_PUBLISHED;
      text = mopt_account_values_get (values, layer, field);
    }
  if (source != NULL)
    *source = text == NULL ? MOPT_SOURCE_DEFAULT : layer == MOPT_LAYER_USER ? MOPT_SOURCE_USER : MOPT_SOURCE_PUBLISHED;
  return text != NULL ? text : info->fallback;
}

/* A published account is called what its user calls it. */
static const char *
effective_name (const MoptAccountValues *values)
{
  const char *name = values->publishing ? NULL : mopt_account_values_get (values, MOPT_LAYER_USER, MOPT_SLOT_NAME);

  if (name == NULL && values->published)
    name = mopt_account_values_get (values, MOPT_LAYER_PUBLISHED, MOPT_SLOT_NAME);
  return name != NULL ? name : "";
}

void
mopt_account_begin (MoptAccount *self)
{
  if (self->depth++ > 0)
    return;
  self->before = g_new0 (MoptAccountValues, 1);
  mopt_account_values_assign (self->before, &self->now);
}

void
mopt_account_begin_new (MoptAccount *self)
{
  g_return_if_fail (self->depth == 0);

  self->depth++;
}

void
mopt_account_end (MoptAccount *self)
{
  g_return_if_fail (self->depth > 0);

  if (--self->depth > 0)
    return;

  /* Handlers may change the account again, which uses `before` again: so first find out all, then tell. */
  MoptAccountValues *before = g_steal_pointer (&self->before);
  if (before == NULL) /* begin_new () */
    return;
  gboolean changed[N_PROPS] = { FALSE };
  gboolean rule_changed = !mopt_account_values_same_rule (before, &self->now);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const char *old = effective (before, i, NULL), *now = effective (&self->now, i, NULL);

      changed[PROP_FIRST_FIELD + i] = old != now && !g_str_equal (old, now);
    }
  changed[PROP_NAME] = !g_str_equal (effective_name (before), effective_name (&self->now));
  changed[PROP_IS_PERSONAL] = before->published != self->now.published;
  mopt_account_values_clear (before);
  g_free (before);

  g_object_ref (self); /* a handler may drop the last one */
  for (guint i = 1; i < N_PROPS; i++)
    if (changed[i])
      g_object_notify_by_pspec (G_OBJECT (self), props[i]);
  if (rule_changed)
    g_signal_emit (self, rule_changed_signal, 0);
  g_object_unref (self);
}

static void
set_bit (MoptAccount *self, guint32 *bits, MoptSection section, gboolean on)
{
  g_return_if_fail (section < MOPT_N_SECTIONS);

  mopt_account_begin (self);
  *bits = on ? *bits | (1u << section) : *bits & ~(1u << section);
  mopt_account_end (self);
}

static void
mopt_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MoptAccount *self = MOPT_ACCOUNT (object);

  if (id < PROP_NAME)
    g_value_set_string (value, effective (&self->now, id - PROP_FIRST_FIELD, NULL));
  else if (id == PROP_NAME)
    g_value_set_string (value, effective_name (&self->now));
  else if (id == PROP_ID)
    g_value_set_string (value, self->id);
  else
    g_value_set_boolean (value, !self->now.published);
}

static void
mopt_account_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MoptAccount *self = MOPT_ACCOUNT (object);

  if (id < PROP_NAME)
    mopt_account_set (self, id - PROP_FIRST_FIELD, g_value_get_string (value));
  else
    mopt_account_set_name (self, g_value_get_string (value));
}

static void
mopt_account_finalize (GObject *object)
{
  MoptAccount *self = MOPT_ACCOUNT (object);

  mopt_account_values_clear (&self->now);
  g_free (self->id);
  g_free (self->kind_name);
  mopt_account_clear_problems (self);
  G_OBJECT_CLASS (mopt_account_parent_class)->finalize (object);
}

static void
mopt_account_class_init (MoptAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = mopt_account_get_property;
  object_class->set_property = mopt_account_set_property;
  object_class->finalize = mopt_account_finalize;

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    props[PROP_FIRST_FIELD + i]
        = g_param_spec_string (mopt_field_info (i)->name, NULL, NULL, NULL, G_PARAM_READWRITE | flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", G_PARAM_READWRITE | flags);
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READABLE | flags);
  props[PROP_IS_PERSONAL] = g_param_spec_boolean ("is-personal", NULL, NULL, TRUE, G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  rule_changed_signal
      = g_signal_new ("rule-changed", MOPT_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mopt_account_init (MoptAccount *self)
{
  self->now.rights = MOPT_RIGHTS_DEFAULT;
}

MoptAccount *
mopt_account_new (const char *id, const char *kind_name)
{
  g_return_val_if_fail (id != NULL, NULL);

  MoptAccount *self = g_object_new (MOPT_TYPE_ACCOUNT, NULL);
  self->id = g_strdup (id);
  self->kind_name = g_strdup (kind_name);
  self->kind = mopt_kind_by_name (kind_name);
  return self;
}

const char *
mopt_account_get_id (MoptAccount *self)
{
  return self->id;
}

void
mopt_account_set_id (MoptAccount *self, const char *id)
{
  if (g_str_equal (self->id, id))
    return;
  g_free (self->id);
  self->id = g_strdup (id);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ID]);
}

MoptKind
mopt_account_get_kind (MoptAccount *self)
{
  return self->kind;
}

const char *
mopt_account_get_kind_name (MoptAccount *self)
{
  return self->kind_name;
}

const char *
mopt_account_get_name (MoptAccount *self)
{
  return effective_name (&self->now);
}

static void
set_text (MoptAccount *self, MoptLayer layer, guint slot, const char *text)
{
  if (g_strcmp0 (mopt_account_values_get (&self->now, layer, slot), text) == 0)
    return;
  mopt_account_begin (self);
  mopt_account_values_set (&self->now, layer, slot, text);
  mopt_account_end (self);
}

const char *
mopt_account_get_layer_name (MoptAccount *self, MoptLayer layer)
{
  return mopt_account_values_get (&self->now, layer, MOPT_SLOT_NAME);
}

void
mopt_account_set_layer_name (MoptAccount *self, MoptLayer layer, const char *name)
{
  set_text (self, layer, MOPT_SLOT_NAME, name);
}

void
mopt_account_set_name (MoptAccount *self, const char *name)
{
  const char *published
      = self->now.published ? mopt_account_get_layer_name (self, MOPT_LAYER_PUBLISHED) : NULL;

  if (name == NULL)
    name = "";
  if (self->now.publishing)
    mopt_account_set_layer_name (self, MOPT_LAYER_PUBLISHED, name);
  else /* who calls it as the publisher does follows him from then on */
    mopt_account_set_layer_name (self, MOPT_LAYER_USER, g_strcmp0 (published, name) != 0 ? name : NULL);
}

gboolean
mopt_account_is_personal (MoptAccount *self)
{
  return !self->now.published;
}

const char *
mopt_account_get (MoptAccount *self, MoptField field)
{
  g_return_val_if_fail ((guint) field < MOPT_N_FIELDS, "");

  return effective (&self->now, field, NULL);
}

gboolean
mopt_account_get_boolean (MoptAccount *self, MoptField field)
{
  return g_str_equal (mopt_account_get (self, field), "true");
}

MoptValueSource
mopt_account_get_source (MoptAccount *self, MoptField field)
{
  MoptValueSource source;

  effective (&self->now, field, &source);
  return source;
}

MoptState
mopt_account_get_state (MoptAccount *self, MoptSection section)
{
  const MoptAccountValues *now = &self->now;

  if (!now->published || now->publishing)
    return MOPT_STATE_OWN;
  if (uses_user_layer (now, section))
    return MOPT_STATE_CUSTOMISED;
  return has_bit (now->customised | now->parked, section) ? MOPT_STATE_PARKED : MOPT_STATE_INHERITED;
}

const char *
mopt_account_get_layer (MoptAccount *self, MoptLayer layer, MoptField field)
{
  return mopt_account_values_get (&self->now, layer, field);
}

void
mopt_account_set_layer (MoptAccount *self, MoptLayer layer, MoptField field, const char *text)
{
  g_return_if_fail ((guint) layer < MOPT_N_LAYERS && (guint) field < MOPT_N_FIELDS);

  set_text (self, layer, field, text);
}

void
mopt_account_set (MoptAccount *self, MoptField field, const char *text)
{
  mopt_account_set_layer (self, self->now.publishing ? MOPT_LAYER_PUBLISHED : MOPT_LAYER_USER, field, text);
}

/* --- What the rule goes by --------------------------------------------------------------------------------------- */

void
mopt_account_set_published (MoptAccount *self, gboolean published)
{
  mopt_account_begin (self);
  self->now.published = published;
  mopt_account_end (self);
}

void
mopt_account_set_publishing (MoptAccount *self, gboolean publishing)
{
  mopt_account_begin (self);
  self->now.publishing = publishing;
  mopt_account_end (self);
}

gboolean
mopt_account_is_publishing (MoptAccount *self)
{
  return self->now.publishing;
}

void
mopt_account_set_wants_address (MoptAccount *self, gboolean wants_address)
{
  mopt_account_begin (self);
  self->now.wants_address = wants_address;
  mopt_account_end (self);
}

gboolean
mopt_account_wants_address (MoptAccount *self)
{
  return self->now.wants_address;
}

gboolean
mopt_account_is_locked (MoptAccount *self, MoptSection section)
{
  return self->now.published && lock_holds (&self->now, section);
}

gboolean
mopt_account_has_padlock (MoptAccount *self, MoptSection section)
{
  return self->now.published && has_bit (self->now.locked, section);
}

void
mopt_account_set_locked (MoptAccount *self, MoptSection section, gboolean locked)
{
  set_bit (self, &self->now.locked, section, locked);
}

gboolean
mopt_account_is_customised (MoptAccount *self, MoptSection section)
{
  return has_bit (self->now.customised, section);
}

void
mopt_account_set_customised (MoptAccount *self, MoptSection section, gboolean customised)
{
  set_bit (self, &self->now.customised, section, customised);
}

gboolean
mopt_account_is_parked (MoptAccount *self, MoptSection section)
{
  return has_bit (self->now.parked, section);
}

void
mopt_account_set_parked (MoptAccount *self, MoptSection section, gboolean parked)
{
  set_bit (self, &self->now.parked, section, parked);
}

void
mopt_account_set_rights (MoptAccount *self, MoptRights rights)
{
  if (self->now.rights == rights)
    return;
  mopt_account_begin (self);
  self->now.rights = rights;
  mopt_account_end (self);
}

MoptRights
mopt_account_get_rights (MoptAccount *self)
{
  return self->now.rights;
}

void
mopt_account_set_publication (MoptAccount *self, MoptPublication *publication)
{
  MoptPublication *old = self->now.publication;
  gboolean tells = !mopt_publication_same_rules (old, publication);

  if (old == publication)
    return;
  if (tells) /* another edition by the same rules changes nothing else: 10,000 accounts get it at once */
    mopt_account_begin (self);
  self->now.publication = publication != NULL ? mopt_publication_ref (publication) : NULL;
  g_clear_pointer (&old, mopt_publication_unref);
  if (tells)
    mopt_account_end (self);
}

const MoptPublication *
mopt_account_get_publication (MoptAccount *self)
{
  return self->now.publication;
}

const char *
mopt_account_get_term (MoptAccount *self, MoptTerm term)
{
  const char *text = mopt_account_values_get (&self->now, MOPT_LAYER_PUBLISHED, MOPT_SLOT_FIRST_TERM + term);

  return text != NULL ? text : mopt_term_info (term)->fallback;
}

gboolean
mopt_account_has_term (MoptAccount *self, MoptTerm term)
{
  return mopt_account_values_get (&self->now, MOPT_LAYER_PUBLISHED, MOPT_SLOT_FIRST_TERM + term) != NULL;
}

void
mopt_account_set_term (MoptAccount *self, MoptTerm term, const char *text)
{
  set_text (self, MOPT_LAYER_PUBLISHED, MOPT_SLOT_FIRST_TERM + term, text);
}
