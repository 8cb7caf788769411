/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May a text come in force? In this order, and nothing of a later step is looked at before an earlier one is passed:
 *  1. the signature, where one is asked for;
 *  2. the text as a whole: the format, and the general part;
 *  3. the serial, where it is signed: never back, and one serial is one text;
 *  4. the date at which it ends. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/keyfile.h"
#include "store/published-private.h"

#define GROUP "Publication"
#define FORMAT 1

/* --- The text --- */

/* A line of the file that makes all of it useless. */
static gboolean
fail_line (GError **error, MoptError code, const char *path, guint line, const char *reason)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, MOPT_ERROR, code, _ ("%s, line %u: %s"), shown, line, reason);
  return FALSE;
}

/* 0 where it is not there; FALSE: it is no number. */
static gboolean
get_number (MoptKeyfile *file, guint group, const char *key, guint64 *number)
{
  g_autofree char *text = mopt_keyfile_get_string (file, group, key, NULL);

  *number = 0;
  return mopt_keyfile_get_line (file, group, key) == 0
         || (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, number, NULL));
}

static gboolean
get_time (MoptKeyfile *file, guint group, const char *key, gint64 *seconds)
{
  g_autofree char *text = mopt_keyfile_get_string (file, group, key, NULL);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  *seconds = time != NULL ? g_date_time_to_unix (time) : 0;
  return time != NULL || mopt_keyfile_get_line (file, group, key) == 0;
}

gboolean
mopt_published_head_read (GBytes *text, const char *path, MoptPublishedHead *head, GError **error)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  int group = mopt_keyfile_find (file, GROUP);
  guint64 format;

  if (group < 0)
    return fail_line (error, MOPT_ERROR_PUBLICATION_BROKEN, path, 1, _ ("The group [Publication] is missing."));

  const MoptKeyfileGroup *found = mopt_keyfile_get_group (file, group);
  if (found->problem != NULL)
    return fail_line (error, MOPT_ERROR_PUBLICATION_BROKEN, path, found->problem_line, found->problem);
  if (!get_number (file, group, "Format", &format))
    return fail_line (error, MOPT_ERROR_PUBLICATION_BROKEN, path, mopt_keyfile_get_line (file, group, "Format"),
                      _ ("“Format” is no number."));
  if (format > FORMAT)
    return fail_line (error, MOPT_ERROR_NEWER_FORMAT, path, mopt_keyfile_get_line (file, group, "Format"),
                      _ ("This format needs a newer version of the program."));
  if (!get_number (file, group, "Serial", &head->serial))
    return fail_line (error, MOPT_ERROR_PUBLICATION_BROKEN, path, mopt_keyfile_get_line (file, group, "Serial"),
                      _ ("“Serial” is no number."));
  if (!get_time (file, group, "Expires", &head->expires))
    return fail_line (error, MOPT_ERROR_PUBLICATION_BROKEN, path, mopt_keyfile_get_line (file, group, "Expires"),
                      _ ("“Expires” is no date such as 2027-11-21T00:00:00Z."));
  return TRUE;
}

/* --- The verdict --- */

gboolean
mopt_published_is_trusted (const MoptPublishedPlace *place, const MoptPublishedPair *pair)
{
  return place->public_key == NULL
         || (pair->signature != NULL && mopt_signature_verify (place->public_key, pair->text, pair->signature));
}

static gboolean
judge_signature (const MoptPublishedPlace *place, const MoptPublishedPair *pair, gint64 now, GError **error)
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

static gboolean
judge_serial (const MoptPublishedPlace *place, const MoptPublishedHead *head, const MoptPublishedHead *copy_head,
              GError **error)
{
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, head->serial);
  g_autofree char *before = g_strdup_printf ("%" G_GUINT64_FORMAT, copy_head->serial);

  if (place->public_key == NULL || head->serial > copy_head->serial)
    return TRUE;
  if (head->serial == copy_head->serial)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_ROLLED_BACK,
                 /* Translators: a file or an address, a number */
                 _ ("“%s” is another text than the one in force, but has the same serial number, %s."), place->origin,
                 serial);
  else
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_ROLLED_BACK,
                 /* Translators: a file or an address, two numbers */
                 _ ("“%s” is older than what is in force: its serial number is %s, and that of the other is %s."),
                 place->origin, serial, before);
  return FALSE;
}

static gboolean
judge_date (const MoptPublishedPlace *place, const MoptPublishedHead *head, gint64 now, GError **error)
{
  if (head->expires == 0 || now < head->expires)
    return TRUE;

  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (head->expires);
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
mopt_published_judge (const MoptPublishedPlace *place, const MoptPublishedPair *pair, const MoptPublishedPair *copy,
                      const MoptPublishedHead *copy_head, gint64 now, MoptPublishedHead *head, GError **error)
{
  return judge_signature (place, pair, now, error) && mopt_published_head_read (pair->text, place->origin, head, error)
         && (copy == NULL || mopt_published_pair_equal (pair, copy) || judge_serial (place, head, copy_head, error))
         && judge_date (place, head, now, error);
}
