/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is published is the draft's text, byte for byte, but for two lines: Serial and Reason. So two texts say the
 * same if they are equal once both have the same ones, and that is how a draft is known to be published already, also
 * where we were killed before the draft could be told. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "model/difference.h"
#include "model/publication-keys.h"
#include "store/publish.h"
#include "store/published-edit.h"
#include "store/published-lint.h"

/* --- The plan ---------------------------------------------------------------------------------------------------- */

static void
side_init (MoptPublishSide *self, const char *path, char *text, gsize length)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);

  self->path = g_strdup (path);
  self->text = g_bytes_new_take (text, length);
  self->said = mopt_published_text_new (file, path);
}

static void
side_clear (MoptPublishSide *self)
{
  g_free (self->path);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->said, mopt_published_text_free);
}

/* @text with that serial and reason. @said: what it says. */
static GBytes *
stamp (GBytes *text, const MoptPublishedText *said, guint64 serial, const char *reason, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (bytes, length);
  g_autoptr (MoptPublication) stamped = mopt_publication_copy (said->publication);

  /* past the highest one there is none that a desktop would take */
  g_autofree char *number = serial != 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, serial) : g_strdup ("");
  if (!mopt_publication_set_text (stamped, MOPT_PUBLICATION_SERIAL, number, error))
    return NULL;
  g_free (stamped->reason);
  stamped->reason = g_strdup (reason);
  if (!mopt_published_edit_publication (file, said->publication, stamped, error))
    return NULL;
  bytes = mopt_keyfile_get_text (file, &length);
  return g_bytes_new (bytes, length);
}

static gboolean
says_the_same (const MoptPublishSide *draft, const MoptPublishSide *target)
{
  const MoptPublication *published = target->said->publication;
  g_autoptr (GBytes) stamped = stamp (draft->text, draft->said, published->serial, published->reason, NULL);

  return stamped != NULL && g_bytes_equal (stamped, target->text);
}

/* A file that was never published, such as one's notes, is not to be lost by a slip of the pen; one that is broken is
 * what publishing mends. */
static gboolean
check_target (const char *target, const char *text, gsize length, GError **error)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);

  if (length == 0 || mopt_keyfile_find (file, MOPT_PUBLISHED_GENERAL) >= 0)
    return TRUE;

  g_autofree char *shown = g_filename_display_name (target);
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS,
               _ ("“%s” is there already, and it is no published file. Name another one, or remove it first."), shown);
  return FALSE;
}

MoptPublishPlan *
mopt_publish_plan_new (const char *draft, const char *target, GError **error)
{
  g_autoptr (MoptPublishPlan) self = g_new0 (MoptPublishPlan, 1);
  g_autofree char *draft_etag = NULL;
  g_autofree char *signature = g_strconcat (target, MOPT_SIGNATURE_SUFFIX, NULL);
  gsize length;
  char *text;

  text = mopt_file_read (draft, &length, &draft_etag, error);
  if (text == NULL)
    return NULL;
  side_init (&self->draft, draft, text, length);
  if (*draft_etag == '\0')
    {
      g_autofree char *shown = g_filename_display_name (draft);

      g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("There is no draft “%s”."), shown);
      return NULL;
    }
  text = mopt_file_read (target, &length, &self->etag, error);
  if (text == NULL)
    return NULL;
  side_init (&self->target, target, text, length);
  if (!check_target (target, text, length, error))
    return NULL;

  guint64 begun_with = self->draft.said->publication->serial, serial = self->target.said->publication->serial;
  self->serial = MAX (begun_with, serial) + 1;
  self->signature
      = mopt_file_load (signature, MOPT_FILE_MAX, NULL, NULL); /* one that cannot be read is as good as none */
  self->unchanged = says_the_same (&self->draft, &self->target);
  self->overtaken = begun_with != 0 && serial > begun_with && !self->unchanged;
  return g_steal_pointer (&self);
}

void
mopt_publish_plan_free (MoptPublishPlan *self)
{
  side_clear (&self->draft);
  side_clear (&self->target);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self->etag);
  g_free (self);
}

gboolean
mopt_publish_plan_is_done (MoptPublishPlan *self, MoptPrivateKey *key)
{
  MoptPublicKey public_key;

  if (!self->unchanged || key == NULL)
    return self->unchanged;
  mopt_private_key_get_public (key, &public_key);
  return self->signature != NULL && mopt_signature_verify (&public_key, self->target.text, self->signature);
}

guint
mopt_publish_plan_count (MoptPublishPlan *self)
{
  guint n = 0;

  for (guint i = 0; i < self->draft.said->accounts->len; i++)
    if (*mopt_account_get_term (self->draft.said->accounts->pdata[i], MOPT_TERM_WITHDRAWN) == '\0')
      n++;
  return n;
}

GPtrArray *
mopt_publish_plan_check (MoptPublishPlan *self)
{
  GPtrArray *findings = mopt_published_lint (self->draft.text, self->draft.path, MOPT_LINT_SYSTEM);

  for (guint i = findings->len; i > 0; i--)
    if (g_str_equal (((MoptLintFinding *) findings->pdata[i - 1])->code, "no-serial"))
      g_ptr_array_remove_index (findings, i - 1);
  return findings;
}

char **
mopt_publish_plan_list_changes (MoptPublishPlan *self)
{
  const MoptPublishedText *then = self->target.said, *now = self->draft.said;
  gboolean nothing = g_bytes_get_size (self->target.text) == 0;
  const MoptEdition old = { nothing ? NULL : then->publication, nothing ? NULL : then->accounts };

  return mopt_difference (&old, &(MoptEdition){ now->publication, now->accounts }, NULL, NULL);
}

/* --- Writing ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  MoptPublishPlan *plan;
  GBytes *text;
  GBytes *signature; /* nullable */
  char *signature_path;
  GBytes *old_signature; /* out, once it was replaced; nullable */
  gboolean replaced;     /* out */
} Write;

static gboolean
replace (const char *path, GBytes *content, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);

  return mopt_file_replace (path, bytes, length, 0644, MOPT_FILE_OWN_GROUP, error);
}

/* Under the lock of the target: nobody of ours publishes meanwhile. */
static char *
write_pair (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  Write *self = user_data;
  g_autofree char *etag = *self->plan->etag == '\0' && length == 0 ? g_strdup ("") : mopt_file_etag (text, length);

  if (!g_str_equal (etag, self->plan->etag))
    {
      g_autofree char *shown = g_filename_display_name (self->plan->target.path);

      g_set_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED,
                   _ ("Somebody else published to “%s” just now. Nothing was written; look at what changed first."),
                   shown);
      return NULL;
    }
  if (self->signature != NULL)
    {
      self->old_signature = mopt_file_load (self->signature_path, MOPT_FILE_MAX, NULL, NULL);
      if (!replace (self->signature_path, self->signature, error))
        return NULL;
      self->replaced = TRUE;
    }
  char *copy = g_malloc (g_bytes_get_size (self->text) + 1); /* never NULL: that would mean "leave it" */
  memcpy (copy, g_bytes_get_data (self->text, new_length), g_bytes_get_size (self->text));
  return copy;
}

/* The text could not be replaced: the signature of the old one must be the one beside it. */
static void
put_back (Write *self)
{
  if (self->old_signature != NULL)
    replace (self->signature_path, self->old_signature, NULL);
  else
    unlink (self->signature_path);
}

gboolean
mopt_publish_write (MoptPublishPlan *self, const char *reason, MoptPrivateKey *key, GError **error)
{
  g_autoptr (GBytes) text = stamp (self->draft.text, self->draft.said, self->serial, reason, error);
  g_autoptr (GBytes) signature = NULL;
  g_autofree char *path = g_strconcat (self->target.path, MOPT_SIGNATURE_SUFFIX, NULL);
  Write write = { self, text, NULL, path, NULL, FALSE };
  gboolean ok;

  if (text == NULL)
    return FALSE;
  if (key == NULL && self->signature != NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, MOPT_ERROR, MOPT_ERROR_MISSING,
                   _ ("What is published is signed, and desktops may accept nothing else. Sign with your key, or "
                      "remove “%s” first if it is to be unsigned from now on."),
                   shown);
      return FALSE;
    }
  if (key != NULL)
    {
      signature = mopt_signature_sign (key, text, error);
      if (signature == NULL)
        return FALSE;
      write.signature = signature;
    }
  ok = mopt_file_update (self->target.path, MOPT_FILE_FOR_ALL, write_pair, &write, error);
  if (!ok && write.replaced)
    put_back (&write);
  g_clear_pointer (&write.old_signature, g_bytes_unref);
  return ok;
}

/* --- The draft --------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *path;
  const MoptPublishSide *target;
  gboolean begin;
} Adopt;

static char *
bytes_dup (GBytes *bytes, gsize *length)
{
  char *copy = g_malloc (g_bytes_get_size (bytes) + 1);

  memcpy (copy, g_bytes_get_data (bytes, length), g_bytes_get_size (bytes));
  return copy;
}

static char *
adopt (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  Adopt *self = user_data;
  const MoptPublication *published = self->target->said->publication;
  MoptPublishSide draft = { NULL };
  g_autoptr (GBytes) stamped = NULL;
  char *new_text = NULL;

  side_init (&draft, self->path, g_memdup2 (text, length + 1), length);
  if ((draft.said->publication->serial != 0 || self->begin) && says_the_same (&draft, self->target))
    stamped = stamp (draft.text, draft.said, published->serial, published->reason, error);
  if (stamped != NULL && !g_bytes_equal (stamped, draft.text))
    new_text = bytes_dup (stamped, new_length);
  side_clear (&draft);
  return new_text;
}

gboolean
mopt_publish_adopt (const char *draft, const char *target, gboolean begin, GError **error)
{
  MoptPublishSide published = { NULL };
  gsize length;
  char *text = mopt_file_read (target, &length, NULL, error);

  if (text == NULL)
    return FALSE;
  side_init (&published, target, text, length);
  gboolean ok = mopt_file_update (draft, MOPT_FILE_DURABLE, adopt, &(Adopt){ draft, &published, begin }, error);
  side_clear (&published);
  return ok;
}

static char *
begin (const char *text, gsize length, gsize *new_length, gpointer target, GError **error)
{
  g_autofree char *published = NULL;
  gsize n;

  if (length > 0)
    return NULL; /* it is there */
  published = mopt_file_read (target, &n, NULL, error);
  if (published == NULL || n == 0)
    return NULL;
  *new_length = n;
  return g_steal_pointer (&published);
}

gboolean
mopt_publish_begin (const char *draft, const char *target, GError **error)
{
  return mopt_file_update (draft, MOPT_FILE_DURABLE, begin, (gpointer) target, error);
}
