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

/* --- The text, read once --------------------------------------------------------------------------------------- */

typedef struct
{
  GBytes *bytes;
  char *file;
  gboolean verified;
  MoptPublishedText *text;
} Parsed;

static Parsed *
parsed_new (GBytes *bytes, const char *file, gboolean verified)
{
  Parsed *self = g_atomic_rc_box_new0 (Parsed);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (MoptKeyfile) keyfile = mopt_keyfile_new (data, length);

  self->bytes = g_bytes_ref (bytes);
  self->file = g_strdup (file);
  self->verified = verified;
  self->text = mopt_published_text_new (keyfile, file);
  self->text->publication->verified = verified; /* nobody else has seen it yet */
  return self;
}

static void
parsed_clear (gpointer data)
{
  Parsed *self = data;

  g_bytes_unref (self->bytes);
  g_free (self->file);
  mopt_published_text_free (self->text);
}

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
  if (old != NULL && old->parsed == self->parsed && old->asked != 0 && !mopt_in_force_is_old (old))
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
take_bytes (MoptInForce *self, MoptInForce *old, GBytes *bytes, const char *file, gboolean verified)
{
  Parsed *parsed = old != NULL ? old->parsed : NULL;

  if (parsed != NULL && g_str_equal (parsed->file, file) && parsed->verified == verified
      && g_bytes_equal (parsed->bytes, bytes))
    g_atomic_rc_box_acquire (parsed);
  else
    parsed = parsed_new (bytes, file, verified);
  self->parsed = parsed;
  if (parsed->text->refusal != NULL)
    {
      if (self->problem == NULL)
        self->problem = g_strdup (parsed->text->refusal->message);
      return;
    }
  self->text = parsed->text;
  self->bytes = parsed->bytes;
  self->file = parsed->file;
}

MoptInForce *
mopt_in_force_load (MoptInForce *old, const MoptIdentity *as, const char *file)
{
  MoptInForce *self = g_atomic_rc_box_new0 (MoptInForce);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (file == NULL)
    {
      self->watched = mopt_published_get_watched ();
      self->published = mopt_published_load ();
      self->problem = g_strdup (self->published->problem);
      if (self->published->text != NULL)
        take_bytes (self, old, self->published->text, self->published->file, self->published->verified);
    }
  else
    {
      bytes = mopt_file_load (file, MOPT_PUBLISHED_MAX, NULL, &error);
      if (bytes != NULL)
        take_bytes (self, old, bytes, file, FALSE);
      else
        self->problem = g_strdup (error->message);
    }
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
  mopt_identity_free (self->who);
  if (self->parsed != NULL)
    g_atomic_rc_box_release_full (self->parsed, parsed_clear);
}

void
mopt_in_force_unref (MoptInForce *self)
{
  g_atomic_rc_box_release_full (self, in_force_clear);
}
