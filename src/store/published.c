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
#define RETRY_FETCH 60 /* s, the same for an address */
#define TRIES 3        /* how often another process may write the copy under our hands */

/* What there is to judge. */
typedef struct
{
  MoptPublishedPair *now;  /* what is published; NULL: it cannot be had */
  MoptPublishedPair *copy; /* of what was accepted last; NULL: there is none that is good */
  gboolean is_same;        /* both are one text with one signature */
  MoptPublishedHead head, copy_head;
  GError *error; /* why it cannot come in force; NULL: it can */
} Look;

static void
look_clear (Look *self)
{
  g_clear_pointer (&self->now, mopt_published_pair_free);
  g_clear_pointer (&self->copy, mopt_published_pair_free);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

/* --- The verdict --- */

static MoptPublishedPair *
read_fetched (const MoptPublishedPlace *place, GError **error)
{
  g_autofree char *refused_path = mopt_published_place_get_refused_path (place);
  g_autofree char *copy_path = mopt_published_place_get_copy_path (place);
  MoptPublishedPair *pair = mopt_published_copy_read (refused_path);

  if (pair == NULL)
    pair = mopt_published_copy_read (copy_path);
  if (pair == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_GONE, _ ("Nothing could be fetched from %s yet."),
                 place->origin);
  return pair;
}

/* Judges look->now, which is there. */
static void
judge (Look *look, const MoptPublishedPlace *place, gint64 now)
{
  g_autofree char *copy_path = mopt_published_place_get_copy_path (place);

  g_clear_error (&look->error);
  g_clear_pointer (&look->copy, mopt_published_pair_free);
  look->copy = mopt_published_copy_read (copy_path);
  look->is_same = look->now != NULL && look->copy != NULL && mopt_published_pair_equal (look->now, look->copy);

  /* a copy that cannot be trusted, or not read, is none; one that is what we judge is judged but once */
  if (look->copy != NULL && !look->is_same
      && (!mopt_published_is_trusted (place, look->copy)
          || !mopt_published_head_read (look->copy->text, copy_path, &look->copy_head, NULL)))
    g_clear_pointer (&look->copy, mopt_published_pair_free);
  if (look->now != NULL
      && !mopt_published_judge (place, look->now, look->copy, &look->copy_head, now, &look->head, &look->error)
      && look->is_same && !g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_EXPIRED))
    {
      g_clear_pointer (&look->copy, mopt_published_pair_free);
      look->is_same = FALSE;
    }
}

static gboolean
is_mismatch (const GError *error)
{
  return g_error_matches (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING)
         || g_error_matches (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_FORGED);
}

static void
look_around (Look *look, const MoptPublishedPlace *place, gint64 now, GStrvBuilder *warnings)
{
  g_autoptr (GError) cause = NULL;

  look->now = place->is_fetched ? read_fetched (place, &cause)
                                : mopt_published_pair_read (place->origin, place->public_key != NULL, warnings, &cause);
  judge (look, place, now);
  if (!place->is_fetched && is_mismatch (look->error))
    {
      /* one of the two files may have been replaced between our two looks */
      g_autoptr (GStrvBuilder) again = g_strv_builder_new ();
      MoptPublishedPair *pair = mopt_published_pair_read (place->origin, TRUE, again, NULL);

      if (pair != NULL)
        {
          mopt_published_pair_free (look->now);
          look->now = pair;
          judge (look, place, now);
        }
    }
  if (cause != NULL)
    look->error = g_steal_pointer (&cause);
}

/* --- Keeping it --- */

/* MOPT_ERROR_CHANGED: another process did so meanwhile; look again. */
static gboolean
keep (Look *look, const MoptPublishedPlace *place, GError **error)
{
  g_autofree char *refused_path = mopt_published_place_get_refused_path (place);
  g_autofree char *copy_path = mopt_published_place_get_copy_path (place);

  if (!look->is_same)
    look->now->former = look->copy != NULL && look->copy_head.serial > look->head.serial ? look->copy_head.serial : 0;
  else
    look->now->former = look->copy->former;
  if ((!look->is_same || g_strcmp0 (look->now->etag, look->copy->etag) != 0)
      && !mopt_published_copy_write (copy_path, look->now, place->origin, look->copy, error))
    return FALSE;
  if (place->is_fetched)
    unlink (refused_path); /* not there is as well */
  return TRUE;
}

/* --- What is said --- */

static char *
describe_problem (const Look *look, gboolean is_fetched)
{
  const char *then;

  if (look->copy == NULL)
    then = _ ("Nothing of it is in force.");
  else if (look->is_same)
    then = _ ("It stays in force until a newer one comes.");
  else
    then = _ ("The last good copy of it stays in force.");

  if (g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING))
    return g_strjoin (" ", look->error->message, then, NULL);
  if (g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_GONE) && is_fetched)
    return g_strjoin (" ", look->error->message,
                      _ ("It is tried again by itself. If it stays so, check the network connection, then tell your "
                         "administrator."),
                      NULL);
  if (g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_GONE) && look->copy != NULL)
    return g_strjoin (
        " ", look->error->message, then,
        _ ("Tell your administrator; if it was taken away on purpose, “mopt publication forget” ends it."), NULL);
  return g_strjoin (" ", look->error->message, then, _ ("Tell your administrator."), NULL);
}

static void
warn_of_serial (const MoptPublishedPair *pair, const MoptPublishedHead *head, GStrvBuilder *warnings)
{
  g_autofree char *former = g_strdup_printf ("%" G_GUINT64_FORMAT, pair->former);
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, head->serial);

  if (pair->former <= head->serial)
    return;
  /* Translators: two numbers */
  g_autofree char *sentence = g_strdup_printf (
      _ ("An older publication came in force: its serial number is %s, before it was %s. If that was not meant, tell "
         "your administrator."),
      serial, former);
  g_strv_builder_add (warnings, sentence);
}

static void
warn_of_end (const MoptPublishedHead *head, gint64 now, GStrvBuilder *warnings)
{
  if (head->expires == 0 || now >= head->expires || head->expires - now > MOPT_PUBLISHED_SOON)
    return;

  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (head->expires);
  g_autofree char *end_text = g_date_time_format (end, "%F");
  g_autofree char *sentence = g_strdup_printf (
      _ ("What your organisation published is meant to be used until %s; a newer one should come before that."),
      end_text);
  g_strv_builder_add (warnings, sentence);
}

static MoptPublished *
new_published (const char *origin, gboolean is_tryout)
{
  MoptPublished *self = g_atomic_rc_box_new0 (MoptPublished);

  self->origin = g_strdup (origin);
  self->is_tryout = is_tryout;
  return self;
}

static MoptPublished *
conclude (Look *look, const MoptPublishedPlace *place, gint64 now, GStrvBuilder *warnings)
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
      self->text = g_bytes_ref (used->text);
      self->serial = used == look->now || look->is_same ? look->head.serial : look->copy_head.serial;
      self->verified = place->public_key != NULL;
    }
  if (look->error == NULL)
    {
      warn_of_serial (look->now, &look->head, warnings);
      warn_of_end (&look->head, now, warnings);
    }
  else if (!is_empty)
    {
      self->problem = describe_problem (look, place->is_fetched);
      if (g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING))
        self->retry = place->is_fetched ? RETRY_FETCH : RETRY_FILE;
      self->error = g_steal_pointer (&look->error);
    }
  self->warnings = g_strv_builder_end (warnings);
  return self;
}

/* --- Public --- */

MoptPublished *
mopt_published_load_at (const MoptPublishedPlace *place, gint64 now)
{
  for (guint try = 1;; try++)
    {
      g_auto (Look) look = { 0 };
      g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();
      g_autoptr (GError) cause = NULL;

      if (place->source != NULL)
        g_strv_builder_addv (warnings, (const char **) place->source->warnings);
      look_around (&look, place, now, warnings);
      if (look.error == NULL && !keep (&look, place, &cause))
        {
          if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_CHANGED) && try < TRIES)
            continue;
          g_autofree char *warning = g_strdup_printf (_ ("No copy of it could be kept. %s"), cause->message);
          g_strv_builder_add (warnings, warning); /* in force all the same, but nothing stands behind it */
        }
      return conclude (&look, place, now, warnings);
    }
}

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

MoptPublished *
mopt_published_load (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (&error);

  if (place != NULL)
    return mopt_published_load_at (place, get_now ());

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

/* --- Fetched --- */

gboolean
mopt_published_accept_at (const MoptPublishedPlace *place, GBytes *text, GBytes *signature, const char *etag,
                          gint64 now, GError **error)
{
  g_autofree char *refused_path = mopt_published_place_get_refused_path (place);
  g_autoptr (MoptPublishedPair) before = mopt_published_copy_read (refused_path);

  for (guint try = 1;; try++)
    {
      g_auto (Look) look = { 0 };
      g_autoptr (GError) cause = NULL;

      look.now = g_new0 (MoptPublishedPair, 1);
      look.now->text = g_bytes_ref (text);
      look.now->signature = signature != NULL ? g_bytes_ref (signature) : NULL;
      look.now->etag = g_strdup (etag);
      /* the patience with a pair that does not fit begins with the first such pair */
      look.now->since = before != NULL && !mopt_published_is_trusted (place, before) ? before->since : now;
      judge (&look, place, now);
      if (look.error == NULL)
        {
          if (keep (&look, place, &cause))
            return TRUE;
          if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_CHANGED) && try < TRIES)
            continue;
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      if (g_error_matches (look.error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING))
        g_clear_pointer (&look.now->etag, g_free);
      /* where this cannot be written, the refusal is told now, if not at the next load */
      if (!look.is_same)
        mopt_published_copy_write (refused_path, look.now, place->origin, NULL, NULL);
      g_propagate_error (error, g_steal_pointer (&look.error));
      return FALSE;
    }
}

static MoptSource *
copy_source (const MoptSource *source)
{
  MoptSource *copy = g_memdup2 (source, sizeof *source);

  copy->path = g_strdup (source->path);
  copy->url = g_strdup (source->url);
  copy->warnings = g_strdupv (source->warnings);
  return copy;
}

gboolean
mopt_published_accept (const MoptSource *source, GBytes *text, GBytes *signature, const char *etag, GError **error)
{
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new_for (copy_source (source));

  return mopt_published_accept_at (place, text, signature, etag, get_now (), error);
}

char *
mopt_published_get_etag (const MoptSource *source)
{
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new_for (copy_source (source));
  g_autoptr (MoptPublishedPair) pair = read_fetched (place, NULL);

  return pair != NULL && mopt_published_is_trusted (place, pair) ? g_strdup (pair->etag) : NULL;
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
