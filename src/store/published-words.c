/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "store/published-private.h"

char *
mopt_published_describe (const MoptPublishedLook *look, gboolean is_fetched)
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
