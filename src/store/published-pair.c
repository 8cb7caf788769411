/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "store/owner.h"
#include "store/published-private.h"

void
mopt_published_pair_free (MoptPublishedPair *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self->etag);
  g_clear_pointer (&self->notes, g_bytes_unref);
  g_free (self);
}

gboolean
mopt_published_pair_equal (const MoptPublishedPair *a, const MoptPublishedPair *b)
{
  return (a->text == b->text || g_bytes_equal (a->text, b->text)) && (a->signature == NULL) == (b->signature == NULL)
         && (a->signature == NULL || g_bytes_equal (a->signature, b->signature));
}

/* The time of change cannot be set by whoever writes a file. */
static gint64
later (gint64 since, const struct stat *info)
{
  return MAX (since, (gint64) info->st_ctime);
}

MoptPublishedPair *
mopt_published_pair_read (const char *path, gboolean is_signed, GStrvBuilder *warnings, GError **error)
{
  g_autoptr (GError) cause = NULL;
  struct stat info;
  g_autoptr (GBytes) text = mopt_file_load (path, MOPT_PUBLISHED_MAX, &info, &cause);

  if (text == NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_NOT_FOUND))
        g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_GONE, _ ("There is no file “%s”."), shown);
      else
        g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_UNREADABLE, cause->message);
      return NULL;
    }
  mopt_owner_check (path, &info, warnings);

  MoptPublishedPair *self = g_new0 (MoptPublishedPair, 1);
  self->text = g_steal_pointer (&text);
  self->since = later (0, &info);
  if (is_signed)
    {
      g_autofree char *signature_path = g_strconcat (path, MOPT_SIGNATURE_SUFFIX, NULL);

      /* whatever is wrong with it, it is no signature of the text */
      self->signature = mopt_file_load (signature_path, MOPT_SIGNATURE_SIZE, &info, NULL);
      if (self->signature != NULL)
        self->since = later (self->since, &info);
    }
  return self;
}

MoptPublishedPair *
mopt_published_pair_read_fetched (const MoptPublishedPlace *place, GError **error)
{
  g_autofree char *refused_path = mopt_published_place_get_refused_path (place);
  g_autofree char *copy_path = mopt_published_place_get_copy_path (place);
  MoptPublishedPair *pair = mopt_published_copy_read (refused_path, NULL);

  if (pair == NULL)
    pair = mopt_published_copy_read (copy_path, NULL);
  if (pair == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_GONE, _ ("Nothing could be fetched from %s yet."),
                 place->origin);
  return pair;
}
