/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/published-private.h"

/* What to do about it; NULL: it passes, or whoever tries it out knows himself. Caller frees. */
static char *
advise (const MoptPublishedLook *look, const MoptPublishedPlace *place)
{
  gboolean is_gone = g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_GONE);
  const char *whom = look->copy_said != NULL ? mopt_publication_whom_to_ask (look->copy_said->said->publication)
                                             : _ ("your administrator");

  if (place->source == NULL || g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING))
    return NULL;
  if ((is_gone && place->is_fetched) || g_error_matches (look->error, MOPT_ERROR, MOPT_ERROR_PUBLICATION_SILENT))
    return g_strdup_printf (
        _ ("It is tried again by itself. If it stays so, check the network connection, then ask %s."), whom);
  if (is_gone)
    return g_strdup_printf (_ ("Ask %s; if it was taken away on purpose, “mopt publication forget” ends its use."),
                            whom);
  return g_strdup_printf (_ ("To have it mended, ask %s."), whom);
}

char *
mopt_published_describe (const MoptPublishedLook *look, const MoptPublishedPlace *place)
{
  g_autofree char *advice = advise (look, place);
  const char *then;

  if (look->copy == NULL)
    then = _ ("Nothing of it is in force.");
  else if (look->is_same)
    then = _ ("It stays in force until a newer one comes.");
  else
    then = _ ("The last good copy of it stays in force.");
  return g_strjoin (" ", look->error->message, then, advice, NULL);
}

void
mopt_published_warn_of_serial (guint64 former_serial, guint64 now_serial, GStrvBuilder *warnings)
{
  g_autofree char *former = g_strdup_printf ("%" G_GUINT64_FORMAT, former_serial);
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, now_serial);

  if (former_serial <= now_serial)
    return;
  /* Translators: two numbers */
  g_autofree char *sentence = g_strdup_printf (
      _ ("An older publication came in force: its serial number is %s, before it was %s. If that was not meant, tell "
         "your administrator."),
      serial, former);
  g_strv_builder_add (warnings, sentence);
}

void
mopt_published_warn_of_cut (GBytes *text, const char *origin, GStrvBuilder *warnings)
{
  if (!mopt_published_is_cut_off (text))
    return;
  g_autofree char *sentence = g_strdup_printf (
      _ ("The last line of “%s” has no end. If accounts are missing, it was cut off: tell your administrator."),
      origin);
  g_strv_builder_add (warnings, sentence);
}

void
mopt_published_warn_of_end (gint64 expires, gint64 now, GStrvBuilder *warnings)
{
  if (expires == 0 || now >= expires || expires - now > MOPT_PUBLISHED_SOON)
    return;

  g_autoptr (GDateTime) end = g_date_time_new_from_unix_local (expires);
  g_autofree char *end_text = g_date_time_format (end, "%F");
  g_autofree char *sentence = g_strdup_printf (
      _ ("What your organisation published is meant to be used until %s; a newer one should come before that."),
      end_text);
  g_strv_builder_add (warnings, sentence);
}
