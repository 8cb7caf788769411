/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fetch.conf, a note of the program's own: one group, about one URL. */
#include "check/refresh-plan.h"

#include "base/file.h"
#include "base/paths.h"

#define GROUP "Fetch"
/* A note that says more than this was made under a clock set wrong: what a server may ask for and the chance in it. */
#define FARTHEST (2 * MOPT_PLAN_LONGEST)
#define DOUBLINGS_MAX 8 /* 60 s doubled eight times is more than MOPT_PLAN_WELL */

static char *
get_path (void)
{
  return mopt_paths_state ("fetch.conf");
}

MoptPlan *
mopt_plan_load (const char *url, gint64 now)
{
  MoptPlan *self = g_new0 (MoptPlan, 1);
  g_autofree char *path = get_path ();
  gsize length;
  g_autofree char *text = mopt_file_read (path, &length, NULL, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  self->url = g_strdup (url);
  self->next = now;
  if (text == NULL || !g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    return self;

  g_autofree char *noted = g_key_file_get_string (file, GROUP, "Url", NULL);
  gint64 next = g_key_file_get_int64 (file, GROUP, "Next", NULL);
  int failures = g_key_file_get_integer (file, GROUP, "Failures", NULL);

  if (g_strcmp0 (noted, url) != 0 || next < 0 || next - now > FARTHEST)
    return self;
  self->next = next;
  self->failures = CLAMP (failures, 0, DOUBLINGS_MAX);
  self->is_put_off = g_key_file_get_boolean (file, GROUP, "PutOff", NULL);
  self->is_offline = g_key_file_get_boolean (file, GROUP, "Offline", NULL);
  return self;
}

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const MoptPlan *self = user_data;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, GROUP, "Url", self->url);
  g_key_file_set_int64 (file, GROUP, "Next", self->next);
  g_key_file_set_integer (file, GROUP, "Failures", self->failures);
  g_key_file_set_boolean (file, GROUP, "PutOff", self->is_put_off);
  g_key_file_set_boolean (file, GROUP, "Offline", self->is_offline);
  return g_key_file_to_data (file, new_length, NULL);
}

gboolean
mopt_plan_save (const MoptPlan *self, GError **error)
{
  g_autofree char *path = get_path ();

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, edit, (gpointer) self, error);
}

void
mopt_plan_free (MoptPlan *self)
{
  if (self == NULL)
    return;
  g_free (self->url);
  g_free (self);
}

gboolean
mopt_plan_is_due (MoptPlan *self, gint64 now, gboolean has_copy, double chance, gboolean *changed)
{
  *changed = FALSE;
  /* what was in force was taken away: it may be had again */
  if (!has_copy && self->failures == 0)
    return TRUE;
  if (now < self->next)
    return FALSE;
  if (!has_copy || self->is_put_off || now - self->next < MOPT_PLAN_LATE)
    return TRUE;
  self->next = now + 1 + (gint64) (chance * MOPT_PLAN_SPREAD);
  self->is_put_off = TRUE;
  *changed = TRUE;
  return FALSE;
}

void
mopt_plan_note_success (MoptPlan *self, gint64 now, double chance)
{
  self->failures = 0;
  self->is_put_off = FALSE;
  self->is_offline = FALSE;
  self->next = now + MOPT_PLAN_WELL + (gint64) ((2 * chance - 1) * MOPT_PLAN_WELL_CHANCE);
}

void
mopt_plan_note_failure (MoptPlan *self, gint64 now, gboolean was_reached, gint64 retry_after, double chance)
{
  gint64 longest = was_reached ? MOPT_PLAN_WELL : MOPT_PLAN_OFFLINE;
  gint64 wait = MIN ((gint64) MOPT_PLAN_FIRST << self->failures, longest);
  gint64 asked = MIN (retry_after, MOPT_PLAN_LONGEST);

  wait *= 0.5 + chance;
  /* all were told the same: they must not come back in the same second */
  if (asked > 0)
    wait = MAX (wait, asked + (gint64) (chance * MAX (asked / 2, MOPT_PLAN_SPREAD)));
  if (was_reached || (gint64) MOPT_PLAN_FIRST << self->failures < longest)
    self->failures = MIN (self->failures + 1, DOUBLINGS_MAX);
  self->is_put_off = FALSE;
  self->is_offline = !was_reached && asked <= 0;
  self->next = now + wait;
}

void
mopt_plan_note_network (MoptPlan *self, gint64 now)
{
  if (!self->is_offline)
    return;
  self->failures = 0;
  self->is_offline = FALSE;
  self->next = now;
}
