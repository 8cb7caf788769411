/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times for people; @time and @now in seconds since the epoch. */

/* "just now", "3 minutes ago", "yesterday", …; a time in the future counts as now. Translated. Caller frees. */
char *mopt_when_relative (gint64 time, gint64 now);
/* Date and time in the locale's way, for tooltips. Caller frees. */
char *mopt_when_absolute (gint64 time);
/* "2027-11-21": the day here, year first: read the same way everywhere. "?" for what is no time. Caller frees. */
char *mopt_when_day (gint64 time);

G_END_DECLS
