/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May a text come in force? In this order, and nothing of a later step is looked at before an earlier one is passed:
 *  1. the signature, where one is asked for;
 *  2. where none is, its end, which may just be written;
 *  3. the text as a whole: the format, and the general part;
 *  4. the serial, where it is signed: never back, and one serial is one text;
 *  5. the date at which it ends. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/keyfile.h"
#include "store/published-private.h"

/* --- The text --- */

MoptPublishedReading *
mopt_published_reading_new (GBytes *text, const char *path, gboolean verified, MoptPublishedReading *old)
{
  if (old != NULL && g_str_equal (old->path, path) && old->said->publication->verified == verified
      && g_bytes_equal (old->text, text))
    return mopt_published_reading_ref (old);

  gsize length;
  const char *data = g_bytes_get_data (text, &length);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (data, length);
  MoptPublishedReading *self = g_atomic_rc_box_new0 (MoptPublishedReading);

  self->text = g_bytes_ref (text);
  self->path = g_strdup (path);
  self->said = mopt_published_text_new (file, path);
  self->said->publication->verified = verified; /* nobody else has seen it yet */
  return self;
}

MoptPublishedReading *
mopt_published_reading_ref (MoptPublishedReading *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
reading_clear (gpointer data)
{
  MoptPublishedReading *self = data;

  g_bytes_unref (self->text);
  g_free (self->path);
  mopt_published_text_free (self->said);
}

void
mopt_published_reading_unref (MoptPublishedReading *self)
{
  g_atomic_rc_box_release_full (self, reading_clear);
}

guint64
mopt_published_reading_serial (const MoptPublishedReading *reading)
{
  return reading->said->publication->serial;
}

/* --- The verdict --- */

gboolean
mopt_published_is_trusted (const MoptPublishedPlace *place, const MoptPublishedPair *pair)
{
  return place->public_key == NULL
         || (pair->signature != NULL && mopt_signature_verify (place->public_key, pair->text, pair->signature));
}

gboolean
mopt_published_judge_signature (const MoptPublishedPlace *place, const MoptPublishedPair *pair, gint64 now,
                                GError **error)
{
  gint64 grace = place->is_fetched ? MOPT_PUBLISHED_GRACE_FETCH : MOPT_PUBLISHED_GRACE_FILE;

  if (mopt_published_is_trusted (place, pair))
    return TRUE;
  if (ABS (now - pair->since) < grace)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING,
                 _ ("“%s” and its signature do not belong together, probably since they are just being replaced."),
                 place->origin);
  else if (pair->signature == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_FORGED,
                 _ ("“%s” is not signed, but on this computer only signed publications count."), place->origin);
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_FORGED,
                 _ ("“%s” does not carry the signature of the publisher: it was changed by somebody else, or signed "
                    "with another key."),
                 place->origin);
  return FALSE;
}

gboolean
mopt_published_is_cut_off (GBytes *text)
{
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);

  return length > 0 && bytes[length - 1] != '\n';
}

gboolean
mopt_published_judge_end (const MoptPublishedPlace *place, const MoptPublishedPair *pair, gint64 now, GError **error)
{
  if (place->public_key != NULL || place->is_fetched || !mopt_published_is_cut_off (pair->text)
      || ABS (now - pair->since) >= MOPT_PUBLISHED_GRACE_FILE)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING,
               _ ("The last line of “%s” has no end, probably since the file is just being written."), place->origin);
  return FALSE;
}

/* The sentence, with file and line, is that of the reader. */
static gboolean
judge_whole (const MoptPublishedText *said, GError **error)
{
  if (said->refusal == NULL)
    return TRUE;
  g_set_error_literal (error, MOPT_ERROR,
                       g_error_matches (said->refusal, MOPT_ERROR, MOPT_ERROR_NEWER_FORMAT)
                           ? MOPT_ERROR_NEWER_FORMAT
                           : MOPT_ERROR_PUBLICATION_BROKEN,
                       said->refusal->message);
  return FALSE;
}

static gboolean
judge_serial (const MoptPublishedPlace *place, guint64 serial, guint64 copy_serial, GError **error)
{
  g_autofree char *now = g_strdup_printf ("%" G_GUINT64_FORMAT, serial);
  g_autofree char *before = g_strdup_printf ("%" G_GUINT64_FORMAT, copy_serial);

  if (place->public_key == NULL || serial > copy_serial)
    return TRUE;
  if (serial == copy_serial)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_ROLLED_BACK,
                 /* Translators: a file or an address, a number */
                 _ ("“%s” is another text than the one in force, but has the same serial number, %s."), place->origin,
                 now);
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_ROLLED_BACK,
                 /* Translators: a file or an address, two numbers */
                 _ ("“%s” is older than what is in force: its serial number is %s, and that of the other is %s."),
                 place->origin, now, before);
  return FALSE;
}

static gboolean
judge_date (const MoptPublishedPlace *place, gint64 expires, gint64 now, GError **error)
{
  if (expires == 0 || now < expires)
    return TRUE;

  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (expires);
  g_autoptr (GDateTime) clock = g_date_time_new_from_unix_local (now);
  g_autofree char *end_text = end != NULL ? g_date_time_format (end, "%F %H:%M") : g_strdup ("?");
  g_autofree char *clock_text = clock != NULL ? g_date_time_format (clock, "%F %H:%M") : g_strdup ("?");
  /* Translators: a file or an address, two dates with times */
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_EXPIRED,
               _ ("“%s” was meant to be used until %s. This computer's clock says %s; if that is wrong, set it right."),
               place->origin, end_text, clock_text);
  return FALSE;
}

gboolean
mopt_published_judge_text (const MoptPublishedPlace *place, const MoptPublishedReading *reading,
                           const MoptPublishedReading *copy, gint64 now, GError **error)
{
  const MoptPublication *said = reading->said->publication;

  return judge_whole (reading->said, error)
         && (copy == NULL || judge_serial (place, said->serial, copy->said->publication->serial, error))
         && judge_date (place, said->expires, now, error);
}
