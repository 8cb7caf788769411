/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "store/owner.h"
#include "store/patience.h"
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

static MoptPublishedPair *
read_pair (const char *path, gboolean is_signed, GStrvBuilder *warnings, GError **error)
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

/* --- In time ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *path;
  gboolean is_signed;
  MoptPublishedPair *pair;
  GError *error;
  GStrvBuilder *warnings;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  g_free (self->path);
  mopt_published_pair_free (self->pair);
  g_clear_error (&self->error);
  g_strv_builder_unref (self->warnings);
  g_free (self);
}

static void
run_reading (gpointer data)
{
  Reading *self = data;

  self->pair = read_pair (self->path, self->is_signed, self->warnings, &self->error);
}

MoptPublishedPair *
mopt_published_pair_read (const char *path, gboolean is_signed, GStrvBuilder *warnings, GError **error)
{
  Reading *reading = g_new0 (Reading, 1);
  MoptPublishedPair *pair;

  reading->path = g_strdup (path);
  reading->is_signed = is_signed;
  reading->warnings = g_strv_builder_new ();
  reading = mopt_patience_run (path, run_reading, reading, reading_free);
  if (reading == NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_SILENT,
                   _ ("“%s” does not answer: the share or disk that it lies on may be out of reach."), shown);
      return NULL;
    }
  g_auto (GStrv) sentences = g_strv_builder_end (reading->warnings);
  g_strv_builder_addv (warnings, (const char **) sentences);
  if (reading->error != NULL)
    g_propagate_error (error, g_steal_pointer (&reading->error));
  pair = g_steal_pointer (&reading->pair);
  reading_free (reading);
  return pair;
}

/* --- From a fetch ------------------------------------------------------------------------------------------------ */

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
