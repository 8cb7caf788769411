/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account and its one rule. The whole of inheritance is uses_user_layer (); everything else only reads it.
 *
 * Properties 1 to MOPT_N_FIELDS are the fields of the table, with the *effective* text. A row that is bound to one
 * must hear of every change of that text, whatever made it: a value, a padlock, a Custom box, a reload. So each
 * mutation stands between begin () and end (): begin () takes a picture of what is in effect, the outermost end ()
 * notifies what differs from it. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "model/account.h"

enum
{
  PROP_FIRST_FIELD = 1,
  PROP_NAME = PROP_FIRST_FIELD + MOPT_N_FIELDS,
  PROP_ID,
  PROP_IS_PERSONAL,
  N_PROPS
};

G_STATIC_ASSERT (MOPT_N_SECTIONS <= 32); /* sections are bits below */

struct _MoptAccount
{
  GObject parent_instance;

  char *id;
  MoptKind kind;
  char *kind_name; /* as in the file; a word we don't know with MOPT_KIND_UNKNOWN */
  char *name;      /* never NULL */
  char *problem;   /* NULL: sound */
  guint problem_line;

  char *layers[MOPT_N_LAYERS][MOPT_N_FIELDS]; /* NULL = not set */

  gboolean published; /* there is a published layer: not personal */
  gboolean may_override;
  guint32 locked; /* bits: 1 << MoptSection */
  guint32 customised;
  guint32 parked;

  guint depth;                 /* of begin () */
  char *before[MOPT_N_FIELDS]; /* effective texts at the outermost begin () */
  char *name_before;
  gboolean published_before;
};

G_DEFINE_FINAL_TYPE (MoptAccount, mopt_account, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];

static gboolean
has_bit (guint32 bits, MoptSection section)
{
  return section < MOPT_N_SECTIONS && (bits & (1u << section)) != 0;
}

/* A right opens every lock but that of the From addresses. */
static gboolean
lock_holds (MoptAccount *self, MoptSection section)
{
  return has_bit (self->locked, section) && (!self->may_override || section == MOPT_SECTION_FROM_ADDRESSES);
}

/* The rule. Fields of no section are always the user's own. */
static gboolean
uses_user_layer (MoptAccount *self, MoptSection section)
{
  return !self->published || section == MOPT_SECTION_NONE
         || (has_bit (self->customised, section) && !has_bit (self->parked, section) && !lock_holds (self, section));
}

static const char *
effective (MoptAccount *self, MoptField field, MoptSource *source)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  MoptLayer layer = uses_user_layer (self, info->section) ? MOPT_LAYER_USER : MOPT_LAYER_PUBLISHED;
  const char *text = self->layers[layer][field];

  /* what is always the user's own may still be proposed by the publisher (from-default) */
  if (text == NULL && info->section == MOPT_SECTION_NONE && self->published)
    {
      layer = MOPT_LAYER_PUBLISHED;
      text = self->layers[layer][field];
    }
  if (source != NULL)
    *source = text == NULL ? MOPT_SOURCE_DEFAULT : layer == MOPT_LAYER_USER ? MOPT_SOURCE_USER : MOPT_SOURCE_PUBLISHED;
  return text != NULL ? text : info->fallback;
}

void
mopt_account_begin (MoptAccount *self)
{
  if (self->depth++ > 0)
    return;
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    self->before[i] = g_strdup (effective (self, i, NULL));
  self->name_before = g_strdup (self->name);
  self->published_before = self->published;
}

void
mopt_account_end (MoptAccount *self)
{
  g_return_if_fail (self->depth > 0);

  if (--self->depth > 0)
    return;

  /* Handlers may change the account again, which uses before[] again: so first find out all, then tell. */
  gboolean changed[N_PROPS] = { FALSE };

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      changed[PROP_FIRST_FIELD + i] = g_strcmp0 (self->before[i], effective (self, i, NULL)) != 0;
      g_clear_pointer (&self->before[i], g_free);
    }
  changed[PROP_NAME] = g_strcmp0 (self->name_before, self->name) != 0;
  g_clear_pointer (&self->name_before, g_free);
  changed[PROP_IS_PERSONAL] = self->published_before != self->published;

  g_object_ref (self); /* a handler may drop the last one */
  for (guint i = 1; i < N_PROPS; i++)
    if (changed[i])
      g_object_notify_by_pspec (G_OBJECT (self), props[i]);
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
    g_value_set_string (value, effective (self, id - PROP_FIRST_FIELD, NULL));
  else if (id == PROP_NAME)
    g_value_set_string (value, self->name);
  else if (id == PROP_ID)
    g_value_set_string (value, self->id);
  else
    g_value_set_boolean (value, !self->published);
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

  for (guint layer = 0; layer < MOPT_N_LAYERS; layer++)
    for (guint i = 0; i < MOPT_N_FIELDS; i++)
      g_free (self->layers[layer][i]);
  g_free (self->id);
  g_free (self->kind_name);
  g_free (self->name);
  g_free (self->problem);
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
}

static void
mopt_account_init (MoptAccount *self)
{
  self->name = g_strdup ("");
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

char *
mopt_account_new_id (void)
{
  return g_uuid_string_random ();
}

gboolean
mopt_account_id_is_valid (const char *id)
{
  gsize length = 0;

  for (const char *p = id; p != NULL && *p != '\0'; p++, length++)
    if (!g_ascii_isalnum (*p) && *p != '.' && *p != '_' && *p != '-')
      return FALSE;
  return length >= 1 && length <= 64;
}

MoptAccount *
mopt_account_dup (MoptAccount *self)
{
  MoptAccount *copy = mopt_account_new (self->id, self->kind_name);

  mopt_account_assign (copy, self);
  return copy;
}

void
mopt_account_assign (MoptAccount *self, MoptAccount *other)
{
  g_return_if_fail (MOPT_IS_ACCOUNT (self) && MOPT_IS_ACCOUNT (other));

  if (self == other)
    return;
  mopt_account_begin (self);
  for (guint layer = 0; layer < MOPT_N_LAYERS; layer++)
    for (guint i = 0; i < MOPT_N_FIELDS; i++)
      mopt_account_set_layer (self, layer, i, other->layers[layer][i]);
  mopt_account_set_name (self, other->name);
  mopt_account_set_problem (self, other->problem, other->problem_line);
  g_free (self->kind_name);
  self->kind_name = g_strdup (other->kind_name);
  self->kind = other->kind;
  self->published = other->published;
  self->may_override = other->may_override;
  self->locked = other->locked;
  self->customised = other->customised;
  self->parked = other->parked;
  mopt_account_end (self);
}

MoptAccount *
mopt_account_copy (MoptAccount *self, const char *new_name)
{
  g_autofree char *id = mopt_account_new_id ();
  MoptAccount *copy = mopt_account_new (id, self->kind_name);

  mopt_account_set_name (copy, new_name);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      MoptSource source;
      const char *text = effective (self, i, &source);

      if (source != MOPT_SOURCE_DEFAULT)
        mopt_account_set (copy, i, text);
    }
  return copy;
}

gboolean
mopt_account_equal (MoptAccount *self, MoptAccount *other)
{
  for (guint layer = 0; layer < MOPT_N_LAYERS; layer++)
    for (guint i = 0; i < MOPT_N_FIELDS; i++)
      if (g_strcmp0 (self->layers[layer][i], other->layers[layer][i]) != 0)
        return FALSE;
  return g_str_equal (self->name, other->name) && g_str_equal (self->kind_name, other->kind_name)
         && self->customised == other->customised && self->parked == other->parked;
}

const char *
mopt_account_get_id (MoptAccount *self)
{
  return self->id;
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
  return self->name;
}

void
mopt_account_set_name (MoptAccount *self, const char *name)
{
  mopt_account_begin (self);
  g_free (self->name);
  self->name = g_strdup (name != NULL ? name : "");
  mopt_account_end (self);
}

gboolean
mopt_account_is_personal (MoptAccount *self)
{
  return !self->published;
}

const char *
mopt_account_get_problem (MoptAccount *self, guint *line)
{
  if (line != NULL)
    *line = self->problem_line;
  return self->problem;
}

void
mopt_account_set_problem (MoptAccount *self, const char *problem, guint line)
{
  char *copy = g_strdup (problem);

  g_free (self->problem);
  self->problem = copy;
  self->problem_line = line;
}

const char *
mopt_account_get (MoptAccount *self, MoptField field)
{
  g_return_val_if_fail ((guint) field < MOPT_N_FIELDS, "");

  return effective (self, field, NULL);
}

gboolean
mopt_account_get_boolean (MoptAccount *self, MoptField field)
{
  return g_str_equal (mopt_account_get (self, field), "true");
}

MoptSource
mopt_account_get_source (MoptAccount *self, MoptField field)
{
  MoptSource source;

  effective (self, field, &source);
  return source;
}

MoptState
mopt_account_get_state (MoptAccount *self, MoptSection section)
{
  if (!self->published)
    return MOPT_STATE_OWN;
  if (uses_user_layer (self, section))
    return MOPT_STATE_CUSTOMISED;
  return has_bit (self->customised | self->parked, section) ? MOPT_STATE_PARKED : MOPT_STATE_INHERITED;
}

const char *
mopt_account_get_layer (MoptAccount *self, MoptLayer layer, MoptField field)
{
  return self->layers[layer][field];
}

void
mopt_account_set_layer (MoptAccount *self, MoptLayer layer, MoptField field, const char *text)
{
  g_return_if_fail ((guint) layer < MOPT_N_LAYERS && (guint) field < MOPT_N_FIELDS);

  if (g_strcmp0 (self->layers[layer][field], text) == 0)
    return;
  mopt_account_begin (self);
  g_free (self->layers[layer][field]);
  self->layers[layer][field] = g_strdup (text);
  mopt_account_end (self);
}

void
mopt_account_set (MoptAccount *self, MoptField field, const char *text)
{
  mopt_account_set_layer (self, MOPT_LAYER_USER, field, text);
}

void
mopt_account_set_published (MoptAccount *self, gboolean published)
{
  mopt_account_begin (self);
  self->published = published;
  mopt_account_end (self);
}

gboolean
mopt_account_is_locked (MoptAccount *self, MoptSection section)
{
  return self->published && lock_holds (self, section);
}

void
mopt_account_set_locked (MoptAccount *self, MoptSection section, gboolean locked)
{
  set_bit (self, &self->locked, section, locked);
}

gboolean
mopt_account_is_customised (MoptAccount *self, MoptSection section)
{
  return has_bit (self->customised, section);
}

void
mopt_account_set_customised (MoptAccount *self, MoptSection section, gboolean customised)
{
  set_bit (self, &self->customised, section, customised);
}

gboolean
mopt_account_is_parked (MoptAccount *self, MoptSection section)
{
  return has_bit (self->parked, section);
}

void
mopt_account_set_parked (MoptAccount *self, MoptSection section, gboolean parked)
{
  set_bit (self, &self->parked, section, parked);
}

void
mopt_account_set_may_override (MoptAccount *self, gboolean may_override)
{
  mopt_account_begin (self);
  self->may_override = may_override;
  mopt_account_end (self);
}
