/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conversation.conf holds the prefix, the number that comes next, and when it was written. A file that was written at
 * another time than it says was brought back from a copy, and its numbers may be given out already: the time in the
 * file travels with a copy, the file's own time of change (ctime) cannot be set by anyone. Then, as where there is no
 * number at all, a new range of random digits is drawn; to draw one too many does no harm. */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/paths.h"
#include "model/conversation-id.h"
#include "store/counter.h"

#define GROUP "Conversation"
#define WRITTEN_SLACK 60 /* s between what the file says and its time of change: a slow disk's fsync */

typedef struct
{
  const char *path;
  gboolean take; /* give the number out, that is, write down that it is gone */
  char *prefix;
  guint64 number;
} Step;

/* Whether the file is the very one that we wrote at @written (seconds since the epoch). */
static gboolean
is_genuine (const char *path, gint64 written)
{
  struct stat info;

  return stat (path, &info) == 0 && ABS ((gint64) info.st_ctime - written) <= WRITTEN_SLACK;
}

static char *
take_step (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  Step *step = user_data;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gboolean drawn = FALSE;

  /* what cannot be read is as good as lost */
  g_key_file_load_from_data (file, text, length, G_KEY_FILE_KEEP_COMMENTS, NULL);
  step->prefix = g_key_file_get_string (file, GROUP, "Prefix", NULL);
  g_autofree char *next = g_key_file_get_string (file, GROUP, "Next", NULL);

  if (step->prefix == NULL || !mopt_conversation_id_prefix_is_valid (step->prefix))
    {
      g_free (step->prefix);
      step->prefix = mopt_conversation_id_draw_prefix ();
      g_key_file_set_string (file, GROUP, "Prefix", step->prefix);
      drawn = TRUE;
    }
  /* there must be one more that comes after it */
  if (next == NULL || !mopt_number (next, 1, G_MAXUINT64 - 1, &step->number)
      || !is_genuine (step->path, g_key_file_get_int64 (file, GROUP, "Written", NULL)))
    {
      step->number = mopt_conversation_id_draw_start ();
      drawn = TRUE;
    }
  if (!step->take && !drawn)
    return NULL;
  g_key_file_set_uint64 (file, GROUP, "Next", step->take ? step->number + 1 : step->number);
  g_key_file_set_int64 (file, GROUP, "Written", g_get_real_time () / G_USEC_PER_SEC);
  return g_key_file_to_data (file, new_length, NULL);
}

static gboolean
run (gboolean take, char **prefix, guint64 *number, GError **error)
{
  g_autofree char *path = mopt_paths_state ("conversation.conf");
  Step step = { .path = path, .take = take };
  gboolean ok = mopt_file_update (path, MOPT_FILE_DURABLE, take_step, &step, error);

  if (ok)
    {
      *prefix = g_steal_pointer (&step.prefix);
      *number = step.number;
    }
  g_free (step.prefix);
  return ok;
}

gboolean
mopt_counter_next (char **prefix, guint64 *number, GError **error)
{
  return run (TRUE, prefix, number, error);
}

gboolean
mopt_counter_peek (char **prefix, guint64 *number, GError **error)
{
  return run (FALSE, prefix, number, error);
}

char *
mopt_counter_find_prefix (void)
{
  g_autofree char *path = mopt_paths_state ("conversation.conf");
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize length;
  g_autofree char *text = mopt_file_read (path, &length, NULL, NULL);

  if (text == NULL || !g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    return NULL;
  g_autofree char *prefix = g_key_file_get_string (file, GROUP, "Prefix", NULL);
  return prefix != NULL && mopt_conversation_id_prefix_is_valid (prefix) ? g_steal_pointer (&prefix) : NULL;
}
