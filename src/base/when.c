/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/when.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

char *
mopt_when_relative (gint64 time, gint64 now)
{
  gint64 ago = now - time;

  if (ago < MINUTE)
    return g_strdup (_ ("just now"));
  if (ago < HOUR)
    return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", ago / MINUTE), (int) (ago / MINUTE));
  if (ago < DAY)
    return g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", ago / HOUR), (int) (ago / HOUR));
  if (ago < 2 * DAY)
    return g_strdup (_ ("yesterday"));
  if (ago < 30 * DAY)
    return g_strdup_printf (ngettext ("%d day ago", "%d days ago", ago / DAY), (int) (ago / DAY));

  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time);
  return date != NULL ? g_date_time_format (date, "%x") : g_strdup ("");
}

char *
mopt_when_absolute (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time);

  return date != NULL ? g_date_time_format (date, "%c") : g_strdup ("");
}

char *
mopt_when_day (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time);

  return date != NULL ? g_date_time_format (date, "%Y-%m-%d") : g_strdup ("?");
}
