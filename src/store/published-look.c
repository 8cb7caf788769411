/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "base/error.h"
#include "store/published-private.h"

static void
drop_copy (MoptPublishedLook *self)
{
  g_clear_pointer (&self->copy, mopt_published_pair_free);
  g_clear_pointer (&self->copy_said, mopt_published_reading_unref);
  self->is_same = FALSE;
}

void
mopt_published_look_clear (MoptPublishedLook *self)
{
  g_clear_pointer (&self->now, mopt_published_pair_free);
  g_clear_pointer (&self->now_said, mopt_published_reading_unref);
  drop_copy (self);
  g_clear_error (&self->error);
}

/* The copy, if it can be trusted and read. */
static void
look_at_copy (MoptPublishedLook *look, const MoptPublishedPlace *place)
{
  g_autofree char *copy_path = mopt_published_place_get_copy_path (place);

  drop_copy (look);
  look->copy = mopt_published_copy_read (copy_path, look->now != NULL ? look->now->text : NULL);
  look->is_same = look->now != NULL && look->copy != NULL && mopt_published_pair_equal (look->now, look->copy);
  if (look->copy == NULL || look->is_same) /* then it is judged as what is published, once */
    return;
  if (mopt_published_is_trusted (place, look->copy))
    look->copy_said = mopt_published_reading_new (look->copy->text, copy_path, place->public_key != NULL, look->old);
  if (look->copy_said == NULL || look->copy_said->said->refusal != NULL)
    drop_copy (look);
}

static gboolean
judge_now (MoptPublishedLook *look, const MoptPublishedPlace *place, gint64 now, GError **error)
{
  if (!mopt_published_judge_signature (place, look->now, now, error))
    return FALSE;
  /* without an earlier one there is nothing better than half of it */
  if (look->copy != NULL && !look->is_same && !mopt_published_judge_end (place, look->now, now, error))
    return FALSE;
  look->now_said = mopt_published_reading_new (look->now->text, place->origin, place->public_key != NULL, look->old);
  return mopt_published_judge_text (place, look->now_said, look->copy_said, now, error);
}

void
mopt_published_look_judge (MoptPublishedLook *look, const MoptPublishedPlace *place, gint64 now)
{
  g_clear_error (&look->error);
  g_clear_pointer (&look->now_said, mopt_published_reading_unref);
  look_at_copy (look, place);
  if (look->now == NULL || judge_now (look, place, now, &look->error) || !look->is_same)
    return;
  if (g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_EXPIRED))
    look->copy_said = mopt_published_reading_ref (look->now_said); /* what is in force stays so */
  else
    drop_copy (look);
}

static gboolean
is_mismatch (const GError *error)
{
  return g_error_matches (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING)
         || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_FORGED);
}

void
mopt_published_look_around (MoptPublishedLook *look, const MoptPublishedPlace *place, gint64 now,
                            GStrvBuilder *warnings)
{
  g_autoptr (GError) cause = NULL;

  look->now = place->is_fetched ? mopt_published_pair_read_fetched (place, &cause)
                                : mopt_published_pair_read (place->origin, place->public_key != NULL, warnings, &cause);
  mopt_published_look_judge (look, place, now);
  if (!place->is_fetched && is_mismatch (look->error))
    {
      /* one of the two files may have been replaced between our two looks */
      g_autoptr (GStrvBuilder) again = g_strv_builder_new ();
      MoptPublishedPair *pair = mopt_published_pair_read (place->origin, TRUE, again, NULL);

      if (pair != NULL)
        {
          mopt_published_pair_free (look->now);
          look->now = pair;
          mopt_published_look_judge (look, place, now);
        }
    }
  if (cause != NULL)
    look->error = g_steal_pointer (&cause);
}

/* MOPT_ERROR_CHANGED: another process did so meanwhile; look again. */
gboolean
mopt_published_look_keep (MoptPublishedLook *look, const MoptPublishedPlace *place, GError **error)
{
  g_autofree char *refused_path = mopt_published_place_get_refused_path (place);
  g_autofree char *copy_path = mopt_published_place_get_copy_path (place);

  if (!look->is_same)
    look->now->former
        = look->copy != NULL
                  && mopt_published_reading_serial (look->copy_said) > mopt_published_reading_serial (look->now_said)
              ? mopt_published_reading_serial (look->copy_said)
              : 0;
  else
    look->now->former = look->copy->former;
  if ((!look->is_same || g_strcmp0 (look->now->etag, look->copy->etag) != 0)
      && !mopt_published_copy_write (copy_path, look->now, place->origin, look->copy, error))
    return FALSE;
  if (place->is_fetched)
    unlink (refused_path); /* not there is as well */
  return TRUE;
}
