/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/error.h"
#include "store/published-private.h"

gboolean
mopt_published_accept_at (const MoptPublishedPlace *place, GBytes *text, GBytes *signature, const char *etag,
                          gint64 now, GError **error)
{
  g_autofree char *refused_path = mopt_published_place_get_refused_path (place);
  g_autoptr (MoptPublishedPair) before = mopt_published_copy_read (refused_path, NULL);

  for (guint try = 1;; try++)
    {
      g_auto (MoptPublishedLook) look = { 0 };
      g_autoptr (GError) cause = NULL;

      look.now = g_new0 (MoptPublishedPair, 1);
      look.now->text = g_bytes_ref (text);
      look.now->signature = signature != NULL ? g_bytes_ref (signature) : NULL;
      look.now->etag = g_strdup (etag);
      /* the patience with a pair that does not fit begins with the first such pair */
      look.now->since = before != NULL && !mopt_published_is_trusted (place, before) ? before->since : now;
      mopt_published_look_judge (&look, place, now);
      if (look.error == NULL)
        {
          if (mopt_published_look_keep (&look, place, &cause))
            return TRUE;
          if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_CHANGED) && try < MOPT_PUBLISHED_TRIES)
            continue;
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      /* where this cannot be written, the refusal is told now, if not at the next load */
      if (!look.is_same)
        mopt_published_copy_write (refused_path, look.now, place->origin, NULL, NULL);
      g_propagate_error (error, g_steal_pointer (&look.error));
      return FALSE;
    }
}

static MoptSourceFile *
copy_source (const MoptSourceFile *source)
{
  MoptSourceFile *copy = g_memdup2 (source, sizeof *source);

  copy->path = g_strdup (source->path);
  copy->url = g_strdup (source->url);
  copy->warnings = g_strdupv (source->warnings);
  return copy;
}

gboolean
mopt_published_accept (const MoptSourceFile *source, GBytes *text, GBytes *signature, const char *etag, GError **error)
{
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new_for (copy_source (source));

  return mopt_published_accept_at (place, text, signature, etag, mopt_published_now (), error);
}

char *
mopt_published_get_etag (const MoptSourceFile *source)
{
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new_for (copy_source (source));
  g_autoptr (MoptPublishedPair) pair = mopt_published_pair_read_fetched (place, NULL);

  return pair != NULL && mopt_published_is_trusted (place, pair) ? g_strdup (pair->etag) : NULL;
}
