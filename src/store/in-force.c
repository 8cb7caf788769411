/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/person.h"
#include "model/address.h"
#include "store/in-force.h"

#define GROUPS_KEEP (10 * 60 * G_USEC_PER_SEC) /* µs; who joins a group need not wait for the next publication */

/* --- For whom ------------------------------------------------------------------------------------------------ */

static gboolean
names_group (const char *const *words)
{
  for (; words != NULL && *words != NULL; words++)
    if (**words == '@')
      return TRUE;
  return FALSE;
}

static gboolean
asks_for_groups (MoptPublishedText *text)
{
  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    if (names_group ((const char *const *) text->publication->rights[i]))
      return TRUE;
  for (guint i = 0; i < text->accounts->len; i++)
    {
      MoptAccount *account = g_ptr_array_index (text->accounts, i);

      if (mopt_account_has_term (account, MOPT_TERM_AVAILABLE_TO)
          && strchr (mopt_account_get_term (account, MOPT_TERM_AVAILABLE_TO), '@') != NULL)
        return TRUE;
    }
  return FALSE;
}

gboolean
mopt_in_force_is_old (MoptInForce *self)
{
  return self->asked != 0 && g_get_monotonic_time () - self->asked >= GROUPS_KEEP;
}

static void
find_out_who (MoptInForce *self, MoptInForce *old, const MoptIdentity *as)
{
  g_autofree char *user = NULL;
  g_auto (GStrv) groups = NULL;

  if (as != NULL)
    {
      self->who = mopt_identity_copy (as);
      return;
    }
  user = mopt_person_user_name ();
  if (self->text == NULL || !asks_for_groups (self->text))
    {
      self->who = mopt_identity_new (user, NULL, NULL);
      return;
    }
  if (old != NULL && old->text == self->text && old->asked != 0 && !mopt_in_force_is_old (old))
    {
      self->who = mopt_identity_copy (old->who);
      self->asked = old->asked;
      return;
    }
  groups = mopt_person_groups (user);
  self->who = mopt_identity_new (user, (const char *const *) groups, NULL);
  self->asked = g_get_monotonic_time ();
}

MoptIdentity *
mopt_in_force_identity (MoptInForce *self, const char *address)
{
  return mopt_identity_new (self->who->user, (const char *const *) self->who->groups, address);
}

/* --- All of it ----------------------------------------------------------------------------------------------- */

static void
look (MoptInForce *self, MoptInForce *old)
{
  self->watched = mopt_published_get_watched ();
  self->published = mopt_published_reload (old != NULL ? old->published : NULL);
  self->problem = g_strdup (self->published->problem);
  self->text = self->published->said;
  self->bytes = self->published->text;
  self->file = g_strdup (self->published->file);
}

static void
read_file (MoptInForce *self, const char *file)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *bytes;

  self->own_bytes = mopt_file_load (file, MOPT_PUBLISHED_MAX, NULL, &error);
  if (self->own_bytes == NULL)
    {
      self->problem = g_strdup (error->message);
      return;
    }
  bytes = g_bytes_get_data (self->own_bytes, &length);
  g_autoptr (MoptKeyfile) keyfile = mopt_keyfile_new (bytes, length);
  self->own_text = mopt_published_text_new (keyfile, file);
  if (self->own_text->refusal != NULL)
    {
      self->problem = g_strdup (self->own_text->refusal->message);
      return;
    }
  self->text = self->own_text;
  self->bytes = self->own_bytes;
  self->file = g_strdup (file);
}

MoptInForce *
mopt_in_force_load (MoptInForce *old, const MoptIdentity *as, const char *file)
{
  MoptInForce *self = g_atomic_rc_box_new0 (MoptInForce);

  if (file == NULL)
    look (self, old);
  else
    read_file (self, file);
  find_out_who (self, old, as);
  return self;
}

MoptInForce *
mopt_in_force_ref (MoptInForce *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
in_force_clear (gpointer data)
{
  MoptInForce *self = data;

  g_clear_pointer (&self->published, mopt_published_unref);
  g_free (self->watched);
  g_free (self->problem);
  g_free (self->file);
  mopt_identity_free (self->who);
  g_clear_pointer (&self->own_text, mopt_published_text_free);
  g_clear_pointer (&self->own_bytes, g_bytes_unref);
}

void
mopt_in_force_unref (MoptInForce *self)
{
  g_atomic_rc_box_release_full (self, in_force_clear);
}
