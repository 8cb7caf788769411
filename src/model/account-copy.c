/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts made of accounts: working copies, independent ones with an id of their own, and whether two are the same. */
#include "config.h"

#include "model/account-private.h"

static gboolean
same_text (const char *a, const char *b)
{
  return a == b || g_strcmp0 (a, b) == 0;
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

  /* nobody listens yet: nothing to compare, which counts with ten thousand */
  mopt_account_values_assign (&copy->now, &self->now);
  mopt_account_assign_problems (copy, self);
  return copy;
}

void
mopt_account_assign (MoptAccount *self, MoptAccount *other)
{
  g_return_if_fail (MOPT_IS_ACCOUNT (self) && MOPT_IS_ACCOUNT (other));

  if (self == other)
    return;
  gboolean other_kind = !g_str_equal (self->kind_name, other->kind_name);
  mopt_account_begin (self);
  mopt_account_values_assign (&self->now, &other->now);
  mopt_account_assign_problems (self, other);
  g_free (self->kind_name);
  self->kind_name = g_strdup (other->kind_name);
  self->kind = other->kind;
  mopt_account_end (self);
  if (other_kind)
    g_signal_emit_by_name (self, "rule-changed");
}

MoptAccount *
mopt_account_copy (MoptAccount *self, const char *new_name)
{
  g_autofree char *id = mopt_account_new_id ();
  MoptAccount *copy = mopt_account_new (id, self->kind_name);

  if (self->now.publishing) /* its publisher's: with padlocks and terms */
    {
      mopt_account_values_assign (&copy->now, &self->now);
      mopt_account_set_name (copy, new_name);
      return copy;
    }
  mopt_account_begin (copy);
  mopt_account_set_name (copy, new_name);
  copy->now.rights = self->now.rights;
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_account_get_source (self, i) != MOPT_SOURCE_DEFAULT)
      mopt_account_set (copy, i, mopt_account_get (self, i));
  mopt_account_end (copy);
  return copy;
}

gboolean
mopt_account_equal (MoptAccount *self, MoptAccount *other)
{
  for (guint layer = 0; layer < MOPT_N_LAYERS; layer++)
    if (!mopt_account_values_same_texts (&self->now, &other->now, layer))
      return FALSE;
  return g_str_equal (self->kind_name, other->kind_name) && mopt_account_values_same_rule (&self->now, &other->now);
}

gboolean
mopt_account_equal_effective (MoptAccount *self, MoptAccount *other)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (!same_text (mopt_account_get (self, i), mopt_account_get (other, i)))
      return FALSE;
  return same_text (mopt_account_get_name (self), mopt_account_get_name (other))
         && g_str_equal (self->kind_name, other->kind_name);
}

gboolean
mopt_account_equal_user (MoptAccount *self, MoptAccount *other)
{
  return mopt_account_values_same_texts (&self->now, &other->now, MOPT_LAYER_USER)
         && g_str_equal (self->kind_name, other->kind_name) && self->now.customised == other->now.customised
         && self->now.parked == other->now.parked;
}
