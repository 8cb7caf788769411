/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is published now is judged; where it may come in force it does, and is copied to STATE; where not, the copy of
 * what was good before stays in force. For a file "published now" is the file; for an address it is what the last
 * fetch brought, which is either the copy itself or, where it was refused, a file beside it. So the verdict is found
 * anew at each load, and changes with the clock, the key and the language. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/paths.h"
#include "store/published-private.h"

#define RETRY_FILE 2   /* s until a file that is being replaced is looked at again */
#define RETRY_SILENT 5 /* s, the same for one that does not answer */
#define RETRY_FETCH 60 /* s, the same for an address */

/* With what only we know. */
typedef struct
{
  MoptPublished public;
  MoptPublishedReading *reading; /* holds public.said */
} Held;

static MoptPublished *
new_published (const char *origin, gboolean is_tryout)
{
  Held *held = g_atomic_rc_box_new0 (Held);
  MoptPublished *self = &held->public;

  self->origin = g_strdup (origin);
  self->is_tryout = is_tryout;
  return self;
}

/* Each once: source.conf and published.conf lie in the same folder. */
static char **
end_warnings (GStrvBuilder *warnings)
{
  g_auto (GStrv) all = g_strv_builder_end (warnings);
  g_autoptr (GPtrArray) each = g_ptr_array_new ();

  for (guint i = 0; all[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (each, all[i], g_str_equal, NULL))
      g_ptr_array_add (each, all[i]);
  g_ptr_array_add (each, NULL);
  return g_strdupv ((char **) each->pdata);
}

static MoptPublished *
conclude (MoptPublishedLook *look, const MoptPublishedPlace *place, gint64 now, GStrvBuilder *warnings)
{
  /* where there is nothing, and never was, nothing is wrong, but for a file that somebody named */
  gboolean is_empty = look->copy == NULL && place->source != NULL && !place->is_fetched
                      && g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_GONE);
  MoptPublished *self = new_published (is_empty ? "" : place->origin, place->is_tryout);
  MoptPublishedPair *used = look->error == NULL ? look->now : look->copy;

  if (used != NULL)
    {
      self->state = look->error == NULL ? MOPT_PUBLISHED_CURRENT : MOPT_PUBLISHED_LAST_GOOD;
      self->file = look->error == NULL && !place->is_fetched ? g_strdup (place->origin)
                                                             : mopt_published_place_get_copy_path (place);
      ((Held *) self)->reading = mopt_published_reading_ref (look->error == NULL ? look->now_said : look->copy_said);
      self->said = ((Held *) self)->reading->said;
      self->serial = mopt_published_reading_serial (((Held *) self)->reading);
      self->text = g_bytes_ref (used->text);
      self->verified = place->public_key != NULL;
    }
  if (look->error == NULL)
    {
      mopt_published_warn_of_serial (look->now->former, mopt_published_reading_serial (look->now_said), warnings);
      mopt_published_warn_of_cut (look->now->text, place->origin, warnings);
      mopt_published_warn_of_end (look->now_said->said->publication->expires, now, warnings);
    }
  else if (!is_empty)
    {
      self->problem = mopt_published_describe (look, place);
      if (g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING))
        self->retry = place->is_fetched ? RETRY_FETCH : RETRY_FILE;
      else if (g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_SILENT))
        self->retry = RETRY_SILENT;
      self->error = g_steal_pointer (&look->error);
    }
  self->warnings = end_warnings (warnings);
  return self;
}

MoptPublished *
mopt_published_load_at (const MoptPublishedPlace *place, MoptPublished *old, gint64 now)
{
  for (guint try = 1;; try++)
    {
      g_auto (MoptPublishedLook) look = { .old = old != NULL ? ((Held *) old)->reading : NULL };
      g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();
      g_autoptr (GError) cause = NULL;

      if (place->source != NULL)
        g_strv_builder_addv (warnings, (const char **) place->source->warnings);
      mopt_published_look_around (&look, place, now, warnings);
      if (look.error == NULL && !mopt_published_look_keep (&look, place, &cause))
        {
          if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_CHANGED) && try < MOPT_PUBLISHED_TRIES)
            continue;
          g_autofree char *warning = g_strdup_printf (_ ("No copy of it could be kept. %s"), cause->message);
          g_strv_builder_add (warnings, warning); /* in force all the same, but nothing stands behind it */
        }
      return conclude (&look, place, now, warnings);
    }
}

gint64
mopt_published_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

MoptPublished *
mopt_published_load (void)
{
  return mopt_published_reload (NULL);
}

MoptPublished *
mopt_published_reload (MoptPublished *old)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (&error);

  if (place != NULL)
    return mopt_published_load_at (place, old, mopt_published_now ());

  g_autofree char *path = mopt_paths_source ();
  MoptPublished *self = new_published (path, mopt_paths_source_is_tryout ());
  self->problem = g_strjoin (" ", error->message,
                             _ ("Nothing that your organisation publishes is in force until an administrator has "
                                "mended that."),
                             NULL);
  self->error = g_steal_pointer (&error);
  self->warnings = g_new0 (char *, 1);
  return self;
}

static void
clear (gpointer data)
{
  MoptPublished *self = data;

  g_clear_pointer (&((Held *) data)->reading, mopt_published_reading_unref);
  g_free (self->origin);
  g_free (self->file);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self->problem);
  g_clear_error (&self->error);
  g_strfreev (self->warnings);
}

MoptPublished *
mopt_published_ref (MoptPublished *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
mopt_published_unref (MoptPublished *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

char *
mopt_published_get_watched (void)
{
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (NULL);

  if (place == NULL) /* source.conf is broken, and lies beside it */
    return mopt_paths_system ("published.conf");
  return place->is_fetched ? mopt_published_place_get_copy_path (place) : g_strdup (place->origin);
}

static gboolean
forget_file (const char *path, GError **error)
{
  if (unlink (path) == 0 || errno == ENOENT || errno == ENOTDIR)
    return TRUE;

  int saved_errno = errno;
  g_autofree char *shown = g_filename_display_name (path);
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN, _ ("The file “%s” could not be removed: %s."), shown,
               g_strerror (saved_errno));
  return FALSE;
}

gboolean
mopt_published_forget (GError **error)
{
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (error);

  if (place == NULL)
    return FALSE;
  g_autofree char *refused_path = mopt_published_place_get_refused_path (place);
  g_autofree char *copy_path = mopt_published_place_get_copy_path (place);
  return forget_file (refused_path, error) && forget_file (copy_path, error);
}
